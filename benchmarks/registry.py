"""Server time and number of questions of the registry's pages: 5,000 units and 20,000 people.

    python benchmarks/registry.py                     # SQLite, in a folder that is thrown away
    DATABASE_URL=postgres://... python benchmarks/registry.py    # and PostgreSQL, in a database
                                                      # of its own that is thrown away

Each line is the median of the runs in milliseconds, through the whole stack but the network:
middleware, session, rights, view, template. Nothing made for a page is kept between. "worked" is
the processor's time in this process, which says the same on a machine with other things to do
(SQLite works in it; PostgreSQL in processes of its own).
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date

import django

FOLDER = tempfile.mkdtemp(prefix="samling-benchmark-")
os.environ["SAMLING_DATA"] = FOLDER
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samling.web.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from samling.accounts.models import Person, Role, RoleGrant  # noqa: E402
from samling.audit.actions import Actor  # noqa: E402
from samling.organisations.actions.importing.drafts import apply_draft, hold_file, plan_of  # noqa: E402
from samling.organisations.models import Change, Enrolment, Membership, Organisation, Unit  # noqa: E402
from samling.places.actions import load_sweden  # noqa: E402
from samling.places.models import Area  # noqa: E402

ORGANISATIONS, LARGE, UNITS, PEOPLE = 120, 1_000, 5_000, 20_000
RUNS = 15
MAY = ["organisations.manage", "people.read"]
KINDS = ("department", "preschool", "school", "clinic", "library", "dental", "other")
WORDS = ("Eken", "Björken", "Älgen", "Ängen", "Åsen", "Örnen", "Tallen", "Rönnen", "Linden")


def main() -> None:
    try:
        if os.environ.get("DATABASE_URL"):
            environment = {**os.environ, "DATABASE_URL": ""}
            subprocess.run([sys.executable, __file__], env=environment, check=True)
        measure()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


def measure() -> None:

    made = connection.vendor == "postgresql"
    name = connection.settings_dict["NAME"]
    if made:
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
    else:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
    try:
        began = time.perf_counter()
        fill()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"\n{connection.display_name}: made in {time.perf_counter() - began:.1f} s")
        time_pages()
        time_import()
    finally:
        if made:
            connection.creation.destroy_test_db(name, verbosity=0)


def fill() -> None:
    """The same data each time."""

    load_sweden(by="benchmark")
    areas = list(Area.objects.filter(level="municipality").order_by("code").only("pk"))
    organisations = Organisation.objects.bulk_create(
        Organisation(
            name=f"{WORDS[i % len(WORDS)]}s kommun {i}",
            kind="region" if i == 0 else "municipality",
            area=areas[(7 * i) % len(areas)],
            email=f"kommun{i}@exempel.se",
        )
        for i in range(ORGANISATIONS)
    )
    units = make_units(organisations)
    people = Person.objects.bulk_create(
        (
            Person(name=f"{WORDS[i % 9]} Exempel {i}", email=f"p{i}@exempel.se", password="!")
            for i in range(PEOPLE)
        ),
        batch_size=2_000,
    )
    Membership.objects.bulk_create(
        (
            Membership(
                person=person,
                organisation=units[i % UNITS].organisation,
                unit=units[i % UNITS],
                title="medarbetare",
                starts_on=date(2025, 1, 1),
            )
            for i, person in enumerate(people)
        ),
        batch_size=2_000,
    )
    Change.objects.bulk_create(
        (
            Change(
                organisation=unit.organisation,
                unit=unit,
                kind="created",
                on=date(2025, 1, 1),
                after=unit.name,
                by="benchmark",
            )
            for unit in units
        ),
        batch_size=2_000,
    )
    Enrolment.objects.bulk_create(
        (
            Enrolment(unit=unit, year=year, grade=str(grade), pupils=20 + grade)
            for unit in units
            if unit.kind == "school"
            for year in (2024, 2025, 2026)
            for grade in range(1, 10)
        ),
        batch_size=2_000,
    )


def make_units(organisations):
    """Three levels: departments, units in them, and a few units in those."""

    homes = [organisations[0]] * LARGE
    rest = UNITS - LARGE
    homes += [organisations[1 + i % (ORGANISATIONS - 1)] for i in range(rest)]
    order = {}
    units = []
    for i, home in enumerate(homes):
        place = order[home.pk] = order.get(home.pk, -1) + 1
        kind = "department" if place % 12 == 0 else KINDS[1 + i % 6]
        name = f"{WORDS[i % len(WORDS)]}s {kind} {i}"
        units.append(Unit(organisation=home, name=name, kind=kind, code=f"E{i}"))
    Unit.objects.bulk_create(units, batch_size=1_000)
    above = {}
    for unit in units:
        if unit.kind == "department":
            above[unit.organisation_id], unit.path = unit, f"/{unit.pk}/"
            continue
        parent = above[unit.organisation_id]
        unit.parent, unit.path = parent, f"{parent.path}{unit.pk}/"
        if unit.pk % 5 == 0 and parent.path.count("/") == 2:
            above[unit.organisation_id] = unit
        elif parent.kind != "department":
            above[unit.organisation_id] = parent.parent
    Unit.objects.bulk_update(units, ["parent", "path"], batch_size=500)
    return units


def reader(permissions, scope):

    name = scope or "everywhere"
    person = Person.objects.create(name=name, email=f"{name.replace(':', '-')}@exempel.se")
    role = Role.objects.create(code=name.replace(":", "-"), name_sv=name, permissions=permissions)
    RoleGrant.objects.create(
        person=person, role=role, scope=scope, starts_on=date(2025, 1, 1), granted_by="benchmark"
    )
    return person


def time_pages() -> None:

    large = Organisation.objects.get(kind="region")
    school = Unit.objects.filter(organisation=large, kind="school").order_by("pk")[20]
    here, unit = f"/organisationer/{large.key}/", f"/organisationer/enheter/{school.key}/"
    pages = (
        "/organisationer/",
        "/organisationer/?sida=2",
        "/organisationer/?sok=ängen",
        "/organisationer/?sok=örnens+school",
        "/organisationer/?lan=04&visa=alla",
        "/en/organisationer/?sok=kommun",
        here,
        f"{here}?sida=7",
        f"{here}?sok=åsens",
        f"{here}personer/",
        f"{here}personer/?sida=20",
        f"{here}personer/?sok=älgen",
        f"{here}historik/",
        unit,
        f"{unit}andra/",
        f"{unit}sla-ihop/",
    )
    print(f"{'page':44} {'reader':>12} {'median':>8} {'worked':>8} {'questions':>10}")
    for who, scope in (("everywhere", ""), ("manager", large.scope)):
        person = reader(MAY, scope)
        for page in pages:
            shown = page.replace(str(large.key), "LARGE").replace(str(school.key), "UNIT")
            took, work, questions = timed(person, page)
            print(f"{shown:44} {who:>12} {took:8.1f} {work:8.1f} {questions:10}")


def timed(person, page):

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(person)
    with CaptureQueriesContext(connection) as told:
        answer = client.get(page)
    questions = len(told)
    if answer.status_code != 200:
        raise SystemExit(f"{page} answers {answer.status_code}")
    waited, worked = [], []
    for _ in range(RUNS):
        began, began_work = time.perf_counter(), time.process_time()
        client.get(page)
        waited.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.process_time() - began_work))
    return statistics.median(waited), statistics.median(worked), questions


def time_import() -> None:
    """A file of 5,000 new units and one of 5,000 people, each previewed and read in."""

    empty = Organisation.objects.create(name="Ny region", kind="region")
    units = ["Kod;Namn;Sort;Överordnad", *(f"N{i};Enhet {i};skola;" for i in range(50))]
    units += [f"N{i};Enhet {i};förskola;N{i % 50}" for i in range(50, 5_000)]
    people = ["E-post;Namn;Kod", *(f"n{i}@exempel.se;Namn {i};N{i}" for i in range(5_000))]
    for kind, lines in (("units", units), ("people", people)):
        for again in ("new", "again"):
            began = time.perf_counter()
            draft = hold_file(
                person=Person.objects.first(),
                organisation=empty,
                kind=kind,
                name=f"{kind}.csv",
                content="\r\n".join(lines).encode(),
                close_missing=False,
            )
            plan = plan_of(draft)
            seen = time.perf_counter()
            apply_draft(by=Actor("benchmark"), draft=draft, fingerprint=plan.fingerprint)
            done = time.perf_counter()
            print(
                f"5,000 {kind}, {again}: {len(plan.changes)} changes, "
                f"preview {seen - began:.1f} s, read in {done - seen:.1f} s"
            )
    took, work, asked = timed(reader(MAY, empty.scope), f"/organisationer/{empty.key}/")
    print(f"one organisation with 5,000 units: {took:.1f} ms, worked {work:.1f}, {asked} questions")


if __name__ == "__main__":
    main()
