"""What is proved: tables that an attacker cannot rule out, and how far they move each count.

A *world* is a table that fits everything that is shown, written as its changes from the true one.
Worlds are kept, so that when a cell is shown again only those that change it are lost, and only
the counts that rested on them need a new proof.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from samling.stats.disclosure.pattern import Pattern
from samling.stats.disclosure.sums import Bools
from samling.stats.disclosure.table import CountTable
from samling.stats.disclosure.told import Floats

TOLERANCE = 1e-6
Matrix = sparse.csr_array
Rows = Sequence[Sequence[float]]
Changes = Mapping[int, tuple[float, ...]]
"""Per cell that differs from the truth, how much each of its quantities does."""


@dataclass
class World:
    """One world. `atom` is set when it adds persons of that atom alone; `scale` is how much of the
    changes still fits what is shown: the truth and every table on the way to a world fit too.
    """

    changes: Changes
    atom: int | None
    scale: float = 1.0

    def reach(self, cell: int) -> float:
        """How many persons more or less the cell has."""
        return abs(self.changes[cell][0]) * self.scale


@dataclass
class Trial:
    """What was proved before some cells were shown on trial."""

    scales: dict[int, float] = field(default_factory=dict)
    reach: dict[int, tuple[Floats, Floats]] = field(default_factory=dict)


@dataclass
class Certificate:
    """How far each count is proved to be able to move from the truth, given all that is shown.

    Proofs stay true as more is hidden; `show` takes back those that a shown cell undoes.
    `signs` is the sums as (rows, cells), +1 for the parent and -1 for the children; `changing`
    gives the worlds that change a cell; `programs` counts linear programs. `effort` measures the
    work done, the same on every machine: variables of programs, and as much per search for a move.
    """

    up: Floats
    down: Floats
    signs: Matrix
    changing: list[list[int]]
    worlds: list[World] = field(default_factory=list)
    programs: int = 0
    effort: int = 0

    def missing(self, pattern: Pattern) -> Bools:
        """(quantities, cells) that still lack proof."""
        return np.asarray(self.up + self.down < pattern.needs() - TOLERANCE, dtype=np.bool_)

    def add(self, changes: Changes, atom: int | None = None) -> None:
        """Take in one more world."""
        number = len(self.worlds)
        self.worlds.append(World(changes, atom))
        for cell, change in changes.items():
            self.changing[cell].append(number)
            for quantity, one in enumerate(change):
                if one > self.up[quantity, cell]:
                    self.up[quantity, cell] = one
                elif -one > self.down[quantity, cell]:
                    self.down[quantity, cell] = -one

    def best_of_atom(self, cell: int, atom: int) -> tuple[World | None, World | None]:
        """The worlds that add, and take away, most persons of one atom alone in a cell."""
        most: list[World | None] = [None, None]
        size = [0.0, 0.0]
        for number in self.changing[cell]:
            world = self.worlds[number]
            if world.atom != atom:
                continue
            shift = world.changes[cell][0] * world.scale
            side = 0 if shift > 0 else 1
            if abs(shift) > size[side]:
                most[side], size[side] = world, abs(shift)
        return most[0], most[1]

    def show(self, cells: Iterable[int], up: Rows, down: Rows, trial: Trial) -> set[int]:
        """Shrink the worlds to what cells that are now shown, or masked, leave room for.

        `up` and `down` are how far every count can be off by its own cell's state. Returns the
        cells of which less is proved now; `trial` takes note of what was proved before.
        """
        lost: set[int] = set()
        for cell in cells:
            for number in self.changing[cell]:
                world = self.worlds[number]
                part = _part(world.changes[cell], cell, up, down)
                if part < world.scale:
                    trial.scales.setdefault(number, world.scale)
                    lost.update(self._rest_on(world))
                    world.scale = part
        for cell in lost:
            trial.reach.setdefault(cell, (self.up[:, cell].copy(), self.down[:, cell].copy()))
            self._measure(cell)
        return lost

    def _rest_on(self, world: World) -> Iterator[int]:
        """Cells of which as much is proved by this world as by any other."""
        scale = world.scale * (1 + TOLERANCE)
        for cell, change in world.changes.items():
            for quantity, one in enumerate(change):
                proved = self.up if one > 0 else self.down
                if one and abs(one) * scale >= proved[quantity, cell]:
                    yield cell
                    break

    def _measure(self, cell: int) -> None:
        """Work out anew what the worlds prove of a cell."""
        most: list[float] = [0.0] * len(self.up)
        least: list[float] = [0.0] * len(self.up)
        for number in self.changing[cell]:
            world = self.worlds[number]
            if not world.scale:
                continue
            for quantity, one in enumerate(world.changes[cell]):
                shift = one * world.scale
                if shift > most[quantity]:
                    most[quantity] = shift
                elif shift < least[quantity]:
                    least[quantity] = shift
        self.up[:, cell] = most
        self.down[:, cell] = [-one for one in least]

    def used(self, pattern: Pattern) -> list[World]:
        """The worlds that the proofs rest on: for each count those that move it most."""
        found: set[int] = set()
        for cell in np.flatnonzero(pattern.needs().any(axis=0)).tolist():
            for quantity in range(len(self.up)):
                worlds = [(self.worlds[number], number) for number in self.changing[cell]]
                reach = [(w.changes[cell][quantity] * w.scale, number) for w, number in worlds]
                if reach:
                    found.update((max(reach)[1], min(reach)[1]))
        return [self.worlds[number] for number in sorted(found)]

    def undo(self, trial: Trial) -> None:
        """Take the shown cells back; what was found out meanwhile stays true."""
        for number, scale in trial.scales.items():
            self.worlds[number].scale = scale
        for cell, (up, down) in trial.reach.items():
            self.up[:, cell] = np.maximum(self.up[:, cell], up)
            self.down[:, cell] = np.maximum(self.down[:, cell], down)


def _part(change: tuple[float, ...], cell: int, up: Rows, down: Rows) -> float:
    """How much of a change the cell's own state leaves room for, at most 1."""
    part = 1.0
    for quantity, one in enumerate(change):
        room = (up if one > 0 else down)[quantity][cell]
        if abs(one) * part > room:
            part = room / abs(one)
    return part


def join(worlds: Iterable[World]) -> dict[int, tuple[float, ...]]:
    """The changes of several worlds that move different atoms, made at the same time."""
    joined: dict[int, tuple[float, ...]] = {}
    for world in worlds:
        for cell, change in world.changes.items():
            scaled = tuple(one * world.scale for one in change)
            before = joined.get(cell, (0.0,) * len(scaled))
            joined[cell] = tuple(a + b for a, b in zip(before, scaled, strict=True))
    return joined


def start_certificate(table: CountTable) -> Certificate:
    """Nothing is proved yet but that the truth is possible."""
    shape = (1 + 2 * table.y.shape[1], len(table))
    sums = table.sums
    rows = np.arange(len(sums))
    row = np.concatenate([rows, np.repeat(rows, np.diff(sums.start))])
    sign = np.concatenate([np.ones(len(rows)), -np.ones(len(sums.child))])
    cell = np.concatenate([sums.parent, sums.child])
    signs = sparse.csr_array((sign, (row, cell)), shape=(len(sums), len(table)))
    return Certificate(np.zeros(shape), np.zeros(shape), signs, [[] for _ in range(len(table))])
