"""Putting messages in the outbox: with the change that they tell of, and once."""

from email import message_from_bytes

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from mail.letters import queued
from samling.mail.actions import MailError, clear_old, forget_receiver, queue
from samling.mail.models import Message
from samling.mail.registry import UnknownTemplateError
from samling.mail.transport import composed
from samling.mail.writing import TemplateError

FULL = {"installation": "Prov", "address": "https://exempel.se/", "note": ""}


class ChangedMindError(Exception):
    pass


@transaction.atomic
def queued_and_undone(number: int) -> None:
    queued(number)
    raise ChangedMindError


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_takes_its_messages_along():
    with pytest.raises(ChangedMindError):
        queued_and_undone(1)
    assert not Message.objects.exists()
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_messages_ask_for_delivery_once():
    with transaction.atomic():
        with pytest.raises(ChangedMindError):
            queued_and_undone(0)
        for number in range(1, 4):
            queued(number)
    assert Message.objects.count() == 3
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db
def test_what_cannot_be_written_is_not_queued():
    for error, changed in (
        (UnknownTemplateError, {"template": "none"}),
        (TemplateError, {"context": {}}),
        (TemplateError, {"context": {**FULL, "address": "javascript:alert(1)"}}),
        (MailError, {"to": "nobody"}),
    ):
        asked = {"template": "delivery-test", "to": "a@exempel.se", "context": FULL, **changed}
        with pytest.raises(error):
            queue(key="k", language="sv", **asked)
    assert not Message.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("sign", ["\n", "\r\n", "\r", "\v", "\x85", "\u2028", "\u2029"])
def test_what_people_call_themselves_begins_no_header_and_stops_no_letter(sign):
    name = f"Prov{sign}Bcc: alla@exempel.se"
    message = queue(
        key="k",
        template="delivery-test",
        to="a@exempel.se",
        language="sv",
        context={**FULL, "installation": name},
    )
    headers = message_from_bytes(composed(message))
    assert (headers["To"], headers["Bcc"]) == ("a@exempel.se", None)
    assert message.subject.split() == ["Provmejl", "från", "Prov", "Bcc:", "alla@exempel.se"]


@pytest.mark.django_db
def test_a_language_without_a_template_gets_swedish():
    message = queue(
        key="k", template="delivery-test", to="a@exempel.se", language="so", context=FULL
    )
    assert (message.language, message.subject) == ("sv", "Provmejl från Prov")
    english = queue(
        key="e", template="delivery-test", to="a@exempel.se", language="en-GB", context=FULL
    )
    assert (english.language, english.subject) == ("en", "Test message from Prov")
    assert "Questions? Write to" in english.text


@pytest.mark.django_db
def test_values_are_text_in_both_forms():
    message = queued(note="<b>&amp; [Klicka](https://ond.exempel.se)\n- punkt {{ address }}")
    assert "<b>&amp; [Klicka](https://ond.exempel.se)\n- punkt {{ address }}" in message.text
    assert "&lt;b&gt;&amp;amp;" in message.html
    assert 'href="https://ond' not in message.html


@pytest.mark.django_db
def test_someone_who_leaves_is_forgotten():
    states = ["waiting", "failed", "unsure", "sent", "bounced", "cancelled", "sending"]
    for number, state in enumerate(states):
        message = queued(number, to="Lova@exempel.se")
        done = {"sent_at": message.queued_at} if state in ("sent", "bounced") else {}
        Message.objects.filter(pk=message.pk).update(state=state, **done)
    other = queued(9)
    assert forget_receiver(address="lova@exempel.se") == 6
    left = Message.objects.filter(to__iexact="lova@exempel.se")
    assert [message.state for message in left] == ["sending"]
    gone = Message.objects.filter(to="borttagen@borttagen.invalid")
    assert set(gone.values_list("text", "html", "subject")) == {("", "", "")}
    other.refresh_from_db()
    assert (other.state, bool(other.text)) == ("waiting", True)


@pytest.mark.django_db
def test_old_texts_are_cleared_and_what_waits_keeps_its():
    from datetime import timedelta  # noqa: PLC0415

    states = ["waiting", "sending", "failed", "unsure", "cancelled"]
    for number, state in enumerate(states):
        message = queued(number)
        old = message.queued_at - timedelta(days=91)
        Message.objects.filter(pk=message.pk).update(state=state, queued_at=old)
    queued(9)
    assert clear_old() == 3
    assert clear_old() == 0
    kept = Message.objects.exclude(text="").order_by("pk").values_list("state", flat=True)
    assert list(kept) == ["waiting", "sending", "waiting"]
