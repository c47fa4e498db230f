"""Texts that a spreadsheet program would run as a formula.

A file is opened by people who trust it. A text that begins with one of these signs is calculated
by Excel and LibreOffice, and can send data away or start a program (OWASP, "CSV Injection").
"""

import re

_FIRST_SIGNS = "=+-@\t\r\n＝＋－＠"
_HARMLESS = re.compile(r"-|[+-]?\d+([.,]\d+)?")


def could_be_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula. A signed number is harmless."""
    start = text.lstrip(" \u00a0")
    return start[:1] != "" and start[0] in _FIRST_SIGNS and not _HARMLESS.fullmatch(start)


def guarded(text: str) -> str:
    """Return the text with an apostrophe before it when it could be a formula."""
    return "'" + text if could_be_formula(text) else text
