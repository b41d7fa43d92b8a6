#!/bin/bash
# healthy.sh [PORT [PATH]]: whether HTTP answers 200 there. By bash alone: a Node every few seconds for each of a dozen
# containers would cost more than the services do. Default: HEALTH_PORT, else the port of the app that MADANG_SERVICE names
# (its own variable, such as MEMBER_PORT, else apps.txt), and /health/ready.
port=${1:-$HEALTH_PORT}
if [[ ! $port ]]; then
  own=${MADANG_SERVICE^^}_PORT
  own=${own//[:-]/_}
  port=${!own}
  while [[ ! $port ]] && read -r name _ listens; do
    [[ $name != "$MADANG_SERVICE" ]] || port=$listens
  done < "${BASH_SOURCE%/*}/apps.txt"
fi
[[ $port ]] || { echo "which port? HEALTH_PORT says it, or MADANG_SERVICE"; exit 1; }
path=${2:-/health/ready}
answers() {
  exec 3<> "/dev/tcp/127.0.0.1/$port" || return 1
  printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$path" >&3
  read -r -t 2 line <&3
  exec 3>&-
  [[ $line == *' 200 '* ]]
}
# The engine asks every few seconds only: what has just been started is waited for, so that it is found ready at once.
read -r -a one < /proc/1/stat
read -r up _ < /proc/uptime
isNew=$((${up%.*} - ${one[21]} / 100 < 300))
until answers; do
  ((isNew && SECONDS < 4)) || exit 1
  sleep 0.25
done
