#!/bin/sh
# Started by a test with a pipe on standard input and left alone. The pipe closes when the test's process is gone, however it
# went (also by kill -9): whatever pid files are left in <state>/run then name processes that nobody will stop any more.
# Usage: reaper.sh <state directory, removed at the end> [label=id of containers that are removed too, with volumes and networks of that label and the network madang-id]
state=$1 label=$2
cat >/dev/null
pids=$(cat "$state"/run/*.pid 2>/dev/null | cut -d' ' -f1)
for pid in $pids; do
  # PostgreSQL's backends are in groups of their own; a frozen one would never notice that its parent is gone.
  tree="$tree $pid $(ps -A -o pid=,ppid= | awk -v parent="$pid" '$2 == parent { print $1 }')"
done
for pid in $tree; do kill -CONT "$pid"; done 2>/dev/null
# SIGQUIT lets PostgreSQL give back its shared memory.
for pid in $tree; do kill -QUIT "$pid"; done 2>/dev/null
[ -z "$pids" ] || sleep 0.5
for pid in $tree; do kill -KILL "$pid"; done 2>/dev/null
if [ -n "$label" ]; then
  docker ps -aq --filter "label=$label" | xargs -r docker rm -fv
  docker volume ls -q --filter "label=$label" | xargs -r docker volume rm
  docker network ls -q --filter "label=$label" | xargs -r docker network rm
  docker network rm "madang-${label#*=}"
fi >/dev/null 2>&1
rm -rf "$state" || { sleep 1; rm -rf "$state"; }
