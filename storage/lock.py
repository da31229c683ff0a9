"""One serving process per database: a lock file that the system lets go of when its process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from bot.domain.errors import StoreTaken
from storage.errors import opening
from storage.location import database_path


class ServingLock:
    """The held lock. Use it as a context, or call `release`."""

    def __init__(self, fd: int) -> None:
        self._fd: int | None = fd

    def release(self) -> None:
        """Let another process serve. The file stays: removing it could take it from under another one."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> ServingLock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def acquire_lock(url: str) -> ServingLock:
    """Take the lock of the database that `url` names (its file's name with `.lock` added); never waits.

    Raises:
        StoreTaken: another process serves this database.
        StoreError: the lock file cannot be made.
    """
    path = database_path(url)
    lock = path.with_name(path.name + ".lock")
    with opening(path):
        lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _take(fd, path, lock)
        except BaseException:
            os.close(fd)
            raise
    return ServingLock(fd)


def _take(fd: int, path: Path, lock: Path) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(fd, 20).decode("ascii", "replace").strip()
        raise StoreTaken(
            f"DATABASE_URL names {path}: {f'process {holder}' if holder else 'another process'} already serves it "
            f"(it holds {lock}): end that one first, or give this one a database of its own"
        ) from None
    os.ftruncate(fd, 0)
    os.write(fd, f"{os.getpid()}\n".encode())
