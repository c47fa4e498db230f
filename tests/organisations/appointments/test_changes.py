"""Appointing, answering, handing over, changing and ending."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from organisations.appointments.made_up import days, ended, person, today
from samling.accounts.actions.roles import end_grant
from samling.accounts.models import Person
from samling.accounts.rules import actor, rights_of
from samling.audit.models import Entry
from samling.mail.models import Message
from samling.organisations.actions import appointments
from samling.organisations.actions.appointments import AppointmentError, Newcomer, Terms
from samling.organisations.choices import TRANSITIONS, AppointmentState
from samling.organisations.models import Appointment
from samling.organisations.queries.appointments import active, appointment_data

PROPOSED, ACCEPTED, DECLINED, ENDED = AppointmentState


def fresh(found):
    return Appointment.objects.get(pk=found.pk)


def letters(template):
    return sorted(Message.objects.filter(template=template).values_list("to", flat=True))


def test_one_is_appointed_and_says_yes(county):
    found = county.proposed(training="Grundkurs", plan="En träff i månaden")
    assert (found.state, found.appointed_by) == (PROPOSED, county.chief)
    assert not Appointment.objects.filter(active()).exists()
    letter = Message.objects.get(template="appointment-proposed")
    assert letter.to == county.alva.email
    assert f"http://127.0.0.1:8000/uppdrag/{found.key}/" in letter.text
    assert "Grundkurs" in letter.text
    assert "lösenord" not in letter.text
    appointments.accept(person=county.alva, appointment=found)
    assert list(Appointment.objects.filter(active())) == [found]
    assert letters("appointment-accepted") == [county.chief.email]
    assert [entry.verb for entry in Entry.objects.filter(subject_kind="appointment")] == [
        "appointment accepted",
        "appointment proposed",
    ]


def test_an_accepted_appointment_is_active_on_its_days_only(county):
    found = county.accepted(starts=5, ends=9)
    on = [
        Appointment.objects.filter(active(on=days(number)), pk=found.pk).exists()
        for number in (4, 5, 9, 10)
    ]
    assert on == [False, True, True, False]


def test_a_newcomer_is_written_down_and_told_how_to_get_in(county, client):
    found = appointments.appoint(
        by=actor(county.chief),
        rights=rights_of(county.chief),
        manager=county.chief,
        person=Newcomer("Ny Person", "Ny@exempel.se"),
        role_type=county.pilot,
        unit=county.solen,
        terms=Terms(today()),
    )
    newcomer = Person.objects.get(email__iexact="ny@exempel.se")
    assert (found.person, newcomer.has_usable_password()) == (newcomer, False)
    letter = Message.objects.get(template="appointment-proposed")
    assert "Välj ett lösenord:\nhttp://127.0.0.1:8000/konto/glomt-losenord/" in letter.text
    # The letter alone opens nothing.
    assert client.get(f"/uppdrag/{found.key}/").status_code == 302


def test_the_whole_way_in_of_a_newcomer(county, client):
    found = appointments.appoint(
        by=actor(county.chief),
        rights=rights_of(county.chief),
        manager=county.chief,
        person=Newcomer("Ny Person", "ny@exempel.se"),
        role_type=county.pilot,
        unit=county.solen,
        terms=Terms(today()),
    )
    client.post("/konto/glomt-losenord/", {"email": "ny@exempel.se"})
    letter = Message.objects.get(template="password-reset", to="ny@exempel.se")
    link = next(word for word in letter.text.split() if "/konto/glomt-losenord/" in word)
    form = client.get(link.removeprefix("http://testserver"), follow=True)
    password = "sju sega sjömän skrek"
    client.post(form.redirect_chain[-1][0], {"password1": password, "password2": password})
    client.post("/konto/logga-in/", {"login": "ny@exempel.se", "password": password})
    codes = Message.objects.filter(template="address-code", to="ny@exempel.se")
    if codes.exists():
        code = codes.latest("pk").subject.rpartition(": ")[2]
        client.post("/konto/kod/", {"code": code})
    answer = client.post(f"/uppdrag/{found.key}/svar/", {"answer": "yes"})
    assert answer.status_code == 302
    assert fresh(found).state == ACCEPTED


def test_a_known_address_is_the_known_person(county):
    found = appointments.appoint(
        by=actor(county.chief),
        rights=rights_of(county.chief),
        manager=county.chief,
        person=Newcomer("Någon Annan", "ALVA@exempel.se"),
        role_type=county.pilot,
        unit=county.solen,
        terms=Terms(today()),
    )
    assert (found.person, found.person.name) == (county.alva, "Alva")


def test_only_the_person_may_answer_and_once(county):
    found = county.proposed()
    for stranger in (county.chief, person("Bo"), person("Ada", "administrator")):
        with pytest.raises(PermissionDenied):
            appointments.accept(person=stranger, appointment=found)
        with pytest.raises(PermissionDenied):
            appointments.decline(person=stranger, appointment=found)
    assert fresh(found).state == PROPOSED
    appointments.decline(person=county.alva, appointment=found, reason="Hinner inte")
    assert letters("appointment-declined") == [county.chief.email]
    assert "Hinner inte" in Message.objects.get(template="appointment-declined").text
    with pytest.raises(AppointmentError, match="redan besvarat"):
        appointments.accept(person=county.alva, appointment=found)
    assert fresh(found).state == DECLINED


def in_state(county, state):
    found = county.proposed()
    if state == ACCEPTED:
        appointments.accept(person=county.alva, appointment=found)
    elif state == DECLINED:
        appointments.decline(person=county.alva, appointment=found)
    elif state == ENDED:
        ended(found, county.chief)
    return fresh(found)


@pytest.mark.parametrize("after", [ACCEPTED, DECLINED, ENDED])
@pytest.mark.parametrize("state", list(AppointmentState))
def test_the_verbs_do_what_the_table_of_transitions_says(county, state, after):
    found = in_state(county, state)
    assert found.state == state
    Appointment.objects.filter(pk=found.pk).update(starts_on=days(-5))
    try:
        if after == ACCEPTED:
            appointments.accept(person=county.alva, appointment=found)
        elif after == DECLINED:
            appointments.decline(person=county.alva, appointment=found)
        else:
            ended(fresh(found), county.chief, last=-1)
    except AppointmentError:
        assert after not in TRANSITIONS[state]
        assert fresh(found).state == state
    else:
        assert after in TRANSITIONS[state]
        assert fresh(found).state == after


def test_two_managers_appointing_the_same_person_make_one_appointment(county):
    other = person("Dag Chef", "unit-manager", county.solen.scope)
    found = county.proposed()
    with pytest.raises(AppointmentError) as told:
        county.proposed(by=other)
    assert str(told.value) == (
        "Alva har redan fått uppdraget för enheten, av Cilla Chef. Inget nytt är skapat."
    )
    assert list(Appointment.objects.all()) == [found]
    assert len(letters("appointment-proposed")) == 1


def test_the_database_itself_refuses_a_second_one(county):
    found = county.proposed()
    again = {"person": found.person, "role_type": found.role_type, "unit": found.unit}
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(**again, starts_on=today())
    for broken in ({"state": "accepted"}, {"ends_on": days(-9)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.filter(pk=found.pk).update(**broken)


def test_one_can_be_appointed_again_when_the_last_day_has_passed(county):
    old = county.accepted()
    Appointment.objects.filter(pk=old.pk).update(starts_on=days(-30), ends_on=days(-1))
    new = county.proposed()
    assert (fresh(old).state, fresh(new).state) == (ENDED, PROPOSED)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [("days", "före den första"), ("closed unit", "stängd"), ("closed person", "stängt")],
)
def test_what_can_not_be_appointed(county, wrong, text):
    if wrong == "closed unit":
        county.solen.closed_on = today()
        county.solen.save()
    if wrong == "closed person":
        county.alva.is_active = False
        county.alva.save()
    with pytest.raises(AppointmentError, match=text):
        county.proposed(ends=-1 if wrong == "days" else 10)
    assert not Appointment.objects.exists()


def test_the_right_is_asked_for_the_unit_itself(county):
    elsewhere = person("Elsa Chef", "organisation-manager", county.byn.scope)
    follower = person("Stina", "strategist", "area:04")
    found = county.accepted()
    for stranger in (elsewhere, follower, county.alva):
        with pytest.raises(PermissionDenied):
            county.proposed(person(f"x{stranger.pk}"), by=stranger)
        with pytest.raises(PermissionDenied):
            ended(found, stranger)
        with pytest.raises(PermissionDenied):
            county.handed_over(found, elsewhere, by=stranger)
        with pytest.raises(PermissionDenied):
            appointments.change(
                by=actor(stranger),
                rights=rights_of(stranger),
                appointment=found,
                ends_on=None,
                training="",
                plan="",
            )
    assert Appointment.objects.get() == found


def test_a_manager_of_a_unit_reaches_the_units_below_it(county):
    area = person("Rut Rektor", "unit-manager", county.solen.scope)
    below = county.accepted(
        person("Siv"),
        by=area,
        at=type(county.solen).objects.create(
            organisation=county.staden,
            parent=county.solen,
            path=f"{county.solen.path}999/",
            name="Solens avdelning",
            kind="preschool",
            code="S1a",
        ),
    )
    assert below.appointed_by == area
    with pytest.raises(PermissionDenied):
        county.proposed(person("Eva"), by=area, at=county.manen)


def test_handing_over_waits_for_the_new_one(county):
    old, bo = county.accepted(starts=-100), person("Bo")
    new = county.handed_over(old, bo, starts=10)
    assert (fresh(old).state, fresh(old).ends_on, new.follows) == (ACCEPTED, days(700), old)
    appointments.accept(person=bo, appointment=new)
    assert (fresh(old).state, fresh(old).ends_on) == (ACCEPTED, days(9))
    assert fresh(new).starts_on == days(10)
    assert letters("appointment-handed-over") == [county.alva.email]
    holders = {
        number: [a.person for a in Appointment.objects.filter(active(on=days(number)))]
        for number in (9, 10)
    }
    assert holders == {9: [county.alva], 10: [bo]}


def test_nothing_changes_for_the_old_one_when_the_new_one_says_no(county):
    old, bo = county.accepted(starts=-100), person("Bo")
    before = fresh(old)
    new = county.handed_over(old, bo)
    appointments.decline(person=bo, appointment=new)
    after = fresh(old)
    assert (after.state, after.ends_on) == (before.state, before.ends_on)
    again = county.handed_over(old, person("Dan"))
    assert again.follows == old


def test_who_accepts_late_begins_that_day_so_that_someone_has_it_every_day(county):
    old, bo = county.accepted(starts=-100), person("Bo")
    new = county.handed_over(old, bo, starts=-5)
    appointments.accept(person=bo, appointment=new)
    assert (fresh(old).state, fresh(old).ends_on) == (ENDED, days(-1))
    assert fresh(new).starts_on == today()


def test_two_managers_handing_over_at_once(county):
    old = county.accepted(starts=-100)
    county.handed_over(old, person("Bo"))
    with pytest.raises(AppointmentError, match="lämnas redan över till Bo"):
        county.handed_over(old, person("Dan"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            person=person("Eva"),
            role_type=county.pilot,
            unit=county.solen,
            starts_on=today(),
            follows=old,
        )


@pytest.mark.parametrize("wrong", ["same person", "not accepted", "too early", "over"])
def test_what_can_not_be_handed_over(county, wrong):
    old = county.proposed(starts=-10) if wrong == "not accepted" else county.accepted(starts=-10)
    if wrong == "over":
        Appointment.objects.filter(pk=old.pk).update(ends_on=days(-1))
    who = county.alva if wrong == "same person" else person("Bo")
    with pytest.raises(AppointmentError):
        county.handed_over(old, who, starts=-10 if wrong == "too early" else 5)
    assert Appointment.objects.count() == 1


def test_ending_is_one_step_and_holds_through_the_last_day(county):
    found = county.accepted(starts=-50)
    ended(found, county.chief, reason="Byter tjänst")
    assert (fresh(found).state, fresh(found).ends_on) == (ACCEPTED, today())
    assert Appointment.objects.filter(active(on=today())).exists()
    assert not Appointment.objects.filter(active(on=days(1))).exists()
    letter = Message.objects.get(template="appointment-ended")
    assert (letter.to, "Byter tjänst" in letter.text) == (county.alva.email, True)
    with pytest.raises(AppointmentError, match="redan senast den dagen"):
        ended(found, county.chief)
    assert appointments.close_passed(by=actor(county.chief), today=days(0)) == 0
    assert appointments.close_passed(by=actor(county.chief), today=days(1)) == 1
    assert appointments.close_passed(by=actor(county.chief), today=days(1)) == 0


def test_one_that_waits_or_begins_later_is_withdrawn(county):
    waits, later = county.proposed(), county.accepted(person("Bo"), starts=30)
    for found in (waits, later):
        ended(found, county.chief)
        assert (fresh(found).state, fresh(found).starts_on) == (ENDED, found.starts_on)
    assert letters("appointment-withdrawn") == ["alva@exempel.se", "bo@exempel.se"]


def test_changing_tells_the_person_once_for_each_change(county):
    found = county.accepted()
    values = {"ends_on": days(90), "training": "Kurs", "plan": "Plan", "trained_on": today()}
    for _ in range(2):
        appointments.change(
            by=actor(county.chief), rights=rights_of(county.chief), appointment=found, **values
        )
    changed = fresh(found)
    assert {name: getattr(changed, name) for name in values} == values
    assert letters("appointment-changed") == [county.alva.email]
    with pytest.raises(AppointmentError):
        appointments.change(
            by=actor(county.chief),
            rights=rights_of(county.chief),
            appointment=found,
            **{**values, "ends_on": days(-1)},
        )


def test_no_one_can_say_yes_when_the_last_day_has_passed_or_the_unit_is_closed(county):
    found = county.proposed()
    Appointment.objects.filter(pk=found.pk).update(starts_on=days(-9), ends_on=days(-1))
    with pytest.raises(AppointmentError, match="har passerat"):
        appointments.accept(person=county.alva, appointment=found)
    other = county.proposed(at=county.manen)
    county.manen.closed_on = today()
    county.manen.save()
    with pytest.raises(AppointmentError, match="stängd"):
        appointments.accept(person=county.alva, appointment=other)


def test_who_leaves_has_nothing_left(county):
    held, waits = county.accepted(starts=-20), county.proposed(at=county.manen)
    assert appointments.end_for_leaver(by=actor(county.alva), person=county.alva) == 2
    assert (fresh(held).state, fresh(held).ends_on) == (ENDED, today())
    assert (fresh(waits).state, fresh(waits).answered_at) == (ENDED, None)
    assert appointments.end_for_leaver(by=actor(county.alva), person=county.alva) == 0


def test_what_is_known_of_ones_appointments(county):
    county.accepted(training="Kurs")
    [known] = appointment_data(county.alva)["appointments"]
    assert (known["role"], known["unit"], known["state"]) == ("Barnrättspilot", "Solen", "accepted")
    assert (known["training"], known["appointed by"]) == ("Kurs", "Cilla Chef")
    assert appointment_data(county.chief) == {"appointments": []}


def test_a_manager_who_lost_the_role_is_not_written_to(county):
    found = county.proposed()
    boss = person("Ada", "administrator")
    end_grant(by=actor(boss), rights=rights_of(boss), grant=county.chief.grants.get())
    appointments.accept(person=county.alva, appointment=found)
    assert letters("appointment-accepted") == [boss.email]


def test_answers_are_written_down_with_their_time(county):
    before = timezone.now()
    found = county.accepted()
    assert before <= fresh(found).answered_at <= before + timedelta(minutes=1)
