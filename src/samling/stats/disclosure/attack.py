"""The attacker: what can be worked out from what is published, by exact linear programs.

Written apart from `protect`, which it is used to check: it shares no code with it but the sums.
Limits are those of real numbers; whole persons can only be narrowed as much or a little more,
which `integer=True` measures on small tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from samling.stats.disclosure.errors import InconsistentTableError
from samling.stats.disclosure.protection import Protection, State
from samling.stats.disclosure.sums import Bools, Ints, Sums
from samling.stats.disclosure.table import CountTable, Floats, Outcomes

Quantity = Literal["n", "y", "n - y"]
SLACK = 1e-6


@dataclass(frozen=True)
class Published:
    """All that outsiders are told: limits of n (cells,), and of y and of y / n (cells, outcomes).

    A known count has equal limits, an unknown one 0 and infinity. Rounded figures give the limits
    that the rounding leaves. Shares are fractions and optional.
    """

    n_low: Floats
    n_high: Floats
    y_low: Floats
    y_high: Floats
    share_low: Floats | None = None
    share_high: Floats | None = None


@dataclass(frozen=True)
class Finding:
    """What an attacker can say of one protected count: it lies in low..high."""

    cell: int
    name: str
    quantity: Quantity
    outcome: int | None
    low: float
    high: float
    need: float

    @property
    def safe(self) -> bool:
        """Whether the interval is at least as long as it must be."""
        return self.high - self.low >= self.need - SLACK


@dataclass(frozen=True)
class Audit:
    """One finding per protected count. Limits of safe counts may be inner ones unless `exact`."""

    findings: tuple[Finding, ...]
    exact: bool

    def unsafe(self) -> tuple[Finding, ...]:
        """The counts that can be narrowed too far; empty when the release holds."""
        return tuple(found for found in self.findings if not found.safe)


@dataclass(frozen=True)
class _Part:
    """One independent part: the variables' numbers, their limits, and low <= A x <= high."""

    variables: Ints
    limits: Bounds
    rows: list[LinearConstraint]
    whole: int


def audit(table: CountTable, protection: Protection, *, exact: bool = True) -> Audit:
    """Attack a protected table, knowing exactly every count that is shown.

    Checks every hidden or masked count, and every count that is too small by the table's own
    rules, whatever the protection says of it. With `exact=False` a count is left as soon as it is
    proved safe, which is much faster.
    """
    known = (protection.base == State.SHOWN) | table.base_known
    shown = protection.share == State.SHOWN
    n, y = table.n.astype(float), table.y.astype(float)
    tail = np.minimum(np.nan_to_num(protection.bound) * n[:, None] / 100, n[:, None])
    high_mask = protection.share == State.MASKED_HIGH
    low_mask = protection.share == State.MASKED_LOW
    n_high = np.where(known, n, np.inf)
    published = Published(
        n_low=np.where(known, n, 0.0),
        n_high=n_high,
        y_low=np.select([shown, high_mask], [y, n[:, None] - tail], 0.0),
        y_high=np.select([shown, low_mask], [y, tail], n_high[:, None]),
    )
    need_n, need_y = _needs(table, known, shown)
    return audit_published(
        published,
        table.sums,
        need_n=need_n,
        need_y=need_y,
        outcomes=table.outcomes,
        names=[table.name(cell) for cell in range(len(table))],
        exact=exact,
    )


def _needs(table: CountTable, known: Bools, shown: Bools) -> tuple[Floats, Floats]:
    """Interval lengths that the table's own rules ask for."""
    open_ = ~table.latent
    secret_n = open_ & ~table.base_known & (~known | (table.n < table.base_threshold))
    small = np.minimum(table.y, table.n[:, None] - table.y) < table.count_threshold[:, None]
    secret_y = open_[:, None] & (~shown | small | (table.n < table.base_threshold)[:, None])
    count = np.where(known, np.minimum(table.count_threshold, table.n), table.count_threshold)
    return (
        np.where(secret_n, table.base_threshold, 0).astype(float),
        np.where(secret_y, count[:, None], 0).astype(float),
    )


def audit_published(
    published: Published,
    sums: Sums,
    *,
    need_n: npt.ArrayLike,
    need_y: npt.ArrayLike,
    outcomes: Outcomes = Outcomes.FREE,
    names: list[str] | None = None,
    exact: bool = True,
    integer: bool = False,
) -> Audit:
    """Attack what is published, whoever made it.

    need_n (cells,) and need_y (cells, outcomes) say how long an interval must remain of n, and of
    both y and n - y; 0 leaves a count out. `integer` uses that persons are whole (slow).
    Raises InconsistentTableError when no table fits the published figures.
    """
    attack = _Attack(published, sums, outcomes, exact, integer)
    wanted_n = np.asarray(need_n, dtype=float)
    wanted_y = np.asarray(need_y, dtype=float).reshape(published.y_low.shape)
    findings = []
    for cell, quantity, outcome, need in _questions(wanted_n, wanted_y):
        low, high = attack.limits(cell, quantity, outcome, need)
        name = names[cell] if names is not None else f"cell {cell}"
        findings.append(
            Finding(cell, name, quantity, None if quantity == "n" else outcome, low, high, need)
        )
    return Audit(tuple(findings), exact)


def _questions(need_n: Floats, need_y: Floats) -> Iterator[tuple[int, Quantity, int, float]]:
    for cell in range(len(need_n)):
        if need_n[cell] > 0:
            yield cell, "n", 0, float(need_n[cell])
        for outcome in np.flatnonzero(need_y[cell] > 0):
            yield cell, "y", int(outcome), float(need_y[cell, outcome])
            yield cell, "n - y", int(outcome), float(need_y[cell, outcome])


class _Attack:
    """The system once, its independent parts, and the tables found so far that fit."""

    def __init__(
        self, published: Published, sums: Sums, outcomes: Outcomes, exact: bool, integer: bool
    ) -> None:
        self.cells, self.outcomes = len(published.n_low), published.y_low.shape[1]
        self.exact, self.integer = exact, integer
        self.low = np.concatenate([published.n_low, published.y_low.T.ravel()])
        self.high = np.concatenate([published.n_high, published.y_high.T.ravel()])
        self.rows: list[tuple[list[int], list[float], float]] = []  # sum in 0..top
        self._add_sums(sums, outcomes)
        self._add_cells(published, outcomes)
        self.parts, self.part_of = self._split()
        self.seen: dict[int, list[Floats]] = {}
        self.known_y: dict[tuple[int, int], tuple[float, float]] = {}

    def _variable(self, cell: int, level: int) -> int:
        """Number of n (level 0) or of y for outcome level - 1."""
        return level * self.cells + cell

    def _add_sums(self, sums: Sums, outcomes: Outcomes) -> None:
        for one in sums.rows():
            cells = [one.parent, *one.children]
            signs = [1.0] + [-1.0] * len(one.children)
            top = 0.0 if one.exhaustive else np.inf
            for level in range(self.outcomes + 1):
                self.rows.append(([self._variable(c, level) for c in cells], signs, top))
            if one.exhaustive:
                continue
            for level in range(1, self.outcomes + 1):
                self._add_rest(cells, signs, [level], np.inf)
            if outcomes is not Outcomes.FREE:
                top = 0.0 if outcomes is Outcomes.EXHAUSTIVE else np.inf
                self._add_rest(cells, signs, list(range(1, self.outcomes + 1)), top)

    def _add_rest(
        self, cells: list[int], signs: list[float], levels: list[int], top: float
    ) -> None:
        """Those of n who have none of the outcomes, summed with signs, lie in 0..top."""
        variables = [self._variable(c, 0) for c in cells]
        weights = list(signs)
        for level in levels:
            variables += [self._variable(c, level) for c in cells]
            weights += [-s for s in signs]
        self.rows.append((variables, weights, top))

    def _add_cells(self, published: Published, outcomes: Outcomes) -> None:
        for cell in range(self.cells):
            for level in range(1, self.outcomes + 1):
                self._add_rest([cell], [1.0], [level], np.inf)
                pair = [self._variable(cell, level), self._variable(cell, 0)]
                if published.share_low is not None:
                    weights = [1.0, -float(published.share_low[cell, level - 1])]
                    self.rows.append((pair, weights, np.inf))
                if published.share_high is not None:
                    weights = [-1.0, float(published.share_high[cell, level - 1])]
                    self.rows.append((pair, weights, np.inf))
            if outcomes is not Outcomes.FREE:
                top = 0.0 if outcomes is Outcomes.EXHAUSTIVE else np.inf
                self._add_rest([cell], [1.0], list(range(1, self.outcomes + 1)), top)

    def _split(self) -> tuple[list[_Part], Ints]:
        """Independent parts, joined by sums of counts that are not known; -1 for known counts."""
        size = len(self.low)
        row = np.repeat(np.arange(len(self.rows)), [len(r[0]) for r in self.rows])
        column = np.concatenate([np.zeros(0, np.int64), *(np.array(r[0]) for r in self.rows)])
        weight = np.concatenate([np.zeros(0), *(np.array(r[1]) for r in self.rows)])
        matrix = sparse.csr_array((weight, (row, column)), shape=(len(self.rows), size))
        free = self.low < self.high
        fixed = matrix @ np.where(free, 0.0, self.low)
        matrix = sparse.csr_array(matrix[:, np.flatnonzero(free)])
        top = np.array([r[2] for r in self.rows]) - fixed
        link = sparse.csr_array(abs(matrix).T @ abs(matrix))
        count, label = sparse.csgraph.connected_components(link, directed=False)
        part_of = np.full(size, -1, dtype=np.int64)
        part_of[free] = label
        touched = np.full(len(self.rows), -1)
        entries = matrix.tocoo()
        touched[entries.row] = label[entries.col]
        numbers = np.flatnonzero(free)
        parts = []
        for part in range(count):
            columns, rows = np.flatnonzero(label == part), np.flatnonzero(touched == part)
            inside = matrix[rows][:, columns]
            parts.append(
                _Part(
                    numbers[columns],
                    Bounds(self.low[numbers[columns]], self.high[numbers[columns]]),
                    [LinearConstraint(inside, -fixed[rows], top[rows])] if len(rows) else [],
                    int(self.integer),
                )
            )
        return parts, part_of

    def limits(
        self, cell: int, quantity: Quantity, outcome: int, need: float
    ) -> tuple[float, float]:
        """Lowest and highest value of one count that fits what is published."""
        n_known = self.low[cell] == self.high[cell]
        if quantity == "n - y" and n_known and (cell, outcome) in self.known_y:
            low, high = self.known_y[cell, outcome]
            return float(self.low[cell]) - high, float(self.low[cell]) - low
        found = self._limits(cell, quantity, outcome, need)
        if quantity == "y" and n_known:
            self.known_y[cell, outcome] = found
        return found

    def _limits(
        self, cell: int, quantity: Quantity, outcome: int, need: float
    ) -> tuple[float, float]:
        weights = np.zeros(len(self.low))
        if quantity != "y":
            weights[self._variable(cell, 0)] = 1.0
        if quantity != "n":
            weights[self._variable(cell, 1 + outcome)] = 1.0 if quantity == "y" else -1.0
        used = np.flatnonzero(weights)
        known = [int(v) for v in used if self.part_of[v] < 0]
        fixed = float(sum(weights[v] * self.low[v] for v in known))
        unknown = [int(v) for v in used if self.part_of[v] >= 0]
        if not unknown:
            return fixed, fixed
        part = int(self.part_of[unknown[0]])
        objective = weights[self.parts[part].variables]
        if not self.exact:
            seen = [float(objective @ x) for x in self.seen.get(part, [])]
            if seen and max(seen) - min(seen) >= need:
                return fixed + min(seen), fixed + max(seen)
        low, high = self._extreme(part, objective), -self._extreme(part, -objective)
        return fixed + low, fixed + high

    def _extreme(self, part: int, objective: Floats) -> float:
        one = self.parts[part]
        found = milp(
            objective,
            integrality=np.full(len(objective), one.whole),
            bounds=one.limits,
            constraints=one.rows,
        )
        if found.status == 3:
            return -np.inf
        if found.x is None:
            raise InconsistentTableError(
                f"No table fits the published figures: {found.message}. Check limits and sums."
            )
        if not self.exact:
            self.seen.setdefault(part, []).append(found.x)
        return float(found.fun)
