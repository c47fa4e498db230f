"""Reading `study.yaml` so that every error can name its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from samling.indicators.study.findings import (
    STUDY_FILE,
    Finding,
    Place,
    StudyError,
    dotted,
    finding_at,
)
from samling.indicators.study.form import form_findings
from samling.indicators.study.references import check_references
from samling.indicators.study.schema import Study

NEEDED_TO_GO_ON = frozenset({"data", "periods", "geography"})


@dataclass(frozen=True)
class StudyFolder:
    """A study as read from its folder, with the line of every field.

    With `findings`, `study` holds only the parts that are well-formed: it can then be held against
    its data to find more, and serves for nothing else. `kept` gives, for lists of which parts were
    left out, each remaining part's number in the file.
    """

    path: Path
    study: Study
    lines: dict[Place, int]
    findings: tuple[Finding, ...] = ()
    kept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def holds(self, name: str) -> bool:
        """Whether a path that the study names stays in its folder."""
        return (self.path / name).resolve().is_relative_to(self.path.resolve())

    def file(self, name: str | None) -> Path | None:
        """A file of the folder; None when there is none of that name in it."""
        if name is None or not self.holds(name) or not (self.path / name).is_file():
            return None
        return self.path / name

    def finding(self, place: Place, problem: str, mend: str) -> Finding:
        """A finding at a field of `study.yaml`, at the nearest line that is known."""
        head, *rest = place
        if head in self.kept and rest and isinstance(rest[0], int):
            place = (head, self.kept[str(head)][rest[0]], *rest[1:])
        return finding_at(self.lines, place, problem, mend)


def load_study(path: Path) -> StudyFolder:
    """Read `study.yaml` in the folder `path`; what is wrong of form is in the folder's findings.

    Raises StudyError when so much is wrong that it cannot be held against its data.
    """
    data, lines, findings = _parse_yaml(_read(path))
    kept: dict[str, tuple[int, ...]] = {}
    try:
        study = Study.model_validate(data)
    except ValidationError as error:
        findings += form_findings(error.errors(), lines)
        findings += check_references(data, lines)
        if not NEEDED_TO_GO_ON.isdisjoint(e["loc"][0] for e in error.errors() if e["loc"]):
            raise StudyError(findings) from None
        study, kept = _what_holds(data, error.errors())
    else:
        findings += check_references(data, lines)
    return StudyFolder(path, study, lines, tuple(findings), kept)


def _read(path: Path) -> str:
    """The text of the folder's study.yaml; StudyError when there is none that can be read."""
    try:
        return (path / STUDY_FILE).read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        problem = "File not found."
        mend = f"A study is a folder with a study.yaml in it; {path} has none."
        raise StudyError([Finding(STUDY_FILE, 1, "-", problem, mend)]) from None
    except OSError as error:
        problem = f"The file cannot be read ({error.strerror})."
        mend = "Check that you may read it."
        raise StudyError([Finding(STUDY_FILE, 1, "-", problem, mend)]) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = f"The byte 0x{error.object[error.start]:02X} is not UTF-8."
        mend = "Save the file as UTF-8."
        raise StudyError([Finding(STUDY_FILE, line, "-", problem, mend)]) from None


def _what_holds(
    data: Mapping[str, Any], errors: list[ErrorDetails]
) -> tuple[Study, dict[str, tuple[int, ...]]]:
    """The well-formed parts, and which parts of their lists they are."""
    bad = {error["loc"][:2] for error in errors}
    kept: dict[str, tuple[int, ...]] = {}
    fields: dict[str, Any] = {"indicators": []}
    for name, known in Study.model_fields.items():
        wrong = {place for place in bad if place[0] == name}
        value = data.get(name)
        in_list = isinstance(value, list) and all(isinstance(p[-1], int) for p in wrong)
        if name not in data or (wrong and not in_list):
            continue
        if isinstance(value, list) and wrong:
            kept[name] = tuple(i for i in range(len(value)) if (name, i) not in wrong)
            value = [value[i] for i in kept[name]]
        kind: Any = known.annotation
        fields[name] = TypeAdapter(kind).validate_python(value)
    return Study.model_construct(**fields), kept


def _parse_yaml(text: str) -> tuple[dict[str, Any], dict[Place, int], list[Finding]]:
    """The data, the line of every field, and the keys that stand twice."""
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else _line_at(text, getattr(error, "position", 0))
        what = getattr(error, "problem", None) or getattr(error, "reason", None)
        mend = "Look at this line and the one above it: indentation, colons, quotation marks."
        raise StudyError([Finding(STUDY_FILE, line, "-", f"Not YAML: {what}.", mend)]) from None
    if node is None or not isinstance(data, dict):
        problem = "The file is empty." if data is None else "The file does not hold fields."
        mend = "Begin with `study:` and the study's code; studies/ has examples."
        raise StudyError([Finding(STUDY_FILE, 1, "-", problem, mend)])
    lines: dict[Place, int] = {}
    return data, lines, list(_walk(node, (), lines))


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Iterator[Finding]:
    """Note the line of every field below; find keys that stand twice."""
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            yield from _walk(item, (*place, i), lines)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*place, str(key.value))
            line = key.start_mark.line + 1
            if here in lines:
                problem = f"Stands twice; the first is on line {lines[here]}."
                yield Finding(STUDY_FILE, line, dotted(here), problem, "Remove one of them.")
                continue
            lines[here] = line
            yield from _walk(value, here, lines)
