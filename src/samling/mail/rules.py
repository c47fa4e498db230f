"""Who may see a message, and what can be done with it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from samling.mail.choices import State
from samling.mail.models import Message
from samling.ui.access import EVERYWHERE, Rights

READ = "mail.read"
MANAGE = "mail.manage"


def within(rights: Rights, permission: str) -> Q:
    """The messages for whose scope, or one above it, the permission is held."""
    mine = rights.scopes(permission)
    if EVERYWHERE in mine:
        return Q()
    reached = Q(pk__in=())
    for scope in sorted(mine):
        reached |= Q(reach__contains=f" {scope} ")
    return reached


def require(rights: Rights, permission: str, message: Message) -> None:
    """PermissionDenied unless the permission is held for the message's scope or above it."""
    if not rights.can(permission, message.reach.split()):
        raise PermissionDenied


def can_be_retried(message: Message) -> bool:
    """Whether it can be sent again: not if it is sent or on its way, nor when its text is gone."""
    states = (State.WAITING, State.FAILED, State.BOUNCED, State.UNSURE)
    return message.state in states and bool(message.text)


def can_be_stopped(message: Message) -> bool:
    """Whether it can be kept from being sent."""
    return message.state in (State.WAITING, State.FAILED, State.UNSURE)
