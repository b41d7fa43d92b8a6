#!/usr/bin/env bash
# with-engine.sh COMMAND...: runs it where a Docker engine answers. If none does, one is provided for as long as the command
# runs: as root, by Debian's packages, with data and a socket of its own under /var/tmp/madang-engine (what it has built is
# kept for the next time). Where none can be had the command runs all the same, and says what it skips.
set -uo pipefail
docker version > /dev/null 2>&1 && exec "$@"

state=${MADANG_ENGINE_DIRECTORY:-/var/tmp/madang-engine}
export DOCKER_HOST=unix://$state/docker.sock
docker version > /dev/null 2>&1 && exec "$@" # another run's
[[ $(id -u) == 0 ]] || { unset DOCKER_HOST; exec "$@"; }

mkdir -p "$state" && chmod 700 "$state"
if ! { command -v dockerd && command -v docker-compose && command -v debootstrap && command -v iptables; } > /dev/null; then
  DEBIAN_FRONTEND=noninteractive
  export DEBIAN_FRONTEND
  { apt-get update && apt-get install -y --no-install-recommends docker.io docker-compose debootstrap iptables; } > "$state/apt.log" 2>&1 \
    || echo "No Docker engine: its packages could not be installed ($state/apt.log)." >&2
fi
command -v dockerd > /dev/null || { unset DOCKER_HOST; exec "$@"; }

dockerd --data-root "$state/data" --exec-root "$state/exec" -H "$DOCKER_HOST" -p "$state/docker.pid" > "$state/dockerd.log" 2>&1 &
engine=$!
trap 'kill "$engine" 2> /dev/null; wait "$engine"' EXIT
for _ in {1..120}; do
  docker version > /dev/null 2>&1 && break
  kill -0 "$engine" 2> /dev/null || { echo "No Docker engine: it ended at once ($state/dockerd.log)." >&2; unset DOCKER_HOST; break; }
  sleep 0.5
done
# A signal is the command's first, and the engine's when that has ended.
"$@" &
command=$!
trap 'kill -TERM "$command" 2> /dev/null' TERM INT HUP
wait "$command"
code=$?
while kill -0 "$command" 2> /dev/null; do wait "$command"; code=$?; done
exit "$code"
