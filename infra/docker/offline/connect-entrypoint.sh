#!/bin/bash
# What the official image's entry point promises, as far as docs/offline-images.md says.
set -e
[[ $1 == start ]] || exec "$@"

: "${BOOTSTRAP_SERVERS:?names the brokers}" "${CONFIG_STORAGE_TOPIC:?}" "${OFFSET_STORAGE_TOPIC:?}"
export CONNECT_BOOTSTRAP_SERVERS=$BOOTSTRAP_SERVERS CONNECT_GROUP_ID=${GROUP_ID:-1}
export CONNECT_CONFIG_STORAGE_TOPIC=$CONFIG_STORAGE_TOPIC CONNECT_OFFSET_STORAGE_TOPIC=$OFFSET_STORAGE_TOPIC
export CONNECT_STATUS_STORAGE_TOPIC=${STATUS_STORAGE_TOPIC:-connect-status}
export CONNECT_KEY_CONVERTER=${KEY_CONVERTER:-org.apache.kafka.connect.json.JsonConverter}
export CONNECT_VALUE_CONVERTER=${VALUE_CONVERTER:-org.apache.kafka.connect.json.JsonConverter}
export CONNECT_OFFSET_FLUSH_INTERVAL_MS=${OFFSET_FLUSH_INTERVAL_MS:-60000} CONNECT_OFFSET_FLUSH_TIMEOUT_MS=${OFFSET_FLUSH_TIMEOUT_MS:-5000}
export CONNECT_TASK_SHUTDOWN_GRACEFUL_TIMEOUT_MS=${SHUTDOWN_TIMEOUT:-10000}
export CONNECT_REST_ADVERTISED_HOST_NAME=${ADVERTISED_HOST_NAME:-$(hostname -i)}
[[ -z ${HEAP_OPTS:-} ]] || export KAFKA_HEAP_OPTS=$HEAP_OPTS

cp -rn "$KAFKA_HOME"/config.orig/* "$KAFKA_HOME/config"
settings=$KAFKA_HOME/config/connect-distributed.properties
# CONNECT_SOME_THING=value is the property some.thing, in place of one of that name.
while IFS='=' read -r name text; do
  property=$(tr '[:upper:]_' '[:lower:].' <<< "${name#CONNECT_}")
  sed -i "/^${property//./\\.}=/d" "$settings"
  printf '%s=%s\n' "$property" "$text" >> "$settings"
done < <(env | grep '^CONNECT_')
exec "$KAFKA_HOME/bin/connect-distributed.sh" "$settings"
