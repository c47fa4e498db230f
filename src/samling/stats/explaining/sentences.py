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
    between,
    decimals_for,
    number,
    percent,
)

Words = Mapping[str, str]


@dataclass(frozen=True)
class Speaker:
    """Says the parts of an explanation in one language, with names for factors and levels."""

    language: Language
    words: Words
    outcome: str

    def base(self, overall: Estimates, n: int) -> str:
        """The share, and how many it rests on."""
        (line,) = overall.rows()
        return self._say(
            "base",
            outcome=self._name("outcome", self.outcome),
            share=percent(line["estimate"], self.language),
            limits=self._limits(overall, True),
            n=self._count(n),
        )

    def factors(self, gaps: Sequence[FactorGap]) -> list[str]:
        """A sentence per factor, those that differ beyond chance first."""
        sure = [gap for gap in gaps if gap.sure]
        said = [self._gap("first" if place == 0 else "next", gap) for place, gap in enumerate(sure)]
        unsure = [self._name(gap.factor) for gap in gaps if not gap.sure]
        return said + [self._say("none", factor=factor) for factor in unsure]

    def place(self, gap: FactorGap) -> list[str]:
        """The ends, and the places that differ from all others (Bonferroni)."""
        said = [self._gap("place" if gap.sure else "no_place", gap)]
        if not gap.sure:
            return said
        different = against_others(gap.adjusted, gap.share)
        limit = (1.0 - different.level) / len(different.names)
        for key, side in (("lower", -1.0), ("higher", 1.0)):
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
            ("no_pairs", [p for p in pairs if p.interaction is not None and not p.sure]),
            ("no_answer", [p for p in pairs if p.interaction is None]),
        ):
            names = [self._listed([self._name(f) for f in pair.factors]) for pair in chosen]
            if names:
                said.append(self._say(key, pairs="; ".join(names)))
        return [*said, self._say("many", count=len(pairs))] if len(pairs) > 1 else said

    def strata(self, found: Together, minimum: int) -> list[str]:
        """The lowest and the highest stratum that may be named, and how much lies between."""
        if found.model is None or len(found.named) < 2:
            return []
        rows = sorted(found.named, key=lambda row: float(row["predicted"]))
        low, high = rows[0], rows[-1]
        said = self._say(
            "strata",
            factors=self._listed([self._name(factor) for factor in found.factors]),
            low=self._stratum(found, low),
            low_share=percent(low["predicted"], self.language),
            high=self._stratum(found, high),
            high_share=percent(high["predicted"], self.language),
        )
        out = [said, self._say("vpc", vpc=percent(found.model.vpc.null, self.language))]
        if found.hidden:
            out.append(self._say("hidden", hidden=found.hidden, minimum=minimum))
        return out

    def end(self, dropped: int, small: int, minimum: int) -> list[str]:
        """Who is not in it, and what it does not show."""
        said = []
        if dropped:
            said.append(self._say("dropped", count=self._count(dropped)))
        if small:
            said.append(self._say("small", count=self._count(small), minimum=minimum))
        return [*said, self._say("end")]

    def _gap(self, key: str, gap: FactorGap) -> str:
        crude = dict(zip(gap.levels, gap.crude.values, strict=True))
        return self._say(
            key,
            outcome=self._name("outcome", self.outcome),
            factor=self._name(gap.factor),
            worst=self._level(gap.factor, gap.worst),
            best=self._level(gap.factor, gap.best),
            worst_share=percent(crude[gap.worst], self.language),
            best_share=percent(crude[gap.best], self.language),
            gap=amount(float(gap.adjusted_gap.values[0]), True, self.language),
            limits=self._limits(gap.adjusted_gap, True),
        )

    def _pair(self, pair: Pair) -> str:
        found = pair.interaction
        assert found is not None  # noqa: S101 - a sure pair has one
        reri, (low, high) = found.reri.estimate or 0.0, found.reri.mover or (0.0, 0.0)
        decimals = decimals_for((high - low) / 2.0)
        levels = zip(pair.factors, pair.exposed, strict=True)
        first, second = (self._level(factor, level) for factor, level in levels)
        return self._say(
            "more" if reri > 0 else "less",
            first=first,
            second=second,
            factors=self._listed([self._name(factor) for factor in pair.factors]),
            reri=number(reri, self.language, decimals),
            limits=between(low, high, False, self.language, decimals),
        )

    def _stratum(self, found: Together, row: Mapping[str, Any]) -> str:
        return ", ".join(self._level(factor, row[factor]) for factor in found.factors)

    def _limits(self, estimates: Estimates, share: bool) -> str:
        low, high = estimates.interval()
        return between(float(low[0]), float(high[0]), share, self.language)

    def _say(self, key: str, **parts: Any) -> str:
        said = SAY[self.language][key].format(**parts)
        return said[:1].upper() + said[1:]

    def _name(self, key: str, otherwise: str | None = None) -> str:
        return self.words.get(key, otherwise or key)

    def _level(self, factor: str, level: Any) -> str:
        return self.words.get(f"{factor}={level}", str(level))

    def _listed(self, names: Sequence[str]) -> str:
        if len(names) == 1:
            return names[0]
        return f"{', '.join(names[:-1])} {SAY[self.language]['and']} {names[-1]}"

    def _count(self, count: int) -> str:
        text = f"{count:,}"
        return text.replace(",", "\N{NO-BREAK SPACE}") if self.language == "sv" else text
