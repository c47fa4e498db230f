"""Logos: only pictures that can carry no program, known by their own bytes."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from samling.audit.actions import Actor
from samling.organisations.actions.history import RegistryError, tell
from samling.organisations.models import Logo, Organisation

MOST_BYTES = 300_000


@transaction.atomic
def set_logo(*, by: Actor, organisation: Organisation, content: bytes) -> Logo:
    """Give an organisation a logo, in place of the one it had.

    What the file is called and says that it is does not count. RegistryError for anything but a
    whole PNG, JPEG or WebP of at most `MOST_BYTES`; SVG can carry scripts and is not taken.
    """
    if len(content) > MOST_BYTES:
        raise RegistryError(
            _("Bilden är för stor. Den får vara högst %(size)s kB.") % {"size": MOST_BYTES // 1000}
        )
    media_type = media_type_of(content)
    if not media_type:
        raise RegistryError(_("Filen är ingen hel bild i PNG, JPEG eller WebP."))
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
