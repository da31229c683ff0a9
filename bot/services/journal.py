"""What was changed in memory, and how each change is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Journal:
    """Changes lists and tables, and remembers how to undo it."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    def mark(self) -> int:
        """Where we are now, to come back to with `undo`."""
        return len(self._undo)

    def undo(self, mark: int) -> None:
        """Take back every change since `mark`, the last one first."""
        while len(self._undo) > mark:
            self._undo.pop()()

    def undone_by(self, undo: Callable[[], object]) -> None:
        """A change was made elsewhere; this takes it back."""
        self._undo.append(undo)

    def put(self, table: dict[K, V], key: K, value: V) -> None:
        """table[key] = value."""
        if key in table:
            old = table[key]
            self._undo.append(lambda: table.__setitem__(key, old))
        else:
            self._undo.append(lambda: table.pop(key))
        table[key] = value

    def touch(self, dirty: dict[K, None], key: K) -> None:
        """A record is to be written; records are, in the order in which they were first changed."""
        if key not in dirty:
            self.put(dirty, key, None)

    def drop(self, table: dict[K, V], key: K) -> None:
        """Remove a key, if it is there."""
        if key in table:
            old = table.pop(key)
            self._undo.append(lambda: table.__setitem__(key, old))

    def add(self, members: set[V], value: V) -> bool:
        """Add to a set. False if it was in it already."""
        if value in members:
            return False
        members.add(value)
        self._undo.append(lambda: members.discard(value))
        return True

    def append(self, rows: list[V], row: V) -> None:
        """Add to the end of a list."""
        rows.append(row)
        self._undo.append(rows.pop)
