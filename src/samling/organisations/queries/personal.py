"""What the registry knows of a person (`SAMLING_PERSONAL_DATA`)."""

from __future__ import annotations

from typing import Any

from samling.accounts.models import Person
from samling.organisations.models import Change, ImportDraft, Membership


def organisation_data(person: Person) -> dict[str, Any]:
    """Memberships, files that wait, and what the person changed, ready for JSON."""
    memberships = Membership.objects.filter(person=person).select_related("organisation", "unit")
    return {
        "memberships": [
            {
                "organisation": membership.organisation.name,
                "unit": membership.unit.name if membership.unit else "",
                "title": membership.title,
                "from": membership.starts_on.isoformat(),
                "until": membership.ends_on.isoformat() if membership.ends_on else None,
            }
            for membership in memberships
        ],
        "files waiting": [
            {"name": draft.name, "sent": draft.created_at.isoformat()}
            for draft in ImportDraft.objects.filter(person=person).defer("content")
        ],
        "registry changes": [
            {
                "on": change.on.isoformat(),
                "what": change.kind,
                "to": (change.unit or change.organisation).name,
            }
            for change in Change.objects.filter(by_key=str(person.key)).select_related(
                "organisation", "unit"
            )
        ],
    }
