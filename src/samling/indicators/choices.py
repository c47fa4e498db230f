"""The words of a published cell."""

from enum import StrEnum


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
