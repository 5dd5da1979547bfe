#!/usr/bin/env bash
# Builds the image that student code runs in, if it is not the one described by sandbox/image/.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
if .venv/bin/passerelle sandbox image --check >/dev/null 2>&1; then
  say "Sandbox image: already here."
  exit 0
fi
scripts/base_image.sh
.venv/bin/passerelle sandbox image
