"""What a spec says: the figures as given, in the order given, and nothing about hidden ones."""

import json
from dataclasses import replace

import pytest

from charts.figures_drawn import ABOUT, BARS, DOTS, GAP, KINDS, MAP, MODEL, SHARES, SPINE, TREND
from samling.charts import GroupBars, Row, describe, extent, spec
from samling.charts.area_map import classify
from samling.charts.marks import SMALL
from samling.charts.measure import text_width
from samling.charts.profile_spine import scaled

SIZES = ("wide", "medium", "narrow")


def values_with(drawn, *fields):
    """Every row of every layer that has all of the fields, as tuples."""
    return [
        tuple(row[field] for field in fields)
        for layer in drawn["layer"]
        for row in layer["data"]["values"]
        if all(field in row for field in fields)
    ]


def texts(drawn):
    """Every printed text in the order it is drawn."""
    return [text for _, text in values_with(drawn, "x", "text")]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_spec_is_plain_json_of_fixed_width_with_the_description_as_its_alternative(
    kind, language, size
):
    drawn = spec(KINDS[kind], language, size)
    json.dumps(drawn, allow_nan=False)
    padding = drawn["padding"]
    width = drawn["width"] + padding["left"] + padding["right"]
    assert width == {"wide": 960, "medium": 720, "narrow": 340}[size]
    assert extent(drawn)[0] == width
    edges = [*padding.values(), drawn["width"], drawn["height"]]
    assert [edge for edge in edges if edge != int(edge)] == []
    assert drawn["description"] == describe(KINDS[kind], language)
    assert drawn["autosize"] == {"type": "none"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_figure_gives_the_same_spec(kind):
    assert spec(KINDS[kind], "sv", "wide") == spec(KINDS[kind], "sv", "wide")


def test_the_number_locale_is_written_out_in_the_spec():
    swedish = spec(BARS, "sv")["config"]["locale"]["number"]
    assert (swedish["decimal"], swedish["thousands"], swedish["percent"]) == (
        ",",
        "\u00a0",
        "\u00a0%",
    )
    assert spec(BARS, "en")["config"]["locale"]["number"]["decimal"] == "."


@pytest.mark.parametrize("size", SIZES)
def test_bars_keep_values_and_order_and_leave_hidden_rows_without_a_mark(size):
    drawn = spec(BARS, "sv", size)
    assert values_with(drawn, "label", "value")[:2] == [
        ("Östra länsdelen", 71),
        ("Ånga & Åby", 58),
    ]
    intervals = set(values_with(drawn, "label", "low", "high"))
    assert intervals == {("Östra länsdelen", 65, 77), ("Ånga & Åby", 56, 60)}
    assert {label for (label,) in values_with(drawn, "label")} == {"Östra länsdelen", "Ånga & Åby"}


def test_bars_print_every_value_the_reference_and_the_hidden_mark():
    printed = texts(spec(BARS, "sv", "wide"))
    assert printed == [
        "Länet 63\u00a0%",
        "Flen",
        "Ånga & Åby",
        "Östra länsdelen",
        "71\u00a0%",
        "58\u00a0%",
        "..",
        "(65–77)",
        "(56–60)",
        "Exempeldata, inte verkliga resultat.",
        "Strecken visar 95\u00a0% osäkerhetsintervall. ..\u00a0=\u00a0värdet\u00a0visas\u00a0inte. "
        "Andel som mår bra. Källa: Liv och hälsa ung 2026",
    ]


def test_bars_start_at_zero_and_dots_do_not():
    def domains(figure):
        drawn = spec(figure, "sv", "wide")
        scales = [layer["encoding"]["x"].get("scale") for layer in drawn["layer"]]
        return {tuple(scale["domain"]) for scale in scales if scale}

    assert domains(BARS) == {(0, 80)}
    assert domains(DOTS) == {(6.2, 7.2)}


def test_a_chart_with_only_hidden_values_shows_the_mark_and_no_value():
    figure = GroupBars(ABOUT, (Row("Flen", None), Row("Trosa", None)))
    drawn = spec(figure, "sv", "wide")
    assert texts(drawn)[:4] == ["Flen", "Trosa", "..", ".."]
    assert values_with(drawn, "label", "value") == [("", 0)]


def test_trend_lines_stop_at_hidden_years_and_at_breaks():
    lines = [layer for layer in spec(TREND)["layer"] if layer["mark"]["type"] == "line"]
    assert values_with({"layer": lines}, "series", "year", "value", "segment") == [
        ("Flickor", 2014, 62, "0-0-0"),
        ("Flickor", 2018, 58, "0-0-0"),
        ("Flickor", 2022, 51, "0-0-1"),
        ("Pojkar", 2014, 78, "1-0-0"),
        ("Pojkar", 2022, 75, "1-1-1"),
    ]


def test_trend_names_each_series_at_its_last_value():
    printed = texts(spec(TREND, "sv", "wide"))
    assert [t for t in printed if "%" in t][:2] == ["Flickor 51\u00a0%", "Pojkar 75\u00a0%"]


def test_a_series_that_ends_early_says_when():
    early = replace(TREND.series[1], points=TREND.series[1].points[:1])
    printed = texts(spec(replace(TREND, series=(TREND.series[0], early)), "sv", "wide"))
    assert [t for t in printed if t.startswith("Pojkar")] == ["Pojkar 78\u00a0%\u00a0(2014)"]


def test_gap_dots_draw_pairs_and_lone_dots_but_no_hidden_ones():
    drawn = spec(GAP, "sv", "wide")
    line, first, second = (layer["data"]["values"] for layer in drawn["layer"][:3])
    assert [(r["label"], r["first"], r["second"]) for r in line] == [
        ("Mår bra", 49, 72),
        ("Äter frukost", 41, 55),
    ]
    assert [r["first"] for r in first] == [49, 41]
    assert [r["second"] for r in second] == [72, 55, 4]


@pytest.mark.parametrize("size", SIZES)
def test_model_dots_draw_both_estimates_of_an_area_and_none_of_a_hidden_one(size):
    drawn = spec(MODEL, "sv", size)
    dots = {
        layer["mark"]["shape"]: [(r["label"], r["low"], r["value"], r["high"]) for r in rows]
        for layer in drawn["layer"]
        if layer["mark"]["type"] == "point" and "description" in layer["encoding"]
        for rows in [layer["data"]["values"]]
    }
    assert dots == {
        "circle": [("Vingåker", 64, 82, 94), ("Östra länsdelen", 60, 63, 66)],
        "diamond": [
            ("Ånga & Åby", 49, 61, 72),
            ("Vingåker", 58, 68, 77),
            ("Östra länsdelen", 60, 63, 66),
        ],
    }
    printed = texts(drawn)
    counts = [text for text in printed if text.split()[0].isdigit() and text.endswith("svar")]
    assert counts == ["28 svar", "44 svar", "912 svar"]
    assert [text for text in printed if text.endswith("%")] == [
        "82\u00a0%",
        "63\u00a0%",
        "61\u00a0%",
        "68\u00a0%",
        "63\u00a0%",
    ]
    assert printed.count("..") == 1


def test_a_map_of_fewer_values_than_classes_has_a_class_for_each():
    areas = [replace(a, value=v) for a, v in zip(MAP.areas, (40.0, 60.0), strict=False)]
    hidden = [replace(a, value=None) for a in MAP.areas[2:]]
    classes = classify(replace(MAP, areas=(*areas, *hidden), classes=5), "sv")
    assert classes.thresholds == (60.0,)


def test_map_classes_are_quantiles_of_the_shown_values_and_say_their_ends():
    classes = classify(replace(MAP, classes=3), "sv")
    assert classes.thresholds == (64, 71)
    assert classes.texts == ("62\u00a0%", "64\u00a0%", "71\u00a0%")
    equal = classify(replace(MAP, classes=3, quantiles=False), "sv")
    assert equal.thresholds == (65, 68)
    assert equal.color(64) != equal.color(65)


def test_a_map_says_nothing_of_a_class_that_no_area_is_in():
    """62 and 64 are under 65, 71 is over 68, and nothing lies between."""
    printed = texts(spec(replace(MAP, classes=3, quantiles=False), "sv", "wide"))
    ranges = [text for text in printed if text.endswith("%") and "\n" not in text]
    assert "62–64\u00a0%" in ranges
    assert [text for text in ranges if "–" in text] == ["62–64\u00a0%"]


def test_map_draws_hidden_areas_apart_without_a_value():
    drawn = spec(MAP, "sv", "wide")
    shown, hidden, chosen = (layer["data"]["values"] for layer in drawn["layer"][:3])
    assert [(f["label"], f["value"]) for f in shown] == [
        ("Vingåker", 62),
        ("Nyköping", 64),
        ("Trosa", 71),
    ]
    assert [(f["label"], f["value"]) for f in hidden] == [("Flen", None)]
    assert [f["label"] for f in chosen] == ["Trosa"]


def test_map_of_equal_values_is_one_class():
    same = replace(MAP, areas=tuple(replace(a, value=5) for a in MAP.areas))
    classes = classify(same, "sv")
    assert (classes.thresholds, classes.texts) == ((), ("5\u00a0%",))


def test_spine_puts_better_to_the_right_whatever_direction_is_good():
    good, bad, neutral, _ = SPINE.rows
    assert [scaled(good, v) for v in (63, 77, 71)] == [0, 1, round(8 / 14, 4)]
    assert [scaled(bad, v) for v in (5, 11, 3)] == [0, -1, round(2 / 6, 4)]
    assert [scaled(neutral, v) for v in (44, 48, 40)] == [0, 1, -1]


def test_spine_marks_each_status_with_its_own_shape():
    marks = [
        (layer["mark"]["shape"], row["label"])
        for layer in spec(SPINE, "sv", "wide")["layer"]
        for row in layer["data"]["values"]
        if "description" in layer["encoding"]
    ]
    assert marks == [
        ("triangle-up", "Mår bra"),
        ("triangle-down", "Röker dagligen"),
        ("circle", "Åker buss"),
    ]


def test_shares_are_stacked_in_the_order_of_the_categories():
    pieces = values_with(spec(SHARES, "sv", "wide"), "label", "category", "share", "start", "end")
    assert pieces == [
        ("Flickor", "Bra", 50, 0, 50),
        ("Flickor", "Varken eller", 33, 50, 83),
        ("Flickor", "Dåligt", 17, 83, 100),
        ("Pojkar", "Bra", 72, 0, 72),
        ("Pojkar", "Varken eller", 19, 72, 91),
        ("Pojkar", "Dåligt", 9, 91, 100),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_example_data_is_said_only_when_it_is(kind):
    figure = KINDS[kind]
    for example, word in ((True, 1), (False, 0)):
        about = replace(figure.about, example_data=example)
        printed = texts(spec(replace(figure, about=about), "sv", "narrow"))
        assert printed.count("Exempeldata, inte verkliga resultat.") == word


@pytest.mark.parametrize("size", SIZES)
def test_a_hidden_year_stands_at_the_foot_where_no_height_is_read_as_a_value(size):
    drawn = spec(TREND, "sv", size)
    marks = [y for text, y in values_with(drawn, "text", "y") if text == ".."]
    assert marks == [drawn["height"] - 12.0]


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_below_a_narrow_picture_are_whole(kind):
    figure = KINDS[kind]
    note = "Strecket visar hur säker skillnaden är (95 %). När det når mitten är den inte tydlig."
    about = replace(figure.about, interval_note=note, source="Källan som står sist, hela vägen ut")
    said = texts(spec(replace(figure, about=about), "sv", "narrow"))
    assert " ".join(said[-1].split()).endswith("hela vägen ut")


def test_the_middle_of_a_profile_is_the_rest():
    row = replace(SPINE.rows[0], rest=65.0)
    assert (scaled(row, 65.0), scaled(row, 77.0)) == (0.0, 1.0)
    assert scaled(row, row.county) < 0


@pytest.mark.parametrize("size", SIZES)
def test_the_first_years_value_keeps_clear_of_the_axis(size):
    single = replace(TREND, series=TREND.series[:1], breaks=())
    placed = values_with(spec(single, "sv", size), "x", "y", "text")
    first = min(x for x, _, said in placed if "62" in said)
    assert first - text_width("62\u00a0%", SMALL) / 2 >= 0
