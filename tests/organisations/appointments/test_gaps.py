"""Who stands on the gap list, and what coverage says."""

from datetime import UTC, date, datetime

import pytest

from organisations.appointments.made_up import County, days, person, today, unit
from samling.accounts.rules import rights_of
from samling.organisations.models import Appointment
from samling.organisations.queries.appointments import Choice, follows
from samling.organisations.queries.coverage import by_municipality, by_organisation, total
from samling.organisations.queries.gaps import gaps, gaps_followed, told


def names(units):
    return [found.name for found in units]


def test_a_unit_stands_on_the_list_from_the_day_after_the_last_day(county):
    county.accepted(ends=30)
    missing = {
        number: county.solen in gaps(county.pilot, on=days(number)) for number in (0, 30, 31)
    }
    assert missing == {0: False, 30: False, 31: True}


@pytest.mark.parametrize(
    ("moment", "missing"),
    [
        (datetime(2027, 6, 30, 21, 59, 59, tzinfo=UTC), False),  # 23.59 in Sweden
        (datetime(2027, 6, 30, 22, 0, 0, tzinfo=UTC), True),  # 1 July in Sweden, still June in UTC
        (datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2027, 1, 31, 23, 0, 0, tzinfo=UTC), True),
    ],
)
def test_the_day_is_a_swedish_day(county, monkeypatch, moment, missing):
    found = county.accepted()
    last = date(2027, 6, 30) if moment.month == 6 else date(2027, 1, 31)
    Appointment.objects.filter(pk=found.pk).update(starts_on=date(2026, 1, 1), ends_on=last)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    assert (county.solen in gaps(county.pilot)) is missing


def test_only_an_accepted_one_in_its_days_fills_a_gap(county):
    county.proposed()
    county.accepted(person("Bo"), at=county.manen, starts=5)
    assert names(gaps(county.pilot)) == ["Backen", "Månen", "Solen"]
    rows = told([found.pk for found in gaps(county.pilot)], county.pilot)
    assert [gap.unit.name for gap in rows] == ["Backen", "Månen", "Solen"]
    seen = {gap.unit.name: gap for gap in rows}
    assert (seen["Solen"].asked, seen["Månen"].starts_on, seen["Backen"].since) == (
        True,
        days(5),
        None,
    )
    county.accepted(person("Eva"), at=county.backen, by=person("Ada", "administrator"))
    assert names(gaps(county.pilot)) == ["Månen", "Solen"]


def test_what_is_not_missed(county):
    unit(county.staden, "Nämnden", "committee")
    unit(county.staden, "Stängda", closed_on=today())
    unit(county.staden, "Stänger i morgon", closed_on=days(1))
    county.byn.closed_on = today()
    county.byn.save()
    assert names(gaps(county.pilot)) == ["Månen", "Solen", "Stänger i morgon"]


def test_since_when_it_has_been_without(county):
    found = county.accepted(starts=-50)
    Appointment.objects.filter(pk=found.pk).update(ends_on=days(-3))
    [gap] = told([county.solen.pk], county.pilot)
    assert gap.since == days(-3)


def choice(**rest):
    return Choice(**rest)


@pytest.mark.parametrize(
    ("role", "scope", "seen"),
    [
        ("strategist", "", ["Backen", "Månen", "Solen"]),
        ("strategist", "area:04", ["Backen", "Månen", "Solen"]),
        ("strategist", "area:0480", ["Backen"]),
        ("unit-manager", "solen", ["Solen"]),
        ("organisation-manager", "staden", ["Månen", "Solen"]),
        ("analyst", "", []),
    ],
)
def test_one_sees_what_one_follows(county, role, scope, seen):
    place = getattr(county, scope, None)
    reader = person("Läsare", role, place.scope if place else scope)
    found = gaps_followed(follows(rights_of(reader)), county.pilot, Choice())
    assert names(found) == seen
    assert names(gaps_followed(follows(rights_of(county.alva)), county.pilot, Choice())) == []


def test_the_list_is_narrowed(county):
    strategist = follows(rights_of(person("Stina", "strategist", "area:04")))
    region = type(county.staden).objects.create(name="Regionen", kind="region", area=county.county)
    unit(region, "Kliniken", "clinic", area=county.town)

    def shown(**rest):
        return names(gaps_followed(strategist, county.pilot, choice(**rest)))

    assert shown(organisation=county.staden.pk) == ["Månen", "Solen"]
    assert shown(area="0480") == ["Backen", "Kliniken"]
    assert shown(area="04") == ["Backen", "Kliniken", "Månen", "Solen"]
    assert shown(area="0480", organisation=region.pk) == ["Kliniken"]


def test_coverage_counts_units_by_organisation_and_municipality(county: County):
    region = type(county.staden).objects.create(name="Regionen", kind="region", area=county.county)
    clinic = unit(region, "Kliniken", "clinic", area=county.town)
    unit(region, "Regionens bibliotek", "library")
    boss = person("Ada", "administrator")
    county.accepted()
    county.accepted(person("Bo"))  # two in one unit cover it once
    county.accepted(person("Dan"), at=clinic, by=boss)
    may = follows(rights_of(boss))
    listed = by_organisation(may, county.pilot, Choice())
    assert [(c.name, c.covered, c.units) for c in listed] == [
        ("Byn", 0, 1),
        ("Regionen", 1, 2),
        ("Staden", 1, 2),
    ]
    whole = total(listed)
    assert (whole.covered, whole.units, whole.missing, whole.share) == (2, 5, 3, 0.4)
    assert total([]) is None
    places = by_municipality(may, county.pilot, Choice())
    assert [(c.key, c.covered, c.units) for c in places] == [("0480", 1, 2), ("0484", 1, 2)]


@pytest.mark.parametrize("number", [0, 1, 400])
def test_gaps_and_coverage_always_agree(county, number):
    """However many days ahead one looks: what is not covered is what is on the list."""
    boss = person("Ada", "administrator")
    county.accepted(starts=0, ends=0)
    county.accepted(person("Bo"), at=county.backen, starts=1, ends=399, by=boss)
    missing = gaps(county.pilot, on=days(number)).count()
    whole = total(
        by_organisation(follows(rights_of(boss)), county.pilot, Choice(), on=days(number))
    )
    assert whole.missing == missing
    assert missing == {0: 2, 1: 2, 400: 3}[number]
