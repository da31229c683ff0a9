"""What the contract tests do over and over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.outgoing import Claimed, Outcome, Outgoing, Sent
from bot.domain.records import Changes, Loaded, Wanted
from bot.ports import Store
from tests.helpers.builders import person
from tests.helpers.clock import EVENING

LATER = EVENING + timedelta(days=1000)
"""After all that is written."""


def after(**by: float) -> datetime:
    """So much later in the evening, e.g. `after(minutes=5)`."""
    return EVENING + timedelta(**by)


async def flush(store: Store, **changes: Any) -> None:
    """Write changes in a transaction of their own."""
    async with store.transaction() as tx:
        await tx.flush(Changes(**changes))


async def load(store: Store, **wanted: Any) -> Loaded:
    """Load in a transaction of its own; lists do for the frozen sets."""
    async with store.transaction() as tx:
        return await tx.load(Wanted(**{name: frozenset(keys) for name, keys in wanted.items()}))


async def people(store: Store, *ids: int) -> None:
    """Make these people."""
    await flush(store, people=[person(number) for number in ids])


async def ask(store: Store, *messages: Outgoing) -> None:
    """Put messages into the outbox, in this order."""
    await flush(store, outbox=list(messages))


async def claim(
    store: Store, *outcomes: Outcome, at: datetime = EVENING, limit: int = 10, busy: Sequence[int] = ()
) -> Sequence[Claimed]:
    """Record outcomes and claim."""
    return await store.exchange(outcomes, at, limit, frozenset(busy))


async def deliver(store: Store, *, at: datetime = EVENING, limit: int = 10) -> list[str]:
    """Send all that is due, one exchange after another; the texts in the order in which they went out."""
    said: list[str] = []
    outcomes: list[Outcome] = []
    while claimed := await claim(store, *outcomes, at=at, limit=limit):
        said += texts(claimed)
        outcomes = [sent(row) for row in claimed]
    return said


def sent(row: Claimed, message_id: int | None = None) -> Sent:
    """It went out; its message id is 1000 and the row's id where none is given."""
    return Sent(row.id, row.rev, 1000 + row.id if message_id is None else message_id)


def texts(claimed: Sequence[Claimed]) -> list[str]:
    """The text ids of what was claimed."""
    return [row.say.text for row in claimed]
