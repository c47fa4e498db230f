"""A PNG decoder of just what the renderer writes: eight-bit RGBA without interlacing."""

import struct
import zlib

import numpy as np


def pixels(png: bytes) -> np.ndarray:
    """Height x width x 4 values of 0-255."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    place, data = 8, b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, body = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, height, *rest = struct.unpack(">IIBBBBB", body)
            assert rest == [8, 6, 0, 0, 0]
        if kind == b"IDAT":
            data += body
        place += 12 + length
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + 4 * width)
    return unfiltered(rows[:, 0], rows[:, 1:].astype(int)).reshape(height, width, 4)


def unfiltered(kinds: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Undo the filter of each row (PNG specification, section 9.2)."""
    above = np.zeros(rows.shape[1], int)
    done = []
    for kind, row in zip(kinds, rows, strict=True):
        line = row.copy()
        if kind == 2:
            line = (row + above) % 256
        elif kind:
            for i in range(len(row)):
                left = line[i - 4] if i >= 4 else 0
                corner = above[i - 4] if i >= 4 else 0
                line[i] = (row[i] + guess(kind, left, above[i], corner)) % 256
        done.append(line)
        above = line
    return np.array(done, np.uint8)


def guess(kind: int, left: int, above: int, corner: int) -> int:
    if kind == 1:
        return left
    if kind == 3:
        return (left + above) // 2
    near = left + above - corner
    return min((left, above, corner), key=lambda value: abs(near - value))


def darkness(png: bytes) -> np.ndarray:
    """How dark each pixel is on white paper, from 0 to 1."""
    image = pixels(png) / 255
    return image[:, :, 3] * (1 - image[:, :, :3].mean(axis=2))


def ink_columns(png: bytes) -> np.ndarray:
    """The columns that hold ink."""
    return np.flatnonzero(darkness(png).max(axis=0) > 0.3)
