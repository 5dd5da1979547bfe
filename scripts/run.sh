#!/usr/bin/env bash
# make run: sets everything up and serves Passerelle on this machine. Safe to repeat.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cat <<'T'
Passerelle: set-up and start.
This makes a Python environment in .venv, finds or installs a Docker engine, builds the images in which
students' code runs, prepares the database in instance/, and serves the site. Ctrl-C stops it.
T
step "1/4 Python packages"
scripts/venv.sh
step "2/4 Docker engine"
engine=yes
scripts/engine.sh || engine=no
trap 'scripts/engine.sh stop' EXIT
step "3/4 Sandbox images"
if [ "$engine" = yes ]; then
  scripts/image.sh || engine=no
fi
if [ "$engine" = no ]; then
  say "No student code can run on this machine for now. Reading, quizzes, drafts and handing in still work;"
  say "work that is handed in waits until an engine is there. Nothing runs unprotected."
fi
step "4/4 Database, languages, demonstration school"
.venv/bin/passerelle prepare --demo --keep-sign-in
trap - EXIT
# The server must get Ctrl-C first; what this script started is stopped after it.
set +e
trap : INT TERM
.venv/bin/passerelle serve "$@"
code=$?
scripts/engine.sh stop
exit $code
