"""Labels in a file beside the data: FILE.codebook.csv or FILE.codebook.yaml.

The CSV has the columns ``variable,label,code,value_label,missing``: one line a code, or one line
with only variable and label. ``missing`` is empty, or yes/ja/1/true/x for a code that stands for
no answer. The YAML says the same::

    variables:
      - name: sex
        label: Kön
        measure: nominal          # optional: nominal, ordinal or scale
        values: {1: Man, 2: Kvinna}
        missing: {9: Vill inte svara}
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import get_args

import yaml

from samling.questionnaire.codebook import Measure
from samling.surveys.microdata.delimited import read_texts
from samling.surveys.microdata.model import MicrodataError, ReadOptions

CSV_COLUMNS = ("variable", "label", "code", "value_label", "missing")
_OPTIONAL = ("measure",)
_YES = {"yes", "ja", "1", "true", "x", "y", "j"}
_NO = {"", "no", "nej", "0", "false", "n"}
_KEYS = {"name", "label", "measure", "values", "missing"}


@dataclass(frozen=True)
class CodeLine:
    """A code as it is written, its label, whether it means no answer, and where it stands."""

    code: str
    label: str
    missing: bool
    line: int


@dataclass(frozen=True)
class VariableLines:
    """What a codebook file says of one variable."""

    name: str
    line: int
    label: str = ""
    measure: Measure | None = None
    codes: tuple[CodeLine, ...] = field(default=())


@dataclass(frozen=True)
class Sidecar:
    """A codebook file as read, before it has met the data."""

    file: str
    variables: Mapping[str, VariableLines] = field(default_factory=dict)

    def missing_words(self) -> dict[str, tuple[str, ...]]:
        """Return for each variable the codes declared missing, as they are written."""
        return {
            name: tuple(item.code for item in lines.codes if item.missing)
            for name, lines in self.variables.items()
        }


def find_sidecar(data: Path, told: Path | None) -> Path | None:
    """Return the codebook file: the one told, else the one beside the data, else None."""
    if told is not None:
        if not told.is_file():
            raise MicrodataError(str(told), "there is no such codebook file.", "Check the name.")
        return told
    stems = dict.fromkeys((data.name, data.stem))
    endings = (".codebook.yaml", ".codebook.yml", ".codebook.csv")
    found = [
        path for stem in stems for end in endings if (path := data.with_name(stem + end)).is_file()
    ]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise MicrodataError(data.name, f"both {names} lie beside it.", "Keep one of them.")
    return found[0] if found else None


def read_sidecar(path: Path) -> Sidecar:
    """Read a codebook file; raise MicrodataError with the line of the first error."""
    lines = list(
        _yaml_lines(path) if path.suffix.lower() in (".yaml", ".yml") else _csv_lines(path)
    )
    variables: dict[str, VariableLines] = {}
    for entry in lines:
        variables[entry.name] = _joined(variables.get(entry.name), entry, path.name)
    return Sidecar(path.name, variables)


def _joined(before: VariableLines | None, entry: VariableLines, file: str) -> VariableLines:
    """Add one line to what is known of its variable; refuse contradictions."""
    if before is None:
        return entry
    place = f"{file}, line {entry.line}"
    if before.label and entry.label and before.label != entry.label:
        what = (
            f"{entry.name} is called {entry.label!r}, but {before.label!r} on line {before.line}."
        )
        raise MicrodataError(place, what, "Give the variable one label.")
    known = {item.code: item.line for item in before.codes}
    for item in entry.codes:
        if item.code in known:
            what = f"the code {item.code!r} of {entry.name} is also on line {known[item.code]}."
            raise MicrodataError(place, what, "Keep one of them.")
    return replace(
        before,
        label=before.label or entry.label,
        measure=before.measure or entry.measure,
        codes=before.codes + entry.codes,
    )


def _csv_lines(path: Path) -> Iterator[VariableLines]:
    """Yield each line of a CSV codebook."""
    table, _ = read_texts(path, ReadOptions())
    unknown = [name for name in table.column_names if name not in (*CSV_COLUMNS, *_OPTIONAL)]
    absent = [name for name in CSV_COLUMNS[:2] if name not in table.column_names]
    if unknown or absent:
        what = f"the header is {', '.join(table.column_names)}."
        mend = f"Use {', '.join(CSV_COLUMNS)} (and measure if wanted)."
        raise MicrodataError(f"{path.name}, line 1", what, mend)
    for number, row in enumerate(table.to_pylist(), start=2):
        cells = {name: (row.get(name) or "").strip() for name in (*CSV_COLUMNS, *_OPTIONAL)}
        place = f"{path.name}, line {number}"
        if not cells["variable"]:
            raise MicrodataError(place, "no variable is named.", "Name it in the first column.")
        flag = _flag(cells["missing"], place)
        codes: tuple[CodeLine, ...] = ()
        if cells["code"]:
            codes = (_code_line(cells["code"], cells["value_label"], flag, number, place),)
        elif cells["value_label"] or flag:
            what = f"{cells['variable']} has the label {cells['value_label']!r} without a code."
            raise MicrodataError(place, what, "Write the code that it belongs to.")
        measure = _measure(cells["measure"], place)
        yield VariableLines(cells["variable"], number, cells["label"], measure, codes)


def _code_line(code: str, label: str, missing: bool, line: int, place: str) -> CodeLine:
    """Return a code with its label; only a missing code may lack one."""
    if not label and not missing:
        what = f"the code {code!r} has no label."
        raise MicrodataError(place, what, "Write what the code means.")
    return CodeLine(code, label, missing, line)


def _flag(text: str, place: str) -> bool:
    """Return whether a cell says yes."""
    if text.lower() not in _YES | _NO:
        raise MicrodataError(place, f"missing is {text!r}.", "Write yes or leave it empty.")
    return text.lower() in _YES


def _measure(text: str, place: str) -> Measure | None:
    """Return the measure that a text names, None for an empty one."""
    for measure in get_args(Measure):
        if text == measure:
            return measure  # type: ignore[no-any-return]
    if text:
        names = ", ".join(get_args(Measure))
        raise MicrodataError(place, f"measure is {text!r}.", f"Use one of {names}.")
    return None


def _yaml_lines(path: Path) -> Iterator[VariableLines]:
    """Yield each variable of a YAML codebook; scalars are taken as they are written."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise MicrodataError(path.name, "the file is not UTF-8.", "Save it as UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path.name}, line {mark.line + 1}" if mark else path.name
        what = f"this is not YAML ({getattr(error, 'problem', None) or error})."
        raise MicrodataError(place, what, "Put texts with special signs in quotes.") from error
    if root is None:
        raise MicrodataError(path.name, "the file is empty.", "Remove it or fill it.")
    top = _pairs(root, path.name, {"variables"})
    entries = top["variables"][1] if "variables" in top else None
    if not isinstance(entries, yaml.SequenceNode):
        raise MicrodataError(path.name, "there is no list of variables.", "Begin with variables:")
    for node in entries.value:
        yield _yaml_variable(node, path.name)


def _yaml_variable(node: yaml.Node, file: str) -> VariableLines:
    """Read one variable."""
    line = node.start_mark.line + 1
    entry = _pairs(node, file, _KEYS)
    if "name" not in entry:
        raise MicrodataError(f"{file}, line {line}", "the variable has no name.", "Add name:")
    codes = []
    for key, missing in (("values", False), ("missing", True)):
        if key in entry:
            for code, (at, label) in _pairs(entry[key][1], file, None).items():
                place = f"{file}, line {at}"
                codes.append(_code_line(code, _scalar(label, place), missing, at, place))
    texts = {
        key: _scalar(entry[key][1], f"{file}, line {entry[key][0]}")
        for key in ("name", "label", "measure")
        if key in entry
    }
    measure = _measure(texts.get("measure", ""), f"{file}, line {line}")
    return VariableLines(texts["name"], line, texts.get("label", ""), measure, tuple(codes))


def _pairs(
    node: yaml.Node, file: str, allowed: Sequence[str] | set[str] | None
) -> dict[str, tuple[int, yaml.Node]]:
    """Return a mapping's keys as written, with line and value; refuse doubles and strangers."""
    place = f"{file}, line {node.start_mark.line + 1}"
    if not isinstance(node, yaml.MappingNode):
        raise MicrodataError(place, "pairs of 'key: value' are expected.", "Mend the indentation.")
    found: dict[str, tuple[int, yaml.Node]] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        place, text = f"{file}, line {line}", _scalar(key, f"{file}, line {line}")
        if text in found:
            what = f"{text!r} stands here and on line {found[text][0]}."
            raise MicrodataError(place, what, "Keep one of them.")
        if allowed is not None and text not in allowed:
            what = f"{text!r} is not known here."
            raise MicrodataError(place, what, f"Use {', '.join(sorted(allowed))}.")
        found[text] = (line, value)
    return found


def _scalar(node: yaml.Node, place: str) -> str:
    """Return a scalar exactly as it is written: 0480 and ja stay what they are."""
    if not isinstance(node, yaml.ScalarNode):
        raise MicrodataError(place, "a single text is expected.", "Mend the indentation.")
    return str(node.value).strip()
