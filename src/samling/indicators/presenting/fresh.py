"""What public pages rest on, and forgetting what is no longer so."""

from __future__ import annotations

from samling.indicators.presenting import figures, labels
from samling.indicators.queries import release_stamp
from samling.places.queries import places_stamp

_seen = {"places": ""}


def stamp() -> str:
    """Changes whenever anything has been published or any area loaded.

    Names of areas are kept in memory; another process may have loaded them anew since, and then
    they are forgotten here.
    """
    places = places_stamp()
    if _seen["places"] != places:
        _seen["places"] = places
        labels.forget_areas()
        figures.forget()
    return f"{release_stamp()}-{places}"
