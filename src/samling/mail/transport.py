"""Handing one message to the mail server, and what the server said of it.

A server's answer is 2xx (taken), 4xx (not now) or 5xx (not at all), RFC 5321. A message is taken by
the answer to its last byte, the lone dot. If the conversation stops before the dot it was not
taken. If it stops between the dot and the answer, nobody but the server knows.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.conf import settings

from samling.mail.models import Message

TIMEOUT = 20  # seconds for each answer of the server
TIME_FOR_VERDICT = 60  # ... and for the answer to the dot, which a server may think about
Answer = tuple[int, bytes]


class TransportError(Exception):
    """The server did not take the message; the text is its own words."""


class NotNowError(TransportError):
    """It may be taken later: 4xx, or a conversation that stopped before the dot."""


class NeverError(TransportError):
    """It will never be taken: 5xx for the receiver or the message."""


class UnsureError(TransportError):
    """It may have been taken: the dot was sent, and no answer that can be read came back."""


class UnreachableError(TransportError):
    """No conversation was begun, so nothing was asked of the server."""


class SettingError(TransportError):
    """`SAMLING_SMTP_URL` can't be used as it is."""


class Transport(Protocol):
    """What carries messages, one at a time, from `with` to its end."""

    def __enter__(self) -> Self:
        """Ready to send; a connection is made first when there is something to send."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Done; what was sent stays sent."""

    def send(self, message: Message, before_dot: Callable[[], None]) -> None:
        """Return when the message is taken; else NotNowError, NeverError, UnsureError or
        UnreachableError. `before_dot` is called when it is about to be."""


def configured() -> Transport | None:
    """The installation's transport; None when no server is set, SettingError for a wrong one."""
    if settings.SAMLING_DEMO:
        return Nowhere()
    return Server(settings.SAMLING_SMTP_URL) if settings.SAMLING_SMTP_URL else None


class Nowhere:
    """A demo's transport: says that it took the message, and sends nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, message: Message, before_dot: Callable[[], None]) -> None:
        """Nothing at all."""


@dataclass(frozen=True)
class Address:
    """Where the server is and how to speak with it; `tls` is first, starttls, required or none."""

    host: str
    port: int
    user: str
    password: str
    tls: str


def read_address(url: str) -> Address:
    """The parts of "smtp://user:password@host:587?tls=required"; SettingError for another kind."""
    try:
        parts: SplitResult = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingError(f"SAMLING_SMTP_URL: {error}") from error
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SettingError("SAMLING_SMTP_URL has to be smtp://host:port or smtps://host:port.")
    asked = parse_qs(parts.query).get("tls", ["starttls"])[0]
    if asked not in ("starttls", "required", "none"):
        raise SettingError("SAMLING_SMTP_URL: tls is starttls, required or none.")
    tls = "first" if parts.scheme == "smtps" else asked
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and tls == "none":
        raise SettingError("SAMLING_SMTP_URL: a password is never sent without TLS.")
    if not (user + password).isascii():
        raise SettingError("SAMLING_SMTP_URL: user and password have to be ASCII.")
    return Address(parts.hostname, port or (465 if tls == "first" else 587), user, password, tls)


class Server:
    """One conversation with the mail server, taken up again when it was broken."""

    def __init__(
        self, url: str, *, timeout: float = TIMEOUT, verdict: float = TIME_FOR_VERDICT
    ) -> None:
        self.address = read_address(url)
        self.timeout = timeout
        self.verdict = verdict
        self.client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.client is not None:
            try:
                self.client.quit()
            except (OSError, smtplib.SMTPException):
                self._hang_up()
            self.client = None

    def send(self, message: Message, before_dot: Callable[[], None]) -> None:
        """Hand it over; a return means that the server has answered 250 to the whole message."""
        letter = dot_stuffed(composed(message))
        if self.client is None:
            self.client = self._connected()
        try:
            self._begin(self.client, message)
            self.client.send(letter)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise NotNowError(f"The connection broke: {_words(error)}") from error
        before_dot()
        code, words = self._verdict(self.client)
        if code not in range(200, 300):
            raise self._refusal(code, words)

    def _begin(self, client: smtplib.SMTP, message: Message) -> None:
        """MAIL, RCPT and DATA; returns when the server wants the message itself."""
        known = client.has_extn("dsn")
        sender = f"MAIL FROM:<{envelope_sender(message)}>"
        if known:
            sender += f" RET=HDRS ENVID={message.message_id}"
        receiver = f"RCPT TO:<{_ascii(message.to)}>{' NOTIFY=FAILURE' if known else ''}"
        mail, rcpt, data = _asked(client, [sender, receiver, "DATA"])
        if data[0] == 354 and rcpt[0] not in range(200, 300):
            # A server that goes on without a receiver is given nothing, RFC 2920.
            client.send(".\r\n")
            client.getreply()
        if mail[0] not in range(200, 300):
            # The sender was refused: that is the installation's trouble, not the receiver's.
            self._hang_up()
            raise NotNowError(_said(*mail))
        for code, words in (rcpt, data):
            if code not in (250, 251, 354):
                raise self._refusal(code, words)

    def _verdict(self, client: smtplib.SMTP) -> Answer:
        """Send the dot and hear what the server says of it."""
        try:
            if client.sock is not None:
                client.sock.settimeout(self.verdict)
            client.send(".\r\n")
            code, words = client.getreply()
            if client.sock is not None:
                client.sock.settimeout(self.timeout)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise UnsureError(f"No answer after the whole message: {_words(error)}") from error
        if code not in (*range(200, 300), *range(400, 600)):
            self._hang_up()
            raise UnsureError(f"An answer that can't be read: {_said(code, words)}")
        return code, words

    def _refusal(self, code: int, words: bytes | str) -> TransportError:
        """What a refusal means; the conversation is made ready for the next message."""
        if self.client is not None and code in range(400, 600) and code != 421:
            try:
                self.client.rset()
            except (OSError, smtplib.SMTPException):
                self._hang_up()
        else:  # 421: the server is going away
            self._hang_up()
        return (NeverError if code in range(500, 600) else NotNowError)(_said(code, words))

    def _connected(self) -> smtplib.SMTP:
        address = self.address
        client: smtplib.SMTP | None = None
        try:
            if address.tls == "first":
                context = ssl.create_default_context()
                client = smtplib.SMTP_SSL(
                    address.host, address.port, timeout=self.timeout, context=context
                )
            else:
                client = smtplib.SMTP(address.host, address.port, timeout=self.timeout)
                self._secured(client)
            client.ehlo_or_helo_if_needed()
            if client.sock is not None:
                # The dot is a small write after a large one; waiting to join them costs 40 ms.
                client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if address.user:
                client.login(address.user, address.password)
        except (OSError, ValueError, smtplib.SMTPException) as error:
            if client is not None:
                client.close()
            raise UnreachableError(
                f"The mail server {address.host}:{address.port} can't be used: {_words(error)}"
            ) from error
        return client

    def _secured(self, client: smtplib.SMTP) -> None:
        client.ehlo_or_helo_if_needed()
        if self.address.tls == "none":
            return
        if client.has_extn("starttls"):
            client.starttls(context=ssl.create_default_context())
        elif self.address.tls == "required" or self.address.user:
            raise smtplib.SMTPNotSupportedError("it has no STARTTLS, and a password is never bare")

    def _hang_up(self) -> None:
        if self.client is not None:
            self.client.close()
            self.client = None


def _asked(client: smtplib.SMTP, commands: list[str]) -> list[Answer]:
    """The answers to three commands: asked at once where the server can, else until a refusal."""
    if client.has_extn("pipelining"):
        client.send("".join(f"{command}\r\n" for command in commands))
        return [client.getreply() for _ in commands]
    answers: list[Answer] = []
    for command in commands:
        refused = any(code not in range(200, 300) for code, _ in answers)
        answers.append(answers[-1] if refused else client.docmd(command))
    return answers


def envelope_sender(message: Message) -> str:
    """Where reports of this message go: an address of its own, or the sender's if none is set."""
    reports = settings.SAMLING_MAIL_BOUNCES
    if not reports:
        return _ascii(parseaddr(settings.SAMLING_MAIL_FROM)[1])
    local, _, domain = _ascii(reports).rpartition("@")
    return f"{local}+{message.message_id}@{domain}"


def dot_stuffed(letter: bytes) -> bytes:
    """Lines end with CRLF, and none but the last is a lone dot, RFC 5321 4.5.2."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", letter)
    lines = lines if lines.endswith(b"\r\n") else lines + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def composed(message: Message) -> bytes:
    """The message as it is sent. The same at every attempt, Message-ID and date included."""
    sender = parseaddr(settings.SAMLING_MAIL_FROM)[1]
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = message.subject
    mail["From"] = settings.SAMLING_MAIL_FROM
    mail["To"] = message.to
    mail["Date"] = format_datetime(message.queued_at)
    mail["Message-ID"] = f"<{message.message_id}@{_ascii(sender).rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # no "out of office" in return, RFC 3834
    mail["Content-Language"] = message.language
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def _ascii(address: str) -> str:
    """An address with its domain as servers write it."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return (f"{code} {text}" if code > 0 else text)[:2000]


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return (str(error) or type(error).__name__)[:2000]
