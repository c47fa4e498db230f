"""The text alternatives, word for word."""

from dataclasses import replace

import pytest

from charts.figures_drawn import ABOUT, GAP, KINDS, MODEL
from samling.charts import GapRow, GroupBars, Row, describe

EXPECTED = {
    ("bars", "sv"): "Diagram: Andel som mår bra. Högst är Östra länsdelen med 71\u00a0%. "
    "Lägst är Ånga & Åby med 58\u00a0%. Länet: 63\u00a0%. Värdet visas inte för Flen. "
    "Exempeldata, inte verkliga resultat.",
    ("bars", "en"): "Chart: Andel som mår bra. Highest is Östra länsdelen with 71%. "
    "Lowest is Ånga & Åby with 58%. Länet: 63%. The value is not shown for Flen. "
    "Example data, not real results.",
    ("dots", "sv"): "Diagram: Självskattad hälsa. Högst är Pojkar med 7,1. "
    "Lägst är Flickor med 6,4.",
    ("dots", "en"): "Chart: Självskattad hälsa. Highest is Pojkar with 7.1. "
    "Lowest is Flickor with 6.4.",
    ("trend", "sv"): "Linjediagram: Andel som mår bra, 2014–2022. "
    "Flickor: 62\u00a0% år 2014, 51\u00a0% år 2022. Pojkar: 78\u00a0% år 2014, 75\u00a0% år 2022. "
    "Från och med 2022 kan värdena inte jämföras med tidigare år: ny svarsskala. "
    "Ett värde visas inte. Exempeldata, inte verkliga resultat.",
    ("trend", "en"): "Line chart: Andel som mår bra, 2014–2022. "
    "Flickor: 62% in 2014, 51% in 2022. Pojkar: 78% in 2014, 75% in 2022. "
    "From 2022 the values cannot be compared with earlier years: ny svarsskala. "
    "One value is not shown. Example data, not real results.",
    ("gap", "sv"): "Diagram: Andel som mår bra, Flickor och Pojkar. "
    "Störst är skillnaden för Mår bra: Flickor 49\u00a0%, Pojkar 72\u00a0%. "
    "Minst är skillnaden för Äter frukost: Flickor 41\u00a0%, Pojkar 55\u00a0%. "
    "Minst ett värde visas inte för Röker och Snusar. Exempeldata, inte verkliga resultat.",
    ("gap", "en"): "Chart: Andel som mår bra, Flickor and Pojkar. "
    "The difference is largest for Mår bra: Flickor 49%, Pojkar 72%. "
    "The difference is smallest for Äter frukost: Flickor 41%, Pojkar 55%. "
    "At least one value is not shown for Röker and Snusar. Example data, not real results.",
    ("map", "sv"): "Karta: Andel som mår bra. Högst är Trosa med 71\u00a0%. "
    "Lägst är Vingåker med 62\u00a0%. Värdet visas inte för Flen. "
    "Exempeldata, inte verkliga resultat.",
    ("map", "en"): "Map: Andel som mår bra. Highest is Trosa with 71%. "
    "Lowest is Vingåker with 62%. The value is not shown for Flen. "
    "Example data, not real results.",
    (
        "spine",
        "sv",
    ): "Diagram: Trosa jämfört med övriga Södermanlands län, 4 mått. Bättre: Mår bra. "
    "Sämre: Röker dagligen. Ingen säker skillnad: 1 mått. Värdet visas inte för Snusar. "
    "Exempeldata, inte verkliga resultat.",
    (
        "spine",
        "en",
    ): "Chart: Trosa compared with the rest of Södermanlands län, 4 measures. Better: Mår bra. "
    "Worse: Röker dagligen. No certain difference: 1 measure. The value is not shown for Snusar. "
    "Example data, not real results.",
    ("shares", "sv"): "Diagram: Andel som mår bra, fördelning i procent. "
    "Flickor: Bra 50\u00a0%, Varken eller 33\u00a0%, Dåligt 17\u00a0%. "
    "Pojkar: Bra 72\u00a0%, Varken eller 19\u00a0%, Dåligt 9\u00a0%. "
    "Värdet visas inte för Annan könsidentitet. Exempeldata, inte verkliga resultat.",
    ("shares", "en"): "Chart: Andel som mår bra, distribution in per cent. "
    "Flickor: Bra 50%, Varken eller 33%, Dåligt 17%. "
    "Pojkar: Bra 72%, Varken eller 19%, Dåligt 9%. "
    "The value is not shown for Annan könsidentitet. Example data, not real results.",
    (
        "model",
        "sv",
    ): "Diagram: Andel som mår bra, områdets egna svar och med stöd av modellen, 4 områden. "
    "Högst är Vingåker med 68\u00a0%. Lägst är Ånga & Åby med 61\u00a0%. "
    "Mest flyttar modellen Vingåker: från 82\u00a0% till 68\u00a0%. "
    "Inga egna svar har Ånga & Åby. Värdet visas inte för Flen. "
    "Exempeldata, inte verkliga resultat.",
    (
        "model",
        "en",
    ): "Chart: Andel som mår bra, areas' own answers and with support of the model, 4 areas. "
    "Highest is Vingåker with 68%. Lowest is Ånga & Åby with 61%. "
    "The model moves Vingåker the most: from 82% to 68%. No answers of its own: Ånga & Åby. "
    "The value is not shown for Flen. Example data, not real results.",
}


@pytest.mark.parametrize(("kind", "language"), EXPECTED)
def test_a_description_says_what_a_glance_says(kind, language):
    assert describe(KINDS[kind], language) == EXPECTED[kind, language]


REAL = replace(ABOUT, example_data=False)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ((None, None), "Inget värde visas. Värdet visas inte för A och B."),
        ((5, None), "A har 5\u00a0%. Värdet visas inte för B."),
        ((5, 5), "Alla har 5\u00a0%."),
        ((5, 5, 7), "Högst är C med 7\u00a0%. Lägst är A och B med 5\u00a0%."),
        (
            (5, 5, 5, 5, 7),
            "Högst är E med 7\u00a0%. Lägst är A, B och 2 till med 5\u00a0%.",
        ),
        (
            (1, 2, None, None, None, None),
            "Högst är B med 2\u00a0%. Lägst är A med 1\u00a0%. 4 värden visas inte.",
        ),
    ],
)
def test_ties_and_hidden_rows_are_said_plainly(values, sentence):
    rows = tuple(Row("ABCDEF"[i], value) for i, value in enumerate(values))
    assert describe(GroupBars(REAL, rows), "sv") == f"Diagram: Andel som mår bra. {sentence}"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((GapRow("A", 1, 3),), "A: Flickor 1\u00a0%, Pojkar 3\u00a0%."),
        (
            (GapRow("A", 1, 3), GapRow("B", 4, 2)),
            "Skillnaden är lika stor i alla rader, till exempel A: Flickor 1\u00a0%, "
            "Pojkar 3\u00a0%.",
        ),
        (
            (GapRow("A", None, 3),),
            "Ingen rad har värden för båda grupperna. Minst ett värde visas inte för A.",
        ),
    ],
)
def test_gaps_of_one_row_and_equal_gaps(rows, sentence):
    figure = replace(GAP, about=REAL, rows=rows)
    start = "Diagram: Andel som mår bra, Flickor och Pojkar. "
    assert describe(figure, "sv") == start + sentence


def test_a_model_that_moves_nothing_is_not_said_to():
    figure = replace(MODEL, about=REAL, rows=MODEL.rows[-1:])
    assert describe(figure, "sv") == (
        "Diagram: Andel som mår bra, områdets egna svar och med stöd av modellen, ett område. "
        "Östra länsdelen har 63\u00a0%."
    )
