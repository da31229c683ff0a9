"""What falls due by itself, each in a transaction of its own: one that fails is told once and holds up no other."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import TypeVar

from bot.domain.errors import OperatorError, StoreBusy
from bot.domain.outgoing import Outgoing
from bot.domain.records import Changes
from bot.ports import Meter, Store, Transaction
from bot.services.batch import Batch
from bot.services.counting import note_changes
from bot.services.intake import settle

log = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)


class OneByOne:
    """Does due things.

    Args:
        store: the database.
        after_commit: called when something may stand in the outbox.
        meter: counts what happens.
    """

    def __init__(self, store: Store, after_commit: Callable[[], None], meter: Meter) -> None:
        self._store = store
        self._meter = meter
        self._after_commit = after_commit
        self._stuck: set[tuple[str, Hashable]] = set()

    async def due(self, ask: Callable[[Transaction], Awaitable[Sequence[K]]]) -> Sequence[K]:
        """Keys of what is due."""
        async with self._store.transaction() as tx:
            return await ask(tx)

    async def each(
        self,
        what: str,
        keys: Sequence[K],
        act: Callable[[Batch, K], None],
        finish: Callable[[K, Batch], Changes] | None = None,
    ) -> None:
        """Act on each.

        Args:
            what: as the log calls them.
            keys: in this order.
            act: the use case; done again from the start where it finds something not loaded.
            finish: the changes to write, where they are not just the batch's.
        """
        for key in keys:
            try:
                async with self._store.transaction() as tx:
                    batch = Batch(await tx.counters())
                    await settle(tx, batch, partial(act, batch, key))
                    changes = batch.changes() if finish is None else finish(key, batch)
                    await tx.flush(changes)
                note_changes(self._meter, changes)
            except (StoreBusy, OperatorError):
                raise
            except Exception:
                if (what, key) not in self._stuck:
                    log.exception("%s %s cannot be followed up", what, key)
                self._stuck.add((what, key))
        if keys:
            self._after_commit()

    async def rehearse(self, keys: Sequence[K], act: Callable[[Batch, K], None]) -> Sequence[Outgoing]:
        """What would be said if each were done; nothing is written. What fails is left out.

        Each in a transaction of its own here too, so that intake takes its turn in between.
        """
        said: list[Outgoing] = []
        for key in keys:
            try:
                async with self._store.transaction() as tx:
                    batch = Batch(await tx.counters())
                    await settle(tx, batch, partial(act, batch, key))
                said += batch.changes().outbox
            except (StoreBusy, OperatorError):
                raise
            except Exception:  # told when it is done in earnest
                log.debug("%s fails in rehearsal", key)
        return said
