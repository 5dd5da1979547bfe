#!/usr/bin/env bash
# make test: installs what the tests need, then runs every check and every test. Safe to repeat.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cat <<'T'
Passerelle: all tests.
This installs (as root) a Docker engine, Chromium, PostgreSQL and Redis from Debian's packages where they are
missing, makes .venv, builds the sandbox images, and runs every check and test. About half an hour on two cores.
T
step "1/5 Python packages"
scripts/venv.sh dev
step "2/5 Chromium, PostgreSQL, Redis"
apt_install chromium postgresql redis-server fonts-noto-core \
  || fail "The programs the tests need could not be installed." \
          "Next step: as root, apt-get install chromium postgresql redis-server fonts-noto-core, then run this again."
say "Here."
step "3/5 Docker engine"
scripts/engine.sh || fail "The tests need a Docker engine; the lines above say what to do."
trap 'scripts/engine.sh stop' EXIT
step "4/5 Sandbox images"
scripts/image.sh || fail "The sandbox images could not be built; the lines above say why."
step "5/5 Checks and tests"
scripts/check.sh
mkdir -p build
# What only needs a database server goes on beside the others, and gives way to them.
nice -n 15 .venv/bin/pytest -q -p no:cacheprovider -m postgres --durations=5 >build/postgres.log 2>&1 &
beside=$!
trap 'kill "$beside" 2>/dev/null || true; scripts/engine.sh stop' EXIT
say "Through the application:"
.venv/bin/pytest -q -n 2 --dist worksteal -m "$FAST and door"
# One after another: many of them measure time and limits, which a neighbour would take a share of.
say "In real containers, browsers and servers:"
.venv/bin/pytest -q -m "(docker or browser or broker or slow) and not postgres" --durations=15
say "The same on PostgreSQL:"
if wait "$beside"; then tail -n 8 build/postgres.log; else
  cat build/postgres.log
  fail "tests failed on PostgreSQL." "Next step: read the lines above, and run .venv/bin/pytest tests/postgres again."
fi
echo "All tests passed."
