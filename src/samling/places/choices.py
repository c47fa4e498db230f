"""Kinds of area."""

from typing import Literal

from django.db import models

# For types: the codes of Level.
LevelCode = Literal[
    "country", "county", "municipality", "district", "deso", "regso", "school", "group"
]


class Level(models.TextChoices):
    """What an area is. Regso and deso are Statistics Sweden's small areas."""

    COUNTRY = "country", "land"
    COUNTY = "county", "län"
    MUNICIPALITY = "municipality", "kommun"
    DISTRICT = "district", "stadsdel eller område"
    DESO = "deso", "DeSO"
    REGSO = "regso", "RegSO"
    SCHOOL = "school", "skola"
    GROUP = "group", "grupp av områden"


# Every Swedish administrative code has a form of its own.
CODE_FORMS = {
    Level.COUNTY: r"^[0-9]{2}$",
    Level.MUNICIPALITY: r"^[0-9]{4}$",
    Level.DESO: r"^[0-9]{4}[ABC][0-9]{4}$",
    Level.REGSO: r"^[0-9]{4}R[0-9]{3}$",
}
# A code at these levels begins with the code of the area it lies in.
NESTED_LEVELS = (Level.MUNICIPALITY, Level.DESO, Level.REGSO)

# The division of the country that comes with Samling.
SWEDEN = "sverige"
# A division's code, as study files and addresses write it.
DIVISION_CODE = r"^[a-z][a-z0-9_-]{0,60}$"
