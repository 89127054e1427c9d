"""Backups of PostgreSQL by the jobs' own scripts: the drill of a loss, dumps that fail, and what is kept."""

from __future__ import annotations

import re
import tempfile
import time
import unittest
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from postgres import DATABASE, SCRIPTS, Backups, Postgres

ROWS = 200_000
# Tables of the kinds that Evolution has: instances, their sessions, and messages with documents and keys between them.
DATA = f"""
CREATE SCHEMA evolution_api;
SET search_path = evolution_api;
CREATE TYPE state AS ENUM ('open', 'close', 'connecting');
CREATE TABLE "Instance" (id text PRIMARY KEY, name text UNIQUE NOT NULL, status state NOT NULL, token text);
CREATE TABLE "Session" (id serial PRIMARY KEY, creds text, "sessionId" text UNIQUE REFERENCES "Instance" ON DELETE CASCADE);
CREATE TABLE "Message" (
  id bigserial PRIMARY KEY, key jsonb NOT NULL, message jsonb, at timestamptz NOT NULL,
  "instanceId" text NOT NULL REFERENCES "Instance" ON DELETE CASCADE);
INSERT INTO "Instance" SELECT 'i' || n, 'loja ' || n || ' ção', 'open', md5(n::text) FROM generate_series(1, 50) n;
INSERT INTO "Session" (creds, "sessionId") SELECT repeat(md5(n::text), 64), 'i' || n FROM generate_series(1, 50) n;
INSERT INTO "Message" (key, message, at, "instanceId")
  SELECT jsonb_build_object('id', md5(n::text), 'fromMe', true), jsonb_build_object('conversation', md5((n * 7)::text)),
    timestamptz '2026-01-01' + n * interval '1 second', 'i' || (1 + n % 50)
  FROM generate_series(1, {ROWS}) n;
CREATE INDEX ON "Message" ("instanceId", at);
"""
TABLES = ("Instance", "Session", "Message")
DAMAGE = """
DELETE FROM evolution_api."Message" WHERE id % 2 = 0;
UPDATE evolution_api."Session" SET creds = NULL;
DROP TABLE evolution_api."Instance" CASCADE;
"""
# As docs/DISASTER_RECOVERY.md says.
SWAP = """
ALTER DATABASE evolution RENAME TO evolution_damaged;
ALTER DATABASE evolution_restored RENAME TO evolution;
"""
DUMP_NAME = re.compile(rf"{DATABASE}-\d{{8}}T\d{{6}}Z\.dump")


def digest(server: Postgres, database: str = DATABASE) -> list[str]:
    """What tells whether two databases hold the same: each table's rows, and what else a dump has to bring back."""
    rows = [
        f"""SELECT '{table}', count(*), md5(string_agg(each::text, '' ORDER BY id)) FROM evolution_api."{table}" each;"""
        for table in TABLES
    ]
    others = (
        "SELECT schemaname, tablename, indexdef FROM pg_indexes WHERE schemaname = 'evolution_api' ORDER BY 1, 2, 3;",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname LIKE 'Message%' ORDER BY 1;",
        "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1;",
    )
    return server.ask("\n".join((*rows, *others)), database).splitlines()


def dump_name(age: timedelta) -> str:
    """The name that a dump of that age has."""
    return f"{DATABASE}-{datetime.now(UTC) - age:%Y%m%dT%H%M%SZ}.dump"


class PostgresBackupTest(unittest.TestCase):
    """One server for all; each test has a folder of its own."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = cls.enterClassContext(Postgres())
        cls.server.ask(DATA)

    def setUp(self) -> None:
        self.backups = Backups(self.server, Path(self.enterContext(tempfile.TemporaryDirectory(prefix="ifinu-dumps-"))))

    def test_drill_brings_back_what_was_there(self) -> None:
        before = digest(self.server)
        began = time.monotonic()
        written = self.backups.run("backup.sh")
        dumped = time.monotonic() - began
        self.assertEqual(written.returncode, 0, written.stderr)
        (name,) = self.backups.names()
        self.assertRegex(name, DUMP_NAME)

        self.server.ask(DAMAGE)
        began = time.monotonic()
        restored = self.backups.run("restore.sh", "newest", "evolution_restored")
        self.assertEqual(restored.returncode, 0, restored.stderr)
        self.assertEqual(digest(self.server, "evolution_restored"), before)
        self.server.ask(SWAP, "postgres")
        took = time.monotonic() - began
        self.assertEqual(digest(self.server), before)
        # What was damaged is still there to be looked at.
        left = self.server.ask("""SELECT count(*) FROM evolution_api."Message" """, "evolution_damaged")
        self.assertEqual(int(left), ROWS // 2)
        size = int(self.server.ask("SELECT pg_database_size(current_database())"))
        print(
            f"\ndrill with {ROWS} messages, {size / 1e6:.0f} MB in the database, "
            f"{(self.backups.folder / name).stat().st_size / 1e6:.1f} MB in the dump: "
            f"backup {dumped:.1f} s, restore, comparison and renaming {took:.1f} s"
        )

    def test_dump_that_fails_leaves_no_file_and_removes_none(self) -> None:
        old = {dump_name(timedelta(days=days)) for days in (30, 40, 50)}
        self.backups.put(old)
        # What pg_dump itself would leave: half a file and an error, or half a file and none.
        for fails in (True, False):
            with self.subTest(fails=fails), tempfile.TemporaryDirectory() as folder:
                self.half_a_dump(Path(folder), fails)
                result = self.backups.run("backup.sh", keep_days=1, keep_least=1, first_in_path=Path(folder))
                self.assertNotEqual(result.returncode, 0)
                self.assertEqual(self.backups.names(), old)

    def test_server_that_is_away_leaves_no_file_and_removes_none(self) -> None:
        old = {dump_name(timedelta(days=30))}
        self.backups.put(old)
        self.server.stop()
        try:
            result = self.backups.run("backup.sh", keep_days=1, keep_least=0)
        finally:
            self.server.start()
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("Connection refused", result.stderr)
        self.assertEqual(self.backups.names(), old)

    def test_what_is_too_old_is_removed_but_for_the_newest_and_what_is_no_dump(self) -> None:
        young = {dump_name(timedelta(days=days, hours=-1)) for days in (1, 2, 7)}
        old = {dump_name(timedelta(days=days, hours=1)) for days in (7, 8, 400)}
        others = {"evolution-20200101.dump", "other-20200101T000000Z.dump", "evolution-20200101T000000Z.dump.copy", "notes"}
        for keep_least, kept in ((1, young), (5, young | {max(old)}), (99, young | old)):
            with self.subTest(keep_least=keep_least):
                for path in self.backups.folder.iterdir():
                    path.unlink()
                self.backups.put(young | old | others | {"evolution-20200101T000000Z.dump.part"})
                result = self.backups.run("backup.sh", keep_days=7, keep_least=keep_least)
                self.assertEqual(result.returncode, 0, result.stderr)
                (written,) = self.backups.names() - young - old - others
                self.assertRegex(written, DUMP_NAME)
                self.assertEqual(self.backups.names() - {written}, kept | others)

    def test_restore_touches_no_database_that_is_there(self) -> None:
        self.assertEqual(self.backups.run("backup.sh").returncode, 0)
        before = digest(self.server)
        self.assertNotEqual(self.backups.run("restore.sh", "newest", DATABASE).returncode, 0)
        self.assertEqual(digest(self.server), before)

    def test_restore_of_a_damaged_or_missing_dump_creates_no_database(self) -> None:
        self.assertEqual(self.backups.run("restore.sh", "newest", "evolution_new").returncode, 66)
        self.assertEqual(self.backups.run("backup.sh").returncode, 0)
        (name,) = self.backups.names()
        dump = self.backups.folder / name
        dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
        self.assertNotEqual(self.backups.run("restore.sh", "newest", "evolution_new").returncode, 0)
        self.assertNotIn("evolution_new", self.server.ask("SELECT datname FROM pg_database").splitlines())

    def half_a_dump(self, folder: Path, fails: bool) -> None:
        """A pg_dump that writes the first half of a real dump, and says that it failed, or not."""
        fake = folder / "pg_dump"
        fake.write_text(f"""#!/bin/sh
set -eu
for last in "$@"; do :; done
file=${{last#--file=}}
PATH=${{PATH#*:}} pg_dump "$@"
truncate --size=$(($(stat -c %s "$file") / 2)) "$file"
exit {int(fails)}
""")
        fake.chmod(0o755)


class RestoreJobTest(unittest.TestCase):
    def test_it_restores_with_the_version_that_made_the_dump(self) -> None:
        kustomization = yaml.safe_load((SCRIPTS / "kustomization.yaml").read_text())
        (image,) = kustomization["images"]
        job = yaml.safe_load((SCRIPTS / "restore-job.yaml").read_text())
        (container,) = job["spec"]["template"]["spec"]["containers"]
        self.assertEqual(container["image"], f"{image['name']}:{image['newTag']}")


if __name__ == "__main__":
    unittest.main()
