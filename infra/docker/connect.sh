#!/bin/bash
# The worker of Kafka Connect, by the settings that the embedded mode reads, and what whoever starts it adds to them
# (infra/debezium/worker.ts). Not the image's own `start`, which would put its defaults in the place of some of them.
set -euo pipefail
settings=/tmp/connect-distributed.properties
{
  cat /etc/madang/connect-distributed.properties
  echo
  echo "bootstrap.servers=${BOOTSTRAP_SERVERS:-kafka:9092}"
  echo "listeners=http://${REST_ADDRESS:-0.0.0.0:8083}"
  echo "rest.advertised.host.name=$(hostname)"
  echo "plugin.path=$KAFKA_CONNECT_PLUGINS_DIR"
  echo 'config.providers.file.param.allowed.paths=/run/madang/secrets.properties'
} > "$settings"
export KAFKA_LOG4J_OPTS=${KAFKA_LOG4J_OPTS:--Dlog4j.configuration=file:$KAFKA_HOME/config.orig/log4j.properties}
exec "$KAFKA_HOME/bin/connect-distributed.sh" "$settings"
