"""Which characters the bytes of a text file stand for."""

import codecs
import re
from dataclasses import dataclass

from samling.surveys.microdata.model import MicrodataError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 (byte order mark)"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32 (byte order mark)"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32 (byte order mark)"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 (byte order mark)"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 (byte order mark)"),
)
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_NOT_ASCII = re.compile(r"[^\W\d_]*[^\x00-\x7f]+[^\W\d_]*")
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ONE_BYTE = ("cp1252", "iso8859-1", "iso8859-15", "mac-roman")
_MEND = "Save the file as UTF-8, or say which encoding it has (for example cp1252)."


@dataclass(frozen=True)
class DecodedText:
    """A file's text as UTF-8 bytes without byte order mark, and the words on the choice."""

    data: bytes
    said: str


def decode_text(data: bytes, place: str, encoding: str | None = None) -> DecodedText:
    """Return a text file's content as UTF-8 bytes.

    Order: the encoding given, a byte order mark, UTF-16 seen by its zero bytes, UTF-8 when every
    byte fits, otherwise Windows-1252 (which holds all printable characters of Latin-1). Raises
    MicrodataError with the line when a byte does not fit.
    """
    if encoding is not None:
        codec = _known(encoding, place)
        _refuse_another(data, codec, encoding, place)
        return _decoded(data, codec, f"{encoding} (as told)", place)
    for mark, codec, words in _MARKS:
        if data.startswith(mark):
            return _decoded(data, codec, words, place)
    codec_16 = _utf_16_without_mark(data)
    if codec_16:
        return _decoded(data, codec_16, f"{codec_16.upper()} (no byte order mark)", place)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _not_utf_8(data, error, place)
    _refuse_zero_bytes(data, place)
    return DecodedText(data, "ASCII, read as UTF-8" if data.isascii() else "UTF-8")


def _known(encoding: str, place: str) -> str:
    """Return the codec, or raise MicrodataError when Python has none of that name."""
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise MicrodataError(
            place,
            f"the encoding {encoding!r} is not known.",
            "Use for example utf-8, cp1252, latin-1 or utf-16.",
        ) from error


def _refuse_another(data: bytes, codec: str, told: str, place: str) -> None:
    """Raise MicrodataError when the bytes show that another encoding was told than they have."""
    start, mend = data[:4096], "Leave the encoding out, or say which one the file has."
    wide = codec.startswith(("utf-16", "utf-32"))
    if wide and b"\0" not in start:
        what = f"the file is not {told} (as told): in that, line breaks and delimiters have zeros."
        raise MicrodataError(place, what, mend)
    if not wide and (start.startswith(_UTF_16_MARKS) or _utf_16_without_mark(data)):
        raise MicrodataError(place, f"the file is UTF-16, not {told} (as told).", mend)
    if codec in _ONE_BYTE and not data.isascii() and _UTF8_SEQUENCE.search(data):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return
        raise MicrodataError(place, f"the file is UTF-8, not {told} (as told).", mend)


def _utf_16_without_mark(data: bytes) -> str | None:
    """Return the UTF-16 codec when every second byte of the beginning is mostly zero."""
    start = data[:4096]
    if len(start) < 4 or len(start) % 2:
        start = start[:-1]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if start and odd > 0.4 * len(start) / 2 and even == 0:
        return "utf-16-le"
    if start and even > 0.4 * len(start) / 2 and odd == 0:
        return "utf-16-be"
    return None


def _not_utf_8(data: bytes, error: UnicodeDecodeError, place: str) -> DecodedText:
    """Read as Windows-1252, unless the rest of the file shows that it is damaged UTF-8."""
    inside = sum(len(sequence) for sequence in _UTF8_SEQUENCE.findall(data))
    foreign = len(data.translate(None, bytes(range(0x80))))
    if inside > foreign - inside:
        raise MicrodataError(
            f"{place}, line {_line(data, error.start)}",
            f"the byte 0x{data[error.start]:02X} is not valid in UTF-8, "
            "though the rest of the file is UTF-8.",
            "The file mixes encodings or is damaged: mend that line, or say the encoding.",
        )
    return _decoded(data, "cp1252", "Windows-1252, since the file is not UTF-8", place)


def _decoded(data: bytes, codec: str, words: str, place: str) -> DecodedText:
    """Decode strictly; name the line of the first byte that does not fit."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(codec, "ignore") + "x"
        raise MicrodataError(
            f"{place}, line {len(before.splitlines())}",
            f"the byte 0x{error.object[error.start]:02X} does not exist in {words}.",
            _MEND,
        ) from error
    encoded = text.encode("utf-8")
    _refuse_zero_bytes(encoded, place)
    example = _NOT_ASCII.search(text)
    said = f"{words}; the first such word is {example.group()!r}" if example else words
    return DecodedText(encoded, said)


def _refuse_zero_bytes(data: bytes, place: str) -> None:
    """Raise MicrodataError for zero bytes, which no text file has."""
    at = data.find(b"\0")
    if at >= 0:
        raise MicrodataError(
            f"{place}, line {_line(data, at)}",
            "there is a zero byte, so this is not a text file.",
            "Check that the file's ending says what it is.",
        )


def _line(data: bytes, at: int) -> int:
    """Return the number of the line that a byte lies on, the first being 1."""
    return len((data[:at] + b"x").splitlines())
