"""A rainy evening in Jakarta Utara, Sunday 18 January 2026, and the morning after: who lives through it, and how.

Places, depths and causes are those of real puddles of that week and of other wet days (reports of BPBD DKI Jakarta
and of the press). The people are made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.demo.evening import east, elsewhere, west
from bot.demo.evening.earlier import before
from bot.demo.evening.offices import offices
from bot.demo.residents import Resident
from bot.demo.rows import WIB
from bot.demo.world import DemoWorld

__all__ = ["END", "HEROINE", "ROAD_ASKED", "SPEAK_ENGLISH", "START", "before", "cast"]

START = datetime(2026, 1, 18, 17, 30, tzinfo=WIB)
END = datetime(2026, 1, 19, 6, 15, tzinfo=WIB)
"""A quarter of an hour after the digest."""

HEROINE = "Siti"
"""Whose conversation is told on the terminal."""

ROAD_ASKED = "/status "
"""What she types, with her number, to be told its road."""

SPEAK_ENGLISH = {"Kevin"}


def cast(world: DemoWorld) -> Sequence[Resident]:
    """The people of this evening, and the group of an RW with the bot in it."""
    people = []
    for script in (*west.SCRIPTS, *east.SCRIPTS, *elsewhere.SCRIPTS):
        name = script.__name__.capitalize()
        people.append(Resident(world, name, script, language="en" if name in SPEAK_ENGLISH else "id"))

    async def tini(r: Resident) -> None:
        """Asks in the group, where the bot only answers commands."""
        here = r.person.at(group)
        await r.at(20, 21)
        here.send_text("air di depan gang naik lagi nih")
        await r.pause()
        here.send_text(f"/lapor@{world.bot_username}")

    people.append(Resident(world, "Tini", tini))
    neighbours = [each.person for each in people if each.name in ("Gunawan", "Sri", "Tini")]
    group = world.api.group("Warga RW 07 Warakas", neighbours)
    return [*people, *offices(world)]
