#!/usr/bin/env bash
# Finds a Docker engine, or installs Debian's and starts it. Exit 0: an engine answers; 3: none can be had (the reason is printed).
# engine.sh stop: stops the engine if the same caller had it started; one that others may use is left alone.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
state="${PASSERELLE_SETUP_DIR:-.setup}"
mkdir -p "$state"

answers() { timeout 10 docker version --format '{{.Server.Version}}' 2>/dev/null; }

if [ "${1:-}" = stop ]; then
  pidfile="$state/dockerd.pid"
  [ -s "$pidfile" ] && [ "$(cat "$state/dockerd.owner" 2>/dev/null)" = "$PPID" ] || exit 0
  pid="$(cat "$pidfile")"
  if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]; then
    as_root kill "$pid" && for _ in $(seq 50); do [ -d "/proc/$pid" ] || break; sleep 0.1; done
    say "The Docker engine that this run started is stopped."
  fi
  rm -f "$pidfile"
  exit 0
fi

if command -v docker >/dev/null 2>&1 && version="$(answers)" && [ -n "$version" ]; then
  say "Docker engine $version: found."
  exit 0
fi
if ! command -v dockerd >/dev/null 2>&1; then
  say "No Docker engine here."
  apt_install docker.io iptables || { code=$?
    if [ $code -eq 126 ]; then
      say "Installing one needs root, and this account may not use sudo without a password."
      say "Next step: ask the owner of this machine to run: sudo apt-get install docker.io, and to let you use it."
    elif [ $code -eq 125 ]; then
      say "This is not a Debian-like system. Next step: install Docker Engine by its own instructions, then run this again."
    else
      say "Installing docker.io failed. Next step: read the lines above, then run this again."
    fi
    exit 3; }
fi
if version="$(answers)" && [ -n "$version" ]; then
  say "Docker engine $version: started by its package."
  exit 0
fi
can_root || {
  say "A Docker engine is installed, but it does not answer this account."
  say "Next step: sudo systemctl start docker, and add this account to the group docker (then sign in again)."
  exit 3; }
if [ -d /run/systemd/system ]; then
  as_root systemctl start docker >/dev/null 2>&1 || true
else
  # After a hard stop a stale pid file keeps dockerd from starting.
  for stale in /var/run/docker.pid /run/docker.pid /var/run/docker/containerd/containerd.pid; do
    [ -s "$stale" ] && [ ! -d "/proc/$(cat "$stale")" ] && as_root rm -f "$stale"
  done
  say "Starting the Docker engine…"
  echo "$PPID" >"$state/dockerd.owner"
  as_root sh -c 'umask 022; setsid nohup dockerd >"$1" 2>&1 </dev/null & echo $! >"$2"' sh "$PWD/$state/dockerd.log" "$PWD/$state/dockerd.pid"
fi
for _ in $(seq 60); do
  if version="$(answers)" && [ -n "$version" ]; then
    say "Docker engine $version: started."
    exit 0
  fi
  sleep 0.5
done
say "The Docker engine was started but does not answer. Its log: $state/dockerd.log. The last lines:"
tail -n 5 "$state/dockerd.log" 2>/dev/null | sed 's/^/    /'
rm -f "$state/dockerd.pid"
exit 3
