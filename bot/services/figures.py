"""Figures that officers ask for: /rekap and /statistik. Slow work: done outside of transactions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.models import Choice, Say
from bot.domain.records import WorkRow
from bot.domain.units import UnitTree
from bot.ports import AreaLookup, Store
from bot.services.digests import Digests, Posting
from bot.services.statistics import Statistics
from bot.services.work import Doer, result_of

KEPT_FOR = timedelta(days=1)
"""How long the pictures and tables of a digest that was looked at are kept for sending."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Does the work behind the officers' commands. Each answer is a result {"says": […]} for tell_result."""

    store: Store
    areas: AreaLookup
    units: UnitTree
    timezone: ZoneInfo
    digests: Digests

    def doers(self) -> Mapping[str, Doer]:
        """Kind of work -> who does it."""
        return {
            "summary": self.summary,
            "post": self.post,
            "statistics": Statistics(self.store, self.areas, self.units, self.timezone).answer,
        }

    async def summary(self, row: WorkRow) -> Mapping[str, object]:
        """/rekap: the digest as it would be posted now, with a button to post it."""
        at = row.due_at.replace(microsecond=0)
        until = row.due_at + KEPT_FOR
        parts = await self.digests.preview(at)
        says = [await part.say(self.store, f"look:{row.id}:{number}", until) for number, part in enumerate(parts)]
        if self.digests.channel_id is not None:
            send = Choice("button.send_digest", "post", (str(int(at.timestamp())),))
            says[-1] = replace(says[-1], choices=((send,),))
        return result_of(*says)

    async def post(self, row: WorkRow) -> Mapping[str, object]:
        """The button under /rekap: posts the digest that was looked at. Asked: {"at": seconds since 1970}."""
        looked_at = datetime.fromtimestamp(int(str(row.asked["at"])), UTC)
        posting: Posting = await self.digests.post_extra(looked_at, row.due_at)
        return result_of(Say(f"figures.posting.{posting}"))
