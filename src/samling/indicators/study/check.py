"""What is wrong with a study, all of it at once, with file, line, field and the mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from samling.indicators.study.answers import check_answers, conditions
from samling.indicators.study.findings import Finding, Place, StudyError, unknown
from samling.indicators.study.frame import (
    Frame,
    area_codes,
    build_frame,
    period_codes,
    with_zero,
)
from samling.indicators.study.load import StudyFolder
from samling.indicators.study.reading import ReadData, read_study_data
from samling.indicators.study.sampling import check_design
from samling.places.loading.drafts import DivisionError
from samling.places.queries import Place as Area
from samling.surveys.microdata import Microdata

AreaLookup = Callable[[Iterable[str]], list[Area]]
SWEDEN = "sverige"
_SHOWN = 5
_MAY_READ = "Check that you may read it."


@dataclass(frozen=True)
class CheckedStudy:
    """A study without errors, with its data as read."""

    folder: StudyFolder
    microdata: Microdata
    labels_en: Microdata | None
    frame: Frame
    areas: tuple[Area, ...]
    provenance: str


def check_study(folder: StudyFolder, find_areas: AreaLookup) -> CheckedStudy:
    """Check a study against itself, its data and the areas that exist.

    Raises StudyError with every finding. A check that needs an earlier one to hold (a condition
    needs its variable) is left out where that one failed, so that no finding follows from another.
    """
    data = folder.study.data
    read = read_study_data(folder, data.codebook)
    english = read_study_data(folder, data.codebook_en) if data.codebook_en else ReadData(None)
    findings = [*folder.findings, *_check_files(folder), *read.findings, *english.findings]
    microdata = read.microdata
    if microdata is None:
        raise StudyError(findings)
    findings += _check_variables(folder, microdata)
    findings += check_design(folder, microdata.table)
    findings += check_answers(folder, microdata, read)
    findings += _check_periods(folder, microdata.table)
    areas, full, wrong = _check_areas(folder, microdata.table, find_areas)
    findings += wrong
    if findings:
        raise StudyError(findings)
    frame = build_frame(folder.study, microdata.table, full)
    provenance = _text(folder.path / folder.study.source.provenance) or ""
    return CheckedStudy(folder, microdata, english.microdata, frame, areas, provenance)


def _check_files(folder: StudyFolder) -> Iterator[Finding]:
    """Files that the study names are there."""
    data, geography = folder.study.data, folder.study.geography
    source = getattr(folder.study, "source", None)
    named: list[tuple[Place, str | None, str]] = [
        (("data", "file"), data.file, "Write the name of the data file in the study's folder."),
        (("data", "codebook"), data.codebook, "Mend the name, or leave it out."),
        (("data", "codebook_en"), data.codebook_en, "Mend the name, or leave it out."),
        (("geography", "division_file"), geography.division_file, "Mend the name of the file."),
        (
            ("source", "provenance"),
            source.provenance if source else None,
            "Write down where the data come from and what was done to them.",
        ),
    ]
    for place, name, mend in named:
        if name is None:
            continue
        if not folder.holds(name):
            problem = f"The file {name} lies outside of the study's folder."
            yield folder.finding(place, problem, "Put it in the folder and write its name only.")
        elif folder.file(name) is None:
            yield folder.finding(place, f"The file {name} is not there.", mend)
        elif place == ("source", "provenance") and not _text(folder.path / name):
            problem = f"The file {name} is empty, or can't be read as UTF-8."
            yield folder.finding(place, problem, f"{mend[:-1]}, and save it as UTF-8.")


def _text(file: Path) -> str | None:
    """What a file of text says; None when it is not UTF-8 or can't be read."""
    try:
        return file.read_bytes().decode("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        return None


def _check_variables(folder: StudyFolder, microdata: Microdata) -> Iterator[Finding]:
    """Every variable that is named is in the data."""
    study, names = folder.study, microdata.table.column_names
    named: list[tuple[Place, str | None]] = [
        (("design", part), getattr(study.design, part))
        for part in ("weights", "strata", "psu", "fpc")
    ]
    named += [(("periods", "variable"), study.periods.variable)]
    named += [(("geography", "variable"), study.geography.variable)]
    named += [(("indicators", i, "variable"), x.variable) for i, x in enumerate(study.indicators)]
    named += [(c.place, leaf.variable) for c in conditions(study) for leaf in c.leaves]
    for place, name in dict.fromkeys(named):
        if name is not None and name not in names:
            yield folder.finding(place, *unknown("variable in the data", name, names))


def _check_periods(folder: StudyFolder, table: pa.Table) -> Iterator[Finding]:
    periods = folder.study.periods
    if periods.variable is not None and periods.variable not in table.column_names:
        return
    yield from _broken_periods(folder, table)
    codes = period_codes(table, periods)
    missing = sum(code is None for code in codes)
    if missing:
        problem = f"{_have(missing)} no period."
        yield folder.finding(("periods", "variable"), problem, "Mend or remove these rows.")
    occurring = sorted({str(code) for code in codes if code is not None})
    for i, pool in enumerate(periods.pooled):
        place: Place = ("periods", "pooled", i)
        for period in pool.periods:
            if period not in occurring:
                yield folder.finding((*place, "periods"), *unknown("period", period, occurring))
        if pool.code in occurring:
            problem = f"`{pool.code}` is also a single period."
            yield folder.finding((*place, "code"), problem, "Give the pool a code of its own.")
    for period in periods.notes:
        if period not in (*occurring, *(pool.code for pool in periods.pooled)):
            yield folder.finding(
                ("periods", "notes", period), *unknown("period", period, occurring)
            )


def _broken_periods(folder: StudyFolder, table: pa.Table) -> Iterator[Finding]:
    """A period that is a number is a whole one."""
    name = folder.study.periods.variable
    if name is None or not pa.types.is_floating(table.column(name).type):
        return
    values = table.column(name).to_numpy()
    broken = np.unique(values[np.isfinite(values) & (values % 1 != 0)])
    if len(broken):
        said = ", ".join(f"`{value:g}`" for value in broken[:_SHOWN])
        problem = f"A period can't be {said}."
        mend = "Write whole years, or texts such as 2022/23, in the data."
        yield folder.finding(("periods", "variable"), problem, mend)


def _check_areas(
    folder: StudyFolder, table: pa.Table, find_areas: AreaLookup
) -> tuple[tuple[Area, ...], dict[str, str], list[Finding]]:
    """The areas of the study, the full codes of those whose first zero was lost, and what is
    wrong with the areas that it names."""
    geography = folder.study.geography
    if geography.division_file and geography.division == SWEDEN:
        mend = f"Give the file's division a code of its own; `{SWEDEN}` comes with Samling."
        place: Place = ("geography", "division")
        return (), {}, [folder.finding(place, f"A file can't change `{SWEDEN}`.", mend)]
    if geography.division_file and folder.file(geography.division_file) is None:
        return (), {}, []  # the check of files has said so
    if geography.variable is not None and geography.variable not in table.column_names:
        rows: dict[str, int] = {}
    else:
        given = area_codes(table, geography)
        names, counts = np.unique([c for c in given if c is not None], return_counts=True)
        rows = {str(n): int(c) for n, c in zip(names, counts, strict=True)}
    try:
        longer = {code: with_zero(code) for code in rows}
        found = {a.code: a for a in find_areas([geography.total, *rows, *longer.values()])}
    except DivisionError as error:
        file = Path(error.file).name
        return (), {}, [Finding(file, p.line, p.field, p.what, p.mend) for p in error.problems]
    except OSError as error:
        problem = f"The file {geography.division_file} cannot be read ({error.strerror})."
        return (), {}, [folder.finding(("geography", "division_file"), problem, _MAY_READ)]
    full = {c: long for c, long in longer.items() if c not in found and long in found}
    counted: dict[str, int] = {}
    for code, count in rows.items():
        counted[full.get(code, code)] = counted.get(full.get(code, code), 0) + count
    areas = tuple(area for code, area in found.items() if code in {geography.total, *counted})
    return areas, full, list(_area_findings(folder, counted, found))


def _area_findings(
    folder: StudyFolder, rows: dict[str, int], found: dict[str, Area]
) -> Iterator[Finding]:
    geography, place = folder.study.geography, ("geography", "variable")
    for code, count in rows.items():
        if code == geography.total:
            problem = f"{_have(count)} the area `{code}`, which is the total of all areas."
            yield folder.finding(place, problem, "Leave the area empty where it is not known.")
        elif code not in found:
            problem = f"{_have(count)} the area `{code}`, which does not exist."
            mend = (
                f"Mend the data, or load a division that has it (`{geography.division}` is used)."
            )
            yield folder.finding(place, problem, mend)
        elif _outside(found[code], found.get(geography.total)):
            problem = f"{_have(count)} the area `{code}`, which lies outside the total."
            mend = f"Leave these rows out, or choose another total than `{geography.total}`."
            yield folder.finding(place, problem, mend)
    if geography.total not in found:
        problem = f"There is no area `{geography.total}` in `{geography.division}`."
        mend = "Use the code of an area that exists, such as 04 for Södermanlands län."
        yield folder.finding(("geography", "total"), problem, mend)


def _have(count: int) -> str:
    return "1 row has" if count == 1 else f"{count} rows have"


def _outside(area: Area, total: Area | None) -> bool:
    """Whether a municipality is one of another county than the total."""
    if total is None or total.level != "county":
        return False
    return area.level == "county" or (
        area.level == "municipality" and area.parent_code != total.code
    )
