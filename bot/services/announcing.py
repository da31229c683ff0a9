"""/umumkan: a message to all, to an area, or to the reporters of a case. Counted first, confirmed, then sent in order.

The text is kept as a file between the steps, since a button has no room for it. Whom it reaches is looked up as slow
work; each person gets it once, also when the work is done again after a crash, since it has one slot.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import BrokenConstraint
from bot.domain.models import Choice, Say
from bot.domain.outgoing import Outgoing, Priority
from bot.domain.records import Attachment, Changes, Wanted, WorkRow
from bot.domain.staff import ADMIN
from bot.domain.unit_names import find_units
from bot.domain.units import UnitTree, unit_values
from bot.ports import Store
from bot.services.ask import Ask
from bot.services.numbered import case_meant
from bot.services.pressing import Press
from bot.services.roles import is_admin
from bot.services.work import Doer, result_of

EVERYBODY = frozenset({"semua", "all"})

MAX_TEXT = 3000
"""Characters: what fits into one message with its heading."""

CONFIRM_WITHIN = timedelta(hours=1)
WORTH_SENDING_FOR = timedelta(hours=24)

PAGE = 500
"""People enqueued in one transaction, so that answers to others are not held up."""

SLOT = "announce"


def announce(ask: Ask) -> None:
    """/umumkan TARGET, and the text on the lines below: counted by slow work, which then asks to confirm."""
    target, _, text = (part.strip() for part in ask.event.args.partition("\n"))
    if not target or not text:
        ask.answer(Say("announce.usage"))
        return
    if len(text) > MAX_TEXT:
        ask.answer(Say("announce.too_long", {"most": MAX_TEXT, "n": len(text)}))
        return
    asked: dict[str, object] = {"text": text}
    incident = case_meant(ask.batch, target)
    if target.casefold() in EVERYBODY:
        asked["area_code"] = None
    elif incident is not None:
        asked["number"] = incident.number
        people = sorted({report.person_id for report in ask.batch.reports_in(incident.id)})
        ask.batch.require(Wanted(person_ids=frozenset(people)))
        there = [person for each in people if (person := ask.batch.person(each)).reachable]
        asked["people"] = [person.id for person in there if person.blocked_at is None]
    else:
        found = [unit for unit in find_units(ask.ctx.units, target) if not unit.outside]
        if len(found) != 1:
            names = [unit_values(unit) for unit in found[:8]]
            items = [{"text": "announce.unit", "values": {"unit": each}} for each in names]
            ask.answer(Say("announce.which" if found else "announce.nobody", {"target": target[:40], "items": items}))
            return
        asked["area_code"] = found[0].code
    ask.batch.put_work(WorkRow("announce", ask.event.at, ask.person.id, asked))


def confirm(p: Press) -> Say | None:
    """ "Ya, kirim"."""
    if not is_admin(p.ctx, p.batch, p.person):
        return Say("refused.admins_only")
    key = str(int(p.key))
    p.batch.roster.log(p.person.id, ADMIN, "announced", key, p.at)
    p.batch.put_work(WorkRow("announce.send", p.at, p.person.id, {"key": key}))
    return Say("toast.sending")


def progress(p: Press) -> Say | None:
    """ "Sudah sampai?"."""
    if not is_admin(p.ctx, p.batch, p.person):
        return Say("refused.admins_only")
    p.batch.put_work(WorkRow("announce.report", p.at, p.person.id, {"key": str(int(p.key))}))
    return None


@dataclass(frozen=True, slots=True)
class Announcements:
    """Does the work behind /umumkan. Each answer is a result {"says": […]} for tell_result."""

    store: Store
    units: UnitTree

    def doers(self) -> Mapping[str, Doer]:
        """Kind of work -> who does it."""
        return {"announce": self.count, "announce.send": self.send, "announce.report": self.report}

    async def count(self, row: WorkRow) -> Mapping[str, object]:
        """How many it would reach, how it looks, and a button to send it."""
        n = 0
        async for people in self._pages(row.asked):
            n += len(people)
        if not n:
            return result_of(Say("announce.empty"))
        asked = {**row.asked, "until": (row.due_at + CONFIRM_WITHIN).isoformat()}  # files are swept now and then only
        kept = Attachment("announcement.json", "application/json", json.dumps(asked).encode())
        await self.store.put_attachment(_key(row.id), kept, row.due_at + CONFIRM_WITHIN)
        send, leave = Choice("button.announce_yes", "umumkan", (str(row.id),)), Choice("admin_button.leave_it", "tidak")
        unit = self.units.get(str(row.asked.get("area_code") or ""))
        to = "announce.to_case" if "people" in row.asked else "announce.to_all" if unit is None else "announce.to_area"
        values = {
            "n": n,
            "to": to,
            "unit": None if unit is None else unit_values(unit),
            "number": row.asked.get("number"),
            "text": row.asked["text"],
        }
        return result_of(Say("announce.confirm", values, ((send,), (leave,))))

    async def send(self, row: WorkRow) -> Mapping[str, object]:
        """Enqueue it for everybody. Asked: {"key": id of the work that counted}."""
        kept = await self.store.attachment(_key(int(str(row.asked["key"]))))
        asked = None if kept is None else json.loads(kept.data)
        if asked is None or row.due_at > datetime.fromisoformat(asked["until"]):
            return result_of(Say("announce.too_old"))
        n = 0
        async for people in self._pages(asked):
            outbox = [
                Outgoing(
                    Say("announce.message", {"text": asked["text"]}),
                    row.due_at,
                    person_id=person_id,
                    priority=Priority.BROADCAST,
                    slot=_key(int(str(row.asked["key"]))),
                    once=True,
                    expires_at=row.due_at + WORTH_SENDING_FOR,
                )
                for person_id in people
            ]
            n += await self._enqueue(outbox)
        look = Choice("button.announce_progress", "umumkan.sampai", (str(row.asked["key"]),))
        return result_of(Say("announce.sending", {"n": n}, ((look,),)))

    async def _enqueue(self, outbox: Sequence[Outgoing]) -> int:
        """Put them in; who was erased meanwhile gets none. Returns how many were put in."""
        try:
            async with self.store.transaction() as tx:
                await tx.flush(Changes(outbox=outbox))
            return len(outbox)
        except BrokenConstraint:
            if len(outbox) == 1:
                return 0
        middle = len(outbox) // 2
        return await self._enqueue(outbox[:middle]) + await self._enqueue(outbox[middle:])

    async def report(self, row: WorkRow) -> Mapping[str, object]:
        """How many it has reached by now. Asked: {"key": id of the work that counted}."""
        found = await self.store.deliveries(_key(int(str(row.asked["key"]))))
        sent, dead = found.get("sent", 0), found.get("dead", 0)
        waiting = sum(found.values()) - sent - dead
        values = {"sent": sent, "dead": dead or None, "waiting": waiting or None}
        look = Choice("button.announce_progress", "umumkan.sampai", (str(row.asked["key"]),))
        return result_of(Say("announce.report", values, ((look,),) if waiting else ()))

    async def _pages(self, asked: Mapping[str, object]) -> AsyncIterator[Sequence[int]]:
        """Whom it reaches, a page at a time."""
        named = asked.get("people")
        if isinstance(named, list | tuple):
            yield [each for each in named if isinstance(each, int)]
            return
        area_code, after = asked.get("area_code"), 0
        code = area_code if isinstance(area_code, str) else None
        while people := await self.store.people_to_tell(code, PAGE, after):
            yield people
            after = people[-1]


def _key(work_id: int) -> str:
    return f"{SLOT}:{work_id}"
