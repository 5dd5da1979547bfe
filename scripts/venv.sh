#!/usr/bin/env bash
# Makes .venv with the locked dependencies. With "dev", also what the checks and tests need.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
lock=requirements.txt
[ "${1:-}" = dev ] && lock=requirements-dev.txt

python="${PYTHON:-python3}"
command -v "$python" >/dev/null 2>&1 || apt_install python3 python3-venv \
  || fail "Python is not installed." "Next step: install Python 3.11 or newer, then run this again."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  || fail "This is $("$python" --version); Passerelle needs Python 3.11 or newer." \
          "Next step: install it, then run: make run PYTHON=python3.12"
stamp="$(cat requirements.txt requirements-dev.txt pyproject.toml | sha256sum | cut -c1-16)"
if [ -x .venv/bin/passerelle ] && { [ "$(cat .venv/.stamp-dev 2>/dev/null)" = "$stamp" ] \
  || { [ "$lock" = requirements.txt ] && [ "$(cat .venv/.stamp 2>/dev/null)" = "$stamp" ]; }; }; then
  say "Python packages: already here."
  exit 0
fi
if [ ! -x .venv/bin/python ]; then
  "$python" -m venv .venv >/dev/null 2>&1 || {
    rm -rf .venv
    apt_install python3-venv && "$python" -m venv .venv
  } || fail "A Python environment could not be made." "Next step: sudo apt-get install python3-venv, then run this again."
fi
say "Installing the locked Python packages from $lock (about a minute)…"
.venv/bin/python -m pip install -q --disable-pip-version-check --use-pep517 --require-hashes -r "$lock" \
  || fail "The Python packages could not be installed." "Next step: check the network to the Python package index, then run this again."
.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps -e . \
  || fail "Passerelle itself could not be installed into .venv." "Next step: read the lines above, then run this again."
if [ "$lock" = requirements-dev.txt ]; then echo "$stamp" >.venv/.stamp-dev; fi
echo "$stamp" >.venv/.stamp
say "Python packages: installed."
