"""Tables that share totals, and divisions of one area that cut across each other.

What two divisions have in common (a municipality's part of a health district) are the unknowns
that tie them. The reader of `attackers.py` knows that geography and every figure of both.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from samling.stats.disclosure import (
    CountTable,
    State,
    Sum,
    Sums,
    UnprotectableError,
    audit,
    protect,
    publish,
)
from stats.disclosure.attackers import narrowed, secrets_of

calm = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def divided(atoms, divisions, threshold=10, **options):
    """A county in several divisions. `atoms` are (n, y) of what they have in common.

    Each division gives every atom a part. Cells: the atoms, then each division's parts, then the
    county. Atoms are not published.
    """
    atoms = np.array(atoms)
    cells, sums, parts = [*atoms], [], []
    for division in divisions:
        own = []
        for part in sorted({*division}):
            members = np.flatnonzero(np.array(division) == part)
            own.append(len(cells))
            cells.append(atoms[members].sum(axis=0))
            sums.append(Sum(own[-1], tuple(members.tolist())))
        parts.append(tuple(own))
    county = len(cells)
    cells.append(atoms.sum(axis=0))
    sums += [Sum(county, own) for own in parts]
    counts = np.array(cells)
    unpublished = np.arange(len(counts)) < len(atoms)
    return CountTable(
        counts[:, 0],
        counts[:, 1],
        sums=Sums(sums),
        base_threshold=threshold,
        unpublished=unpublished,
        **options,
    )


# --- overlapping divisions ---------------------------------------------------------------------

ATOMS = [(80, 40), (4, 2), (90, 30), (70, 30)]
MUNICIPALITIES, DISTRICTS = (0, 1, 1, 2), (0, 0, 1, 1)
"""The first district is the first municipality and four persons of the second."""


def test_a_district_less_a_municipality_is_four_persons():
    table = divided(ATOMS, [MUNICIPALITIES, DISTRICTS])
    assert table.n[[4, 7]].tolist() == [80, 84]
    protection = protect(table)
    assert protection.base[1] == State.HIDDEN_PRIMARY
    assert protection.base[[4, 7]].max() > State.SHOWN
    assert protection.audit().unsafe() == ()
    assert narrowed(table, [publish(table, protection)], secrets_of(table, protection)) == []


def test_each_division_alone_hides_nothing_and_together_they_tell():
    """Both tables are safe by themselves: every part has seventy or more."""
    table = divided(ATOMS, [MUNICIPALITIES, DISTRICTS])
    for division in (MUNICIPALITIES, DISTRICTS):
        coarse = np.array([np.array(ATOMS)[np.array(division) == p].sum(axis=0) for p in range(2)])
        alone = CountTable(coarse[:, 0], coarse[:, 1], base_threshold=10)
        assert protect(alone).base.max() == State.SHOWN
    forgetful = protect(
        CountTable(table.n, table.y, sums=table.sums, base_threshold=10, latent=np.arange(10) < 4)
    )
    assert forgetful.base[4:].max() == State.SHOWN
    secret = [(1, "n", 10), (1, "y", 5), (1, "n - y", 5)]
    found = narrowed(table, [publish(table, forgetful)], secret)
    assert found == [(1, "n", 4, 4), (1, "y", 2, 2), (1, "n - y", 2, 2)]


def test_a_large_piece_needs_no_protection():
    """What can be worked out is thirty persons, which could have been published itself."""
    table = divided([(80, 40), (30, 15), (90, 30), (70, 30)], [MUNICIPALITIES, DISTRICTS])
    protection = protect(table)
    assert protection.base[1] == State.LATENT
    assert protection.base[4:].max() == State.SHOWN


@st.composite
def divisions(draw):
    """Up to seven pieces in two or three divisions, some pieces small."""
    pieces = draw(st.integers(2, 7))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n = rng.integers(0, draw(st.sampled_from([15, 60])), pieces) + rng.choice([0, 1, 50], pieces)
    y = rng.binomial(n, 0.4)
    count = draw(st.integers(2, 3))
    return divided(
        np.column_stack([n, y]),
        [tuple(rng.integers(0, 3, pieces).tolist()) for _ in range(count)],
        base_known=draw(st.sampled_from([None, None, True])),
    )


@calm
@given(divisions())
def test_no_piece_of_overlapping_divisions_is_narrowed(table):
    try:
        protection = protect(table)
    except UnprotectableError:
        assume(table.base_known.any())
        return
    told = publish(table, protection)
    assert narrowed(table, [told], secrets_of(table, protection)) == []
    assert protection.audit().unsafe() == ()


def test_the_reader_succeeds_where_the_divisions_are_not_tied():
    """The same counts, each division protected by itself."""
    caught = 0

    @calm
    @given(divisions())
    def attack(table):
        nonlocal caught
        rows = table.sums.rows()
        pieces = int(np.flatnonzero(~np.isin(np.arange(len(table)), table.sums.child))[0])
        apart = [r for r in rows if r.parent == pieces]
        loose = CountTable(
            table.n,
            table.y,
            sums=Sums(apart),
            base_threshold=10,
            base_known=table.base_known,
            latent=table.latent | table.forced,
        )
        try:
            told = publish(table, protect(loose))
        except UnprotectableError:
            return
        secret = [(c, "n", 10) for c in np.flatnonzero(table.forced & (table.n < 10)).tolist()]
        caught += bool(narrowed(table, [told], secret))

    attack()
    assert caught >= 3


# --- tables with common totals -----------------------------------------------------------------


def linked(rng, areas, largest):
    """Sex by area and education by area: cells (area or county) x (all, 2 sexes, 3 educations)."""
    sex = rng.integers(0, largest, (areas, 2, 3))
    y = rng.binomial(sex, 0.4)
    index = np.arange((areas + 1) * 6).reshape(areas + 1, 6)
    n6, y6 = (
        np.concatenate([v.sum(axis=(1, 2))[:, None], v.sum(axis=2), v.sum(axis=1)], axis=1)
        for v in (sex, y)
    )
    n6, y6 = (np.vstack([v, v.sum(axis=0)]) for v in (n6, y6))
    sums = []
    for area in range(areas + 1):
        sums += [
            Sum(int(index[area, 0]), tuple(index[area, 1:3].tolist())),
            Sum(int(index[area, 0]), tuple(index[area, 3:].tolist())),
        ]
    sums += [Sum(int(index[areas, k]), tuple(index[:areas, k].tolist())) for k in range(6)]
    return n6.ravel(), y6.ravel(), sums


@calm
@given(st.integers(0, 10**6), st.integers(2, 4), st.sampled_from([8, 30]))
def test_two_tables_with_the_same_totals_are_protected_as_one(seed, areas, largest):
    n, y, sums = linked(np.random.default_rng(seed), areas, largest)
    table = CountTable(n, y, sums=Sums(sums), base_threshold=10)
    protection = protect(table)
    told = publish(table, protection)
    assert narrowed(table, [told], secrets_of(table, protection)) == []


def test_each_by_itself_they_hide_different_totals():
    """Then a total that one of them hides is read in the other, and with it a small group."""
    caught = 0
    for seed in range(20):
        n, y, sums = linked(np.random.default_rng(seed), 3, 30)
        table = CountTable(n, y, sums=Sums(sums), base_threshold=10)
        column = np.arange(len(n)) % 6
        states = []
        for mine in (column < 3, (column == 0) | (column >= 3)):
            own = [s for s in sums if mine[[s.parent, *s.children]].all()]
            states.append(protect(CountTable(n, y, sums=Sums(own), base_threshold=10)))
        shown = np.array([publish(table, p).n_high for p in states])
        told = publish(table, states[0])
        low = np.max([publish(table, p).n_low for p in states], axis=0)
        y_low = np.max([publish(table, p).y_low for p in states], axis=0)
        y_high = np.min([publish(table, p).y_high for p in states], axis=0)
        both = type(told)(low, shown.min(axis=0), y_low, y_high)
        secret = [(c, "n", 10) for c in np.flatnonzero((n < 10) & (n > 0)).tolist()]
        caught += bool(narrowed(table, [both], secret))
    assert caught >= 5


@pytest.mark.parametrize("forced", [False, True])
def test_what_is_unpublished_and_forced_stays_forced(forced):
    table = CountTable(
        [50, 4, 54],
        sums=Sums([Sum(2, (0, 1))]),
        base_threshold=10,
        unpublished=[1, 1, 0],
        forced=[forced, 0, 0],
    )
    assert table.forced.tolist() == [forced, True, False]
    assert table.latent.tolist() == [not forced, False, False]
    assert audit(table, protect(table)).unsafe() == ()
