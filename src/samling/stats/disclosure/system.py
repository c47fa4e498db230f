"""The attacker's linear system for the cells that are still in doubt, in displacements.

Unknown n and unknown y are variables, as displacements from the truth, so that 0 is always a
solution; known counts have vanished and n - y is the difference of two variables.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from samling.stats.disclosure.pattern import Pattern, quantities
from samling.stats.disclosure.sums import Bools, Ints
from samling.stats.disclosure.table import Outcomes
from samling.stats.disclosure.told import Floats

Matrix = sparse.csr_array
SMALL = 400
"""A program of fewer variables is solved sooner than it is simplified."""


@dataclass(frozen=True)
class System:
    """Find u with `floor` <= `rows` u <= `roof`, `low` <= u <= `high`.

    `targets` turns u into the displacements of the wanted counts (one row each), whose place in a
    (quantities, cells) array, flattened, is `place`; `block` numbers their independent parts.
    `source` says for each row, equalities first, which (quantity, sum) it is: a sum of -1 is a tie
    inside cell `own`. `column` is the place of each variable.
    """

    rows: Matrix
    equalities: int
    floor: Floats
    low: Floats
    high: Floats
    targets: Matrix
    place: Ints
    block: Ints
    block_of_row: Ints
    block_of_column: Ints
    source: Ints
    column: Ints

    def solve(self, objective: Floats) -> Floats:
        """A solution that maximises."""
        roof = np.where(np.arange(len(self.floor)) < self.equalities, 0.0, np.inf)
        found = milp(
            -objective,
            bounds=Bounds(self.low, self.high),
            constraints=LinearConstraint(self.rows, self.floor, roof),
            options={"presolve": len(self.low) > SMALL},
        )
        if found.x is None:
            raise _failure(found.message)
        solution: Floats = found.x
        return solution

    def prices(self, objective: Floats) -> tuple[Floats, Floats]:
        """What each row, and each variable's limits, cost the maximum."""
        even, least = self.rows[: self.equalities], self.rows[self.equalities :]
        system: dict[str, Any] = {"bounds": np.column_stack([self.low, self.high])}
        if least.shape[0]:
            system |= {"A_ub": -least, "b_ub": -self.floor[self.equalities :]}
        if even.shape[0]:
            system |= {"A_eq": even, "b_eq": np.zeros(even.shape[0])}
        found = linprog(-objective, method="highs", **system)
        if found.x is None:
            raise _failure(found.message)
        prices = np.concatenate([found.eqlin.marginals, found.ineqlin.marginals])
        limits = np.abs(found.lower.marginals) + np.abs(found.upper.marginals)
        return np.abs(prices), limits


def _failure(message: str) -> RuntimeError:
    return RuntimeError(f"The linear program of the disclosure check failed: {message}")


@dataclass(frozen=True)
class _Columns:
    """Where each unknown stands: `of[q]` gives (cells,) column numbers, -1 when known."""

    of: Ints
    place: Ints

    @property
    def count(self) -> int:
        return len(self.place)


def build_system(
    pattern: Pattern, signs: Matrix, wanted: Bools, steps: int | None = None
) -> System | None:
    """The system of those parts that hold a wanted (quantity, cell); None when nothing is unknown.

    `signs` is the sums as (rows, cells), +1 for the parent and -1 for the children. With `steps`,
    only cells that many sums away from a wanted one may move: what is possible then is possible,
    but more may be.
    """
    table = pattern.table
    columns = _number_unknowns(pattern, _near(pattern, signs, wanted, steps))
    if not columns.count:
        return None
    rows, floor, even, source = _rows(pattern, signs, columns)
    outcomes = table.y.shape[1]
    place = np.flatnonzero(wanted)
    targets = _pick(columns, place // len(table), place % len(table), outcomes)
    block_of_row, block_of_column = _blocks(rows, columns.count)
    block = block_of_column[targets.indices[targets.indptr[:-1]]]
    keep_rows = np.isin(block_of_row, block)
    keep = np.flatnonzero(np.isin(block_of_column, block))
    order = np.concatenate([np.flatnonzero(keep_rows & even), np.flatnonzero(keep_rows & ~even)])
    equalities = int((keep_rows & even).sum())
    up, down = (part.ravel()[columns.place[keep]] for part in pattern.ranges())
    chosen = rows[order][:, keep]
    return System(
        rows=chosen,
        equalities=equalities,
        floor=floor[order],
        low=-down,
        high=up,
        targets=targets[:, keep],
        place=place,
        block=block,
        block_of_row=block_of_row[order],
        block_of_column=block_of_column[keep],
        source=source[:, order],
        column=columns.place[keep],
    )


def _near(pattern: Pattern, signs: Matrix, wanted: Bools, steps: int | None) -> Bools:
    """Cells that may move: unknown, and joined to a wanted cell by at most so many sums."""
    unknown = pattern.base_unknown() | pattern.share_unknown().any(axis=1)
    if steps is None:
        return unknown
    rows, cells = signs.nonzero()
    near: Bools = np.any(wanted, axis=0, keepdims=True)[0]
    for _ in range(steps):
        joined = np.zeros(signs.shape[0], dtype=np.bool_)
        joined[rows[near[cells]]] = True
        near[cells[joined[rows]]] = True
        near &= unknown
    return np.asarray(near | wanted.any(axis=0), dtype=np.bool_)


def _number_unknowns(pattern: Pattern, near: Bools) -> _Columns:
    outcomes = pattern.table.y.shape[1]
    unknown = np.vstack([pattern.base_unknown()[None, :], pattern.share_unknown().T]) & near
    place = np.flatnonzero(unknown)
    of = np.full(unknown.size, -1, dtype=np.int64)
    of[place] = np.arange(len(place))
    return _Columns(of.reshape(1 + outcomes, -1), place)


def _select(columns: _Columns, quantity: int) -> Matrix:
    """(cells, variables): the displacement of n (0) or of y (1..K) of every cell."""
    cells = np.flatnonzero(columns.of[quantity] >= 0)
    shape = (columns.of.shape[1], columns.count)
    data = (np.ones(len(cells)), (cells, columns.of[quantity][cells]))
    return sparse.csr_array(data, shape=shape)


def _pick(columns: _Columns, quantity: Ints, cell: Ints, outcomes: int) -> Matrix:
    """(targets, variables): each target's displacement in terms of the variables."""
    index = np.arange(len(cell))
    parts = []
    plain = quantity <= outcomes
    parts.append((index[plain], columns.of[quantity[plain], cell[plain]], 1.0))
    rest = ~plain
    parts.append((index[rest], columns.of[quantity[rest] - outcomes, cell[rest]], -1.0))
    parts.append((index[rest], columns.of[0, cell[rest]], 1.0))
    row, column, value = (
        np.concatenate([np.broadcast_to(part[k], part[0].shape) for part in parts])
        for k in range(3)
    )
    known = column < 0
    return sparse.csr_array(
        (value[~known], (row[~known], column[~known])), shape=(len(cell), columns.count)
    )


def _rows(pattern: Pattern, signs: Matrix, columns: _Columns) -> tuple[Matrix, Floats, Bools, Ints]:
    """All rows (matrix, floor, is equality, source); floors of equalities are 0."""
    table = pattern.table
    outcomes = table.y.shape[1]
    select = [_select(columns, q) for q in range(1 + outcomes)]
    left = quantities(table, table.sums.remainder(table.n), table.sums.remainder(table.y))
    whole = table.sums.exhaustive
    blocks: list[tuple[Matrix, Floats, Bools, Ints]] = []
    for q in range(1 + 2 * outcomes):
        part = select[q] if q <= outcomes else select[0] - select[q - outcomes]
        use = np.flatnonzero(~whole) if q > outcomes else np.arange(len(whole))
        block = sparse.csr_array(signs[use] @ part)
        blocks.append(_block(block, -left[q][use], whole[use], q, use))
    unknown = np.flatnonzero(pattern.base_unknown())
    for k in range(1, outcomes + 1):
        block = sparse.csr_array((select[0] - select[k])[unknown])
        rest = (table.n - table.y[:, k - 1]).astype(np.float64)
        floor = -np.minimum(rest, table.told.down[outcomes + k])[unknown]
        blocks.append(_block(block, floor, np.zeros(len(unknown), np.bool_), k, -1 - unknown))
    if table.outcomes is not Outcomes.FREE:
        blocks.extend(_outcome_blocks(pattern, signs, select))
    matrix: Matrix = sparse.csr_array(sparse.vstack([b[0] for b in blocks], format="csr"))
    floor = np.concatenate([b[1] for b in blocks])
    even = np.concatenate([b[2] for b in blocks])
    source = np.concatenate([b[3] for b in blocks], axis=1)
    filled = np.diff(matrix.indptr) > 0
    kept: Matrix = sparse.csr_array(matrix[np.flatnonzero(filled)])
    return (
        kept,
        np.asarray(floor[filled], dtype=np.float64),
        np.asarray(even[filled], dtype=np.bool_),
        np.asarray(source[:, filled], dtype=np.int64),
    )


def _block(
    matrix: Matrix, floor: npt.NDArray[np.int64] | Floats, even: Bools, quantity: int, source: Ints
) -> tuple[Matrix, Floats, Bools, Ints]:
    """Rows with where they come from: the sum's number, or -1 - cell for a tie inside a cell."""
    matrix.eliminate_zeros()
    origin = np.stack([np.full(len(source), quantity, dtype=np.int64), source])
    return matrix, floor.astype(np.float64), even, origin


def _outcome_blocks(
    pattern: Pattern, signs: Matrix, select: list[Matrix]
) -> list[tuple[Matrix, Floats, Bools, Ints]]:
    """Outcomes of one cell, and of every remainder, add up to n or less."""
    table = pattern.table
    rest = select[0]
    for part in select[1:]:
        rest = rest - part
    spare = table.n - table.y.sum(axis=1)
    even = table.outcomes is Outcomes.EXHAUSTIVE
    cells = np.arange(len(table))
    blocks = [_block(sparse.csr_array(rest), -spare, np.full(len(table), even), 1, -1 - cells)]
    if not even:
        use = np.flatnonzero(~table.sums.exhaustive)
        left = table.sums.remainder(spare)
        block = sparse.csr_array(signs[use] @ rest)
        blocks.append(_block(block, -left[use], np.zeros(len(use), np.bool_), 1, use))
    return blocks


def _blocks(rows: Matrix, count: int) -> tuple[Ints, Ints]:
    """Independent parts: a label per row and per variable."""
    size = rows.shape[0]
    graph = sparse.block_array([[None, rows], [sparse.csr_array((count, size)), None]])
    _, label = sparse.csgraph.connected_components(graph, directed=False)
    labels = np.asarray(label, dtype=np.int64)
    return labels[:size], labels[size:]
