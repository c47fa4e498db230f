"""Search in names as people write them: "åsa berg" finds "Åsa Lind-Berg", whatever the database."""

from __future__ import annotations

import re

from django.db.models import Q

MOST_WORDS = 6


def matching(search: str, *fields: str) -> Q:
    """Rows in which each word of the search stands in one of the fields, whatever its capitals.

    All rows for an empty search. A regular expression, since SQLite's LIKE knows the capitals of
    a-z only.
    """
    found = Q()
    for word in search.split()[:MOST_WORDS]:
        either = Q()
        for field in fields:
            either |= Q(**{f"{field}__iregex": re.escape(word)})
        found &= either
    return found
