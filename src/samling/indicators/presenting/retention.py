"""How long a study's data are kept, in words."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import gettext

from samling.indicators.presenting import labels
from samling.indicators.study.schema import Text

SHIPPED = Path(__file__).parents[1] / "data" / "retention_classes.yaml"


@cache
def retention_classes() -> dict[str, Text]:
    """What each class that the house has words for means, by its code."""
    read = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    return {code: Text(**words) for code, words in read.items()}


def retention_words(code: str) -> str:
    """What a study's class means; a code of the authority's own is shown with where it stands."""
    known = retention_classes().get(code)
    if known is not None:
        return labels.text(known)
    return gettext("%(code)s, enligt den ansvarigas informationshanteringsplan.") % {"code": code}
