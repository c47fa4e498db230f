"""A spreadsheet of appointments: its columns, and which of them a list must have."""

from __future__ import annotations

from django.utils.translation import gettext as _

from samling.organisations.actions.history import RegistryError
from samling.organisations.actions.importing.spreadsheet import SheetRow, read_sheet

MOST_ROWS = 2000
# What people may call each column; the first is the one in the template.
COLUMNS: dict[str, tuple[str, ...]] = {
    "unit": ("enhetskod", "enhet", "kod", "unit code", "unit"),
    "organisation": ("organisation", "kommun", "municipality"),
    "name": ("namn", "person", "name"),
    "email": ("e-post", "e-postadress", "epost", "mejl", "e-mail", "email"),
    "role": ("uppdrag", "roll", "role"),
    "starts_on": ("start", "startdatum", "från", "from"),
    "ends_on": ("slut", "slutdatum", "sista dag", "till", "end"),
    "training": ("utbildning", "training"),
}
NEEDED = ("unit", "name", "email", "role", "starts_on")


def read_appointments(content: bytes) -> tuple[SheetRow, ...]:
    """The file's rows, without empty ones. RegistryError for a file that isn't such a list."""
    sheet = read_sheet(content, COLUMNS)
    missing = [column_title(column) for column in NEEDED if column not in sheet.columns]
    if missing:
        text = _("Rubrikraden saknar: %(missing)s. Utgå gärna från mallen.")
        raise RegistryError(text % {"missing": ", ".join(missing)})
    if not sheet.rows:
        raise RegistryError(_("Filen har en rubrikrad men inga rader under den."))
    if len(sheet.rows) > MOST_ROWS:
        text = _("Filen har fler än %(most)s rader. Dela upp den i flera.")
        raise RegistryError(text % {"most": MOST_ROWS})
    return sheet.rows


def column_title(column: str) -> str:
    """What the column is called in the template."""
    return COLUMNS[column][0]


def template_csv() -> bytes:
    """An empty file with the columns' names, that spreadsheet programs open as it is."""
    return ("\ufeff" + ";".join(names[0] for names in COLUMNS.values()) + "\r\n").encode()
