"""What an attacker knows of a table's counts before it is published."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Told:
    """Counts and limits that are out already, whatever the new table shows.

    base: cells whose n is known (cells,). share: known y (cells, outcomes).
    up, down: how far above and below the truth each quantity can be thought to be
        (quantities, cells), in the order n, y per outcome, n - y per outcome; inf where nothing
        is known.
    given: cells that are no part of the table and obey none of its rules: what an earlier release
        showed in a sum.
    """

    base: Bools
    share: Bools
    up: Floats
    down: Floats
    given: Bools

    def part(self, cells: npt.NDArray[np.int64]) -> "Told":
        """What is known of some cells."""
        return Told(
            self.base[cells],
            self.share[cells],
            self.up[:, cells],
            self.down[:, cells],
            self.given[cells],
        )

    @cached_property
    def shares_all(self) -> Bools:
        """Cells of which every y is known."""
        return np.asarray(self.share.all(axis=1) & self.base, dtype=np.bool_)

    @cached_property
    def any(self) -> bool:
        """Whether anything at all is known."""
        return any(self.touches)

    @cached_property
    def touches(self) -> list[bool]:
        """Whether anything at all is known of a cell."""
        limited = np.isfinite(self.up).any(axis=0) | np.isfinite(self.down).any(axis=0)
        known: list[bool] = (limited | self.base | self.share.any(axis=1)).tolist()
        return known


def nothing_told(cells: int, outcomes: int) -> Told:
    """An attacker who has nothing but the new table."""
    free = np.full((1 + 2 * outcomes, cells), np.inf)
    nobody = np.zeros(cells, dtype=np.bool_)
    return Told(nobody, np.zeros((cells, outcomes), dtype=np.bool_), free, free, nobody)
