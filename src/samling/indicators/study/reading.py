"""Reading a study's data so that every fault of its codebook is said at once.

A codebook is read until its first fault. To find the rest, and what is wrong with the answers, the
faulty line is left out and the whole is read again.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from samling.indicators.study.findings import Finding
from samling.indicators.study.load import StudyFolder
from samling.indicators.study.schema import Data
from samling.surveys.microdata import Microdata, MicrodataError, ReadOptions, read_microdata
from samling.surveys.microdata.sidecar import VariableLines, read_sidecar

LABELLED = (".sav", ".zsav", ".dta")
"""Files that bring types and labels with them."""
_MOST_FAULTS = 25


@dataclass(frozen=True)
class ReadData:
    """The data as far as they can be read: None when they can't be.

    With findings, faulty lines of the codebook were left out: then the data serve for finding more
    that is wrong, and for nothing else.
    """

    microdata: Microdata | None
    findings: tuple[Finding, ...] = ()
    lines: Mapping[str, VariableLines] = field(default_factory=dict)

    @property
    def labels_hold(self) -> bool:
        """Whether every line of the codebook could be read."""
        return not self.findings


def read_study_data(folder: StudyFolder, codebook: str | None) -> ReadData:
    """The study's data with one of its codebooks, or with the one that lies beside them."""
    file, labels = folder.file(folder.study.data.file), folder.file(codebook)
    if file is None:
        return ReadData(None)
    faults: list[Finding] = []
    with tempfile.TemporaryDirectory() as directory:
        while len(faults) < _MOST_FAULTS:
            try:
                read = _read(folder, labels)
            except MicrodataError as error:
                fault = _finding(error)
            else:
                return ReadData(read, tuple(faults), _lines_of(labels))
            again = fault in faults
            faults += [] if again else [fault]
            faulty = file.parent / fault.file
            if again or fault.file == file.name or not faulty.is_file():
                break
            labels = _without(faulty, [f.line for f in faults], Path(directory))
            if labels is None:
                break
    return ReadData(None, tuple(faults))


def _lines_of(codebook: Path | None) -> Mapping[str, VariableLines]:
    """What each variable's lines of a codebook say, and where."""
    return read_sidecar(codebook).variables if codebook else {}


def _without(codebook: Path, dropped: Sequence[int], directory: Path) -> Path | None:
    """A copy in which the dropped lines say nothing; None when that can't be made."""
    text = codebook.read_bytes().decode("utf-8-sig", "replace")
    header, *lines = text.splitlines()
    delimiter = max(",;\t|", key=header.count)
    names = next(csv.reader([header], delimiter=delimiter))
    if "variable" not in names or codebook.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return None
    place = names.index("variable")
    kept = [line for number, line in enumerate(lines, start=2) if number not in dropped]
    rows = list(csv.reader(kept, delimiter=delimiter))
    variables = [row[place] for row in rows if len(row) == len(names) and row[place]]
    if not variables or 1 in dropped:
        return None
    # A variable that says nothing more, so that the lines after keep their numbers.
    nothing = delimiter.join(variables[0] if i == place else "" for i in range(len(names)))
    copy = [nothing if n in dropped else line for n, line in enumerate(lines, start=2)]
    made = directory / codebook.name
    made.write_text("\n".join([header, *copy]), encoding="utf-8")
    return made


def _read(folder: StudyFolder, labels: Path | None) -> Microdata:
    data, area = folder.study.data, folder.study.geography.variable
    file = folder.path / data.file
    if area is None or file.suffix.lower() in LABELLED:
        return read_microdata(file, options=_options(data, labels))
    try:
        return read_microdata(file, options=_options(data, labels, (area,)))
    except MicrodataError as error:
        # Perhaps only the area's variable is not there, and the check of variables says that.
        if labels is not None and error.place.startswith(labels.name):
            raise
        return read_microdata(file, options=_options(data, labels))


def _options(data: Data, codebook: Path | None, text: tuple[str, ...] = ()) -> ReadOptions:
    return ReadOptions(
        delimiter=data.delimiter,
        encoding=data.encoding,
        decimal=data.decimal,
        sheet=data.sheet,
        text=text,
        codebook=codebook,
    )


def _finding(error: MicrodataError) -> Finding:
    """An error of reading, at its file and line."""
    file, *parts = error.place.split(", ")
    lines = [int(m[1]) for part in parts if (m := re.fullmatch(r"(?:line|row) (\d+)", part))]
    places = [part for part in parts if not part.startswith("line ")]
    # A name of the data, which may begin the sentence, keeps its own letters.
    own = error.found.startswith(("the ", "there ", "this "))
    problem = f"{error.found[0].upper()}{error.found[1:]}" if own else error.found
    field = ", ".join(places) or "-"
    return Finding(Path(file).name, lines[0] if lines else 1, field, problem, error.mend)
