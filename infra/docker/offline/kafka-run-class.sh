#!/bin/bash
# kafka-run-class.sh CLASS ARGUMENT...: Kafka's own script of this name, without what nobody here asks of it.
base=$(realpath "$(dirname "$0")/..")
# As options and not by the class path: where a directory is in that, a JVM archives no classes.
mapfile -t logger < <(sed -n '/^[^#]/s/^/-D/p' "$base/logger/simplelogger.properties")
jars=("$base"/libs/*) # sorted: an archive holds for one order
classpath=$(IFS=:; echo "${jars[*]}")
# shellcheck disable=SC2086 # several words are meant to be several
exec "${JAVA_HOME:-/usr}/bin/java" "${logger[@]}" ${KAFKA_HEAP_OPTS:--Xmx256M} ${KAFKA_JVM_PERFORMANCE_OPTS:--XX:+UseG1GC -Djava.awt.headless=true} \
  ${KAFKA_OPTS:-} -cp "$classpath" "$@"
