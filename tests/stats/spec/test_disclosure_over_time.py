"""Disclosure control, also over time

Which counts may be published, so that nobody can work out a hidden one? A count of n persons, y of
whom have the outcome, is hidden when n, y or n - y is too small. That is not enough: hidden counts
can be worked out from sums. `protect` hides further counts until this holds, for every hidden count
x with its threshold t:

    max x - min x >= t,   over all tables with  A x = b,  0 <= y <= n

where A x = b is every sum and everything that has been published, now or earlier, of the same
persons. Both ends are linear programs, and `audit` solves them.

What earlier releases told is given as `history`:

- A count that is within what an earlier release said is the same count. What any release tells of
  it is known.
- A count that is not has changed, and the difference is a group of persons. It must be none, or
  large enough to be published itself. Otherwise the release is refused.
- A hidden count may not change unseen: sums of the earlier release must still fit what they hid.

A table of more than 6,000 cells is protected part by part. In large grids of crossed sums, hidden
cells are made the corners of boxes (two areas, two sexes, two ages ...): persons who are moved from
corner to corner keep every sum, which proves the corners safe without a linear program. That hides
more, and `routes` of the result says where it was done.

Source: Fischetti & Salazar (2001), Solving the cell suppression problem on tabular data with linear
constraints, Management Science 47; Kelly, Golden & Assad (1992), Cell suppression: disclosure
protection for sensitive tabular data, Networks 22; Hundepool et al. (2012), Statistical Disclosure
Control, chapters 4 and 5. Boxes: the hypercube method, Repsilber (1994); Giessing & Repsilber
(2002), Tools and strategies to protect multiple tables with the GHQUAR cell suppression engine.

In R: `GaussSuppression::SuppressSmallCounts` for primary and secondary suppression, with
`SuppressLinkedTables` for tables that share cells; `sdcTable::protectTable` has a hypercube method.

Differs: Gaussian elimination protects from exact disclosure, and intervals have to be asked for
(`rangeLimits`); here every hidden count has an interval as long as its threshold, always. Earlier
releases are known to the attacker. What is hidden for others' sake must be protected as well.
"""

import numpy as np
import pytest

from samling.stats import (
    AlreadyToldError,
    CountTable,
    EarlierRelease,
    State,
    Sum,
    Sums,
    TellingDifferenceError,
    audit,
    protect,
    publish,
)

SCHOOLS = Sums([Sum(parent=4, children=(0, 1, 2, 3))])
"""Cells 0 to 3 are schools, cell 4 is the municipality."""


def hidden(protection):
    return np.flatnonzero(protection.base != State.SHOWN).tolist()


def intervals(found):
    return {f.cell: (f.low, f.high) for f in found.findings}


def test_a_small_school_hides_another():
    """School 3 has four pupils. 139 - 64 - 41 - 30 = 4 would tell that, so the next smallest is
    hidden too. Together they are 34, and each can be anything from 0 to 34.
    """
    table = CountTable([64, 41, 30, 4, 139], sums=SCHOOLS, base_threshold=10)
    protection = protect(table)
    assert hidden(protection) == [2, 3]
    assert intervals(protection.audit()) == {2: (0, 34), 3: (0, 34)}


def test_two_safe_releases_that_are_not_safe_together():
    """The first release hides schools 2 and 3. A second one, for which it costs less to hide
    school 1, shows school 2: then 34 - 30 = 4.
    """
    table = CountTable([64, 41, 30, 4, 139], sums=SCHOOLS, base_threshold=10)
    history = [EarlierRelease("2025", publish(table, protect(table)))]
    other = CountTable([64, 41, 30, 4, 139], sums=SCHOOLS, base_threshold=10, cost=[9, 1, 2, 1, 99])
    alone = protect(other)
    assert hidden(alone) == [1, 3]
    assert intervals(audit(other, alone, history=history))[3] == (4, 4)


def test_a_release_that_knows_of_the_first():
    """School 1 is out, so hiding it takes nothing from anybody. School 2 stays hidden."""
    table = CountTable([64, 41, 30, 4, 139], sums=SCHOOLS, base_threshold=10)
    history = [EarlierRelease("2025", publish(table, protect(table)))]
    other = CountTable([64, 41, 30, 4, 139], sums=SCHOOLS, base_threshold=10, cost=[9, 1, 2, 1, 99])
    protection = protect(other, history=history)
    assert hidden(protection) == [2, 3]
    assert protection.audit().unsafe() == ()


def test_three_late_answers_are_refused():
    """67 - 64 = 3 pupils answered late, and 32 - 30 = 2 of them were satisfied: too few to tell."""
    sums = Sums([Sum(2, (0, 1))])
    then = CountTable([64, 60, 124], [30, 30, 60], sums=sums, base_threshold=10)
    now = CountTable([67, 60, 127], [32, 30, 62], sums=sums, base_threshold=10)
    with pytest.raises(TellingDifferenceError, match="cell 0, cell 2: the count differs by few"):
        protect(now, history=[EarlierRelease("2025", publish(then, protect(then)))])


def test_twenty_late_answers_are_published():
    """84 - 64 = 20 pupils, 9 of them satisfied and 11 not, could have been a cell of their own."""
    sums = Sums([Sum(2, (0, 1))])
    then = CountTable([64, 60, 124], [30, 30, 60], sums=sums, base_threshold=10)
    now = CountTable([84, 60, 144], [39, 30, 69], sums=sums, base_threshold=10)
    protection = protect(now, history=[EarlierRelease("2025", publish(then, protect(then)))])
    assert hidden(protection) == []


def test_a_hidden_count_that_changes_is_refused():
    """The hidden pair was 34 and is 54. Who knows that school 2 was late knows its twenty, and with
    them that nobody of the twenty went to school 3.
    """
    then = CountTable([64, 41, 30, 4, 139], sums=SCHOOLS, base_threshold=10)
    now = CountTable([64, 41, 50, 4, 159], sums=SCHOOLS, base_threshold=10)
    with pytest.raises(TellingDifferenceError, match="was hidden then and has changed"):
        protect(now, history=[EarlierRelease("2025", publish(then, protect(then)))])


def test_what_is_out_cannot_be_taken_back():
    """Seven pupils were shown when five were enough. A threshold of ten comes too late for them."""
    n = [64, 41, 30, 7, 142]
    then = CountTable(n, sums=SCHOOLS, base_threshold=5)
    history = [EarlierRelease("2025", publish(then, protect(then)))]
    with pytest.raises(AlreadyToldError, match="cell 3: too few by the rules that hold now"):
        protect(CountTable(n, sums=SCHOOLS, base_threshold=10), history=history)


def test_districts_that_cut_across_municipalities():
    """District 84 is municipality 80 and four persons of the next. They are a cell that nobody
    publishes but everybody can work out, as 84 - 80. One of the two is hidden.
    """
    pieces, municipalities, districts, county = [80, 4, 90, 70], [80, 94, 70], [84, 160], [244]
    of_municipalities = [Sum(4, (0,)), Sum(5, (1, 2)), Sum(6, (3,)), Sum(9, (4, 5, 6))]
    of_districts = [Sum(7, (0, 1)), Sum(8, (2, 3)), Sum(9, (7, 8))]
    table = CountTable(
        pieces + municipalities + districts + county,
        sums=Sums(of_municipalities + of_districts),
        base_threshold=10,
        unpublished=[True] * 4 + [False] * 6,
    )
    protection = protect(table)
    assert protection.base[1] == State.HIDDEN_PRIMARY
    assert protection.audit().unsafe() == ()
    without = CountTable(table.n, sums=table.sums, base_threshold=10, latent=[1] * 4 + [0] * 6)
    (found,) = (f for f in audit(table, protect(without)).findings if f.cell == 1)
    assert (found.low, found.high) == (4, 4)


def test_an_audit_of_a_sample():
    """Of a large table some hidden counts are drawn. The result says how many of how many, with
    which seed, and which interval is shortest against its threshold.
    """
    table = CountTable([64, 41, 30, 4, 139], sums=SCHOOLS, base_threshold=10)
    found = protect(table).audit(sample=1, seed=2026)
    assert (found.audited, found.protected, found.seed) == (1, 2, 2026)
    assert (found.shortest.low, found.shortest.high, found.shortest.need) == (0, 34, 10)


def test_a_table_of_many_cells():
    """300 municipalities, two sexes and four ages with all totals, in two years: 18,000 cells. Its
    result says that boxes were used, and an audit of fifty hidden counts finds none too narrow.
    """
    areas, sexes, ages, years = 300, 2, 4, 3
    rng = np.random.default_rng(1)
    size = rng.lognormal(4.5, 0.6, (areas, 1, 1, 1))
    n = np.zeros((areas + 1, sexes + 1, ages + 1, years + 1), dtype=int)
    n[1:, 1:, 1:, 1:] = rng.poisson(size, (areas, sexes, ages, years))
    index, sums = np.arange(n.size).reshape(n.shape), Sums()
    for axis in range(4):
        parts = np.moveaxis(n, axis, 0)
        parts[0] = parts[1:].sum(axis=0)
        cells = np.moveaxis(index, axis, 0)
        totals = np.broadcast_to(cells[0], cells[1:].shape)
        sums = sums + Sums.from_pairs(axis, totals.ravel(), cells[1:].ravel())
    protection = protect(CountTable(n.ravel(), sums=sums, base_threshold=10))
    assert [(route.name, route.cells) for route in protection.routes] == [("boxes", 18_060)]
    assert protection.audit(sample=50, exact=False).unsafe() == ()
