"""The tree of units: making, moving, merging, closing."""

import random
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from organisations.registry.making import SYSTEM, appointment, grant, organisation, person, unit
from samling.accounts.models import Invitation, RoleGrant
from samling.audit.models import Entry
from samling.mail.models import Message
from samling.organisations.actions.enrolment import set_enrolment
from samling.organisations.actions.history import RegistryError
from samling.organisations.actions.memberships import (
    Term,
    add_membership,
    change_membership,
    end_membership,
)
from samling.organisations.actions.merging import merge_units
from samling.organisations.actions.tree import DEEPEST
from samling.organisations.actions.units import (
    UnitDetails,
    close_unit,
    create_unit,
    edit_unit,
    move_unit,
    reopen_unit,
)
from samling.organisations.models import Appointment, Enrolment, Membership, Unit
from samling.organisations.queries.registry import tree

pytestmark = pytest.mark.django_db


def paths_hold():
    """Every path is the parent's and the unit's own key, and nothing lies under itself."""
    units = {found.pk: found for found in Unit.objects.all()}
    for found in units.values():
        above = units[found.parent_id].path if found.parent_id else "/"
        assert found.path == f"{above}{found.pk}/"


def test_a_moved_unit_takes_what_is_below_along():
    made = organisation()
    top, other = unit(made, "A"), unit(made, "B")
    middle = unit(top, "C")
    leaf = unit(middle, "D")
    move_unit(by=SYSTEM, unit=middle, parent=other)
    leaf.refresh_from_db()
    assert leaf.path == f"/{other.pk}/{middle.pk}/{leaf.pk}/"
    paths_hold()
    change = middle.changes.get(kind="moved")
    assert (change.before, change.after) == ("A", "B")
    move_unit(by=SYSTEM, unit=middle, parent=other)
    assert middle.changes.filter(kind="moved").count() == 1


def test_circles_and_strange_parents_are_refused():
    made, elsewhere = organisation(), organisation("Annan")
    top = unit(made, "A")
    leaf = unit(unit(top, "B"), "C")
    foreign, closed = unit(elsewhere, "F"), unit(made, "S")
    close_unit(by=SYSTEM, unit=closed)
    for parent in (top, leaf, foreign, closed):
        with pytest.raises(RegistryError):
            move_unit(by=SYSTEM, unit=top, parent=parent)
    paths_hold()
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=top.pk).update(parent=top)


def test_the_tree_has_a_floor():
    here = organisation()
    for number in range(DEEPEST):
        here = unit(here, f"Nivå {number}")
    with pytest.raises(RegistryError):
        unit(here, "För djupt")
    pair = unit(unit(here.organisation, "P"), "Q").parent
    above = Unit.objects.get(name=f"Nivå {DEEPEST - 2}")
    with pytest.raises(RegistryError):
        move_unit(by=SYSTEM, unit=pair, parent=above)
    paths_hold()


def test_paths_hold_after_any_moves():
    chance = random.Random(7)  # noqa: S311 - a drawn example, not a secret
    made = organisation()
    units = [unit(made, f"U{number}") for number in range(12)]
    for _ in range(60):
        moved, parent = chance.choice(units), chance.choice([None, *units])
        try:
            move_unit(by=SYSTEM, unit=moved, parent=parent)
        except RegistryError:
            continue
    paths_hold()
    assert {row.pk for row in tree(made)} == {found.pk for found in units}


def test_a_code_is_taken_whatever_its_capitals():
    made = organisation()
    unit(made, "A", code="f1")
    with pytest.raises(RegistryError):
        unit(made, "B", code="F1")
    other = unit(made, "B", code="F2")
    with pytest.raises(RegistryError):
        edit_unit(by=SYSTEM, unit=other, details=UnitDetails("B", "preschool", "F1"))
    unit(organisation("Annan"), "A", code="F1")


def test_closing_a_unit_says_what_stands_in_the_way():
    made = organisation()
    top = unit(made, "Området")
    below = unit(top, "Förskolan")
    alva = person("Alva")
    membership = add_membership(
        by=SYSTEM, person=alva, place=below, term=Term(date(2026, 1, 1), title="chef")
    )
    held = appointment(alva, below, state="accepted", answered_at=timezone.now())
    ended = appointment(alva, below, state="ended", ends_on=date(2026, 2, 1))
    with pytest.raises(RegistryError) as refused:
        close_unit(by=SYSTEM, unit=top)
    assert "1 öppen enhet, 1 uppdrag och 1 medlemskap" in str(refused.value)
    close_unit(by=SYSTEM, unit=top, with_everything=True)
    today = timezone.localdate()
    for row in (below, membership, held, ended):
        row.refresh_from_db()
    assert (below.closed_on, membership.ends_on) == (today, today)
    assert (held.state, held.ends_on, held.end_reason) == ("ended", today, "Området stängdes.")
    assert ended.ends_on == date(2026, 2, 1)
    [letter] = Message.objects.all()
    assert (letter.template, letter.to) == ("appointment-ended", alva.email)
    assert "Därför: Området stängdes." in letter.text
    with pytest.raises(RegistryError):
        reopen_unit(by=SYSTEM, unit=below)
    reopen_unit(by=SYSTEM, unit=top)
    reopen_unit(by=SYSTEM, unit=below)
    assert Unit.objects.filter(closed_on__isnull=True).count() == 2


def test_a_closed_organisation_gets_no_units():
    made = organisation()
    type(made).objects.update(closed_on=timezone.localdate())
    with pytest.raises(RegistryError):
        unit(made, "A")


def test_merging_units_moves_what_goes_on_and_keeps_what_was():
    made = organisation()
    old, new = unit(made, "Ekorren"), unit(made, "Igelkotten")
    child = unit(old, "Avdelningen")
    alva, bo = person("Alva"), person("Bo")
    start = Term(date(2026, 1, 1))
    add_membership(by=SYSTEM, person=alva, place=old, term=start)
    for place in (old, new):
        add_membership(by=SYSTEM, person=bo, place=place, term=start)
    gone = Membership.objects.create(
        person=alva,
        organisation=made,
        unit=old,
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 6, 1),
    )
    moved, twin = appointment(alva, old), appointment(bo, old)
    appointment(bo, new)
    was = appointment(alva, old, state="ended", ends_on=date(2026, 2, 1))
    merge_units(by=SYSTEM, unit=old, into=new)
    for row in (old, child, moved, twin, was, gone):
        row.refresh_from_db()
    today = timezone.localdate()
    assert (old.merged_into, old.closed_on, child.parent) == (new, today, new)
    paths_hold()
    assert (moved.unit, moved.state) == (new, "proposed")
    assert (twin.unit, twin.state, twin.ends_on) == (old, "ended", today)
    assert (was.unit, gone.unit) == (old, old)
    assert set(Membership.objects.values_list("person__name", "unit__name", "ends_on")) == {
        ("Alva", "Igelkotten", None),
        ("Alva", "Ekorren", date(2025, 6, 1)),
        ("Bo", "Ekorren", today),
        ("Bo", "Igelkotten", None),
    }
    for pair in ((old, new), (new, new), (new, child)):
        with pytest.raises(RegistryError):
            merge_units(by=SYSTEM, unit=pair[0], into=pair[1])
    with pytest.raises(RegistryError):
        reopen_unit(by=SYSTEM, unit=old)
    with pytest.raises(RegistryError):
        merge_units(by=SYSTEM, unit=new, into=unit(organisation("Annan"), "X"))


def test_roles_and_invitations_follow_a_merged_unit():
    made = organisation()
    old, new = unit(made, "Ekorren"), unit(made, "Igelkotten")
    alva, bo = person("Alva"), person("Bo")
    roles = [grant(holder, ["appointments.manage"], old.scope) for holder in (alva, bo)]
    RoleGrant.objects.create(
        person=bo,
        role=roles[1].role,
        scope=new.scope,
        starts_on=date(2026, 1, 1),
        granted_by="test",
    )
    Invitation.objects.create(
        email="ny@exempel.se",
        name="Ny",
        token_hash="x",
        scope=old.scope,
        expires_at=timezone.now() + timedelta(days=1),
    )
    merge_units(by=SYSTEM, unit=old, into=new)
    for role in roles:
        role.refresh_from_db()
    assert [(role.scope, role.ends_on) for role in roles] == [
        (new.scope, None),
        (old.scope, timezone.localdate()),
    ]
    assert Invitation.objects.get().scope == new.scope
    assert Entry.objects.filter(verb="role moved").count() == 2


def test_a_passed_appointment_does_not_stop_the_one_that_moves():
    made = organisation()
    old, new = unit(made, "A"), unit(made, "B")
    alva = person("Alva")
    passed = appointment(alva, new, ends_on=date(2026, 2, 1))
    held = appointment(alva, old)
    merge_units(by=SYSTEM, unit=old, into=new)
    states = Appointment.objects.order_by("pk").values_list("unit__name", "state", "ends_on")
    assert list(states) == [("B", "ended", date(2026, 2, 1)), ("B", "proposed", None)]
    assert passed.pk < held.pk


def test_pupils_by_grade_and_year():
    made = organisation()
    school, preschool = unit(made, "Skolan", "school"), unit(made, "Förskolan")
    set_enrolment(by=SYSTEM, unit=school, year=2026, pupils={"F": 20, "1": 31})
    set_enrolment(by=SYSTEM, unit=school, year=2026, pupils={"F": None, "1": 30})
    set_enrolment(by=SYSTEM, unit=school, year=2026, pupils={"1": 30})
    assert list(Enrolment.objects.values_list("year", "grade", "pupils")) == [(2026, "1", 30)]
    edits = school.changes.filter(kind="edited").order_by("pk")
    assert list(edits.values_list("field", "before", "after")) == [
        ("enrolment 2026", "", "51"),
        ("enrolment 2026", "51", "30"),
    ]
    for place, year, pupils in (
        (preschool, 2026, {"1": 3}),
        (school, 12026, {"1": 3}),
        (school, 2026, {"10": 3}),
        (school, 2026, {"1": -1}),
    ):
        with pytest.raises(RegistryError):
            set_enrolment(by=SYSTEM, unit=place, year=year, pupils=pupils)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(unit=school, year=2026, grade="10", pupils=3)


def test_memberships_begin_change_and_end():
    made = organisation()
    home = unit(made, "A")
    alva = person("Alva")
    term = Term(date(2026, 1, 1), title=" rektor ")
    held = add_membership(by=SYSTEM, person=alva, place=home, term=term)
    assert (held.title, held.organisation) == ("rektor", made)
    for again in (term, Term(date(2026, 3, 1))):
        with pytest.raises(RegistryError):
            add_membership(by=SYSTEM, person=alva, place=home, term=again)
    with pytest.raises(RegistryError):
        change_membership(by=SYSTEM, membership=held, term=Term(date(2026, 2, 1), date(2026, 1, 1)))
    change_membership(by=SYSTEM, membership=held, term=Term(date(2026, 1, 1), title="lärare"))
    change_membership(by=SYSTEM, membership=held, term=Term(date(2026, 1, 1), title="lärare"))
    end_membership(by=SYSTEM, membership=held)
    with pytest.raises(RegistryError):
        end_membership(by=SYSTEM, membership=held)
    verbs = Entry.objects.filter(verb__startswith="membership").order_by("pk")
    assert list(verbs.values_list("verb", "scope")) == [
        ("membership added", home.scope),
        ("membership changed", home.scope),
        ("membership ended", home.scope),
    ]
    close_unit(by=SYSTEM, unit=home)
    with pytest.raises(RegistryError):
        add_membership(by=SYSTEM, person=alva, place=home, term=Term(date(2027, 1, 1)))


def test_the_tree_is_in_swedish_order():
    made = organisation()
    for name in ("Örnen", "Älgen", "Ängen", "Åsen", "zebran", "Asken"):
        unit(made, name)
    top = Unit.objects.get(name="Åsen")
    unit(top, "Under")
    assert [(row.name, row.depth, row.above) for row in tree(made)] == [
        ("Asken", 0, ()),
        ("zebran", 0, ()),
        ("Åsen", 0, ()),
        ("Under", 1, ("Åsen",)),
        ("Älgen", 0, ()),
        ("Ängen", 0, ()),
        ("Örnen", 0, ()),
    ]
    assert [row.name for row in tree(made, search="ÅSEN")] == ["Åsen"]


def test_making_a_unit_is_in_the_history_and_the_audit():
    made = organisation()
    top = create_unit(by=SYSTEM, organisation=made, details=UnitDetails(" A ", "school", " K1 "))
    assert (top.name, top.code, top.path) == ("A", "K1", f"/{top.pk}/")
    assert top.changes.get().kind == "created"
    assert Entry.objects.filter(verb="unit created", scope=top.scope).count() == 1
