"""Age bands by name: "0-4", "85+" or a single year; joined by what they mean, never by place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from samling.stats.errors import AgeBandError
from samling.stats.tables.exact import number_or_nan

CLOSED = re.compile(r"(\d+)\s*[-–—]\s*(\d+)(?:\s*år)?")
OPEN = re.compile(r"(\d+)\s*(?:\+|år och äldre|och äldre|and over)")
SINGLE = re.compile(r"(\d+)(?:\.0)?(?:\s*år)?")


@dataclass(frozen=True, order=True)
class AgeBand:
    """Whole years of age from `low` to `high`, both included; an open band has no `high`."""

    low: int
    high: float

    @property
    def name(self) -> str:
        """The band as it is written: "0-4", "85+", "0"."""
        if self.high == float("inf"):
            return f"{self.low}+"
        return str(self.low) if self.high == self.low else f"{self.low}-{self.high:g}"

    def holds(self, other: AgeBand) -> bool:
        """Whether all ages of the other band lie in this one."""
        return self.low <= other.low and other.high <= self.high

    def meets(self, other: AgeBand) -> bool:
        """Whether the bands have an age in common."""
        return self.low <= other.high and other.low <= self.high


Band = AgeBand | str


def read_band(value: object) -> Band:
    """The band that a name stands for; a name that is no age stays as it is."""
    name = str(value).strip()
    if found := CLOSED.fullmatch(name):
        low, high = int(found[1]), int(found[2])
        if high < low:
            raise AgeBandError(
                f"The age band {name!r} ends before it begins. Write the lower age first."
            )
        return AgeBand(low, float(high))
    if found := OPEN.fullmatch(name):
        return AgeBand(int(found[1]), float("inf"))
    if found := SINGLE.fullmatch(name):
        return AgeBand(int(found[1]), float(int(found[1])))
    return name


def band_name(band: Band) -> str:
    """The name to show."""
    return band.name if isinstance(band, AgeBand) else band


def band_names(bands: Iterable[Band]) -> str:
    """Several bands for a message, ages in order."""
    return ", ".join(band_name(band) for band in sorted(bands, key=_place))


def _place(band: Band) -> tuple[int, float, str]:
    return (0, band.low, "") if isinstance(band, AgeBand) else (1, 0.0, band)


def order_bands(bands: Iterable[Band], role: str) -> tuple[Band, ...]:
    """Distinct bands in order of age; AgeBandError if two of them share an age."""
    ordered = tuple(sorted(dict.fromkeys(bands), key=_place))
    ages = [band for band in ordered if isinstance(band, AgeBand)]
    for one, two in pairwise(ages):
        if one.meets(two):
            raise AgeBandError(
                f"The age bands of {role} overlap: {one.name} and {two.name}. Every age must "
                "belong to one band; use one division of age throughout."
            )
    return ordered


def read_standard(
    standard: Mapping[object, float], role: str = "the standard"
) -> dict[Band, float]:
    """A standard population by band; AgeBandError for no, negative, missing or double sizes."""
    found: dict[Band, float] = {}
    for name, size in standard.items():
        band = read_band(name)
        if band in found:
            raise AgeBandError(f"{role} has the age band {band_name(band)} twice. Give it once.")
        if not 0 <= number_or_nan(size) < float("inf"):
            raise AgeBandError(
                f"{role} has the size {size!r} for the age band {band_name(band)}. "
                "A standard population is 0 or more in every band."
            )
        found[band] = float(size)
    if not sum(found.values()) > 0:
        raise AgeBandError(f"{role} has nobody in any age band. Give at least one size above 0.")
    order_bands(found, role)
    return found


def match_bands(have: Iterable[Band], want: Iterable[Band], role: str, other: str) -> None:
    """AgeBandError that names what `other` lacks and has too much, unless the bands agree."""
    missing, extra = set(have) - set(want), set(want) - set(have)
    if missing or extra:
        said = []
        if missing:
            said.append(f"{other} lacks {band_names(missing)}")
        if extra:
            said.append(f"{role} lacks {band_names(extra)}")
        raise AgeBandError(
            f"The age bands of {role} and {other} are not the same: {'; '.join(said)}. Give both "
            "the same bands; standard_population(name, bands) adds a standard up to coarser ones."
        )
