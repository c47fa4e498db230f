"""Times disclosure control at the sizes of a real release, in seconds of one processor."""

import time

import numpy as np

from samling.stats.disclosure import CountTable, Sums, audit, protect


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


def main() -> None:
    """A large table, tables of a release by how common the outcome is, and a whole release."""
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
