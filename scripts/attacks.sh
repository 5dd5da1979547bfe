#!/usr/bin/env bash
# make attacks: hostile hand-ins and cells against the real sandbox, and a table of what each came to.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
scripts/engine.sh || fail "The attacks need a Docker engine; the lines above say what to do."
trap 'scripts/engine.sh stop' EXIT
scripts/image.sh || fail "The sandbox images could not be built; the lines above say why."
echo "Running every attack, an honest hand-in after each. It takes some minutes."
.venv/bin/pytest -q -p no:cacheprovider tests/attacks --attack-table --tb=short
