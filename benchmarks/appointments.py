"""Server time and queries of appointments' pages: 20,000 people, 5,000 units, 10,000 appointments.

    python benchmarks/appointments.py                       # on SQLite
    DATABASE_URL=postgres://... python benchmarks/appointments.py   # an empty database

The data is made up by a fixed rule and put in a folder (SQLite) or an empty database of its own
(PostgreSQL). Each line is the fastest and the median of the runs, and the median of what this
process worked, in milliseconds; then the queries of one request, with those that find out who is
signed in. On a machine that others use too, "worked" is the steadier figure; on PostgreSQL its
server's work is not in it.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samling.web.settings")
os.environ["SAMLING_DATA"] = tempfile.mkdtemp(prefix="samling-benchmark-")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from samling.accounts.actions.roles import grant_from_system, load_roles  # noqa: E402
from samling.accounts.models import Person, Role  # noqa: E402
from samling.accounts.rules import rights_of  # noqa: E402
from samling.audit.actions import Actor  # noqa: E402
from samling.organisations.actions.appointment_import import plan  # noqa: E402
from samling.organisations.actions.appointment_sheet import SheetRow  # noqa: E402
from samling.organisations.actions.reminders import tell_of_gaps  # noqa: E402
from samling.organisations.actions.role_types import load_role_types  # noqa: E402
from samling.organisations.models import Appointment, Organisation, RoleType, Unit  # noqa: E402
from samling.places.actions import load_sweden  # noqa: E402
from samling.places.models import Area  # noqa: E402

PEOPLE, UNITS, APPOINTMENTS, ORGANISATIONS = 20_000, 5_000, 10_000, 30
KINDS = ("preschool", "school", "clinic", "library", "dental", "department")
RUNS = 15
BY = Actor("benchmark")


def make() -> None:
    """Thirty organisations in three counties; a unit of each kind in turn; two in three covered."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    load_sweden(by="benchmark")
    load_roles(by=BY)
    load_role_types(by=BY)
    places = list(Area.objects.filter(level="municipality").order_by("code")[:ORGANISATIONS])
    organisations = [
        Organisation(name=f"Organisation {n:02}", kind="municipality", area=place)
        for n, place in enumerate(places)
    ]
    Organisation.objects.bulk_create(organisations)
    Unit.objects.bulk_create(
        Unit(
            organisation=organisations[n % ORGANISATIONS],
            name=f"Enhet {n:04}",
            kind=KINDS[n % len(KINDS)],
            code=f"E{n:04}",
        )
        for n in range(UNITS)
    )
    units = list(Unit.objects.order_by("pk"))
    for unit in units:
        unit.path = f"/{unit.pk}/"
    Unit.objects.bulk_update(units, ["path"], batch_size=500)
    Person.objects.bulk_create(
        Person(name=f"Person {n:05}", email=f"person{n}@exempel.se", password="!")
        for n in range(PEOPLE)
    )
    people = list(Person.objects.order_by("pk"))
    Appointment.objects.bulk_create(
        [appointment(n, units, people) for n in range(APPOINTMENTS)], batch_size=1000
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def appointment(n: int, units: list[Unit], people: list[Person]) -> Appointment:
    """The first half holds or has ended, the second half is history, waiting or another role."""
    today = timezone.localdate()
    roles = {role.code: role for role in RoleType.objects.all()} if n == 0 else appointment.roles
    appointment.roles = roles
    unit = units[(n * 2) % UNITS] if n % 3 else units[(n * 7 + 1) % UNITS]
    past = n % 4 == 0
    return Appointment(
        role_type=roles["barnrattspilot" if n % 10 else "andts-samordnare"],
        person=people[n],
        unit=unit,
        state="ended" if past else "proposed" if n % 11 == 0 else "accepted",
        starts_on=date(2024, 1, 1) if past else today - timedelta(days=100 + n % 50),
        ends_on=date(2025, 12, 31) if past else today + timedelta(days=n % 900),
        answered_at=timezone.now(),
        appointed_by=people[-1 - n % 50],
    )


def measured(client: Client, address: str) -> str:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(address)
    queries = len(asked)  # the next request begins to count anew
    if answer.status_code != 200:
        return f"answers {answer.status_code}"
    times, worked = [], []
    for _ in range(RUNS):
        start, used = time.perf_counter(), time.process_time()
        client.get(address)
        times.append(1000 * (time.perf_counter() - start))
        worked.append(1000 * (time.process_time() - used))
    figures = (min(times), statistics.median(times), statistics.median(worked))
    return "".join(f"{figure:10.1f}" for figure in figures) + f"{queries:10}"


def timed(name: str, work) -> None:
    start = time.perf_counter()
    found = work()
    print(f"{name:58} {1000 * (time.perf_counter() - start):8.1f}   ({found})")


def main() -> int:
    if connection.introspection.table_names() and "DATABASE_URL" in os.environ:
        print("The database isn't empty. Give an empty one.")
        return 1
    make()
    strategist = Person.objects.create(name="Strateg", email="strateg@exempel.se", password="!")
    chief = Person.objects.create(name="Chef", email="chef@exempel.se", password="!")
    manager, follower = (Role.objects.get(code=c) for c in ("unit-manager", "strategist"))
    grant_from_system(by=BY, person=strategist, role=follower, scope="")
    some = Unit.objects.order_by("pk")[:50]
    for unit in some:
        grant_from_system(by=BY, person=chief, role=manager, scope=unit.scope)
    organisation = Organisation.objects.order_by("pk")[3]
    print(f"{connection.vendor}: {PEOPLE} people, {UNITS} units, {APPOINTMENTS} appointments")
    print(f"{'page':58} {'fastest':>9} {'median':>9} {'worked':>9} {'queries':>9}")
    for reader in (strategist, chief):
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
        for address in (
            "/uppdrag/luckor/",
            "/uppdrag/luckor/?sida=8",
            f"/uppdrag/luckor/?organisation={organisation.pk}",
            f"/uppdrag/luckor/?omrade={organisation.area.code}",
            "/uppdrag/alla/",
            "/uppdrag/alla/?lage=slutar&sida=2",
            "/uppdrag/tackning/",
            "/uppdrag/luckor.csv",
        ):
            print(f"{reader.name + ' ' + address:58} {measured(client, address)}")
    rows = [
        SheetRow(
            n + 2,
            {
                "unit": unit.code,
                "name": f"Ny {n}",
                "email": f"ny{n}@exempel.se",
                "role": "barnrattspilot",
                "starts_on": "2026-12-01",
            },
        )
        for n, unit in enumerate(Unit.objects.order_by("pk")[:250])
    ]
    boss = Person.objects.create(name="Ada", email="ada@exempel.se", password="!")
    administrator = Role.objects.get(code="administrator")
    grant_from_system(by=BY, person=boss, role=administrator, scope="")
    timed("Preview of 250 rows", lambda: len(plan(rights=rights_of(boss), rows=rows).rows))
    timed("Weekly letters of gaps", lambda: tell_of_gaps(today=timezone.localdate()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
