"""Offices at a desk: units with chats, officers, and their use cases done as the program does them."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.handling import Reason
from bot.domain.lifecycle import Actor
from bot.domain.models import Choice, Incident, Say
from bot.domain.records import Changes
from bot.domain.staff import Officer, UnitLink
from bot.geo.areas import AreaIndex
from bot.services import handing
from bot.services.batch import Batch
from bot.services.consequences import react
from bot.services.context import Context
from bot.services.intake import settle
from tests.helpers.desk import Desk
from tests.helpers.small_city import BAMBU, KOTA, PRIOK

LAT, LON = AreaIndex.from_reference_points(("31.72",)).centre(BAMBU)
"""A point in Sungai Bambu, for areas known by their reference points."""

GROUPS = {BAMBU: -1_001, PRIOK: -1_002, KOTA: -1_003}
"""The groups' chat ids."""

OFFICERS = {BAMBU: 9_001, PRIOK: 9_002, KOTA: 9_003}
"""Telegram ids of one officer of each."""


async def connect(desk: Desk, *units: str) -> dict[str, Actor]:
    """Give units their groups, and an officer each who has written to the bot; returns these as actors."""
    actors = {}
    for unit in units:
        await desk.text(OFFICERS[unit], "/start")
        link = UnitLink(unit, desk.clock.now(), chat_id=GROUPS[unit])

        def enroll(ctx: Context, batch: Batch, unit: str = unit, link: UnitLink = link) -> None:
            person = batch.known(OFFICERS[unit])
            assert person is not None
            batch.roster.put_link(link)
            batch.roster.put_officer(Officer(person.id, unit, "Budi", desk.clock.now()))
            actors[unit] = Actor(person.id, frozenset({unit}))

        await do(desk, enroll)
    return actors


async def do(desk: Desk, act: Callable[[Context, Batch], object]) -> None:
    """A use case in a transaction of its own, what follows from it, and the chats after."""
    now = desk.clock.now()
    async with desk.store.transaction() as tx:
        batch = Batch(await tx.counters())

        def once() -> None:
            before = batch.events
            act(desk.context, batch)
            react(desk.context, batch, batch.events_since(before), now)

        await settle(tx, batch, once)
        changes: Changes = batch.changes()
        await tx.flush(changes)
    await desk.read()


async def hand_on(desk: Desk, giver: Actor, to: str, reason: Reason = Reason.CHANNEL) -> None:
    """ "Alihkan": the only case is offered to another unit."""
    incident, now = await only_incident(desk), desk.clock.now()

    def offer(ctx: Context, batch: Batch) -> None:
        unit = ctx.units.get(to)
        assert unit is not None
        assert handing.offer(ctx, batch, giver, batch.incident(incident.id), now, unit, reason) is None

    await do(desk, offer)


async def only_incident(desk: Desk) -> Incident:
    """The one that there is."""
    (found,) = await desk.incidents()
    assert isinstance(found, Incident)
    return found


def cards(desk: Desk, chat: int) -> list[Say]:
    """What a chat shows of cases, oldest message first."""
    shown = (say for _, say in sorted(desk.chats.get(chat, {}).items()))
    return [say for say in shown if say.text.startswith("card.")]


def words(desk: Desk, say: Say) -> str:
    """A message as officers read it."""
    return desk.texts.plain(say.text, say.values, "id", desk.clock.now())


def labels(desk: Desk, say: Say) -> list[list[str]]:
    """What stands on its buttons, row by row."""
    return [[desk.label(choice) for choice in row] for row in say.choices]


def button(desk: Desk, say: Say, label: str) -> Choice:
    """The button with this label."""
    (found,) = (choice for row in say.choices for choice in row if desk.label(choice) == label)
    return found
