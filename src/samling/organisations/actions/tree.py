"""The tree of units: each unit's path is its parent's path and its own key."""

from __future__ import annotations

from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from samling.organisations.actions.history import RegistryError
from samling.organisations.models import Unit
from samling.organisations.queries.standing import subtree

DEEPEST = 12


def path_under(parent: Unit | None, unit: Unit) -> str:
    """The unit's path below the parent, or at the top."""
    return f"{parent.path if parent else '/'}{unit.pk}/"


def depth(path: str) -> int:
    """How many units the path goes through, itself included."""
    return path.count("/") - 1


def refuse_bad_parent(unit: Unit, parent: Unit | None) -> None:
    """RegistryError for a parent that the unit can't lie under."""
    if parent is None:
        return
    if parent.organisation_id != unit.organisation_id:
        raise RegistryError(_("En enhet kan bara ligga under en enhet i samma organisation."))
    if parent.closed_on is not None:
        raise RegistryError(
            _("%(name)s är stängd. Välj en öppen enhet eller öppna den först.")
            % {"name": parent.name}
        )
    if unit.pk is not None and f"/{unit.pk}/" in parent.path:
        raise RegistryError(
            _("%(name)s ligger under %(unit)s, så det skulle bli en cirkel. Inget är flyttat.")
            % {"name": parent.name, "unit": unit.name}
        )
    if depth(parent.path) >= DEEPEST:
        raise RegistryError(
            _("Trädet får ha högst %(count)s nivåer. Välj en enhet högre upp.") % {"count": DEEPEST}
        )


def put(unit: Unit, parent: Unit | None) -> None:
    """Put a saved unit, with everything below it, under the parent. The parent is checked."""
    before, after = unit.path, path_under(parent, unit)
    if before:
        deepest = max(depth(path) for path in subtree(unit).values_list("path", flat=True))
        if deepest - depth(before) + depth(after) > DEEPEST:
            raise RegistryError(
                _("Trädet får ha högst %(count)s nivåer. Välj en enhet högre upp.")
                % {"count": DEEPEST}
            )
        subtree(unit).update(path=Concat(Value(after), Substr(F("path"), len(before) + 1)))
    unit.parent, unit.path = parent, after
    unit.save(update_fields=["parent", "path"])
