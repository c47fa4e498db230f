"""The registry's pages: what they show, whom they refuse, how many questions they ask."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisations.registry.making import (
    PNG,
    SYSTEM,
    area,
    csv_of,
    manager,
    organisation,
    person,
    unit,
)
from samling.accounts.actions.people import delete_person, personal_data
from samling.accounts.models import Person
from samling.accounts.rules import rights_of
from samling.audit.models import Entry
from samling.mail.models import Message
from samling.organisations import panels
from samling.organisations.actions.importing.drafts import hold_file
from samling.organisations.actions.logos import set_logo
from samling.organisations.actions.memberships import Term, add_membership
from samling.organisations.actions.registry import close_organisation
from samling.organisations.actions.units import close_unit
from samling.organisations.models import Change, ImportDraft, Membership, Organisation, Unit

pytestmark = pytest.mark.django_db
START = Term(date(2026, 1, 1), title="lärare")


def at(name, *arguments):
    return reverse(f"organisations:{name}", args=arguments)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def main_of(answer):
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


@pytest.fixture
def world(db):
    """Two organisations with a unit and a member each, and those who look after them."""
    area()
    here, there = organisation("Här", area=area()), organisation("Där")
    top = unit(here, "Området", "department", "O")
    school = unit(top, "Skolan", "school", "S")
    away = unit(there, "Annan", "school", "A")
    member = person("Medlem")
    held = add_membership(by=SYSTEM, person=member, place=school, term=START)
    far = add_membership(by=SYSTEM, person=member, place=away, term=START)
    holder = manager("Chefen", here)
    draft = hold_file(
        person=holder,
        organisation=here,
        kind="units",
        name="fil.csv",
        content=csv_of("Kod;Namn", "S;Nya skolan"),
        close_missing=False,
    )
    return {
        "here": here,
        "there": there,
        "top": top,
        "school": school,
        "away": away,
        "membership": held,
        "far": far,
        "manager": holder,
        "draft": draft,
        "other": manager("Annan", there),
        "unit manager": person(
            "Enhetschefen",
            permissions=("people.read", "appointments.manage"),
            scope=school.scope,
        ),
        "member": member,
        "everywhere": person("Ada", permissions=("organisations.manage", "people.read")),
    }


def managing(world):
    """Every address that looks after `here`, and what it takes to do it."""
    here, top, school = (world[name].key for name in ("here", "top", "school"))
    number, draft = world["membership"].pk, world["draft"].key
    details = {"name": "Nytt", "kind": "school", "code": "N"}
    return {
        at("edit_organisation", here): {"name": "Nytt", "kind": "municipality"},
        at("edit_logo", here): {"remove": "1"},
        at("close_organisation", here): {"with_everything": "on"},
        at("reopen_organisation", here): {},
        at("merge_organisation", here): {"target": str(world["there"].key), "sure": "on"},
        at("create_unit", here): details,
        at("create_unit_below", top): details,
        at("edit_unit", school): details,
        at("move_unit", school): {"target": ""},
        at("merge_unit", school): {"target": str(top), "sure": "on"},
        at("close_unit", school): {"with_everything": "on"},
        at("reopen_unit", school): {},
        at("enrolment_year", school): {"year": "2026"},
        at("enrolment", school, 2026): {"1": "20"},
        at("add_to_unit", school): {
            "email": "ny@exempel.se",
            "name": "Ny",
            "starts_on": "2026-01-01",
        },
        at("add_to_organisation", here): {
            "email": "ny@exempel.se",
            "name": "Ny",
            "starts_on": "2026-01-01",
        },
        at("membership", number): {"title": "rektor", "starts_on": "2026-01-01"},
        at("end_membership", number): {},
        at("import", here, "units"): {"file": SimpleUploadedFile("a.csv", b"Kod;Namn\r\n1;2")},
        at("current", here, "people", "csv"): {},
        at("preview", here, draft): {},
        at("aside", here, draft): {},
    }


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Organisation, Unit, Membership, Person, Change, ImportDraft, Entry)
    ]


@pytest.mark.parametrize("who", ["other", "unit manager", "member"])
def test_nobody_else_looks_after_an_organisation(client, world, who):
    client.force_login(world[who])
    before = everything()
    answers = {}
    for address, values in managing(world).items():
        answers[address] = (
            client.get(address).status_code in (403, 405),
            client.post(address, values).status_code in (403, 405),
        )
    assert {a: told for a, told in answers.items() if told != (True, True)} == {}
    assert everything() == before


def test_who_is_not_signed_in_is_sent_to_sign_in(client, world):
    before = everything()
    open_to_all = [
        at("directory"),
        at("organisation", world["here"].key),
        at("unit", world["school"].key),
        at("members", world["here"].key),
        at("history", world["here"].key),
        at("logo", world["here"].key),
        at("import_example", "units", "csv"),
        at("create_organisation"),
    ]
    for address in [*open_to_all, *managing(world)]:
        for answer in (client.get(address), client.post(address)):
            assert (answer.status_code, "/konto/logga-in/" in answer.get("Location", "")) == (
                302,
                True,
            ), address
    assert everything() == before


def test_nothing_changes_by_looking(client, world):
    client.force_login(world["manager"])
    before = everything()
    for address in managing(world):
        assert client.get(address).status_code in (200, 405), address
    assert everything() == before


def test_a_managers_reach_ends_at_their_own(client, world):
    """Own unit or membership, but a target or a key that belongs to someone else."""
    client.force_login(world["manager"])
    before = everything()
    there, away = world["there"], world["away"]
    tries = {
        at("move_unit", world["school"].key): {"target": str(away.key)},
        at("merge_unit", world["school"].key): {"target": str(away.key), "sure": "on"},
        at("merge_organisation", world["here"].key): {"target": str(there.key), "sure": "on"},
        at("membership", world["far"].pk): {"title": "x", "starts_on": "2026-01-01"},
        at("end_membership", world["far"].pk): {},
        at("create_organisation"): {"name": "Egen", "kind": "company"},
        at("preview", there.key, world["draft"].key): {},
    }
    answers = {address: client.post(address, values) for address, values in tries.items()}
    assert {a: told.status_code for a, told in answers.items() if told.status_code == 302} == {}
    assert everything() == before


def test_a_unit_is_moved_only_where_one_may(client, world):
    """Who looks after one unit may not put it under another's, nor at the organisation's top."""
    holder = person("Smal", permissions=("organisations.manage",), scope=world["school"].scope)
    other = unit(world["here"], "Granne")
    client.force_login(holder)
    for target in ("", str(other.key)):
        answer = client.post(at("move_unit", world["school"].key), {"target": target})
        assert answer.status_code == 403
    world["school"].refresh_from_db()
    assert world["school"].parent == world["top"]
    assert client.get(at("edit_unit", world["top"].key)).status_code == 403
    assert client.get(at("edit_unit", world["school"].key)).status_code == 200


def test_who_has_an_area_makes_organisations_in_it_and_nowhere_else(client, world):
    client.force_login(person("Lena", permissions=("organisations.manage",), scope="area:04"))
    assert client.get(at("edit_organisation", world["here"].key)).status_code == 200
    assert client.get(at("edit_organisation", world["there"].key)).status_code == 403
    values = {"name": "Ny", "kind": "company"}
    assert client.post(at("create_organisation"), values).status_code == 403
    answer = client.post(at("create_organisation"), {**values, "area": "0480"})
    assert answer["Location"] == at("organisation", Organisation.objects.get(name="Ny").key)


def test_another_managers_file_is_not_seen(client, world):
    colleague = manager("Kollegan", world["here"])
    client.force_login(colleague)
    address = at("preview", world["here"].key, world["draft"].key)
    assert client.get(address)["Location"] == at("organisation", world["here"].key)
    client.post(at("aside", world["here"].key, world["draft"].key))
    assert ImportDraft.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("manager", (True, True)),
        ("other", (False, False)),
        ("member", (False, False)),
        ("unit manager", (False, True)),
    ],
)
def test_people_are_seen_by_those_permitted(client, world, who, sees):
    client.force_login(world[who])
    pages = (at("organisation", world["here"].key), at("unit", world["school"].key))
    shown = tuple("medlem@exempel.se" in client.get(page).content.decode() for page in pages)
    assert shown == sees
    status = 200 if sees[0] else 403
    assert client.get(at("members", world["here"].key)).status_code == status
    by = "av test" in text_of(client.get(at("history", world["here"].key)))
    assert by == sees[0]


def test_everyone_signed_in_reads_the_rest(client, world):
    client.force_login(world["member"])
    assert "Här" in text_of(client.get(at("directory")))
    assert "Området" in text_of(client.get(at("organisation", world["here"].key)))
    page = text_of(client.get(at("unit", world["school"].key)))
    assert "Inga elever är inskrivna här än." in page
    assert "Ändra uppgifter" not in page


def rows_of(answer):
    return re.findall(r'<th scope="row"[^>]*><a [^>]*><bdi>([^<]*)', answer.content.decode())


def test_the_directory_is_searched_and_shows_closed_ones_on_demand(client):
    area()
    organisation("Örebro", kind="region")
    organisation("Åmåls kommun", area=area())
    gone = organisation("Åtvid", kind="company")
    close_organisation(by=SYSTEM, organisation=gone)
    unit(organisation("Föreningen (a+b)", kind="association"), "Ängens förskola")
    client.force_login(person("Läsaren"))

    def found(query):
        return rows_of(client.get(at("directory") + query))

    assert found("?sok=öREBRO") == ["Örebro"]
    assert found("?sok=åmåls+KOMMUN") == ["Åmåls kommun"]
    assert found("?sok=ängens") == ["Ängens förskola"]
    assert found("?sok=(a%2Bb)") == ["Föreningen (a+b)"]
    assert found("?sok=.*") == []
    assert found("?sort=region") == ["Örebro"]
    assert found("?sort=company") == []
    assert found("?sort=company&visa=alla") == ["Åtvid (stängd)"]
    assert found("?lan=04") == ["Åmåls kommun"]
    assert len(found("?sort=%00&lan=x&sida=-3")) == 3
    assert "Inget passar in" in text_of(client.get(at("directory") + "?sok=finnsinte"))


def filled(number):
    """An organisation with so many of everything on its pages."""
    made = organisation(f"Kommun {number}", area=area())
    for place in range(number):
        school = unit(made, f"Skola {place}", "school")
        unit(school, f"Avdelning {place}", "department")
        who = person(f"P{number}-{place}")
        add_membership(by=SYSTEM, person=who, place=school, term=START)
        add_membership(by=SYSTEM, person=who, place=made, term=START)
    return made


def test_lists_ask_as_many_questions_for_three_as_for_one(client):
    holder = person("Ada", permissions=("organisations.manage", "people.read"))
    client.force_login(holder)
    one, three = filled(1), filled(3)

    def asked(address):
        with CaptureQueriesContext(
            connection,
        ) as told:
            assert client.get(address).status_code == 200
        return len(told)

    most = {}
    for name, query in (
        ("organisation", ""),
        ("organisation", "?sok=skola"),
        ("members", ""),
        ("history", ""),
    ):
        few, many = (asked(at(name, place.key) + query) for place in (one, three))
        assert few == many, name
        most[name, query] = many
    first, third = one.units.first(), three.units.first()
    assert asked(at("unit", first.key)) == asked(at("unit", third.key))
    directory = asked(at("directory") + "?sok=skola")
    for number in (4, 5):
        filled(number)
    assert asked(at("directory") + "?sok=skola") == directory
    assert max(*most.values(), directory) < 10


def test_an_organisation_lives_through_its_pages(client, world):
    client.force_login(world["everywhere"])
    answer = client.post(
        at("create_organisation"),
        {"name": "Ny", "kind": "company", "area": "0480", "website": "exempel.se"},
    )
    made = Organisation.objects.get(name="Ny")
    assert answer["Location"] == at("organisation", made.key)
    assert made.website == "https://exempel.se"
    client.post(at("create_unit", made.key), {"name": "A", "kind": "school", "code": "A"})
    first = made.units.get()
    client.post(at("create_unit_below", first.key), {"name": "B", "kind": "school", "code": "B"})
    client.post(at("create_unit", made.key), {"name": "C", "kind": "school", "code": "C"})
    below, third = made.units.get(code="B"), made.units.get(code="C")
    client.post(at("move_unit", below.key), {"target": str(third.key)})
    client.post(at("enrolment", below.key, 2026), {"1": "20", "2": "22"})
    client.post(at("merge_unit", below.key), {"target": str(first.key), "sure": "on"})
    client.post(at("close_unit", third.key))
    client.post(at("close_organisation", made.key), {"with_everything": "on"})
    client.post(at("reopen_organisation", made.key))
    client.post(at("reopen_unit", third.key))
    kinds = Change.objects.filter(organisation=made).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [
        "created", "created", "created", "created", "moved", "edited", "merged", "merged",
        "closed", "closed", "closed", "reopened", "reopened",
    ]  # fmt: skip
    words = text_of(client.get(at("history", made.key)))
    for sentence in (
        "Flyttad från A till C",
        "Elever läsåret 2026/27: 42",
        "B slogs ihop med A",
        "Öppnad igen",
    ):
        assert sentence in words
    page = text_of(client.get(at("unit", below.key)))
    assert "Sammanslagen" in page
    assert "Årskurs 1" in page


def test_a_large_unit_has_its_people_on_pages(client, world):
    client.force_login(world["manager"])
    people = Person.objects.bulk_create(
        Person(name=f"P{number:03}", email=f"p{number}@exempel.se") for number in range(100)
    )
    for one in people:
        add_membership(by=SYSTEM, person=one, place=world["school"], term=START)
    page = at("unit", world["school"].key)
    shown = [
        re.findall(r"\b(P\d{3}|Medlem) ?,", text_of(client.get(page + query)))
        for query in ("", "?sida=2", "?sida=x", "?sida=999")
    ]
    assert [len(names) for names in shown] == [100, 1, 100, 0]
    assert {*shown[0], *shown[1]} == {"Medlem", *(one.name for one in people)}


def test_closing_without_the_choice_keeps_it_open(client, world):
    client.force_login(world["manager"])
    answer = client.post(at("close_unit", world["top"].key))
    assert "1 öppen enhet och 1 medlemskap" in text_of(answer)
    assert Unit.objects.filter(closed_on__isnull=False).count() == 0
    client.post(at("close_unit", world["top"].key), {"with_everything": "on"})
    assert Unit.objects.filter(closed_on__isnull=False).count() == 2


def test_a_target_that_is_not_offered_is_not_taken(client, world):
    client.force_login(world["everywhere"])
    for target in (str(world["school"].key), str(world["away"].key), "guess", ""):
        answer = client.post(
            at("merge_unit", world["school"].key), {"target": target, "sure": "on"}
        )
        assert answer.status_code == 200
    assert Unit.objects.filter(merged_into__isnull=False).count() == 0


def test_a_bad_website_is_not_kept(client, world):
    client.force_login(world["manager"])
    for website in ("javascript:alert(1)", "ftp://exempel.se/x"):
        values = {"name": "Här", "kind": "municipality", "website": website}
        assert client.post(at("edit_organisation", world["here"].key), values).status_code == 200
    assert Organisation.objects.get(name="Här").website == ""


def test_names_are_never_markup(client, world):
    client.force_login(world["manager"])
    nasty = "<script>alert(1)</script>"
    values = {"name": nasty, "kind": "school", "code": nasty}
    client.post(at("create_unit", world["here"].key), values)
    made = Unit.objects.get(name=nasty)
    for page in (at("unit", made.key), at("organisation", world["here"].key)):
        assert nasty not in client.get(page).content.decode()


def test_a_logo_is_sent_with_its_own_type(client, world):
    client.force_login(world["manager"])
    here = world["here"]
    page = client.post(
        at("edit_logo", here.key), {"picture": SimpleUploadedFile("a.png", b"<svg onload=x>")}
    )
    assert "Filen är ingen hel bild i PNG, JPEG eller WebP." in text_of(page)
    assert client.get(at("logo", here.key)).status_code == 404
    # What it is called and says that it is does not count.
    sent = SimpleUploadedFile("a.html", PNG, content_type="text/html")
    client.post(at("edit_logo", here.key), {"picture": sent})
    answer = client.get(at("logo", here.key))
    assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    again = client.get(at("logo", here.key), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert f"{at('logo', here.key)}?v=" in client.get(at("organisation", here.key)).content.decode()
    client.post(at("edit_logo", here.key), {"remove": "1"})
    assert client.get(at("logo", here.key)).status_code == 404


def test_a_list_of_organisations_never_reads_pictures(client, world):
    set_logo(by=SYSTEM, organisation=world["here"], content=PNG)
    client.force_login(world["member"])
    with CaptureQueriesContext(connection) as told:
        client.get(at("directory"))
        client.get(at("organisation", world["here"].key))
    columns = " ".join(query["sql"] for query in told.captured_queries)
    assert '"content"' not in columns
    assert '"boundary"' not in columns


def upload(client, world, *lines, **values):
    file = SimpleUploadedFile("fil.csv", csv_of(*lines))
    answer = client.post(at("import", world["here"].key, "units"), {"file": file, **values})
    return answer["Location"]


def print_of(page):
    return re.search(r'name="fingerprint" value="(\w+)"', page.content.decode())[1]


def test_a_file_is_previewed_and_then_read_in(client, world):
    client.force_login(world["manager"])
    world["draft"].delete()
    address = upload(client, world, "Kod;Namn;Sort;Okänd", "S;Nya skolan;;", "X;X;bunker;")
    page = text_of(client.get(address))
    assert "De här kolumnerna används inte: Okänd." in page
    assert "2 saker i filen behöver rättas." in page
    assert "Rad 3, Sort Sorten bunker finns inte." in page
    address = upload(client, world, "Kod;Namn", "S;Nya skolan")
    page = client.get(address)
    assert "Namn: från Skolan till Nya skolan" in text_of(page)
    assert Unit.objects.get(code="S").name == "Skolan"
    stale = client.post(address, {"fingerprint": "0" * 64})
    assert "Uppgifterna har ändrats sedan förhandsvisningen" in text_of(stale)
    assert Unit.objects.get(code="S").name == "Skolan"
    answer = client.post(address, {"fingerprint": print_of(stale)})
    assert answer["Location"] == at("organisation", world["here"].key)
    assert Unit.objects.get(code="S").name == "Nya skolan"
    twice = client.post(address, {"fingerprint": print_of(page)})
    assert twice.status_code == 302
    assert Unit.objects.filter(name="Nya skolan").count() == 1
    address = upload(client, world, "Kod;Namn", "S;Nya skolan")
    assert "Filen ändrar ingenting" in text_of(client.get(address))


def test_a_file_that_can_not_be_read_says_so_on_the_form(client, world):
    client.force_login(world["manager"])
    for name, content, said in (
        ("a.exe", b"MZ", "Filändelsen"),
        ("a.csv", b"", "tom"),
        ("a.csv", b"x;y\r\n1;2", "kolumnernas namn"),
    ):
        answer = client.post(
            at("import", world["here"].key, "people"), {"file": SimpleUploadedFile(name, content)}
        )
        assert (answer.status_code, said in text_of(answer)) == (200, True)
    assert ImportDraft.objects.count() == 1


def test_a_role_taken_away_stops_the_button(client, world):
    client.force_login(world["manager"])
    address = at("preview", world["here"].key, world["draft"].key)
    page = client.get(address)
    world["manager"].grants.all().delete()
    assert client.post(address, {"fingerprint": print_of(page)}).status_code == 403
    assert Unit.objects.get(code="S").name == "Skolan"


@pytest.mark.parametrize("kind", ["units", "enrolment", "people"])
def test_files_to_begin_from(client, world, kind):
    client.force_login(world["manager"])
    for address in (
        at("import_example", kind, "xlsx"),
        at("current", world["here"].key, kind, "csv"),
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
    for address in (at("import_example", kind, "exe"), at("import_example", "other", "csv")):
        assert client.get(address).status_code == 404


def test_members_are_added_changed_and_ended(client, world):
    client.force_login(world["manager"])
    address = at("add_to_unit", world["school"].key)
    values = {"email": "ny@exempel.se", "starts_on": "2026-08-01", "title": "lärare"}
    assert "Skriv personens namn" in text_of(client.post(address, values))
    assert not Person.objects.filter(email="ny@exempel.se").exists()
    client.post(address, {**values, "name": "Ny"})
    made = Membership.objects.get(person__email="ny@exempel.se")
    assert (made.person.name, made.person.has_usable_password()) == ("Ny", False)
    assert "redan medlem" in text_of(client.post(address, values))
    wrong = {"title": "rektor", "starts_on": "2026-08-01", "ends_on": "2026-01-01"}
    assert "före den första" in text_of(client.post(at("membership", made.pk), wrong))
    client.post(at("membership", made.pk), {**wrong, "ends_on": "2026-12-31"})
    made.refresh_from_db()
    assert (made.title, made.ends_on) == ("rektor", date(2026, 12, 31))
    client.post(at("end_membership", made.pk))
    made.refresh_from_db()
    assert made.ends_on == timezone.localdate()


def test_who_was_written_down_signs_in_by_proving_the_address(client, world):
    """No account is opened by an organisation: the person sets a password from their own mail."""
    client.force_login(world["manager"])
    values = {"email": "ny@exempel.se", "name": "Ny", "starts_on": "2026-01-01"}
    client.post(at("add_to_organisation", world["here"].key), values)
    client.logout()
    client.post("/konto/glomt-losenord/", {"email": "ny@exempel.se"})
    letter = Message.objects.get(template="password-reset")
    link = re.search(r"http://[^/]+(/konto/glomt-losenord/\S+/)", letter.text)[1]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    password = "sju sega sjömän skrek"
    client.post(form, {"password1": password, "password2": password})
    client.post("/konto/logga-in/", {"login": "ny@exempel.se", "password": password})
    code = Message.objects.filter(template="address-code").last()
    if code is not None:
        client.post("/konto/kod/", {"action": "verify", "code": code.subject.rpartition(": ")[2]})
    assert "Hej Ny!" in client.get("/mina-sidor/").content.decode()


def test_known_people_keep_their_name(client, world):
    client.force_login(world["manager"])
    values = {"email": "ADA@exempel.se", "name": "Annat", "starts_on": "2026-01-01"}
    client.post(at("add_to_organisation", world["here"].key), values)
    assert Membership.objects.get(person=world["everywhere"]).person.name == "Ada"


def test_one_takes_ones_memberships_along_and_leaves(world, settings):
    settings.SAMLING_PERSONAL_DATA = ("samling.organisations.queries.personal.organisation_data",)
    settings.SAMLING_ON_DELETION = ("samling.organisations.actions.leaving.end_memberships",)
    holder = world["manager"]
    add_membership(by=SYSTEM, person=holder, place=world["here"], term=START)
    Change.objects.create(
        organisation=world["here"],
        kind="edited",
        on=date(2026, 1, 1),
        by="Chefen",
        by_key=str(holder.key),
    )
    known = personal_data(holder)
    assert known["memberships"] == [
        {
            "organisation": "Här",
            "unit": "",
            "title": "lärare",
            "from": "2026-01-01",
            "until": None,
        }
    ]
    assert [file["name"] for file in known["files waiting"]] == ["fil.csv"]
    assert [change["to"] for change in known["registry changes"]] == ["Här"]
    delete_person(by=SYSTEM, person=holder)
    assert Membership.objects.get(person=holder).ends_on == timezone.localdate()
    assert not ImportDraft.objects.exists()
    pseudonym = Person.objects.get(pk=holder.pk).name
    assert Change.objects.get(kind="edited").by == pseudonym
    assert "Chefen" not in str(list(Change.objects.values()))


def test_cards_on_the_start_page(rf, world):
    def cards(who, slot):
        request = rf.get("/")
        request.user = world[who]
        request.rights = rights_of(world[who])
        return [card.title for card in slot(request)]

    add_membership(by=SYSTEM, person=world["manager"], place=world["there"], term=START)
    assert cards("manager", panels.tools) == ["Här", "Där", "Organisationer"]
    assert cards("everywhere", panels.tools) == ["Organisationer"]
    assert cards("unit manager", panels.tools) == []
    assert cards("member", panels.tools) == ["Där", "Här", "Organisationer"]
    assert cards("manager", panels.awaiting) == ["Läs in fil.csv"]
    assert cards("other", panels.awaiting) == []


def test_a_closed_unit_offers_only_to_open_it(client, world):
    close_unit(by=SYSTEM, unit=world["top"], with_everything=True)
    client.force_login(world["manager"])
    page = client.get(at("unit", world["top"].key))
    assert "Stängd" in text_of(page)
    assert "Öppna igen" in main_of(page)
    assert at("move_unit", world["top"].key) not in main_of(page)
    here = at("organisation", world["here"].key)
    assert "Området" not in main_of(client.get(here)).partition("Historik")[0]
    shown = main_of(client.get(here + "?stangda=on")).partition("Historik")[0]
    assert "Området" in shown


def test_an_organisation_is_put_in_another_area_only_by_who_looks_after_that(client, world):
    """Its area decides who rules it and who follows it, so its own manager can't choose it."""
    elsewhere = area("0483", "Katrineholm")
    values = {"name": "Här", "kind": "municipality"}
    address = at("edit_organisation", world["here"].key)
    before = world["here"].area
    client.force_login(world["manager"])
    for other in (elsewhere.code, ""):
        answer = client.post(address, {**values, "area": other})
        assert "Området ändras av den som ansvarar för det nya." in text_of(answer)
        world["here"].refresh_from_db()
        assert world["here"].area == before
    client.post(address, {**values, "area": before.code, "phone": "0155-1"})
    world["here"].refresh_from_db()
    assert (world["here"].phone, world["here"].area) == ("0155-1", before)
    client.force_login(world["everywhere"])
    client.post(address, {**values, "area": elsewhere.code})
    world["here"].refresh_from_db()
    assert world["here"].area == elsewhere
