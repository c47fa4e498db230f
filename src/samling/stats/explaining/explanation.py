"""The answer: ranked gaps, places, factors that act together, as rows and as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from samling.stats.cube.figures import Dropped
from samling.stats.explaining.gaps import FactorGap, against_others
from samling.stats.explaining.interplay import Pair, Together
from samling.stats.explaining.sentences import Speaker, Words
from samling.stats.inference.estimates import Estimates
from samling.stats.inference.wording import Language, check_language
from samling.stats.regression.result import Regression

Direction = Literal["favourable", "adverse"]


@dataclass(frozen=True)
class Explanation:
    """Who are they, where do they live, and which factors act together?

    `overall` is the share among the `n` complete rows; `gaps` the factors, the largest adjusted
    gap first; `place` the same for where people live (None if not asked); `pairs` additive
    interaction and `together` strata of the strongest factors. `model` is the full logistic
    model. `dropped` counts rows left out, `small` rows in levels with fewer than `minimum` rows,
    which are not named.
    """

    outcome: str
    direction: Direction
    overall: Estimates
    gaps: tuple[FactorGap, ...]
    place: FactorGap | None
    pairs: tuple[Pair, ...]
    together: Together | None
    model: Regression = field(repr=False)
    n: int
    dropped: Dropped
    small: Mapping[str, int]
    minimum: int

    @property
    def method(self) -> dict[str, Any]:
        """How it was made."""
        return {
            **self.model.method,
            "adjusted": "average marginal predictions of a logistic model of all terms",
            "tests": "joint Wald tests, Holm over the factors; pairs by Bonferroni",
            "minimum": self.minimum,
        }

    def rows(self) -> list[dict[str, Any]]:
        """One plain dict per factor, the strongest first: rank, factor, worst and best level, the
        crude and the adjusted gap with interval, the joint test, Holm's p, spreads, sure."""
        return [{"rank": place + 1, **_gap_row(gap)} for place, gap in enumerate(self.gaps)]

    def levels(self) -> list[dict[str, Any]]:
        """One plain dict per level of every factor: n, share of the population, and the crude and
        adjusted share with interval."""
        return [row for gap in self.gaps for row in _level_rows(gap)]

    def places(self) -> list[dict[str, Any]]:
        """One plain dict per place: as `levels`, and the difference from all others together,
        crude and adjusted, with interval and p."""
        gap = self.place
        if gap is None:
            return []
        rows = _level_rows(gap)
        for kind, shares in (("crude", gap.crude), ("adjusted", gap.adjusted)):
            lines = against_others(shares, gap.share).rows()
            for row, line in zip(rows, lines, strict=True):
                row |= {f"{kind}_difference": line["estimate"]}
                row |= {f"{kind}_difference_{end}": line[f"ci_{end}"] for end in ("low", "high")}
                row |= {f"{kind}_difference_p": line["p"]}
        return rows

    def interactions(self) -> list[dict[str, Any]]:
        """One plain dict per pair: factors, levels, n with both (None if too few), RERI with
        MOVER interval, the ratios of each alone and of both, sure, and the reason if it could not
        be estimated."""
        return [_pair_row(pair) for pair in self.pairs]

    def strata(self) -> list[dict[str, Any]]:
        """Rows of the strata that are large enough to be named, lowest predicted share first."""
        if self.together is None:
            return []
        return sorted(self.together.named, key=lambda row: float(row["predicted"]))

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """All rows by name: factors, levels, places, interactions, strata."""
        return {
            "factors": self.rows(),
            "levels": self.levels(),
            "places": self.places(),
            "interactions": self.interactions(),
            "strata": self.strata(),
        }

    def sentences(self, language: Language = "sv", words: Words | None = None) -> list[str]:
        """The answer in sentences that claim no cause.

        `words` says what things are called: {"outcome": "ljus syn på framtiden", "sex": "kön",
        "sex=girl": "tjejer"}; what it lacks is called by its name in the data.
        """
        check_language(language)
        favourable, alone = self.direction == "favourable", len(self.model.terms) == 1
        say = Speaker(language, words or {}, self.outcome, self.overall.level, favourable, alone)
        incomplete = self.model.fitted.sample.rows - self.dropped.where - self.dropped.zero_weight
        small = sum(self.small.values())
        return [
            say.base(self.overall, self.n),
            *say.factors(self.gaps),
            *(say.place(self.place) if self.place else []),
            *say.pairs(self.pairs),
            *(say.strata(self.together, self.minimum) if self.together else []),
            *say.end(incomplete - self.n - small, small, self.minimum),
        ]


def _gap_row(gap: FactorGap) -> dict[str, Any]:
    out: dict[str, Any] = {"factor": gap.factor, "worst": gap.worst, "best": gap.best}
    for kind, found in (("crude", gap.crude_gap), ("adjusted", gap.adjusted_gap)):
        (line,) = found.rows()
        out |= {f"{kind}_gap": line["estimate"], f"{kind}_se": line["se"]}
        out |= {f"{kind}_low": line["ci_low"], f"{kind}_high": line["ci_high"]}
    return out | {
        "crude_spread": gap.spread[0],
        "adjusted_spread": gap.spread[1],
        "test_f": gap.test.statistic,
        "test_df": gap.test.numerator_df,
        "test_p": None if np.isnan(gap.test.p) else gap.test.p,
        "holm_p": None if np.isnan(gap.p) else gap.p,
        "sure": gap.sure,
    }


def _level_rows(gap: FactorGap) -> list[dict[str, Any]]:
    lines = zip(gap.levels, gap.n, gap.share, gap.crude.rows(), gap.adjusted.rows(), strict=True)
    return [
        {"factor": gap.factor, "level": level, "n": n, "population_share": float(share)}
        | {
            f"{kind}{end}": line[key]
            for kind, line in (("crude", crude), ("adjusted", adjusted))
            for end, key in (("", "estimate"), ("_low", "ci_low"), ("_high", "ci_high"))
        }
        for level, n, share, crude, adjusted in lines
    ]


def _pair_row(pair: Pair) -> dict[str, Any]:
    out: dict[str, Any] = {
        "first": pair.factors[0],
        "second": pair.factors[1],
        "first_level": pair.exposed[0],
        "second_level": pair.exposed[1],
        "first_reference": pair.reference[0],
        "second_reference": pair.reference[1],
        "n_both": pair.n,
        "reason": pair.reason,
        "sure": pair.sure,
    }
    found = pair.interaction
    low, high = (found and found.reri.mover) or (None, None)
    ratios = (None, None, None) if found is None else tuple(r.estimate for r in found.ratios)
    names = ("ratio_first", "ratio_second", "ratio_both")
    out |= {"reri": found and found.reri.estimate, "reri_low": low, "reri_high": high}
    return out | dict(zip(names, ratios, strict=True))
