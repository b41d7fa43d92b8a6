#!/usr/bin/env bash
# What /etc/kafka/docker/run of the official image promises, as far as docs/offline-images.md says. Settings are put together by
# the class that the official image runs for it: a mounted server.properties, then variables KAFKA_SOME_THING as some.thing.
# run archive: once, as the image is made: each JVM leaves the classes that it has loaded for the later ones.
set -e
export CLUSTER_ID=${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}
own=${KAFKA_JVM_PERFORMANCE_OPTS:--XX:+UseG1GC -Djava.awt.headless=true}
share=SharedArchiveFile
[[ ${1:-} == archive ]] && share=ArchiveClassesAtExit

export KAFKA_JVM_PERFORMANCE_OPTS="$own -XX:$share=/opt/kafka/storage.jsa"
setup=$(/opt/kafka/bin/kafka-run-class.sh kafka.docker.KafkaDockerWrapper setup --default-configs-dir /etc/kafka/docker \
  --mounted-configs-dir /mnt/shared/config --final-configs-dir /opt/kafka/config 2>&1) \
  || grep -i 'already formatted' <<< "$setup" || { echo "$setup"; exit 1; }
export KAFKA_JVM_PERFORMANCE_OPTS="$own -XX:$share=/opt/kafka/kafka.jsa"
exec /opt/kafka/bin/kafka-server-start.sh /opt/kafka/config/server.properties
