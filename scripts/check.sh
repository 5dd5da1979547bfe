#!/usr/bin/env bash
# make check: everything that can be said about the code without an engine, a browser or a server.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
failed=()
run() {
  local name="$1"
  shift
  local begun=$SECONDS
  if "$@" >build/check.log 2>&1; then
    printf '  ok     %-28s %3d s\n' "$name" $((SECONDS - begun))
  else
    printf '  FAILED %-28s %3d s\n' "$name" $((SECONDS - begun))
    sed 's/^/    /' build/check.log | tail -n 60
    failed+=("$name")
  fi
}
mkdir -p build
echo "Checking the code (about a minute and a half on two cores)."
bin=.venv/bin
run "ruff: lint" $bin/ruff check .
run "ruff: format" $bin/ruff format --check .
run "mypy: types" $bin/mypy
run "import contracts" $bin/lint-imports
run "interface catalogues" scripts/translations.sh check
run "templates" $bin/djlint lms --lint --quiet
run "courses: files" $bin/passerelle courses check --no-run
run "editor bundle" scripts/check_editor.sh
run "fast tests" $bin/pytest -q -n 2 --dist worksteal -m "$FAST and not door"
if [ ${#failed[@]} -gt 0 ]; then
  fail "these checks failed: ${failed[*]}" "Next step: read the lines above; scripts/check.sh shows each command."
fi
echo "All checks passed."
