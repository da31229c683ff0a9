"""/log: what officers and admins did, newest first. The log is only ever added to, and read outside of transactions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.domain.events import WorkDone
from bot.domain.models import Choice, Say
from bot.domain.records import WorkRow
from bot.domain.staff import ADMIN, Audit
from bot.ports import Store
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.pressing import Press
from bot.services.roles import is_admin
from bot.services.unit_chats import shown
from bot.services.work import Doer

WORK = "log"
SLOT = "log"
PAGE = 10
PAGES = 100
"""Pages by button: what is older is in the database."""

NAMED = frozenset(
    {
        *("invite_all", "invite_unit", "invite_officer", "invite_admin", "joined", "enrolled", "removed", "left"),
        *("connected", "disconnected", "block", "unblock", "announced", "posted", "exported", "flood_on", "flood_off"),
        *("taken", "on_the_way", "on_site", "follow_up", "coordination", "photos", "released"),
        *("subscribed", "unsubscribed"),
        *("site_listed", "site_changed", "site_dropped", "site_visited", "site_photos", "sites_imported"),
        *("offered", "kept", "accepted", "refused", "assigned", "outside", "closed", "claimed", "merged", "split"),
    }
)
"""What has words of its own (texts audit.what.…); anything else is shown as it is called."""


def log(ask: Ask) -> None:
    """/log: its first page."""
    ask.batch.put_work(WorkRow(WORK, ask.event.at, ask.person.id, {"page": 0}))


def turn(p: Press) -> Say | None:
    """Another page."""
    if not is_admin(p.ctx, p.batch, p.person):
        return Say("refused.admins_only")
    page = max(0, min(int(p.key), PAGES))
    p.batch.put_work(WorkRow(WORK, p.at, p.person.id, {"page": page, "turned": True}))
    return None


def read_log(store: Store) -> Doer:
    """Work "log": asked {"page"} -> {"rows": […], "more": whether there are older ones}."""

    async def do(row: WorkRow) -> Mapping[str, object]:
        first = int(str(row.asked.get("page", 0))) * PAGE
        found = await store.audit(datetime.fromtimestamp(0, UTC), first + PAGE + 1)
        rows = [_row(audit) for audit in found[first : first + PAGE]]
        return {"rows": rows, "more": len(found) > first + PAGE}

    return do


def _row(audit: Audit) -> dict[str, object]:
    return {
        "at": audit.at.isoformat(),
        "person_id": audit.person_id,
        "unit": audit.unit,
        "what": audit.what,
        "subject": audit.subject,
        "whom": audit.details.get("person"),
        "reason": audit.details.get("reason") if audit.what == "block" else None,
        "to": audit.details.get("to") or audit.details.get("unit"),
    }


def show(ctx: Context, batch: Batch, done: WorkDone) -> None:
    """A page of the log has been read: show it, if who asked is an admin still."""
    if done.person_id is None or not is_admin(ctx, batch, batch.person(done.person_id)):
        return
    result, page = done.result or {}, int(str(done.asked.get("page", 0)))
    rows = result.get("rows")
    items = [_line(ctx, batch, row) for row in rows] if isinstance(rows, list) else []
    before = (Choice("admin_button.page_newer", "log", (str(page - 1),)),) if page else ()
    after = (Choice("admin_button.page_older", "log", (str(page + 1),)),) if result.get("more") and page < PAGES else ()
    choices = ((*before, *after),) if before or after else ()
    values = {"items": items, "page": page + 1, "none": None if items else "audit.none"}
    anew = not done.asked.get("turned")
    batch.say(Say("audit.page", values, choices), done.at, person_id=done.person_id, slot=SLOT, anew=anew)


def _line(ctx: Context, batch: Batch, row: Mapping[str, object]) -> dict[str, object]:
    what, subject, unit = (str(row[key]) for key in ("what", "subject", "unit"))
    is_unit = ctx.units.get(subject) is not None
    values: dict[str, object] = {
        "at": row["at"],
        "name": _name(batch, row["person_id"]),
        "admin": "staff.admin" if unit == ADMIN else None,
        "unit": None if unit == ADMIN else shown(ctx, unit),
        "what": f"audit.what.{what}" if what in NAMED else "audit.what.other",
        "raw": what,
        "of_unit": shown(ctx, subject) if is_unit and subject != unit else None,
        "of": None if is_unit or not subject else subject,
        "whom": None if row.get("whom") is None else _name(batch, row["whom"]),
        "reason": row.get("reason"),
        "to": shown(ctx, str(row["to"])) if ctx.units.get(str(row.get("to"))) is not None else None,
    }
    return {"text": "audit.line", "values": values}


def _name(batch: Batch, person_id: object) -> str | None:
    """An officer's name; of an admin of ADMIN_IDS none is kept."""
    return batch.roster.name_of(person_id) if isinstance(person_id, int) else None
