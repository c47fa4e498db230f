"""The audit's page over a million entries: milliseconds for each kind of question.

    python benchmarks/audit.py [--entries 1000000] [--postgres URL]

Entries are made up: 2,000 people, 40 verbs, 300 units in 20 organisations. The middle of five.
"""

import argparse
import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

sys.path[:1] = [str(Path(__file__).parents[1] / "src")]
FILL = {
    "entries": """
        WITH RECURSIVE n(i) AS (
            SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < {count}
        )
        INSERT INTO audit_entry (at, actor, actor_key, verb, subject, subject_kind, subject_key,
                                 scope, details)
        SELECT {moment}, 'Person ' || (i * 7919 % 2000), 'key-' || (i * 7919 % 2000),
               'verb ' || (i * 31 % 40), 'subject ' || i, 'kind ' || (i % 8),
               'subject-' || (i % 9973),
               'unit:' || (i % 300), '{{}}'
        FROM n
    """,
    "units": "INSERT INTO audit_reach (entry_id, scope) SELECT id, scope FROM audit_entry",
    "organisations": """
        INSERT INTO audit_reach (entry_id, scope)
        SELECT id, 'organisation:' || ((id % 300) / 15) FROM audit_entry
    """,
}


class Reader:
    actor = ""

    def __init__(self, *scopes: str) -> None:
        self.held = frozenset(scopes)

    def can(self, permission: str, scopes=()) -> bool:
        return True

    def can_anywhere(self, permission: str) -> bool:
        return True

    def scopes(self, permission: str) -> frozenset[str]:
        return self.held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--postgres", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="auditbench-") as folder:
        os.environ["SAMLING_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "samling.web.settings"
        run(asked.entries, asked.postgres)


def run(count: int, postgres: str) -> None:
    import dj_database_url  # noqa: PLC0415
    import django  # noqa: PLC0415

    from samling.web import settings  # noqa: PLC0415

    if postgres:
        settings.DATABASES = {"default": dj_database_url.parse(postgres)}
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from samling.audit.presenting import filters  # noqa: PLC0415
    from samling.audit.queries import Asked, entries_page  # noqa: PLC0415

    call_command("migrate", "audit", verbosity=0)
    moment = (
        f"timestamptz '2026-11-25' - make_interval(mins => ({count} - i)::int)"
        if postgres
        else f"datetime('2026-11-25', (i - {count}) || ' minutes')"
    )
    with connection.cursor() as cursor:
        for sql in FILL.values():
            cursor.execute(sql.format(count=count, moment=moment))
        if postgres:
            cursor.execute("ANALYZE")
    all_of_it, one = Reader(""), Reader("organisation:7")
    two = Reader("organisation:7", "unit:3", "unit:299")
    old, day = count // 10, date(2025, 6, 1)
    questions = {
        "first page": (all_of_it, Asked(), {}),
        "deep page": (all_of_it, Asked(), {"before": old}),
        "a verb": (all_of_it, Asked(verb="verb 7"), {}),
        "a kind, deep": (all_of_it, Asked(kind="kind 3"), {"before": old}),
        "a person by name": (all_of_it, Asked(actor="son 1999"), {}),
        "persons by a common name": (all_of_it, Asked(actor="person 19"), {}),
        "a person and a verb": (all_of_it, Asked(actor="person 1999", verb="verb 1"), {}),
        "a verb and a kind that never meet": (all_of_it, Asked(verb="verb 1", kind="kind 3"), {}),
        "one thing": (all_of_it, Asked(subject_key="subject-77"), {}),
        "an old day": (all_of_it, Asked(since=day, until=day), {}),
        "an old day and a verb": (all_of_it, Asked(since=day, until=day, verb="verb 3"), {}),
        "one organisation": (one, Asked(), {}),
        "one organisation, deep": (one, Asked(), {"before": old}),
        "one organisation and a verb": (one, Asked(verb="verb 7"), {}),
        "one organisation, an old day": (one, Asked(since=day, until=day), {}),
        "three scopes": (two, Asked(), {}),
        "nothing of mine": (Reader("organisation:77"), Asked(verb="verb 7"), {}),
    }
    for name, (reader, question, place) in questions.items():
        times = []
        for _ in range(5):
            began = time.perf_counter()
            page = entries_page(reader, question, **place)
            times.append((time.perf_counter() - began) * 1000)
        print(f"{median(times):8.1f} ms  {name} ({len(page.entries)} entries)")
    began = time.perf_counter()
    filters(Asked())
    print(f"{(time.perf_counter() - began) * 1000:8.1f} ms  the choices of the filters")


if __name__ == "__main__":
    main()
