"""A limit to the memory of a process that runs: a control group of its own where they can be made, else its rlimit."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MB = 1 << 20

_GROUPS = Path("/sys/fs/cgroup")

_FIELDS = ((_GROUPS, "memory.max"), (_GROUPS / "memory", "memory.limit_in_bytes"))
"""(where groups are made, what holds the limit) of version 2 and of version 1."""


@dataclass(frozen=True)
class Limit:
    """What holds it."""

    name: str


@contextmanager
def limited(pid: int, bytes_most: int) -> Iterator[Limit]:
    """Limit a process that has just begun; what needs more is killed, or its allocations fail."""
    for root, field in _FIELDS:
        group = root / f"chaos-{os.getpid()}-{pid}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            _tell(group / field, bytes_most)
            _tell(group / "cgroup.procs", pid)
        except OSError:  # no such groups here, or not ours
            group.rmdir()
            continue
        try:
            yield Limit(field)
        finally:
            with suppress(OSError):  # whoever is in it still is moved back
                _tell(root / "cgroup.procs", pid)
            group.rmdir()
        return
    resource.prlimit(pid, resource.RLIMIT_DATA, (bytes_most, bytes_most))
    yield Limit("RLIMIT_DATA")


def _tell(file: Path, value: int) -> None:
    with file.open("r+") as there:  # the kernel has made it, or nobody
        there.write(str(value))


def most_used(pid: int) -> int:
    """Bytes that a running process had in memory at most."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024
