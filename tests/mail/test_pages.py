"""The outbox for staff: who may see what, and trying again."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from holders import grant, holder
from mail.letters import queued, state
from samling.accounts.models import Person
from samling.accounts.rules import rights_of
from samling.audit.models import Entry
from samling.mail import panels
from samling.mail.actions import queue
from samling.mail.models import Message, Turn
from samling.mail.registry import registered, words_of_work
from samling.organisations.models import Organisation, Unit
from samling.ui.formats import short_moment

pytestmark = pytest.mark.django_db
SECRET = "https://exempel.se/hemlig-lank/"


def secret_message() -> Message:
    return queue(
        key="hemligt",
        template="password-reset",
        to="hemlig@exempel.se",
        language="sv",
        context={"secret": SECRET, "owner": "Region"},
    )


def set_state(message: Message, value: str, problem: str = "") -> None:
    sent = timezone.now() if value in ("sent", "bounced") else None
    Message.objects.filter(pk=message.pk).update(state=value, problem=problem, sent_at=sent)


def page(client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def reader(client) -> Person:
    person = holder("mail.read", "mail.manage")
    client.force_login(person)
    return person


@pytest.fixture
def places(db) -> tuple[Organisation, Unit, Organisation]:
    one = Organisation.objects.create(name="Exempelkommunen", kind="municipality")
    other = Organisation.objects.create(name="Annankommunen", kind="municipality")
    unit = Unit.objects.create(name="Skolan", organisation=one, kind="school")
    unit.path = f"/{unit.pk}/"
    unit.save()
    return one, unit, other


def subjects(html: str) -> list[str]:
    return re.findall(r'record-list__detail"><bdi>([^<]+)</bdi>', html)


def test_nobody_but_those_who_may_read_gets_in(client):
    message = queued()
    address = reverse("mail:message", args=[message.message_id])
    for path in (reverse("mail:messages"), address):
        assert client.get(path).status_code == 302
    client.force_login(holder("people.manage"))
    for path in (reverse("mail:messages"), address):
        assert client.get(path).status_code == 403


def test_a_scope_reaches_its_own_messages_and_those_below(client, places):
    one, unit, other = places
    mine, below = queued(1, scope=one.scope), queued(2, scope=unit.scope)
    theirs, everyones = queued(3, scope=other.scope), queued(4)
    client.force_login(holder("mail.read", scope=one.scope))
    assert subjects(page(client, "/mejl/")) == [below.to, mine.to]
    found = {m: client.get(reverse("mail:message", args=[m.message_id])).status_code
             for m in (mine, below, theirs, everyones)}  # fmt: skip
    assert list(found.values()) == [200, 200, 403, 403]
    client.force_login(holder("mail.read", scope=unit.scope))
    assert subjects(page(client, "/mejl/")) == [below.to]


def test_reading_is_not_managing_and_managing_elsewhere_is_nothing(client, places):
    one, _, other = places
    message = queued(1, scope=one.scope)
    set_state(message, "failed", "550 no")
    person = holder("mail.read", scope=one.scope)
    client.force_login(person)
    address = reverse("mail:message", args=[message.message_id])
    assert "Skicka igen" not in page(client, address)
    for verb in ("mail:retry", "mail:stop"):
        assert client.post(reverse(verb, args=[message.message_id])).status_code == 403
    grant(person, "mail.manage", scope=other.scope)
    for verb in ("mail:retry", "mail:stop"):
        assert client.post(reverse(verb, args=[message.message_id])).status_code == 403
    assert state(message) == "failed"


def test_a_link_does_nothing_and_a_button_without_a_token_neither(client, reader):
    from django.test import Client  # noqa: PLC0415

    message = queued()
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(reader)
    for verb in ("mail:retry", "mail:stop"):
        address = reverse(verb, args=[message.message_id])
        assert client.get(address).status_code == 405
        assert careful.post(address).status_code == 403
    assert state(message) == "waiting"


def test_trouble_stands_first_with_where_it_is(client, reader):
    for number, value in enumerate(["failed", "bounced", "bounced", "unsure", "sent"]):
        set_state(queued(number), value)
    html = page(client, "/mejl/")
    notice = html.partition('data-color="danger"')[2].partition("</ul>")[0]
    assert "4 mejl behöver ett beslut" in notice
    links = re.findall(r'href="/mejl/\?lage=(\w+)">([^<]+)', notice)
    assert links == [
        ("failed", "1 kunde inte skickas"),
        ("bounced", "2 studsade"),
        ("unsure", "1 är oklart"),
    ]
    assert subjects(page(client, "/mejl/", lage="bounced")) == [
        "mottagare2@exempel.se", "mottagare1@exempel.se",
    ]  # fmt: skip


def test_a_waiting_message_with_a_problem_tells_that_the_server_is_away(client, reader):
    Message.objects.filter(pk=queued().pk).update(problem="connection refused <b>")
    html = page(client, "/mejl/")
    assert "väntar på e-postservern" in html
    assert "connection refused &lt;b&gt;" in html


def test_filters_and_rubbish_in_them(client, reader):
    first, hidden = queued(1), secret_message()
    assert subjects(page(client, "/mejl/", mall="password-reset")) == [hidden.to]
    assert subjects(page(client, "/mejl/", till="TAGARE1@")) == [first.to]
    assert subjects(page(client, "/mejl/", lage="nonsense")) == [hidden.to, first.to]
    assert "Inga mejl" in page(client, "/mejl/", till="\x00' OR 1=1 --")
    assert subjects(page(client, "/mejl/", sida="99999999999")) == [hidden.to, first.to]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(client, reader, count, django_assert_num_queries):
    for number in range(count):
        queued(number)
    with django_assert_num_queries(8):
        assert len(subjects(page(client, "/mejl/"))) == count


def test_fifty_on_a_page(client, reader):
    for number in range(53):
        queued(number)
    assert len(subjects(page(client, "/mejl/"))) == 50
    assert len(subjects(page(client, "/mejl/", sida="2"))) == 3


def test_staff_never_see_a_secret(client, reader):
    message = secret_message()
    html = page(client, reverse("mail:message", args=[message.message_id]))
    assert SECRET not in html
    assert "visas inte här" in html
    set_state(message, "failed", "550 no")
    client.post(reverse("mail:stop", args=[message.message_id]))
    message.refresh_from_db()
    assert (message.state, message.text, message.html) == ("cancelled", "", "")


def test_the_text_is_shown_as_text(client, reader):
    message = queued(note="<script>alert(1)</script>")
    html = page(client, reverse("mail:message", args=[message.message_id]))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize("value", ["waiting", "failed", "bounced", "unsure"])
def test_sending_again(client, reader, post, value):
    message = queued()
    set_state(message, value)
    answer = client.post(reverse("mail:retry", args=[message.message_id]), follow=True)
    assert "skickas igen" in answer.content.decode()
    assert state(message) == "waiting"
    from samling.mail.actions import deliver_due  # noqa: PLC0415

    assert deliver_due().sent == 1
    assert list(post.ids) == [f"<{message.message_id}@region.exempel.se>"]
    entry = Entry.objects.get()
    assert (entry.actor, entry.actor_key) == ("Alva Test", str(reader.key))
    assert (entry.verb, entry.subject_key) == ("mail retried", str(message.message_id))


@pytest.mark.parametrize("value", ["sending", "sent", "cancelled"])
def test_what_cannot_be_sent_again_says_so(client, reader, value):
    message = queued()
    set_state(message, value)
    for verb in ("mail:retry", "mail:stop"):
        answer = client.post(reverse(verb, args=[message.message_id]), follow=True)
        assert "Inget ändrades" in answer.content.decode()
    assert state(message) == value
    assert not Entry.objects.exists()


def test_a_secret_that_bounced_cannot_be_sent_again(client, reader):
    """Its text is gone: a new one has to be asked for."""
    message = secret_message()
    set_state(message, "bounced")
    Message.objects.update(text="", html="")
    answer = client.post(reverse("mail:retry", args=[message.message_id]), follow=True)
    assert "kan inte skickas igen" in answer.content.decode()
    assert state(message) == "bounced"


def test_scheduled_work_is_shown_to_those_who_see_everything(client, reader, places):
    Turn.objects.create(work="samling.mail.tasks.clear_old_messages", problem="ValueError: x")
    assert "ValueError: x" in page(client, "/mejl/")
    client.force_login(holder("mail.read", scope=places[0].scope))
    assert "ValueError: x" not in page(client, "/mejl/")


def test_scheduled_work_has_words_and_says_when(client, reader):
    """What is done every hour is told in words, with its last turn and the next one."""
    now = timezone.now()
    path = "samling.mail.tasks.clear_old_messages"
    Turn.objects.create(work=path, finished_at=now - timedelta(minutes=5))
    text = page(client, "/mejl/")
    assert path not in text
    for said in ("Rensa gamla mejl", "Tar bort texten i mejl", "Påminna om uppdrag"):
        assert said in text
    later = short_moment(now + timedelta(minutes=50))
    assert f"Görs igen tidigast {later}" in text
    assert text.count("Inte gjort än") == len(settings.SAMLING_SCHEDULED) - 1
    assert "Försenat" not in text
    Turn.objects.update(finished_at=now - timedelta(hours=26))
    text = page(client, "/mejl/")
    assert "Försenat" in text
    assert "Kontrollera att programmet samling worker är i gång" in text


def test_every_scheduled_work_of_the_installation_has_words():
    found = [words_of_work(path) for path in settings.SAMLING_SCHEDULED]
    assert len({title for title, _ in found}) == len(found)
    assert all(description for _, description in found)
    assert words_of_work("own_work.gone") == ("own_work.gone", "")


def test_kinds_of_mail_are_named_in_words(client, reader):
    """The filter and the message say what it is, not what its file is called."""
    message = secret_message()
    for address in ("/mejl/", f"/mejl/{message.message_id}/"):
        text = page(client, address)
        assert "Länk för att välja nytt lösenord" in text
        assert f">{message.template}<" not in text


def request_of(person: Person):
    request = RequestFactory().get("/")
    request.rights = rights_of(person)
    return request


def counted(cards):
    return [(card.title, card.tag.text) for card in cards]


def test_what_awaits_and_what_one_looks_after(places):
    one, _, other = places
    set_state(queued(1, scope=one.scope), "failed")
    set_state(queued(2, scope=other.scope), "unsure")
    everywhere = holder("mail.read", "mail.manage")
    here = holder("mail.read", "mail.manage", scope=one.scope)
    looking = holder("mail.read")
    assert counted(panels.awaiting(request_of(everywhere))) == [
        ("Mejl som inte kom fram", "2 mejl")
    ]
    assert counted(panels.awaiting(request_of(here))) == [("Mejl som inte kom fram", "1 mejl")]
    assert panels.awaiting(request_of(looking)) == ()
    assert [card.title for card in panels.tools(request_of(looking))] == ["Mejl"]
    assert panels.tools(request_of(holder("people.read"))) == ()


def test_nothing_awaits_when_all_is_well():
    set_state(queued(), "sent")
    assert panels.awaiting(request_of(holder("mail.manage"))) == ()


# The demo's inbox


def test_there_is_no_inbox_but_in_a_demo(client, reader):
    message = queued()
    for address in (
        reverse("mail:inbox"),
        reverse("mail:letter", args=[message.message_id]),
        reverse("mail:letter_html", args=[message.message_id]),
    ):
        assert client.get(address).status_code == 404


def test_a_demo_shows_what_would_have_been_sent_with_its_links(client, settings):
    settings.SAMLING_DEMO = True
    message, other = secret_message(), queued()
    html = page(client, reverse("mail:inbox"), till=message.to)
    assert reverse("mail:letter", args=[message.message_id]) in html
    assert reverse("mail:letter", args=[other.message_id]) not in html
    letter = page(client, reverse("mail:letter", args=[message.message_id]))
    assert f'<a href="{SECRET}"' in letter
    source = client.get(reverse("mail:letter_html", args=[message.message_id]))
    assert f'href="{SECRET}"' in source.content.decode()


# Templates in the gallery


def test_the_gallery_leads_to_every_letter(client):
    assert reverse("mail:templates") in page(client, reverse("ui:gallery"))
    html = page(client, reverse("mail:templates"))
    for template in registered():
        assert reverse("mail:template", args=[template.name]) in html


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("template", registered(), ids=lambda template: template.name)
def test_every_letter_can_be_seen_in_a_frame_that_can_do_nothing(client, template, language):
    whole = client.get(reverse("mail:template", args=[template.name]))
    assert "frame-src 'self'" in whole["Content-Security-Policy"]
    address = reverse("mail:template_html", args=[template.name, language])
    assert address in whole.content.decode()
    answer = client.get(address)
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert f'<html lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize("address", ["finns-inte/", "finns-inte/sv/", "invitation/xx/"])
def test_what_is_no_letter(client, address):
    assert client.get(f"/komponenter/mejl/{address}").status_code == 404


def test_a_code_is_not_told_by_the_subject(client, reader):
    code = queue(
        key="kod",
        template="address-code",
        to="hemlig@exempel.se",
        language="sv",
        context={"secret": "XK4-9PD", "owner": "Region"},
    )
    assert "XK4-9PD" in code.subject
    for address in (reverse("mail:messages"), reverse("mail:message", args=[code.message_id])):
        text = page(client, address)
        assert "XK4-9PD" not in text
        assert "Kod som bekräftar en e-postadress" in text
