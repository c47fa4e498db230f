"""Small files that would fill the memory, and whole workbooks that wouldn't."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from samling.documents.workbook_bounds import WorkbookTooLargeError, refuse_too_large
from samling.organisations.actions.appointment_sheet import read_appointments
from samling.organisations.actions.history import RegistryError
from samling.organisations.actions.importing.spreadsheet import read_sheet

ROWS, COLUMNS = 5_000, 60


def packed(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "part",
    [
        b"<s>" + b"<c/>" * 800_000 + b"</s>",
        ("<s>" + "<c/>" * 800_000 + "</s>").encode("utf-16"),
        b"<s>" + b"<c/>" * 800_000,
        b"<s>" + b"<row><c/></row>" * 400_000 + b"<broken",
        b" " * 50_000_001,
    ],
    ids=["cells", "utf-16", "unended", "broken at last", "blank"],
)
def test_a_small_file_that_would_fill_the_memory(part):
    content = packed(sheet=part)
    assert len(content) < 100_000
    with pytest.raises(WorkbookTooLargeError):
        refuse_too_large(content)


def test_parts_count_together_and_whatever_they_are_called():
    part = b"<s>" + b"<c/>" * 400_000 + b"</s>"
    refuse_too_large(packed(one=part))
    with pytest.raises(WorkbookTooLargeError):
        refuse_too_large(packed(one=part, other=part))


def test_entities_are_counted_as_what_they_become():
    inner = "<c/>" * 1000
    laughs = f'<!DOCTYPE s [<!ENTITY a "{inner}"><!ENTITY b "{"&a;" * 1000}">]><s>&b;</s>'
    with pytest.raises(WorkbookTooLargeError):
        refuse_too_large(packed(sheet=laughs.encode()))


def test_a_large_workbook_is_let_through():
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(ROWS):
        sheet.append([number] * COLUMNS)
    stream = io.BytesIO()
    book.save(stream)
    refuse_too_large(stream.getvalue())


@pytest.mark.parametrize(
    "read",
    [read_appointments, lambda content: read_sheet(content, {"code": ("kod",)})],
    ids=["appointments", "registry"],
)
def test_every_page_that_takes_a_workbook_says_it_is_too_large(read):
    with pytest.raises(RegistryError, match="för stor när den packas upp"):
        read(packed(sheet=b"<s>" + b"<c/>" * 800_000))
