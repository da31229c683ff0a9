"""/ekspor: the data of a period as a file. Asked for here, made as slow work, outside of transactions.

`genangan export` on the server makes the same files (bot/export.py), of any size.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import TracebackType
from zoneinfo import ZoneInfo

from bot.domain.errors import StoreBusy
from bot.domain.models import Choice, Say
from bot.domain.outgoing import Outgoing
from bot.domain.periods import Period, PeriodProblem, parse_period
from bot.domain.records import Attachment, Changes, WorkRow
from bot.domain.staff import ADMIN
from bot.domain.units import UnitTree
from bot.output.columns import Words
from bot.output.export_files import Contents, Form, write_file
from bot.output.scratch import scratch
from bot.ports import AreaLookup, Clock, Store
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.pressing import TOO_OLD, Press
from bot.services.recurring import spots_of_the_year
from bot.services.roles import is_admin
from bot.services.work import Doer, result_of
from bot.texts import Texts

log = logging.getLogger(__name__)

WORK = "export"

KEPT_FOR = timedelta(days=1)
"""How long a file is kept for sending."""

MOST_BYTES = 50_000_000
"""What Telegram takes from a bot."""

MOST_REPORTS = {Form.XLSX: 600_000, Form.CSV: 2_000_000}
"""More than that is over MOST_BYTES for sure, and is not even begun."""

TOLD_EVERY_S = 3.0
"""So often it is told how far a file is; one that is made within that time needs no word."""

BAR = 10
"""Signs of the bar."""

TYPED = {
    **dict.fromkeys(("xlsx", "excel", "tabel"), Form.XLSX),
    **dict.fromkeys(("csv",), Form.CSV),
    **dict.fromkeys(("geojson", "json", "peta"), Form.GEOJSON),
}
"""What people type before the period -> what kind of file they want."""

SPANS = {"7": "export_week", "30": "export_month_long", "month": "export_month"}
"""The buttons: which days -> label."""


# -- asking ------------------------------------------------------------------------------------------------------------


def export(ask: Ask) -> None:
    """ "/ekspor", with a kind of file and a period behind it; without a period: what there is to choose from."""
    form, typed = _read(ask.event.args)
    if not typed:
        ask.answer(_menu(form))
        return
    period = parse_period(typed, ask.event.at, ask.ctx.timezone)
    if isinstance(period, PeriodProblem):
        ask.answer(Say(f"export.period.{period}"))
        return
    _order(ask.batch, ask.person.id, ask.event.at, form, period)


def press(p: Press) -> Say | None:
    """A button of the menu. Whoever pressed is checked, however old the button."""
    if not is_admin(p.ctx, p.batch, p.person):
        return Say("refused.admins_only")
    form = Form(p.key)
    if p.arg not in SPANS:
        return TOO_OLD
    typed = "bulan ini" if p.arg == "month" else f"{p.arg} hari"
    period = parse_period(typed, p.at, p.ctx.timezone)
    if isinstance(period, PeriodProblem):
        return TOO_OLD
    _order(p.batch, p.person.id, p.at, form, period)
    return Say("toast.exporting")


def _read(args: str) -> tuple[Form, str]:
    """The kind of file, and what is left: the period."""
    first, _, rest = args.strip().partition(" ")
    form = TYPED.get(first.casefold())
    return (Form.XLSX, args.strip()) if form is None else (form, rest.strip())


def _menu(form: Form) -> Say:
    choices = tuple(Choice(f"button.{label}", "ekspor", (form, span)) for span, label in SPANS.items())
    told = {"holds": f"export.holds.{form}", "other": "export.forms" if form is Form.XLSX else None}
    return Say("export.ask", told, (choices,))


def _order(batch: Batch, person_id: int, at: datetime, form: Form, period: Period) -> None:
    asked = {"form": form.value, "since": period.since.isoformat(), "until": period.until.isoformat()}
    batch.put_work(WorkRow(WORK, at, person_id, asked))
    # what leaves the house is remembered, as it would be typed
    days = f"{period.first_day:%d-%m-%Y} {period.last_day:%d-%m-%Y}"
    batch.roster.log(person_id, ADMIN, "exported", f"{form} {days}", at)


# -- making ------------------------------------------------------------------------------------------------------------


async def contents_of(store: Store, form: Form, since: datetime, until: datetime, words: Words) -> Contents:
    """What is known of since < t <= until; for a workbook also of units, spots and listed places."""
    title = words.title(since + timedelta(microseconds=1), until)
    contents = Contents(title, store.incidents_of(since, until), store.reports_between(since, until))
    if form is not Form.XLSX:
        return contents
    now = words.now
    return replace(
        contents,
        open_now=[each for each in await store.incidents_as_of(now, ended_after=now) if each.state.is_open],
        links=await store.unit_links(),
        spots=await spots_of_the_year(store, min(until, now), words.timezone),
        sites=await store.sites(),
    )


async def how_much(store: Store, form: Form, since: datetime, until: datetime) -> int:
    """About how many records a file will be made of."""
    tally = await store.tally(since, until)
    reports = 0 if form is Form.GEOJSON else await store.count_reports(since, until)
    return tally.opened + tally.drains + reports


@dataclass(frozen=True, slots=True)
class Exports:
    """Does the work behind /ekspor. The answer is a result {"says": […]} for tell_result.

    Attributes:
        on_told: called when a message stands in the outbox.
    """

    store: Store
    clock: Clock
    texts: Texts
    areas: AreaLookup
    units: UnitTree
    timezone: ZoneInfo
    on_told: Callable[[], None]

    def doers(self) -> Mapping[str, Doer]:
        """Kind of work -> who does it."""
        return {WORK: self.make}

    async def make(self, row: WorkRow) -> Mapping[str, object]:
        """The file of a period. Asked: {"form", "since", "until"}."""
        form = Form(str(row.asked["form"]))
        since, until = (datetime.fromisoformat(str(row.asked[key])) for key in ("since", "until"))
        first, last = (since + timedelta(microseconds=1)).astimezone(self.timezone), until.astimezone(self.timezone)
        days = {"first": first.isoformat(), "last": None if last.date() == first.date() else last.isoformat()}
        if form in MOST_REPORTS and await self.store.count_reports(since, until) > MOST_REPORTS[form]:
            return result_of(Say("export.too_large", days))
        words = Words(self.texts, self.areas, self.units, self.timezone, row.due_at)
        with scratch() as folder:
            path = folder / f"export.{form.suffix}"
            async with Progress(self, row, await how_much(self.store, form, since, until)) as progress:
                contents = await contents_of(self.store, form, since, until, words)
                written = await write_file(form, path, contents, words, progress.count)
            if not (written.incidents or written.reports):
                return result_of(Say("export.nothing", days))
            if path.stat().st_size > MOST_BYTES:
                return result_of(Say("export.too_large", days))
            data = await asyncio.to_thread(path.read_bytes)
        key = f"export:{row.id}"  # doing the work again after a crash overwrites the same file
        name = f"genangan_{file_days(since, until, self.timezone)}.{form.suffix}"
        await self.store.put_attachment(key, Attachment(name, form.media_type, data), row.due_at + KEPT_FOR)
        values = days | {"incidents": written.incidents, "reports": written.reports}
        return result_of(Say(f"export.{form}", values, attachment=key))


def file_days(since: datetime, until: datetime, timezone: ZoneInfo) -> str:
    """The local days of a period as a part of a file's name."""
    first, last = (since + timedelta(microseconds=1)).astimezone(timezone), until.astimezone(timezone)
    return f"{first:%Y-%m-%d}_{last:%Y-%m-%d}"


class Progress:
    """Tells who asked how far their file is: one message that changes, from TOLD_EVERY_S on.

    Args:
        exports: who makes it; row: what was asked.
        total: about how many records there are.
    """

    def __init__(self, exports: Exports, row: WorkRow, total: int) -> None:
        self._exports = exports
        self._row = row
        self._total = max(1, total)
        self._read = 0
        self._told = False

    def count(self, more: int) -> None:
        """So many more records have been read."""
        self._read += more

    async def __aenter__(self) -> Progress:
        self._telling = asyncio.create_task(self._tell())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._telling.cancel()
        await asyncio.wait((self._telling,))
        if self._told and kind is None:
            await self._say(Say("export.ready"))

    async def _tell(self) -> None:
        while True:
            await self._exports.clock.sleep(TOLD_EVERY_S)
            percent = min(99, 100 * self._read // self._total)
            bar = "▓" * (percent * BAR // 100)
            await self._say(Say("export.progress", {"bar": bar.ljust(BAR, "░"), "percent": percent}, quiet=True))
            self._told = True

    async def _say(self, say: Say) -> None:
        now = self._exports.clock.now()
        outgoing = Outgoing(
            say,
            now,
            person_id=self._row.person_id,
            slot=f"export:{self._row.id}",
            expires_at=now + timedelta(minutes=5),
        )
        try:
            async with self._exports.store.transaction() as tx:
                await tx.flush(Changes(outbox=[outgoing]))
        except StoreBusy as busy:  # the file matters, not the word about it
            log.debug("not told how far an export is: %s", busy)
        self._exports.on_told()
