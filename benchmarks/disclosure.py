"""Times disclosure control at the sizes of a real release, in seconds of one processor."""

import time
from dataclasses import replace

import numpy as np

from samling.stats.disclosure import (
    CountTable,
    EarlierRelease,
    State,
    Sums,
    audit,
    protect,
    publish,
    routes,
)

LARGE = (56, 300, 2, 4, 3)
"""Indicators, municipalities, sexes, ages, years: 1,011,360 cells with all totals."""
SIZES = ((1, 30, 2, 4, 3), (1, 100, 2, 3, 2))
"""Tables that both routes manage."""


def draw_table(
    years: int, groups: int, areas: int, mean: float, share: float, seed: int, levels: int = 3
) -> CountTable:
    """A county of `areas`: per year a total and `groups` groupings of `levels` levels each.

    Sums: areas = county for every year and group; levels + blank = total for every area and year;
    years = all years for every area and group; level 0 and 1 of two groupings are crossed.
    """
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0, 0.9, areas)
    size *= mean / size.mean()
    people = rng.poisson(np.broadcast_to(size, (years, areas)))
    shape = (years + 1, areas + 1, 1 + groups * levels)
    n, y = np.zeros(shape, int), np.zeros(shape, int)
    for year in range(years):
        for area in range(areas):
            count = people[year, area]
            good = rng.random(count) < share
            n[year, area, 0], y[year, area, 0] = count, good.sum()
            for group in range(groups):
                odds = np.array([0.5, 0.45, 0.05]) if levels == 3 else np.full(levels, 1 / levels)
                level = rng.choice(levels, count, p=odds)
                level[rng.random(count) < 0.03] = -1
                place = slice(1 + group * levels, 1 + (group + 1) * levels)
                n[year, area, place] = [(level == k).sum() for k in range(levels)]
                y[year, area, place] = [good[level == k].sum() for k in range(levels)]
    for values in (n, y):
        values[:years, areas] = values[:years, :areas].sum(axis=1)
        values[years] = values[:years].sum(axis=0)
    index = np.arange(n.size).reshape(shape)
    sums = _pairs(1, index[:, areas], index[:, :areas].swapaxes(0, 1), True) + _pairs(
        2, index[years], index[:years], True
    )
    for group in range(groups):
        place = slice(1 + group * levels, 1 + (group + 1) * levels)
        sums = sums + _pairs(3 + group, index[..., 0], np.moveaxis(index[..., place], 2, 0), False)
    return CountTable(n.ravel(), y.ravel(), sums=sums, base_threshold=10)


def draw_crossed(shape: tuple[int, ...], mean: float, seed: int) -> CountTable:
    """Independent tables (the first axis) of crossed groups with all totals, about `mean` a cell.

    Places differ in size by a lognormal of 0.9. A few left each question blank, so that n differs
    from table to table; 20 to 60 per cent have the outcome.
    """
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0, 0.9, shape[1])
    size *= mean / size.mean()
    people = rng.poisson(np.broadcast_to(size.reshape(-1, 1, 1, 1), shape[1:]))
    n = np.zeros((shape[0], *(length + 1 for length in shape[1:])), int)
    y = np.zeros_like(n)
    inside = (slice(None), *[slice(1, None)] * (len(shape) - 1))
    n[inside] = rng.binomial(people, 0.97, shape)
    y[inside] = rng.binomial(n[inside], rng.uniform(0.2, 0.6, (shape[0], 1, 1, 1, 1)))
    index, sums = np.arange(n.size).reshape(n.shape), Sums()
    for axis in range(1, n.ndim):
        for values in (n, y):
            lines = np.moveaxis(values, axis, 0)
            lines[0] = lines[1:].sum(axis=0)
        cells = np.moveaxis(index, axis, 0)
        sums = sums + _pairs(axis, cells[:1], cells[1:], True)
    return CountTable(n.ravel(), y.ravel(), sums=sums, base_threshold=10)


def _pairs(relation: int, parent: np.ndarray, children: np.ndarray, whole: bool) -> Sums:
    parents = np.broadcast_to(parent, children.shape)
    return Sums.from_pairs(
        np.full(children.size, relation), parents.ravel(), children.ravel(), whole
    )


def time_protect(name: str, table: CountTable, attack: bool) -> None:
    """Print how long protecting, and attacking, one table takes."""
    start = time.process_time()
    protection = protect(table)
    took = time.process_time() - start
    base, share = protection.count_base(), protection.count_share()
    print(
        f"{name}: {len(table)} cells, {len(table.sums)} sums, {took * 1000:.0f} ms, "
        f"{protection.programs} programs\n  base  "
        + ", ".join(f"{s.name.lower()} {c}" for s, c in base.items() if c)
        + "\n  share "
        + ", ".join(f"{s.name.lower()} {c}" for s, c in share.items() if c)
    )
    if attack:
        start = time.process_time()
        found = audit(table, protection, exact=False)
        print(
            f"  attack {time.process_time() - start:.1f} s: "
            f"{len(found.findings)} counts, {len(found.unsafe())} unsafe"
        )


def time_large(mean: float) -> None:
    """A million cells by boxes, and how long an audit of fifty counts takes."""
    table = draw_crossed(LARGE, mean, 1)
    small = 100 * float((table.n < 10).mean())
    start, clock = time.process_time(), time.perf_counter()
    protection = protect(table)
    took = time.process_time() - start
    hidden = protection.share == State.HIDDEN_SECONDARY
    print(
        f"crossed: {len(table)} cells, {small:.1f} % small, {took:.1f} s of processor, "
        f"{time.perf_counter() - clock:.1f} s; {int((protection.base != 0).sum())} bases and "
        f"{int((protection.share != 0).sum())} shares not shown, {int(hidden.sum())} of them for "
        f"others; {protection.routes}"
    )
    start = time.process_time()
    found = protection.audit(sample=50, seed=1, exact=False)
    print(
        f"  audit of {found.audited} of {found.protected}: {time.process_time() - start:.1f} s, "
        f"{len(found.unsafe())} unsafe"
    )


def compare_routes() -> None:
    """How many more cells boxes hide than the careful route, where both can be run."""
    usual = routes.MANY_CELLS
    for shape in SIZES:
        for mean in (40.0, 80.0, 160.0):
            table = draw_crossed(shape, mean, 2)
            line = f"routes: {len(table)} cells, {100 * float((table.n < 10).mean()):.1f} % small"
            for name, many in (("careful", 10**9), ("boxes", 0)):
                routes.MANY_CELLS = many
                start = time.process_time()
                protection = protect(table)
                took = time.process_time() - start
                hidden = [np.isin(s, (1, 2)).sum() for s in (protection.base, protection.share)]
                line += f"; {name} {hidden[0]} bases, {hidden[1]} shares, {took:.2f} s"
            print(line)
    routes.MANY_CELLS = usual


def time_history() -> None:
    """The second and third release of the same counts, other cells being cheapest each time."""
    table = draw_table(3, 12, 9, 400, 0.4, 1)
    history: list[EarlierRelease] = []
    for number in range(3):
        rng = np.random.default_rng(number)
        now = CountTable(
            table.n,
            table.y,
            sums=table.sums,
            base_threshold=10,
            cost=table.n * rng.uniform(0.5, 2, len(table)),
        )
        start = time.process_time()
        found = protect(now, history=history)
        took = time.process_time() - start
        forgetful = audit(now, replace(protect(now), history=()), history=history, exact=False)
        print(
            f"history of {number}: {len(table)} cells, {1000 * took:.0f} ms, "
            f"{int(np.isin(found.share, (1, 2)).sum())} shares hidden, "
            f"{len(found.audit(exact=False).unsafe())} unsafe; "
            f"without history {len(forgetful.unsafe())} unsafe"
        )
        history.append(EarlierRelease(str(number), publish(now, found)))


def main() -> None:
    """A million cells, both routes, a history, tables of a release, and a whole release."""
    for mean in (150.0, 60.0):
        time_large(mean)
    compare_routes()
    time_history()
    time_protect("large", draw_table(4, 19, 9, 120, 0.35, 0), attack=True)
    for share in (0.7, 0.4, 0.15, 0.05, 0.02):
        time_protect(f"outcome {share:.0%}", draw_table(3, 12, 9, 400, share, 1), attack=True)
    shares = (0.7, 0.6, 0.5, 0.4, 0.3)
    tables = [draw_table(3, 12, 9, 400, share, i) for i in range(8) for share in shares]
    start = time.process_time()
    hidden = sum(int((protect(table).share != 0).sum()) for table in tables)
    took = time.process_time() - start
    print(f"release: {len(tables)} tables of {len(tables[0])} cells, {hidden} hidden, {took:.1f} s")


if __name__ == "__main__":
    main()
