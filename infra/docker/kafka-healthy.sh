#!/bin/bash
# Whether the broker names at least one broker, itself, when asked for its metadata: infra/kafka/metadata-probe.ts in bash,
# since Kafka's own tools are a JVM each time.
answers() {
  exec 3<> /dev/tcp/127.0.0.1/9092 || return 1
  # length 31, Metadata v4, correlation id 1, client "madang-infra", no topics, and make none
  printf '\0\0\0\x1b\0\x03\0\x04\0\0\0\x01\0\x0cmadang-infra\0\0\0\0\0' >&3
  # length, correlation id, throttle time, number of brokers: 4 bytes each
  read -r -a answer < <(timeout 2 head -c 16 <&3 | od -An -v -tu1 | tr '\n' ' ')
  exec 3>&-
  ((${answer[15]:-0} > 0))
}
# As healthy.sh does.
read -r -a one < /proc/1/stat
read -r up _ < /proc/uptime
isNew=$((${up%.*} - ${one[21]} / 100 < 300))
until answers; do
  ((isNew && SECONDS < 4)) || exit 1
  sleep 0.25
done
