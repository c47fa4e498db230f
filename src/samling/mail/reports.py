"""Reading what mail servers send back: reports of delivery, RFC 3464."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message as Part
from uuid import UUID

UUID_TEXT = r"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
RETURN_ADDRESS = re.compile(rf"\+{UUID_TEXT}@")
MESSAGE_ID = re.compile(rf"<\s*{UUID_TEXT}@")
LONGEST = 2000


@dataclass(frozen=True)
class Report:
    """That a message of ours could not be delivered: which, and why in the server's words."""

    message_id: UUID
    reason: str


def read_report(raw: bytes) -> Report | None:
    """What a mail reports; None if it reports no failure, or of nothing that we can have sent.

    The message is told by the address that the report was sent to (`SAMLING_MAIL_BOUNCES` with
    its own name), else by the envelope's name or the Message-ID of the copy in the report. Those
    names are random: only who got the message can know them.
    """
    try:
        mail = message_from_bytes(raw, policy=policy.compat32)
        parts = list(mail.walk())
        reason = next(_failures(parts), "")
        found = _named(mail, parts)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # nothing that a mail server wrote
    return Report(found, reason) if reason and found else None


def _failures(parts: list[Part]) -> Iterator[str]:
    """Why it failed, of each receiver for whom it did. Late and delivered are no failures."""
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in _inside(part):
            if _text(fields, "Action").lower() == "failed":
                words = _text(fields, "Diagnostic-Code").partition(";")[2].strip()
                status = _text(fields, "Status")
                yield f"{status} {words}".strip()[:LONGEST] or "failed"


def _named(mail: Part, parts: list[Part]) -> UUID | None:
    """Our message, by the most certain sign there is."""
    for header in ("Delivered-To", "X-Original-To", "To"):
        if sign := RETURN_ADDRESS.search(_text(mail, header)):
            return UUID(sign[1])
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            for fields in _inside(part):
                if sign := re.fullmatch(UUID_TEXT, _text(fields, "Original-Envelope-Id")):
                    return UUID(sign[1])
    for copy in _copies(parts):
        if sign := MESSAGE_ID.search(copy):
            return UUID(sign[1])
    return None


def _copies(parts: list[Part]) -> Iterator[str]:
    """The Message-ID lines of what the report encloses."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            yield from (_text(enclosed, "Message-ID") for enclosed in _inside(part))
        elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
            payload = part.get_payload(decode=True)
            headers = message_from_bytes(payload if isinstance(payload, bytes) else b"")
            yield _text(headers, "Message-ID")


def _inside(part: Part) -> list[Part]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Part)] if isinstance(payload, list) else []


def _text(part: Part, name: str) -> str:
    """A header in one line; empty if there is none."""
    return " ".join(str(part.get(name, "")).split())
