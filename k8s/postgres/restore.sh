#!/bin/sh
# restore.sh DUMP|newest DATABASE: restores a dump into a database that it creates. It touches no other, so that what is
# damaged can still be looked at, and the old one stays until somebody renames the two.
# Reads libpq's variables, and PASSWORD_FILE and BACKUP_FOLDER as backup.sh does. `newest` is the newest dump of
# PGDATABASE.
set -eu

if [ $# != 2 ]; then
  echo "usage: restore.sh DUMP|newest DATABASE" >&2
  exit 64
fi
dump=$1
database=$2
PGPASSWORD=$(cat "$PASSWORD_FILE")
export PGPASSWORD
began=$(date +%s)

if [ "$dump" = newest ]; then
  dump=$(find "$BACKUP_FOLDER" -maxdepth 1 -name "$PGDATABASE-*.dump" | sort | tail -n 1)
  if [ -z "$dump" ]; then
    echo "no dump of $PGDATABASE in $BACKUP_FOLDER" >&2
    exit 66
  fi
fi
# A dump that can't be read to its end creates no database.
pg_restore --file=/dev/null "$dump"
# Fails where there is one of that name.
createdb --template=template0 "$database"
pg_restore --exit-on-error --no-owner --dbname="$database" --jobs=2 "$dump"
psql --dbname="$database" --quiet --command=ANALYZE
echo "restored $dump into $database in $(($(date +%s) - began)) s"
