#!/usr/bin/env bash
# Builds the images that student code runs in, if they are not those described by sandbox/image*/.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
if .venv/bin/passerelle sandbox image --check >/dev/null 2>&1; then
  say "Sandbox images: already here."
  exit 0
fi
scripts/base_image.sh
.venv/bin/passerelle sandbox image
