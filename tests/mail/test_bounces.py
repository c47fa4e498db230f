"""Reports of delivery as mail servers write them, and what is none."""

import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from mail.letters import queued, state
from samling.audit.models import Entry
from samling.mail.actions import deliver_due, record_bounce
from samling.mail.models import Message
from samling.mail.reports import read_report

REPORTS = Path(__file__).parent / "reports"


def report(name: str, message: Message) -> bytes:
    text = (REPORTS / f"{name}.eml").read_text("utf-8")
    text = text.replace("{id}", str(message.message_id)).replace("{to}", message.to)
    return text.replace("\n", "\r\n").encode("utf-8")


@pytest.fixture
def sent(db, post):
    message = queued()
    queued(2)
    deliver_due()
    message.refresh_from_db()
    assert message.state == "sent"
    return message


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("postfix", "5.1.1 550 5.1.1 <{to}>: Recipient address rejected: User unknown"),
        ("exim", "5.0.0 550 No such user here"),
        ("exchange", "5.2.2 550 5.2.2 mailbox full; the receiver's quota is exceeded"),
        ("by-return-address", "5.4.7 delivery time expired"),
        ("by-envelope-name", "5.1.2 unknown host"),
    ],
)
def test_a_report_marks_its_message_and_no_other(sent, name, reason):
    found = record_bounce(report(name, sent))
    assert found == sent
    sent.refresh_from_db()
    assert (sent.state, sent.problem) == ("bounced", reason.replace("{to}", sent.to))
    assert sent.sent_at is not None
    assert list(Message.objects.filter(state="sent").values_list("key", flat=True)) == ["prov-2"]
    entry = Entry.objects.get(verb="mail bounced")
    assert (entry.actor, entry.subject_key) == ("e-postservern", str(sent.message_id))


def test_a_report_is_received_once(sent):
    assert record_bounce(report("postfix", sent)) == sent
    assert record_bounce(report("postfix", sent)) is None
    assert Entry.objects.filter(verb="mail bounced").count() == 1


@pytest.mark.parametrize("name", ["delayed", "delivered", "out-of-office", "quoted-by-a-person"])
def test_what_is_no_failure_changes_nothing(sent, name):
    assert record_bounce(report(name, sent)) is None
    assert state(sent) == "sent"


def test_a_report_of_a_message_that_nobody_knows(sent):
    stranger = Message(message_id=uuid4(), to="x@exempel.se")
    assert record_bounce(report("postfix", stranger)) is None
    assert not Message.objects.filter(state="bounced").exists()


def test_a_guess_marks_nothing(sent):
    """A report that names the receiver alone is anybody's invention."""
    raw = report("postfix", sent).replace(str(sent.message_id).encode(), b"1")
    assert record_bounce(raw) is None
    assert state(sent) == "sent"


def test_a_report_says_that_an_unsure_message_was_handed_over(sent):
    Message.objects.filter(pk=sent.pk).update(state="unsure", sent_at=None)
    record_bounce(report("postfix", sent))
    sent.refresh_from_db()
    assert sent.state == "bounced"
    assert sent.sent_at is not None


def test_a_stopped_message_stays_stopped(sent):
    Message.objects.filter(pk=sent.pk).update(state="cancelled", sent_at=None)
    assert record_bounce(report("postfix", sent)) is None
    assert state(sent) == "cancelled"


DEEP = b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000)
)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00\xff" * 500, b"\r\n" * 100, DEEP,
        b"Content-Type: multipart/report; boundary=\r\n\r\nx",
        b"Content-Type: message/delivery-status\r\n\r\nAction: failed",
        b"Content-Type: message/delivery-status; charset=nonsense\r\n\r\n\r\nAction: failed",
        b"Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
    ],
)  # fmt: skip
def test_rubbish_is_no_report(raw):
    assert read_report(raw) is None


def test_reports_go_to_an_address_of_the_message_s_own(db, post, settings):
    settings.SAMLING_MAIL_BOUNCES = "studs@region.exempel.se"
    message = queued()
    deliver_due()
    assert post.envelopes[0].mail_from == f"studs+{message.message_id}@region.exempel.se"


def test_the_mail_server_pipes_a_report_to_the_command(tmp_path, monkeypatch):
    """As a process of its own, with a database of its own."""
    environment = {"SAMLING_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"}

    def samling(program: str, given: bytes = b"") -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**environment, "PYTHONPATH": ":".join(sys.path)},
            input=given,
            capture_output=True,
            check=False,
        )
        return done.returncode, done.stdout.decode() + done.stderr.decode()

    command = "import sys; from samling.cli.main import main; sys.exit(main({}))"
    bounce = command.format("['mail', 'bounce']")
    unready, said = samling(bounce, report("postfix", Message(message_id=uuid4(), to="a@b.se")))
    assert (unready, "can't be used" in said) == (75, True)
    code, said = samling(PREPARE)
    assert code == 0, said
    number = said.strip()
    message = Message(message_id=number, to="a@exempel.se")
    code, said = samling(bounce, report("postfix", message))
    assert (code, said.startswith("Bounced: delivery-test to a@exempel.se: 5.1.1")) == (0, True)
    code, said = samling(bounce, report("out-of-office", message))
    assert (code, "nothing was done" in said) == (0, True)


PREPARE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "samling.web.settings"
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from samling.mail.actions import queue
context = {"installation": "x", "address": "https://x.se/", "note": ""}
print(queue(key="k", template="delivery-test", to="a@exempel.se", language="sv", context=context)
      .message_id)
"""
