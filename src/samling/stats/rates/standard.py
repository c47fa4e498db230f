"""Standard populations by name, added up to the age bands that the data has."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from importlib import resources

from samling.stats.errors import AgeBandError, OptionError
from samling.stats.rates.bands import (
    AgeBand,
    Band,
    band_names,
    order_bands,
    read_band,
    read_standard,
)

STANDARDS = {
    "ESP2013": "esp2013.csv",  # Eurostat (2013), Revision of the European Standard Population
    "WHO2000-2025": "who2000-2025.csv",  # Ahmad et al. (2001), GPE Discussion Paper 31, WHO
}


def standard_population(name: str, bands: Iterable[object] | None = None) -> dict[str, float]:
    """A standard population by age band: "ESP2013" or "WHO2000-2025".

    `bands` are the bands wanted, such as ["0-14", "15-44", "45-64", "65+"]; None gives the
    standard's own. Ages outside the bands are left out, so bands for 15-84 give a standard of
    those ages. AgeBandError for a band that cuts one of the standard's: it says which, and that
    people would have to be assumed to be spread evenly in it. OptionError for another name.
    Eurostat (2013); Ahmad, Boschi-Pinto, Lopez, Murray, Lozano & Inoue (2001).
    """
    own = _own_bands(name)
    if bands is None:
        return {band.name: size for band, size in own.items()}
    wanted = order_bands([read_band(band) for band in bands], "the bands wanted")
    return {band.name: size for band, size in _gather(name, own, wanted).items()}


def _own_bands(name: str) -> dict[AgeBand, float]:
    if name not in STANDARDS:
        raise OptionError(
            f"There is no standard population {name!r}. Choose one of {', '.join(STANDARDS)}, or "
            "give your own as a mapping of age bands to sizes."
        )
    text = resources.files("samling.stats.rates").joinpath("standards", STANDARDS[name])
    with text.open(encoding="utf-8") as lines:
        rows = [(read_band(row["band"]), float(row["population"])) for row in csv.DictReader(lines)]
    return {band: size for band, size in rows if isinstance(band, AgeBand)}


def _gather(
    name: str, own: Mapping[AgeBand, float], wanted: Iterable[Band]
) -> dict[AgeBand, float]:
    found: dict[AgeBand, float] = {}
    for band in wanted:
        if not isinstance(band, AgeBand):
            raise AgeBandError(
                f"{band!r} is not an age band that {name} can be added up to. Write bands as "
                '"0-4", "85+" or "0".'
            )
        touched = [part for part in own if band.meets(part)]
        cut = [part for part in touched if not band.holds(part)]
        if cut or not touched:
            raise AgeBandError(
                f"The age band {band.name} cuts {name}'s {band_names(cut)}, and how many of those "
                "people belong to it is not known. Choose bands that follow the standard's "
                f"({band_names(own)}), or give your own standard as a mapping."
            )
        found[band] = sum(own[part] for part in touched)
    return found


def standard_for(
    standard: str | Mapping[object, float], bands: Iterable[Band]
) -> dict[Band, float]:
    """The standard in the data's bands: a named one is added up, and must be covered whole."""
    if not isinstance(standard, str):
        return read_standard(standard)
    own, wanted = _own_bands(standard), list(bands)
    found = _gather(standard, own, wanted)
    left = [part for part in own if not any(band.holds(part) for band in found)]
    if left:
        raise AgeBandError(
            f"The data has no age band for {standard}'s {band_names(left)}. Add the ages, or say "
            f"that they are meant to be left out: standard=standard_population({standard!r}, "
            f"{[band.name for band in found]!r})."
        )
    return {band: size for band, size in found.items()}
