#!/bin/bash
# kafka-run-class.sh CLASS ARGUMENT...: Kafka's own script of this name, without what nobody here asks of it.
base=$(realpath "$(dirname "$0")/..")
# shellcheck disable=SC2086 # several words are meant to be several
exec "${JAVA_HOME:-/usr}/bin/java" ${KAFKA_HEAP_OPTS:--Xmx256M} ${KAFKA_JVM_PERFORMANCE_OPTS:--XX:+UseG1GC -Djava.awt.headless=true} \
  ${KAFKA_OPTS:-} -cp "$base/logger:$base/libs/*" "$@"
