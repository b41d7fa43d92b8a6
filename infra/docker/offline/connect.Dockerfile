# Kafka Connect's jars and Debezium's connector for PostgreSQL from Maven Central, as the embedded mode runs them.
ARG BASE
FROM ${BASE}
RUN groupadd -r -g 1001 kafka && useradd -r -u 1001 -g kafka -d /kafka -s /usr/sbin/nologin kafka \
 && apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/* \
 && install -d -o kafka -g kafka -m 777 /kafka /kafka/config /kafka/config.orig /kafka/data /kafka/logs /kafka/connect
COPY --chown=kafka:kafka libs/ /kafka/libs/
COPY --chown=kafka:kafka plugins/ /kafka/connect/
COPY --chown=kafka:kafka bin/ /kafka/bin/
COPY --chown=kafka:kafka simplelogger.properties /kafka/logger/
COPY --chown=kafka:kafka connect-distributed.properties /kafka/config.orig/
COPY docker-entrypoint.sh /
ENV KAFKA_HOME=/kafka KAFKA_DATA=/kafka/data KAFKA_CONNECT_PLUGINS_DIR=/kafka/connect CONNECT_PLUGIN_PATH=/kafka/connect
USER kafka
WORKDIR /kafka
VOLUME ["/kafka/data", "/kafka/logs", "/kafka/config"]
EXPOSE 8083
ENTRYPOINT ["/docker-entrypoint.sh"]
CMD ["start"]
