"""Typed errors of disclosure control: what happened, in which cells, and what to do."""

from collections.abc import Sequence
from typing import Any


class DisclosureError(Exception):
    """Anything that stops a table from being protected; nothing may be published after it."""


class ThresholdFloorError(DisclosureError, ValueError):
    """A threshold was set below the hard floor, or a count threshold above a base threshold."""


class InconsistentTableError(DisclosureError, ValueError):
    """The table contradicts itself: shapes, signs, or a sum that does not add up."""


class ProofError(DisclosureError):
    """A proof did not hold when it was checked anew: a fault in the program, not in the table."""


class UnprotectableError(DisclosureError):
    """No pattern protects these cells, because of cells that cannot be withheld.

    `cells` are indices of the cells that stay too narrow, `blockers` of the fixed cells, and of
    those whose base is known anyway, that make it so.
    """

    def __init__(self, message: str, cells: Sequence[int], blockers: Sequence[int]) -> None:
        super().__init__(message)
        self.cells = tuple(cells)
        self.blockers = tuple(blockers)

    def __reduce__(self) -> tuple[Any, ...]:
        """Whole, from one process to another."""
        return type(self), (str(self), self.cells, self.blockers)
