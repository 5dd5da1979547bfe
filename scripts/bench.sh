#!/usr/bin/env bash
# make bench: measures the budgets of docs/architecture.md on this machine and writes build/bench.json.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
scripts/engine.sh || fail "The measurements need a Docker engine; the lines above say what to do."
trap 'scripts/engine.sh stop' EXIT
scripts/image.sh
mkdir -p build
.venv/bin/python scripts/bench.py "$@"
