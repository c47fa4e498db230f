"""Letters by scheduled work: on the day, late, and twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from organisations.appointments.made_up import days, person, today
from samling.mail.models import Message
from samling.mail.registry import registered
from samling.mail.writing import write
from samling.organisations import mail_templates
from samling.organisations.actions.reminders import remind_of_answers, remind_of_ends, tell_of_gaps
from samling.organisations.models import Appointment
from samling.organisations.tasks import look_after_appointments


def sent(template):
    return sorted(Message.objects.filter(template=template).values_list("to", flat=True))


def asked_days_ago(found, number):
    when = timezone.now() - timedelta(days=number)
    Appointment.objects.filter(pk=found.pk).update(appointed_at=when)


@pytest.mark.parametrize(
    ("waited", "person_letters", "manager_letters"),
    [(6, 0, 0), (7, 1, 0), (20, 1, 0), (21, 1, 1), (90, 1, 1)],
)
def test_who_has_not_answered(county, waited, person_letters, manager_letters):
    asked_days_ago(county.proposed(), waited)
    for _ in range(3):
        remind_of_answers(today=today())
    assert sent("appointment-unanswered") == [county.alva.email] * person_letters
    assert sent("appointment-unanswered-manager") == [county.chief.email] * manager_letters


def test_both_reminders_come_when_the_work_is_done_in_time(county):
    asked_days_ago(county.proposed(), 0)
    made = [remind_of_answers(today=days(number)) for number in range(30)]
    assert {number: count for number, count in enumerate(made) if count} == {7: 1, 21: 2}


def test_who_has_answered_is_left_alone(county):
    for found in (county.accepted(), county.proposed(person("Bo"))):
        asked_days_ago(found, 30)
    remind_of_answers(today=today())
    assert sent("appointment-unanswered") == ["bo@exempel.se"]


def long_ago(found):
    asked_days_ago(found, 600)
    Appointment.objects.filter(pk=found.pk).update(starts_on=days(-600))


def test_what_ends_is_told_60_and_14_days_before(county):
    long_ago(county.accepted(ends=70))
    made = [remind_of_ends(today=days(number)) for number in range(75)]
    assert {number: count for number, count in enumerate(made) if count} == {10: 2, 56: 2}
    assert sent("appointment-ending") == [county.alva.email] * 2
    assert sent("appointment-ending-manager") == [county.chief.email] * 2


def test_late_work_sends_the_latest_only(county):
    long_ago(county.accepted(ends=70))
    assert remind_of_ends(today=days(60)) == 2
    assert remind_of_ends(today=days(60)) == 0
    assert remind_of_ends(today=days(71)) == 0


def test_a_short_appointment_is_not_reminded_of_at_once(county):
    county.accepted(ends=30)
    made = [remind_of_ends(today=days(number)) for number in range(31)]
    assert {number: count for number, count in enumerate(made) if count} == {16: 2}


def test_the_manager_is_not_told_when_someone_takes_over(county):
    old = county.accepted(ends=50)
    long_ago(old)
    old.refresh_from_db()
    county.handed_over(old, person("Bo"), starts=51)
    remind_of_ends(today=today())
    assert (sent("appointment-ending"), sent("appointment-ending-manager")) == (
        [county.alva.email],
        [],
    )


def test_gaps_are_told_once_a_week_in_one_letter(county):
    dag = person("Dag", "unit-manager", county.manen.scope)
    boss = person("Ada", "administrator")
    monday = today() - timedelta(days=today().weekday()) + timedelta(days=7)
    made = [tell_of_gaps(today=monday + timedelta(days=number)) for number in range(14)]
    assert {number: count for number, count in enumerate(made) if count} == {0: 3, 7: 3}
    # Each unit is told of to the nearest who may appoint there.
    texts = {m.to: m.text for m in Message.objects.filter(template="appointment-gaps")}
    named = {
        to: [name for name in ("Backen", "Månen", "Solen") if name in text]
        for to, text in texts.items()
    }
    assert named == {
        county.chief.email: ["Solen"],
        dag.email: ["Månen"],
        boss.email: ["Backen"],
    }


def test_a_gap_is_told_to_who_last_appointed_there(county):
    dag = person("Dag", "organisation-manager", county.staden.scope)
    found = county.accepted(by=dag)
    Appointment.objects.filter(pk=found.pk).update(starts_on=days(-9), ends_on=days(-1))
    tell_of_gaps(today=today())
    texts = {m.to: m.text for m in Message.objects.filter(template="appointment-gaps")}
    assert ["Solen" in texts[to] for to in (dag.email, county.chief.email)] == [True, False]


def test_nobody_is_written_to_when_nothing_is_missing(county):
    boss = person("Ada", "administrator")
    for place in (county.solen, county.manen, county.backen):
        county.accepted(person(place.name), at=place, by=boss)
    assert tell_of_gaps(today=today()) == 0


def test_the_work_twice_in_a_row_changes_nothing(county):
    asked_days_ago(county.proposed(), 10)
    found = county.accepted(person("Bo"), at=county.manen)
    Appointment.objects.filter(pk=found.pk).update(starts_on=days(-9), ends_on=days(-1))
    first = look_after_appointments(today=today())
    assert first == "1 closed; letters: 1 unanswered, 0 ending, 1 gaps"
    again = look_after_appointments(today=today())
    assert again == "0 closed; letters: 0 unanswered, 0 ending, 0 gaps"


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("template", mail_templates.TEMPLATES, ids=lambda template: template.name)
def test_every_letter_in_both_languages(template, language):
    assert template in registered()
    written = write(template.name, language=language, context=template.example)
    assert written.language == language
    unused = [
        name
        for name, value in template.example.items()
        if value and value not in written.text + written.subject
    ]
    if template.name.startswith("appointment-proposed"):
        assert unused == []
    assert "{" not in written.text
    assert "\n\n\n" not in written.text
    empty = write(
        template.name,
        language=language,
        context={
            name: value if value.startswith("http") or name in ("agreement", "role") else "x"
            for name, value in template.example.items()
        },
    )
    assert empty.subject


def test_a_reader_of_english_is_written_to_in_english(county):
    county.alva.language = "en"
    county.alva.save()
    found = county.proposed()
    letter = Message.objects.get(template="appointment-proposed")
    assert letter.subject == "Cilla Chef would like to appoint you"
    assert "Child-rights pilot for Solen, Staden, from" in letter.text
    assert f"http://127.0.0.1:8000/en/uppdrag/{found.key}/" in letter.text
