"""A folder for what is written on the way to a file, that does not outlive its process for long.

It is removed when it has served. One whose process was killed is removed by whoever makes the next one: the system
lets go of a folder's lock when its process ends, however it ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "genangan-scratch-"


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A new, empty folder where the system keeps temporary files. Raises OSError: there is no room."""
    _sweep()
    folder, lock = _made()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _made() -> tuple[Path, int]:
    """A folder of our own, and its lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            return folder, _locked(folder)
        except OSError:  # between the two somebody else took it for one that was left behind
            if folder.exists():
                raise


def _locked(folder: Path) -> int:
    """The lock of a folder that exists. Raises OSError where it is gone, or is another's."""
    lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder.stat()
    except OSError:
        os.close(lock)
        raise
    return lock


def _sweep() -> None:
    """Remove folders that were left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # it is in use, another user's, or gone by now
            lock = _locked(folder)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
