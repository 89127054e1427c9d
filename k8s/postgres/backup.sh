#!/bin/sh
# Dumps a database into a file that is there whole or not at all, and removes old ones. libpq's variables say which:
# PGHOST, PGPORT, PGUSER, PGDATABASE; and besides them:
#
#   PASSWORD_FILE      a file with the user's password
#   BACKUP_FOLDER      where the dumps are: DATABASE-20260131T235959Z.dump, in UTC
#   BACKUP_KEEP_DAYS   dumps that are older are removed,
#   BACKUP_KEEP_LEAST  but for this many, the newest
set -eu
umask 077

PGPASSWORD=$(cat "$PASSWORD_FILE")
export PGPASSWORD
began=$(date +%s)
dump=$BACKUP_FOLDER/$PGDATABASE-$(date -u -d "@$began" +%Y%m%dT%H%M%SZ).dump

# What a run left that was killed; runs never overlap.
rm -f "$BACKUP_FOLDER/$PGDATABASE"-*.dump.part
trap 'rm -f "$dump.part"' EXIT
trap 'exit 143' TERM INT

pg_dump --format=custom --file="$dump.part"
# The list is read from the dump's head. Only reading it to its end shows that the end is there.
pg_restore --list "$dump.part" >/dev/null
pg_restore --file=/dev/null "$dump.part"
sync "$dump.part"
mv "$dump.part" "$dump"
sync "$BACKUP_FOLDER"
echo "wrote $dump: $(stat -c %s "$dump") bytes in $(($(date +%s) - began)) s"

# By the time in the name, since copying changes a file's own.
oldest=$BACKUP_FOLDER/$PGDATABASE-$(date -u -d "@$((began - BACKUP_KEEP_DAYS * 86400))" +%Y%m%dT%H%M%SZ).dump
digit='[0-9]'
day=$digit$digit$digit$digit$digit$digit$digit$digit
# shellcheck disable=SC2231 # the pattern is meant to be one
for each in "$BACKUP_FOLDER/$PGDATABASE"-${day}T$digit$digit$digit$digit$digit${digit}Z.dump; do
  echo "$each"
done | sort -r | tail -n "+$((BACKUP_KEEP_LEAST + 1))" | while IFS= read -r each; do
  if [ "$(printf '%s\n%s\n' "$each" "$oldest" | sort | head -n 1)" = "$each" ] && [ "$each" != "$oldest" ]; then
    rm "$each"
    echo "removed $each"
  fi
done
