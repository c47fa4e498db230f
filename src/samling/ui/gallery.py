"""The specimens that the component gallery shows. Every figure is made up."""

from datetime import date

from django.conf import settings
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from samling.ui import formats
from samling.ui.addresses import start_of
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
    Page,
    Pagination,
    Row,
    Select,
    Table,
    Tag,
)

RELEASED = date(2026, 11, 12)


def from_rooms() -> tuple[Card, ...]:
    """What rooms above this one show of their own (`SAMLING_GALLERY`)."""
    return tuple(card for name in settings.SAMLING_GALLERY for card in import_string(name)())


def gallery_page() -> Page:
    """The gallery's own frame."""
    return Page(
        title=_("Komponenter"),
        about=_("Byggstenarna som alla sidor i Samling består av, med vad var och en tar emot."),
        updated=RELEASED,
        breadcrumbs=(Link(_("Start"), start_of(get_language() or "sv")),),
    )


def specimens(query: QueryDict) -> dict[str, object]:
    """One or more values for every component, by the name its template knows it by."""
    current = query.get("sida", "3")
    return {
        "figures": key_figures(),
        "badges": badges(),
        "filters": filter_bar(),
        "figure": figure(),
        "table": area_table(),
        "method": method(),
        "notices": notices(),
        "empty": EmptyState(
            _("Inga resultat för det här urvalet"),
            _("Gruppen är för liten för att redovisas. Välj en större grupp eller hela länet."),
            (Link(_("Visa hela länet"), "#"),),
        ),
        "cards": cards(),
        "tags": (Tag(_("Psykisk hälsa")), Tag(_("Flickor")), Tag(_("Ny"), "info", "#")),
        "pagination": Pagination(int(current) if current.isdecimal() else 3, 12, query),
    }


def key_figures() -> tuple[KeyFigure, ...]:
    """A better, an unsure and a hidden figure."""
    return (
        KeyFigure(
            _("Tror att framtiden blir bra"),
            formats.percent(69.2, 1),
            f"{formats.interval(65.1, 73.2)} · {formats.answers(1234)}",
            Badge(_("Högre än i resten av länet"), "up", "better"),
            "#",
        ),
        KeyFigure(
            _("Har huvudvärk varje vecka"),
            formats.percent(31.4, 1),
            f"{formats.interval(27.9, 35.0)} · {formats.answers(1228)}",
            Badge(_("Ingen säker skillnad mot resten av länet"), "level"),
        ),
        KeyFigure(
            _("Har blivit mobbad på nätet"), hidden=_("Färre än tio svar i gruppen visas inte")
        ),
    )


def badges() -> tuple[Badge, ...]:
    """Every shape and every meaning."""
    return (
        Badge(_("Högre, och det är bra"), "up", "better"),
        Badge(_("Lägre, och det är bra"), "down", "better"),
        Badge(_("Högre, och det är sämre"), "up", "worse"),
        Badge(_("Lägre, och det är sämre"), "down", "worse"),
        Badge(_("Ingen säker skillnad"), "level"),
        Badge(_("Kan inte jämföras"), "unknown"),
    )


def filter_bar() -> FilterBar:
    """Three selects, one with its options in groups."""
    mind, school = _("Psykisk hälsa"), _("Skola")
    return FilterBar(
        _("Välj vad du vill se"),
        (
            Select(
                "indikator",
                _("Indikator"),
                (
                    Option("future", _("Tror att framtiden blir bra"), selected=True, group=mind),
                    Option("headache", _("Har huvudvärk varje vecka"), group=mind),
                    Option("safe", _("Känner sig trygg i skolan"), group=school),
                ),
            ),
            Select("omrade", _("Område"), (Option("04", "Södermanlands län"),)),
            Select("grupp", _("Grupp"), (Option("", _("Alla")), Option("sex", _("Kön")))),
        ),
    )


def area_table() -> Table:
    """Four areas, one hidden cell, one footnote and one emphasised row."""
    unsure = _("Osäker uppgift: få svar eller stor spridning.")
    lines = [
        _area_row("Eskilstuna", 66.0, (61.8, 70.1), 450),
        _area_row("Nyköping", 71.0, (66.2, 75.4), 320),
        _area_row("Strängnäs", 73.0, (67.5, 78.1), 240),
    ]
    lines[2] = Row(lines[2].header, (Cell(formats.percent(73), note=unsure), *lines[2].cells[1:]))
    few = _("Färre än tio svar i gruppen visas inte")
    lines.append(Row("Vingåker", (Cell(hidden=few), Cell(hidden=few), Cell(formats.number(5)))))
    county = _area_row("Södermanlands län", 69.2, (66.4, 71.9), 2785, decimals=1)
    lines.append(Row(county.header, county.cells, emphasised=True))
    columns = (Column(_("Område")), Column(_("Andel")), Column(_("Intervall")), Column(_("Svar")))
    caption = _("Andel som tror att framtiden blir bra, efter kommun. Årskurs 9, 2026.")
    return Table("kommuner", caption, columns, tuple(lines))


def _area_row(
    name: str, value: float, bounds: tuple[float, float], count: int, decimals: int = 0
) -> Row:
    cells = (
        Cell(formats.percent(value, decimals)),
        Cell(formats.interval_of(bounds, decimals)),
        Cell(formats.number(count)),
    )
    return Row(name, cells, address="#")


def figure() -> Figure:
    """A chart with its table, source and downloads."""
    return Figure(
        key="exempeldiagram",
        caption=_("Sju av tio tror att framtiden blir bra, men färre där ekonomin är knapp."),
        subtitle=_("Andel i procent efter familjens ekonomi. Årskurs 9, 2026."),
        address=static("ui/gallery/specimen.svg"),
        alternative=_("Liggande staplar: god ekonomi 76 procent, varken eller 66, knapp 52."),
        width=720,
        height=220,
        table=_economy_table(),
        downloads=(Link("CSV", "#"), Link("Excel", "#"), Link("JSON-stat", "#"), Link("SVG", "#")),
        source=_("Liv och hälsa ung, exempelundersökning 2026."),
        example=True,
    )


def _economy_table() -> Table:
    groups = ((_("God"), 76), (_("Varken god eller knapp"), 66), (_("Knapp"), 52))
    rows = tuple(Row(name, (Cell(formats.percent(value)),)) for name, value in groups)
    columns = (Column(_("Familjens ekonomi")), Column(_("Andel")))
    return Table("ekonomi", _("Andel efter familjens ekonomi"), columns, rows, caption_hidden=True)


def method() -> Method:
    """The facts that every figure's method has."""
    return Method(
        (
            Fact(_("Fråga"), _("Hur ser du på din framtid?")),
            Fact(_("Räknas"), _("Svaren Mycket ljus och Ganska ljus, av alla som svarade.")),
            Fact(_("Osäkerhet"), _("95 procents intervall med skolor som kluster.")),
            Fact(_("Utgåva"), f"3, {formats.full_date(RELEASED)}", "#"),
        ),
        (Link(_("Läs mer om metoden"), "#"),),
    )


def notices() -> tuple[Notice, ...]:
    """One of every severity."""
    return (
        Notice(_("En rättad utgåva finns. Den ändrar två tal."), _("Ny utgåva"), "info"),
        Notice(_("Filen är mottagen och kontrollerad."), severity="success"),
        Notice(
            _("Uppgiften bygger på få svar och är osäker."), _("Läs med försiktighet"), "warning"
        ),
        Notice(
            _("Kolumnen kommun saknas i filen. Lägg till den och läs in filen igen."),
            _("Filen gick inte att läsa"),
            "danger",
            (Link(_("Så ska filen se ut"), "#"),),
        ),
    )


def cards() -> tuple[Card, ...]:
    """Three ways on."""
    return (
        Card(_("Utforska indikatorer"), "#", _("Välj indikator, område, grupp och år.")),
        Card(_("Områdesprofiler"), "#", _("Alla indikatorer för en kommun bredvid länet.")),
        Card(_("Öppna data"), "#", _("Hämta allt som visas, fritt att använda.")),
    )
