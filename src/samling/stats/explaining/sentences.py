"""The parts of an explanation in sentences, Swedish or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from samling.stats.explaining.gaps import FactorGap, against_others
from samling.stats.explaining.interplay import Pair, Together
from samling.stats.explaining.words import SAY
from samling.stats.inference.estimates import Estimates
from samling.stats.inference.wording import (
    Language,
    amount,
    decimals_for,
    number,
    percent,
    percent_decimals,
    uncertainty,
)

Words = Mapping[str, str]


@dataclass(frozen=True)
class Speaker:
    """Says the parts of an explanation in one language, with names for factors and levels.

    `level` is the intervals'. A high share is good if `favourable`; `alone` says that there is one
    factor and nothing else to take into account.
    """

    language: Language
    words: Words
    outcome: str
    level: float
    favourable: bool
    alone: bool

    def base(self, overall: Estimates, n: int) -> str:
        """The share, and how many it rests on."""
        low, high = overall.interval()
        share = float(overall.values[0])
        return self._say(
            "base",
            outcome=self._outcome(),
            share=percent(share, self.language),
            limits=self._share_limits(share, float(low[0]), float(high[0])),
            n=self._count(n),
        )

    def factors(self, gaps: Sequence[FactorGap]) -> list[str]:
        """A sentence per factor that differs beyond chance, and one that names the others."""
        sure = [gap for gap in gaps if gap.sure]
        keys = ["only"] if len(sure) == 1 else ["first", *["next"] * (len(sure) - 1)]
        kind = " alone" if self.alone else ""
        said = [
            self._gap(key, gap) + self._gap(self._side() + kind, gap)
            for key, gap in zip(keys, sure, strict=False)
        ]
        unsure = [self._name(gap.factor) for gap in gaps if not gap.sure]
        return [*said, self._say("none" + kind, factors=self._listed(unsure))] if unsure else said

    def place(self, gap: FactorGap) -> list[str]:
        """The ends, and the places that differ from all others (Bonferroni)."""
        key = f"{self._side()} place" if gap.sure else "no place"
        said = [self._gap("place", gap) + self._gap(key, gap)]
        if not gap.sure:
            return said
        different = against_others(gap.adjusted, gap.share)
        limit = (1.0 - different.level) / len(different.names)
        for key, side in (("lower areas", -1.0), ("higher areas", 1.0)):
            areas = [
                self._level(gap.factor, level)
                for level, value, p in zip(gap.levels, different.values, different.p, strict=True)
                if p < limit and np.sign(value) == side
            ]
            if areas:
                said.append(self._say(key, areas=self._listed(areas)))
        return said

    def pairs(self, pairs: Sequence[Pair]) -> list[str]:
        """The pairs that act together beyond chance, then the others by name."""
        said = [self._pair(pair) for pair in pairs if pair.sure]
        for key, chosen in (
            ("no pairs", [p for p in pairs if p.interaction is not None and not p.sure]),
            ("no answer", [p for p in pairs if p.interaction is None]),
        ):
            names = [self._listed([self._name(f) for f in pair.factors]) for pair in chosen]
            if names:
                said.append(self._say(key, pairs=self._between(names)))
        return [*said, self._say("many", count=len(pairs))] if len(pairs) > 1 else said

    def strata(self, found: Together, minimum: int) -> list[str]:
        """The lowest and the highest stratum that may be named, and how much lies between."""
        if found.model is None or len(found.named) < 2:
            return []
        rows = sorted(found.named, key=lambda row: float(row["predicted"]))
        parts = {"factors": self._listed([self._name(factor) for factor in found.factors])}
        for end, row in (("low", rows[0]), ("high", rows[-1])):
            share, low, high = (row[f"predicted{side}"] for side in ("", "_low", "_high"))
            parts[end] = self._stratum(found, row)
            parts[f"{end}_share"] = percent(share, self.language)
            parts[f"{end}_limits"] = self._share_limits(share, low, high)
        vpc = percent(found.model.vpc.null, self.language)
        said = [self._say("strata", **parts), self._say("vpc", vpc=vpc)]
        return said + self._counted("hidden", found.hidden, minimum)

    def end(self, dropped: int, small: int, minimum: int) -> list[str]:
        """Who is not in it, and what it does not show."""
        return [
            *self._counted("dropped", dropped, minimum),
            *self._counted("small", small, minimum),
            self._say("end"),
        ]

    def _counted(self, key: str, count: int, minimum: int) -> list[str]:
        """A sentence of how many, none of nobody."""
        if not count:
            return []
        key = f"one {key}" if count == 1 else key
        return [self._say(key, count=self._count(count), minimum=minimum)]

    def _side(self) -> str:
        """Which way the worst level lies from the best."""
        return "lower" if self.favourable else "higher"

    def _gap(self, key: str, gap: FactorGap) -> str:
        crude = dict(zip(gap.levels, gap.crude.values, strict=True))
        return self._say(
            key,
            outcome=self._outcome(),
            factor=self._name(gap.factor),
            worst=self._level(gap.factor, gap.worst),
            best=self._level(gap.factor, gap.best),
            worst_share=percent(crude[gap.worst], self.language),
            best_share=percent(crude[gap.best], self.language),
            gap=amount(float(gap.adjusted_gap.values[0]), True, self.language),
            limits=self._limits(gap.adjusted_gap),
        )

    def _pair(self, pair: Pair) -> str:
        found = pair.interaction
        assert found is not None  # noqa: S101 - a sure pair has one
        reri, (low, high) = found.reri.estimate or 0.0, found.reri.mover or (0.0, 0.0)
        decimals = decimals_for((high - low) / 2.0)
        levels = zip(pair.factors, pair.exposed, strict=True)
        first, second = (self._level(factor, level) for factor, level in levels)
        outcome = self._outcome()
        lacking = SAY[self.language]["not having"].format(outcome=outcome)
        return self._say(
            "more" if reri > 0 else "less",
            worse=lacking if self.favourable else outcome,
            first=first,
            second=second,
            factors=self._listed([self._name(factor) for factor in pair.factors]),
            reri=number(reri, self.language, decimals),
            limits=uncertainty(low, high, self.level, self.language, decimals),
        )

    def _stratum(self, found: Together, row: Mapping[str, Any]) -> str:
        return ", ".join(self._level(factor, row[factor]) for factor in found.factors)

    def _limits(self, gap: Estimates) -> str:
        low, high = gap.interval()
        ends = 100.0 * float(low[0]), 100.0 * float(high[0])
        return uncertainty(*ends, self.level, self.language)

    def _share_limits(self, share: float, low: float, high: float) -> str:
        """Limits with the decimals that the share itself is said with."""
        decimals = percent_decimals(share)
        return uncertainty(100.0 * low, 100.0 * high, self.level, self.language, decimals)

    def _say(self, key: str, **parts: Any) -> str:
        said = SAY[self.language][key].format(**parts)
        return said[:1].upper() + said[1:]

    def _outcome(self) -> str:
        return self._name("outcome", self.outcome)

    def _name(self, key: str, otherwise: str | None = None) -> str:
        return self.words.get(key, otherwise or key)

    def _level(self, factor: str, level: Any) -> str:
        """The level's word; 1.0, as a column with gaps holds it, is 1."""
        named = self.words.get(f"{factor}={level}")
        if named is None and isinstance(level, float) and level.is_integer():
            return self._level(factor, int(level))
        return str(level) if named is None else named

    def _listed(self, names: Sequence[str]) -> str:
        if len(names) == 1:
            return names[0]
        return f"{', '.join(names[:-1])} {SAY[self.language]['and']} {names[-1]}"

    def _between(self, pairs: Sequence[str]) -> str:
        """ "A and B, between A and C or between B and C"."""
        say = SAY[self.language]
        first = f", {say['between']} ".join(pairs[:-1] or pairs)
        return first if len(pairs) == 1 else f"{first} {say['or between']} {pairs[-1]}"

    def _count(self, count: int) -> str:
        return number(count, self.language, 0)
