#!/usr/bin/env bash
# with-engine.sh COMMAND...: runs it where a Docker engine answers. If none does, root is provided with one for as long as the
# command runs, by Debian's packages (own-engine.sh). Where none can be had the command runs all the same, and one line says why.
set -uo pipefail
# Who finds none after that, or no images, has failed (infra/testing/steps.ts).
export MADANG_ENGINE=promised
timeout 20 docker version > /dev/null 2>&1 && exec "$@"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
APT_SECONDS=240
READY_SECONDS=120

without() {
  echo "No Docker engine: $1."
  shift
  unset DOCKER_HOST MADANG_ENGINE
  exec "$@"
}

has_packages() { command -v docker && command -v dockerd && command -v debootstrap && command -v iptables && { command -v docker-compose || docker compose version; }; } > /dev/null 2>&1

# apt-get as it behaves where nobody answers, and no line that never comes is waited for. RUNLEVEL: Debian's scripts start no engine of the machine's.
apt() { RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive timeout "$APT_SECONDS" apt-get -o Acquire::Retries=2 -o Acquire::http::Timeout=20 -o DPkg::Lock::Timeout=60 "$@" < /dev/null >> "$run/apt.log" 2>&1; }

[[ $(id -u) == 0 ]] || without "one is provided to root only" "$@"
# Short, since a socket's path may have 107 characters.
run=$(mktemp -d /tmp/madang-engine-XXXXXX)
keeper=
finish() {
  # The keeper removes the directory when it has tidied up.
  if [[ -n $keeper ]]; then kill "$keeper" 2> /dev/null; wait "$keeper" 2> /dev/null; fi
  rm -rf "$run"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if ! has_packages; then
  echo "Docker's packages of Debian are being installed"
  apt update
  apt install -y --no-install-recommends docker.io docker-compose debootstrap iptables ca-certificates
  # A package of its own since trixie.
  command -v docker > /dev/null || apt install -y --no-install-recommends docker-cli
fi
if ! has_packages; then
  why=$(grep -m 1 '^E: ' "$run/apt.log" || tail -n 1 "$run/apt.log")
  finish
  without "its packages could not be installed ($why)" "$@"
fi

export DOCKER_HOST=unix://$run/docker.sock
setsid bash "$here/own-engine.sh" "$here/../../.sandbox/engine" "$run" "$$" < /dev/null > /dev/null 2>&1 &
keeper=$!
for ((tenths = 0; tenths < READY_SECONDS * 10; tenths++)); do
  [[ -e $run/ready || -e $run/why ]] && break
  kill -0 "$keeper" 2> /dev/null || break
  sleep 0.1
done
if [[ ! -e $run/ready ]]; then
  why=$(cat "$run/why" 2> /dev/null || echo "it was not ready after $READY_SECONDS s")
  finish
  without "$why" "$@"
fi

# A signal is the command's first; the engine goes when that has ended.
command= stopped=
trap 'stopped=1; [[ -z $command ]] || kill -TERM "$command" 2> /dev/null' TERM INT HUP
"$@" &
command=$!
[[ -z $stopped ]] || kill -TERM "$command" 2> /dev/null
wait "$command"
code=$?
while kill -0 "$command" 2> /dev/null; do wait "$command"; code=$?; done
exit "$code"
