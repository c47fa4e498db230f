"""One small figure of every kind, with a hidden value in each, for the tests of charts."""

from samling.charts import (
    About,
    AreaMap,
    AreaValue,
    Break,
    DistributionBars,
    GapDots,
    GapRow,
    GroupBars,
    ModelDots,
    ModelRow,
    ProfileRow,
    ProfileSpine,
    Reference,
    Row,
    Series,
    ShareRow,
    Trend,
    Unit,
    YearValue,
)

ABOUT = About("Andel som mår bra", "Liv och hälsa ung 2026", example_data=True)
MEAN = About("Självskattad hälsa", "Liv och hälsa ung 2026", Unit(False, 1, "medelvärde 1–10"))


def square(code: str, west: float, south: float) -> dict[str, object]:
    """A GeoJSON feature of a tenth of a degree by a twentieth."""
    east, north = west + 0.4, south + 0.2
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


BOUNDARIES = {
    "type": "FeatureCollection",
    "features": [
        square("0482", 16.0, 59.0),
        square("0480", 16.4, 58.8),
        square("0488", 16.4, 59.0),
        square("0428", 16.0, 58.8),
    ],
}

BARS = GroupBars(
    ABOUT,
    (
        Row("Östra länsdelen", 71, 65, 77, highlighted=True),
        Row("Flen", None),
        Row("Ånga & Åby", 58, 56, 60),
    ),
    Reference("Länet", 63),
)
DOTS = GroupBars(MEAN, (Row("Flickor", 6.4, 6.2, 6.6), Row("Pojkar", 7.1)), from_zero=False)
TREND = Trend(
    ABOUT,
    (
        Series("Flickor", (YearValue(2014, 62, 59, 65), YearValue(2018, 58), YearValue(2022, 51))),
        Series("Pojkar", (YearValue(2014, 78), YearValue(2018, None), YearValue(2022, 75))),
    ),
    (Break(2022, "ny svarsskala"),),
)
GAP = GapDots(
    ABOUT,
    ("Flickor", "Pojkar"),
    (
        GapRow("Mår bra", 49, 72),
        GapRow("Äter frukost", 41, 55),
        GapRow("Röker", None, 4),
        GapRow("Snusar", None, None),
    ),
)
MAP = AreaMap(
    ABOUT,
    (
        AreaValue("0428", "Vingåker", 62),
        AreaValue("0480", "Nyköping", 64),
        AreaValue("0482", "Flen", None),
        AreaValue("0488", "Trosa", 71, highlighted=True),
    ),
    BOUNDARIES,
)
SPINE = ProfileSpine(
    ABOUT,
    "Trosa",
    "Södermanlands län",
    (
        ProfileRow("Mår bra", 71, 65, 77, 63, (58, 61, 71), "high is good", "better"),
        ProfileRow("Röker dagligen", 9, 7, 11, 5, (3, 5, 9), "high is bad", "worse"),
        ProfileRow("Åker buss", 44, 40, 48, 44, (40, 44, 48), "neutral", "no clear difference"),
        ProfileRow("Snusar", None, None, None, 12, (10, 14), "high is bad", "hidden"),
    ),
)
SHARES = DistributionBars(
    ABOUT,
    ("Bra", "Varken eller", "Dåligt"),
    (
        ShareRow("Flickor", (50, 33, 17)),
        ShareRow("Pojkar", (72, 19, 9)),
        ShareRow("Annan könsidentitet", None),
    ),
)

MODEL = ModelDots(
    ABOUT,
    (
        ModelRow("Ånga & Åby", None, None, None, 61, 49, 72),
        ModelRow("Vingåker", 82, 64, 94, 68, 58, 77, n=28),
        ModelRow("Flen", None, None, None, None, None, None, n=44),
        ModelRow("Östra länsdelen", 63, 60, 66, 63, 60, 66, n=912),
    ),
)

KINDS = {
    "bars": BARS,
    "dots": DOTS,
    "trend": TREND,
    "gap": GAP,
    "map": MAP,
    "spine": SPINE,
    "shares": SHARES,
    "model": MODEL,
}
