"""Logos: only pictures that can carry no program, known by their own bytes."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from samling.audit.actions import Actor
from samling.organisations.actions.history import RegistryError, tell
from samling.organisations.models import Logo, Organisation

MOST_BYTES = 300_000
MOST_PIXELS = 4_000_000  # a browser unpacks each to four bytes
JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the markers that say height and width


@transaction.atomic
def set_logo(*, by: Actor, organisation: Organisation, content: bytes) -> Logo:
    """Give an organisation a logo, in place of the one it had.

    What the file is called and says that it is does not count. RegistryError for anything but a
    whole PNG, JPEG or WebP of at most `MOST_BYTES` and `MOST_PIXELS`; SVG can carry scripts and is
    not taken.
    """
    if len(content) > MOST_BYTES:
        raise RegistryError(
            _("Bilden är för stor. Den får vara högst %(size)s kB.") % {"size": MOST_BYTES // 1000}
        )
    media_type = media_type_of(content)
    if not media_type:
        raise RegistryError(_("Filen är ingen hel bild i PNG, JPEG eller WebP."))
    width, height = size_of(content, media_type)
    if not 0 < width * height <= MOST_PIXELS:
        raise RegistryError(
            _("Bilden har för många bildpunkter. Spara den mindre, till exempel 600 punkter bred.")
        )
    logo, _made = Logo.objects.update_or_create(
        organisation=organisation,
        defaults={
            "content": content,
            "media_type": media_type,
            "checksum": hashlib.sha256(content).hexdigest()[:16],
        },
    )
    tell(by, "logo changed", organisation, {"type": media_type, "bytes": len(content)})
    return logo


@transaction.atomic
def remove_logo(*, by: Actor, organisation: Organisation) -> None:
    """Take the logo away; without one nothing happens."""
    if Logo.objects.filter(organisation=organisation).delete()[0]:
        tell(by, "logo removed", organisation)


def media_type_of(content: bytes) -> str:
    """The picture's type by its first and last bytes; empty for everything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") and content.endswith(
        b"\x00\x00\x00\x00IEND\xaeB`\x82"
    ):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\x00").endswith(b"\xff\xd9"):
        return "image/jpeg"
    riff = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    if riff and int.from_bytes(content[4:8], "little") + 8 == len(content):
        return "image/webp"
    return ""


def size_of(content: bytes, media_type: str) -> tuple[int, int]:
    """The picture's width and height as it says itself; zeros if it doesn't say.

    A few bytes can promise a picture that fills the memory of everyone who opens the page.
    """
    if media_type == "image/png":
        return _number(content[16:20]), _number(content[20:24])
    if media_type == "image/webp":
        return _webp_size(content)
    return _jpeg_size(content)


def _webp_size(content: bytes) -> tuple[int, int]:
    kind = content[12:16]
    if kind == b"VP8X":
        return _little(content[24:27]) + 1, _little(content[27:30]) + 1
    if kind == b"VP8L":
        bits = _little(content[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _little(content[26:28]) & 0x3FFF, _little(content[28:30]) & 0x3FFF


def _jpeg_size(content: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 < len(content) and content[place] == 0xFF:
        if content[place + 1] in JPEG_SIZES:
            return _number(content[place + 7 : place + 9]), _number(content[place + 5 : place + 7])
        # Between markers there may be any number of filling bytes, which have no length.
        filling = content[place + 1] == 0xFF
        place += 1 if filling else 2 + _number(content[place + 2 : place + 4])
    return 0, 0


def _number(part: bytes) -> int:
    return int.from_bytes(part, "big")


def _little(part: bytes) -> int:
    return int.from_bytes(part, "little")
