# The server of npm's embedded-postgres, as the embedded mode runs it, with Debian's client tools of the same major version.
# Those are of a release that is signed for a week at a time, and a mirror may lag: its date is not checked, its signature is.
ARG BASE
FROM ${BASE}
RUN groupadd -r -g 999 postgres && useradd -r -u 999 -g postgres -d /var/lib/postgresql -s /bin/bash postgres \
 && sed 's/trixie/forky/' /etc/apt/sources.list > /etc/apt/sources.list.d/newer.list \
 && apt-get -o Acquire::Check-Valid-Until=false update \
 && apt-get install -y --no-install-recommends -t forky postgresql-client-18 \
 && rm -rf /var/lib/apt/lists/* /etc/apt/sources.list.d/newer.list \
 && install -d -o postgres -g postgres -m 3777 /var/run/postgresql \
 && install -d -o postgres -g postgres -m 1777 /var/lib/postgresql \
 && install -d /docker-entrypoint-initdb.d
COPY native/ /usr/lib/postgresql/18/
COPY docker-entrypoint.sh /usr/local/bin/
# Every address, as in the official image: a container that listens to itself alone is of use to nobody.
RUN sed -ri "s/^#?(listen_addresses)\s*=\s*\S+.*/\1 = '*'/" /usr/lib/postgresql/18/share/postgresql/postgresql.conf.sample
ENV PG_MAJOR=18 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/18/bin \
    PGDATA=/var/lib/postgresql/18/docker LANG=C.UTF-8
VOLUME /var/lib/postgresql
ENTRYPOINT ["docker-entrypoint.sh"]
STOPSIGNAL SIGINT
EXPOSE 5432
CMD ["postgres"]
