"""What the parts of the batch share: changes go through its journal, so that a row can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.domain.records import Wanted
from bot.services.journal import Journal

K = TypeVar("K")
V = TypeVar("V")


class Part:
    """A part of the batch.

    Args:
        journal: the batch's.
        need: raises NotLoaded where something is not loaded yet.
    """

    def __init__(self, journal: Journal, need: Callable[[Wanted], None]) -> None:
        self._journal = journal
        self._need = need
        self._dirty: dict[tuple[str, object], None] = {}

    def _touch(self, table: str, key: object) -> None:
        self._journal.touch(self._dirty, (table, key))

    def _changed(self, table: str, records: Mapping[K, V]) -> list[V]:
        return [record for key, record in records.items() if (table, key) in self._dirty]
