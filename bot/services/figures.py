"""Figures that officers ask for: /rekap, /statistik and /ekspor. Slow work: done outside of transactions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.models import Choice, Say
from bot.domain.periods import Period, PeriodProblem, last_days, parse_period
from bot.domain.records import AreaTally, Attachment, Tally, WorkRow
from bot.output.csv_export import ReportsCsv
from bot.ports import AreaLookup, Store
from bot.services.digests import Digests, Posting
from bot.services.region import served_region
from bot.services.work import Doer, result_of
from bot.texts import Texts, escape

PERIODS = {"today": 1, "week": 7, "month": 30}
"""Periods of /statistik -> days, today included."""

MOST_AREAS = 60
"""Kelurahan listed in /statistik: so many lines fit into one message."""

KEPT_FOR = timedelta(days=1)
"""How long a spreadsheet is kept for sending."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Does the work behind the officers' commands. Each answer is a result {"says": […]} for tell_result."""

    store: Store
    texts: Texts
    areas: AreaLookup
    timezone: ZoneInfo
    digests: Digests

    def doers(self) -> Mapping[str, Doer]:
        """Kind of work -> who does it."""
        return {
            "summary": self.summary,
            "post": self.post,
            "statistics": self.statistics,
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

    async def statistics(self, row: WorkRow) -> Mapping[str, object]:
        """/statistik: counts of today, 7 and 30 days, and per kelurahan."""
        at = row.due_at
        periods = {key: last_days(days, at, self.timezone) for key, days in PERIODS.items()}
        tallies = [(key, await self.store.tally(period.since, at)) for key, period in periods.items()]
        by_area = [await self.store.tally_by_area(period.since, at) for period in periods.values()]
        values = {
            "region": served_region(self.areas).upper(),
            "at": at.isoformat(),
            "periods": [{"text": "figures.tally", "values": _tally_values(key, tally)} for key, tally in tallies],
            "areas": self._area_texts(by_area),
        }
        return result_of(Say("figures.statistics", values))

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

    def _area_texts(self, by_area: Sequence[Sequence[AreaTally]]) -> list[dict[str, object]]:
        """One line for each kelurahan of the longest period, the most afflicted first."""
        *shorter, longest = by_area
        counts = [{tally.area_code: tally.incidents for tally in tallies} for tallies in shorter]
        lines = [
            f"{escape(self._name(tally.area_code))}: "
            f"{' / '.join(str(count.get(tally.area_code, 0)) for count in counts)} / {tally.incidents}"
            f" · {_hours(tally.median_standing_s)}"
            for tally in longest
        ]
        if not lines:
            return []
        more = len(lines) - MOST_AREAS
        values: dict[str, object] = {"rows": "\n".join(lines[:MOST_AREAS]), "more": more if more > 0 else None}
        return [{"text": "figures.areas", "values": values}]

    def _name(self, code: str | None) -> str:
        area = self.areas.get(code) if code else None
        return area.kelurahan if area else "?"


def _hours(seconds: float | None) -> str:
    """Whole hours, at least one; a dash where nothing is known."""
    return "–" if seconds is None else str(max(1, round(seconds / 3600)))


def _days(period: Period) -> dict[str, object]:
    """The first and last day of a period, each by a moment in it."""
    first = period.since + timedelta(microseconds=1)
    return {"first": first.isoformat(), "last": period.until.isoformat()}


def _tally_values(key: str, tally: Tally) -> dict[str, object]:
    return {
        "period": f"figures.{key}",
        "opened": tally.opened,
        "receded": tally.receded,
        "reports": tally.reports,
        "reporters": tally.reporters,
        "unknown": tally.without_depth or None,
        "drains": tally.drains or None,
    }
