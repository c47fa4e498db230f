"""How often 95 % intervals of places with few schools hold the truth, with and without sharing.

A made-up county of ten places with 1 to 25 schools. Every school has a share of its own around its
place's, with an intraclass correlation that differs from place to place, and girls and boys differ
by 8 points, a little more or less from school to school. Counted are the share of every place, its
difference from the rest of the county, and the difference of girls and boys in it.
"""

import argparse
from collections.abc import Iterator
from typing import Any

import numpy as np

from samling.stats import Design, estimate, prop, share_design_effects

SCHOOLS = np.array([1, 2, 2, 3, 4, 5, 6, 8, 15, 25])
PLACES = len(SCHOOLS)
PLACE = np.repeat(np.arange(PLACES), SCHOOLS)
GAP = 0.08
Drawn = tuple[dict[str, np.ndarray], np.ndarray]


def draw(rng: np.random.Generator, alike: float, share: float, pupils: int) -> Drawn:
    """A survey, and the true share of every place."""
    count = PLACE.size
    size = np.maximum(8, rng.gamma(3, pupils / 3, count)).astype(int)
    true = np.clip(share + rng.normal(0, 0.03, PLACES), 0.02, 0.98)
    likeness = np.clip(alike * rng.gamma(2, 0.5, PLACES), 1e-6, 0.5)[PLACE]
    strength = (1 - likeness) / likeness
    of_school = rng.beta(true[PLACE] * strength, (1 - true[PLACE]) * strength)
    school = np.repeat(np.arange(count), size)
    girl = rng.integers(0, 2, school.size)
    gap = (GAP + rng.normal(0, 0.02, count))[school]
    chance = np.clip(of_school[school] + (girl - 0.5) * gap, 0.001, 0.999)
    answers = (rng.random(school.size) < chance).astype(float)
    return {"school": school, "place": PLACE[school], "girl": girl, "y": answers}, true


def intervals(found: Any, true: np.ndarray, size: np.ndarray) -> Iterator[tuple[str, int, Any]]:
    """(what, place, (truth, low, high)) of everything that is counted."""
    for row in found.rows():
        if row["girl"] is None:
            yield "share", row["place"], (true[row["place"]], row["ci_low"], row["ci_high"])
    for row in found.versus_rest(["place"], "place").rows():
        others = np.arange(PLACES) != row["place"]
        rest = np.average(true[others], weights=size[others])
        yield "rest", row["place"], (true[row["place"]] - rest, row["ci_low"], row["ci_high"])
    for row in found.differences(["place", "girl"], "girl", [(1, 0)]).rows():
        yield "gap", row["place"], (GAP, row["ci_low"], row["ci_high"])


def cover(alike: float, share: float, pupils: int, surveys: int) -> None:
    """Lines of the table: coverage by number of schools."""
    rng = np.random.default_rng(7)
    held: dict[tuple[str, str], list[list[bool]]] = {}
    for _ in range(surveys):
        data, true = draw(rng, alike, share, pupils)
        by = [("place",), ("place", "girl")]
        own = estimate(Design(data, psu="school"), prop("y"), by=by, ci="korn-graubard")
        size = np.bincount(data["place"])
        for how, found in (("own", own), ("shared", share_design_effects(own))):
            for what, place, (truth, low, high) in intervals(found, true, size):
                counts = held.setdefault((what, how), [[] for _ in SCHOOLS])
                counts[place].append(low is not None and low <= truth <= high)
    for (what, how), counts in held.items():
        numbers = " | ".join(f"{np.mean(one):.2f}" for one in counts)
        print(f"| {alike} | {share} | {pupils} | {what} | {how} | {numbers} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surveys", type=int, default=400)
    given = parser.parse_args()
    print("| ρ | share | pupils | what | design effects | " + " | ".join(map(str, SCHOOLS)) + " |")
    for alike, share, pupils in ((0.005, 0.7, 90), (0.03, 0.7, 90), (0.03, 0.15, 40)):
        cover(alike, share, pupils, given.surveys)


if __name__ == "__main__":
    main()
