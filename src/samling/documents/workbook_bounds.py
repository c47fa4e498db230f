"""Workbooks that people send: a small file that would fill the memory is told before it is read.

A workbook is packed XML. Nothing packs as well as the same element a million times, and each
takes some hundred bytes once it is read: 50 kB can become gigabytes. The parts are gone through
here without keeping anything, whatever they are called, until there is too much.
"""

import io
import zipfile
from typing import IO
from xml.parsers import expat

MOST_UNPACKED = 50_000_000
MOST_ELEMENTS = 750_000  # 5,000 rows of 60 columns have 600,000
CHUNK = 1 << 16


class WorkbookTooLargeError(ValueError):
    """The workbook would fill the memory."""


def refuse_too_large(
    content: bytes, *, most_bytes: int = MOST_UNPACKED, most_elements: int = MOST_ELEMENTS
) -> None:
    """WorkbookTooLargeError for one that is too large unpacked; zipfile.BadZipFile for no archive.

    A part that isn't XML counts as far as it can be read: no reader comes further.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if sum(part.file_size for part in parts) > most_bytes:
            raise WorkbookTooLargeError("The workbook is too large when unpacked.")
        left = most_elements
        for part in parts:
            with packed.open(part) as file:
                left -= _elements(file, left)


def _elements(file: IO[bytes], most: int) -> int:
    """How many elements the part has; WorkbookTooLargeError for more than `most`."""
    found = 0

    def count(_name: str, _attributes: object) -> None:
        nonlocal found
        found += 1
        if found > most:
            raise WorkbookTooLargeError("The workbook has too many cells.")

    parser = expat.ParserCreate()
    parser.StartElementHandler = count
    try:
        while chunk := file.read(CHUNK):
            parser.Parse(chunk)
    except expat.ExpatError:
        pass
    return found
