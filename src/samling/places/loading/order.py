"""Checks a file's areas against one another and against what is stored, and puts them in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from samling.places.loading.drafts import AreaDraft, Problem

Key = tuple[str, date]


@dataclass(frozen=True)
class Known:
    """An area that is stored already and may be referred to."""

    code: str
    valid_from: date
    valid_to: date | None


class References:
    """Finds the version of a code that holds on a day: in the file first, then among the stored."""

    def __init__(self, drafts: Sequence[AreaDraft], stored: Sequence[Known]) -> None:
        self._known: dict[str, list[Known | AreaDraft]] = defaultdict(list)
        everything: list[Known | AreaDraft] = [*drafts, *stored]
        for area in everything:
            self._known[area.code].append(area)

    def find(self, code: str, day: date) -> Key | None:
        """The key of the version in force, or None."""
        for area in self._known[code]:
            if area.valid_from <= day and (area.valid_to is None or day < area.valid_to):
                return area.code, area.valid_from
        return None

    def has(self, code: str) -> bool:
        """Whether the code is known at any date."""
        return bool(self._known[code])


def check_references(drafts: Sequence[AreaDraft], references: References) -> list[Problem]:
    """Problems of parents and members that don't exist when the area begins."""
    problems = []
    for draft in drafts:
        named = [("parent", draft.parent)] if draft.parent else []
        for field, code in [*named, *(("members", code) for code in draft.members)]:
            if references.find(code, draft.valid_from) is not None:
                continue
            if references.has(code):
                what = f'"{code}" does not hold on {draft.valid_from}.'
                mend = "Let this area begin when that one does, or mend the other's dates."
            else:
                what = f'there is no area "{code}".'
                mend = "Add a line for it, or mend the code."
            problems.append(Problem(draft.line, field, what, mend))
    return problems


def check_dates(drafts: Sequence[AreaDraft], stored: Sequence[Known]) -> list[Problem]:
    """Problems of a code that is there twice on the same day, in the file or beside the stored."""
    versions: dict[str, list[AreaDraft | Known]] = defaultdict(list)
    keys = {draft.key for draft in drafts}
    for area in drafts:
        versions[area.code].append(area)
    for known in stored:
        if (known.code, known.valid_from) not in keys:
            versions[known.code].append(known)
    problems = []
    for code, areas in versions.items():
        for first, second in pairwise(sorted(areas, key=lambda a: a.valid_from)):
            if first.valid_to is not None and first.valid_to <= second.valid_from:
                continue
            line = max(getattr(first, "line", 0), getattr(second, "line", 0))
            if line:
                problems.append(_twice(code, line, first, second))
    return problems


def _twice(code: str, line: int, first: AreaDraft | Known, second: AreaDraft | Known) -> Problem:
    where = [
        f"on line {a.line}" if isinstance(a, AreaDraft) else f"stored from {a.valid_from}"
        for a in (first, second)
        if getattr(a, "line", 0) != line
    ]
    what = f'the code "{code}" exists already {where[0] if where else ""}'.rstrip() + "."
    mend = f"Remove one, or end the earlier with valid_to {second.valid_from}."
    return Problem(line, "code", what, mend)


def in_waves(drafts: Sequence[AreaDraft], references: References) -> Iterator[list[AreaDraft]]:
    """The areas in groups such that parents and members come in an earlier group.

    Raises CircularAreas with one problem when areas contain one another.
    """
    by_key = {draft.key: draft for draft in drafts}
    graph: dict[Key, set[Key]] = {}
    for draft in drafts:
        codes = [draft.parent] if draft.parent else []
        found = (references.find(code, draft.valid_from) for code in (*codes, *draft.members))
        graph[draft.key] = {key for key in found if key is not None}
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        raise CircularAreas(_circle(error.args[1], by_key)) from error
    while sorter.is_active():
        ready = sorter.get_ready()
        wave = [by_key[key] for key in ready if key in by_key]
        if wave:
            yield sorted(wave, key=lambda draft: draft.line)
        sorter.done(*ready)


class CircularAreas(Exception):  # noqa: N818 - reads as what happened
    """Areas lie in one another in a circle."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def _circle(keys: Sequence[Key], by_key: dict[Key, AreaDraft]) -> Problem:
    lines = [by_key[key].line for key in keys if key in by_key]
    circle = " > ".join(f'"{code}"' for code, _ in keys)
    what = f"the areas lie in one another: {circle}."
    return Problem(min(lines), "parent", what, "Give one of them another parent, or none.")
