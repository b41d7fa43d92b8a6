#!/usr/bin/env bash
# Class data sharing (JEP 350) as in the official image: runs a broker on data of its own until it has started, for the archives of what it and its setup have loaded.
set -e
export KAFKA_LISTENERS=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093 KAFKA_CONTROLLER_QUORUM_VOTERS=1@127.0.0.1:9093
cp /etc/kafka/docker/server.properties /mnt/shared/config/
KAFKA_LOG_DIRS=$(mktemp -d)
export KAFKA_LOG_DIRS
log=$(mktemp)
/etc/kafka/docker/run archive > "$log" 2>&1 &
for ((tenths = 0; tenths < 1200; tenths++)); do
  grep -q 'Kafka Server started' "$log" && break
  kill -0 $! 2> /dev/null || break
  sleep 0.1
done
kill $! 2> /dev/null || true
wait $! || true
grep -q 'Kafka Server started' "$log" || { cat "$log"; exit 1; }
# One that cannot be mapped is passed over in silence, unless it is insisted on.
for archive in storage kafka; do
  KAFKA_JVM_PERFORMANCE_OPTS="-Xshare:on -XX:SharedArchiveFile=/opt/kafka/$archive.jsa" /opt/kafka/bin/kafka-storage.sh random-uuid
done
rm -r "$KAFKA_LOG_DIRS" "$log" /opt/kafka/config/* /mnt/shared/config/*
