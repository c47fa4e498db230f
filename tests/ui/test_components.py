"""Every component lays out what it is given, with one item and with three."""

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.test.html import parse_html
from django.utils import translation

from samling.ui.components import (
    Badge,
    Card,
    Cell,
    Column,
    EmptyState,
    Fact,
    Figure,
    FilterBar,
    KeyFigure,
    Link,
    Method,
    Notice,
    Option,
    Pagination,
    Row,
    Select,
    Table,
    Tag,
)
from samling.ui.pictures import size_asked, smaller
from ui.reading import all_of, attribute, render, text

NAMES = ("Åsa & Örjan", "Vingåker", "<b>Trosa</b>")
SHOWN = list(NAMES)
COUNTS = pytest.mark.parametrize("count", [1, 3])


@pytest.fixture(autouse=True)
def _swedish():
    with translation.override("sv"):
        yield


def texts(element, name="", css=""):
    return [text(found) for found in all_of(element, name, css=css)]


def addresses(element):
    return [attribute(link, "href") for link in all_of(element, "a")]


@COUNTS
def test_key_figures(count):
    figures = tuple(KeyFigure(name, f"{i} %", "n = 10") for i, name in enumerate(NAMES[:count]))
    page = render("key_figures", figures=figures)
    assert texts(page, "h3") == SHOWN[:count]
    assert texts(page, css="key-figure__value") == ["0 %", "1 %", "2 %"][:count]
    assert len(all_of(page, "li")) == count
    assert addresses(page) == []


def test_a_key_figure_with_everything():
    badge = Badge("Högre än länet", "up", "better")
    page = render("key_figure", figure=KeyFigure("Trygg", "81 %", "79–83", badge, "/trygg/"))
    assert texts(page, "p") == ["81 %", "79–83", "Högre än länet"]
    assert addresses(page) == ["/trygg/"]


def test_a_hidden_key_figure_says_why_and_never_its_value():
    page = render("key_figure", figure=KeyFigure("Mobbad", "3 %", "n = 4", hidden="För få svar"))
    assert texts(page, "p") == [".. För få svar", "För få svar"]


@pytest.mark.parametrize("direction", ["up", "down", "level", "unknown"])
@pytest.mark.parametrize(
    ("meaning", "colour"), [("better", "success"), ("worse", "danger"), ("neutral", "neutral")]
)
def test_a_badge_has_words_and_a_shape_of_its_own(direction, meaning, colour):
    page = render("badge", badge=Badge("Ord", direction, meaning))
    [badge] = all_of(page, css="badge")
    [shape] = all_of(badge, "svg")
    assert text(badge) == "Ord"
    assert attribute(badge, "data-color") == colour
    assert attribute(shape, "aria-hidden") == "true"
    assert len(all_of(shape, css=f"icon--{direction}")) == 1
    assert len(shape.children) == 1


def test_every_icon_is_drawn_and_differs():
    names = ("up", "down", "level", "unknown", "link", "print", "mail", "speech", "download")
    drawings = [str(render("icon", name=name).children[0]) for name in names]
    assert len(set(drawings)) == len(names)


def a_table(count: int, **named) -> Table:
    columns = (Column("Område"), Column("Andel"), Column("Ord", numeric=False))
    rows = tuple(Row(name, (Cell("7 %"), Cell("ja"))) for name in NAMES[:count])
    return Table("t", "Andel efter område", columns, rows, **named)


@COUNTS
def test_table(count):
    page = render("table", table=a_table(count))
    [head, *body] = all_of(page, "tr")
    assert texts(head, "th") == ["Område", "Andel", "Ord"]
    assert [attribute(cell, "scope") for cell in all_of(head, "th")] == ["col"] * 3
    assert [texts(row, "th") for row in body] == [[name] for name in SHOWN[:count]]
    assert [attribute(cell, "scope") for row in body for cell in all_of(row, "th")] == (
        ["row"] * count
    )
    assert texts(page, "td") == ["7 %", "ja"] * count
    assert texts(page, "caption") == ["Andel efter område"]


def test_numeric_columns_are_aligned_and_the_others_not():
    page = render("table", table=a_table(1))
    numeric = [text(cell) for cell in all_of(page, css="numeric")]
    assert numeric == ["Andel", "7 %"]


def test_a_table_scrolls_by_keyboard_and_is_named_by_its_caption():
    page = render("table", table=a_table(1))
    [region] = all_of(page, css="table-scroll")
    [caption] = all_of(page, "caption")
    assert attribute(region, "tabindex") == "0"
    assert attribute(region, "aria-labelledby") == attribute(caption, "id") == "t-rubrik"


def test_hidden_cells_and_notes_are_explained_once_below():
    rows = (
        Row("A", (Cell("3", hidden="För få svar"), Cell("ja", note="Osäker"))),
        Row("B", (Cell("4", hidden="För få svar"), Cell("nej", note="Preliminär"))),
        Row("C", (Cell("5", hidden="Ej ställd"), Cell("ja", note="Osäker"))),
    )
    page = render("table", table=Table("t", "Rubrik", a_table(1).columns, rows))
    notes = all_of(page, css="table-notes")[0]
    assert texts(notes, "p") == [".. För få svar", ".. Ej ställd"]
    assert texts(notes, "li") == ["Osäker", "Preliminär"]
    assert texts(page, "td") == [
        ".. För få svar",
        "ja fotnot 1",
        ".. För få svar",
        "nej fotnot 2",
        ".. Ej ställd",
        "ja fotnot 1",
    ]
    assert addresses(page) == ["#t-not-1", "#t-not-2", "#t-not-1"]
    assert [attribute(note, "id") for note in all_of(notes, "li")] == ["t-not-1", "t-not-2"]


def test_a_table_without_gaps_has_no_notes():
    assert all_of(render("table", table=a_table(3)), css="table-notes") == []


def test_a_row_with_too_few_cells_is_refused():
    table = Table("t", "Rubrik", a_table(1).columns, (Row("A", (Cell("1"),)),))
    with pytest.raises(ValueError, match="shorter than"):
        render("table", table=table)


def a_figure(**named) -> Figure:
    return Figure("f", "Sju av tio är trygga.", "/f.svg", "Staplar.", 720, 300, **named)


@COUNTS
def test_figure(count):
    downloads = tuple(Link(name, f"/{i}") for i, name in enumerate(NAMES[:count]))
    figure = a_figure(downloads=downloads, table=a_table(count), source="Skolenkäten")
    page = render("figure", figure=figure)
    [image] = all_of(page, "img")
    assert {name: attribute(image, name) for name in ("src", "alt", "width", "height")} == {
        "src": "/f.svg",
        "alt": "Staplar.",
        "width": "720",
        "height": "300",
    }
    assert texts(page, "figcaption") == ["Sju av tio är trygga."]
    assert texts(all_of(page, css="downloads")[0], "a") == SHOWN[:count]
    assert len(all_of(all_of(page, "details")[0], "tr")) == count + 1
    assert texts(all_of(page, css="figure-frame__foot")[0], "p") == ["Källa: Skolenkäten"]
    assert all_of(page, "source") == []


def test_a_figure_of_example_data_says_so():
    page = render("figure", figure=a_figure(example=True))
    assert texts(all_of(page, css="figure-frame__foot")[0], "p") == ["Exempeldata."]


def test_a_figure_has_drawings_of_its_own_for_smaller_screens():
    """Each says how large it is, and the smallest stands first, since the first that fits is
    taken."""
    sizes = {"narrow": (340, 410), "medium": (720, 300)}
    figure = a_figure(smaller=smaller("/f.svg", sizes.__getitem__))
    asked = ("media", "srcset", "width", "height")
    assert [
        tuple(attribute(source, name) for name in asked)
        for source in all_of(render("figure", figure=figure), "source")
    ] == [
        ("(max-width: 40rem)", "/f.svg?storlek=liten", "340", "410"),
        ("(max-width: 62rem)", "/f.svg?storlek=mellan", "720", "300"),
    ]


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("", "wide"),
        ("storlek=liten", "narrow"),
        ("storlek=mellan", "medium"),
        ("storlek=x", "wide"),
    ],
)
def test_an_address_asks_for_a_size(query, size):
    assert size_asked(RequestFactory().get(f"/?{query}")) == size


def test_a_bare_figure_has_neither_foot_nor_fold():
    page = render("figure", figure=a_figure())
    assert all_of(page, css="figure-frame__foot") + all_of(page, "details") == []


@pytest.mark.parametrize("severity", ["info", "success", "warning", "danger"])
def test_only_errors_interrupt(severity):
    page = render("notice", notice=Notice("Text", severity=severity))
    [box] = all_of(page, css="notice")
    assert attribute(box, "role") == ("alert" if severity == "danger" else None)
    assert attribute(box, "data-color") == severity
    assert texts(page, "h2") == []


@COUNTS
def test_links_of_a_notice_and_an_empty_state(count):
    links = tuple(Link(name, f"/{i}") for i, name in enumerate(NAMES[:count]))
    notice = render("notice", notice=Notice("Text", "Rubrik", links=links))
    empty = render("empty", empty=EmptyState("Rubrik", "Text", links))
    for page in (notice, empty):
        assert texts(page, "h2") == ["Rubrik"]
        assert texts(page, "p") == ["Text"]
        assert texts(page, "a") == SHOWN[:count]
        assert addresses(page) == ["/0", "/1", "/2"][:count]


@COUNTS
def test_filter_bar(count):
    options = (Option("a", "A", group="G"), Option("b", "B", selected=True, group="G"))
    selects = tuple(Select(f"s{i}", name, options) for i, name in enumerate(NAMES[:count]))
    filters = FilterBar("Välj", selects, "/visa/", kept=(("sida", "2"),))
    page = render("filter_bar", filters=filters)
    [form] = all_of(page, "form")
    assert (attribute(form, "method"), attribute(form, "action")) == ("get", "/visa/")
    assert texts(page, "label") == SHOWN[:count]
    pairs = zip(all_of(page, "label"), all_of(page, "select"), strict=True)
    assert [attribute(label, "for") == attribute(s, "id") for label, s in pairs] == [True] * count
    assert [attribute(s, "name") for s in all_of(page, "select")] == ["s0", "s1", "s2"][:count]
    assert [attribute(g, "label") for g in all_of(page, "optgroup")] == ["G"] * count
    chosen = [o for o in all_of(page, "option") if "selected" in dict(o.attributes)]
    assert [attribute(o, "value") for o in chosen] == ["b"] * count
    assert texts(page, "button") == ["Visa"]
    [kept] = all_of(page, "input")
    assert (attribute(kept, "name"), attribute(kept, "value")) == ("sida", "2")


def test_options_without_a_group_have_no_heading():
    selects = (Select("s", "S", (Option("a", "A"), Option("b", "B"))),)
    page = render("filter_bar", filters=FilterBar("Välj", selects))
    assert all_of(page, "optgroup") == []
    assert texts(page, "option") == ["A", "B"]


@pytest.mark.parametrize(
    ("current", "total", "shown"),
    [
        (1, 2, ["Sida 1", "Sida 2", "Nästa"]),
        (3, 3, ["Föregående", "Sida 1", "Sida 2", "Sida 3"]),
        (2, 9, ["Föregående", "Sida 1", "Sida 2", "Sida 3", "…", "Sida 9", "Nästa"]),
        (7, 8, ["Föregående", "Sida 1", "…", "Sida 6", "Sida 7", "Sida 8", "Nästa"]),
    ],
)  # fmt: skip
def test_pagination(current, total, shown):
    page = render("pagination", pagination=Pagination(current, total))
    assert texts(page, "li") == shown
    here = [a for a in all_of(page, "a") if attribute(a, "aria-current") == "page"]
    assert [text(a) for a in here] == [f"Sida {current}"]


def test_pagination_keeps_the_rest_of_the_address():
    pagination = Pagination(1, 2, QueryDict("q=b%C3%A5t&q=hav&sida=1"))
    page = render("pagination", pagination=pagination)
    assert addresses(page)[1] == "?q=b%C3%A5t&q=hav&sida=2"


def test_a_single_page_needs_no_pagination():
    assert render("pagination", pagination=Pagination(1, 1)) == parse_html("")


@COUNTS
def test_method_and_facts(count):
    facts = tuple(
        Fact(name, f"text {i}", "/u/" if i else "") for i, name in enumerate(NAMES[:count])
    )
    page = render("method", method=Method(facts, (Link("Mer", "/mer/"),)))
    assert texts(page, "summary") == ["Så gjorde vi"]
    assert texts(page, "dt") == SHOWN[:count]
    assert texts(page, "dd") == ["text 0", "text 1", "text 2"][:count]
    assert addresses(page) == ["/u/"] * (count - 1) + ["/mer/"]


@COUNTS
def test_cards(count):
    cards = tuple(Card(name, f"/{i}", "Om den") for i, name in enumerate(NAMES[:count]))
    page = render("cards", cards=cards)
    assert texts(page, "h3") == SHOWN[:count]
    assert texts(page, "p") == ["Om den"] * count
    assert addresses(page) == ["/0", "/1", "/2"][:count]


def test_a_card_may_have_its_count_as_a_tag():
    page = render("cards", cards=(Card("Luckor", "/luckor/", tag=Tag("43 enheter", "warning")),))
    assert texts(page, css="ds-tag") == ["43 enheter"]


@COUNTS
def test_tags(count):
    page = render("tags", tags=tuple(Tag(name) for name in NAMES[:count]))
    assert texts(page, "li") == SHOWN[:count]
    assert addresses(page) == []


def test_a_tag_may_lead_somewhere():
    page = render("tag", tag=Tag("Skola", "info", "/skola/"))
    assert (addresses(page), texts(page, css="ds-tag")) == (["/skola/"], ["Skola"])


@COUNTS
def test_breadcrumbs_end_with_the_page_itself(count):
    crumbs = tuple(Link(name, f"/{i}") for i, name in enumerate(NAMES[:count]))
    page = render("breadcrumbs", crumbs=crumbs, title="Här")
    assert texts(page, "li") == [*SHOWN[:count], "Här"]
    assert texts(page, "a") == SHOWN[:count]
    [here] = [e for e in all_of(page, "span") if attribute(e, "aria-current") == "page"]
    assert text(here) == "Här"
