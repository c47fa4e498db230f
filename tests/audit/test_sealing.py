"""Attacks on what has been recorded, on both databases, by every way that SQL has."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from samling.audit.actions import Actor, Subject, record
from samling.audit.models import Entry, Reach, RecordIsFinalError

ENTRY = (
    "INSERT INTO audit_entry (id, at, actor, actor_key, verb, subject, subject_kind, subject_key,"
    " scope, details) VALUES ({id}, '2026-11-25 10:00:00+00:00', 'Ada', 'k', '{verb}', 's', 'unit',"
    " '1', 'unit:3', '{{}}'){end}"
)
REACH = "INSERT INTO audit_reach (entry_id, scope) VALUES (1, 'unit:3'){end}"
EVERYWHERE = (
    "UPDATE audit_entry SET actor = 'nobody'",
    "UPDATE audit_entry SET id = id + 1000",
    "DELETE FROM audit_entry",
    "DELETE FROM audit_entry WHERE id = 1",
    "UPDATE audit_reach SET scope = 'unit:4'",
    "DELETE FROM audit_reach",
    ENTRY.format(id=1, verb="other", end=" ON CONFLICT (id) DO UPDATE SET verb = 'other'"),
    REACH.format(end=" ON CONFLICT (scope, entry_id) DO UPDATE SET entry_id = 2"),
)
SQLITE = (
    *EVERYWHERE,
    ENTRY.format(id=1, verb="other", end="").replace("INSERT", "INSERT OR REPLACE"),
    ENTRY.format(id=1, verb="other", end="").replace("INSERT", "REPLACE"),
    REACH.format(end="").replace("INSERT", "INSERT OR REPLACE"),
    "UPDATE OR REPLACE audit_entry SET id = 2 WHERE id = 1",
)
POSTGRESQL = (
    *EVERYWHERE,
    "TRUNCATE audit_entry, audit_reach",
    "TRUNCATE audit_entry CASCADE",
    "TRUNCATE audit_reach",
    "SET session_replication_role = replica; DELETE FROM audit_reach",
    "SET session_replication_role = replica; UPDATE audit_entry SET actor = 'nobody'",
    "WITH gone AS (DELETE FROM audit_reach RETURNING id) SELECT count(*) FROM gone",
    "MERGE INTO audit_entry e USING (SELECT 1) o ON true WHEN MATCHED THEN DELETE",
)
KEPT = "SELECT id, actor, verb FROM audit_entry ORDER BY id"


def attacks() -> list[str]:
    return list(POSTGRESQL if connection.vendor == "postgresql" else SQLITE)


@pytest.fixture
def recorded(db) -> list[Entry]:
    with connection.cursor() as cursor:
        for number in (1, 2):
            cursor.execute(ENTRY.format(id=number, verb="made", end=""))
        cursor.execute(REACH.format(end=""))
        if connection.vendor == "postgresql":  # nothing pending that would refuse TRUNCATE first
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return list(Entry.objects.all())


def test_the_suite_s_database_refuses_every_attack(recorded):
    for attack in attacks():
        with pytest.raises(DatabaseError, match="audit is final"), transaction.atomic():
            connection.cursor().execute(attack)
    assert list(Entry.objects.all()) == recorded
    assert list(Entry.objects.values_list("actor", "verb")) == [("Ada", "made")] * 2
    assert list(Reach.objects.values_list("entry_id", "scope")) == [(1, "unit:3")]


def test_the_program_s_own_ways_are_refused(recorded):
    first = Entry.objects.first()
    with pytest.raises(RecordIsFinalError):
        first.save()
    with pytest.raises(RecordIsFinalError):
        first.delete()
    for attempt in (
        lambda: Entry.objects.update(actor="nobody"),
        lambda: Entry.objects.filter(pk=2).delete(),
        lambda: Entry.objects.bulk_update([Entry(pk=1, actor="x")], ["actor"]),
        lambda: Reach.objects.all().delete(),
    ):
        with pytest.raises((DatabaseError, RecordIsFinalError)), transaction.atomic():
            attempt()
    assert list(Entry.objects.all()) == recorded


def test_writing_goes_on(recorded):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence('audit_entry', 'id'), 9)")
            cursor.execute("SELECT setval(pg_get_serial_sequence('audit_reach', 'id'), 9)")
    record(by=Actor("Bo"), verb="renamed", subject=Subject("unit", "x"), scope="organisation:1")
    assert Entry.objects.count() == 3
    assert Reach.objects.filter(scope="organisation:1").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_command_that_empties_everything_is_refused_outside_the_tests(tmp_path):
    """`flush` as an administrator would run it: a process without the tests' own way."""
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'samling.web.settings'\n"
        "import django; django.setup()\n"
        "from django.core.management import call_command as run\n"
        "run('migrate', verbosity=0)\n"
        "from samling.audit.actions import Actor, Subject, record\n"
        "record(by=Actor('Ada'), verb='made', subject=Subject('unit', 'x'))\n"
        "run('flush', interactive=False)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={"SAMLING_DATA": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "audit is final" in ran.stderr
    kept = sqlite3.connect(tmp_path / "db.sqlite3")
    assert kept.execute("SELECT actor FROM audit_entry").fetchall() == [("Ada",)]
    kept.close()


@pytest.mark.django_db(transaction=True)
def test_the_tests_own_emptying_leaves_the_seal_behind(recorded):
    call_command("flush", interactive=False, verbosity=0)
    assert not Entry.objects.exists()
    record(by=Actor("Bo"), verb="made", subject=Subject("unit", "x"))
    with pytest.raises(DatabaseError, match="audit is final"), transaction.atomic():
        Entry.objects.update(actor="nobody")


@pytest.fixture
def postgres() -> Iterator[psycopg.Connection]:
    """A database of its own on the server that `SAMLING_TEST_DATABASE_URL` names."""
    url = os.environ.get("SAMLING_TEST_DATABASE_URL", "")
    if not url.startswith(("postgres://", "postgresql://")):
        pytest.skip("SAMLING_TEST_DATABASE_URL names no PostgreSQL server")
    name = f"samling_sealing_{os.getpid()}"
    server = psycopg.connect(url, autocommit=True)
    server.execute(f"DROP DATABASE IF EXISTS {name}")
    server.execute(f"CREATE DATABASE {name}")
    own = psycopg.connect(url, dbname=name, autocommit=True)
    yield own
    own.close()
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


MIGRATE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "samling.web.settings"
from samling.web import settings
import dj_database_url
settings.DATABASES = {"default": dj_database_url.parse(sys.argv[1])}
import django
django.setup()
from django.core.management import call_command
call_command("migrate", "audit", verbosity=0)
"""


@pytest.mark.postgres
def test_postgresql_refuses_every_attack(postgres, tmp_path):
    """Also when the suite runs on SQLite; by a user who owns the tables."""
    base, _, _ = os.environ["SAMLING_TEST_DATABASE_URL"].rpartition("/")
    subprocess.run(
        [sys.executable, "-c", MIGRATE, f"{base}/{postgres.info.dbname}"],
        env={"SAMLING_DATA": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        check=True,
    )
    for number in (1, 2):
        postgres.execute(ENTRY.format(id=number, verb="made", end=""))
    postgres.execute(REACH.format(end=""))
    for attack in POSTGRESQL:
        with pytest.raises(psycopg.errors.IntegrityError, match="audit is final"):
            postgres.execute(attack)
        postgres.execute("RESET session_replication_role")
    assert postgres.execute(KEPT).fetchall() == [(1, "Ada", "made"), (2, "Ada", "made")]
    assert postgres.execute("SELECT scope FROM audit_reach").fetchall() == [("unit:3",)]
