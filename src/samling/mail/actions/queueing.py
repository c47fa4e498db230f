"""Putting a message in the outbox."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from samling.audit.scopes import reach_of
from samling.mail.actions.delivery import deliver_when_committed
from samling.mail.models import Message
from samling.mail.registry import template_named
from samling.mail.writing import write


class MailError(Exception):
    """A message that can't be put in the outbox."""


@transaction.atomic
def queue(
    *,
    key: str,
    template: str,
    to: str,
    language: str,
    context: Mapping[str, str],
    scope: str = "",
) -> Message:
    """Put a message in the outbox; the same key again is the same message, as it was.

    Call it in the transaction of the change that the message tells of: both are kept or neither.
    The text is written now, so that it says what was true then. Delivery starts when the
    transaction has been committed, and is tried until it has been done, whatever stops between.

    MailError for an address that can't be one, `registry.UnknownTemplateError` for a template
    that nobody registered, `writing.TemplateError` for a value that is missing.
    """
    found = Message.objects.filter(key=key).first()
    if found is not None:
        return found
    try:
        validate_email(to)
    except ValidationError as error:
        raise MailError(f"{to!r} is not an e-mail address.") from error
    registered = template_named(template)
    written = write(template, language=language, context=context)
    now = timezone.now()
    try:
        with transaction.atomic():
            message = Message.objects.create(
                key=key,
                template=template,
                language=written.language,
                to=to,
                subject=written.subject[:300],
                text=written.text,
                html=written.html,
                secret=registered.secret,
                scope=scope,
                reach="".join(f" {above} " for above in reach_of(scope)),
                queued_at=now,
                next_attempt_at=now,
            )
    except IntegrityError:  # the same key, by someone else just now
        return Message.objects.get(key=key)
    deliver_when_committed()
    return message
