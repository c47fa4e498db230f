"""Slow attackers and random tables that the tests of disclosure control share."""

import itertools

import numpy as np
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from samling.stats.disclosure import CountTable, Protection, Published, State, Sum, Sums


def enumerate_worlds(table: CountTable, protection: Protection, most: int):
    """Every table of whole persons (n and y per cell) that fits what is shown, counts up to `most`.

    Only for one outcome and a handful of hidden cells.
    """
    choices = []
    for cell in range(len(table)):
        n, y = int(table.n[cell]), int(table.y[cell, 0])
        sizes = (
            [n] if protection.base[cell] == State.SHOWN or table.base_known[cell] else range(most)
        )
        state = protection.share[cell, 0]
        pairs = []
        for size in sizes:
            if state == State.SHOWN:
                values = [y]
            elif state == State.MASKED_LOW:
                values = [v for v in range(size + 1) if 100 * v <= protection.bound[cell, 0] * size]
            elif state == State.MASKED_HIGH:
                bound = protection.bound[cell, 0]
                values = [v for v in range(size + 1) if 100 * (size - v) <= bound * size]
            else:
                values = range(size + 1)
            pairs += [(size, v) for v in values]
        choices.append(pairs)
    rows = table.sums.rows()
    for world in itertools.product(*choices):
        if all(_adds_up(world, row) for row in rows):
            yield world


def _adds_up(world, row: Sum) -> bool:
    left_n = world[row.parent][0] - sum(world[c][0] for c in row.children)
    left_y = world[row.parent][1] - sum(world[c][1] for c in row.children)
    if row.exhaustive:
        return left_n == 0 and left_y == 0
    return left_y >= 0 and left_n - left_y >= 0


@st.composite
def cubes(draw, outcomes=1, largest=30):
    """Areas x groups x years with their totals, a blank group, and random flags."""
    areas, groups, years = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    size = draw(st.sampled_from([3, 8, largest]))
    shape = (areas + 1, groups + 1, years + 1)
    blank = rng.integers(0, 3, (areas, years))
    n = np.zeros(shape, int)
    n[:areas, :groups, :years] = rng.integers(0, size, (areas, groups, years))
    share = rng.dirichlet(np.ones(outcomes + 1), (areas, groups, years))
    y = np.zeros((*shape, outcomes), int)
    for place in np.ndindex(areas, groups, years):
        y[place] = rng.multinomial(n[place], share[place])[:outcomes]
    n[:areas, groups, :years] = n[:areas, :groups, :years].sum(axis=1) + blank
    y[:areas, groups, :years] = y[:areas, :groups, :years].sum(axis=1)
    y[:areas, groups, :years, 0] += rng.binomial(blank, 0.4)
    for values in (n, y):
        values[areas, :, :years] = values[:areas, :, :years].sum(axis=0)
        values[:, :, years] = values[:, :, :years].sum(axis=2)
    index = np.arange(n.size).reshape(shape)
    sums = Sums()
    if draw(st.booleans()) or areas > 1:
        sums = sums + pairs(1, index[areas], index[:areas], True)
    if groups > 1 and draw(st.booleans()):
        sums = sums + pairs(2, index[:, groups], index[:, :groups].swapaxes(0, 1), False)
    if draw(st.booleans()):
        sums = sums + pairs(3, index[:, :, years], np.moveaxis(index[:, :, :years], 2, 0), True)
    latent = np.zeros(n.size, bool)
    if draw(st.booleans()):
        latent[rng.integers(0, n.size)] = True
    forced = (rng.random(n.size) < 0.1) & ~latent if draw(st.booleans()) else None
    return CountTable(
        n.ravel(),
        y.reshape(n.size, outcomes),
        sums=sums,
        base_threshold=draw(st.sampled_from([5, 10])),
        latent=latent,
        forced=forced,
        base_known=draw(st.sampled_from([None, True])),
        decimals=draw(st.sampled_from([0, 1])),
    )


def pairs(relation: int, parent: np.ndarray, children: np.ndarray, whole: bool) -> Sums:
    """Sums of `children` (their first axis runs over the children) into `parent`."""
    parents = np.broadcast_to(parent, children.shape)
    return Sums.from_pairs(
        np.full(children.size, relation), parents.ravel(), children.ravel(), whole
    )


class Reader:
    """One who keeps every release, with a linear program of his own written out row by row.

    Unknowns are n and y of every cell in every release. A cell that `changed` does not name is the
    same persons in all of them. One outcome.
    """

    def __init__(self, sums: Sums, releases: list[Published], changed=()):
        self.cells = len(releases[0].n_low)
        self.low, self.high, self.equal, self.least = [], [], [], []
        for number, told in enumerate(releases):
            self.low += [*told.n_low, *told.y_low[:, 0]]
            self.high += [*told.n_high, *told.y_high[:, 0]]
            for row in sums.rows():
                self._sum(number, row)
            for cell in range(self.cells):
                n, y = self._n(number, cell), self._y(number, cell)
                self.least.append({n: 1, y: -1})
                if number and cell not in changed:
                    self.equal += [
                        {n: 1, self._n(0, cell): -1},
                        {y: 1, self._y(0, cell): -1},
                    ]
        self.system = {
            "A_eq": self._matrix(self.equal),
            "b_eq": np.zeros(len(self.equal)) if self.equal else None,
            "A_ub": -self._matrix(self.least),
            "b_ub": np.zeros(len(self.least)),
            "bounds": list(zip(self.low, self.high, strict=True)),
        }

    def _n(self, release, cell):
        return release * 2 * self.cells + cell

    def _y(self, release, cell):
        return release * 2 * self.cells + self.cells + cell

    def _sum(self, number, row):
        whole, no = {}, {}
        for sign, cell in [(1, row.parent), *((-1, c) for c in row.children)]:
            whole[self._y(number, cell)] = sign
            no[self._n(number, cell)] = sign
            no[self._y(number, cell)] = -sign
        (self.equal if row.exhaustive else self.least).extend([whole, no])

    def limits(self, cell, quantity, release=0):
        """Lowest and highest value of "n", "y" or "n - y" that fits everything published."""
        goal = np.zeros(len(self.low))
        if quantity != "y":
            goal[self._n(release, cell)] = 1
        if quantity != "n":
            goal[self._y(release, cell)] = 1 if quantity == "y" else -1
        ends = []
        for sign in (1, -1):
            found = linprog(sign * goal, **self.system)
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else -sign * np.inf)
        return tuple(ends)

    def _matrix(self, rows):
        if not rows:
            return None
        found = [(i, column, value) for i, row in enumerate(rows) for column, value in row.items()]
        at, columns, values = zip(*found, strict=True)
        return sparse.csr_array((values, (at, columns)), shape=(len(rows), len(self.low)))


def narrowed(table: CountTable, releases: list[Published], secret, changed=()):
    """Counts among `secret`, (cell, quantity, need) triples, that the reader narrows too far."""
    reader = Reader(table.sums, releases, changed)
    found = []
    for cell, quantity, need in secret:
        low, high = reader.limits(cell, quantity)
        if high - low < need - 1e-6:
            found.append((cell, quantity, low, high))
    return found


def secrets_of(table: CountTable, *protections: Protection):
    """What the rules ask to be protected and no release shows: (cell, quantity, need)."""
    shown_n = np.any([p.base == State.SHOWN for p in protections], axis=0) | table.base_known
    shown_y = np.any([p.share[:, 0] == State.SHOWN for p in protections], axis=0)
    found = []
    for cell in np.flatnonzero(~table.latent).tolist():
        if not shown_n[cell]:
            found.append((cell, "n", int(table.base_threshold[cell])))
        if not shown_y[cell]:
            least = int(table.count_threshold[cell])
            need = min(least, int(table.n[cell])) if shown_n[cell] else least
            found += [(cell, "y", need), (cell, "n - y", need)]
    return found
