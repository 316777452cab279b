#!/usr/bin/env bash
# A throw-away PostgreSQL database for the tests.
#
#   .ci/postgres.sh start      prints its URL (the only thing on standard output)
#   .ci/postgres.sh stop URL   drops it, and ends the private server when there is one
#
# The server that PGHOST, PGPORT, PGUSER and PGPASSWORD name is used, when they do. Else a private server is
# started in a temporary folder from the installed binaries: it leaves out fsync, and so empties the tables
# between two tests in 30 ms instead of 800. Without binaries, a server that lets us in at 127.0.0.1:5432 will do.
# Without that, the command that installs PostgreSQL is named, and the status is 3.
set -euo pipefail

database="pandian_test_$$_$(date +%s)"
private=/tmp/pandian-postgres-

binaries() { # the folder of the newest installed server; nothing when there is none
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V -r) "$(dirname "$(command -v initdb || echo -)")"; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
      echo "$folder"
      return
    fi
  done
}

# PostgreSQL refuses to run as root: root lends the work to the system user postgres.
unprivileged() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else (cd / && "$@"); fi
}

sql() { # host port user statement; a password stays in PGPASSWORD or ~/.pgpass, where libpq finds it
  PGCONNECT_TIMEOUT=3 psql --no-password -qX -h "$1" -p "$2" -U "$3" -d "${PGDATABASE:-postgres}" -c "$4"
}

use_a_running_server() {
  command -v psql >/dev/null || return 1
  local host=${PGHOST:-127.0.0.1} port=${PGPORT:-5432} user
  case $host in /*) return 1 ;; esac # a socket's folder does not fit into a URL's host
  for user in ${PGUSER:-postgres "$(id -un)"}; do
    if sql "$host" "$port" "$user" "CREATE DATABASE $database TEMPLATE template0 ENCODING 'UTF8'" >/dev/null 2>&1; then
      echo "postgresql+psycopg://$user@$host:$port/$database"
      return
    fi
  done
  return 1
}

start_a_private_server() {
  local bin folder port password
  bin=$(binaries)
  [ -n "$bin" ] || return 1
  folder=$(mktemp -d "${private}XXXXXX")
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  port=$((20000 + RANDOM % 20000))
  printf '%s' "$password" >"$folder/password"
  [ "$(id -u)" != 0 ] || chown -R postgres "$folder"
  # No fsync: these data are thrown away.
  if ! { unprivileged "$bin/initdb" -D "$folder/data" -U postgres -A scram-sha-256 --pwfile="$folder/password" -E UTF8 \
        --locale=C.UTF-8 --no-sync &&
      unprivileged "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
        -o "-k $folder -h 127.0.0.1 -p $port -c fsync=off" start; } >"$folder.log" 2>&1; then
    echo "A private PostgreSQL server did not start; see $folder.log" >&2
    exit 1
  fi
  rm -f "$folder.log"
  PGDATABASE=postgres PGPASSWORD=$password sql 127.0.0.1 "$port" postgres "CREATE DATABASE $database" >/dev/null
  echo "$port" >"$folder/port"
  echo "postgresql+psycopg://postgres:$password@127.0.0.1:$port/$database"
}

stop() {
  local url=$1 folder user address
  address=${url##*@}
  for folder in "$private"*/; do
    if [ -f "$folder/port" ] && [ "$(cat "$folder/port")" = "$(cut -d: -f2 <<<"${address%%/*}")" ]; then
      unprivileged "$(binaries)/pg_ctl" -D "${folder}data" -m immediate stop >/dev/null
      rm -rf -- "$folder"
      return
    fi
  done
  user=${url#*://}
  user=${user%%@*}
  sql "${address%%:*}" "$(cut -d: -f2 <<<"${address%%/*}")" "${user%%:*}" "DROP DATABASE IF EXISTS ${address#*/} WITH (FORCE)" >/dev/null
}

case ${1:-} in
  start)
    { [ -n "${PGHOST:-}" ] && use_a_running_server; } || start_a_private_server || use_a_running_server || {
      echo "No PostgreSQL server lets us in and none is installed. Install it with: sudo apt-get install postgresql" >&2
      exit 3
    } ;;
  stop) stop "$2" ;;
  *)
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2 ;;
esac
