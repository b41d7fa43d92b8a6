#!/bin/bash
# healthy.sh [PORT [PATH]]: whether HTTP answers 200 there. By bash alone: a Node every few seconds for each of a dozen
# containers would cost more than the services do. Default: HEALTH_PORT and /health/ready.
exec 3<> "/dev/tcp/127.0.0.1/${1:-$HEALTH_PORT}" || exit 1
printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "${2:-/health/ready}" >&3
read -r -t 2 line <&3
[[ $line == *' 200 '* ]]
