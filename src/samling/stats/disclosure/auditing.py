"""What a protected table and the releases before it tell together, handed to the attacker.

Nothing of how `protect` joins earlier releases is used. Where nothing has changed, what is known
of a count is what any release says of it. Otherwise the earlier release is a table of its own
beside the new one, tied to it by the cells that have not changed.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from samling.stats.disclosure.attack import Audit, audit_published
from samling.stats.disclosure.published import EarlierRelease, Published
from samling.stats.disclosure.states import State, States
from samling.stats.disclosure.sums import Bools, Sums
from samling.stats.disclosure.table import CountTable
from samling.stats.disclosure.told import Floats

NEAR = 1e-6


class Shown(Protocol):
    """States of the bases and shares of a table's cells, and the bounds of masks in percent."""

    @property
    def base(self) -> States:
        """(cells,)."""

    @property
    def share(self) -> States:
        """(cells, outcomes)."""

    @property
    def bound(self) -> Floats:
        """(cells, outcomes)."""


def audit(
    table: CountTable,
    protection: Shown,
    *,
    history: Sequence[EarlierRelease] = (),
    exact: bool = True,
    sample: int | None = None,
    seed: int = 0,
) -> Audit:
    """Attack a protected table, knowing exactly every count that is shown, and `history`.

    Checks every hidden or masked count, and every count that is too small by the table's own
    rules, whatever the protection says of it; or a `sample` of them, drawn with `seed`. With
    `exact=False` a count is left as soon as it is proved safe, which is much faster.
    """
    need_n, need_y = _needs(table, protection, history)
    published, sums = publish(table, protection), table.sums
    names = [table.name(cell) for cell in range(len(table))] if table.names else None
    for release in history:
        published, sums = _with_earlier(table, published, sums, release)
    more = len(published.n_low) - len(table)
    return audit_published(
        published,
        sums,
        need_n=np.concatenate([need_n, np.zeros(more)]),
        need_y=np.concatenate([need_y, np.zeros((more, need_y.shape[1]))]),
        outcomes=table.outcomes,
        names=names,
        exact=exact,
        sample=sample,
        seed=seed,
    )


def publish(table: CountTable, protection: Shown) -> Published:
    """What a reader of the protected table is taken to know: exact counts and the masks' limits."""
    known = (protection.base == State.SHOWN) | table.base_known
    shown = protection.share == State.SHOWN
    n, y = table.n.astype(float), table.y.astype(float)
    tail = np.minimum(np.nan_to_num(protection.bound) * n[:, None] / 100, n[:, None])
    high_mask = protection.share == State.MASKED_HIGH
    low_mask = protection.share == State.MASKED_LOW
    n_high = np.where(known, n, np.inf)
    return Published(
        n_low=np.where(known, n, 0.0),
        n_high=n_high,
        y_low=np.select([shown, high_mask], [y, n[:, None] - tail], 0.0),
        y_high=np.select([shown, low_mask], [y, tail], n_high[:, None]),
    )


def _needs(
    table: CountTable, protection: Shown, history: Sequence[EarlierRelease]
) -> tuple[Floats, Floats]:
    """Interval lengths that the table's own rules ask for.

    A count that is large enough to be shown, and was, is no secret any more.
    """
    known = (protection.base == State.SHOWN) | table.base_known
    shown = protection.share == State.SHOWN
    few_n = table.n < table.base_threshold
    few_y = np.minimum(table.y, table.n[:, None] - table.y) < table.count_threshold[:, None]
    out_n, out_y = _told_before(table, history)
    known |= out_n & ~few_n
    shown |= out_y & ~few_y & ~few_n[:, None]
    open_ = ~table.latent
    secret_n = open_ & ~table.base_known & (~known | few_n)
    secret_y = open_[:, None] & (~shown | few_y | few_n[:, None])
    count = np.where(known, np.minimum(table.count_threshold, table.n), table.count_threshold)
    return (
        np.where(secret_n, table.base_threshold, 0).astype(float),
        np.where(secret_y, count[:, None], 0).astype(float),
    )


def _told_before(table: CountTable, history: Sequence[EarlierRelease]) -> tuple[Bools, Bools]:
    """Counts that one earlier release alone told as near as makes no difference."""
    n_told, y_told = np.zeros(table.n.shape, bool), np.zeros(table.y.shape, bool)
    for release in history:
        told = release.published
        same = _same(table, told)
        n_told |= same & (told.n_high - told.n_low < table.base_threshold)
        width = told.y_high - told.y_low
        if told.share_low is not None and told.share_high is not None:
            ends = told.share_high * told.n_high[:, None], told.share_low * told.n_low[:, None]
            width = np.minimum(width, np.nan_to_num(ends[0], nan=np.inf) - ends[1])
        y_told |= same[:, None] & (width < table.count_threshold[:, None])
    return n_told, y_told


def _same(table: CountTable, told: Published) -> Bools:
    """Cells whose counts can be what the earlier release told."""
    n, y = table.n[:, None].astype(float), table.y.astype(float)
    fits = np.hstack([told.n_low[:, None] <= n + NEAR, n <= told.n_high[:, None] + NEAR])
    fits = np.hstack([fits, told.y_low <= y + NEAR, y <= told.y_high + NEAR])
    if told.share_low is not None:
        fits = np.hstack([fits, told.share_low * n <= y + NEAR])
    if told.share_high is not None:
        fits = np.hstack([fits, y <= told.share_high * n + NEAR])
    return np.asarray(fits.all(axis=1), dtype=np.bool_)


def _with_earlier(
    table: CountTable, now: Published, sums: Sums, release: EarlierRelease
) -> tuple[Published, Sums]:
    """What is known with one more release; the table's own cells stay first."""
    same, cells = _same(table, release.published), len(table)
    whole = table.sums.exhaustive if release.exhaustive is None else release.exhaustive
    if same.all() and release.published.share_low is None and release.published.share_high is None:
        own = np.zeros(len(sums), dtype=np.bool_)
        own[: len(whole)] = whole
        return _narrowed(now, release.published), sums.with_exhaustive(sums.exhaustive | own)
    first = len(now.n_low)
    place = first + np.arange(cells)
    copied = _moved(table.sums, first).with_exhaustive(whole)
    tied = np.flatnonzero(same)
    ties = Sums.from_pairs(0, tied, place[tied])
    grown = _after_change(table, now, release.published, ~same)
    return _stacked(grown, release.published), sums + copied + ties


def _narrowed(now: Published, then: Published) -> Published:
    cells = len(then.n_low)

    def both(name: str, pick: np.ufunc) -> Floats:
        values: Floats = getattr(now, name).copy()
        values[:cells] = pick(values[:cells], getattr(then, name))
        return values

    return replace(
        now,
        n_low=both("n_low", np.maximum),
        n_high=both("n_high", np.minimum),
        y_low=both("y_low", np.maximum),
        y_high=both("y_high", np.minimum),
    )


def _after_change(table: CountTable, now: Published, then: Published, changed: Bools) -> Published:
    """Who knows that persons only came knows that there are no fewer than there were."""
    cells = len(table)
    came = changed & (then.n_high <= table.n + NEAR)
    went = changed & (then.n_low >= table.n - NEAR)
    n_low, n_high = now.n_low.copy(), now.n_high.copy()
    n_low[:cells] = np.where(came, np.maximum(n_low[:cells], then.n_low), n_low[:cells])
    n_high[:cells] = np.where(went, np.minimum(n_high[:cells], then.n_high), n_high[:cells])
    return replace(now, n_low=n_low, n_high=n_high)


def _moved(sums: Sums, by: int) -> Sums:
    row = np.repeat(np.arange(len(sums)), np.diff(sums.start))
    return Sums.from_pairs(row, sums.parent[row] + by, sums.child + by, sums.exhaustive[row])


def _stacked(now: Published, then: Published) -> Published:
    def shares(name: str, unknown: float) -> Floats | None:
        parts = [getattr(one, name) for one in (now, then)]
        if parts[0] is None and parts[1] is None:
            return None
        one, two = (
            np.full(of.y_low.shape, unknown) if part is None else part
            for part, of in zip(parts, (now, then), strict=True)
        )
        return np.vstack([one, two])

    return Published(
        np.concatenate([now.n_low, then.n_low]),
        np.concatenate([now.n_high, then.n_high]),
        np.vstack([now.y_low, then.y_low]),
        np.vstack([now.y_high, then.y_high]),
        shares("share_low", 0.0),
        shares("share_high", 1.0),
    )
