"""Sweden as it is loaded: complete, the same twice, and with outlines that fit one another."""

import json
import time
from collections import Counter

import pytest
import shapely

from samling.places.actions import Loaded, load_sweden
from samling.places.loading.outlines import swedish_outlines
from samling.places.models import Area, Division
from samling.places.queries import boundaries, counties, municipalities_of


@pytest.fixture(scope="module")
def shapes() -> dict[str, shapely.Geometry]:
    return {code: shapely.from_geojson(o.boundary) for code, o in swedish_outlines().items()}


def test_counties_and_municipalities_are_all_there(sweden: Loaded) -> None:
    assert sweden == Loaded("sverige", created=311, changed=0, unchanged=0)
    levels = Counter(Area.objects.values_list("level", flat=True))
    assert levels == {"county": 21, "municipality": 290}
    assert Area.objects.filter(boundary=None).count() == 0
    assert Area.objects.filter(centroid_longitude=None).count() == 0


def test_a_second_run_changes_nothing(sweden: Loaded) -> None:
    before = list(Area.objects.order_by("pk").values())
    assert load_sweden(by="another") == Loaded("sverige", created=0, changed=0, unchanged=311)
    assert list(Area.objects.order_by("pk").values()) == before
    assert Division.objects.get().loaded_by == "test"


def test_what_has_changed_is_brought_up_to_date(sweden: Loaded) -> None:
    Area.objects.filter(code="0480").update(name="Nyköbing", boundary=None)
    assert load_sweden(by="another") == Loaded("sverige", created=0, changed=1, unchanged=310)
    nykoping = Area.objects.get(code="0480")
    assert (nykoping.name, nykoping.boundary is None) == ("Nyköping", False)
    assert Division.objects.get().loaded_by == "another"


def test_loading_takes_less_than_three_seconds(db: None) -> None:
    started = time.perf_counter()
    load_sweden(by="test")
    assert time.perf_counter() - started < 3


def test_every_municipality_is_in_its_county(sweden: Loaded) -> None:
    pairs = [(m.code, c.code) for c in counties() for m in municipalities_of(c.code)]
    assert len(pairs) == 290
    assert all(code.startswith(county) for code, county in pairs)


def test_outlines_of_municipalities_fit_one_another(shapes) -> None:
    """Neighbours share every point of their border: no gap, no overlap."""
    municipal = [shape for code, shape in shapes.items() if len(code) == 4]
    assert len(municipal) == 290
    assert shapely.coverage_is_valid(municipal)
    assert all(shape.is_valid and shape.area > 0 for shape in municipal)


def test_a_county_is_exactly_its_municipalities(shapes) -> None:
    for county in (code for code in shapes if len(code) == 2):
        parts = [s for code, s in shapes.items() if len(code) == 4 and code[:2] == county]
        assert shapes[county].area == pytest.approx(sum(part.area for part in parts), rel=1e-9)
        assert shapes[county].symmetric_difference(shapely.union_all(parts)).area < 1e-12


def test_a_centroid_is_in_its_county(shapes) -> None:
    for code, outline in swedish_outlines().items():
        assert shapes[code[:2]].envelope.contains(
            shapely.Point(outline.longitude, outline.latitude)
        )


def test_outlines_of_all_municipalities_are_small(sweden: Loaded) -> None:
    codes = list(Area.objects.filter(level="municipality").values_list("code", flat=True))
    text = json.dumps(boundaries(codes), separators=(",", ":"))
    assert 100_000 < len(text) < 220_000
