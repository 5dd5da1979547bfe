#!/usr/bin/env bash
# make bench-large: times every page over a large made-up school, on both databases; writes build/bench_pages.json.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
apt_install postgresql || fail "PostgreSQL is needed for this measurement." "Next step: install it (Debian: apt-get install postgresql)."
mkdir -p build
.venv/bin/python scripts/bench_pages.py "$@"
