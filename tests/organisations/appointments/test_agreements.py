"""Agreements: added, renewed, ended, and warned of."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from organisations.appointments.made_up import person
from samling.accounts.rules import actor, rights_of
from samling.mail.models import Message
from samling.organisations.actions.agreements import (
    AgreementError,
    add_agreement,
    end_agreement,
    renew_agreement,
    warn_of_agreements,
)
from samling.organisations.models import Agreement
from samling.organisations.queries.agreements import soon_out, state_of
from samling.organisations.terms import add_months, last_day

SIGNED, EXPIRES = date(2023, 5, 1), date(2027, 5, 1)


def added(county, by=None, *, name="HFS avsiktsförklaring", signed=SIGNED, expires=EXPIRES):
    who = by or county.chief
    return add_agreement(
        by=actor(who),
        rights=rights_of(who),
        organisation=county.staden,
        name=name,
        signed_on=signed,
        expires_on=expires,
    )


def renewed(county, found, *, signed=date(2027, 4, 1), expires=date(2031, 5, 1)):
    return renew_agreement(
        by=actor(county.chief),
        rights=rights_of(county.chief),
        agreement=found,
        signed_on=signed,
        expires_on=expires,
    )


def letters():
    return [(m.template, m.to) for m in Message.objects.order_by("pk")]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 10, 31), "in force"),
        (date(2026, 11, 1), "expiring"),
        (date(2027, 5, 1), "expiring"),
        (date(2027, 5, 2), "expired"),
    ],
)
def test_what_stands_of_it(county, day, state):
    found = added(county)
    assert state_of(found, on=day) == state
    assert soon_out(rights_of(county.chief), on=day) == ([] if state == "in force" else [found])


def test_it_is_warned_of_six_months_before_and_once_when_out(county):
    added(county)
    second = person("Dag", "organisation-manager", county.staden.scope)
    person("Ada", "administrator")  # further away than those of the organisation itself
    days = [
        date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 1), date(2027, 5, 1),
        date(2027, 5, 2), date(2027, 9, 9),
    ]  # fmt: skip
    assert [warn_of_agreements(today=day) for day in days] == [0, 2, 0, 0, 2, 0]
    assert sorted(letters()) == sorted(
        (template, to)
        for template in ("agreement-expiring", "agreement-expired")
        for to in (county.chief.email, second.email)
    )
    assert "går ut lördag 1 maj 2027" in Message.objects.order_by("pk")[0].subject


def test_late_work_tells_only_that_it_is_out(county):
    added(county)
    assert warn_of_agreements(today=date(2028, 1, 1)) == 1
    assert letters() == [("agreement-expired", county.chief.email)]


def test_renewing_is_one_step_and_warns_no_more(county):
    old = added(county)
    new = renewed(county, old)
    old.refresh_from_db()
    assert (old.renewed_by, new.name, new.renewed_by) == (new, old.name, None)
    assert state_of(old) == "renewed"
    assert warn_of_agreements(today=date(2027, 6, 1)) == 0
    with pytest.raises(AgreementError, match="redan förnyad"):
        renewed(county, old, expires=date(2035, 5, 1))
    assert Agreement.objects.count() == 2


def test_an_ended_one_warns_no_more(county):
    found = added(county)
    values = {"by": actor(county.chief), "rights": rights_of(county.chief), "agreement": found}
    with pytest.raises(AgreementError, match="före den då"):
        end_agreement(**values, ended_on=date(2023, 4, 30))
    end_agreement(**values, ended_on=date(2026, 1, 1))
    assert warn_of_agreements(today=date(2027, 4, 1)) == 0
    with pytest.raises(AgreementError, match="redan avslutad"):
        end_agreement(**values, ended_on=date(2026, 1, 1))
    assert added(county).pk != found.pk


def test_what_can_not_be_done(county):
    found = added(county)
    with pytest.raises(AgreementError, match="Förnya den i stället"):
        added(county, name="hfs AVSIKTSFÖRKLARING")
    with pytest.raises(AgreementError, match="efter den då"):
        added(county, name="Annan", expires=SIGNED)
    with pytest.raises(AgreementError, match="längre än den gamla"):
        renewed(county, found, expires=EXPIRES)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=found.pk).update(expires_on=SIGNED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=found.pk).update(renewed_by=found)


def test_only_for_those_who_look_after_agreements(county):
    found = added(county)
    for stranger in (
        county.alva,
        person("Rut", "unit-manager", county.staden.scope),
        person("Elsa", "organisation-manager", county.byn.scope),
    ):
        with pytest.raises(PermissionDenied):
            added(county, stranger, name="Annan")
        for change in (renew_agreement, end_agreement):
            given = (
                {"ended_on": EXPIRES}
                if change is end_agreement
                else {"signed_on": EXPIRES, "expires_on": date(2031, 5, 1)}
            )
            with pytest.raises(PermissionDenied):
                change(by=actor(stranger), rights=rights_of(stranger), agreement=found, **given)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2027, 5, 1), -6, date(2026, 11, 1)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months(day, months, later):
    assert add_months(day, months) == later


def test_a_term_ends_the_day_before_it_would_begin_again():
    assert last_day(date(2026, 12, 1), 24) == date(2028, 11, 30)
    assert last_day(date(2026, 12, 1), None) is None
