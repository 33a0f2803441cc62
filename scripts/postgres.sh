#!/usr/bin/env bash
# Starts or stops a private PostgreSQL on loopback, in a folder of its own, for tests and trials:
#   scripts/postgres.sh start|stop [FOLDER]
# It listens where the target postgres of profiles.yml looks by default; its data is not safe from a power cut.
set -euo pipefail
action=${1:?say start or stop}
folder=$(realpath -m "${2:-target/postgres}")
port=${POSTGRES_PORT:-54329}
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
bin=${bin:-$(dirname "$(command -v initdb || { echo "there is no initdb; install PostgreSQL 15 or later" >&2; exit 1; })")}

# PostgreSQL refuses to run as root.
as_owner() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --clear-groups "$@"; else "$@"; fi
}

case $action in
  start)
    mkdir -p "$folder"
    if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
    cd "$folder" # where its owner can be
    if [ ! -e "$folder/data/PG_VERSION" ]; then
      # Text is compared by its bytes, as DuckDB does.
      echo "${POSTGRES_PASSWORD:-segments}" | as_owner tee "$folder/password" >/dev/null
      as_owner "$bin/initdb" --pgdata "$folder/data" --username segments --encoding UTF8 --locale C.UTF-8 \
        --auth scram-sha-256 --pwfile "$folder/password" >"$folder/initdb.log"
    fi
    as_owner "$bin/pg_ctl" status --pgdata "$folder/data" >"$folder/status.log" && exit 0
    as_owner "$bin/pg_ctl" start --wait --silent --pgdata "$folder/data" --log "$folder/data/server.log" --options \
      "-c port=$port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c jit=off -c shared_buffers=256MB -c max_wal_size=2GB -c timezone=UTC"
    export PGPASSWORD=${POSTGRES_PASSWORD:-segments}
    address=(--host 127.0.0.1 --port "$port" --username segments)
    "$bin/psql" "${address[@]}" --dbname postgres --quiet --tuples-only \
      --command "select 1 from pg_database where datname = 'segments'" | grep -q 1 \
      || "$bin/createdb" "${address[@]}" segments
    ;;
  stop)
    cd "$folder"
    as_owner "$bin/pg_ctl" stop --silent --mode fast --pgdata "$folder/data"
    ;;
  *)
    echo "'$action' is neither start nor stop" >&2
    exit 1
    ;;
esac
