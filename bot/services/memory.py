"""What a unit of work has in memory: what is known of the database, what was changed, and how that is taken back."""

from __future__ import annotations

from bot.domain.errors import NotLoaded
from bot.domain.records import Counters, Wanted
from bot.services.journal import Journal


class Memory:
    """The ground that the batch stands on.

    Args:
        counters: the last ids given out; new ids are made here, since there is one writer.
    """

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._before = counters
        self._journal = Journal()
        self._known = Wanted()
        # ids of records to write; dicts, to keep the order in which they were changed
        self._dirty: dict[str, dict[int, None]] = {"people": {}, "drafts": {}, "reports": {}, "incidents": {}}

    # -- loading ---------------------------------------------------------------------------------------------------

    def missing(self, wanted: Wanted) -> Wanted | None:
        """The part of `wanted` that is not loaded, None if all is."""
        for key in Wanted.__slots__:  # asked for each record that a rule looks at, and nearly always in vain
            keys = getattr(wanted, key)
            if keys and not keys <= getattr(self._known, key):
                return wanted - self._known
        return None

    def _need(self, wanted: Wanted) -> None:
        if (rest := self.missing(wanted)) is not None:
            raise NotLoaded(rest)

    def require(self, wanted: Wanted) -> None:
        """Ask at once for what will be needed piece by piece. Raises NotLoaded for what is missing of it."""
        self._need(wanted)

    # -- changing, and undoing a row -------------------------------------------------------------------------------

    def mark(self) -> int:
        """Where we are now, to come back to with `undo`."""
        return self._journal.mark()

    def undo(self, mark: int) -> None:
        """Take back every change since `mark`; what was loaded stays."""
        self._journal.undo(mark)

    def _touch(self, table: str, key: int) -> None:
        self._journal.touch(self._dirty[table], key)

    def _change_counters(self, counters: Counters) -> None:
        old = self._counters
        self._journal.undone_by(lambda: setattr(self, "_counters", old))
        self._counters = counters
