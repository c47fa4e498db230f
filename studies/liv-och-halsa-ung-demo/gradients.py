"""What is built into the example data: every number that the made-up pupils are drawn from.

Nothing here is measured. The gradients are chosen so that they make sense and can be found again:

| who or where | what is built in |
|---|---|
| sex | girls have more distress (low mood, worry, stress), less sleep; boys snus and gamble more |
| no guardian works | family economy is worse, and so is belief in the future |
| family economy | going without often: more distress, less belief in the future, less safety |
| both at once | belief in the future is worse than the sum of the two (interaction) |
| born abroad | weaker family economy; school is liked as much or more |
| municipality | Trosa, Strängnäs better; Eskilstuna, Flen, Katrineholm, Vingåker worse: most \
of it by the families' economy, a little by the place itself |
| school | a random effect for each school and family of items: intraclass correlation 2-3 % |
| year | 2017 to 2023: distress up, sleep down, smoking and alcohol down, vaping up |
| grade | older pupils: more stress, less sleep, much more alcohol and nicotine |

An ordered item is a latent value (effects plus noise, variance about one), cut so that the shares
of the average pupil of 2020 are those in its row. A high latent value is a late option.
"""

from dataclasses import dataclass, field

SEED = 2004
ROUNDS = (2017, 2020, 2023)
GRADES = ("7", "9", "gy2")
TREND = {2017: -1.0, 2020: 0.0, 2023: 1.0}

# Schools that took part, of 73: the 2020 round was cut short by the pandemic.
PARTICIPATING = {2017: 71, 2020: 59, 2023: 70}
COHORT_GROWTH = {2017: 0.95, 2020: 1.0, 2023: 1.04}
RESPONSE = {"7": 0.87, "9": 0.83, "gy2": 0.74}


@dataclass(frozen=True)
class Municipality:
    """A municipality's pupils and schools, and its made-up conditions (as latent shifts)."""

    name: str
    cohort: int  # pupils in one compulsory grade, 2020
    schools: int  # with grades 7 and 9
    upper_cohort: int  # pupils in upper-secondary year 2, by the school's municipality
    upper_schools: int
    born_abroad: float
    hardship: float
    distress: float
    rural: float


MUNICIPALITIES = {
    "0428": Municipality("Vingåker", 100, 2, 0, 0, 0.13, 0.14, 0.07, 1.0),
    "0461": Municipality("Gnesta", 125, 3, 0, 0, 0.08, -0.12, 0.00, 1.0),
    "0480": Municipality("Nyköping", 650, 9, 780, 6, 0.10, -0.08, 0.00, 0.2),
    "0481": Municipality("Oxelösund", 125, 2, 0, 0, 0.14, 0.06, 0.02, 0.0),
    "0482": Municipality("Flen", 185, 3, 60, 1, 0.20, 0.25, 0.09, 0.7),
    "0483": Municipality("Katrineholm", 410, 5, 520, 4, 0.17, 0.15, 0.06, 0.2),
    "0484": Municipality("Eskilstuna", 1240, 16, 1330, 9, 0.19, 0.18, 0.05, 0.0),
    "0486": Municipality("Strängnäs", 450, 7, 300, 3, 0.08, -0.25, -0.09, 0.4),
    "0488": Municipality("Trosa", 165, 3, 0, 0, 0.06, -0.38, -0.12, 0.6),
}
INDEPENDENT_SHARE = 0.25

# Gender: girl, boy, other gender identity, prefer not to answer.
GENDER_SHARES = (0.486, 0.488, 0.013, 0.013)
# A guardian who does not work: studies, unemployed, sick, on leave or other, do not know, none.
FIRST_NOT_WORKING = (0.18, 0.30, 0.19, 0.17, 0.13, 0.03)
SECOND_NOT_WORKING = (0.09, 0.17, 0.13, 0.14, 0.15, 0.32)
FIRST_WORKS, SECOND_WORKS = 0.84, 0.77

TRAVEL = {  # walk, cycle, bus or train, car, moped or A-tractor, other
    "7": (0.27, 0.26, 0.26, 0.17, 0.01, 0.03),
    "9": (0.26, 0.20, 0.30, 0.14, 0.08, 0.02),
    "gy2": (0.18, 0.11, 0.52, 0.09, 0.08, 0.02),
}
# Added to the row above in a wholly rural municipality.
TRAVEL_RURAL = (-0.07, -0.08, 0.12, 0.02, 0.02, -0.01)

# Factors behind the items: effects on a latent value; `noise` is the rest.
FACTORS: dict[str, dict[str, float]] = {
    "hardship": {"born_abroad": 0.40, "no_work": 0.75, "place_hardship": 1.0, "noise": 0.90},
    "distress": {
        "girl": 0.62,
        "other": 0.90,
        "hardship": 0.22,
        "disabled": 0.35,
        "no_work": 0.10,
        "trend": 0.11,
        "place_distress": 1.0,
        "noise": 0.90,
    },
    "alienation": {  # from school: high is worse
        "distress": 0.30,
        "hardship": 0.08,
        "born_abroad": -0.16,
        "noise": 0.92,
    },
    "risk": {"distress": 0.10, "alienation": 0.25, "hardship": 0.05, "noise": 0.93},
}


@dataclass(frozen=True)
class Item:
    """An ordered item: its options' shares in per cent, effects, and what is beside the order."""

    shares: tuple[float, ...]
    effects: dict[str, float] = field(default_factory=dict)
    school: str = "mind"  # which school effect: mind, school, risk
    aside: float = 0.0  # share of the scale's last option when it is outside the order
    first_code: int = 1


ITEMS: dict[str, Item] = {
    "disability": Item((14.0, 86.0), aside=0.05),
    "family_cannot_afford": Item((2.0, 5.5, 16.5, 31.0, 45.0), {"hardship": -0.88}),
    "self_rated_health": Item(
        (33.0, 43.0, 16.0, 6.0, 2.0), {"distress": 0.62, "disabled": 0.25, "hardship": 0.06}
    ),
    "future_outlook": Item(
        (25.0, 46.5, 19.5, 6.0, 3.0),
        {
            "distress": 0.40,
            "hardship": 0.20,
            "no_work": 0.22,
            "no_work_and_poor": 0.36,
            "born_abroad": -0.10,
        },
    ),
    "life_ladder": Item(
        (1.0, 1.0, 2.0, 3.5, 5.0, 8.5, 11.0, 20.0, 24.0, 14.0, 10.0),
        {"distress": -0.62, "hardship": -0.12, "no_work": -0.08},
        first_code=0,
    ),
    "low_mood": Item((6.0, 19.0, 30.0, 31.0, 14.0), {"distress": -0.78}),
    "worry": Item((6.5, 19.5, 27.0, 30.0, 17.0), {"distress": -0.78}),
    "stress_school": Item(
        (12.0, 29.0, 33.0, 19.0, 7.0),
        {"distress": -0.55, "girl": -0.20, "grade7": 0.35, "gy2": -0.15},
    ),
    "sleep_enough": Item(
        (6.0, 6.0, 10.0, 13.0, 15.0, 20.0, 14.0, 16.0),
        {"distress": -0.38, "trend": -0.07, "grade7": 0.25, "gy2": -0.20},
        first_code=0,
    ),
    "school_belonging": Item((40.0, 43.0, 12.0, 5.0), {"alienation": 0.70}, "school", 0.02),
    "school_safe": Item(
        (49.0, 37.0, 10.0, 4.0), {"alienation": 0.62, "distress": 0.12}, "school", 0.02
    ),
    "school_adult": Item(
        (46.0, 33.0, 13.0, 8.0), {"alienation": 0.55, "gy2": 0.05}, "school", 0.07
    ),
    "bullied": Item(
        (82.5, 12.0, 5.5),
        {"distress": 0.30, "alienation": 0.25, "disabled": 0.20, "grade7": 0.22, "gy2": -0.30},
        "school",
        0.03,
    ),
    "grades_pass": Item(
        (77.0, 23.0),
        {"alienation": 0.28, "hardship": 0.25, "risk": 0.20, "girl": -0.12},
        "school",
        0.05,
    ),
    "truancy": Item(
        (68.0, 19.0, 6.5, 4.0, 2.5),
        {"risk": 0.40, "alienation": 0.25, "grade7": -0.45, "gy2": 0.40, "girl": -0.05},
        "school",
    ),
    "neighbourhood_safe": Item(
        (42.0, 36.0, 13.0, 6.0, 3.0),
        {"girl": 0.38, "hardship": 0.20, "distress": 0.20, "place_distress": 1.0},
    ),
    "route_safe": Item(
        (52.0, 35.0, 9.0, 4.0), {"girl": 0.30, "distress": 0.20, "hardship": 0.10}, "school", 0.03
    ),
    "activity_days": Item(
        (7.0, 8.0, 12.0, 16.0, 16.0, 17.0, 10.0, 14.0),
        {"girl": -0.22, "distress": -0.15, "hardship": -0.12, "grade7": 0.15, "gy2": -0.22},
        first_code=0,
    ),
    "breakfast": Item(
        (55.0, 20.0, 6.0, 10.0, 9.0),
        {"distress": 0.25, "hardship": 0.18, "girl": 0.18, "trend": 0.06, "grade7": -0.15},
    ),
    "smoking": Item(
        (79.0, 14.5, 4.5, 2.0),
        {"risk": 0.60, "trend": -0.20, "grade7": -0.75, "gy2": 0.38, "hardship": 0.08},
        "risk",
    ),
    "snus": Item(
        (80.0, 9.5, 4.0, 6.5),
        {"risk": 0.60, "girl": -0.40, "trend": 0.08, "grade7": -0.95, "gy2": 0.50},
        "risk",
    ),
    "vape": Item(
        (78.0, 15.0, 5.0, 2.0),
        {"risk": 0.60, "girl": 0.12, "trend": 0.33, "grade7": -0.65, "gy2": 0.25},
        "risk",
    ),
    "alcohol": Item(
        (60.0, 28.0, 7.0, 4.0, 1.0),
        {"risk": 0.50, "trend": -0.16, "gy2": 1.00, "born_abroad": -0.45, "girl": 0.05},
        "risk",
    ),
    "narcotics": Item(
        (96.2, 2.2, 1.6),
        {"risk": 0.55, "gy2": 0.28, "girl": -0.15, "distress": 0.08},
        "risk",
        0.02,
    ),
    "gambling": Item(
        (85.0, 9.5, 2.8, 1.7, 1.0), {"risk": 0.40, "girl": -0.70, "gy2": 0.15}, "risk"
    ),
    "leisure_meaningful": Item(
        (60.0, 27.0, 8.0, 5.0), {"distress": 0.25, "hardship": 0.20, "no_work": 0.08}, "mind", 0.04
    ),
    "trust": Item(
        (15.0, 46.0, 26.0, 13.0),
        {"distress": 0.28, "hardship": 0.18, "trend": 0.06, "place_distress": 0.8},
        "mind",
        0.06,
    ),
    "influence": Item((6.0, 28.0, 42.0, 24.0), {"distress": 0.15, "alienation": 0.20}, "mind"),
    "talk_parent": Item(
        (38.0, 31.0, 17.0, 9.0, 5.0), {"distress": 0.42, "hardship": 0.10, "grade7": -0.15}
    ),
    "health_contact": Item(
        (42.0, 37.0, 12.0, 9.0),
        {"alienation": 0.35, "distress": 0.12, "trend": -0.06},
        "school",
        0.07,
    ),
}

# Item nonresponse in per cent by sensitivity, plus a little for each later item.
ITEM_NONRESPONSE = {"": 1.0, "special": 1.5, "sensitive": 2.0, "high": 2.8}
ITEM_NONRESPONSE_LATER = 0.03
SCHOOL_EFFECT = 0.16
