"""The words of a published cell, and of what a release changed."""

from collections.abc import Sequence
from enum import StrEnum

from django.utils.translation import gettext


class Status(StrEnum):
    """Why a cell shows what it shows."""

    SHOWN = "shown"
    BOUND_BELOW = "bound_below"
    """Few people met the condition: only "less than X per cent" is shown."""
    BOUND_ABOVE = "bound_above"
    """Few people did not meet it: only "more than X per cent" is shown."""
    HIDDEN = "hidden"
    """Too few answers, or needed so that another cell can't be computed."""
    UNRELIABLE = "unreliable"
    """The interval is too wide to say anything; no secret."""


class Comparison(StrEnum):
    """What a cell is compared with."""

    REST = "rest"
    """An area with all other areas of the total together."""
    GAP = "gap"
    """One group with another."""
    CHANGE = "change"
    """A period with the one before it."""


class Sign(StrEnum):
    """What a comparison says at the 95 per cent level."""

    HIGHER = "higher"
    LOWER = "lower"
    UNCLEAR = "unclear"


class Changed(StrEnum):
    """A part of a release that is not as it was in the release before."""

    FIGURES = "figures"
    COMPARISONS = "comparisons"
    DEFINITIONS = "definitions"
    PROVENANCE = "provenance"


def change_note(number: int, changed: Sequence[Changed]) -> str:
    """What a release changed, in the active language, when nobody says it in words of their own."""
    if number == 1:
        return gettext("Första publiceringen.")
    names = {
        Changed.FIGURES: gettext("siffror"),
        Changed.COMPARISONS: gettext("jämförelser"),
        Changed.DEFINITIONS: gettext("definitioner"),
        Changed.PROVENANCE: gettext("underlag"),
    }
    said = [names[part] for part in changed]
    listed = f" {gettext('och')} ".join([", ".join(said[:-1]), said[-1]] if said[1:] else said)
    return gettext("Ändrat sedan nummer %(before)s: %(parts)s.") % {
        "before": number - 1,
        "parts": listed,
    }
