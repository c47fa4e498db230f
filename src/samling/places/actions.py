"""Every change of areas and divisions. Nothing is stored unless all of a file can be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import F

from samling.places.choices import DIVISION_CODE, SWEDEN
from samling.places.loading.division_file import read_division
from samling.places.loading.drafts import AreaDraft, DivisionCodeError, DivisionError, Problem
from samling.places.loading.order import (
    CircularAreas,
    Key,
    Known,
    References,
    check_dates,
    check_references,
    in_waves,
)
from samling.places.loading.outlines import Outline, read_outlines, swedish_outlines
from samling.places.models import Area, Division

SWEDEN_FILE = Path(__file__).parent / "data" / "sweden.csv"
_FIELDS = ["name", "level", "parent", "parent_code", "valid_to", "boundary"]
_FIELDS += ["centroid_longitude", "centroid_latitude"]


@dataclass(frozen=True)
class Loaded:
    """What a loading did: numbers of areas."""

    division: str
    created: int
    changed: int
    unchanged: int


@transaction.atomic
def load_sweden(*, by: str) -> Loaded:
    """Store Sweden's 21 counties and 290 municipalities with outlines, or bring them up to date.

    A second run changes nothing.
    """
    drafts = read_division(SWEDEN_FILE)
    division = _division(
        SWEDEN,
        drafts,
        by=by,
        name_sv="Sveriges län och kommuner",
        name_en="Counties and municipalities of Sweden",
        source="Statistiska centralbyrån (SCB), Digitala gränser, CC0",
    )
    return _Store(division, SWEDEN_FILE, drafts, swedish_outlines(), update=True).run(by=by)


@transaction.atomic
def load_division(
    file: Path,
    *,
    by: str,
    code: str,
    name_sv: str,
    name_en: str,
    source: str = "",
    outlines: Path | None = None,
) -> Loaded:
    """Store a division's areas from a CSV file, and their outlines from a GeoJSON file if given.

    The file may be loaded again with more areas, or with a valid_to for an area that has ended;
    anything else about a stored area stands. Parents and members may be areas of the file, of the
    division, or of Sweden. Raises DivisionCodeError, DivisionError (every problem, with line,
    field and mend), OutlineError or OSError; then nothing is stored.
    """
    _check_code(code)
    drafts = read_division(file)
    shapes = read_outlines(outlines, [draft.code for draft in drafts]) if outlines else {}
    division = _division(code, drafts, by=by, name_sv=name_sv, name_en=name_en, source=source)
    return _Store(division, file, drafts, shapes, update=False).run(by=by)


def _check_code(code: str) -> None:
    """The code is one, and not that of the division which comes with Samling."""
    if code == SWEDEN:
        raise DivisionCodeError(
            f'"{SWEDEN}" is the division that comes with Samling, which no file can change. '
            "Choose another code, such as stadsdelar; its areas may have Swedish areas as parents."
        )
    if not re.match(DIVISION_CODE, code):
        raise DivisionCodeError(
            f"\"{code}\" can't be a division's code. Use a-z, 0-9, _ and -, at most 61 of them and "
            "beginning with a letter, such as stadsdelar-2026."
        )


def _division(code: str, drafts: Sequence[AreaDraft], **fields: str) -> Division:
    """The division's row; the first loading decides what it says."""
    defaults = {"loaded_by": fields.pop("by"), **fields}
    starts = min(draft.valid_from for draft in drafts)
    division, _ = Division.objects.get_or_create(
        code=code, defaults={**defaults, "valid_from": starts}
    )
    return division


class _Store:
    """One loading of checked areas into a division."""

    def __init__(
        self,
        division: Division,
        file: Path,
        drafts: Sequence[AreaDraft],
        outlines: Mapping[str, Outline],
        *,
        update: bool,
    ) -> None:
        self.division, self.file, self.drafts = division, file, drafts
        self.outlines, self.update = outlines, update
        stored = list(division.areas.prefetch_related("members"))
        self.before = {(area.code, area.valid_from): area for area in stored}
        self.areas = dict(self.before)
        own = [Known(a.code, a.valid_from, a.valid_to) for a in stored]
        swedish = [] if division.code == SWEDEN else self._swedish()
        self.references = References(drafts, [*own, *swedish])
        self.own = own

    def _swedish(self) -> list[Known]:
        """Sweden's areas that the file refers to, so that they can be parents and members."""
        named = {code for draft in self.drafts for code in (draft.parent, *draft.members)}
        areas = list(Area.objects.filter(division__code=SWEDEN, code__in=named))
        for area in areas:
            self.areas.setdefault((area.code, area.valid_from), area)
        return [Known(a.code, a.valid_from, a.valid_to) for a in areas]

    def run(self, *, by: str) -> Loaded:
        """Check everything, then store what is new or changed."""
        problems = check_references(self.drafts, self.references)
        problems += check_dates(self.drafts, self.own)
        problems += [] if self.update else self._stored_otherwise()
        if problems:
            raise DivisionError(self.file, problems)
        try:
            waves = list(in_waves(self.drafts, self.references))
        except CircularAreas as error:
            raise DivisionError(self.file, [error.problem]) from error
        created = [draft for draft in self.drafts if draft.key not in self.before]
        changed = [
            draft
            for draft in self.drafts
            if draft.key in self.before and self._different(draft, self.before[draft.key])
        ]
        if created or changed:
            self._write(waves, {draft.key for draft in changed})
            found = Division.objects.filter(pk=self.division.pk)
            found.update(loaded_by=by, version=F("version") + 1)
        unchanged = len(self.drafts) - len(created) - len(changed)
        return Loaded(self.division.code, len(created), len(changed), unchanged)

    def _stored_otherwise(self) -> list[Problem]:
        """Problems of stored areas that the file would change, other than end."""
        problems = []
        for draft in self.drafts:
            stored = self.before.get(draft.key)
            if stored is None:
                continue
            fields = self._different(draft, stored)
            if fields and (fields != ["valid_to"] or stored.valid_to is not None):
                what = f'"{draft.code}" exists already with another {", ".join(fields)}.'
                mend = "End the stored area with valid_to and give this one a later valid_from."
                problems.append(Problem(draft.line, "code", what, mend))
        return problems

    def _different(self, draft: AreaDraft, stored: Area) -> list[str]:
        """The file's fields that the stored area has not got. A missing outline is no change."""
        shape = self.outlines.get(draft.code)
        members = {member.code for member in stored.members.all()}
        compared = {
            "name": draft.name == stored.name,
            "level": draft.level == stored.level,
            "parent": draft.parent == stored.parent_code,
            "valid_to": draft.valid_to == stored.valid_to,
            "members": set(draft.members) == members,
            "outline": shape is None or shape.boundary == stored.boundary,
        }
        return [field for field, same in compared.items() if not same]

    def _find(self, code: str, draft: AreaDraft) -> Area:
        key = self.references.find(code, draft.valid_from)
        if key is None:
            raise LookupError(f"{code} was not checked before it was stored.")
        return self.areas[key]

    def _fill(self, area: Area, draft: AreaDraft) -> Area:
        """Give the area everything that the file says of it, but its members."""
        area.name, area.level, area.valid_to = draft.name, draft.level, draft.valid_to
        area.parent = self._find(draft.parent, draft) if draft.parent else None
        area.parent_code = draft.parent
        shape = self.outlines.get(draft.code)
        if shape is not None:
            area.boundary = shape.boundary
            area.centroid_longitude, area.centroid_latitude = shape.longitude, shape.latitude
        return area

    def _write(self, waves: Sequence[Sequence[AreaDraft]], changed: set[Key]) -> None:
        """End what ends, so that its successor may begin; then wholes before parts."""
        for wave in waves:
            for draft in wave:
                if draft.key in changed:
                    self.before[draft.key].valid_to = draft.valid_to
        Area.objects.bulk_update([self.before[key] for key in changed], ["valid_to"])
        for wave in waves:
            self._create([draft for draft in wave if draft.key not in self.before])
            self._change([draft for draft in wave if draft.key in changed])

    def _create(self, drafts: Sequence[AreaDraft]) -> None:
        for draft in drafts:
            area = Area(division=self.division, code=draft.code, valid_from=draft.valid_from)
            self.areas[draft.key] = self._fill(area, draft)
        Area.objects.bulk_create([self.areas[draft.key] for draft in drafts])
        self._set_members(drafts)

    def _change(self, drafts: Sequence[AreaDraft]) -> None:
        areas = [self._fill(self.before[draft.key], draft) for draft in drafts]
        Area.objects.bulk_update(areas, _FIELDS)
        self._set_members(drafts)

    def _set_members(self, drafts: Sequence[AreaDraft]) -> None:
        for draft in drafts:
            if draft.members:
                found = [self._find(code, draft) for code in draft.members]
                self.areas[draft.key].members.set(found)
