"""The outbox and a real mail server that refuses, drops, delays and says no."""

import os
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from mail.letters import make_due, queued, state
from mail.unruly import PASSWORD, USER, authority, free_port, hanging_up, let_in, serving
from samling.mail.actions import deliver_due, queue
from samling.mail.actions.delivery import MAX_ATTEMPTS, next_attempt
from samling.mail.models import Message
from samling.mail.transport import Server, SettingError, dot_stuffed, read_address

pytestmark = pytest.mark.django_db


def quick(post, url=""):
    """A transport that does not wait long."""
    return Server(url or f"{post.url}?tls=none", timeout=0.3, verdict=0.3)


def test_a_message_arrives_as_it_was_written(post):
    message = queued(note=".en punkt först\n..två\nÅäö €")
    done = deliver_due()
    assert (done.sent, done.tried, done.unreachable) == (1, 1, "")
    [envelope] = post.envelopes
    letter = message_from_bytes(envelope.content, policy=policy.default)
    assert envelope.mail_from == "samling@region.exempel.se"
    assert envelope.rcpt_tos == [message.to]
    assert letter["Message-ID"] == f"<{message.message_id}@region.exempel.se>"
    assert letter["Auto-Submitted"] == "auto-generated"
    text = letter.get_body(("plain",)).get_content()
    assert text.replace("\r\n", "\n") == message.text
    assert letter.get_body(("html",)).get_content().replace("\r\n", "\n") == message.html
    message.refresh_from_db()
    assert (message.state, message.attempts, message.claimed_by) == ("sent", 1, "")
    assert message.sent_at is not None
    assert not list((settings_folder(message)).glob("*"))


def settings_folder(_):
    from django.conf import settings  # noqa: PLC0415

    return settings.SAMLING_DATA / "outbox"


def test_one_connection_carries_them_all_and_asks_three_things_at_once(post):
    for number in range(25):
        queued(number)
    assert deliver_due().sent == 25
    assert post.connections == 1
    assert set(post.ids.values()) == {1}
    assert len(post.ids) == 25
    assert " RET=HDRS ENVID=" in post.commands[0]


def test_a_server_that_takes_one_command_at_a_time(settings):
    with serving(pipelining=False) as post:
        settings.SAMLING_SMTP_URL = f"{post.url}?tls=none"
        post.misbehave("RCPT", "550 no such person", receiver="mottagare1@exempel.se")
        messages = [queued(number) for number in range(3)]
        assert deliver_due().sent == 2
        assert [state(message) for message in messages] == ["sent", "failed", "sent"]
        assert " RET=" not in post.commands[0]


def test_the_same_key_is_the_same_message():
    first = queued(1)
    assert queued(1, note="annan text", to="annan@exempel.se") == first
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["inte en adress", "a@b", "a@exempel.se\nBcc: x@exempel.se", ""]
)
def test_what_is_no_address_is_not_queued(address):
    from samling.mail.actions import MailError  # noqa: PLC0415

    with pytest.raises(MailError):
        queue(key="k", template="delivery-test", to=address, language="sv", context=FULL)
    assert not Message.objects.exists()


FULL = {"installation": "Prov", "address": "https://exempel.se/", "note": ""}


def test_without_a_server_messages_wait():
    message = queued()
    assert deliver_due().tried == 0
    assert state(message) == "waiting"


def test_a_server_that_is_away_is_nobodys_failure(settings):
    settings.SAMLING_SMTP_URL = f"smtp://127.0.0.1:{free_port()}"
    message = queued()
    done = deliver_due()
    assert done.tried == 0
    assert "can't be used" in done.unreachable
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("waiting", 0)
    assert "refused" in message.problem
    assert message.next_attempt_at > timezone.now()


@pytest.mark.parametrize(
    "answer", [b"", b"554 not today\r\n", b"421 busy\r\n", b"\x16\x03\x01 no\r\n"]
)
def test_a_server_that_hangs_up_at_once(answer):
    message = queued()
    with hanging_up(answer) as post:
        done = deliver_due(transport=quick(post))
    assert done.tried == 0
    assert done.unreachable
    assert state(message) == "waiting"


def test_a_server_that_drops_at_ehlo(post):
    post.misbehave("EHLO", "drop")
    message = queued()
    assert deliver_due().unreachable
    assert state(message) == "waiting"
    post.behave()
    make_due()
    assert deliver_due().sent == 1


@pytest.mark.parametrize("what", ["drop", "delay", "451 later", "421 closing"])
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_trouble_before_the_dot_is_tried_again_and_arrives_once(post, stage, what):
    messages = [queued(number) for number in range(3)]
    post.misbehave(stage, what, times=1)
    done = deliver_due(transport=quick(post))
    assert (done.sent, done.postponed, done.failed, done.unsure) == (2, 1, 0, 0)
    first = Message.objects.get(pk=messages[0].pk)
    assert (first.state, first.attempts, first.claimed_by) == ("waiting", 1, "")
    assert first.problem
    assert first.next_attempt_at > timezone.now()
    make_due()
    assert deliver_due(transport=quick(post)).sent == 1
    assert set(post.ids.values()) == {1}
    assert len(post.ids) == 3


@pytest.mark.parametrize("stage", ["dot", "taken"])
@pytest.mark.parametrize("what", ["drop", "delay"])
def test_silence_after_the_dot_is_unsure_and_never_sent_again_by_itself(post, stage, what):
    """Whether the server took it (`taken`) or not (`dot`) can't be told from here."""
    messages = [queued(number) for number in range(3)]
    post.misbehave(stage, what, times=1)
    done = deliver_due(transport=quick(post))
    assert (done.sent, done.unsure) == (2, 1)
    assert [state(message) for message in messages] == ["unsure", "sent", "sent"]
    make_due()
    deliver_due(transport=quick(post))
    assert len(post.ids) == (3 if stage == "taken" else 2)
    assert set(post.ids.values()) == {1}
    assert "No answer" in Message.objects.get(pk=messages[0].pk).problem


def test_an_answer_that_cannot_be_read_is_unsure(post):
    message = queued()
    post.misbehave("answer", "garbage")
    assert deliver_due(transport=quick(post)).unsure == 1
    assert state(message) == "unsure"


def test_a_server_that_always_drops_after_the_dot_is_left_alone(post):
    """Three in a row are enough: the others are not made unsure too."""
    for number in range(10):
        queued(number)
    post.misbehave("taken", "drop")
    done = deliver_due(transport=quick(post))
    assert (done.unsure, done.sent) == (3, 0)
    assert done.unreachable
    assert Message.objects.filter(state="waiting", claimed_by="").count() == 7
    assert sum(post.ids.values()) == 3


@pytest.mark.parametrize("stage", ["dot", "taken"])
def test_refusals_after_the_dot_are_answers(post, stage):
    first, second = queued(1), queued(2)
    post.misbehave("dot", "451 greylisted", times=1)
    done = deliver_due(transport=quick(post))
    assert (done.sent, done.postponed) == (1, 1)
    make_due()
    post.behave()
    post.misbehave("dot", "554 spam", times=1)
    assert deliver_due(transport=quick(post)).failed == 1
    assert [state(first), state(second)] == ["failed", "sent"]
    assert Message.objects.get(pk=first.pk).problem == "554 spam"


def test_one_receiver_who_is_refused_stops_nobody_else(post):
    messages = [queued(number) for number in range(5)]
    post.misbehave("RCPT", "550 5.1.1 no such person", receiver="mottagare2@exempel.se")
    done = deliver_due()
    assert (done.sent, done.failed) == (4, 1)
    assert [state(message) for message in messages] == [
        "sent", "sent", "failed", "sent", "sent",
    ]  # fmt: skip
    assert Message.objects.get(pk=messages[2].pk).problem == "550 5.1.1 no such person"
    assert post.connections == 1


def test_a_refused_sender_fails_nobody(post):
    for number in range(6):
        queued(number)
    post.misbehave("MAIL", "550 you may not send")
    done = deliver_due(transport=quick(post))
    assert (done.postponed, done.failed) == (3, 0)
    assert done.unreachable == "550 you may not send"
    assert not Message.objects.exclude(state="waiting").exists()


def test_what_is_never_taken_fails_at_last(post):
    message = queued()
    post.misbehave("RCPT", "450 mailbox busy")
    for _ in range(MAX_ATTEMPTS):
        make_due()
        deliver_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", MAX_ATTEMPTS)
    assert message.problem == "450 mailbox busy"


def test_waiting_grows_to_four_hours():
    now = timezone.now()
    waits = [(next_attempt(attempts, now) - now) for attempts in range(1, MAX_ATTEMPTS)]
    assert timedelta(seconds=48) <= waits[0] <= timedelta(seconds=72)
    assert max(waits) <= timedelta(hours=4, minutes=48)
    assert timedelta(hours=8) < sum(waits, timedelta()) < timedelta(hours=20)


def test_a_message_that_cannot_be_composed_stops_nobody_else(post):
    broken, whole = queued(1), queued(2)
    Message.objects.filter(pk=broken.pk).update(subject="rad\nBcc: alla@exempel.se")
    done = deliver_due()
    assert (done.sent, done.failed) == (1, 1)
    assert [state(broken), state(whole)] == ["failed", "sent"]
    assert len(post.envelopes) == 1


def test_a_secret_text_is_cleared_when_it_is_sent(post):
    message = queue(
        key="hemligt",
        template="password-reset",
        to="a@exempel.se",
        language="sv",
        context={"secret": "https://exempel.se/xyz/", "owner": "Region"},
    )
    deliver_due()
    message.refresh_from_db()
    assert (message.state, message.text, message.html) == ("sent", "", "")
    assert b"xyz" in post.envelopes[0].content


def test_told_to_stop_it_gives_back_what_it_holds(post):
    for number in range(10):
        queued(number)
    deliver_due(stop=lambda: len(post.ids) >= 4)
    assert len(post.ids) == 4
    assert Message.objects.filter(state="sent").count() == 4
    assert Message.objects.filter(state="waiting", claimed_by="").count() == 6


# TLS and passwords


@pytest.fixture
def trusted(tmp_path, monkeypatch):
    made = authority(tmp_path / "ca")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca))
    return made


def test_starttls_and_a_password(trusted):
    logins = []
    message = queued()
    with serving(
        tls_context=trusted.context(), require_starttls=True, auth_required=True,
        authenticator=let_in(logins),
    ) as post:  # fmt: skip
        address = f"smtp://{USER}:{quoted(PASSWORD)}@127.0.0.1:{post.port}?tls=required"
        assert deliver_due(transport=quick(post, address)).sent == 1
        assert post.encrypted
    assert logins == [(USER, PASSWORD)]
    assert state(message) == "sent"


def quoted(text):
    from urllib.parse import quote  # noqa: PLC0415

    return quote(text, safe="")


def test_a_wrong_password_fails_no_message(trusted):
    message = queued()
    with serving(
        tls_context=trusted.context(), auth_required=True, authenticator=let_in([])
    ) as post:
        done = deliver_due(transport=quick(post, f"smtp://{USER}:fel@127.0.0.1:{post.port}"))
    assert done.unreachable.split(": ")[1].startswith("535")
    assert "fel@" not in done.unreachable
    assert state(message) == "waiting"


@pytest.mark.parametrize("wrong", ["unknown authority", "another name", "out of date"])
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_bad_tls_is_no_tls(tmp_path, monkeypatch, wrong, scheme):
    """What is given to a stranger is lost: nothing is sent, and no password."""
    made = authority(
        tmp_path / "ca",
        name="annan.exempel.se" if wrong == "another name" else "127.0.0.1",
        days=-1 if wrong == "out of date" else 1,
    )
    if wrong != "unknown authority":
        monkeypatch.setenv("SSL_CERT_FILE", str(made.ca))
    logins, message = [], queued()
    given = {"ssl_context" if scheme == "smtps" else "tls_context": made.context()}
    with tls_from_the_start(**given) as post:
        url = f"{scheme}://{USER}:{quoted(PASSWORD)}@127.0.0.1:{post.port}"
        done = deliver_due(transport=quick(post, url))
    assert "CERTIFICATE_VERIFY_FAILED" in done.unreachable
    assert (post.envelopes, logins) == ([], [])
    assert state(message) == "waiting"


def tls_from_the_start(**given):
    return serving(authenticator=let_in([]), **given)


def test_tls_from_the_first_byte(trusted):
    message = queued()
    with serving(ssl_context=trusted.context()) as post:
        url = f"smtps://127.0.0.1:{post.port}"
        assert deliver_due(transport=quick(post, url)).sent == 1
    assert state(message) == "sent"


def test_a_password_is_never_given_without_tls(post):
    message = queued()
    done = deliver_due(transport=quick(post, f"smtp://{USER}:x@127.0.0.1:{post.port}"))
    assert "STARTTLS" in done.unreachable
    required = deliver_due(transport=quick(post, f"{post.url}?tls=required"))
    assert post.envelopes == []
    assert required.tried == 0
    assert state(message) == "waiting"


@pytest.mark.parametrize(
    "url",
    [
        "http://server", "smtp://", "smtp://server:port", "smtp://server?tls=perhaps",
        "smtp://user:password@server?tls=none", "smtp://user:l%C3%B6sen@server",
    ],
)  # fmt: skip
def test_a_wrong_setting_is_said_and_stops_nothing(settings, url):
    with pytest.raises(SettingError):
        read_address(url)
    settings.SAMLING_SMTP_URL = url
    message = queued()
    assert "SAMLING_SMTP_URL" in deliver_due().unreachable
    assert state(message) == "waiting"


def test_where_the_server_is():
    assert read_address("smtp://server").port == 587
    assert read_address("smtps://server").port == 465
    whole = read_address("smtp://a%40b:p%3Aw@[::1]:26?tls=required")
    assert (whole.host, whole.port, whole.user, whole.password) == ("::1", 26, "a@b", "p:w")
    assert whole.tls == "required"


def test_no_line_ends_a_message_early():
    letter = dot_stuffed(b"a\n.\r\n.b\rc\r\n.")
    assert letter == b"a\r\n..\r\n..b\r\nc\r\n..\r\n"


def test_a_demo_sends_nothing(settings, post):
    settings.SAMLING_DEMO = True
    message = queued()
    assert deliver_due().sent == 1
    assert post.envelopes == []
    assert state(message) == "sent"
    assert os.listdir(settings.SAMLING_DATA / "outbox") == []
