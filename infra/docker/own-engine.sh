#!/usr/bin/env bash
# own-engine.sh DATA RUN OWNER: a Docker engine that nobody else uses, at RUN/docker.sock, until the process OWNER is gone or
# SIGTERM comes. RUN/ready says that it works, RUN/why why it never will. Of all that it was, DATA alone stays: its images.
# To be started in a session of its own: Ctrl-C is for whoever uses the engine.
set -uo pipefail
mkdir -p "$1" && data=$(cd "$1" && pwd) run=$2 owner=$3
export DOCKER_HOST=unix://$run/docker.sock
# An engine that hangs must not keep this from ending it.
docker() { timeout 60 docker "$@"; }
# What engines make outside of the directories that they are given.
made=()
for directory in /etc/docker /opt/containerd /run/containerd /run/docker; do [[ -e $directory ]] || made+=("$directory"); done

engine=
stopping=
trap 'stopping=1' TERM INT HUP
refuse() { echo "$1" > "$run/why.part" && mv "$run/why.part" "$run/why"; stopping=1; }

# Without a bridge and rules of its own nothing of it stays in this machine's network: containers of one network reach each other, and the
# host their ports, all the same, unless the firewall forwards nothing that nobody has asked for.
network=(--bridge=none)
[[ $(iptables -S FORWARD 2> /dev/null) == "-P FORWARD DROP"* ]] || network+=(--iptables=false --ip-forward=false)
dockerd --data-root "$data" --exec-root "$run/exec" -H "$DOCKER_HOST" -p "$run/docker.pid" "${network[@]}" > "$run/dockerd.log" 2>&1 &
engine=$!

answers() {
  until docker version > /dev/null 2>&1; do
    kill -0 "$engine" 2> /dev/null || { refuse "it ended at once: $(grep -v level=info "$run/dockerd.log" | tail -n 1)"; return 1; }
    [[ -z $stopping ]] || return 1
    sleep 0.2
  done
}

# Two containers on one network, of what this machine has: one finds the other by its name, and hears that nobody listens there.
works() {
  local said
  [[ $(docker info --format '{{.Driver}}' 2> /dev/null) != vfs ]] || { refuse "file systems cannot be laid over each other in $data"; return 1; }
  tar --create --dereference --absolute-names /bin/bash /bin/sleep $(ldd /bin/bash /bin/sleep | grep -o '/[^ :]*' | sort -u | grep '\.so') 2> /dev/null | docker import - madang/probe > /dev/null 2> "$run/probe.log" \
    && docker network create probe > /dev/null 2> "$run/probe.log" \
    && docker run --detach --name one --network probe --memory 32m --read-only --cap-drop ALL madang/probe sleep 60 > /dev/null 2> "$run/probe.log" \
    || { refuse "it runs no container: $(tail -n 1 "$run/probe.log")"; return 1; }
  said=$(timeout 30 docker run --rm --network probe madang/probe bash -c ': < /dev/tcp/one/9' 2>&1)
  [[ $said == *refused* ]] || { refuse "its containers do not reach each other: $(tail -n 1 <<< "$said")"; return 1; }
}

clear_containers() {
  local containers
  containers=$(docker ps --all --quiet) && [[ -z $containers ]] || docker rm --force --volumes $containers
  docker network prune --force && docker volume prune --force
  [[ -z $(docker network ls --quiet --filter driver=bridge) ]]
} > /dev/null 2>&1

answers && { clear_containers; works; }
clear_containers
docker rmi madang/probe > /dev/null 2>&1
[[ -n $stopping ]] || : > "$run/ready"

while [[ -z $stopping ]] && kill -0 "$owner" 2> /dev/null && kill -0 "$engine" 2> /dev/null; do sleep 0.5; done
for _ in 1 2 3 4 5; do clear_containers && break; sleep 1; done # somebody else may be removing some
kill "$engine" 2> /dev/null
for ((tenths = 0; tenths < 600; tenths++)); do kill -0 "$engine" 2> /dev/null || break; sleep 0.1; done
kill -KILL "$engine" 2> /dev/null
awk -v run="$run/" -v data="$data/" 'index($2, run) == 1 || index($2 "/", data) == 1 { print $2 }' /proc/mounts | sort -r | xargs --no-run-if-empty umount --lazy
[[ ${#made[@]} == 0 ]] || pgrep -x dockerd > /dev/null || rm -rf "${made[@]}" # another engine's by now, if there is one
rmdir /sys/fs/cgroup/docker /sys/fs/cgroup/*/docker 2> /dev/null # those that are empty
# `why` is read by the owner, who then removes the rest.
kill -0 "$owner" 2> /dev/null || rm -rf "$run"
