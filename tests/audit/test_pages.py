"""The audit's page: who may read what, and finding one's way in it."""

import csv
import re
from datetime import date, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.test import RequestFactory
from django.utils import timezone

from holders import grant, holder
from samling.accounts.actions.roles import load_roles
from samling.accounts.rules import rights_of
from samling.audit import panels
from samling.audit.actions import Actor, Subject, record
from samling.audit.models import Entry, Reach
from samling.audit.queries import Asked, actors_named, distinct, entries_page
from samling.audit.scopes import reach_of
from samling.audit.words import kind_text, verb_text
from samling.organisations.actions.role_types import load_role_types
from samling.organisations.models import Organisation, Unit
from samling.places.models import Area

pytestmark = pytest.mark.django_db
BEGAN = date(2020, 1, 1)
ADA, BO = Actor("Ada Ek", "key-ada"), Actor("Bo Ask", "key-bo")


def made(name: str, *, by: Actor = ADA, verb: str = "renamed", kind: str = "unit", scope: str = ""):
    return record(by=by, verb=verb, subject=Subject(kind, name, f"key-{name}"), scope=scope)


def at(entry: Entry, moment: datetime) -> None:
    """Only a test can: the entry is made anew with another time."""
    Entry.objects.bulk_create([Entry(at=moment, actor="Då", verb="renamed", subject=entry.subject,
                                     subject_kind="unit")])  # fmt: skip


def shown(client, **query: object) -> list[str]:
    """The subjects on the page, from the top."""
    answer = client.get("/handelser/", query)
    assert answer.status_code == 200
    text = answer.content.decode()
    listed = text.partition('<ul class="record-list">')[2]
    return re.findall(r'<a class="ds-link" href="\?sak=[^"]*"><bdi>([^<]+)</bdi>', listed)


@pytest.fixture
def reader(client):
    person = holder("audit.read")
    client.force_login(person)
    return person


@pytest.fixture
def tree(db):
    county = Area.objects.create(
        code="99", name="Provlän", level="county", division=division(), valid_from=BEGAN
    )
    town = Organisation.objects.create(name="Exempelkommunen", kind="municipality", area=county)
    other = Organisation.objects.create(name="Annankommunen", kind="municipality")
    parent = Unit.objects.create(
        name="Förvaltningen", organisation=town, kind="committee", code="a"
    )
    parent.path = f"/{parent.pk}/"
    parent.save()
    child = Unit.objects.create(
        name="Skolan", organisation=town, kind="school", parent=parent, code="b"
    )
    child.path = f"/{parent.pk}/{child.pk}/"
    child.save()
    return county, town, parent, child, other


def division():
    from samling.places.models import Division  # noqa: PLC0415

    return Division.objects.create(code="prov", name_sv="Prov", name_en="Test", valid_from=BEGAN)


def test_nobody_but_those_who_may_read_gets_in(client):
    made("x")
    for address in ("/handelser/", "/handelser/handelser.csv"):
        assert client.get(address).status_code == 302
        client.force_login(holder("mail.read"))
        assert client.get(address).status_code == 403
        client.logout()


def test_nothing_can_be_done_from_the_page(client, reader):
    made("x")
    for address in ("/handelser/", "/handelser/handelser.csv"):
        for method in (client.post, client.put, client.patch, client.delete):
            assert method(address).status_code == 405


def test_a_scope_reaches_itself_and_all_below(client, tree):
    county, town, parent, child, other = tree
    for name, scope in (
        ("allt", ""), ("kommunen", town.scope), ("förvaltningen", parent.scope),
        ("skolan", child.scope), ("annan", other.scope), ("okänd", "unit:999"),
    ):  # fmt: skip
        made(name, scope=scope)

    def seen(*scopes: str) -> list[str]:
        person = holder("people.read")
        for scope in scopes:
            grant(person, "audit.read", scope=scope)
        client.force_login(person)
        return shown(client)

    assert seen("") == ["okänd", "annan", "skolan", "förvaltningen", "kommunen", "allt"]
    assert seen(f"area:{county.code}") == ["skolan", "förvaltningen", "kommunen"]
    assert seen(town.scope) == ["skolan", "förvaltningen", "kommunen"]
    assert seen(parent.scope) == ["skolan", "förvaltningen"]
    assert seen(child.scope) == ["skolan"]
    assert seen(child.scope, other.scope) == ["annan", "skolan"]
    assert seen(child.scope, town.scope) == ["skolan", "förvaltningen", "kommunen"]
    assert seen(child.scope, "") == seen("")


def test_what_is_moved_leaves_its_past_where_it_was(client, tree):
    _, town, _, child, other = tree
    made("före", scope=child.scope)
    Unit.objects.filter(pk=child.pk).update(organisation=other, parent=None, path=f"/{child.pk}/")
    made("efter", scope=child.scope)
    client.force_login(holder("audit.read", scope=town.scope))
    assert shown(client) == ["före"]
    client.force_login(holder("audit.read", scope=other.scope))
    assert shown(client) == ["efter"]
    client.force_login(holder("audit.read", scope=child.scope))
    assert shown(client) == ["efter", "före"]


def test_reach_is_the_scope_and_what_stands_above(tree):
    county, town, parent, child, _ = tree
    assert set(reach_of(child.scope)) == {
        child.scope, parent.scope, town.scope, f"area:{county.code}",
    }  # fmt: skip
    assert reach_of("") == ()
    assert reach_of("unit:999") == ("unit:999",)
    made("x", scope=child.scope)
    assert Reach.objects.count() == 4


def test_filters(client, reader):
    made("ett", by=ADA, verb="renamed", kind="unit")
    made("två", by=BO, verb="appointed", kind="person")
    made("tre", by=BO, verb="renamed", kind="person")
    assert shown(client, vem="bo") == ["tre", "två"]
    assert shown(client, vem="ASK") == ["tre", "två"]
    assert shown(client, vem="e") == ["ett"]
    assert shown(client, vem="k") == ["tre", "två", "ett"]
    assert shown(client, vem="finns inte") == []
    assert shown(client, gjorde="renamed") == ["tre", "ett"]
    assert shown(client, slag="person", gjorde="renamed") == ["tre"]
    assert shown(client, sak="key-två") == ["två"]
    assert shown(client, vem="bo", gjorde="renamed", slag="unit") == []


def test_days_are_swedish_days(client, reader):
    stockholm = ZoneInfo("Europe/Stockholm")
    base = made("nu")
    for name, moment in (
        ("sent", datetime(2026, 3, 1, 23, 59, tzinfo=stockholm)),
        ("tidigt", datetime(2026, 3, 2, 0, 0, tzinfo=stockholm)),
    ):
        base.subject = name
        at(base, moment)

    def found(**days: date) -> list[str]:
        rights = rights_of(reader)
        return [entry.subject for entry in entries_page(rights, Asked(**days)).entries]

    assert found(until=date(2026, 3, 1)) == ["sent"]
    assert found(since=date(2026, 3, 2), until=date(2026, 3, 2)) == ["tidigt"]
    assert found(since=date(2026, 3, 1), until=date(2026, 3, 2)) == ["tidigt", "sent"]
    today = timezone.localdate()
    assert found(since=today) == ["nu"]
    assert found(since=today + timedelta(days=30)) == []
    assert found(until=date(1990, 1, 1)) == []


@pytest.mark.parametrize("text", ["igår", "2026-13-01", "<script>", "\x00", "9" * 500])
def test_what_is_no_date_is_said(client, reader, text):
    made("x")
    html = client.get("/handelser/", {"fran": text}).content.decode()
    assert "är inget datum" in html
    assert "<script>" not in html.partition("<main")[2]
    assert shown(client, till=text) == ["x"]


@pytest.mark.parametrize("name", ["fore", "efter"])
@pytest.mark.parametrize("text", ["", "-1", "x", "9" * 30, "1e3", "٣"])
def test_a_place_that_is_none_is_the_beginning(client, reader, name, text):
    made("x")
    assert shown(client, **{name: text}) == ["x"]


def walk(client, scope_holder, link: str, address: str) -> list[list[str]]:
    pages = []
    while address:
        html = client.get(address).content.decode()
        pages.append(re.findall(r'href="\?sak=[^"]*"><bdi>([^<]+)</bdi>', html))
        found = re.search(rf'<a rel="{link}" href="([^"]*)"', html)
        address = "/handelser/" + found[1].replace("&amp;", "&") if found else ""
    return pages


@pytest.mark.parametrize("scoped", [False, True])
def test_pages_forth_and_back(client, tree, scoped):
    scope = tree[3].scope
    for number in range(120):
        made(str(number), scope=scope)
        made(f"annans {number}", verb="other", scope=tree[4].scope)
    client.force_login(holder("audit.read", scope=tree[1].scope if scoped else ""))
    first = "/handelser/?gjorde=renamed"
    pages = walk(client, None, "next", first)
    newest = [str(number) for number in reversed(range(120))]
    assert pages == [newest[:50], newest[50:100], newest[100:]]
    last = client.get(first).content.decode()
    assert 'rel="prev"' not in last
    key = Entry.objects.get(subject="0").pk
    back = walk(client, None, "prev", f"{first}&fore={key + 1}")
    assert back == [["0"], newest[69:119], newest[19:69], newest[:19]]


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_page_costs_the_same_however_long(client, reader, count, django_assert_num_queries):
    for number in range(count):
        made(str(number))
    with django_assert_num_queries(9):
        assert len(shown(client)) == min(count, 50)


def test_what_is_written_is_text(client, reader):
    record(
        by=Actor("<b>Ada</b>"), verb="<i>", subject=Subject("<u>", "<script>x</script>", "\"'><p>"),
        details={"<k>": "<v>", "whence": ["a", None], "whither": ""},
    )  # fmt: skip
    html = client.get("/handelser/").content.decode().partition("<main")[2]
    for tag in ("<b>Ada", "<i>", "<u>", "<script>", "<k>", "<v>", "'><p>"):
        assert tag not in html
    assert "whence: <bdi>a, –</bdi>" in html
    assert "whither" not in html


def test_days_are_read_in_words_and_what_only_looks_like_one_is_left(client, reader):
    details = {"until": "2026-12-31", "title": "2026-02-31", "file": "2026-12-31.csv"}
    record(by=ADA, verb="mail stopped", subject=Subject("message", "brev", "1"), details=details)
    for address, day in (("/en/handelser/", "31 Dec 2026"), ("/handelser/", "31 dec. 2026")):
        html = client.get(address).content.decode().replace("\u00a0", " ")
        found = re.findall(r"<bdi>([^<]*2026[^<]*)</bdi>", html)
        assert sorted(found) == ["2026-02-31", "2026-12-31.csv", day]


def test_codes_and_changes_are_read_in_words(client, reader):
    """A role by its name, a change by what was there before; a code that nobody has any more, as it
    was recorded."""
    load_roles(by=ADA)
    load_role_types(by=ADA)
    changes = {"gy1": [7, 9], "1": [48, 57], "F": ["", 50]}
    for code in ("analyst", "barnrattspilot", "avskaffad"):
        record(
            by=ADA, verb="role given", subject=Subject("person", "Bo", "1"), details={"role": code}
        )
    record(
        by=ADA,
        verb="enrolment changed",
        subject=Subject("person", "Bo", "1"),
        details={"grades": changes},
    )
    record(
        by=ADA,
        verb="appointment changed",
        subject=Subject("person", "Bo", "1"),
        details={"changed": ["ends_on", "training", "trained_on", "plan", "något"]},
    )
    text = unescape(client.get("/handelser/").content.decode())
    for said in (
        "roll: <bdi>Analytiker",
        "roll: <bdi>Barnrättspilot",
        "roll: <bdi>avskaffad",
        "årskurser: <bdi>F: 50, 1: från 48 till 57, gy1: från 7 till 9",
        "ändrat: <bdi>sista dag, utbildning, dag för utbildning, plan, något",
    ):
        assert said in text
    for code in ("analyst<", "barnrattspilot<", "['', 50]"):
        assert code not in text
    english = client.get("/en/handelser/").content.decode()
    assert "role: <bdi>Analyst" in english
    assert "changed: <bdi>last day, training, day of training, plan" in english


def test_words_of_rooms_and_of_none(client, reader):
    assert verb_text("mail retried") == "skickade om"
    assert verb_text("something new") == "something new"
    assert (kind_text("message"), kind_text("thing")) == ("mejl", "thing")
    record(by=ADA, verb="mail stopped", subject=Subject("message", "påminnelse", "1"))
    html = client.get("/handelser/").content.decode()
    assert "<bdi>Ada Ek</bdi> stoppade mejl:" in html
    assert "<bdi>Ada Ek</bdi> stopped message:" in client.get("/en/handelser/").content.decode()


def test_the_file_has_what_the_page_has_and_starts_no_program(client, tree):
    _, town, _, child, other = tree
    record(
        by=Actor("=cmd|' /C calc'!A0", "k"), verb="renamed", subject=Subject("unit", "@sum", "1"),
        scope=child.scope, details={"från": "å"},
    )  # fmt: skip
    made("annans", scope=other.scope)
    client.force_login(holder("audit.read", scope=town.scope))
    answer = client.get("/handelser/handelser.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="handelser.csv"'
    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))
    assert len(rows) == 1
    assert rows[0]["actor"] == "'=cmd|' /C calc'!A0"
    assert rows[0]["subject"] == "'@sum"
    assert rows[0]["details"] == '{"från": "å"}'
    assert datetime.fromisoformat(rows[0]["at"]).tzinfo is not None
    empty = client.get("/handelser/handelser.csv", {"gjorde": "nothing"})
    assert len(b"".join(empty.streaming_content).splitlines()) == 1


def test_the_file_goes_on_past_a_chunk(client, reader):
    entries = [Entry(at=timezone.now(), actor="x", verb="v", subject=str(n), subject_kind="k")
               for n in range(4500)]  # fmt: skip
    Entry.objects.bulk_create(entries)
    answer = client.get("/handelser/handelser.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert [line.split(",")[5] for line in lines[1:]] == [str(n) for n in reversed(range(4500))]


def test_names_are_stepped_through():
    for name in ("Örjan", "Ada", "ada", "Bo"):
        made("x", by=Actor(name))
    assert sorted(distinct("actor")) == sorted(["Ada", "Bo", "ada", "Örjan"])
    assert sorted(actors_named("ADA")) == ["Ada", "ada"]
    assert actors_named("ÖRJ") == ["Örjan"]
    with pytest.raises(ValueError, match="no index"):
        distinct("details; DROP TABLE audit_entry")


def test_the_panel_is_for_those_who_may_read():
    def cards(person):
        request = RequestFactory().get("/")
        request.rights = rights_of(person)
        return [card.title for card in panels.tools(request)], panels.awaiting(request)

    assert cards(holder("audit.read", scope="unit:1")) == (["Händelser"], ())
    assert cards(holder("people.read")) == ([], ())
