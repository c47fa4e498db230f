"""JSON-stat 2.0, read back by a real client."""

import json
import math
from datetime import date
from itertools import product

import pandas as pd
import pytest
from pyjstat import pyjstat

from samling.documents.json_stat import (
    About,
    Category,
    Cell,
    Dimension,
    JsonStatError,
    to_json_stat,
)

ABOUT = About(
    label="Framtidstro",
    source="Region Sörmland. Exempeldata",
    updated=date(2026, 11, 22),
    notes=("Avrundat.",),
    extension={"release": "r1", "licence": "CC0-1.0"},
)
DIMENSIONS = (
    Dimension(
        "measure",
        "Mått",
        (Category("share", "Andel", "procent", 1), Category("n", "Antal", "personer", 0)),
        "metric",
    ),
    Dimension("area", "Område", (Category("0480", "Nyköping"), Category("04", "Länet")), "geo"),
    Dimension(
        "sex", "Kön", (Category("f", "Flickor"), Category("m", "Pojkar"), Category("a", "Å"))
    ),
    Dimension(
        "year", "År", (Category("2023", "2023"), Category("2026", "2026")), "time", ("Jämna.",)
    ),
)
KEYS = list(product(*([c.code for c in d.categories] for d in DIMENSIONS)))
CELLS = {key: Cell(place + 0.5) for place, key in enumerate(KEYS)} | {
    KEYS[3]: Cell(None, "hidden"),
    KEYS[-1]: Cell(7, "p"),
}
del CELLS[KEYS[5]]


def test_the_document():
    found = to_json_stat(
        ABOUT, DIMENSIONS[1:3], {("04", "f"): Cell(1.5), ("0480", "m"): Cell(None, "..")}
    )
    assert found == {
        "version": "2.0",
        "class": "dataset",
        "label": "Framtidstro",
        "source": "Region Sörmland. Exempeldata",
        "updated": "2026-11-22",
        "id": ["area", "sex"],
        "size": [2, 3],
        "role": {"geo": ["area"]},
        "dimension": {
            "area": {
                "label": "Område",
                "category": {
                    "index": {"0480": 0, "04": 1},
                    "label": {"0480": "Nyköping", "04": "Länet"},
                },
            },
            "sex": {
                "label": "Kön",
                "category": {
                    "index": {"f": 0, "m": 1, "a": 2},
                    "label": {"f": "Flickor", "m": "Pojkar", "a": "Å"},
                },
            },
        },
        "value": [None, None, None, 1.5, None, None],
        "status": {"1": ".."},
        "note": ["Avrundat."],
        "extension": {"release": "r1", "licence": "CC0-1.0"},
    }


def test_roles_units_and_notes():
    found = to_json_stat(ABOUT, DIMENSIONS, CELLS)
    assert found["role"] == {"time": ["year"], "geo": ["area"], "metric": ["measure"]}
    assert found["dimension"]["measure"]["category"]["unit"] == {
        "share": {"base": "procent", "decimals": 1},
        "n": {"base": "personer", "decimals": 0},
    }
    assert found["dimension"]["year"]["note"] == ["Jämna."]
    assert found["status"] == {"3": "hidden", str(len(KEYS) - 1): "p"}


def test_optional_parts_are_left_out():
    bare = to_json_stat(About("x", "y", date(2026, 1, 1)), DIMENSIONS[2:3], {})
    assert set(bare) == {
        "version", "class", "label", "source", "updated", "id", "size", "dimension", "value",
    }  # fmt: skip


@pytest.mark.filterwarnings("ignore:Shouldn't use this function:DeprecationWarning")  # its own
@pytest.mark.parametrize("naming", ["label", "id"])
def test_pyjstat_reads_it_back(naming):
    text = json.dumps(to_json_stat(ABOUT, DIMENSIONS, CELLS))
    frame = pyjstat.Dataset.read(text).write("dataframe", naming=naming)
    expected = pd.DataFrame(
        [
            {
                **{
                    (d.label if naming == "label" else d.id): (
                        next(c.label for c in d.categories if c.code == code)
                        if naming == "label"
                        else code
                    )
                    for d, code in zip(DIMENSIONS, key, strict=True)
                },
                "value": CELLS[key].value if key in CELLS else None,
            }
            for key in KEYS
        ]
    )
    pd.testing.assert_frame_equal(frame, expected)


@pytest.mark.parametrize(
    ("dimensions", "cells", "words"),
    [
        ((), {}, "There is no dimension"),
        ((DIMENSIONS[2], DIMENSIONS[2]), {}, "The dimension sex is there twice"),
        ((Dimension("d", "D", ()),), {}, "There is no category of d"),
        ((Dimension("d", "D", (Category("1", "a"), Category("1", "b"))),), {}, "category of d 1"),
        (DIMENSIONS[2:3], {("f", "x"): Cell(1)}, "not one code for each"),
        (DIMENSIONS[2:3], {("x",): Cell(1)}, "sex has no category 'x'"),
        (DIMENSIONS[2:3], {("f",): Cell(math.nan)}, "is nan"),
    ],
)
def test_contradictions(dimensions, cells, words):
    with pytest.raises(JsonStatError, match=words):
        to_json_stat(ABOUT, dimensions, cells)
