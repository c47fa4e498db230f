"""Slow attackers and random tables that the tests of disclosure control share."""

import itertools

import numpy as np
from hypothesis import strategies as st

from samling.stats.disclosure import CountTable, Protection, State, Sum, Sums


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
