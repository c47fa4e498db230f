"""The pages: whom they are for, what they ask the database, and that nothing is done by GET."""

import csv
import io
from datetime import date

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver
from django.utils import translation

from organisations.appointments.made_up import County, days, ended, person, today, unit
from samling.accounts.actions.people import delete_person, personal_data
from samling.accounts.actions.roles import end_grant, grant_from_system
from samling.accounts.models import Person, Role
from samling.accounts.rules import actor, rights_of
from samling.organisations.actions.agreements import add_agreement
from samling.organisations.appointment_panels import awaiting, tools
from samling.organisations.models import Agreement, Appointment, Organisation
from samling.places.actions import load_sweden
from samling.ui.access import access_of
from samling.ui.components import Tag
from samling.ui.formats import short_date


@pytest.fixture
def readers(county) -> dict[str, Person]:
    return {
        "the person": county.alva,
        "a manager": county.chief,
        "a manager elsewhere": person("Elsa", "organisation-manager", county.byn.scope),
        "a unit's manager": person("Rut", "unit-manager", county.solen.scope),
        "a strategist": person("Stina", "strategist", "area:04"),
        "a strategist elsewhere": person("Siri", "strategist", "area:0480"),
        "an analyst": person("Anders", "analyst"),
        "an administrator": person("Ada", "administrator"),
    }


def opened(client, readers, address, method="get", data=None) -> set[str]:
    """Who gets in; the others are refused, and who isn't signed in is sent to sign in."""
    client.logout()
    assert getattr(client, method)(address, data).status_code == 302
    inside = set()
    for name, reader in readers.items():
        client.force_login(reader)
        answer = getattr(client, method)(address, data)
        assert answer.status_code in (200, 302, 403), (name, answer.status_code)
        if answer.status_code != 403:
            inside.add(name)
    return inside


FOLLOW = {
    "a manager", "a manager elsewhere", "a unit's manager", "a strategist",
    "a strategist elsewhere", "an administrator",
}  # fmt: skip
APPOINT = {"a manager", "a manager elsewhere", "a unit's manager", "an administrator"}
LOOK_AFTER = {"a manager", "a unit's manager", "an administrator"}
ELSEWHERE = {"a manager elsewhere"}
AGREE = {"a manager", "a manager elsewhere", "an administrator"}


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("", None),
        ("alla/", FOLLOW),
        ("tackning/", FOLLOW),
        ("luckor/", FOLLOW),
        ("luckor.csv", FOLLOW),
        ("utse/", APPOINT),
        ("utse/{unit}/", LOOK_AFTER),
        ("import/", APPOINT),
        ("import/mall.csv", APPOINT),
        ("overenskommelser/", AGREE),
        ("overenskommelser/ny/", AGREE),
        ("overenskommelser/{agreement}/", {"a manager", "an administrator"}),
        ("overenskommelser/{agreement}/fornya/", {"a manager", "an administrator"}),
        ("overenskommelser/{agreement}/avsluta/", {"a manager", "an administrator"}),
        ("{appointment}/", {"the person", "a strategist"} | LOOK_AFTER),
        ("{appointment}/andra/", LOOK_AFTER),
        ("{appointment}/avsluta/", LOOK_AFTER),
        ("{appointment}/lamna-over/", LOOK_AFTER),
    ],
)
def test_whom_each_page_is_for(county, readers, client, address, who):
    found = county.accepted()
    agreement = add_agreement(
        by=actor(county.chief),
        rights=rights_of(county.chief),
        organisation=county.staden,
        name="HFS",
        signed_on=today(),
        expires_on=days(100),
    )
    keys = {"unit": county.solen.key, "agreement": agreement.key, "appointment": found.key}
    before = list(Appointment.objects.values()), list(Agreement.objects.values())
    inside = opened(client, readers, "/uppdrag/" + address.format(**keys))
    assert inside == (set(readers) if who is None else who)
    assert before == (list(Appointment.objects.values()), list(Agreement.objects.values()))


POSTS = {
    "utse/{unit}/": {"role_type": "barnrattspilot", "name": "N", "email": "n@exempel.se",
                     "starts_on": "2026-12-01"},
    "{appointment}/andra/": {"plan": "Kapad"},
    "{appointment}/avsluta/": {"last_day": "2026-11-20"},
    "{appointment}/lamna-over/": {"name": "N", "email": "n@exempel.se", "starts_on": "2030-01-01"},
    "{appointment}/svar/": {"answer": "no"},
    "overenskommelser/{agreement}/avsluta/": {"ended_on": "2026-11-20"},
    "overenskommelser/{agreement}/fornya/": {"signed_on": "2026-11-20", "expires_on": "2036-01-01"},
    "overenskommelser/ny/": {"name": "Kapad", "signed_on": "2026-01-01",
                             "expires_on": "2030-01-01", "organisation": "{organisation}"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("address", "may"),
    [
        (address, {"the person"} if "svar" in address else AGREE - ELSEWHERE)
        if "overens" in address or "svar" in address
        else (address, LOOK_AFTER)
        for address in POSTS
    ],
)
def test_a_stranger_changes_nothing_by_posting(county, readers, client, address, may):
    found = county.proposed()
    agreement = add_agreement(
        by=actor(county.chief),
        rights=rights_of(county.chief),
        organisation=county.staden,
        name="HFS",
        signed_on=today(),
        expires_on=days(100),
    )
    keys = {
        "unit": county.solen.key,
        "agreement": agreement.key,
        "appointment": found.key,
        "organisation": county.staden.key,
    }
    data = {name: value.format(**keys) for name, value in POSTS[address].items()}

    def everything():
        return [list(m.objects.values()) for m in (Appointment, Agreement)], Person.objects.count()

    before = everything()
    for name in set(readers) - may:
        client.force_login(readers[name])
        answer = client.post("/uppdrag/" + address.format(**keys), data)
        # The form of a new agreement opens for a manager elsewhere, who can't choose this one.
        refused = 200 if address == "overenskommelser/ny/" and name in ELSEWHERE else 403
        assert (name, answer.status_code) == (name, refused)
        assert everything() == before, name


def test_a_guessed_key_is_not_found(county, client):
    client.force_login(county.chief)
    nobody = "11111111-1111-4111-8111-111111111111"
    for address in (f"{nobody}/", f"utse/{nobody}/", f"overenskommelser/{nobody}/", "1/"):
        assert client.get(f"/uppdrag/{address}").status_code == 404


def test_a_manager_whose_role_is_taken_away_does_nothing_at_the_next_click(county, client):
    boss = person("Ada", "administrator")
    client.force_login(county.chief)
    found = county.accepted(starts=-9)
    address = f"/uppdrag/{found.key}/avsluta/"
    assert client.get(address).status_code == 200
    end_grant(by=actor(boss), rights=rights_of(boss), grant=county.chief.grants.get())
    answer = client.post(address, {"last_day": today().isoformat()})
    assert answer.status_code == 403
    assert client.get("/uppdrag/luckor/").status_code == 403
    found.refresh_from_db()
    assert found.ends_on == days(700)


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_no_answer_is_given_but_by_the_button(county, client, method):
    found = county.proposed()
    client.force_login(county.alva)
    client.get(f"/uppdrag/{found.key}/")
    answer = getattr(client, method)(f"/uppdrag/{found.key}/svar/?answer=yes")
    assert answer.status_code == 405
    found.refresh_from_db()
    assert found.state == "proposed"
    answer = client.post(f"/uppdrag/{found.key}/svar/", {"answer": "maybe"})
    found.refresh_from_db()
    assert (answer.status_code, found.state) == (200, "proposed")


def test_an_answer_from_another_site_is_refused(county):
    from_elsewhere = Client(enforce_csrf_checks=True)
    found = county.proposed()
    from_elsewhere.force_login(county.alva)
    answer = from_elsewhere.post(f"/uppdrag/{found.key}/svar/", {"answer": "yes"})
    assert answer.status_code == 403


def test_answering_by_the_page(county, client):
    first, second = county.proposed(), county.proposed(at=county.manen)
    client.force_login(county.alva)
    client.post(f"/uppdrag/{first.key}/svar/", {"answer": "yes", "reason": ""})
    client.post(f"/uppdrag/{second.key}/svar/", {"answer": "no", "reason": "Hinner inte"})
    states = list(Appointment.objects.order_by("pk").values_list("state", "end_reason"))
    assert states == [("accepted", ""), ("declined", "Hinner inte")]
    again = client.post(f"/uppdrag/{second.key}/svar/", {"answer": "yes"}, follow=True)
    assert "redan besvarat" in again.content.decode()


def test_appointing_by_the_page_someone_known_and_someone_new(county, client):
    client.force_login(county.chief)
    address = f"/uppdrag/utse/{county.solen.key}/"
    shown = client.get(f"{address}?sok=alva").content.decode()
    assert f"person={county.alva.key}" in shown
    data = {"role_type": "barnrattspilot", "starts_on": "2026-12-01"}
    client.post(f"{address}?person={county.alva.key}", data)
    new = {"name": "Ny", "email": "ny@exempel.se"}
    client.post(address, data | new)
    known, newcomer = Appointment.objects.order_by("pk")
    assert (known.person, newcomer.person.email) == (county.alva, "ny@exempel.se")
    # A child-rights pilot is appointed for 24 months when no last day is given.
    assert (known.starts_on, known.ends_on) == (date(2026, 12, 1), date(2028, 11, 30))
    again = client.post(f"{address}?person={county.alva.key}", data).content.decode()
    assert "Alva har redan fått uppdraget för enheten, av Cilla Chef." in again


def test_a_manager_looks_up_colleagues_not_everyone(county, client):
    stranger = county.colleague("Alvar Främling", at=county.byn)
    client.force_login(county.chief)
    address = f"/uppdrag/utse/{county.solen.key}/"
    shown = client.get(f"{address}?sok=alva").content.decode()
    assert f"person={county.alva.key}" in shown
    assert stranger.email not in shown
    assert str(stranger.key) not in shown
    # Nor by knowing the key: the form asks who it is instead.
    assert stranger.email not in client.get(f"{address}?person={stranger.key}").content.decode()
    data = {"role_type": "barnrattspilot", "starts_on": "2026-12-01"}
    client.post(f"{address}?person={stranger.key}", data)
    assert not Appointment.objects.exists()
    # Who is known by address can be asked all the same, and nothing is told of the account.
    client.post(address, data | {"name": "Någon", "email": stranger.email})
    assert [found.person for found in Appointment.objects.all()] == [stranger]


def test_someone_new_is_not_kept_when_they_can_not_be_appointed(county, client):
    client.force_login(county.chief)
    data = {"role_type": "barnrattspilot", "starts_on": "2026-12-01", "ends_on": "2026-01-01"}
    data |= {"name": "Ny", "email": "ny@exempel.se"}
    answer = client.post(f"/uppdrag/utse/{county.solen.key}/", data)
    assert "Sista dagen är före den första" in answer.content.decode()
    assert not Person.objects.filter(email="ny@exempel.se").exists()


def grown(county: County, number: int) -> None:
    """So many more organisations, each with a unit without anyone and one with someone."""
    boss = Person.objects.get(name="Ada")
    for n in range(number):
        organisation = Organisation.objects.create(
            name=f"Org {n}", kind="municipality", area=county.town
        )
        unit(organisation, f"Tom {n}")
        county.accepted(person(f"P{n}"), at=unit(organisation, f"Full {n}"), by=boss)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [("luckor/", 8), ("alla/", 8), ("tackning/", 8), ("luckor.csv", 7)],
)
def test_how_much_is_asked_of_the_database(
    county, client, django_assert_num_queries, number, address, queries
):
    boss = person("Ada", "administrator")
    grown(county, number)
    client.force_login(boss)
    client.get(f"/uppdrag/{address}")
    with django_assert_num_queries(queries):
        answer = client.get(f"/uppdrag/{address}")
    assert f"Org {number - 1}" in answer.content.decode()


def test_a_unit_manager_asks_two_more(county, client, django_assert_max_num_queries):
    reader = person("Rut", "unit-manager", county.solen.scope)
    grant_from_system(
        by=actor(reader),
        person=reader,
        role=Role.objects.get(code="unit-manager"),
        scope=county.manen.scope,
    )
    client.force_login(reader)
    with django_assert_max_num_queries(9):
        answer = client.get("/uppdrag/luckor/").content.decode()
    assert [name in answer for name in ("Solen", "Månen", "Backen")] == [True, True, False]


def test_the_gap_list_as_a_file(county, client):
    county.accepted(at=county.manen, starts=-9)
    Appointment.objects.update(ends_on=days(-1))
    county.solen.name = '=cmd|" /C calc"!A0'
    county.solen.save()
    client.force_login(county.chief)
    answer = client.get("/uppdrag/luckor.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["unit_code"], row["without_since"]) for row in rows] == [
        ("S1", ""),
        ("S2", days(-1).isoformat()),
    ]
    assert rows[0]["unit"].startswith("'=")
    assert answer["Content-Disposition"].startswith('attachment; filename="luckor-barnrattspilot-')


def test_missing_in_the_list_leads_to_the_gap_list(county, client):
    client.force_login(county.chief)
    answer = client.get("/uppdrag/alla/?lage=saknas&typ=barnrattspilot")
    assert answer["Location"] == "/uppdrag/luckor/?typ=barnrattspilot"


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("", ["Gäller", "Slutar", "Väntar", "Börjar"]),
        ("aktiva", ["Gäller", "Slutar"]),
        ("vantar", ["Väntar"]),
        ("slutar", ["Slutar"]),
        ("finns-inte", ["Gäller", "Slutar", "Väntar", "Börjar"]),
    ],
)
def test_the_list_by_state(county, client, state, shown):
    def held(name, **rest):
        email = f"{name.encode().hex()}@exempel.se"
        return county.accepted(Person.objects.create(name=name, email=email), **rest)

    held("Gäller")
    held("Slutar", ends=90)
    held("Börjar", starts=3, ends=20)
    county.proposed(Person.objects.create(name="Väntar", email="v@exempel.se"))
    passed = held("Passerat", starts=-9)
    Appointment.objects.filter(pk=passed.pk).update(ends_on=days(-1))
    client.force_login(county.chief)
    text = client.get(f"/uppdrag/alla/?lage={state}").content.decode()
    names = ("Gäller", "Slutar", "Väntar", "Börjar", "Passerat")
    assert {name for name in names if f"<bdi>{name}</bdi>" in text} == set(shown)


@pytest.mark.parametrize("size", ["", "&storlek=mellan", "&storlek=liten"])
def test_the_map_shows_what_the_reader_follows(db, client, size):
    load_sweden(by="tests")
    county = County()
    boss = person("Ada", "administrator")
    county.accepted(at=county.backen, by=boss)
    client.force_login(boss)
    page = client.get("/uppdrag/tackning/").content.decode()
    assert "/uppdrag/tackning/karta.svg" in page
    drawn = client.get(f"/uppdrag/tackning/karta.svg?{size}")
    assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/svg+xml")
    assert "Nyköping: 100" in drawn.content.decode().replace("\u00a0", " ")
    assert "private" in drawn["Cache-Control"]
    # One municipality is no map; nor is what someone else follows.
    client.force_login(county.chief)
    assert client.get("/uppdrag/tackning/karta.svg").status_code == 404
    assert "karta.svg" not in client.get("/uppdrag/tackning/").content.decode()


def test_who_has_not_answered_is_asked_and_not_appointed(county, client):
    found = county.proposed()
    client.force_login(county.chief)
    page = client.get(f"/uppdrag/{found.key}/").content.decode()
    assert ("Tillfrågades av" in page, "Utsågs av" in page) == (True, False)
    accepted = county.accepted(at=county.manen)
    page = client.get(f"/uppdrag/{accepted.key}/").content.decode()
    assert ("Tillfrågades av" in page, "Utsågs av" in page) == (False, True)
    # Who was never answered was never appointed, nor when the question is taken back.
    ended(found, county.chief)
    page = client.get(f"/uppdrag/{found.key}/").content.decode()
    assert ("Tillfrågades av" in page, "Utsågs av" in page) == (True, False)


def test_pages_in_english(county, client):
    county.accepted()
    client.force_login(county.chief)
    text = client.get("/en/uppdrag/alla/").content.decode()
    assert "Child-rights pilot" in text
    assert "All appointments" in text
    assert "Barnrättspilot" not in text


def asked_by(reader):
    request = RequestFactory().get("/mina-sidor/")
    request.user, request.rights = reader, rights_of(reader)
    return request


def test_what_the_start_page_is_told(county):
    add_agreement(
        by=actor(county.chief),
        rights=rights_of(county.chief),
        organisation=county.staden,
        name="HFS",
        signed_on=days(-900),
        expires_on=days(100),
    )
    county.proposed()

    def titles(cards):
        return [card.title for card in cards]

    translation.activate("sv")
    assert titles(awaiting(asked_by(county.alva))) == ["Barnrättspilot, Solen"]
    assert titles(tools(asked_by(county.alva))) == ["Mina uppdrag"]
    assert titles(awaiting(asked_by(county.chief))) == ["Luckor", "HFS, Staden"]
    tags = [card.tag for card in awaiting(asked_by(county.chief))]
    assert tags == [Tag("2 enheter", "warning"), Tag(f"Går ut {short_date(days(100))}", "warning")]
    assert titles(tools(asked_by(county.chief))) == ["Uppdrag", "Täckning", "Överenskommelser"]
    nobody = person("Nils")
    assert (tools(asked_by(nobody)), awaiting(asked_by(nobody))) == ((), ())


def test_leaving_and_taking_along(county, client):
    held = county.accepted(starts=-9)
    assert personal_data(county.alva)["appointments"][0]["unit"] == "Solen"
    delete_person(by=actor(county.alva), person=county.alva)
    held.refresh_from_db()
    assert (held.state, held.ends_on) == ("ended", today())
    client.force_login(county.chief)
    page = client.get(f"/uppdrag/{held.key}/").content.decode()
    assert "Tidigare användare" in page
    assert "Alva" not in page


def test_every_address_of_the_room_is_marked():
    def views(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from views(pattern.url_patterns)
            elif pattern.callback.__module__.startswith("samling.organisations"):
                yield pattern.callback

    found = list(views(get_resolver().url_patterns))
    assert len(found) >= 21
    assert [view for view in found if access_of(view) is None] == []
