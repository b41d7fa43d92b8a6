#!/usr/bin/env bash
# What the official image's entry point promises, as far as docs/offline-images.md says.
set -Eeuo pipefail

# value NAME [DEFAULT]: of the variable, or of the file that NAME_FILE names.
value() {
  local file="${1}_FILE"
  if [[ -n ${!1:-} ]]; then printf '%s' "${!1}"
  elif [[ -n ${!file:-} ]]; then cat "${!file}"
  else printf '%s' "${2:-}"; fi
}

initialise() {
  local user password database initdb_args
  user=$(value POSTGRES_USER postgres) password=$(value POSTGRES_PASSWORD) initdb_args=$(value POSTGRES_INITDB_ARGS)
  database=$(value POSTGRES_DB "$user")
  if [[ -z $password && ${POSTGRES_HOST_AUTH_METHOD:-} != trust ]]; then
    echo 'The database is not initialised, and there is no POSTGRES_PASSWORD (or POSTGRES_PASSWORD_FILE) for its superuser.' >&2
    exit 1
  fi
  eval "initdb --username=\"\$user\" --pwfile=<(printf '%s\n' \"\$password\") -D \"\$PGDATA\" $initdb_args"
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >> "$PGDATA/pg_hba.conf"
  # On its socket only, so that nobody comes in before it is complete.
  pg_ctl -D "$PGDATA" -w start -o "$(printf '%q ' "$@" -c listen_addresses= -p 5432)"
  local psql=(psql -v ON_ERROR_STOP=1 --username "$user" --no-password --no-psqlrc)
  export PGPASSWORD=$password
  if [[ $("${psql[@]}" -d postgres -tA --set db="$database" <<< "SELECT 1 FROM pg_database WHERE datname = :'db'") != 1 ]]; then
    "${psql[@]}" -d postgres --set db="$database" <<< 'CREATE DATABASE :"db"'
  fi
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) if [[ -x $file ]]; then "$file"; else . "$file"; fi ;;
      *.sql) "${psql[@]}" -d "$database" -f "$file" ;;
      *.sql.gz) gunzip -c "$file" | "${psql[@]}" -d "$database" ;;
    esac
  done
  pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
}

[[ ${1:0:1} == - ]] && set -- postgres "$@"
if [[ $1 == postgres ]]; then
  if [[ $(id -u) == 0 ]]; then
    install -d -o postgres -g postgres -m 0700 "$PGDATA"
    find "$PGDATA" ! -user postgres -exec chown postgres '{}' +
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
  fi
  mkdir -p "$PGDATA" && chmod 0700 "$PGDATA"
  [[ -s $PGDATA/PG_VERSION ]] || initialise "${@:2}"
fi
exec "$@"
