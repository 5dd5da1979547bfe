# Shared by the set-up scripts: plain words, progress, and a next step on every failure.
set -euo pipefail
# Each of the many processes started here would compile every module anew.
unset PYTHONDONTWRITEBYTECODE
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# Which tests need nothing but Python.
FAST="not docker and not browser and not postgres and not broker and not slow"
step() { printf '\n== %s\n' "$*"; }
say() { printf '  %s\n' "$*"; }
fail() {
  printf '\nStopped: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}
is_root() { [ "$(id -u)" -eq 0 ]; }
# as_root COMMAND…: runs it as root, or through sudo when that asks for no password; fails otherwise.
as_root() {
  if is_root; then "$@"; elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"; else return 126; fi
}
can_root() { is_root || { command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; }; }

apt_updated=""
# apt_install PACKAGE…: installs what is missing from Debian's packages.
apt_install() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null 2>&1 || return 125
  can_root || return 126
  say "Installing from Debian's packages: ${missing[*]} (a minute or so)…"
  if [ -z "$apt_updated" ]; then
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null || return 1
    apt_updated=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
}
