"""Reading what has been published: releases, cells and comparisons. Nothing else is reachable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, Generic, TypeVar

from django.conf import settings

from samling.indicators.choices import Comparison, Sign, Status
from samling.indicators.models import Release
from samling.indicators.publication.lattice import SEPARATOR
from samling.indicators.study.schema import Indicator, Study
from samling.warehouse import Warehouse


@dataclass(frozen=True)
class Cell:
    """A published figure; `value`, `low`, `high` in per cent or in the unit of a mean."""

    indicator: str
    grouping: str
    area: str
    period: str
    group: str
    status: Status
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    bound: float | None

    @property
    def shown(self) -> bool:
        """Whether there is a value to show."""
        return self.status is Status.SHOWN


@dataclass(frozen=True)
class Compared:
    """A published difference, in percentage points or in the unit of a mean."""

    kind: Comparison
    indicator: str
    grouping: str
    area: str
    period: str
    group: str
    other: str
    difference: float
    low: float
    high: float
    sign: Sign


Figure = TypeVar("Figure", bound=Cell | Compared)


INDEXES = (
    ("indicator",),
    ("indicator", "area"),
    ("indicator", "period", "grouping"),
    ("area", "period"),
    ("area", "period", "grouping"),
)
"""What pages look figures up by."""


class Kept(Generic[Figure]):
    """A snapshot's figures in memory, found by what pages look them up by."""

    def __init__(self, rows: Sequence[Figure]) -> None:
        self.rows = tuple(rows)
        self._places: dict[tuple[tuple[str, str], ...], list[int]] = {}
        for place, row in enumerate(self.rows):
            for names in INDEXES:
                key = tuple((name, getattr(row, name)) for name in names)
                self._places.setdefault(key, []).append(place)

    def where(self, wanted: Mapping[str, str | Iterable[str]]) -> list[Figure]:
        """Figures whose columns equal, or are among, what is wanted, in stored order."""
        sets = {n: {v} if isinstance(v, str) else set(v) for n, v in wanted.items()}
        tests = list(sets.items())
        return [
            row
            for row in self._likely(sets)
            if all(getattr(row, name) in values for name, values in tests)
        ]

    def _likely(self, sets: Mapping[str, set[str]]) -> Iterable[Figure]:
        """A part of the rows that holds all that are wanted: the smallest that an index gives."""
        only = {name: next(iter(values)) for name, values in sets.items() if len(values) == 1}
        keys = [
            tuple((name, only[name]) for name in names)
            for names in INDEXES
            if only.keys() >= set(names)
        ]
        if not keys:
            return self.rows
        found = min((self._places.get(key, []) for key in keys), key=len)
        return (self.rows[place] for place in found)


@dataclass(frozen=True, eq=False)
class Published:
    """A release with its definitions, as pages read it; equal to another of the same identity."""

    release: Release
    study: Study
    pinned: bool = False
    """Whether pages and files are meant to stay with this release when a new one has come."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Published) and other.release.identity == self.release.identity

    def __hash__(self) -> int:
        return hash(self.release.identity)

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """Codes of the areas with figures, the total first."""
        total = self.study.geography.total
        codes = {cell.area for cell in self._cells.rows}
        return (total, *sorted(codes - {total}))

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Single periods in order, latest last; pools are not among them."""
        pools = {pool.code for pool in self.study.periods.pooled}
        return tuple(sorted({cell.period for cell in self._cells.rows} - pools))

    @cached_property
    def pools(self) -> tuple[str, ...]:
        """Periods that show several years together, in the study's order."""
        found = {cell.period for cell in self._cells.rows}
        return tuple(pool.code for pool in self.study.periods.pooled if pool.code in found)

    @cached_property
    def latest(self) -> str:
        """The latest single period."""
        return self.periods[-1]

    def cells(self, **wanted: str | Iterable[str]) -> list[Cell]:
        """Cells whose columns equal, or are among, what is wanted, in stored order."""
        return self._cells.where(wanted)

    def compared(self, kind: Comparison, **wanted: str | Iterable[str]) -> list[Compared]:
        """Comparisons of one kind, likewise."""
        found = _comparisons(self.release.comparisons_snapshot).where(wanted)
        return [compared for compared in found if compared.kind is kind]

    @property
    def provenance(self) -> str:
        """Where the data come from and what was done to them, in Markdown."""
        return str(_definitions(self.release.cells_snapshot).get("provenance", ""))

    @property
    def _cells(self) -> Kept[Cell]:
        return _cells(self.release.cells_snapshot)

    def value_labels(self, variable: str, language: str) -> dict[str, str]:
        """A question's answer options by code."""
        labels = _definitions(self.release.cells_snapshot)["labels"].get(variable, {})
        return dict(labels.get(language, {}))

    def variable_label(self, variable: str, language: str) -> str:
        """What a variable of the design is called, its own name if nothing else."""
        found = _definitions(self.release.cells_snapshot).get("variables", {})
        return str(found.get(variable, {}).get(language) or variable)

    def groupings_of(self, indicator: Indicator, area: str | None = None) -> list[str]:
        """The groupings that the indicator is published by, in the study's order; crossed ones
        as `gender*grade`. With `area`, those that have cells there."""
        place = {} if area is None else {"area": area}
        found = {c.grouping for c in self.cells(indicator=indicator.code, **place)}
        single = [b.code for b in self.study.breakdowns]
        crossed = [SEPARATOR.join(g.by) for g in self.study.groupings if len(g.by) > 1]
        return [code for code in (*single, *crossed) if code in found]


@cache
def warehouse() -> Warehouse:
    """The installation's warehouse."""
    return Warehouse(settings.SAMLING_WAREHOUSE)


def latest_releases() -> list[Release]:
    """The newest release of every study, real data before examples."""
    newest: dict[int, Release] = {}
    for release in Release.objects.select_related("study").order_by("study_id", "number"):
        newest[release.study_id] = release
    return sorted(newest.values(), key=lambda r: (r.study.example_data, r.study.name_sv))


def latest_release(study_code: str) -> Release | None:
    """The newest release of a study, if it has one."""
    return (
        Release.objects.select_related("study")
        .filter(study__code=study_code)
        .order_by("-number")
        .first()
    )


def releases_of(study_code: str) -> list[Release]:
    """All releases of a study, newest first."""
    return list(
        Release.objects.select_related("study").filter(study__code=study_code).order_by("-number")
    )


def public_releases(study_code: str) -> list[Release]:
    """Releases whose figures are served, newest first: a release made despite differences ends
    those before it."""
    public = []
    for release in releases_of(study_code):
        public.append(release)
        if release.despite_differences:
            break
    return public


def published(release: Release, *, pinned: bool = False) -> Published:
    """A release with its definitions."""
    return Published(release, _study(release.cells_snapshot), pinned)


def all_published() -> list[Published]:
    """The latest release of every study, those with most areas first."""
    found = [published(release) for release in latest_releases()]
    return sorted(found, key=lambda data: -len(data.areas))


@lru_cache(maxsize=64)
def _definitions(snapshot: str) -> dict[str, Any]:
    return dict(warehouse().manifest(snapshot).definitions)


@lru_cache(maxsize=64)
def _study(snapshot: str) -> Study:
    return Study.model_validate(_definitions(snapshot)["study"])


# A snapshot never changes, so what has been read of it stays true for the process's life.
@lru_cache(maxsize=16)
def _cells(snapshot: str) -> Kept[Cell]:
    rows = warehouse().read(snapshot).to_pylist()
    return Kept([Cell(**{**row, "status": Status(row["status"])}) for row in rows])


@lru_cache(maxsize=16)
def _comparisons(snapshot: str) -> Kept[Compared]:
    rows = warehouse().read(snapshot).to_pylist()
    return Kept(
        [
            Compared(**{**row, "kind": Comparison(row["kind"]), "sign": Sign(row["sign"])})
            for row in rows
        ]
    )


def release_stamp() -> str:
    """Changes whenever anything has been published."""
    newest = Release.objects.order_by("-pk").values_list("pk", "identity").first()
    return f"{newest[0]}-{newest[1][:16]}" if newest else "nothing"
