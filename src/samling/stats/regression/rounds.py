"""Comparing two rounds of a survey, with or without people and schools in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import linalg

from samling.stats.cube.result import Result
from samling.stats.errors import TimePointsError
from samling.stats.inference.estimates import Estimates
from samling.stats.inference.wording import Language
from samling.stats.regression.figures import Figures, figures_of
from samling.stats.regression.trend_words import of_domain, rounds_sentence
from samling.stats.tables.exact import IntArray

Domain = tuple[Any, ...]


@dataclass(frozen=True)
class RoundComparison:
    """Later - earlier and later / earlier for every domain that both rounds have.

    `by` names the parts of `domains`; `differences` and `ratios` are Estimates with a line per
    domain. `only_first` and `only_second` are domains with an estimate in one round only.
    """

    rounds: tuple[Any, Any]
    by: tuple[str, ...]
    domains: tuple[Domain, ...]
    first: Estimates = field(repr=False)
    second: Estimates = field(repr=False)
    differences: Estimates = field(repr=False)
    ratios: Estimates = field(repr=False)
    only_first: tuple[Domain, ...]
    only_second: tuple[Domain, ...]
    share: bool

    @property
    def method(self) -> Mapping[str, Any]:
        """How the differences were made."""
        return self.differences.method

    def rows(self) -> list[dict[str, Any]]:
        """One plain dict per domain: its values, first, second, both estimates, the difference
        with se, interval, df and p, the ratio with interval, and the direction."""
        out = []
        lines = zip(self.domains, self.differences.rows(), self.ratios.rows(), strict=True)
        for place, (domain, gap, ratio) in enumerate(lines):
            low, high = gap["ci_low"], gap["ci_high"]
            sure = low is not None and (low > 0 or high < 0)
            row = dict(zip(self.by, domain, strict=True))
            row |= {"first": self.rounds[0], "second": self.rounds[1]}
            row |= {"estimate_first": float(self.first.values[place])}
            row |= {"estimate_second": float(self.second.values[place])}
            row |= {"difference": gap["estimate"]}
            row |= {key: gap[key] for key in ("se", "ci_low", "ci_high", "df", "p")}
            row |= {"ratio": ratio["estimate"], "ratio_low": ratio["ci_low"]}
            row |= {"ratio_high": ratio["ci_high"]}
            row["direction"] = ("up" if low > 0 else "down") if sure else "unclear"
            out.append(row)
        return out

    def table(self) -> pa.Table:
        """The rows as an Arrow table."""
        return pa.Table.from_pylist(self.rows())

    def sentence(self, language: Language = "sv", subject: str | None = None) -> str:
        """The comparison in words, a sentence per domain (named if there are several)."""
        said = []
        for row, domain in zip(self.rows(), self.domains, strict=True):
            text = rounds_sentence(row, self.share, self.differences.level, language, subject)
            said.append(of_domain(domain, text))
        return " ".join(said)


def compare_rounds(
    result: Result,
    time: str,
    first: Any,
    second: Any,
    by: Sequence[str] | None = None,
    *,
    variable: str | None = None,
    statistic: str | None = None,
    level: Any = None,
) -> RoundComparison:
    """Two values of the dimension `time` in one result: one design holds both rounds.

    The covariance between the rounds is the design's: rounds that share PSUs are compared more
    surely than independent ones when those are alike. `by` is a grouping set with `time` in it,
    (time,) by default. TimePointsError if a round is not there.
    """
    if first == second:
        raise TimePointsError(f"Both rounds are {time}={first!r}. Name two different ones.")
    grouping = (time,) if by is None else tuple(by)
    found = figures_of(result, grouping, variable=variable, statistic=statistic, level=level)
    if time not in found.by:
        raise TimePointsError(f"The grouping set {grouping!r} does not have the time {time!r}.")
    at = found.by.index(time)
    sides: list[dict[Domain, int]] = []
    for moment in (first, second):
        sides.append(
            {
                domain[:at] + domain[at + 1 :]: place
                for place, domain in enumerate(found.domains)
                if domain[at] == moment
            }
        )
        if not sides[-1]:
            have = ", ".join(sorted({str(domain[at]) for domain in found.domains}))
            raise TimePointsError(f"There is no round {time}={moment!r}. There are: {have}.")
    others = found.by[:at] + found.by[at + 1 :]
    return _compare(found.beside(), sides, (first, second), others, found.share, "one design")


def compare_separate_rounds(
    first: Result,
    second: Result,
    by: Sequence[str] = (),
    *,
    rounds: tuple[Any, Any],
    variable: str | None = None,
    statistic: str | None = None,
    level: Any = None,
) -> RoundComparison:
    """Two results of independent samples: the variances add up.

    The domains of the grouping set `by` are joined by their values; `rounds` names the two in
    the result. The degrees of freedom are the sum of both, as if the rounds were strata of one
    design. TimePointsError if no domain is in both.
    """
    one, two = (
        figures_of(found, by, variable=variable, statistic=statistic, level=level)
        for found in (first, second)
    )
    size = len(one.domains)
    df_of = dict(zip(two.domains, two.estimates.df, strict=True))
    df = [own + df_of.get(d, 0.0) for d, own in zip(one.domains, one.estimates.df, strict=True)]
    own_of = dict(zip(one.domains, df, strict=True))
    df += [own_of.get(d, own) for d, own in df_of.items()]
    stacked = Estimates(
        names=tuple(f"{side}|{n}" for side, f in ((1, one), (2, two)) for n in f.estimates.names),
        values=np.concatenate([one.estimates.values, two.estimates.values]),
        covariance=linalg.block_diag(one.beside().covariance, two.beside().covariance),
        df=np.array(df),
        level=first.method.level,
        method={"first": asdict(first.method), "second": asdict(second.method)},
    )
    sides = [_places(one, 0), _places(two, size)]
    share = one.share and two.share
    return _compare(stacked, sides, rounds, one.by, share, "independent designs")


def _places(figures: Figures, start: int) -> dict[Domain, int]:
    return {domain: start + place for place, domain in enumerate(figures.domains)}


def _compare(
    estimates: Estimates,
    sides: Sequence[Mapping[Domain, int]],
    rounds: tuple[Any, Any],
    by: tuple[str, ...],
    share: bool,
    designs: str,
) -> RoundComparison:
    one, two = sides
    both = tuple(domain for domain in one if domain in two)
    if not both:
        raise TimePointsError(
            f"No domain of {by!r} is in both rounds {rounds[0]!r} and {rounds[1]!r}. The first has "
            f"{list(one)[:5]}, the second {list(two)[:5]}."
        )
    places = np.array([[side[domain] for domain in both] for side in sides], dtype=np.int64)
    names = [", ".join(map(str, domain)) for domain in both]
    kept = _renamed(estimates, places.ravel(), [f"{s}|{n}" for s in (1, 2) for n in names])
    kept = replace(kept, method={**kept.method, "rounds": designs})
    return RoundComparison(
        rounds=rounds,
        by=by,
        domains=both,
        first=_renamed(kept, np.arange(len(both)), names),
        second=_renamed(kept, np.arange(len(both)) + len(both), names),
        differences=kept.contrast({n: f"`2|{n}` - `1|{n}`" for n in names}),
        ratios=kept.contrast({n: f"`2|{n}` / `1|{n}`" for n in names}),
        only_first=tuple(domain for domain in one if domain not in two),
        only_second=tuple(domain for domain in two if domain not in one),
        share=share,
    )


def _renamed(estimates: Estimates, places: IntArray, names: Sequence[str]) -> Estimates:
    """The estimates at the places, under other names."""
    chosen = estimates.only([estimates.names[place] for place in places])
    return replace(chosen, names=tuple(names))
