"""The catalogue: WHO's 21 measures by name, what each needs and how its interval is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from samling.stats.errors import MeasureError

Scale = Literal["plain", "log", "cut"]
Model = Literal["linear", "logit"]
Direction = Literal["adverse", "favourable"]


@dataclass(frozen=True)
class Measure:
    """A measure of inequality.

    `scale` is how the interval is made: "plain" value ± t·se, "log" on the log scale, "cut" as
    plain but not below 0, where the measure cannot go. `none` is its value when all groups are
    equal. `ordered` says that the groups must have an order, `reference` that one must be named,
    `bounded` that the indicator must have a largest value. `edge` marks those made of the best or
    worst group, which is itself estimated.
    """

    name: str
    words: str
    scale: Scale
    none: float = 0.0
    ordered: bool = False
    reference: bool = False
    bounded: bool = False
    edge: bool = False


CATALOGUE = (
    Measure("D", "difference", "plain", edge=True),
    Measure("R", "ratio", "log", 1.0, edge=True),
    Measure("SII", "slope index of inequality", "plain", ordered=True),
    Measure("RII", "relative index of inequality", "log", 1.0, ordered=True),
    Measure("ACI", "absolute concentration index", "plain", ordered=True),
    Measure("RCI", "relative concentration index", "plain", ordered=True),
    Measure("BGV", "between-group variance", "cut"),
    Measure("BGSD", "between-group standard deviation", "cut"),
    Measure("COV", "coefficient of variation", "cut"),
    Measure("IDISU", "index of disparity, unweighted", "cut"),
    Measure("IDISW", "index of disparity, weighted", "cut"),
    Measure("MDBU", "mean difference from the best group, unweighted", "cut", edge=True),
    Measure("MDBW", "mean difference from the best group, weighted", "cut", edge=True),
    Measure("MDMU", "mean difference from the mean, unweighted", "cut"),
    Measure("MDMW", "mean difference from the mean, weighted", "cut"),
    Measure("MDRU", "mean difference from a reference, unweighted", "cut", reference=True),
    Measure("MDRW", "mean difference from a reference, weighted", "cut", reference=True),
    Measure("TI", "Theil index", "cut"),
    Measure("MLD", "mean log deviation", "cut"),
    Measure("PAR", "population attributable risk", "plain", edge=True),
    Measure("PAF", "population attributable fraction", "plain", edge=True),
)
BEYOND = (
    Measure("Wagstaff", "normalised concentration index", "plain", ordered=True, bounded=True),
    Measure("Erreygers", "corrected concentration index", "plain", ordered=True, bounded=True),
)
WHO_MEASURES = tuple(measure.name for measure in CATALOGUE)
BY_NAME = {measure.name: measure for measure in (*CATALOGUE, *BEYOND)}


@dataclass(frozen=True)
class Question:
    """What is asked: the groups in the order of the arrays, and how they are to be read.

    `groups` go from the most disadvantaged when `ordered`; `reference` is a place among them;
    `top` is the largest value that the indicator can have, None if it has none.
    """

    groups: tuple[str, ...]
    ordered: bool
    direction: Direction
    reference: int | None
    top: float | None
    model: Model

    @property
    def favourable(self) -> bool:
        """Whether a high value is good."""
        return self.direction == "favourable"

    def picks(self, measure: Measure) -> bool:
        """Whether the estimates themselves decide which groups the measure compares."""
        if measure.name in ("MDBU", "MDBW"):
            return True
        named = self.reference is not None and measure.name in ("PAR", "PAF")
        return measure.edge and not self.ordered and not named

    def lacks(self, measure: Measure) -> str:
        """What the measure needs that was not given, "" if nothing."""
        if measure.ordered and not self.ordered:
            return "the groups have no order: give order=[most disadvantaged, ..., least]"
        if measure.reference and self.reference is None:
            return "no group to compare with is named: give reference="
        logit = measure.name in ("SII", "RII") and self.model == "logit"
        if (measure.bounded or logit) and self.top is None:
            return "the indicator's largest value is not known: give scale=, 1 for a proportion"
        return ""


def choose_measures(measures: Sequence[str] | str) -> tuple[Measure, ...]:
    """The measures asked for; "all" is WHO's 21. MeasureError for an unknown name."""
    if measures == "all":
        return CATALOGUE
    names = [measures] if isinstance(measures, str) else list(measures)
    unknown = [name for name in names if name not in BY_NAME]
    if unknown or not names:
        raise MeasureError(
            f"There is no measure {', '.join(map(repr, unknown)) or 'named'}. Choose among "
            f'{", ".join(BY_NAME)}, or "all" for WHO\'s 21.'
        )
    return tuple(BY_NAME[name] for name in dict.fromkeys(names))


def check_choice(name: str, given: str, choices: object) -> None:
    """MeasureError unless the option is one of those that exist."""
    allowed = get_args(choices)
    if given not in allowed:
        raise MeasureError(f"{name}={given!r} does not exist. Choose: {', '.join(allowed)}.")
