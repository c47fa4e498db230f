"""The text alternative of every chart, in plain Swedish or English.

It says what a glance at the picture says: highest, lowest, what to compare with, and which values
are not shown. The full figures are in the table that every page has beside its chart.
"""

from collections.abc import Sequence
from typing import Final

from samling.charts.figures import (
    About,
    AreaMap,
    DistributionBars,
    GapDots,
    GapRow,
    GroupBars,
    Language,
    ModelDots,
    ModelRow,
    ProfileSpine,
    Series,
    Status,
    Trend,
    YearValue,
)
from samling.charts.language import WORDS, joined, value_text

NAMED = 3  # more names than this are counted instead

SENTENCES: Final[dict[Language, dict[str, str]]] = {
    "sv": {
        "bars": "Diagram: {name}.",
        "map": "Karta: {name}.",
        "trend": "Linjediagram: {name}, {years}.",
        "gap": "Diagram: {name}, {first} och {second}.",
        "spine": "Diagram: {area} jämfört med övriga {county}, {count} mått.",
        "shares": "Diagram: {name}, fördelning i procent.",
        "highest": "Högst är {names} med {value}.",
        "lowest": "Lägst är {names} med {value}.",
        "all": "Alla har {value}.",
        "only": "{names} har {value}.",
        "reference": "{names}: {value}.",
        "hidden": "Värdet visas inte för {names}.",
        "hidden_count": "{count} värden visas inte.",
        "one_hidden": "Ett värde visas inte.",
        "nothing": "Inget värde visas.",
        "change": "{name}: {value} år {year}, {other} år {last}.",
        "one_year": "{name}: {value} år {year}.",
        "series_hidden": "{name}: inget värde visas.",
        "break": "Från och med {year} kan värdena inte jämföras med tidigare år: {why}.",
        "widest": "Störst är skillnaden för {names}: {values}.",
        "narrowest": "Minst är skillnaden för {names}: {values}.",
        "only_gap": "{names}: {values}.",
        "same_gap": "Skillnaden är lika stor i alla rader, till exempel {names}: {values}.",
        "status": "{word}: {names}.",
        "one_measure": "1 mått",
        "measures": "{count} mått",
        "no_gap": "Ingen rad har värden för båda grupperna.",
        "hidden_gap": "Minst ett värde visas inte för {names}.",
        "more": "{count} till",
        "model": "Diagram: {name}, områdets egna svar och med stöd av modellen, {count} områden.",
        "model_one": "Diagram: {name}, områdets egna svar och med stöd av modellen, ett område.",
        "moved": "Mest flyttar modellen {names}: från {value} till {other}.",
        "without": "Inga egna svar har {names}.",
    },
    "en": {
        "bars": "Chart: {name}.",
        "map": "Map: {name}.",
        "trend": "Line chart: {name}, {years}.",
        "gap": "Chart: {name}, {first} and {second}.",
        "spine": "Chart: {area} compared with the rest of {county}, {count} measures.",
        "shares": "Chart: {name}, distribution in per cent.",
        "highest": "Highest is {names} with {value}.",
        "lowest": "Lowest is {names} with {value}.",
        "all": "All have {value}.",
        "only": "{names} has {value}.",
        "reference": "{names}: {value}.",
        "hidden": "The value is not shown for {names}.",
        "hidden_count": "{count} values are not shown.",
        "one_hidden": "One value is not shown.",
        "nothing": "No value is shown.",
        "change": "{name}: {value} in {year}, {other} in {last}.",
        "one_year": "{name}: {value} in {year}.",
        "series_hidden": "{name}: no value is shown.",
        "break": "From {year} the values cannot be compared with earlier years: {why}.",
        "widest": "The difference is largest for {names}: {values}.",
        "narrowest": "The difference is smallest for {names}: {values}.",
        "only_gap": "{names}: {values}.",
        "same_gap": "The difference is the same in every row, for example {names}: {values}.",
        "status": "{word}: {names}.",
        "one_measure": "1 measure",
        "measures": "{count} measures",
        "no_gap": "No row has values for both groups.",
        "hidden_gap": "At least one value is not shown for {names}.",
        "more": "{count} more",
        "model": "Chart: {name}, areas' own answers and with support of the model, {count} areas.",
        "model_one": "Chart: {name}, the area's own answers and with support of the model.",
        "moved": "The model moves {names} the most: from {value} to {other}.",
        "without": "No answers of its own: {names}.",
    },
}


def describe_group_bars(figure: GroupBars, language: Language) -> str:
    """Highest and lowest row, the reference, hidden rows."""
    say = SENTENCES[language]
    pairs = [(row.label, row.value) for row in figure.rows]
    parts = [say["bars"].format(name=figure.about.indicator)]
    parts += _extremes(pairs, figure.about, language)
    if figure.reference:
        unit = figure.about.unit.written_with(figure.reference.decimals)
        value = value_text(figure.reference.value, unit, language)
        parts.append(say["reference"].format(names=figure.reference.label, value=value))
    parts += _hidden([label for label, value in pairs if value is None], language)
    return _ended(parts, figure.about, language)


def describe_area_map(figure: AreaMap, language: Language) -> str:
    """Highest and lowest area, hidden areas."""
    pairs = [(area.label, area.value) for area in figure.areas]
    parts = [SENTENCES[language]["map"].format(name=figure.about.indicator)]
    parts += _extremes(pairs, figure.about, language)
    parts += _hidden([label for label, value in pairs if value is None], language)
    return _ended(parts, figure.about, language)


def describe_trend(figure: Trend, language: Language) -> str:
    """First and last shown year of every series, breaks, hidden values."""
    say = SENTENCES[language]
    years = [p.year for s in figure.series for p in s.points]
    span = f"{min(years)}–{max(years)}" if min(years) < max(years) else str(min(years))
    parts = [say["trend"].format(name=figure.about.indicator, years=span)]
    parts += [_series_sentence(series, figure.about, language) for series in figure.series]
    parts += [say["break"].format(year=b.year, why=b.label) for b in figure.breaks]
    hidden = sum(p.value is None for s in figure.series for p in s.points)
    if hidden:
        parts.append(say["one_hidden" if hidden == 1 else "hidden_count"].format(count=hidden))
    return _ended(parts, figure.about, language)


def describe_gap_dots(figure: GapDots, language: Language) -> str:
    """The row with the widest and the one with the narrowest gap, hidden rows."""
    say = SENTENCES[language]
    first, second = figure.groups
    parts = [say["gap"].format(name=figure.about.indicator, first=first, second=second)]
    gaps = [
        (abs(row.first - row.second), row)
        for row in figure.rows
        if row.first is not None and row.second is not None
    ]
    if len({gap for gap, _ in gaps}) > 1:
        for key, end in (("widest", max), ("narrowest", min)):
            row = end(gaps, key=lambda pair: pair[0])[1]
            parts.append(say[key].format(names=row.label, values=_pair(figure, row, language)))
    elif gaps:
        row = gaps[0][1]
        key = "only_gap" if len(gaps) == 1 else "same_gap"
        parts.append(say[key].format(names=row.label, values=_pair(figure, row, language)))
    else:
        parts.append(say["no_gap"])
    absent = [row.label for row in figure.rows if row.first is None or row.second is None]
    parts += _hidden(absent, language, "hidden_gap")
    return _ended(parts, figure.about, language)


def describe_profile_spine(figure: ProfileSpine, language: Language) -> str:
    """Which measures are better, worse, higher and lower; how many show no clear difference."""
    say, words = SENTENCES[language], WORDS[language]
    count = len(figure.rows)
    parts = [say["spine"].format(area=figure.area, county=figure.county, count=count)]
    order: tuple[Status, ...] = ("better", "worse", "higher", "lower")
    for status in order:
        names = [row.label for row in figure.rows if row.status == status]
        if names:
            parts.append(say["status"].format(word=words[status], names="; ".join(names)))
    similar = sum(row.status == "no clear difference" for row in figure.rows)
    if similar:
        measures = say["one_measure" if similar == 1 else "measures"].format(count=similar)
        parts.append(say["status"].format(word=words["no clear difference"], names=measures))
    parts += _hidden([row.label for row in figure.rows if row.status == "hidden"], language)
    return _ended(parts, figure.about, language)


def describe_distribution_bars(figure: DistributionBars, language: Language) -> str:
    """Every share of up to three rows, and how many rows more there are."""
    say, unit = SENTENCES[language], figure.about.unit
    parts = [say["shares"].format(name=figure.about.indicator)]
    shown = [row for row in figure.rows if row.shares is not None]
    for row in shown[:NAMED]:
        shares = [
            f"{category} {value_text(share, unit, language)}"
            for category, share in zip(figure.categories, row.shares or (), strict=True)
        ]
        parts.append(f"{row.label}: {', '.join(shares)}.")
    if len(shown) > NAMED:
        parts.append(say["more"].format(count=len(shown) - NAMED) + ".")
    if not shown:
        parts.append(say["nothing"])
    parts += _hidden([row.label for row in figure.rows if row.shares is None], language)
    return _ended(parts, figure.about, language)


def describe_model_dots(figure: ModelDots, language: Language) -> str:
    """Highest and lowest by the model, what it moves the most, areas without own answers."""
    say, unit = SENTENCES[language], figure.about.unit
    count = len(figure.rows)
    key = "model_one" if count == 1 else "model"
    parts = [say[key].format(name=figure.about.indicator, count=count)]
    parts += _extremes([(row.label, row.model) for row in figure.rows], figure.about, language)
    both = [row for row in figure.rows if row.direct is not None and row.model is not None]
    if any(_moved(row) > 0 for row in both):
        row = max(both, key=_moved)
        texts = (value_text(value, unit, language) for value in (row.direct, row.model))
        value, other = texts
        parts.append(say["moved"].format(names=row.label, value=value, other=other))
    alone = [row.label for row in figure.rows if row.direct is None and row.model is not None]
    if alone:
        parts.append(say["without"].format(names=_names(alone, language)))
    parts += _hidden([row.label for row in figure.rows if row.model is None], language)
    return _ended(parts, figure.about, language)


def _moved(row: ModelRow) -> float:
    return abs((row.model or 0.0) - (row.direct or 0.0))


def _extremes(
    pairs: Sequence[tuple[str, float | None]], about: About, language: Language
) -> list[str]:
    say = SENTENCES[language]
    shown = [(label, value) for label, value in pairs if value is not None]
    if not shown:
        return [say["nothing"]]
    if len(shown) == 1:
        text = value_text(shown[0][1], about.unit, language)
        return [say["only"].format(names=shown[0][0], value=text)]
    top, bottom = max(v for _, v in shown), min(v for _, v in shown)
    if top == bottom and len(shown) == len(pairs):
        return [say["all"].format(value=value_text(top, about.unit, language))]
    return [
        say[key].format(
            names=_names([label for label, value in shown if value == end], language),
            value=value_text(end, about.unit, language),
        )
        for key, end in (("highest", top), ("lowest", bottom))
    ]


def _names(names: list[str], language: Language) -> str:
    """Up to three names; of more, the first two and how many there are besides."""
    if len(names) > NAMED:
        rest = SENTENCES[language]["more"].format(count=len(names) - 2)
        names = [*names[:2], rest]
    return joined(names, language)


def _hidden(names: list[str], language: Language, sentence: str = "hidden") -> list[str]:
    if not names:
        return []
    say = SENTENCES[language]
    if len(names) > NAMED and sentence == "hidden":
        return [say["hidden_count"].format(count=len(names))]
    return [say[sentence].format(names=_names(names, language))]


def _series_sentence(series: Series, about: About, language: Language) -> str:
    say = SENTENCES[language]
    shown = [p for p in series.points if p.value is not None]
    if not shown:
        return say["series_hidden"].format(name=series.label)
    first, last = shown[0], shown[-1]

    def text(point: YearValue) -> str:
        return value_text(point.value, about.unit.written_with(series.decimals), language)

    if first is last:
        return say["one_year"].format(name=series.label, value=text(first), year=first.year)
    return say["change"].format(
        name=series.label, value=text(first), year=first.year, other=text(last), last=last.year
    )


def _pair(figure: GapDots, row: GapRow, language: Language) -> str:
    unit = figure.about.unit
    texts = [
        f"{group} {value_text(value, unit, language)}"
        for group, value in zip(figure.groups, (row.first, row.second), strict=True)
    ]
    return ", ".join(texts)


def _ended(parts: Sequence[str], about: About, language: Language) -> str:
    """The sentences in one text, ending with the warning for example data."""
    warning = [WORDS[language]["example"]] if about.example_data else []
    return " ".join([*parts, *warning])
