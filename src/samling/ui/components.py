"""What the components in `templates/ui/components` are given: one frozen type for each.

A page makes the value and includes the template of the same name, for example
`{% include "ui/components/table.html" with table=table only %}`. Texts are already in the
reader's language and numbers already written (`ui.formats`); components only lay them out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.http import QueryDict

Direction = Literal["up", "down", "level", "unknown"]
Meaning = Literal["better", "worse", "neutral"]
Severity = Literal["info", "success", "warning", "danger"]


@dataclass(frozen=True)
class Link:
    """A label and where it leads; `current` marks the page we are on."""

    label: str
    address: str
    current: bool = False


@dataclass(frozen=True)
class Page:
    """A page's frame: what it is, when updated, whom to ask. Context variable `page`.

    `lead` stands under the heading, `about` in the frame at the foot of the page; a page with
    only one of them has it under the heading and in the search engines' description.
    `owner` is whose `contact` is; without them the installation's stand there.
    `breadcrumbs` are the pages above this one, from the start page; the page itself is added.
    """

    title: str
    about: str = ""
    lead: str = ""
    updated: date | None = None
    contact: str = ""
    owner: str = ""
    breadcrumbs: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Badge:
    """A difference or trend in words; shape says the direction, colour only repeats `meaning`."""

    text: str
    direction: Direction = "level"
    meaning: Meaning = "neutral"


@dataclass(frozen=True)
class KeyFigure:
    """One figure with its label; `value` is written with its unit, `hidden` says why it is not.

    `detail` is a short line such as interval and n; `address` makes the label a link.
    """

    label: str
    value: str = ""
    detail: str = ""
    badge: Badge | None = None
    address: str = ""
    hidden: str = ""


@dataclass(frozen=True)
class Card:
    """A way on: where it leads, what is there. `tag` is its count or its day."""

    title: str
    address: str
    text: str = ""
    badge: Badge | None = None
    tag: "Tag | None" = None


@dataclass(frozen=True)
class Column:
    """A table's column; numeric columns are aligned by their last figure."""

    label: str
    numeric: bool = True


def text_columns(*labels: str) -> tuple[Column, ...]:
    """Columns of words."""
    return tuple(Column(label, numeric=False) for label in labels)


@dataclass(frozen=True)
class Cell:
    """A table's cell. `hidden` gives ".." and the reason; `note` becomes a numbered footnote."""

    text: str = ""
    hidden: str = ""
    note: str = ""
    badge: Badge | None = None


@dataclass(frozen=True)
class Row:
    """A table's row: its header, the cells after it, and a link for the header if any."""

    header: str
    cells: tuple[Cell, ...]
    address: str = ""
    emphasised: bool = False


@dataclass(frozen=True)
class Table:
    """A data table. `columns[0]` heads the row headers. `key` makes its ids unique on the page."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption_hidden: bool = False

    @property
    def hidden_reasons(self) -> tuple[str, ...]:
        """Why cells are not shown, each reason once, in order."""
        return self._once(cell.hidden for row in self.rows for cell in row.cells)

    @property
    def notes(self) -> tuple[str, ...]:
        """The footnotes, each once, in order."""
        return self._once(cell.note for row in self.rows for cell in row.cells)

    @staticmethod
    def _once(texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for text in texts if text))


@dataclass(frozen=True)
class Drawing:
    """The same image laid out for screens up to so many rem wide."""

    address: str
    width: int
    height: int
    up_to: int


@dataclass(frozen=True)
class Figure:
    """A chart or map: what it shows in words, the image, its table and downloads.

    `alternative` is the image's text alternative. `smaller` is the same image laid out for smaller
    screens, the smallest first; each has its measures, so that nothing moves when it comes.
    `example` prints "Exempeldata" in the frame. `lazy` waits with the image until the reader comes
    near it.
    """

    key: str
    caption: str
    address: str
    alternative: str
    width: int
    height: int
    subtitle: str = ""
    smaller: tuple[Drawing, ...] = ()
    table: Table | None = None
    downloads: tuple[Link, ...] = ()
    source: str = ""
    example: bool = False
    lazy: bool = False


@dataclass(frozen=True)
class Notice:
    """A box that informs, warns or says what went wrong and what to do."""

    text: str
    heading: str = ""
    severity: Severity = "info"
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class EmptyState:
    """What stands where a list is empty: why, and what to do."""

    heading: str
    text: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Option:
    """One choice of a select; options with the same `group` in a row stand under its heading."""

    value: str
    label: str
    selected: bool = False
    group: str = ""


@dataclass(frozen=True)
class Select:
    """One select of a filter bar. `name` is the parameter in the address."""

    name: str
    label: str
    options: tuple[Option, ...]
    help: str = ""


@dataclass(frozen=True)
class TextField:
    """One field of a filter bar for words to search by."""

    name: str
    label: str
    value: str = ""


@dataclass(frozen=True)
class FilterBar:
    """Selects and fields that change what a page shows, by GET. `kept` are parameters that stay.

    `submit` is the button's text where "Visa" does not say what it does.
    """

    label: str
    selects: tuple[Select, ...]
    address: str = ""
    key: str = "filter"
    kept: tuple[tuple[str, str], ...] = ()
    fields: tuple[TextField, ...] = ()
    submit: str = ""


@dataclass(frozen=True)
class Fact:
    """A term and what it is, for example "Antal svar" and "n = 1 234"."""

    term: str
    text: str
    address: str = ""


@dataclass(frozen=True)
class Method:
    """ "Så gjorde vi": how a figure was made, folded until asked for."""

    facts: tuple[Fact, ...]
    links: tuple[Link, ...] = ()
    summary: str = ""


@dataclass(frozen=True)
class Tag:
    """A short label, for example a theme or a group."""

    text: str
    color: str = "neutral"
    address: str = ""


@dataclass(frozen=True)
class Pagination:
    """Which page of a list is shown; the other parameters of the address are kept."""

    current: int
    total: int
    query: QueryDict = field(default_factory=QueryDict)
    parameter: str = "sida"

    def address(self, page: int) -> str:
        """The address of another page of the same list."""
        query = self.query.copy()
        query[self.parameter] = str(page)
        return f"?{query.urlencode()}"

    @property
    def pages(self) -> tuple[Link | None, ...]:
        """First, last and the neighbours of the current page; None stands for a gap."""
        shown = [p for p in range(1, self.total + 1) if p in (1, self.total) or self._near(p)]
        links: list[Link | None] = []
        for before, page in zip([0, *shown], shown, strict=False):
            if page - before > 1:
                links.append(None)
            links.append(Link(str(page), self.address(page), current=page == self.current))
        return tuple(links)

    def _near(self, page: int) -> bool:
        return abs(page - self.current) <= 1

    @property
    def previous(self) -> str:
        """Address of the page before, or nothing on the first."""
        return self.address(self.current - 1) if self.current > 1 else ""

    @property
    def next(self) -> str:
        """Address of the page after, or nothing on the last."""
        return self.address(self.current + 1) if self.current < self.total else ""
