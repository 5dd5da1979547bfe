#!/usr/bin/env bash
# Makes the base image debian:trixie-slim available to the engine: pulls it, or, where no image registry can be
# reached, builds the same small Debian 13 system from Debian's packages with debootstrap and tags it.
set -euo pipefail
tag="debian:trixie-slim"
say() { printf '  %s\n' "$*"; }

if docker image inspect "$tag" >/dev/null 2>&1; then
  say "Base image $tag: already here."
  exit 0
fi
say "Base image $tag: trying to pull it (up to 60 s)…"
if timeout 60 docker pull -q "$tag" >/dev/null 2>&1; then
  say "Base image $tag: pulled."
  exit 0
fi
say "No image registry can be reached. Making the base from Debian's packages (about a minute)…"
if ! command -v debootstrap >/dev/null 2>&1; then
  if [ "$(id -u)" -eq 0 ]; then
    apt-get install -y -q --no-install-recommends debootstrap >/dev/null
  else
    echo "The base image is missing and debootstrap is not installed. Next step: sudo apt-get install debootstrap" >&2
    exit 1
  fi
fi
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mirror="$(grep -rhoE '^(deb |URIs: )[^#]*' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null \
  | grep -oE 'https?://[^ ]+/debian/?( |$)' | grep -v security | head -n 1 | tr -d ' ' || true)"
debootstrap --variant=minbase trixie "$work/root" ${mirror:+"$mirror"} >"$work/log" 2>&1 \
  || { tail -n 20 "$work/log" >&2; echo "debootstrap failed. Next step: check that this machine reaches a Debian mirror." >&2; exit 1; }
rm -rf "$work/root/var/cache/apt/archives"/*.deb "$work/root/var/lib/apt/lists"/*
tar -C "$work/root" -c . | docker import - "$tag" >/dev/null
say "Base image $tag: made."
