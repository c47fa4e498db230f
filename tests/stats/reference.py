"""A slow, plain-Python account of design-based estimation: the formula, nothing else.

No NumPy and no cleverness: for every domain the linearised value of every element is written
down, 0 outside the domain, and the stages are walked recursively. It is what the fast engine is
held against.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass


@dataclass
class Element:
    weight: float
    stratum: object
    units: tuple
    fpc: tuple
    values: dict


@dataclass
class Answer:
    estimate: float | None
    variance: float | None
    n: int
    srs: float | None = None
    independent: float | None = None


def _linearise(statistic, elements, inside):
    """Estimate and the value z (weight included) of every element."""
    kind, *names = statistic

    def known(e):
        return e.weight > 0 and inside(e) and all(e.values[n] is not None for n in names[:2])

    members = [known(e) for e in elements]
    pick = [e for e, m in zip(elements, members, strict=True) if m]
    if not pick:
        return None, None, members
    u = [float(e.values[names[0]]) for e in pick]
    if kind == "total":
        value = math.fsum(e.weight * x for e, x in zip(pick, u, strict=True))
        linear = iter(u)
    else:
        v = [float(e.values[names[1]]) for e in pick] if kind == "ratio" else [1.0] * len(pick)
        below = math.fsum(e.weight * x for e, x in zip(pick, v, strict=True))
        if below == 0:
            return None, None, members
        value = math.fsum(e.weight * x for e, x in zip(pick, u, strict=True)) / below
        linear = iter([(a - value * b) / below for a, b in zip(u, v, strict=True)])
    z = [e.weight * next(linear) if m else 0.0 for e, m in zip(elements, members, strict=True)]
    return value, z, members


def _stage(rows, depth, stages):
    """Variance of Σz from stage `depth` on; rows are (element, z) of one stratum."""
    units = defaultdict(list)
    for number, (element, z) in enumerate(rows):
        key = element.units[depth] if depth < len(element.units) else number
        units[key].append((element, z))
    n = len(units)
    size = rows[0][0].fpc[depth] if depth < len(rows[0][0].fpc) else math.inf
    totals = [math.fsum(z for _, z in unit) for unit in units.values()]
    f = n / size
    average = math.fsum(totals) / n
    if f >= 1:
        variance = 0.0
    else:
        assert n > 1, "lonely"
        variance = (1 - f) * n / (n - 1) * math.fsum((t - average) ** 2 for t in totals)
    if depth + 1 < stages and f > 0:
        variance += f * math.fsum(_stage(unit, depth + 1, stages) for unit in units.values())
    return variance


def answer(statistic, elements, inside=lambda element: True):
    """Estimate and variance of ("mean", y), ("total", y) or ("ratio", y, x) in a domain."""
    value, z, members = _linearise(statistic, elements, inside)
    n = sum(members)
    if value is None:
        return Answer(None, None, n)
    stages = max(1, len(elements[0].fpc))
    strata = defaultdict(list)
    for element, part in zip(elements, z, strict=True):
        strata[element.stratum].append((element, part))
    variance = math.fsum(_stage(rows, 0, stages) for rows in strata.values())
    return Answer(value, variance, n, _srs(elements, z, members), _independent(elements, z))


def _srs(elements, z, members):
    """Variance of a simple random sample of the same n, weights only for the spread."""
    pick = [(e.weight, part) for e, part, m in zip(elements, z, members, strict=True) if m]
    n, weight = len(pick), math.fsum(w for w, _ in pick)
    if n < 2:
        return None
    linear = [part / w for w, part in pick]
    middle = math.fsum(part for _, part in pick) / weight
    square = math.fsum(w * (r - middle) ** 2 for (w, _), r in zip(pick, linear, strict=True))
    return weight / (n - 1) * square


def _independent(elements, z):
    alive = [part for e, part in zip(elements, z, strict=True) if e.weight > 0]
    n = len(alive)
    if n < 2:
        return None
    middle = math.fsum(alive) / n
    return n / (n - 1) * math.fsum((part - middle) ** 2 for part in alive)
