"""The one schema of `study.yaml`. Definitions are data: nothing in them is code."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from samling.indicators.study.conditions import Condition, dump_condition, parse_condition

HARD_FLOOR = 5
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,60}$")]
ConditionField = Annotated[
    Condition, PlainValidator(parse_condition), PlainSerializer(dump_condition)
]
Threshold = Annotated[int, Field(ge=HARD_FLOOR, le=1000)]
AreaLevel = Literal[
    "country", "group", "county", "municipality", "district", "regso", "deso", "school"
]


def _wrong(problem: str, mend: str) -> PydanticCustomError:
    """An error of a whole part, with its mend."""
    return PydanticCustomError("study", "{problem}", {"problem": problem, "mend": mend})


class Part(BaseModel):
    """A part of a study file: unknown fields are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """A text in Swedish and English."""

    sv: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def of(self, language: str) -> str:
        """The text in `language` (Swedish unless it is English)."""
        return self.en if language == "en" else self.sv


class Owner(Part):
    """Who is responsible for the data (decision 14)."""

    organisation: Text
    contact: str
    registry_number: str
    retention_class: str


class Data(Part):
    """The microdata file, how to read it, and, for files without labels, its codebook."""

    file: str
    codebook: str | None = None
    codebook_en: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[",", "."] | None = None
    sheet: str | None = None


class DesignPart(Part):
    """How the answers were collected, as variables of the data file.

    In a census places share design effects and have the degrees of freedom that these give, so
    that `df` is about samples, and about how many a census can have at most.
    """

    weights: str | None = None
    strata: str | None = None
    psu: str | None = None
    nest: bool = False
    fpc: str | None = None
    lonely_psu: Literal["fail", "certainty", "adjust", "average", "collapse"] = "fail"
    interval: Literal["wald", "logit", "korn-graubard", "wilson"] = "korn-graubard"
    df: Literal["design", "domain"] = "design"


class Pool(Part):
    """Several periods shown together."""

    code: str
    name: Text
    periods: Annotated[list[str], Field(min_length=2)]


class Periods(Part):
    """The variable that tells the round, or one period for a study of a single round."""

    variable: str | None = None
    single: str | None = None
    pooled: list[Pool] = []
    notes: dict[str, Text] = {}

    @model_validator(mode="after")
    def _one_way(self) -> Periods:
        if (self.variable is None) == (self.single is None):
            raise _wrong("Needs either `variable` or `single`.", "Write one of the two.")
        return self


class Geography(Part):
    """The areas that figures are shown for; `total` is the area that holds them all."""

    total: str
    variable: str | None = None
    division: Code = "sverige"
    division_file: str | None = None
    note: Text | None = None


class Level(Part):
    """One group of a breakdown: the rows whose answers meet `when`."""

    code: Code
    name: Text
    when: ConditionField
    only: list[AreaLevel] | None = None


class Breakdown(Part):
    """Groups that figures are compared between; a row in no group is 'unstated'."""

    code: Code
    name: Text
    levels: Annotated[list[Level], Field(min_length=2)]
    gap: tuple[str, str] | None = None
    note: Text | None = None


class Grouping(Part):
    """One cut that is published: breakdowns crossed, on some area levels."""

    by: Annotated[list[str], Field(max_length=3)]
    levels: list[AreaLevel] | None = None


class Indicator(Part):
    """One figure: who counts in the numerator, among whom, and how it may be shown."""

    code: Code
    name: Text
    question: Text
    kind: Literal["share", "mean"] = "share"
    numerator: ConditionField | None = None
    denominator: ConditionField
    variable: str | None = None
    unit: Text | None = None
    asked_of: dict[str, list[str]] = {}
    direction: Literal["favourable", "adverse", "neutral"]
    theme: Text
    objective_area: Literal["1", "2", "3", "4", "5", "6", "7", "8", "H", "BG"]
    sensitivity: Literal["ordinary", "sensitive", "high"] = "ordinary"
    featured: bool = False
    note: Text | None = None

    @model_validator(mode="after")
    def _kind_has_its_fields(self) -> Indicator:
        if self.kind == "share" and self.numerator is None:
            raise _wrong("A share needs a `numerator`.", "Add it, or write `kind: mean`.")
        if self.kind == "mean" and self.variable is None:
            raise _wrong("A mean needs a `variable`.", "Add it, or write `kind: share`.")
        return self


class LevelPolicy(Part):
    """Thresholds for a degree of sensitivity."""

    minimum_base: Threshold
    levels: list[AreaLevel] | None = None


class DisclosurePolicy(Part):
    """Thresholds on unweighted counts. None may go below the hard floor of 5."""

    minimum_count: Threshold = 5
    ordinary: LevelPolicy = LevelPolicy(minimum_base=10)
    sensitive: LevelPolicy = LevelPolicy(
        minimum_base=20, levels=["country", "group", "county", "municipality"]
    )
    high: LevelPolicy = LevelPolicy(minimum_base=50, levels=["country", "group", "county"])


class Source(Part):
    """Where the data comes from, under which licence, and the longer account."""

    text: Text
    licence: str
    provenance: str


class Study(Part):
    """A whole `study.yaml`."""

    study: Code
    name: Text
    about: Text
    example_data: bool = False
    uncertainty: Literal["sample", "census"]
    owner: Owner
    source: Source
    data: Data
    design: DesignPart = DesignPart()
    periods: Periods
    geography: Geography
    breakdowns: list[Breakdown] = []
    groupings: list[Grouping] = []
    indicators: Annotated[list[Indicator], Field(min_length=1)]
    disclosure: DisclosurePolicy = DisclosurePolicy()

    def breakdown(self, code: str) -> Breakdown:
        """The breakdown with this code (KeyError if there is none)."""
        return {b.code: b for b in self.breakdowns}[code]

    def indicator(self, code: str) -> Indicator:
        """The indicator with this code (KeyError if there is none)."""
        return {i.code: i for i in self.indicators}[code]

    def policy(self, indicator: Indicator) -> LevelPolicy:
        """The thresholds that this indicator's sensitivity asks for."""
        policy: LevelPolicy = getattr(self.disclosure, indicator.sensitivity)
        return policy
