"""Typed errors of disclosure control: what happened, in which cells, and what to do."""

from collections.abc import Sequence
from typing import Any

from samling.stats.errors import StatsError


class DisclosureError(StatsError):
    """Anything that stops a table from being protected; nothing may be published after it."""

    code = "disclosure"


class ThresholdFloorError(DisclosureError):
    """A threshold was set below the hard floor, or a count threshold above a base threshold."""

    code = "disclosure-threshold"


class InconsistentTableError(DisclosureError):
    """The table contradicts itself: shapes, signs, or a sum that does not add up."""

    code = "disclosure-inconsistent"


class ProofError(DisclosureError):
    """A proof did not hold when it was checked anew: a fault in the program, not in the table."""

    code = "disclosure-proof"


class AuditSampleError(DisclosureError):
    """An audit was asked for a sample that cannot be drawn."""

    code = "disclosure-audit-sample"


class UnprotectableError(DisclosureError):
    """No pattern protects some cells, because of others that cannot be withheld."""

    code = "disclosure-unprotectable"
    # `cells` are indices of the cells that stay too narrow, `blockers` of the fixed cells, and of
    # those whose base is known anyway, that make it so.

    def __init__(self, message: str, cells: Sequence[int], blockers: Sequence[int]) -> None:
        super().__init__(message)
        self.cells = tuple(cells)
        self.blockers = tuple(blockers)

    def __reduce__(self) -> tuple[Any, ...]:
        """Whole, from one process to another."""
        return type(self), (str(self), self.cells, self.blockers)


class EarlierReleaseError(DisclosureError):
    """A table cannot be made safe together with an earlier release."""

    code = "disclosure-earlier"
    # `release` is its name, `cells` the indices of the cells at fault.

    def __init__(self, message: str, release: str, cells: Sequence[int]) -> None:
        super().__init__(message)
        self.release = release
        self.cells = tuple(cells)

    def __reduce__(self) -> tuple[Any, ...]:
        """Whole, from one process to another."""
        return type(self), (str(self), self.release, self.cells)


class AlreadyToldError(EarlierReleaseError):
    """What earlier releases told narrows a count below what the rules now ask for."""

    code = "disclosure-already-told"


class TellingDifferenceError(EarlierReleaseError):
    """Counts have changed since an earlier release in a way that tells of few persons."""

    code = "disclosure-difference"
