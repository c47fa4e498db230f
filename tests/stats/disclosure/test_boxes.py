"""Large tables: boxes hide more than they need to, but what they hide no attacker narrows."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samling.stats.disclosure import (
    AuditSampleError,
    CountTable,
    EarlierRelease,
    ProofError,
    State,
    Sum,
    Sums,
    UnprotectableError,
    audit,
    protect,
    publish,
    routes,
)
from samling.stats.disclosure.boxes import Boxes
from samling.stats.disclosure.sheets import corners
from stats.disclosure.attackers import pairs

calm = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@pytest.fixture(autouse=True)
def small_is_large(monkeypatch):
    monkeypatch.setattr(routes, "MANY_CELLS", 0)


def grid(parts, *, blanks=False, answers=True, parallel=1, **options):
    """`parallel` independent tables of crossed totals: `parts` is (parallel, axis, axis, ...).

    With `blanks` the last axis does not add up: some are in no part of it.
    """
    n = np.zeros((parallel, *(size + 1 for size in parts.shape[1:])), int)
    n[(slice(None), *(slice(1, None) for _ in parts.shape[1:]))] = parts
    y = n * 2 // 5
    index = np.arange(n.size).reshape(n.shape)
    sums = Sums()
    for axis in reversed(range(1, n.ndim)):
        total, rest = [slice(None)] * n.ndim, [slice(None)] * n.ndim
        total[axis], rest[axis] = 0, slice(1, None)
        more = 3 if blanks and axis == n.ndim - 1 else 0
        for values in (n, y):
            values[tuple(total)] = values[tuple(rest)].sum(axis=axis)
        if more:
            n[tuple(total)] += more
        whole = not (blanks and axis == n.ndim - 1)
        children = np.moveaxis(index[tuple(rest)], axis, 0)
        sums = sums + pairs(axis, index[tuple(total)], children, whole)
    return CountTable(
        n.ravel(), y.ravel() if answers else None, sums=sums, base_threshold=10, **options
    )


@st.composite
def grids(draw):
    axes = draw(st.integers(1, 3))
    shape = tuple(draw(st.integers(1, 4)) for _ in range(axes))
    parallel = draw(st.integers(1, 2))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    largest = draw(st.sampled_from([8, 40, 150]))
    parts = rng.integers(0, largest, (parallel, *shape))
    size = parallel * int(np.prod([s + 1 for s in shape]))
    forced = rng.random(size) < draw(st.sampled_from([0, 0.1]))
    latent = (rng.random(size) < draw(st.sampled_from([0, 0.1]))) & ~forced
    return grid(
        parts,
        blanks=draw(st.booleans()),
        answers=draw(st.booleans()),
        parallel=parallel,
        forced=forced,
        latent=latent,
        base_known=draw(st.sampled_from([None, True])),
        decimals=draw(st.sampled_from([0, 1])),
    )


@calm
@given(grids())
def test_no_count_is_narrowed(table):
    try:
        protection = protect(table)
    except UnprotectableError:
        return
    assert protection.audit(exact=False).unsafe() == ()
    small = (table.n < 10) & ~table.latent
    assert (protection.base[small] == State.HIDDEN_PRIMARY).all()


def test_most_of_them_are_protected_by_boxes():
    """Otherwise the property above would be one of the careful route."""
    names = []

    @calm
    @given(grids())
    def note(table):
        try:
            names.extend(route.name for route in protect(table).routes)
        except UnprotectableError:
            names.append("none")

    note()
    assert names.count("boxes") >= 10
    assert names.count("boxes") > 2 * names.count("careful")


@calm
@given(grids(), st.integers(0, 10**6))
def test_a_second_release_by_boxes_is_safe_with_the_first(table, seed):
    cost = np.random.default_rng(seed).permutation(len(table))
    other = CountTable(
        table.n,
        table.y if table.y.shape[1] else None,
        sums=table.sums,
        base_threshold=10,
        base_known=table.base_known,
        forced=table.forced,
        latent=table.latent,
        decimals=table.decimals,
        cost=cost,
    )
    try:
        history = [EarlierRelease("1", publish(table, protect(table)))]
        protection = protect(other, history=history)
    except UnprotectableError:
        return
    assert protection.audit(exact=False).unsafe() == ()


def draw_grid(seed=1, shape=(12, 2, 3), parallel=3):
    rng = np.random.default_rng(seed)
    return grid(rng.poisson(60 * rng.lognormal(0, 0.9, (parallel, *shape))), parallel=parallel)


def test_the_result_says_how_each_part_was_protected():
    table = draw_grid()
    alone = CountTable([40, 50, 90], [20, 20, 40], sums=Sums([Sum(2, (0, 1))]), base_threshold=10)
    uneven = CountTable(
        [4, 50, 30, 84], [2, 20, 9, 31], sums=Sums([Sum(3, (0, 1, 2))]), base_threshold=10
    )
    joined = side_by_side(table, alone, uneven)
    protection = protect(joined)
    found = {route.name: (route.parts, route.cells) for route in protection.routes}
    assert found == {"open": (1, 3), "boxes": (3, len(table)), "careful": (1, 4)}
    assert not protection.minimal
    assert protection.audit().unsafe() == ()


def side_by_side(*tables):
    sums, first = Sums(), 0
    for table in tables:
        row = np.repeat(np.arange(len(table.sums)), np.diff(table.sums.start))
        relation = table.sums.relation[row]
        if (relation < 0).all():
            moved = Sums(
                Sum(r.parent + first, tuple(c + first for c in r.children), r.exhaustive)
                for r in table.sums.rows()
            )
        else:
            moved = Sums.from_pairs(
                relation,
                table.sums.parent[row] + first,
                table.sums.child + first,
                table.sums.exhaustive[row],
            )
        sums, first = sums + moved, first + len(table)
    return CountTable(
        np.concatenate([t.n for t in tables]),
        np.concatenate([t.y for t in tables]),
        sums=sums,
        base_threshold=10,
    )


def test_a_part_that_cannot_be_protected_is_named_by_its_place_in_the_whole():
    table = CountTable(
        [50] * 5 + [64, 41, 4, 109],
        base_threshold=10,
        sums=Sums([Sum(8, (5, 6, 7))]),
        fixed=[0] * 5 + [1, 1, 0, 1],
    )
    with pytest.raises(UnprotectableError, match="cell 7: n must be protected") as error:
        protect(table)
    assert (error.value.cells, error.value.blockers) == ((7,), (5, 6, 8))


def test_the_same_table_gives_the_same_protection():
    one, other = protect(draw_grid()), protect(draw_grid())
    assert one.base.tolist() == other.base.tolist()
    assert one.share.tolist() == other.share.tolist()


def test_boxes_hide_more_than_the_careful_route_but_not_all(monkeypatch):
    table = draw_grid()
    boxes = protect(table)
    monkeypatch.setattr(routes, "MANY_CELLS", 10**9)
    careful = protect(table)
    more = [int((p.share == State.HIDDEN_SECONDARY).sum()) for p in (boxes, careful)]
    assert more[1] < more[0] < 3 * more[1]


def test_without_boxes_the_attacker_succeeds():
    """What the boxes hide is needed: the same counts with primary suppression alone."""
    table = draw_grid()
    protection = protect(table)
    naive = replace(
        protection,
        base=np.where(protection.base == State.HIDDEN_SECONDARY, State.SHOWN, protection.base),
        share=np.where(protection.share == State.HIDDEN_SECONDARY, State.SHOWN, protection.share),
    )
    assert len(audit(table, naive, exact=False).unsafe()) > 20


# --- a fault is found out ----------------------------------------------------------------------


def test_boxes_that_were_taken_away_too_soon_stop_the_publication(monkeypatch):
    monkeypatch.setattr(routes, "take_away_needless", lambda _: [])
    with pytest.raises(ProofError, match="is not proved safe"):
        protect(draw_grid())


def test_a_box_with_a_wrong_sign_stops_the_publication(monkeypatch):
    add = Boxes.add

    def mistaken(self, cells, signs, swaps):
        add(self, cells, np.abs(signs), swaps)

    monkeypatch.setattr(Boxes, "add", mistaken)
    with pytest.raises(ProofError, match="a box breaks a sum"):
        protect(draw_grid())


def test_a_cell_that_is_shown_after_all_stops_the_publication(monkeypatch):
    def forgetful(boxes):
        cell = int(np.flatnonzero(boxes.pattern.secondary())[0])
        boxes.pattern.show(cell)
        return boxes.found

    monkeypatch.setattr(routes, "take_away_needless", forgetful)
    with pytest.raises(ProofError):
        protect(draw_grid())


# --- boxes -------------------------------------------------------------------------------------


def test_a_box_in_a_table_with_totals():
    """Beside 0 (the total) and 1, 2: the part and its total rise together, two parts do not."""
    found = {tuple(c.tolist()): tuple(s.tolist()) for c, s in corners((3,), (1,))}
    assert found == {(1, 0): (1, 1), (1, 2): (1, -1)}
    crossed = {tuple(c.tolist()): tuple(s.tolist()) for c, s in corners((2, 3), (1, 2))}
    assert crossed == {(5, 3, 2, 0): (1, 1, 1, 1), (5, 4, 2, 1): (1, -1, 1, -1)}


# --- audits of a part --------------------------------------------------------------------------


def test_an_audit_of_a_sample_says_what_it_is_of():
    protection = protect(draw_grid())
    whole = protection.audit(exact=False)
    some = protection.audit(sample=20, seed=3)
    assert (some.audited, some.protected, some.seed) == (20, whole.protected, 3)
    assert (whole.audited, whole.seed) == (whole.protected, None)
    assert {(f.cell, f.quantity) for f in some.findings} <= {
        (f.cell, f.quantity) for f in whole.findings
    }
    again, other = protection.audit(sample=20, seed=3), protection.audit(sample=20, seed=4)
    assert again.findings == some.findings
    assert other.findings != some.findings
    assert some.shortest.part_of_need == min(f.part_of_need for f in some.findings) >= 1
    assert len(some.rows()) == 20
    assert protection.audit(sample=10**6, exact=False).seed is None


def test_a_sample_of_nobody_is_refused():
    with pytest.raises(AuditSampleError, match="An audit of 0 counts was asked for"):
        protect(draw_grid()).audit(sample=0)
