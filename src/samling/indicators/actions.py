"""Publishing: the one change of state of figures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils import timezone, translation

from samling import __version__
from samling.indicators.choices import Changed, Status, change_note
from samling.indicators.models import Release
from samling.indicators.models import Study as StudyRecord
from samling.indicators.publication import cube, disclosure, release
from samling.indicators.publication.counting import Counts, count_all
from samling.indicators.publication.differences import (
    DifferencesError,
    counts_again,
    known_counts,
    read_counts,
    telling_differences,
)
from samling.indicators.publication.history import Earlier, read_statuses
from samling.indicators.publication.lattice import Lattice
from samling.indicators.publication.release import HiddenPart
from samling.indicators.publication.side_by_side import Verdicts, Workers, workers
from samling.indicators.queries import public_releases
from samling.indicators.study.answers import conditions
from samling.indicators.study.check import CheckedStudy, check_study
from samling.indicators.study.load import StudyFolder, load_study
from samling.places.actions import load_division
from samling.places.queries import Place, areas_by_code
from samling.stats.disclosure import DisclosureError, EarlierReleaseError, UnprotectableError
from samling.surveys.actions import store_dataset
from samling.surveys.microdata import Microdata
from samling.warehouse import Manifest, Warehouse

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Published:
    """What a publishing came to; `new` is False when nothing had changed since the last one."""

    release: Release
    new: bool
    statuses: dict[Status, int]
    hidden: tuple[HiddenPart, ...]


def open_study(path: Path, *, by: str) -> CheckedStudy:
    """Load and check the study in a folder, its own areas included; nothing is stored.

    Raises StudyError with everything that is wrong.
    """
    folder = load_study(path)
    return check_study(folder, lambda codes: _areas_as_they_will_be(folder, codes, by=by))


def _areas_as_they_will_be(folder: StudyFolder, codes: Iterable[str], *, by: str) -> list[Place]:
    """The areas with the codes when the study's own division has been loaded, which it is not."""
    with transaction.atomic():
        _load_own_division(folder, by=by)
        found = areas_by_code(codes, division=folder.study.geography.division)
        transaction.set_rollback(True)
    return found


def _load_own_division(folder: StudyFolder, *, by: str) -> None:
    geography = folder.study.geography
    if geography.division_file is None:
        return
    load_division(
        folder.path / geography.division_file,
        by=by,
        code=geography.division,
        name_sv=geography.division,
        name_en=geography.division,
    )


@dataclass(frozen=True)
class Said:
    """What the one who publishes says: who it is, what changed, and who decided to publish
    figures that tell of few persons together with earlier ones, and why."""

    by: str
    what_changed: str = ""
    despite_differences: str = ""


@dataclass(frozen=True)
class _Made:
    """What a publishing has come to before its row is written; `refused` when it is not safe
    together with the earlier releases."""

    lattice: Lattice
    tables: release.ReleaseTables
    counts: pa.Table
    dataset: Manifest
    refused: bool


def publish_study(
    path: Path,
    *,
    by: str,
    warehouse: Warehouse,
    what_changed: str = "",
    despite_differences: str = "",
    progress: Progress = print,
    processes: int = 1,
) -> Published:
    """Run the whole journey from a study's folder to a release.

    Files are written first and never change; the release's row, written last in one transaction,
    is what publishes them. So a stop at any point leaves what was published before. The same
    figures and definitions as the latest release give no new release. Raises StudyError, and
    DifferencesError when a release that is still public would tell of few persons together with
    the new one. With `despite_differences` (who decided and why) it is published then too, and
    the earlier ones are no longer public. More `processes` than one share the questions, and
    change nothing but the time.
    """
    said = Said(by, what_changed.strip(), despite_differences.strip())
    with workers(processes) as beside:
        return _published(path, warehouse, said, progress, beside)


def _published(
    path: Path, warehouse: Warehouse, said: Said, progress: Progress, beside: Workers | None
) -> Published:
    progress("Checking the study and its data")
    checked = open_study(path, by=said.by)
    progress("Keeping the data as a snapshot")
    dataset = _store_data(checked, warehouse)
    lattice = make_lattice(checked)
    progress("Estimating every figure")
    estimates = cube.compute(lattice)
    progress("Controlling disclosure")
    control = disclosure.control if beside is None else beside.control
    verdicts, counts, refused = _controlled(lattice, warehouse, said, control)
    progress("Rounding and writing the release")
    tables = release.assemble(lattice, estimates, verdicts)
    known = known_counts(lattice, counts, verdicts)
    made = _Made(lattice, tables, known, dataset, refused)
    return _record(checked, warehouse, made, said)


def _controlled(
    lattice: Lattice,
    warehouse: Warehouse,
    said: Said,
    control: Callable[[Lattice, Counts], Verdicts],
) -> tuple[Verdicts, Counts, bool]:
    """Verdicts that are safe with every release that is still public, and False.

    Raises DifferencesError when there are none. When someone has decided to publish nevertheless,
    the verdicts are those of a study without earlier releases, which end with it; and True.
    """
    counts = count_all(lattice)
    earlier = _earlier_releases(lattice, warehouse)
    try:
        known = replace(counts, earlier=earlier)
        return control(lattice, known), known, False
    except (EarlierReleaseError, UnprotectableError) as error:
        if not earlier:
            raise
        if said.despite_differences:
            return control(lattice, counts), counts, True
        raise _refusal(lattice, counts, earlier, error) from error


def _earlier_releases(lattice: Lattice, warehouse: Warehouse) -> tuple[Earlier, ...]:
    """What is kept of every release that is still public, newest first."""
    rules = lattice.study.disclosure.model_dump(mode="json")
    found = []
    for earlier in public_releases(lattice.study.study):
        if not earlier.counts_snapshot:  # refused later, when its row would be written
            continue
        definitions = warehouse.manifest(earlier.cells_snapshot).definitions
        found.append(
            Earlier(
                earlier.number,
                read_counts(warehouse.read(earlier.counts_snapshot)),
                read_statuses(warehouse.read(earlier.cells_snapshot).to_pylist()),
                definitions["study"]["disclosure"] == rules,
            )
        )
    return tuple(found)


def _refusal(
    lattice: Lattice, counts: Counts, earlier: tuple[Earlier, ...], error: DisclosureError
) -> DifferencesError:
    """The figures that differ by few where that is why; else what the control says."""
    for one in earlier:
        now = counts_again(lattice, counts, one.known)
        telling = telling_differences(lattice, one.known, now)
        if telling:
            return DifferencesError(one.number, telling)
    named = [one.number for one in earlier if str(one.number) == getattr(error, "release", "")]
    return DifferencesError((named or [earlier[0].number])[0], (), str(error))


def make_lattice(checked: CheckedStudy) -> Lattice:
    """The cells that a checked study may publish."""
    study = checked.frame.study
    levels = {area.code: area.level for area in checked.areas}
    groupings: dict[tuple[str, ...], Any] = {(): None}
    for grouping in study.groupings:
        groupings[tuple(grouping.by)] = tuple(grouping.levels) if grouping.levels else None
    total = study.geography.total
    areas = tuple(sorted(code for code in levels if code != total))
    return Lattice(checked.frame, total, areas, levels, groupings)


def _store_data(checked: CheckedStudy, warehouse: Warehouse) -> Manifest:
    study = checked.frame.study
    design = study.design
    order = tuple(dict.fromkeys(n for n in (design.strata, design.psu) if n))
    return store_dataset(
        checked.microdata,
        warehouse,
        name=study.study,
        sort_by=order,
        source=study.source.text.en,
    )


def _record(checked: CheckedStudy, warehouse: Warehouse, made: _Made, said: Said) -> Published:
    study, tables = checked.frame.study, made.tables
    stored = _store_tables(checked, warehouse, made)
    identity = hashlib.sha256("\n".join(m.content_hash for m in stored[:2]).encode()).hexdigest()
    with transaction.atomic():
        _load_own_division(checked.folder, by=said.by)
        record, _ = StudyRecord.objects.select_for_update().get_or_create(code=study.study)
        latest = record.releases.order_by("-number").first()
        if latest is not None and latest.identity == identity:
            return Published(latest, False, tables.statuses, tables.hidden)
        despite = _differing(warehouse, record, made, said)
        record.name_sv, record.name_en = study.name.sv, study.name.en
        record.example_data = study.example_data
        record.save()
        number = latest.number + 1 if latest else 1
        changed = _changed(warehouse, latest, stored[:2])
        row = Release.objects.create(
            study=record,
            number=number,
            identity=identity,
            cells_snapshot=stored[0].id,
            comparisons_snapshot=stored[1].id,
            counts_snapshot=stored[2].id,
            dataset_snapshot=made.dataset.id,
            published_at=timezone.now(),
            published_by=said.by,
            what_changed=said.what_changed or _note_in_swedish(number, changed),
            despite_differences=despite,
            code_version=__version__,
            summary=_summary(checked, tables) | ({} if said.what_changed else {"changed": changed}),
        )
    return Published(row, True, tables.statuses, tables.hidden)


def _store_tables(checked: CheckedStudy, warehouse: Warehouse, made: _Made) -> list[Manifest]:
    """Cells and comparisons with their definitions, and the counts, which no page reads."""
    study = checked.frame.study
    definitions = {
        "study": study.model_dump(mode="json"),
        "labels": _labels(checked),
        "variables": _variable_labels(checked),
        "provenance": checked.provenance,
    }
    parts = (
        ("cells", made.tables.cells, definitions),
        ("comparisons", made.tables.comparisons, definitions),
        ("counts", made.counts, None),
    )
    return [
        warehouse.store(
            table,
            kind=kind,
            name=study.study,
            sort_by=("indicator", "grouping", "area", "period", "group"),
            source={"text": study.source.text.en, "licence": study.source.licence},
            definitions=said,
        )
        for kind, table, said in parts
    ]


def _differing(warehouse: Warehouse, record: StudyRecord, made: _Made, said: Said) -> str:
    """Who decided to publish despite what the difference to a public release tells; nothing
    when it tells nothing. Raises DifferencesError when nobody did."""
    if made.refused:
        return said.despite_differences
    now = read_counts(made.counts)
    for earlier in public_releases(record.code):
        kept = earlier.counts_snapshot
        before = read_counts(warehouse.read(kept)) if kept else {}
        telling = telling_differences(made.lattice, before, now)
        if kept and not telling:
            continue
        if not said.despite_differences:
            raise DifferencesError(earlier.number, telling)
        return said.despite_differences
    return ""


def _changed(warehouse: Warehouse, latest: Release | None, stored: list[Manifest]) -> list[Changed]:
    """What is not as it was in the latest release; nothing when there is none."""
    if latest is None:
        return []
    befores = [warehouse.manifest(latest.cells_snapshot)]
    befores += [warehouse.manifest(latest.comparisons_snapshot)]
    parts = (Changed.FIGURES, Changed.COMPARISONS)
    changed = [
        part
        for part, before, now in zip(parts, befores, stored, strict=True)
        if before.id != now.id and warehouse.read(before.id) != warehouse.read(now.id)
    ]
    old, new = (dict(manifest.definitions) for manifest in (befores[0], stored[0]))
    if old.pop("provenance", "") != new.pop("provenance", ""):
        changed.append(Changed.PROVENANCE)
    if old != new:
        changed.append(Changed.DEFINITIONS)
    return changed


def _note_in_swedish(number: int, changed: list[Changed]) -> str:
    """What is kept beside the parts; pages write it anew in their reader's language."""
    with translation.override("sv"):
        return change_note(number, changed)


def _summary(checked: CheckedStudy, tables: release.ReleaseTables) -> dict[str, Any]:
    return {
        "rows": checked.frame.rows,
        "cells": tables.cells.num_rows,
        "comparisons": tables.comparisons.num_rows,
        "hidden": tables.statuses[Status.HIDDEN],
        "bounds": tables.statuses[Status.BOUND_BELOW] + tables.statuses[Status.BOUND_ABOVE],
        "unreliable": tables.statuses[Status.UNRELIABLE],
    }


def _labels(checked: CheckedStudy) -> dict[str, dict[str, dict[str, str]]]:
    """Answer options by variable and language, of the variables that the definitions name."""
    named = {leaf.variable for placed in conditions(checked.frame.study) for leaf in placed.leaves}
    english = checked.labels_en or checked.microdata
    return {
        name: {"sv": _value_labels(checked.microdata, name), "en": _value_labels(english, name)}
        for name in sorted(named)
    }


def _variable_labels(checked: CheckedStudy) -> dict[str, dict[str, str]]:
    """What the variables of the design are called, by language."""
    design, english = checked.frame.study.design, checked.labels_en or checked.microdata
    named = sorted({n for n in (design.weights, design.strata, design.psu) if n})
    return {
        name: {"sv": checked.microdata.codebook[name].label, "en": english.codebook[name].label}
        for name in named
    }


def _value_labels(microdata: Microdata, name: str) -> dict[str, str]:
    return {str(code): label for code, label in microdata.codebook[name].value_labels.items()}
