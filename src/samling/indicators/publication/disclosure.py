"""Disclosure control over a whole release (decision 9): the last step before publication.

Two layers. The *base layer* hides groups of too few people, with one pattern for the whole study:
if each indicator had its own, the cells hidden in one could be computed from another that rests on
the same people. The *share layer* then protects every question's answers, given that the attacker
knows each base that the first layer shows. Indicators made of the same question share one pattern,
as one could be computed from the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from samling.indicators.choices import Status
from samling.indicators.publication.counting import (
    Counts,
    Universe,
    cost_of,
    name_of,
    sum_of,
    universe_of,
)
from samling.indicators.publication.history import QuestionHistory, kept_hidden
from samling.indicators.publication.lattice import CellSum, Key, Lattice, source_variables
from samling.indicators.publication.people import base_layer
from samling.indicators.publication.rounding import precision_of
from samling.indicators.study.schema import Indicator
from samling.stats.disclosure import (
    CountTable,
    EarlierRelease,
    EarlierReleaseError,
    Outcomes,
    Protection,
    State,
    Sums,
    UnprotectableError,
    protect,
)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Verdict:
    """What may be shown of one indicator in one cell; `bound` in per cent."""

    status: Status
    bound: float | None = None


def control(
    lattice: Lattice, counts: Counts, progress: Progress = lambda *_: None
) -> dict[str, dict[Key, Verdict]]:
    """Verdicts by indicator code and cell; a cell without a verdict may not be shown."""
    base = base_layer(lattice, counts)
    verdicts: dict[str, dict[Key, Verdict]] = {}
    questions = questions_of(lattice)
    for done, indicators in enumerate(questions):
        progress(indicators[0].code, done, len(questions))
        verdicts |= share_layer(lattice, counts, indicators, base)
    return verdicts


def share_layer(
    lattice: Lattice,
    counts: Counts,
    indicators: list[Indicator],
    base: Mapping[Universe, set[Key]],
) -> dict[str, dict[Key, Verdict]]:
    """Verdicts for indicators that are made of the same question."""
    keys = cells_with_people(lattice, counts, indicators[0])
    whole = Question(lattice, counts, indicators, base, keys)
    shares = [i.code for i in indicators if i.kind == "share"]
    outcome = {i.code: shares.index(i.code) if i.code in shares else None for i in indicators}
    verdicts: dict[str, dict[Key, Verdict]] = {i.code: {} for i in indicators}
    for part, protection in whole.protected():
        for code, found in verdicts.items():
            found |= zip(part.keys, _verdicts(protection, outcome[code]), strict=True)
    return {code: {key: found[key] for key in keys} for code, found in verdicts.items()}


@dataclass(frozen=True)
class Question:
    """Some cells of a question, given what the base layer hides.

    outcomes: what is known of several answers to it; None for what these cells' counts tell.
    """

    lattice: Lattice
    counts: Counts
    indicators: Sequence[Indicator]
    base: Mapping[Universe, Set[Key]]
    keys: Sequence[Key]
    outcomes: Outcomes | None = None

    def parts(self) -> list[Question]:
        """The cells by periods that no pool ties together: no sum goes from one to another."""
        outcomes = self.table().outcomes if len(self._shares()) > 1 else None
        label: dict[str, str] = {}
        for pool in self.lattice.study.periods.pooled:
            joined = {label.get(p, p) for p in (pool.code, *pool.periods)}
            label |= {
                p: pool.code
                for p in {*label, *joined, pool.code, *pool.periods}
                if label.get(p, p) in joined
            }
        keys: dict[str, list[Key]] = {}
        for key in self.keys:
            keys.setdefault(label.get(key[2], key[2]), []).append(key)
        return [replace(self, keys=some, outcomes=outcomes) for some in keys.values()]

    def protected(self) -> list[tuple[Question, Protection]]:
        """All cells at once, which is quicker, or part by part where some need more than others."""
        try:
            protect(_bases_alone(self.table()))
            kept = kept_hidden(self.counts.earlier, self.indicators, self.keys)
            earlier = self._history().releases(self.counts.earlier)
            return [(self, protect(self.table(kept=kept, keep_whole=True), history=earlier))]
        except (UnprotectableError, EarlierReleaseError):
            return [(part, part.protect()) for part in self.parts()]

    def protect(self) -> Protection:
        """Protect the cells, if possible with the people's pattern of hidden bases.

        So few may have answered the question that the cells hidden for people do not hide its
        base; then more of its bases are hidden than the people's. But other questions show these
        bases as nearly the same people answered them, so the shares are then protected from one
        who knows all.
        """
        earlier = self._history().releases(self.counts.earlier)
        kept = kept_hidden(self.counts.earlier, self.indicators, self.keys)
        try:
            protect(_bases_alone(self.table()))
            return _keep_whole(partial(self.table, kept=kept), earlier)
        except UnprotectableError:
            first = _keep_whole(partial(self.table, base_known=False), earlier)
            hidden = (first.base != State.SHOWN) | np.isin(first.share, HIDDEN).any(axis=1)
            withheld = {key for key, is_hidden in zip(self.keys, hidden, strict=True) if is_hidden}
            return _keep_whole(partial(self.table, withheld=withheld | kept), earlier)

    def _shares(self) -> list[Indicator]:
        return [i for i in self.indicators if i.kind == "share"]

    @cached_property
    def _sums(self) -> list[CellSum]:
        """The sums that have a part among the cells."""
        there = {*self.keys}
        return [
            s for s in self.lattice.sums if s.parent in there and not there.isdisjoint(s.children)
        ]

    def _history(self) -> QuestionHistory:
        there = {*self.keys}
        peopled = self.counts.respondents[universe_of(self.indicators[0])].keys()
        sums = [
            replace(
                s, complete=s.complete and there.issuperset(c for c in s.children if c in peopled)
            )
            for s in self._sums
        ]
        return QuestionHistory(self.lattice, self.indicators, self.keys, sums, self.counts.base)

    def table(
        self,
        *,
        base_known: bool = True,
        keep_whole: bool = False,
        withheld: Set[Key] = frozenset(),
        kept: Set[Key] = frozenset(),
    ) -> CountTable:
        """The count table.

        `withheld` are further cells to hide, though the attacker is then taken to know every base.
        `kept` are cells that were hidden before and stay so; what is known of their bases is as if
        they were not.
        """
        lattice, first, keys = self.lattice, self.indicators[0], self.keys
        place = {key: i for i, key in enumerate(keys)}
        peopled = self.counts.respondents[universe_of(first)]
        hidden = self.base[universe_of(first)]
        policy = lattice.study.policy(first)
        few = np.array([key in hidden or key in withheld for key in keys], dtype=bool)
        forced = few | np.array([key in kept for key in keys], dtype=bool)
        n, y = self._numbers()
        fewest = np.minimum(y, n[:, None] - y).min(axis=1, initial=np.iinfo(np.int64).max)
        enough = (n >= policy.minimum_base) & (fewest >= lattice.study.disclosure.minimum_count)
        whole = np.array([not key[0] and key[1] == lattice.total for key in keys], dtype=bool)
        return CountTable(
            n,
            y if y.shape[1] else None,
            sums=Sums([found for s in self._sums if (found := sum_of(s, place, peopled))]),
            # A base that the first layer hides is protected to that layer's threshold.
            base_threshold=np.where(
                few, lattice.study.disclosure.ordinary.minimum_base, policy.minimum_base
            ),
            count_threshold=lattice.study.disclosure.minimum_count,
            base_known=(~few & base_known) | bool(withheld),
            forced=forced,
            fixed=whole & enough & ~forced & keep_whole,
            cost=[cost_of(lattice, key, int(k)) for key, k in zip(keys, n, strict=True)],
            decimals=[precision_of(lattice.area_levels[key[1]]).decimals for key in keys],
            outcomes=self.outcomes,
            names=[f"{first.code} {name_of(key)}" for key in keys],
        )

    def _numbers(self) -> tuple[np.ndarray, np.ndarray]:
        """Bases (cells,) and numerators (cells, shares)."""
        base = self.counts.base[self.indicators[0].code]
        n = np.array([base.get(key, 0) for key in self.keys], dtype=np.int64)
        columns = [self.counts.numerator[i.code] for i in self._shares()]
        y = [[column.get(key, 0) for column in columns] for key in self.keys]
        return n, np.array(y, dtype=np.int64).reshape(len(self.keys), len(columns))


def _keep_whole(table: Callable[..., CountTable], earlier: Sequence[EarlierRelease]) -> Protection:
    """Protect a table, with the whole's figures kept if possible.

    They are what everyone looks for, so they are hidden only when nothing else protects what is
    below them.
    """
    try:
        return protect(table(keep_whole=True), history=earlier)
    except UnprotectableError:
        return protect(table(keep_whole=False), history=earlier)


def _bases_alone(table: CountTable) -> CountTable:
    """The same cells without answers: quick to find out whether the people's pattern suffices."""
    return CountTable(
        table.n,
        sums=table.sums,
        base_threshold=table.base_threshold,
        base_known=table.base_known,
        forced=table.forced | (table.n < table.base_threshold),
        names=table.names,
    )


def cells_with_people(lattice: Lattice, counts: Counts, indicator: Indicator) -> list[Key]:
    """The cells of an indicator in which somebody was asked and answered the questionnaire."""
    there = counts.respondents[universe_of(indicator)]
    return [key for key in lattice.for_indicator(indicator) if key in there]


HIDDEN = (State.HIDDEN_PRIMARY, State.HIDDEN_SECONDARY)
STATUS_OF_SHARE = {
    int(State.SHOWN): Status.SHOWN,
    int(State.MASKED_LOW): Status.BOUND_BELOW,
    int(State.MASKED_HIGH): Status.BOUND_ABOVE,
}


def _verdicts(protection: Protection, outcome: int | None) -> Iterable[Verdict]:
    """A verdict per cell, of one outcome's share; of a mean when `outcome` is None."""
    shown: list[bool] = (protection.base == State.SHOWN).tolist()
    if outcome is None:
        all_shown: list[bool] = (protection.share == State.SHOWN).all(axis=1).tolist()
        for base, share in zip(shown, all_shown, strict=True):
            yield Verdict(Status.SHOWN if base and share else Status.HIDDEN)
        return
    states: list[int] = protection.share[:, outcome].tolist()
    bounds: list[float] = protection.bound[:, outcome].tolist()
    for base, state, bound in zip(shown, states, bounds, strict=True):
        status = STATUS_OF_SHARE.get(state, Status.HIDDEN) if base else Status.HIDDEN
        masked = status in (Status.BOUND_BELOW, Status.BOUND_ABOVE)
        yield Verdict(status, bound if masked else None)


def questions_of(lattice: Lattice) -> list[list[Indicator]]:
    """The study's questions: the indicators that are made of each. None needs another."""
    return list(_same_question(lattice.study.indicators))


def _same_question(indicators: Iterable[Indicator]) -> Iterable[list[Indicator]]:
    """Indicators together that rest on the same answers and the same people."""
    groups: dict[tuple[frozenset[str], Universe, str], list[Indicator]] = {}
    for indicator in indicators:
        key = (source_variables(indicator), universe_of(indicator), indicator.sensitivity)
        groups.setdefault(key, []).append(indicator)
    return groups.values()
