"""The attacker: what can be worked out from what is published, by exact linear programs.

Written apart from `protect`, which it is used to check: it shares no code with it but the sums.
Limits are those of real numbers; whole persons can only be narrowed as much or a little more,
which `integer=True` measures on small tables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from samling.stats.disclosure.errors import AuditSampleError, InconsistentTableError
from samling.stats.disclosure.published import Published
from samling.stats.disclosure.sums import Ints, Sums
from samling.stats.disclosure.table import Outcomes
from samling.stats.disclosure.told import Floats

Quantity = Literal["n", "y", "n - y"]
Question = tuple[int, Quantity, int, float]
"""Cell, quantity, outcome, and how long an interval is needed."""
SLACK = 1e-6


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

    @property
    def part_of_need(self) -> float:
        """The interval's length in parts of what is needed; below 1 is unsafe."""
        return (self.high - self.low) / self.need


@dataclass(frozen=True)
class Audit:
    """One finding per audited count. Limits of safe counts may be inner ones unless `exact`.

    protected: how many counts must be protected. seed: what the sample was drawn with, None when
    every one was audited.
    """

    findings: tuple[Finding, ...]
    exact: bool
    protected: int
    seed: int | None = None

    def unsafe(self) -> tuple[Finding, ...]:
        """The counts that can be narrowed too far; empty when the release holds."""
        return tuple(found for found in self.findings if not found.safe)

    @property
    def audited(self) -> int:
        """How many counts were attacked."""
        return len(self.findings)

    @property
    def shortest(self) -> Finding | None:
        """The finding whose interval is shortest against its threshold."""
        return min(self.findings, key=lambda found: found.part_of_need, default=None)

    def rows(self) -> list[dict[str, Any]]:
        """A plain dict per finding: cell, name, quantity, outcome, low, high, need, safe."""
        return [
            {
                "cell": found.cell,
                "name": found.name,
                "quantity": found.quantity,
                "outcome": found.outcome,
                "low": found.low,
                "high": found.high,
                "need": found.need,
                "safe": found.safe,
            }
            for found in self.findings
        ]


def audit_published(
    published: Published,
    sums: Sums,
    *,
    need_n: npt.ArrayLike,
    need_y: npt.ArrayLike,
    outcomes: Outcomes = Outcomes.FREE,
    names: Sequence[str] | None = None,
    exact: bool = True,
    integer: bool = False,
    sample: int | None = None,
    seed: int = 0,
) -> Audit:
    """Attack what is published, whoever made it.

    need_n (cells,) and need_y (cells, outcomes) say how long an interval must remain of n, and of
    both y and n - y; 0 leaves a count out. `sample` attacks that many of the counts, drawn with
    `seed` without replacement; all of them when there are no more. `integer` uses that persons
    are whole (slow). Raises InconsistentTableError when no table fits the published figures, and
    AuditSampleError for a sample below 1.
    """
    attack = _Attack(published, sums, outcomes, exact, integer)
    wanted_n = np.asarray(need_n, dtype=float)
    wanted_y = np.asarray(need_y, dtype=float).reshape(published.y_low.shape)
    questions = list(_questions(wanted_n, wanted_y))
    asked = _draw(questions, sample, seed)
    findings = []
    for cell, quantity, outcome, need in asked:
        low, high = attack.limits(cell, quantity, outcome, need)
        name = names[cell] if names is not None else f"cell {cell}"
        findings.append(
            Finding(cell, name, quantity, None if quantity == "n" else outcome, low, high, need)
        )
    drawn = len(asked) < len(questions)
    return Audit(tuple(findings), exact, len(questions), seed if drawn else None)


def _questions(need_n: Floats, need_y: Floats) -> Iterator[Question]:
    for cell in np.flatnonzero((need_n > 0) | (need_y > 0).any(axis=1)).tolist():
        if need_n[cell] > 0:
            yield cell, "n", 0, float(need_n[cell])
        for outcome in np.flatnonzero(need_y[cell] > 0):
            yield cell, "y", int(outcome), float(need_y[cell, outcome])
            yield cell, "n - y", int(outcome), float(need_y[cell, outcome])


def _draw(questions: list[Question], sample: int | None, seed: int) -> list[Question]:
    if sample is None:
        return questions
    if sample < 1:
        raise AuditSampleError(
            f"An audit of {sample} counts was asked for; {len(questions)} are protected. "
            "Ask for at least 1, or leave `sample` out to audit all."
        )
    if sample >= len(questions):
        return questions
    rng = np.random.default_rng(seed)
    return [questions[i] for i in np.sort(rng.choice(len(questions), sample, replace=False))]


@dataclass(frozen=True)
class _Part:
    """One independent part: the variables' numbers, their limits, and low <= A x <= high."""

    limits: Bounds
    rows: list[LinearConstraint]
    integrality: Ints


class _Attack:
    """The system once, its independent parts, and the tables found so far that fit.

    Variables are n (level 0) and y per outcome (levels 1..), level by level.
    """

    def __init__(
        self, published: Published, sums: Sums, outcomes: Outcomes, exact: bool, integer: bool
    ) -> None:
        self.cells, self.outcomes = len(published.n_low), published.y_low.shape[1]
        self.exact, self.integer = exact, integer
        self.low = np.concatenate([published.n_low, published.y_low.T.ravel()])
        self.high = np.concatenate([published.n_high, published.y_high.T.ravel()])
        self._blocks: list[sparse.csr_array] = []
        self._tops: list[Floats] = []
        self._add_sums(sums, outcomes)
        self._add_cells(published, outcomes)
        self._split()
        self.parts: dict[int, _Part] = {}
        self.seen: dict[int, list[Floats]] = {}
        self.known_y: dict[tuple[int, int], tuple[float, float]] = {}

    def _add(self, weights: Sequence[sparse.csr_array | None], top: float | Floats) -> None:
        """Rows: the weighted sum over levels of variables lies in 0..top."""
        rows = next(w for w in weights if w is not None).shape[0]
        nothing = sparse.csr_array((rows, self.cells))
        self._blocks.append(
            sparse.csr_array(sparse.hstack([nothing if w is None else w for w in weights]))
        )
        self._tops.append(np.broadcast_to(np.asarray(top, dtype=float), (rows,)))

    def _levels(
        self, of_n: sparse.csr_array, minus: Sequence[int]
    ) -> list[sparse.csr_array | None]:
        """The weights of n, with the same taken away of some outcomes."""
        return [of_n, *(-of_n if k in minus else None for k in range(1, self.outcomes + 1))]

    def _add_sums(self, sums: Sums, outcomes: Outcomes) -> None:
        rows = len(sums)
        if not rows:
            return
        at = np.concatenate([np.arange(rows), np.repeat(np.arange(rows), np.diff(sums.start))])
        sign = np.concatenate([np.ones(rows), -np.ones(len(sums.child))])
        cell = np.concatenate([sums.parent, sums.child])
        signs = sparse.csr_array((sign, (at, cell)), shape=(rows, self.cells))
        for level in range(self.outcomes + 1):
            weights = [signs if k == level else None for k in range(self.outcomes + 1)]
            self._add(weights, np.where(sums.exhaustive, 0.0, np.inf))
        partial = sparse.csr_array(signs[np.flatnonzero(~sums.exhaustive)])
        self._add_rest(partial, outcomes)

    def _add_rest(self, of_n: sparse.csr_array, outcomes: Outcomes) -> None:
        """Those of n who have not an outcome, or none of them, are not fewer than nobody."""
        if not of_n.shape[0]:
            return
        levels = range(1, self.outcomes + 1)
        for level in levels:
            self._add(self._levels(of_n, [level]), np.inf)
        if outcomes is not Outcomes.FREE:
            top = 0.0 if outcomes is Outcomes.EXHAUSTIVE else np.inf
            self._add(self._levels(of_n, list(levels)), top)

    def _add_cells(self, published: Published, outcomes: Outcomes) -> None:
        each = sparse.csr_array(sparse.eye_array(self.cells, format="csr"))
        self._add_rest(each, outcomes)
        for side, shares in ((1.0, published.share_low), (-1.0, published.share_high)):
            if shares is None:
                continue
            for level in range(1, self.outcomes + 1):
                weights: list[sparse.csr_array | None] = [None] * (self.outcomes + 1)
                weights[0] = sparse.csr_array(sparse.diags_array(-side * shares[:, level - 1]))
                weights[level] = side * each
                self._add(weights, np.inf)

    def _split(self) -> None:
        """Independent parts, joined by sums of counts that are not known; -1 for known counts."""
        size = len(self.low)
        free = np.flatnonzero(self.low < self.high)
        matrix = (
            sparse.csr_array(sparse.vstack(self._blocks, format="csr"))
            if self._blocks
            else sparse.csr_array((0, size))
        )
        top = np.concatenate([np.zeros(0), *self._tops])
        known = self.low.copy()
        known[free] = 0.0
        self._floor = -(matrix @ known)
        self._roof = top + self._floor
        self._matrix = sparse.csr_array(matrix[:, free])
        rows = self._matrix.shape[0]
        graph = sparse.block_array(
            [[None, self._matrix], [sparse.csr_array((len(free), rows)), None]], format="csr"
        )
        _, label = sparse.csgraph.connected_components(graph, directed=False)
        self.part_of = np.full(size, -1, dtype=np.int64)
        self.part_of[free] = label[rows:]
        self._order = [np.argsort(part, kind="stable") for part in (label[:rows], label[rows:])]
        self._sorted = [label[:rows][self._order[0]], label[rows:][self._order[1]]]
        self._free = free
        self.place = np.full(size, -1, dtype=np.int64)
        starts = np.searchsorted(self._sorted[1], self._sorted[1])
        self.place[free[self._order[1]]] = np.arange(len(free)) - starts
        self._blocks, self._tops = [], []

    def part(self, number: int) -> _Part:
        """An independent part, put together when it is first asked of."""
        if number not in self.parts:
            rows, columns = (
                order[slice(*np.searchsorted(found, [number, number + 1]))]
                for order, found in zip(self._order, self._sorted, strict=True)
            )
            variables = self._free[columns]
            inside = self._matrix[rows][:, columns]
            limit = LinearConstraint(inside, self._floor[rows], self._roof[rows])
            self.parts[number] = _Part(
                Bounds(self.low[variables], self.high[variables]),
                [limit] if len(rows) else [],
                np.full(len(columns), int(self.integer)),
            )
        return self.parts[number]

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
        weights: dict[int, float] = {}
        if quantity != "y":
            weights[cell] = 1.0
        if quantity != "n":
            weights[(1 + outcome) * self.cells + cell] = 1.0 if quantity == "y" else -1.0
        fixed = sum(w * float(self.low[v]) for v, w in weights.items() if self.part_of[v] < 0)
        unknown = {v: w for v, w in weights.items() if self.part_of[v] >= 0}
        if not unknown:
            return fixed, fixed
        number = int(self.part_of[next(iter(unknown))])
        objective = np.zeros(len(self.part(number).integrality))
        for variable, weight in unknown.items():
            objective[self.place[variable]] = weight
        if not self.exact:
            seen = [float(objective @ x) for x in self.seen.get(number, [])]
            if seen and max(seen) - min(seen) >= need:
                return fixed + min(seen), fixed + max(seen)
        low, high = self._extreme(number, objective), -self._extreme(number, -objective)
        return fixed + low, fixed + high

    def _extreme(self, number: int, objective: Floats) -> float:
        one = self.part(number)
        found = milp(
            objective, integrality=one.integrality, bounds=one.limits, constraints=one.rows
        )
        if found.status == 3:
            return -np.inf
        if found.x is None:
            raise InconsistentTableError(
                f"No table fits the published figures: {found.message}. Check limits and sums."
            )
        if not self.exact:
            self.seen.setdefault(number, []).append(found.x)
        return float(found.fun)
