"""Many appointments from a spreadsheet."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from organisations.appointments.made_up import days, person, today, unit
from samling.accounts.models import Person
from samling.accounts.rules import actor, rights_of
from samling.audit.models import Entry
from samling.mail.models import Message
from samling.organisations.actions import appointments
from samling.organisations.actions.appointment_import import carry_out, plan
from samling.organisations.actions.appointment_sheet import read_appointments
from samling.organisations.actions.history import RegistryError
from samling.organisations.models import Appointment

HEADER = "enhetskod;organisation;namn;e-post;uppdrag;start;slut;utbildning"


def sheet(*lines, header=HEADER):
    return read_appointments("\r\n".join([header, *lines]).encode())


def planned(county, *lines):
    return plan(rights=rights_of(county.chief), rows=sheet(*lines))


def done(county, rows):
    chief = county.chief
    return carry_out(by=actor(chief), rights=rights_of(chief), manager=chief, rows=rows)


def line(code="S1", name="Ny Person", email="ny@exempel.se", role="Barnrättspilot", **rest):
    start = rest.get("start", today().isoformat())
    return f"{code};;{name};{email};{role};{start};{rest.get('end', '')};{rest.get('training', '')}"


def problems(found):
    return [(problem.row, problem.title) for problem in found.problems]


def test_the_plan_says_who_is_new_and_what_is_there(county):
    county.proposed()
    found = planned(
        county,
        line(),
        line("S2"),
        line("S1", "Alva", "alva@exempel.se"),
        line("S2", "Alva", "Alva@exempel.se"),
    )
    kinds = [(row.unit.name, row.kind, row.person) for row in found.rows]
    assert kinds == [
        ("Solen", "new", None),
        ("Månen", "new", None),
        ("Solen", "same", county.alva),
        ("Månen", "new", county.alva),
    ]
    assert found.new_people == ("Ny Person, ny@exempel.se",)
    assert found.problems == ()
    assert Appointment.objects.count() == 1


def test_it_is_carried_out_with_one_letter_a_person_and_only_once(county):
    rows = sheet(line(training="Kurs"), line("S2"), line("S1", "Alva", "alva@exempel.se"))
    _, letters = done(county, rows)
    assert letters == 2
    assert Appointment.objects.count() == 3
    [letter] = Message.objects.filter(to="ny@exempel.se")
    assert "Barnrättspilot för Solen, Staden" in letter.text
    assert "Barnrättspilot för Månen, Staden" in letter.text
    assert "http://127.0.0.1:8000/uppdrag/\n" in letter.text
    before = Entry.objects.count()
    again, letters = done(county, rows)
    assert (len(again.of("same")), letters, Entry.objects.count()) == (3, 0, before)
    assert (Appointment.objects.count(), Message.objects.count()) == (3, 2)


def test_who_said_no_is_not_asked_again_by_the_same_file(county):
    rows = sheet(line("S1", "Alva", "alva@exempel.se"))
    done(county, rows)
    appointments.decline(person=county.alva, appointment=Appointment.objects.get())
    done(county, rows)
    assert Appointment.objects.count() == 1


def test_a_later_last_day_or_training_in_the_file_changes_what_is_there(county):
    found = county.accepted(ends=100)
    row = line("S1", "Alva", "alva@exempel.se", end=days(400).isoformat(), training="Ny kurs")
    made, letters = done(county, sheet(row))
    assert (len(made.of("changed")), letters) == (1, 0)
    found.refresh_from_db()
    assert (found.ends_on, found.training) == (days(400), "Ny kurs")
    empty, _ = done(county, sheet(line("S1", "Alva", "alva@exempel.se")))
    assert len(empty.of("same")) == 1
    found.refresh_from_db()
    assert (found.ends_on, found.training) == (days(400), "Ny kurs")


def test_every_error_names_row_column_and_mend(county):
    closed = unit(county.staden, "Stängd", code="S9", closed_on=today())
    shut = person("Stängd Person")
    shut.is_active = False
    shut.save()
    found = planned(
        county,
        line("X7"),
        line("B1"),
        line(closed.code),
        line(""),
        line(name=""),
        line(email="inte en adress"),
        line(email=shut.email),
        line(role="Kejsare"),
        line(start=""),
        line(start="1/12 2026"),
        line(start="2026-02-30"),
        line(end="2020-01-01"),
        line("S2"),
        line("S2", email="NY@exempel.se"),
        line("X7", "", "fel", "Kejsare", start="x", end="y"),
    )
    assert problems(found) == [
        (2, "enhetskod"),
        (3, "enhetskod"),
        (4, "enhetskod"),
        (5, "enhetskod"),
        (6, "namn"),
        (7, "e-post"),
        (8, "e-post"),
        (9, "uppdrag"),
        (10, "start"),
        (11, "start"),
        (12, "start"),
        (13, "slut"),
        (15, "e-post"),
        *((16, title) for title in ("enhetskod", "namn", "e-post", "uppdrag", "start", "slut")),
    ]
    texts = [problem.text for problem in found.problems]
    assert texts[0] == "Det finns ingen enhet med koden X7. Kontrollera koden i registret."
    assert texts[1] == "Du kan inte utse någon för enheten B1. Ta bort raden."
    assert texts[12] == "Samma person har redan samma uppdrag på rad 14. Ta bort en av dem."


def test_nothing_is_read_in_when_one_row_is_wrong(county):
    made, letters = done(county, sheet(line(), line("X7")))
    assert (len(made.problems), letters) == (1, 0)
    assert not Appointment.objects.exists()
    assert not Person.objects.filter(email="ny@exempel.se").exists()


def test_a_code_in_two_organisations_needs_the_organisation(county):
    unit(county.byn, "Bysolen", code="S1")
    boss = person("Ada", "administrator")
    rows = sheet(line(), f"S1;byn;Bo;bo@exempel.se;barnrattspilot;{today()};;")
    found = plan(rights=rights_of(boss), rows=rows)
    assert problems(found) == [(2, "enhetskod")]
    assert [row.unit.name for row in found.rows] == ["Bysolen"]
    # Who looks after one of them only has no choice to make.
    assert [row.unit.name for row in planned(county, line()).rows] == ["Solen"]


def test_a_workbook_with_dates_as_dates_and_codes_as_numbers(county):
    unit(county.staden, "Tolvan", code="12")
    book = openpyxl.Workbook()
    book.active.append(["E-post", "NAMN", "Enhet", "Uppdrag", "Start", "Vikt"])
    book.active.append(["ny@exempel.se", "Ny", 12, "Child-rights pilot", today(), 3])
    book.active.append([None, None, None, None, None, None])
    stream = io.BytesIO()
    book.save(stream)
    rows = read_appointments(stream.getvalue())
    [row] = plan(rights=rights_of(county.chief), rows=rows).rows
    assert (row.unit.code, row.terms.starts_on, row.role_type) == ("12", today(), county.pilot)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "tom"),
        (HEADER.encode(), "inga rader"),
        (b"namn;e-post\r\nA;a@b.se", "enhetskod, uppdrag, start"),
        (f"{HEADER};kod\r\nx".encode(), "två gånger"),
        (b"PK\x03\x04 broken", "går inte att läsa"),
        (b"%PDF", "kolumnernas namn"),
        (f"{HEADER}\r\n".encode() + b"S1;;A;a@b.se;x;2026-01-01;;\r\n" * 2001, "2000 rader"),
        (b"x" * 5_000_001, "5 MB"),
    ],
)
def test_files_that_are_no_such_list(content, text):
    with pytest.raises(RegistryError, match=text):
        read_appointments(content)


def test_a_file_of_an_old_spreadsheet_program():
    content = f"{HEADER.replace(';', chr(9))}\nS1\t\tÅsa\ta@b.se\tx\t2026-01-01\t\t".encode(
        "cp1252"
    )
    assert [row.text("name") for row in read_appointments(content)] == ["Åsa"]


def uploaded(client, *lines):
    content = "\r\n".join([HEADER, *lines]).encode()
    return client.post("/uppdrag/import/", {"file": SimpleUploadedFile("p.csv", content)})


def packed(answer):
    return re.search(r'name="rows" value="([^"]+)"', answer.content.decode())[1]


def test_the_pages_look_first_and_then_carry_out(county, client):
    client.force_login(county.chief)
    shown = uploaded(client, line(), line("S2", "Alva", "alva@exempel.se"))
    assert "Nya uppdrag: 2." in shown.content.decode()
    assert not Appointment.objects.exists()
    answer = client.post("/uppdrag/import/genomfor/", {"rows": packed(shown)}, follow=True)
    assert "2 nya uppdrag, 0 ändrade. 2 mejl är på väg." in answer.content.decode()
    assert Appointment.objects.count() == 2


def test_a_preview_that_was_tampered_with_or_is_anothers_is_refused(county, client):
    other = person("Dag", "organisation-manager", county.staden.scope)
    client.force_login(county.chief)
    rows = packed(uploaded(client, line()))
    for reader, value in ((county.chief, rows[:-3] + "abc"), (other, rows), (county.chief, "")):
        client.force_login(reader)
        answer = client.post("/uppdrag/import/genomfor/", {"rows": value}, follow=True)
        assert "Förhandsgranskningen gäller inte längre" in answer.content.decode()
    assert not Appointment.objects.exists()


def test_what_changed_since_the_preview_is_shown_anew(county, client):
    client.force_login(county.chief)
    rows = packed(uploaded(client, line(), line("S2")))
    county.manen.closed_on = today()
    county.manen.save()
    answer = client.post("/uppdrag/import/genomfor/", {"rows": rows})
    assert "Något har ändrats sedan du tittade. Inget är inläst." in answer.content.decode()
    assert not Appointment.objects.exists()


def test_250_at_once(county):
    units = [unit(county.staden, f"Förskola {n}", code=f"F{n}") for n in range(250)]
    rows = sheet(*(line(u.code, f"Pilot {n}", f"p{n}@exempel.se") for n, u in enumerate(units)))
    made, letters = done(county, rows)
    assert (len(made.of("new")), letters) == (250, 250)
    assert Message.objects.filter(template="appointment-proposed").count() == 250
    again, letters = done(county, rows)
    assert (len(again.of("same")), letters) == (250, 0)
