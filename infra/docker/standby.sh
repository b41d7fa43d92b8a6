#!/bin/bash
# standby.sh NAME [ARGUMENT...]: a streaming standby on the physical slot that the job `provision` has reserved for it.
# Makes its data a copy of the running primary, unless they are one; ARGUMENTs are the server's.
set -euo pipefail
name=$1
shift
slot=${name//-/_}
# A copy that nobody else may read: libpq takes no other.
install -m 0600 /run/madang/pgpass /tmp/pgpass
primary="host=postgres user=replicator passfile=/tmp/pgpass application_name=$name"
if [[ ! -s $PGDATA/PG_VERSION ]]; then
  # Under another name until it is complete: an interrupted copy is never taken for a whole one.
  rm -rf "$PGDATA.unfinished" "$PGDATA"
  mkdir -p "${PGDATA%/*}"
  pg_basebackup -d "$primary" -S "$slot" -X stream -c fast -D "$PGDATA.unfinished"
  touch "$PGDATA.unfinished/standby.signal"
  mv "$PGDATA.unfinished" "$PGDATA"
fi
# By a file, so that ALTER SYSTEM can name another primary. The database is for the worker that copies failover slots: it speaks SQL.
cat > /tmp/standby.conf << END
include '/etc/madang/postgresql.conf'
primary_slot_name = '$slot'
primary_conninfo = '$primary dbname=postgres'
END
exec docker-entrypoint.sh postgres -c config_file=/tmp/standby.conf -c hba_file=/etc/madang/pg_hba.conf \
  -c 'listen_addresses=*' -c unix_socket_directories=/var/run/postgresql -c "cluster_name=$name" "$@"
