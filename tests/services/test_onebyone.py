"""What falls due by itself is done one after the other, and lets others in between."""

from __future__ import annotations

import asyncio

from bot.services.onebyone import OneByOne
from tests.helpers.desk import Desk


async def test_intake_takes_its_turn_also_while_it_is_rehearsed(desk: Desk) -> None:
    order: list[object] = []

    async def intake() -> None:
        async with desk.store.transaction():
            order.append("intake")

    due = OneByOne(desk.store, lambda: None, desk.context.meter)
    await asyncio.gather(due.rehearse(range(20), lambda _, key: order.append(key)), intake())
    assert set(order) == {*range(20), "intake"}
    assert order.index("intake") < 3
