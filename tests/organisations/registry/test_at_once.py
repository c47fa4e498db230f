"""Two people who change the same thing at the same moment.

On PostgreSQL each has a connection of their own and waits for the other. SQLite has one writer at
a time, so there the second comes after the first.
"""

import threading

import pytest
from django.db import connections

from databases import POSTGRESQL
from organisations.registry.making import SYSTEM, csv_of, organisation, person, unit
from samling.accounts.models import Person
from samling.organisations.actions.history import RegistryError
from samling.organisations.actions.importing.drafts import apply_draft, hold_file, plan_of
from samling.organisations.actions.merging import merge_units
from samling.organisations.actions.people import person_by_address
from samling.organisations.actions.units import close_unit, move_unit
from samling.organisations.models import ImportDraft, Unit

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*actions):
    """What each gave or was refused with."""
    barrier = threading.Barrier(len(actions))
    answers = [None] * len(actions)

    def run(place, action, wait):
        if wait:
            barrier.wait(timeout=20)
        try:
            answers[place] = action()
        except RegistryError as error:
            answers[place] = error
        finally:
            if wait:
                connections.close_all()

    if not POSTGRESQL:
        for place, action in enumerate(actions):
            run(place, action, False)
        return answers
    threads = [
        threading.Thread(target=run, args=(place, action, True))
        for place, action in enumerate(actions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def refused(answers):
    return sum(isinstance(answer, RegistryError) for answer in answers)


def test_two_moves_never_make_a_circle():
    made = organisation()
    first, second = unit(made, "A"), unit(made, "B")
    answers = at_once(
        lambda: move_unit(by=SYSTEM, unit=first, parent=second),
        lambda: move_unit(by=SYSTEM, unit=second, parent=first),
    )
    assert refused(answers) == 1
    units = {found.pk: found for found in Unit.objects.all()}
    for found in units.values():
        above = units[found.parent_id].path if found.parent_id else "/"
        assert found.path == f"{above}{found.pk}/"


def test_a_unit_is_merged_or_closed_but_not_both():
    made = organisation()
    old, new = unit(made, "A"), unit(made, "B")
    answers = at_once(
        lambda: merge_units(by=SYSTEM, unit=old, into=new),
        lambda: close_unit(by=SYSTEM, unit=old),
    )
    assert refused(answers) == 1
    assert old.changes.filter(kind__in=["merged", "closed"]).count() == 1


def test_a_file_is_read_in_once():
    made, sender = organisation(), person("Chefen")
    draft = hold_file(
        person=sender,
        organisation=made,
        kind="units",
        name="a.csv",
        content=csv_of("Kod;Namn;Sort", "A;A;skola"),
        close_missing=False,
    )
    shown = plan_of(draft).fingerprint

    def press():
        return apply_draft(by=SYSTEM, draft=draft, fingerprint=shown)

    assert refused(at_once(press, press)) == 1
    assert (Unit.objects.count(), ImportDraft.objects.count()) == (1, 0)


def test_a_person_is_written_down_once():
    def write():
        return person_by_address(by=SYSTEM, email="Ny@exempel.se", name="Ny")

    answers = at_once(write, write)
    assert len({answer.pk for answer in answers}) == 1
    assert Person.objects.count() == 1
