"""What `study.yaml` says of itself: codes that stand twice, names that are defined nowhere.

Works on the plain data, so that it can be said together with what is wrong of form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from samling.indicators.study.findings import Finding, Lines, Place, finding_at, unknown

Data = Mapping[str, Any]


def check_references(data: Data, lines: Lines) -> Iterator[Finding]:
    """Every code is its own, every breakdown, level and period that is named is defined."""
    known = {
        str(breakdown.get("code")): [str(lv.get("code")) for _, lv in _parts(breakdown, "levels")]
        for _, breakdown in _parts(data, "breakdowns")
    }
    for problem in (
        *_codes(data, "indicators", ()),
        *_codes(data, "breakdowns", ()),
        *_breakdowns(data),
        *_groupings(data, known),
        *_asked(data, known),
        *_pools(data),
    ):
        yield finding_at(lines, *problem)


Problem = tuple[Place, str, str]


def _parts(data: Data, name: str) -> list[tuple[int, Data]]:
    """The mappings of a list, with their number in it; what is no list has none."""
    value = data.get(name)
    listed = value if isinstance(value, list) else []
    return [(i, part) for i, part in enumerate(listed) if isinstance(part, Mapping)]


def _texts(value: Any) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def _codes(data: Data, name: str, place: Place) -> Iterator[Problem]:
    """A code that stands twice in a list."""
    first: dict[str, int] = {}
    for i, part in _parts(data, name):
        code = part.get("code")
        if not isinstance(code, str):
            continue
        if code in first:
            problem = f"The code `{code}` stands twice; the first is number {first[code] + 1}."
            yield (*place, name, i, "code"), problem, "Give each its own code."
        first.setdefault(code, i)


def _breakdowns(data: Data) -> Iterator[Problem]:
    for i, breakdown in _parts(data, "breakdowns"):
        place: Place = ("breakdowns", i)
        yield from _codes(breakdown, "levels", place)
        levels = [str(level.get("code")) for _, level in _parts(breakdown, "levels")]
        sides = _texts(breakdown.get("gap"))
        for side in sides:
            if side not in levels:
                yield (*place, "gap"), *unknown("level", side, levels)
        if len(sides) == 2 and sides[0] == sides[1]:
            mend = "Write the two groups that are compared."
            yield (*place, "gap"), f"`{sides[0]}` is compared with itself.", mend


def _groupings(data: Data, known: Mapping[str, list[str]]) -> Iterator[Problem]:
    first: dict[frozenset[str], int] = {}
    for i, grouping in _parts(data, "groupings"):
        place: Place = ("groupings", i, "by")
        names = _texts(grouping.get("by"))
        for name in names:
            if name not in known:
                yield place, *unknown("breakdown", name, known)
        if len(set(names)) < len(names):
            yield place, "A breakdown stands twice.", "Name each breakdown once."
        elif frozenset(names) in first:
            number = first[frozenset(names)] + 1
            problem = f"The same breakdowns are those of grouping number {number}."
            yield place, problem, "Keep one of the two."
        first.setdefault(frozenset(names), i)


def _asked(data: Data, known: Mapping[str, list[str]]) -> Iterator[Problem]:
    for i, indicator in _parts(data, "indicators"):
        asked = indicator.get("asked_of")
        place: Place = ("indicators", i, "asked_of")
        for name, levels in asked.items() if isinstance(asked, Mapping) else ():
            if name not in known:
                yield (*place, str(name)), *unknown("breakdown", str(name), known)
                continue
            for level in _texts(levels):
                if level not in known[name]:
                    yield (*place, str(name)), *unknown("level", level, known[name])


def _pools(data: Data) -> Iterator[Problem]:
    periods = data.get("periods")
    if not isinstance(periods, Mapping):
        return
    yield from _codes(periods, "pooled", ("periods",))
    for i, pool in _parts(periods, "pooled"):
        names = _texts(pool.get("periods"))
        if len(set(names)) < len(names):
            place: Place = ("periods", "pooled", i, "periods")
            yield place, "A period stands twice.", "Name each period once."
