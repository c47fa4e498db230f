"""Blocks of groups from a cube's result, and the variances that its base table gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from samling.stats.cube.blocks import ROOM, Weights, block_variance
from samling.stats.cube.combination import Terms, combination_variance
from samling.stats.cube.edges import edge_variance
from samling.stats.cube.figures import Block, degrees_of_freedom
from samling.stats.cube.grouping import require_dimension
from samling.stats.cube.replication import Copies
from samling.stats.cube.result import Result
from samling.stats.cube.statistics import Prop, Total
from samling.stats.errors import GroupError, MeasureError, ShareError
from samling.stats.inequality.formulas import Found
from samling.stats.inequality.outcome import size_gradient
from samling.stats.inequality.request import read_shares
from samling.stats.tables.exact import FloatArray, IntArray


@dataclass(frozen=True)
class CubeGroups:
    """A cube's domains as blocks of groups: every combination of the other dimensions, and item.

    `line[b, j]` is the domain of block b's group j, -1 if it does not exist. `x`, `p` are
    (blocks, groups, items), `size` (blocks, items) is what the shares are shares of, 0 when they
    are `given` and known.
    """

    result: Result
    block: Block
    line: IntArray
    x: FloatArray
    p: FloatArray
    size: FloatArray
    given: bool

    @property
    def shape(self) -> tuple[int, int, int]:
        """Blocks, groups, items."""
        blocks, groups, items = self.x.shape
        return blocks, groups, items

    def flat(self, values: FloatArray) -> FloatArray:
        """(blocks, groups, items) as (blocks · items, groups)."""
        return np.moveaxis(values, 1, 2).reshape(-1, values.shape[1])

    def unflat(self, values: FloatArray) -> FloatArray:
        """(blocks · items, groups) as (blocks, groups, items)."""
        blocks, groups, items = self.shape
        return np.moveaxis(values.reshape(blocks, items, groups), 2, 1)

    @cached_property
    def edges(self) -> FloatArray:
        """The variances of shares of 0 and 1 beside other groups, (blocks, groups, items)."""
        own = edge_variance(self.result.basis, self.block)
        return np.where((self.line < 0)[:, :, None], 0.0, own[self.line])

    def beyond(self, founds: Sequence[Found]) -> FloatArray:
        """What these add to the variance of every measure, (measures, blocks · items)."""
        edges = self.flat(self.edges)
        squares = (np.nan_to_num(one.by_value) ** 2 for one in founds)
        return np.array([np.where(one > 0, one * edges, 0.0).sum(axis=1) for one in squares])

    @property
    def copies(self) -> Copies | None:
        """The result's replicates."""
        return self.result.basis.copies

    def replicated(self) -> tuple[FloatArray, FloatArray]:
        """Estimates and shares of every replicate, both (blocks · items, replicates, groups)."""
        estimates, sums = self.block.linear.copies, self.block.sums.copies
        assert estimates is not None  # noqa: S101 - there are replicates
        assert sums is not None  # noqa: S101 - there are replicates
        gone = (self.line < 0)[:, :, None, None]
        x = np.where(gone, np.nan, estimates[self.line])
        if self.given:
            p = np.broadcast_to(self.p[..., None], x.shape)
        else:
            size = np.where(gone, np.nan, sums[1][self.line])
            with np.errstate(all="ignore"):
                p = size / size.sum(axis=1, keepdims=True)
        many = x.shape[3]
        x, p = (np.moveaxis(values, 1, 3).reshape(-1, many, x.shape[1]) for values in (x, p))
        return x, p

    def variances(self, founds: Sequence[Found]) -> tuple[FloatArray, FloatArray]:
        """Linearised variance and df of every measure, both (measures, blocks · items)."""
        p = self.flat(self.p)
        by_estimate = [self.unflat(found.by_value) for found in founds]
        by_size = [self.unflat(size_gradient(found, p)) for found in founds]
        value, df = self._combine(np.array(by_estimate), np.array(by_size))
        return value + self.beyond(founds), df

    def _combine(
        self, by_estimate: FloatArray, by_share: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Variance and df of combinations (combinations, blocks, groups, items), flat by block."""
        many, blocks, _, items = by_estimate.shape
        per_person = self._per_person()[:, None, :]
        weights = Weights(
            self.line, np.nan_to_num(by_estimate), np.nan_to_num(by_share) * per_person
        )
        variance = block_variance(self.result.basis, self.block, weights)
        df = degrees_of_freedom(self.result.basis.design, self.result.method, variance)
        return (
            variance.value.reshape(many, blocks * items),
            df.reshape(many, blocks * items),
        )

    def apart(self, own: bool) -> tuple[FloatArray, FloatArray]:
        """Variance of the difference of every two groups' estimates, and its df.

        The first array is (blocks · items, k, k). With `own` each one's own variance is on the
        diagonal, and the groups' sizes in shares of the whole follow the estimates unless they
        are given.
        """
        shares = own and not self.given
        if self.copies is not None:
            found, df = self._replicates_apart(self.copies, shares)
        else:
            found, df = self._linearised_apart(own, shares)
        groups = self.shape[1]
        edges = self.flat(self.edges)
        beside = edges[:, :, None] + edges[:, None, :]
        place = np.arange(groups)
        beside[:, place, place] = edges if own else 0.0
        found[:, :groups, :groups] += beside
        return found, df

    def _linearised_apart(self, own: bool, shares: bool) -> tuple[FloatArray, FloatArray]:
        blocks, groups, items = self.shape
        k = 2 * groups if shares else groups
        one, two = np.triu_indices(k, 0 if own else 1)
        found = np.zeros((blocks * items, k, k))
        df = np.full(blocks * items, np.inf)
        width = max(1, ROOM // (2 * blocks * items))
        for start in range(0, one.size, width):
            part = slice(start, start + width)
            variance, freedom = self._pairs(one[part], two[part])
            found[:, one[part], two[part]] = found[:, two[part], one[part]] = variance.T
            df = np.fmin(df, freedom.min(axis=0))
        return found, df

    def _pairs(self, one: IntArray, two: IntArray) -> tuple[FloatArray, FloatArray]:
        """Variance and df of quantities one[c] - two[c], of one[c] alone where they are the same.

        Quantities below the number of groups are estimates, the others sizes.
        """
        blocks, groups, items = self.shape
        alone, same = one == two, one % groups == two % groups
        sides = [(one, np.ones(one.size), np.arange(one.size))]
        sides.append((two[~alone], -np.ones(int((~alone).sum())), np.flatnonzero(~alone)))
        quantity, sign, column = (np.concatenate(part) for part in zip(*sides, strict=True))
        # A group's estimate and its size are two parts of one term.
        by_estimate, by_size = sign * (quantity < groups), sign * (quantity >= groups)
        merged = np.flatnonzero(same & ~alone)
        place_of_two = np.cumsum(~alone) - 1 + one.size
        by_estimate[merged] += by_estimate[place_of_two[merged]]
        by_size[merged] += by_size[place_of_two[merged]]
        kept = np.delete(np.arange(quantity.size), place_of_two[merged])
        place, column = quantity[kept] % groups, column[kept]
        line = self.line[:, place]
        block, term = np.nonzero(line >= 0)
        share = by_size[kept][term][:, None] * self._per_person()[block]
        terms = Terms(
            column=column[term] * blocks + block,
            domain=line[block, term],
            size=one.size * blocks,
            by_estimate=np.repeat(by_estimate[kept][term][:, None], items, axis=1),
            by_size=share,
        )
        basis = self.result.basis
        variance = combination_variance(basis, self.block, terms)
        df = degrees_of_freedom(basis.design, self.result.method, variance)
        shape = (one.size, blocks * items)
        return variance.value.reshape(shape), df.reshape(shape)

    def _per_person(self) -> FloatArray:
        """What one person is of the whole, (blocks, items); 0 where shares are given."""
        return 1.0 / np.where(self.size > 0, self.size, np.inf)

    def _replicates_apart(self, copies: Copies, shares: bool) -> tuple[FloatArray, FloatArray]:
        x, p = self.replicated()
        values = np.concatenate([x, p], axis=2) if shares else x
        full = self.flat(self.x)
        if shares:
            full = np.concatenate([full, self.flat(self.p)], axis=1)
        between = values[:, :, :, None] - values[:, :, None, :]
        gap = full[:, :, None] - full[:, None, :]
        found = copies.variance(np.moveaxis(between, 1, 3), gap)
        own = copies.variance(np.moveaxis(values, 1, 2), full)
        place = np.arange(values.shape[2])
        found[:, place, place] = own
        df = self._degrees(np.zeros((1, *self.x.shape)))
        return found, df.min(axis=0)

    def _degrees(self, by_estimate: FloatArray) -> FloatArray:
        return self._combine(by_estimate, np.zeros_like(by_estimate))[1]


def read_cube(
    result: Result,
    by: Sequence[str] | str | None,
    dimension: str,
    pop: Mapping[Any, float] | None,
    groups: Sequence[str],
    place: IntArray,
) -> CubeGroups:
    """The blocks of a result; `place` says where the question's groups are in the dimension."""
    block = choose_block(result, by, dimension)
    group, blocks = block.grouping.without(dimension)
    codes = block.grouping.codes[block.grouping.by.index(dimension)]
    line = np.full((blocks, len(groups)), -1, dtype=np.int64)
    line[group, codes] = np.arange(block.grouping.size)
    line = line[:, place]
    gone = (line < 0)[:, :, None]
    x = np.where(gone, np.nan, block.estimate[line])
    size = np.where(gone, np.nan, block.sums.b[line])
    if pop is None:
        total = size.sum(axis=1)
        with np.errstate(all="ignore"):
            p = np.where(total[:, None, :] > 0, size / total[:, None, :], np.nan)
        return CubeGroups(result, block, line, x, p, np.nan_to_num(total), given=False)
    shares = _given_shares(pop, block, dimension, line, groups)
    p = np.broadcast_to(shares[:, :, None], x.shape)
    nothing = np.zeros((blocks, x.shape[2]))
    return CubeGroups(result, block, line, x, p, nothing, given=True)


def choose_block(result: Result, by: Sequence[str] | str | None, dimension: str) -> Block:
    """The grouping set meant; the only one with the dimension if none is named."""
    if any(isinstance(item.statistic, Total) for item in result.basis.plan.items):
        raise MeasureError(
            "Totals grow with the size of the group, so they measure no inequality. Use a mean, "
            "prop or ratio."
        )
    if by is None:
        having = [entry for entry in result.blocks if dimension in entry]
        if len(having) != 1:
            raise GroupError(
                f"{len(having)} grouping sets have the dimension {dimension!r}; say which with by. "
                f"The result has: {', '.join(map(repr, result.blocks))}."
            )
        by = having[0]
    block = result.block(by)
    require_dimension(block.grouping, dimension)
    return block


def _given_shares(
    pop: Mapping[Any, float],
    block: Block,
    dimension: str,
    line: IntArray,
    groups: Sequence[str],
) -> FloatArray:
    """Shares (blocks, groups): the same for all, or by (other dimensions..., group)."""
    if not any(isinstance(key, tuple) for key in pop):
        return np.broadcast_to(read_shares(pop, groups), line.shape)
    others = [name for name in block.grouping.by if name != dimension]
    wide = {key: value for key, value in pop.items() if isinstance(key, tuple)}
    if len(wide) < len(pop) or any(len(key) != len(others) + 1 for key in wide):
        raise ShareError(
            f"pop must be named by group, or all through by ({', '.join([*others, 'group'])})."
        )
    found = np.empty(line.shape)
    for one in range(line.shape[0]):
        domain = int(line[one].max())
        key = tuple(block.grouping.value(name, domain) for name in others)
        own = {name[-1]: value for name, value in wide.items() if name[:-1] == key}
        where = " of " + ", ".join(f"{n}={v}" for n, v in zip(others, key, strict=True))
        found[one] = read_shares(own, groups, where)
    return found


def proportions_only(result: Result) -> bool:
    """Whether every statistic is a proportion, so that the largest value is 1."""
    return all(isinstance(item.statistic, Prop) for item in result.basis.plan.items)
