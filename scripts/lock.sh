#!/usr/bin/env bash
# Writes requirements.txt (to run) and requirements-dev.txt (to check and test) anew, with hashes.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
.venv/bin/python -m uv --version >/dev/null 2>&1 || .venv/bin/python -m pip install -q uv
compile=(.venv/bin/python -m uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes
  --no-annotate --no-header)
"${compile[@]}" -o requirements.txt
"${compile[@]}" --group dev -c requirements.txt -o requirements-dev.txt
