#!/bin/sh
# Proves that the committed editor bundle is exactly what its lockfile builds. Needs Node and npm, which come with the developers' tools in .venv; running the site does not.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
source="$here/lms/core/editor"
bundle="$here/lms/core/static/editor/editor.js"

PATH="$here/.venv/bin:$PATH"
command -v npm >/dev/null || { echo "check_editor: npm is missing. Next step: make dev" >&2; exit 1; }
if grep -q '"resolved"' "$source/package-lock.json"; then
    echo "check_editor: package-lock.json names a registry: make it again with npm install --omit-lockfile-registry-resolved" >&2
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$source/package.json" "$source/package-lock.json" "$source/build.mjs" "$source/editor.js" "$work/"
cd "$work"
npm ci --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel=error >/dev/null
node build.mjs "$work/bundle.js"
if ! cmp -s "$work/bundle.js" "$bundle"; then
    echo "check_editor: lms/core/static/editor/editor.js is not what the lockfile builds: run npm ci && npm run build in lms/core/editor" >&2
    exit 1
fi
echo "check_editor: the bundle is what its lockfile builds."
