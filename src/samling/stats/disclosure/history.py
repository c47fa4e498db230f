"""What earlier releases told joins the attacker's system of equations.

Whoever keeps an earlier release has its figures beside the new ones. Two things are told apart:

- A cell whose count is within what the earlier release said is *the same count*. What either of
  the two tells is known of it, and the sums of both hold for it.
- A cell whose count is not has *changed*. The two counts are then different numbers. The earlier
  one, if exact, stays known, and the earlier release's sums hold for it. The attacker is taken to
  know whether persons came or went, so that the earlier count is a limit of the new one. The
  difference is a group of persons and is held to a cell's own rules.

A hidden count must not have changed without anybody being able to tell: if an earlier sum does
not fit the counts that were hidden in it, it is refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from samling.stats.disclosure.errors import (
    AlreadyToldError,
    InconsistentTableError,
    TellingDifferenceError,
)
from samling.stats.disclosure.published import EarlierRelease, Published
from samling.stats.disclosure.sums import Bools, Ints, Sum, Sums
from samling.stats.disclosure.table import CountTable
from samling.stats.disclosure.told import Floats, Told

EXACT = 1e-9


@dataclass
class _Joined:
    """The table's sums with what earlier releases add to them, while it is put together."""

    up: Floats
    down: Floats
    exhaustive: Bools
    sums: list[Sum] = field(default_factory=list)
    given: list[Ints] = field(default_factory=list)


def join_history(table: CountTable, history: Sequence[EarlierRelease]) -> CountTable:
    """The table as an attacker sees it who has every earlier release.

    The first cells are the table's own; those after them are what earlier releases showed in sums
    whose counts have changed. Raises AlreadyToldError when a count that must be protected is known
    already, and TellingDifferenceError when a count that was hidden has changed, or one has
    changed of which it can't be said by how much.
    """
    if not history:
        return table
    shape = (1 + 2 * table.y.shape[1], len(table))
    joined = _Joined(np.full(shape, np.inf), np.full(shape, np.inf), table.sums.exhaustive.copy())
    for release in history:
        _check_shapes(table, release)
        changed = find_changed(table, release.published)
        _take_limits(table, release.published, ~changed, joined)
        _take_changed(table, release, changed, joined)
        _take_whole_sums(table, release, changed, joined)
        _add_earlier_sums(table, release, changed, joined)
    return _build(table, history, joined)


def find_changed(table: CountTable, published: Published) -> Bools:
    """Cells whose counts are not within what was published of them."""
    n, y = table.n.astype(np.float64), table.y.astype(np.float64)
    inside = (published.n_low <= n + EXACT) & (n <= published.n_high + EXACT)
    inside &= ((published.y_low <= y + EXACT) & (y <= published.y_high + EXACT)).all(axis=1)
    size = n[:, None]
    if published.share_low is not None:
        inside &= (published.share_low * size <= y + EXACT).all(axis=1)
    if published.share_high is not None:
        inside &= (y <= published.share_high * size + EXACT).all(axis=1)
    return np.asarray(~inside, dtype=np.bool_)


def refuse_telling(
    table: CountTable, n_shown: Bools, y_shown: Bools, history: Sequence[EarlierRelease]
) -> None:
    """Raises TellingDifferenceError where a count shown then and now differs by too few persons.

    n_shown (cells,) and y_shown (cells, outcomes) say what the new table shows.
    """
    for release in history:
        published = release.published
        changed = find_changed(table, published) & n_shown & ~table.latent
        was_n = _exact(published.n_low, published.n_high)
        was_y = _exact(published.y_low, published.y_high) & was_n[:, None]
        n = np.where(was_n, table.n - published.n_low, 0.0)
        few = changed & was_n & (np.abs(n) > EXACT) & (np.abs(n) < table.base_threshold)
        y = np.where(was_y & y_shown, table.y - np.where(was_y, published.y_low, 0.0), 0.0)
        z = np.where(was_y & y_shown, n[:, None] - y, 0.0)
        none_came = np.abs(n)[:, None] <= EXACT
        least = np.where(none_came, np.abs(y), np.minimum(np.abs(y), np.abs(z)))
        moved = (np.abs(y) > EXACT) | (np.abs(z) > EXACT)
        told = was_y & y_shown & moved & (least < table.count_threshold[:, None])
        few |= changed & told.any(axis=1)
        if few.any():
            raise _differs(table, release, np.flatnonzero(few), "differs by few")


def _check_shapes(table: CountTable, release: EarlierRelease) -> None:
    for name in ("n_low", "n_high", "y_low", "y_high"):
        found = getattr(release.published, name).shape
        wanted = table.n.shape if name.startswith("n") else table.y.shape
        if found != wanted:
            raise InconsistentTableError(
                f"Earlier release {release.name}: {name} has shape {found}; expected {wanted}, "
                "one row per cell of the table. Give 0 and infinity for what it did not tell."
            )
    if release.exhaustive is not None and release.exhaustive.shape != (len(table.sums),):
        raise InconsistentTableError(
            f"Earlier release {release.name}: exhaustive has shape {release.exhaustive.shape}; "
            f"expected {(len(table.sums),)}, one per sum of the table."
        )


def _exact(low: Floats, high: Floats) -> Bools:
    return np.asarray(high - low <= EXACT, dtype=np.bool_)


def _take_limits(table: CountTable, published: Published, same: Bools, joined: _Joined) -> None:
    """What is said of counts that have not changed, as displacements from the truth."""
    n, y = table.n.astype(np.float64), table.y.astype(np.float64)
    n_low, n_high = np.maximum(published.n_low, 0.0), published.n_high
    y_low, y_high = published.y_low, np.minimum(published.y_high, n_high[:, None])
    if published.share_low is not None:
        y_low = np.maximum(y_low, published.share_low * n_low[:, None])
    if published.share_high is not None:
        # A share of nobody knows what is no more than all of them.
        roof = np.where(published.share_high > 0, published.share_high * n_high[:, None], 0.0)
        y_high = np.minimum(y_high, roof)
    z_low, z_high = n_low[:, None] - y_high, n_high[:, None] - y_low
    z = n[:, None] - y
    up = np.vstack([n_high - n, (y_high - y).T, (z_high - z).T])
    down = np.vstack([n - n_low, (y - y_low).T, (z - np.maximum(z_low, 0.0)).T])
    joined.up = np.where(same, np.minimum(joined.up, np.maximum(up, 0.0)), joined.up)
    # That nothing is below 0 is no news.
    down = np.where(np.vstack([n_low, y_low.T, z_low.T]) > 0, np.maximum(down, 0.0), np.inf)
    known = up <= EXACT
    down = np.where(known & (np.vstack([n, y.T, z.T]) <= EXACT), 0.0, down)
    joined.down = np.where(same, np.minimum(joined.down, down), joined.down)


def _take_changed(
    table: CountTable, release: EarlierRelease, changed: Bools, joined: _Joined
) -> None:
    """An earlier count is a limit of the new one, on the side where it lies."""
    published, outcomes = release.published, table.y.shape[1]
    vague = changed & ~_exact(published.n_low, published.n_high)
    if vague.any():
        raise _differs(
            table, release, np.flatnonzero(vague), "has changed, by how many can't be told"
        )
    then = np.vstack(
        [published.n_low, published.y_low.T, (published.n_low[:, None] - published.y_low).T]
    )
    now = np.vstack([table.n[None, :], table.y.T, (table.n[:, None] - table.y).T])
    told = _exact(published.y_low, published.y_high).T
    told = np.vstack([changed[None, :], told & changed, told & changed])
    grown = np.where(told, now - then, 0.0)
    came, went = (grown >= 0).all(axis=0), (grown <= 0).all(axis=0)
    # That nobody was there before is no news.
    floor = told & came & (then > 0)
    joined.down = np.where(floor, np.minimum(joined.down, grown), joined.down)
    roof = told & went
    joined.up = np.where(roof, np.minimum(joined.up, -grown), joined.up)
    # Where persons only went, n - y may not rise above what it was, which its parts must see to.
    tied = (roof[1 + outcomes :]).any(axis=0)
    joined.up[0, tied] = 0.0
    joined.down[1 : 1 + outcomes, tied] = 0.0


def _take_whole_sums(
    table: CountTable, release: EarlierRelease, changed: Bools, joined: _Joined
) -> None:
    """Sums that left nothing over then leave nothing over now, if none of their cells changed."""
    if release.exhaustive is None:
        return
    left = table.sums.remainder(np.column_stack([table.n, table.y]))
    for row in np.flatnonzero(release.exhaustive & ~table.sums.exhaustive).tolist():
        cells = _cells(table.sums, row)
        if changed[cells].any():
            continue
        if left[row].any():
            raise _differs(table, release, cells[:1], "no longer equals the sum of its parts")
        joined.exhaustive[row] = True


def _cells(sums: Sums, row: int) -> Ints:
    """The parent first."""
    return np.concatenate([sums.parent[row : row + 1], sums.children(row)])


def _rows_with(table: CountTable, changed: Bools) -> Iterator[int]:
    sums = table.sums
    if not len(sums):
        return
    below = np.logical_or.reduceat(changed[sums.child], sums.start[:-1])
    yield from np.flatnonzero(below | changed[sums.parent]).tolist()


def _add_earlier_sums(
    table: CountTable, release: EarlierRelease, changed: Bools, joined: _Joined
) -> None:
    """Sums of the earlier release that hold counts which have changed since.

    What it showed in the sum is put together in one given cell; what it hid has not changed.
    """
    published = release.published
    was_n = _exact(published.n_low, published.n_high)
    was_y = np.asarray(_exact(published.y_low, published.y_high).all(axis=1), dtype=np.bool_)
    for row in _rows_with(table, changed):
        cells = _cells(table.sums, row)
        signs = np.append(1, -np.ones(len(cells) - 1, dtype=np.int64))
        open_ = np.asarray(~was_n[cells] | (~was_y[cells] & ~changed[cells]), dtype=np.bool_)
        if not open_.any():
            continue
        shown = cells[~open_]
        if not was_y[shown].all():
            raise _differs(
                table,
                release,
                shown[~was_y[shown]],
                "was shown as a bound then, and its sum has changed",
            )
        counts = np.column_stack([published.n_low, published.y_low])[shown]
        known = (signs[~open_, None] * counts).sum(axis=0).round().astype(np.int64)
        true = np.column_stack([table.n, table.y])[cells[open_]]
        left = known + (signs[open_, None] * true).sum(axis=0)
        whole = bool(table.sums.exhaustive[row])
        if release.exhaustive is not None:
            whole = whole or bool(release.exhaustive[row])
        fits = not left.any() if whole else bool((left >= 0).all() and (left[1:] <= left[0]).all())
        if not fits:
            raise _differs(table, release, cells[open_], "was hidden then and has changed")
        _add_sum(table, joined, cells[open_], open_[0], known, whole)


def _add_sum(
    table: CountTable, joined: _Joined, cells: Ints, with_parent: bool, known: Ints, whole: bool
) -> None:
    place = len(table) + len(joined.given)
    if with_parent:
        joined.given.append(-known)
        children = (*cells[1:].tolist(), place)
        joined.sums.append(Sum(int(cells[0]), children, whole))
    else:
        joined.given.append(known)
        joined.sums.append(Sum(place, tuple(cells.tolist()), whole))


def _build(table: CountTable, history: Sequence[EarlierRelease], joined: _Joined) -> CountTable:
    more, outcomes = len(joined.given), table.y.shape[1]
    zeros = np.zeros((1 + 2 * outcomes, more))
    nothing = np.zeros(more, dtype=np.bool_)
    given = np.array(joined.given, dtype=np.int64).reshape(more, 1 + outcomes)
    up, down = joined.up, joined.down
    base = up[0] + down[0] < table.base_threshold
    n_known = base | table.base_known
    need = np.where(n_known, np.minimum(table.count_threshold, table.n), table.count_threshold)
    share = (up[1 : 1 + outcomes] + down[1 : 1 + outcomes] < need).T & (need > 0)[:, None]
    _refuse_told(table, history, base, share)
    # Who knows nearly all is taken to know.
    sure = np.vstack([base[None, :], share.T, (share & n_known[:, None]).T])
    up, down = np.where(sure, 0.0, up), np.where(sure, 0.0, down)
    sums = table.sums.with_exhaustive(joined.exhaustive) + Sums(joined.sums)

    def longer(values: Ints | Floats, last: float) -> Floats:
        return np.concatenate([values, np.full(more, last)])

    return CountTable(
        np.concatenate([table.n, given[:, 0]]),
        np.concatenate([table.y, given[:, 1:]]) if outcomes else None,
        sums=sums,
        base_threshold=longer(table.base_threshold, table.base_threshold.max(initial=5)),
        count_threshold=longer(table.count_threshold, 5),
        base_known=np.concatenate([table.base_known, ~nothing]),
        latent=np.concatenate([table.latent, nothing]),
        forced=np.concatenate([table.forced, nothing]),
        fixed=np.concatenate([table.fixed, nothing]),
        cost=longer(table.cost, 0.0),
        decimals=longer(table.decimals, 0),
        outcomes=table.outcomes if outcomes > 1 else None,
        names=[*map(table.name, range(len(table))), *["an earlier sum"] * more],
        told=Told(
            np.concatenate([base, ~nothing]),
            np.concatenate([share, np.ones((more, outcomes), dtype=np.bool_)]),
            np.hstack([up, zeros]),
            np.hstack([down, zeros]),
            np.concatenate([np.zeros(len(table), dtype=np.bool_), ~nothing]),
        ),
    )


def _refuse_told(
    table: CountTable, history: Sequence[EarlierRelease], base: Bools, share: Bools
) -> None:
    """A count that the rules hide, but that earlier releases tell, cannot be protected."""
    small_n = base & ~table.base_known & (table.n < table.base_threshold)
    least = np.minimum(table.y, table.n[:, None] - table.y)
    small_y = share & (least < table.count_threshold[:, None])
    bad = (small_n | small_y.any(axis=1)) & ~table.latent
    if not bad.any():
        return
    cells = np.flatnonzero(bad)
    names = ", ".join(release.name for release in history)
    raise AlreadyToldError(
        f"{table.name_all(cells)}: too few by the rules that hold now, but already told by "
        f"what was published before ({names}). Withdraw the earlier release, or leave the "
        "table out.",
        names,
        cells.tolist(),
    )


def _differs(
    table: CountTable, release: EarlierRelease, cells: Ints, what: str
) -> TellingDifferenceError:
    return TellingDifferenceError(
        f"{table.name_all(cells)}: the count {what}, which together with earlier release "
        f"{release.name} would tell of few persons. Publish the change together with the next "
        "round, leave the counts as they were, or withdraw the earlier release.",
        release.name,
        cells.tolist(),
    )
