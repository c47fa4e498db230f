"""The count table: what is true, what ties it together, and the rules that apply to it."""

from collections.abc import Sequence
from enum import Enum

import numpy as np
import numpy.typing as npt

from samling.stats.disclosure.errors import InconsistentTableError, ThresholdFloorError
from samling.stats.disclosure.sums import Bools, Ints, Sums
from samling.stats.disclosure.told import Floats, Told, nothing_told

FLOOR = 5
"""No threshold may be lower than this, whatever a study says."""


class Outcomes(Enum):
    """What the attacker knows about the outcomes (columns of y) of one cell."""

    FREE = "free"  # nothing ties them, as for a question with several answers
    DISJOINT = "disjoint"  # nobody has two of them: their sum is at most n
    EXHAUSTIVE = "exhaustive"  # everybody has exactly one of them: their sum is n


class CountTable:
    """Unweighted counts of a set of cells, and everything that disclosure control must know.

    n: base per cell (cells,), integers of at least 0: those who answered the item.
    y: numerators (cells,) or (cells, outcomes), 0 <= y <= n; None when only bases are published.
    sums: how cells add up; the counts must obey them.
    base_threshold: scalar or per cell, at least 5. A smaller base is hidden.
    count_threshold: scalar or per cell, at least 5, at most the base threshold. A smaller y, or
        n - y, is masked or hidden.
    base_known: cells whose n the attacker knows anyway, since another table shows it.
    latent: cells that take part in sums but are never published and need no protection.
    unpublished: cells that are never published but can be worked out, such as what two divisions
        have in common; protected if they are too few by themselves, otherwise latent.
    forced: cells to hide for a reason outside this table.
    fixed: cells that cannot be withheld.
    cost: preference for secondary suppression, lower is hidden sooner; default n.
    decimals: 0 or 1 per cell, the precision of a published percentage.
    outcomes: what the attacker knows about several outcomes; default the strongest knowledge that
        the counts do not contradict.
    names: labels of cells for error messages.
    told: what the attacker knows besides from earlier releases; see `join_history`.
    """

    n: Ints
    y: Ints
    sums: Sums
    base_threshold: Ints
    count_threshold: Ints
    base_known: Bools
    latent: Bools
    forced: Bools
    fixed: Bools
    cost: Floats
    decimals: Ints
    outcomes: Outcomes
    told: Told

    def __init__(
        self,
        n: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
        *,
        sums: Sums | None = None,
        base_threshold: npt.ArrayLike,
        count_threshold: npt.ArrayLike = FLOOR,
        base_known: npt.ArrayLike | None = None,
        latent: npt.ArrayLike | None = None,
        unpublished: npt.ArrayLike | None = None,
        forced: npt.ArrayLike | None = None,
        fixed: npt.ArrayLike | None = None,
        cost: npt.ArrayLike | None = None,
        decimals: npt.ArrayLike | None = None,
        outcomes: Outcomes | None = None,
        names: Sequence[str] | None = None,
        told: Told | None = None,
    ) -> None:
        self.n = _whole(n, "n")
        self.names = names
        cells = (len(self.n),)
        self.y = _columns(y, cells[0])
        self.sums = sums if sums is not None else Sums()
        self.base_threshold = _spread(base_threshold, cells, "base_threshold")
        self.count_threshold = _spread(count_threshold, cells, "count_threshold")
        self.base_known = _flags(base_known, cells, "base_known")
        self.latent = _flags(latent, cells, "latent")
        self.forced = _flags(forced, cells, "forced")
        self.fixed = _flags(fixed, cells, "fixed")
        self.cost = _costs(cost, self.n)
        self.decimals = _spread(0 if decimals is None else decimals, cells, "decimals")
        self.told = told if told is not None else nothing_told(*self.y.shape)
        self._check_counts()
        self._take_unpublished(_flags(unpublished, cells, "unpublished"))
        self._check_rules()
        self._check_sums()
        self.outcomes = self._outcomes(outcomes)
        for name in ("n", "y", "base_threshold", "count_threshold", "cost", "decimals"):
            getattr(self, name).flags.writeable = False
        for name in ("base_known", "latent", "forced", "fixed"):
            getattr(self, name).flags.writeable = False
        self.n_known: Bools = self.base_known | self.told.base

    def __len__(self) -> int:
        return len(self.n)

    def name(self, cell: int) -> str:
        """How a person would call the cell."""
        return self.names[cell] if self.names is not None else f"cell {cell}"

    def _take_unpublished(self, cells: Bools) -> None:
        least = np.minimum(self.y, self.n[:, None] - self.y)
        few = (self.n < self.base_threshold) | (least < self.count_threshold[:, None]).any(axis=1)
        self.forced |= cells & few
        self.latent |= cells & ~few & ~self.forced

    def name_all(self, cells: Ints) -> str:
        """The first ten of some cells, and how many more there are."""
        more = f" and {len(cells) - 10} more" if len(cells) > 10 else ""
        return ", ".join(self.name(int(cell)) for cell in cells[:10]) + more

    def part(self, cells: Ints) -> "CountTable":
        """Some of the cells, numbered anew in this order, with the sums that are all among them."""
        several = self.y.shape[1] > 1
        return CountTable(
            self.n[cells],
            self.y[cells] if self.y.shape[1] else None,
            sums=self.sums.among(cells, len(self)),
            base_threshold=self.base_threshold[cells],
            count_threshold=self.count_threshold[cells],
            base_known=self.base_known[cells],
            latent=self.latent[cells],
            forced=self.forced[cells],
            fixed=self.fixed[cells],
            cost=self.cost[cells],
            decimals=self.decimals[cells],
            outcomes=self.outcomes if several else None,
            names=[self.name(cell) for cell in cells.tolist()],
            told=self.told.part(cells),
        )

    def _check_counts(self) -> None:
        if self.names is not None and len(self.names) != len(self.n):
            raise InconsistentTableError(
                f"{len(self.names)} names for {len(self.n)} cells. Give one name per cell."
            )
        wrong = (self.n < 0) | (self.y < 0).any(axis=1) | (self.y > self.n[:, None]).any(axis=1)
        if wrong.any():
            cell = int(np.flatnonzero(wrong)[0])
            raise InconsistentTableError(
                f"{self.name(cell)}: n = {self.n[cell]}, y = {self.y[cell].tolist()}; "
                "counts must satisfy 0 <= y <= n. Mend the counts."
            )
        if not np.isin(self.decimals, (0, 1)).all():
            raise InconsistentTableError("decimals must be 0 or 1 for every cell.")

    def _check_rules(self) -> None:
        for name in ("base_threshold", "count_threshold"):
            low = np.flatnonzero(getattr(self, name) < FLOOR)
            if len(low):
                raise ThresholdFloorError(
                    f"{self.name(int(low[0]))}: {name} is {getattr(self, name)[low[0]]}; "
                    f"it may never be below {FLOOR}. Raise it."
                )
        high = np.flatnonzero(self.count_threshold > self.base_threshold)
        if len(high):
            cell = int(high[0])
            raise ThresholdFloorError(
                f"{self.name(cell)}: count_threshold {self.count_threshold[cell]} is above "
                f"base_threshold {self.base_threshold[cell]}. Raise the base threshold."
            )
        both = np.flatnonzero(self.fixed & (self.forced | self.latent) | self.forced & self.latent)
        if len(both):
            raise InconsistentTableError(
                f"{self.name(int(both[0]))} is two of fixed, forced and latent. Choose one."
            )

    def _check_sums(self) -> None:
        used = np.concatenate([self.sums.parent, self.sums.child])
        if len(used) and (used.min() < 0 or used.max() >= len(self.n)):
            raise InconsistentTableError(
                f"A sum names cell {int(used.max())}; the table has cells 0 to {len(self.n) - 1}."
            )
        counts = np.column_stack([self.n, self.y, self.n[:, None] - self.y])
        left = self.sums.remainder(counts)
        wrong = np.where(self.sums.exhaustive[:, None], left != 0, left < 0).any(axis=1)
        if wrong.any():
            row = self.sums.rows()[int(np.flatnonzero(wrong)[0])]
            kind = "equal" if row.exhaustive else "be at least"
            raise InconsistentTableError(
                f"{self.name(row.parent)} must {kind} the sum of "
                f"{', '.join(self.name(c) for c in row.children)}, in n, y and n - y. "
                "Mend the counts, or say that the sum is not exhaustive."
            )

    def _outcomes(self, said: Outcomes | None) -> Outcomes:
        if self.y.shape[1] < 2:
            return Outcomes.FREE
        left = self.n - self.y.sum(axis=1)
        fits = {
            Outcomes.EXHAUSTIVE: bool((left == 0).all()),
            Outcomes.DISJOINT: bool((left >= 0).all()),
            Outcomes.FREE: True,
        }
        if said is None:
            return next(kind for kind, fit in fits.items() if fit)
        if not fits[said]:
            cell = int(np.flatnonzero(left != 0 if said is Outcomes.EXHAUSTIVE else left < 0)[0])
            raise InconsistentTableError(
                f"{self.name(cell)}: outcomes {self.y[cell].tolist()} of n = {self.n[cell]} are "
                f"not {said.value}. Say what holds, or leave `outcomes` out."
            )
        return said


def _whole(values: npt.ArrayLike, name: str) -> Ints:
    array = np.asarray(values)
    whole = array.astype(np.int64)
    if not np.array_equal(whole, array):
        raise InconsistentTableError(f"{name} must be whole numbers: unweighted counts.")
    return whole.copy()


def _columns(y: npt.ArrayLike | None, cells: int) -> Ints:
    if y is None:
        return np.zeros((cells, 0), dtype=np.int64)
    array = _whole(y, "y")
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or len(array) != cells:
        raise InconsistentTableError(f"y has shape {array.shape}; expected {cells} rows.")
    return array


def _spread(values: npt.ArrayLike, shape: tuple[int], name: str) -> Ints:
    array = _whole(values, name)
    if array.shape not in ((), shape):
        raise InconsistentTableError(
            f"{name} has shape {array.shape}; expected one value or {shape}."
        )
    return np.broadcast_to(array, shape).copy()


def _flags(values: npt.ArrayLike | None, shape: tuple[int], name: str) -> Bools:
    array = np.asarray(False if values is None else values, dtype=np.bool_)
    if array.shape not in ((), shape):
        raise InconsistentTableError(
            f"{name} has shape {array.shape}; expected one value or {shape}."
        )
    return np.broadcast_to(array, shape).copy()


def _costs(values: npt.ArrayLike | None, n: Ints) -> Floats:
    array = np.array(n if values is None else values, dtype=np.float64)
    if array.shape != n.shape or not np.isfinite(array).all() or (array < 0).any():
        raise InconsistentTableError("cost must be one finite number of at least 0 per cell.")
    return array
