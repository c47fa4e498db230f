"""A directory that appears whole or not at all."""

import contextlib
import errno
import os
import shutil
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from samling.warehouse.errors import DiskFull, StoreFailed

INCOMING = ".incoming"
# A living writer touches its files far more often than this; a crashed one never again.
ABANDONED_AFTER_SECONDS = 24 * 60 * 60
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ALREADY_THERE = {errno.EEXIST, errno.ENOTEMPTY}


def publish_directory(root: Path, place: Path, write: Callable[[Path], None]) -> bool:
    """Let `write` fill a temporary directory, then move it to `place` in one step.

    Every file and every directory entry is synced to disk before and after the move, so a crash
    at any point leaves either no `place` or a complete one. Returns False when another writer
    published the same place first. Raises DiskFull or StoreFailed with nothing left behind.
    """
    incoming = root / INCOMING
    temporary = incoming / uuid.uuid4().hex
    try:
        _make_directories(incoming)
        temporary.mkdir()
        write(temporary)
        for path in temporary.iterdir():
            _sync(path)
        _sync(temporary)
        _make_directories(place.parent)
        return _move(temporary, place)
    except OSError as error:
        raise _failure(error, root, place) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def remove_abandoned(root: Path) -> None:
    """Delete what crashed writers left, once it has been untouched for a day.

    The age keeps a writer that is at work now, in this or another process, safe.
    """
    limit = time.time() - ABANDONED_AFTER_SECONDS
    with contextlib.suppress(OSError):  # no such directory yet, or one that cannot be read
        for directory in (root / INCOMING).iterdir():
            with contextlib.suppress(OSError):
                if _last_touched(directory) < limit:
                    shutil.rmtree(directory, ignore_errors=True)


def _last_touched(directory: Path) -> float:
    """Return the latest modification time of a directory and the files in it."""
    return max(path.lstat().st_mtime for path in (directory, *directory.iterdir()))


def _move(temporary: Path, place: Path) -> bool:
    """Rename the finished directory; False when the place was taken meanwhile."""
    try:
        os.rename(temporary, place)
    except OSError as error:
        if error.errno in _ALREADY_THERE:
            return False
        raise
    _sync(place.parent)
    return True


def _make_directories(path: Path) -> None:
    """Create a directory and its missing parents, each synced into the one above."""
    if path.is_dir():
        return
    _make_directories(path.parent)
    path.mkdir(exist_ok=True)
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Wait until a file or a directory's entries are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _failure(error: OSError, root: Path, place: Path) -> StoreFailed:
    """Return the error in words: what happened, where, what was kept and what to do."""
    what = f"{place.relative_to(root).as_posix()} could not be stored in {root}"
    kept = "Nothing was half-stored: everything stored before is as it was."
    if error.errno in _NO_ROOM:
        return DiskFull(f"{what}: the disk is full ({error}). {kept} Free some space and retry.")
    return StoreFailed(f"{what}: {error}. {kept}")
