#!/bin/bash
# healthy.sh [PORT [PATH]]: whether HTTP answers 200 there; healthy.sh kafka: whether the broker names at least one broker, itself.
# By bash alone: a Node or a JVM every few seconds for each of a dozen containers would cost more than the services do.
# Default: HEALTH_PORT, else the port of the app that MADANG_SERVICE names (its own variable, such as MEMBER_PORT, else
# apps.txt), and /health/ready.
port=${1:-$HEALTH_PORT}
path=${2:-/health/ready}
if [[ ! $port ]]; then
  own=${MADANG_SERVICE^^}_PORT
  own=${own//[:-]/_}
  port=${!own}
  while [[ ! $port ]] && read -r name _ listens; do
    [[ $name != "$MADANG_SERVICE" ]] || port=$listens
  done < "${BASH_SOURCE%/*}/apps.txt"
fi
[[ $port ]] || { echo "which port? HEALTH_PORT says it, or MADANG_SERVICE"; exit 1; }

http() {
  exec 3<> "/dev/tcp/127.0.0.1/$port" || return 1
  printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$path" >&3
  read -r -t 2 line <&3
  exec 3>&-
  [[ $line == *' 200 '* ]]
}

# infra/kafka/metadata-probe.ts in bash.
kafka() {
  exec 3<> /dev/tcp/127.0.0.1/9092 || return 1
  # length 31, Metadata v4, correlation id 1, client "madang-infra", no topics, and make none
  printf '\0\0\0\x1b\0\x03\0\x04\0\0\0\x01\0\x0cmadang-infra\0\0\0\0\0' >&3
  # length, correlation id, throttle time, number of brokers: 4 bytes each
  read -r -a answer < <(timeout 2 head -c 16 <&3 | od -An -v -tu1 | tr '\n' ' ')
  exec 3>&-
  ((${answer[15]:-0} > 0))
}

ask=http
[[ $port != kafka ]] || ask=kafka
# The engine asks every few seconds only: what has just been started is waited for, so that it is found ready at once.
read -r -a one < /proc/1/stat
read -r up _ < /proc/uptime
isNew=$((${up%.*} - ${one[21]} / 100 < 300))
until "$ask"; do
  ((isNew && SECONDS < 4)) || exit 1
  sleep 0.25
done
