"""Figures that officers ask for: /rekap, /statistik and /ekspor. Slow work: done outside of transactions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.models import Choice, Say
from bot.domain.periods import Period, PeriodProblem, parse_period
from bot.domain.records import Attachment, WorkRow
from bot.domain.units import UnitTree
from bot.output.csv_export import ReportsCsv
from bot.ports import AreaLookup, Store
from bot.services.digests import Digests, Posting
from bot.services.statistics import Statistics
from bot.services.work import Doer, result_of
from bot.texts import Texts

KEPT_FOR = timedelta(days=1)
"""How long a spreadsheet is kept for sending."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Does the work behind the officers' commands. Each answer is a result {"says": […]} for tell_result."""

    store: Store
    texts: Texts
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
            "export": self.export,
        }

    async def summary(self, row: WorkRow) -> Mapping[str, object]:
        """/rekap: the digest as it would be posted now, with a button to post it."""
        at = row.due_at.replace(microsecond=0)
        parts = [Say("digest.part", {"html": part}) for part in await self.digests.preview(at)]
        if self.digests.channel_id is not None:
            send = Choice("button.send_digest", "post", (str(int(at.timestamp())),))
            parts[-1] = Say("digest.part", parts[-1].values, ((send,),))
        return result_of(*parts)

    async def post(self, row: WorkRow) -> Mapping[str, object]:
        """The button under /rekap: posts the digest that was looked at. Asked: {"at": seconds since 1970}."""
        looked_at = datetime.fromtimestamp(int(str(row.asked["at"])), UTC)
        posting: Posting = await self.digests.post_extra(looked_at, row.due_at)
        return result_of(Say(f"figures.posting.{posting}"))

    async def export(self, row: WorkRow) -> Mapping[str, object]:
        """/ekspor: the reports of a period as a spreadsheet. Asked: {"args": what was typed after the command}."""
        period = parse_period(str(row.asked.get("args", "")), row.due_at, self.timezone)
        if isinstance(period, PeriodProblem):
            return result_of(Say(f"figures.period.{period}"))
        sheet = ReportsCsv(self.texts, self.areas, self.timezone)
        async for report, incident_number in self.store.reports_between(period.since, period.until):
            if not report.withdrawn:  # taken back by who made it
                sheet.add(report, incident_number)
        values = _days(period)
        if not sheet.rows:
            return result_of(Say("figures.nothing", values))
        key = f"export:{row.id}"  # doing the work again after a crash overwrites the same file
        name = f"laporan-genangan_{period.first_day}_{period.last_day}.csv"
        await self.store.put_attachment(key, Attachment(name, "text/csv", sheet.data()), row.due_at + KEPT_FOR)
        return result_of(Say("figures.exported", values | {"n": sheet.rows}, attachment=key))


def _days(period: Period) -> dict[str, object]:
    """The first and last day of a period, each by a moment in it."""
    first = period.since + timedelta(microseconds=1)
    return {"first": first.isoformat(), "last": period.until.isoformat()}
