"""Hadamard matrices of a given order or the next that can be made."""

from __future__ import annotations

import numpy as np

from samling.stats.tables.exact import IntArray


def hadamard(order: int) -> IntArray:
    """A square matrix of ±1 with orthogonal columns, at least `order` wide; its first column is 1.

    Sylvester's (1867) doubling of Paley's (1933) constructions from primes. The smallest order
    that these give is used; they give all multiples of 4 up to 48.
    """
    size = max(order, 1)
    while True:
        found = _of_order(size)
        if found is not None:
            return np.asarray(found * found[:, :1])
        size += 1


def _of_order(size: int) -> IntArray | None:
    if size in (1, 2):
        return np.array([[1, 1], [1, -1]], dtype=np.int64)[:size, :size]
    if size % 4:
        return None
    if _is_prime(size - 1):
        return _paley_one(size - 1)
    prime = size // 2 - 1
    if prime % 4 == 1 and _is_prime(prime):
        return _paley_two(prime)
    half = _of_order(size // 2)
    return None if half is None else np.asarray(np.block([[half, half], [half, -half]]))


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % factor for factor in range(2, int(number**0.5) + 1))


def _residues(prime: int) -> IntArray:
    """Jacobsthal's matrix: 1 where i - j is a square modulo the prime, -1 where not, 0 where 0."""
    character = np.full(prime, -1, dtype=np.int64)
    character[np.unique(np.arange(1, prime) ** 2 % prime)] = 1
    character[0] = 0
    place = np.arange(prime)
    return np.asarray(character[(place[:, None] - place[None, :]) % prime])


def _paley_one(prime: int) -> IntArray:
    skew = np.zeros((prime + 1, prime + 1), dtype=np.int64)
    skew[0, 1:], skew[1:, 0] = 1, -1
    skew[1:, 1:] = _residues(prime)
    return skew + np.eye(prime + 1, dtype=np.int64)


def _paley_two(prime: int) -> IntArray:
    conference = np.zeros((prime + 1, prime + 1), dtype=np.int64)
    conference[0, 1:] = conference[1:, 0] = 1
    conference[1:, 1:] = _residues(prime)
    plain, diagonal = np.array([[1, 1], [1, -1]]), np.array([[1, -1], [-1, -1]])
    eye = np.eye(prime + 1, dtype=np.int64)
    return np.asarray(np.kron(conference, plain) + np.kron(eye, diagonal))
