"""Disks that are full or cannot be written: a small one of our own, or else limits of the process."""

from __future__ import annotations

import contextlib
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1 << 20


@dataclass
class Disk:
    """The folder where the database is.

    Attributes:
        mounted: it is a file system of its own, and small.
    """

    folder: Path
    mounted: bool

    @contextmanager
    def full(self, pid: int) -> Iterator[None]:
        """Nothing more goes onto it: it is filled up, or else no file of that process may grow."""
        if not self.mounted:
            with _no_file_grows(pid, self.folder / "genangan.db-wal"):
                yield
            return
        self._empty_log()
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            for size in (MEGABYTE, 1024, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(b"x" * size)
        try:
            yield
        finally:
            filler.unlink()

    def _empty_log(self) -> None:
        """The write-ahead log keeps room for itself, which would last for a while."""
        with contextlib.closing(sqlite3.connect(self.folder / "genangan.db", timeout=10)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nobody may write there; nobody may have a file open for that."""
        if self.mounted:
            _mount("-o", "remount,ro", str(self.folder))
        else:
            self._permit(0o400, 0o500)
        try:
            yield
        finally:
            if self.mounted:
                _mount("-o", "remount,rw", str(self.folder))
            else:
                self._permit(0o600, 0o700)

    def _permit(self, files: int, folder: int) -> None:
        for path in self.folder.iterdir():
            path.chmod(files)
        self.folder.chmod(folder)


@contextmanager
def small_disk(folder: Path, megabytes: int = 24) -> Iterator[Disk]:
    """A file system of that size in a folder that is made, or else just the folder."""
    folder.mkdir()
    mounted = _mount("-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(folder))
    try:
        yield Disk(folder, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*how: str) -> bool:
    try:
        return subprocess.run(["mount", *how], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@contextmanager
def _no_file_grows(pid: int, file: Path) -> Iterator[None]:
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (file.stat().st_size, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
