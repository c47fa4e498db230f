"""Tags of the page shell: addresses in another language, and lookups that templates lack."""

from collections.abc import Iterator

from django import template
from django.conf import settings
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.template import Context
from django.urls import Resolver404, resolve
from django.urls import translate_url as address_in_language
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from samling.ui.addresses import start_of
from samling.ui.components import Cell, Column, Table

register = template.Library()


@register.simple_tag
def start_address() -> str:
    """Address of the start page in the active language."""
    return start_of(get_language() or settings.LANGUAGE_CODE)


@register.simple_tag(takes_context=True)
def translate_url(context: Context, language: str) -> str:
    """The same page's address in `language`, query string kept.

    A page that does not exist (an error page) leads to the start page in that language.
    """
    request = context.get("request")
    if request is None:
        return start_of(language)
    try:
        resolve(request.path_info)
    except Resolver404:
        return start_of(language)
    return address_in_language(request.get_full_path(), language)


@register.filter
def note_number(table: Table, note: str) -> int:
    """Which of the table's footnotes `note` is, counted from 1."""
    return table.notes.index(note) + 1


@register.filter
def beside(cells: tuple[Cell, ...], columns: tuple[Column, ...]) -> Iterator[tuple[Column, Cell]]:
    """Each cell of a row with its column; the first column heads the row headers.

    Raises ValueError when the row has too many cells or too few.
    """
    return zip(columns[1:], cells, strict=True)


@register.simple_tag
def form_widget(field: BoundField) -> SafeString:
    """A form's field as Designsystemet draws it; the label, help and errors stand beside it."""
    return field.as_widget(attrs={"class": "ds-input"})


@register.simple_tag
def form_choice(option: BoundWidget) -> SafeString:
    """One of several buttons to choose among, without its label, which stands after it."""
    option.data["attrs"]["class"] = "ds-input"
    return option.tag()
