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
answers() {
  exec 3<> "/dev/tcp/127.0.0.1/$port" || return 1
  printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$1" >&3
  read -r -t 2 line <&3
  exec 3>&-
  [[ $line == *' 200 '* ]]
}
# The engine asks every few seconds only; what starts is found ready at once by whoever asks for up to 4 s.
until answers "${2:-/health/ready}" 2> /dev/null; do
  ((SECONDS < 4)) || exit 1
  sleep 0.25
done
