"""Which processes a process has started."""

from __future__ import annotations

import os
import subprocess


def children_of(pid: int) -> list[int]:
    """Ids of the processes that it started and that still run."""
    return [child for child, parent, state in _processes() if parent == pid and not state.startswith("Z")]


def children_of_ours() -> list[int]:
    """Ids of the processes that this one started and that still run."""
    return children_of(os.getpid())


def running(pid: int) -> bool:
    """Whether this process runs."""
    return any(each == pid and not state.startswith("Z") for each, _, state in _processes())


def _processes() -> list[tuple[int, int, str]]:
    """(id, parent's id, state) of all, but for the `ps` that tells it."""
    with subprocess.Popen(["ps", "-A", "-o", "pid=,ppid=,stat="], stdout=subprocess.PIPE, text=True) as ps:
        told, _ = ps.communicate()
        lines = [line.split() for line in told.splitlines()]
        return [(int(pid), int(parent), state) for pid, parent, state in lines if int(pid) != ps.pid]
