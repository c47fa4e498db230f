"""The database's own refusal to change what has been recorded.

Triggers, so that it holds for every program and every way in, raw SQL included. What they can't
stop is the database's owner taking away the triggers or the table. Where that matters, let
another database user than the owner run the installation; see decision 15.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

SEALED = ("audit_entry", "audit_reach")
SAYING = "The audit is final: nothing in it can be changed or deleted."


def seal(connection: BaseDatabaseWrapper, tables: Iterable[str] = SEALED) -> None:
    """Refuse to change, replace, delete or empty the rows of the tables."""
    with connection.cursor() as cursor:
        for statement in _seals(connection.vendor, tables):
            cursor.execute(statement)


def unseal(connection: BaseDatabaseWrapper, tables: Iterable[str] = SEALED) -> None:
    """Take the refusal away: for undoing the migration, and for tests that empty tables."""
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                for when in ("rows", "truncate"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{when} ON {table}")
            else:
                for when in ("insert", "update", "delete"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{when}")


def _seals(vendor: str, tables: Iterable[str]) -> Iterable[str]:
    if vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION audit_is_final() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{SAYING}' USING ERRCODE = 'integrity_constraint_violation';"
            " END $$"
        )
        for table in tables:
            yield (
                f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION audit_is_final()"
            )
            yield (
                f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_final()"
            )
            for when in ("rows", "truncate"):
                # Also in a session that says it only replays another's changes.
                yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{when}"
        return
    for table in tables:
        for when in ("update", "delete"):
            yield (
                f"CREATE TRIGGER {table}_{when} BEFORE {when.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{SAYING}'); END"
            )
        # INSERT OR REPLACE deletes the old row, and SQLite fires no trigger for that.
        same = f"SELECT 1 FROM {table} WHERE id = NEW.id{_twin(table)}"  # noqa: S608 - our own names
        yield (
            f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} WHEN EXISTS ({same}) "
            f"BEGIN SELECT RAISE(ABORT, '{SAYING}'); END"
        )


def _twin(table: str) -> str:
    """Another unique constraint of the table that a replacing row could meet."""
    return " OR (scope = NEW.scope AND entry_id = NEW.entry_id)" if table == "audit_reach" else ""
