"""Handing one message to the mail server, and what the server said of it.

A server's answer is 2xx (taken), 4xx (not now) or 5xx (not at all), RFC 5321. The conversation
can also stop without an answer, and then nobody but the server knows whether it took the message.
"""

from __future__ import annotations

import smtplib
import ssl
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


class TransportError(Exception):
    """The server did not take the message; the text is its own words."""


class NotNowError(TransportError):
    """It may be taken later: 4xx, a broken connection, no answer in time."""


class NeverError(TransportError):
    """It will never be taken: 5xx for the receiver or the message."""


class UnreachableError(TransportError):
    """No conversation was begun, so nothing is known of any message."""


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

    def send(self, message: Message) -> None:
        """Return when the message is taken; else NotNowError, NeverError or UnreachableError."""


def configured() -> Transport | None:
    """The installation's transport; None when no server is set."""
    if settings.SAMLING_DEMO:
        return Nowhere()
    return Server(settings.SAMLING_SMTP_URL) if settings.SAMLING_SMTP_URL else None


class Nowhere:
    """A demo's transport: says that it took the message, and sends nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, message: Message) -> None:
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
    """The parts of "smtp://user:password@host:587?tls=required"; ValueError for another kind."""
    parts: SplitResult = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("SAMLING_SMTP_URL has to be smtp://host:port or smtps://host:port.")
    asked = parse_qs(parts.query).get("tls", ["starttls"])[0]
    if asked not in ("starttls", "required", "none"):
        raise ValueError("SAMLING_SMTP_URL: tls is starttls, required or none.")
    tls = "first" if parts.scheme == "smtps" else asked
    port = parts.port or (465 if tls == "first" else 587)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address(parts.hostname, port, user, password, tls)


class Server:
    """One conversation with the mail server, taken up again when it was broken."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        self.address = read_address(url)
        self.timeout = timeout
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

    def send(self, message: Message) -> None:
        """Hand it over; a return means that the server has answered 250 to the whole message."""
        if self.client is None:
            self.client = self._connected()
        sender = _ascii(parseaddr(settings.SAMLING_MAIL_FROM)[1])
        try:
            self.client.sendmail(sender, [_ascii(message.to)], composed(message))
        except smtplib.SMTPRecipientsRefused as error:
            code, words = error.recipients[_ascii(message.to)]
            raise self._refusal(code, words) from error
        except smtplib.SMTPDataError as error:
            raise self._refusal(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPResponseException as error:
            # The sender was refused: that is the installation's trouble, not the receiver's.
            self._hang_up()
            raise NotNowError(_said(error.smtp_code, error.smtp_error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise NotNowError(f"The connection broke: {_words(error)}") from error

    def _refusal(self, code: int, words: bytes | str) -> TransportError:
        if code == 421:  # the server is going away
            self._hang_up()
        return (NeverError if code >= 500 else NotNowError)(_said(code, words))

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
            if address.user:
                client.login(address.user, address.password)
        except (OSError, smtplib.SMTPException) as error:
            if client is not None:
                client.close()
            raise UnreachableError(
                f"The mail server {address.host}:{address.port} can't be used: {_words(error)}"
            ) from error
        return client

    def _secured(self, client: smtplib.SMTP) -> None:
        client.ehlo()
        if self.address.tls == "none":
            return
        if client.has_extn("starttls"):
            client.starttls(context=ssl.create_default_context())
            client.ehlo()
        elif self.address.tls == "required" or self.address.user:
            raise smtplib.SMTPNotSupportedError("it has no STARTTLS, and a password is never bare")

    def _hang_up(self) -> None:
        if self.client is not None:
            self.client.close()
            self.client = None


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
    return f"{code} {text}"[:2000]


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return (str(error) or type(error).__name__)[:2000]
