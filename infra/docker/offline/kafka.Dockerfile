# Kafka's jars from Maven Central, as the embedded mode runs them, and Kafka's own wrapper class for the official image.
ARG BASE
FROM ${BASE}
RUN useradd -u 1000 -m -d /home/appuser -s /bin/bash appuser \
 && install -d -o appuser -g appuser /opt/kafka /opt/kafka/config /opt/kafka/logs /usr/logs /mnt/shared/config \
 && install -d -o appuser -g root -m 775 /var/lib/kafka /var/lib/kafka/data /etc/kafka /etc/kafka/secrets /etc/kafka/docker
COPY --chown=appuser:appuser libs/ /opt/kafka/libs/
COPY --chown=appuser:appuser bin/ /opt/kafka/bin/
COPY --chown=appuser:appuser simplelogger.properties /opt/kafka/logger/
COPY --chown=appuser:appuser docker/ /etc/kafka/docker/
COPY __cacert_entrypoint.sh /
USER appuser
RUN /etc/kafka/docker/archive
VOLUME ["/etc/kafka/secrets", "/var/lib/kafka/data", "/mnt/shared/config"]
EXPOSE 9092
ENTRYPOINT ["/__cacert_entrypoint.sh"]
CMD ["/etc/kafka/docker/run"]
