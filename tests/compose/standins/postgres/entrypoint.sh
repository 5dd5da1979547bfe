# Makes the database at the first start, as the real image does, and goes on as the user postgres.
set -eu
data=/var/lib/postgresql/data
user="setpriv --reuid=postgres --regid=postgres --clear-groups"
install -d -o postgres -g postgres -m 700 "$data"
install -d -o postgres -g postgres /run/postgresql
if [ ! -s "$data/PG_VERSION" ]; then
  umask 077
  printf '%s' "${POSTGRES_PASSWORD:?}" >/tmp/password
  chown postgres /tmp/password
  $user initdb -D "$data" -U "$POSTGRES_USER" --pwfile=/tmp/password --auth-host=scram-sha-256 -E UTF8 >/dev/null
  rm /tmp/password
  echo "host all all all scram-sha-256" >>"$data/pg_hba.conf"
  $user pg_ctl -D "$data" -w -o "-c listen_addresses=''" start >/dev/null
  $user createdb -h /run/postgresql -U "$POSTGRES_USER" --maintenance-db=template1 "$POSTGRES_DB"
  $user pg_ctl -D "$data" -w -m fast stop >/dev/null
fi
exec $user postgres -D "$data" -c "listen_addresses=*"
