"""Two published studies for tests of pages: NHANES as it is, and a small drawn youth survey.

They are published once for the whole session, in a transaction that is rolled back; the snapshots
stay on disk and the rows are kept, so that every test can have them in its own database at once.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Model

from samling.indicators.actions import publish_study
from samling.indicators.models import Release, Study
from samling.indicators.presenting import labels
from samling.indicators.queries import Published, latest_release, published, warehouse
from samling.places.actions import load_sweden
from samling.places.models import Area, Division
from world import draw_rows, write_study

STUDIES = Path(__file__).parents[2] / "studies"
FEW = "0486"
"""The municipality where so few answered that its girls and boys cannot be shown."""

CHANGES = (
    ("  division: prov\n  division_file: areas.csv\n", "  division: sverige\n"),
    (
        "groupings:\n  - {by: [gender]}\n",
        "groupings:\n  - {by: [gender]}\n" + "  - {by: [gender, year], levels: [county]}\n",
    ),
    (
        "groupings:\n  - {by: [gender]}\n  - {by: [gender, year]",
        "  - code: year\n"
        '    name: {sv: "Sömn", en: "Sleep"}\n'
        "    levels:\n"
        "      - {code: enough, when: {sleep: [1]}, "
        'name: {sv: "Sover tillräckligt", en: "Enough sleep"}}\n'
        "      - {code: little, when: {sleep: [2]}, "
        'name: {sv: "Sover för lite", en: "Too little sleep"}}\n'
        "groupings:\n  - {by: [gender]}\n  - {by: [gender, year]",
    ),
    (
        '    theme: {sv: "Framtidstro", en: "Belief in the future"}\n',
        '    theme: {sv: "Framtidstro", en: "Belief in the future"}\n    featured: true\n',
    ),
)


@pytest.fixture(scope="session")
def published_rows(django_db_setup, django_db_blocker, tmp_path_factory) -> list[list[Model]]:
    folder = tmp_path_factory.mktemp("studies") / "prov"
    pupils = {"0480": 60, "0484": 60, FEW: 5}
    write_study(folder, rows=draw_rows(pupils=pupils), changes=CHANGES)
    with django_db_blocker.unblock(), transaction.atomic():
        load_sweden(by="tests")
        for path in (STUDIES / "nhanes-2009-2010", folder):
            publish_study(path, by="tests", warehouse=warehouse(), progress=lambda _: None)
        rows = [list(model.objects.all()) for model in (Division, Area, Study, Release)]
        transaction.set_rollback(True)
    return rows


def put_back(rows: list[list[Model]]) -> None:
    """Every row as it was published, in the test's own database."""
    for listed in rows:
        type(listed[0])._default_manager.bulk_create(listed)
    labels.forget_areas()


@pytest.fixture
def site(db, published_rows) -> Iterator[None]:
    """An installation with two published studies."""
    put_back(published_rows)
    yield
    labels.forget_areas()


@pytest.fixture
def survey(site) -> Published:
    release = latest_release("prov")
    assert release is not None
    return published(release)
