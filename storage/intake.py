"""What intake does inside its transaction: take inbox rows, load what a batch needs, write what it changed."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.memory import REMEMBERED, Past
from bot.domain.models import Incident, Kind, Report
from bot.domain.records import Changes, Counters, Draft, InboxRow, Loaded, Person, Wanted
from storage import case_rows, digest_rows, erasing, recipients, roster, rows
from storage.codec import draft_from_json, from_us, to_json, to_us
from storage.connection import Session
from storage.errors import UNREADABLE
from storage.fetching import fetch
from storage.outbox import enqueue
from storage.queries import SQL

log = logging.getLogger(__name__)

YOUNG = timedelta(days=30)
"""What is not open any more is loaded for so long."""

TODAY = timedelta(days=1)
"""What was withdrawn is loaded for so long: it counts where a person's reports are limited."""


PASTS = 200
"""So many puddles of the past are loaded for a batch at most, the latest ones."""


class SqliteTransaction:
    """One write transaction; see bot/ports.py. Each call is one hop to the connection's thread."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def take(self, limit: int) -> Sequence[InboxRow]:
        """The oldest unhandled inbox rows, in inbox order."""
        return await self._session.do(
            lambda db: [rows.inbox_row(row) for row in db.execute(SQL["take"], {"limit": limit})]
        )

    async def counters(self) -> Counters:
        """The last ids given out."""
        return await self._session.do(_counters)

    async def load(self, wanted: Wanted) -> Loaded:
        """What the database knows of these keys."""
        return await self._session.do(lambda db: _load(db, wanted))

    async def due_drafts(self, now: datetime, limit: int) -> Sequence[int]:
        """person_ids whose draft has something due, oldest first."""
        keys = {"now": to_us(now), "limit": limit}
        return await self._session.do(lambda db: [row["person_id"] for row in db.execute(SQL["due_drafts"], keys)])

    async def quiet_incidents(self, quiet_since: datetime, asked_before: datetime, limit: int) -> Sequence[int]:
        """Ids of open puddles that nobody spoke of since, longest quiet first."""
        keys = {"quiet_since": to_us(quiet_since), "asked_before": to_us(asked_before), "limit": limit}
        return await self._session.do(lambda db: [row["id"] for row in db.execute(SQL["quiet_incidents"], keys)])

    async def due_handlings(self, now: datetime, limit: int) -> Sequence[int]:
        """Ids of open incidents whose clock, reminder or offer is due, oldest first."""
        keys = {"now": to_us(now), "limit": limit}
        return await self._session.do(lambda db: [row["id"] for row in db.execute(SQL["due_handlings"], keys)])

    async def called_gone(self, said_before: datetime, deep_cm: int, limit: int) -> Sequence[int]:
        """Ids of open deep puddles whose water a reporter called gone by then, longest unseen first."""
        keys = {"said_before": to_us(said_before), "deep_cm": deep_cm, "limit": limit}
        return await self._session.do(lambda db: [row["id"] for row in db.execute(SQL["called_gone"], keys)])

    async def quiet_series(self, before: datetime, limit: int) -> Sequence[int]:
        """Ids of open series whose last occurrence began before then, oldest first."""
        keys = {"before": to_us(before), "limit": limit}
        return await self._session.do(lambda db: [row["id"] for row in db.execute(SQL["quiet_series"], keys)])

    async def flush(self, changes: Changes) -> None:
        """Write all of it."""
        await self._session.do(lambda db: _flush(db, changes))

    async def erase(self, person_id: int, at: datetime) -> None:
        """Forget a person."""
        await self._session.do(lambda db: erasing.erase(db, person_id, to_us(at)))


def _counters(db: sqlite3.Connection) -> Counters:
    row = db.execute(SQL["counters"]).fetchone()
    return Counters(row["case_id"], row["person_id"], row["number_key"])


def _load(db: sqlite3.Connection, wanted: Wanted) -> Loaded:
    people = _people(db, wanted)
    person_ids = wanted.person_ids | people.keys()
    reports = _reports(db, wanted, person_ids)
    unknown = wanted.telegram_ids - {person.telegram_id for person in people.values()}
    return replace(
        roster.load(db, wanted),
        people=list(people.values()),
        barred=erasing.barred_of(db, unknown) if unknown else {},
        drafts=_drafts(db, person_ids),
        reports=list(reports.values()),
        incidents=_incidents(db, wanted, reports.values()),
        messages=dict(fetch(db, "said", wanted.messages, _said)),
        pasts=_pasts(db, wanted.past),
        different=frozenset(fetch(db, "different", reports, lambda row: (row["report_id"], row["incident_id"]))),
    )


def _people(db: sqlite3.Connection, wanted: Wanted) -> dict[int, Person]:
    found = fetch(db, "people_by_telegram_id", wanted.telegram_ids, rows.person)
    found += fetch(db, "people_by_id", wanted.person_ids, rows.person)
    return {person.id: person for person in found}


def _drafts(db: sqlite3.Connection, person_ids: Collection[int]) -> list[Draft]:
    """The conversations of people. One that cannot be read any more is dropped: its person begins anew."""
    found: list[Draft] = []
    for row in fetch(db, "drafts_of", person_ids, dict):
        try:
            found.append(draft_from_json(row["draft"]))
        except UNREADABLE as error:  # not told in full: what people wrote may stand in it
            log.error(
                "the conversation of person %d cannot be read (%s) and is dropped",
                row["person_id"],
                type(error).__name__,
            )
            db.execute(SQL["drop_draft"], {"person_id": row["person_id"]})
    return found


def _reports(db: sqlite3.Connection, wanted: Wanted, person_ids: Set[int]) -> dict[int, Report]:
    found: list[Report] = []
    if person_ids:
        since = {"young": _young(db), "today": _young(db, TODAY)}
        found += fetch(db, "reports_of", person_ids, case_rows.REPORTS, **since)
    found += fetch(db, "reports_by_id", wanted.report_ids, case_rows.REPORTS)
    found += fetch(db, "reports_by_number", wanted.report_numbers, case_rows.REPORTS)
    found += fetch(db, "reports_in", wanted.incident_ids, case_rows.REPORTS)
    return {report.id: report for report in found}


def _young(db: sqlite3.Connection, within: timedelta = YOUNG) -> int:
    """Since when something is young: counted from what was received last, which is what the batch is about."""
    latest = db.execute(SQL["latest_receipt"]).fetchone()
    return 0 if latest is None else to_us(from_us(latest["received_at"]) - within)


def _incidents(db: sqlite3.Connection, wanted: Wanted, reports: Iterable[Report]) -> list[Incident]:
    found: list[Incident] = []
    for kind in Kind:
        cells = [cell for of, cell in wanted.cells if of is kind]
        found += fetch(db, "open_incidents", cells, case_rows.INCIDENTS, kind=kind)
        if cells := [cell for of, cell in wanted.ended_near if of is kind]:
            found += fetch(db, "ended_near", cells, case_rows.INCIDENTS, kind=kind, young=_young(db))
    found += fetch(db, "open_in", wanted.open_in, case_rows.INCIDENTS)
    found += fetch(db, "incidents_by_number", wanted.incident_numbers, case_rows.INCIDENTS)
    known = {incident.id: incident for incident in found}
    ids = (wanted.incident_ids | {report.incident_id for report in reports}) - known.keys()
    return [*known.values(), *fetch(db, "incidents_by_id", ids, case_rows.INCIDENTS)]


def _pasts(db: sqlite3.Connection, cells: frozenset[int]) -> list[Past]:
    """What is remembered of the puddles that ended there within a year, oldest end first."""
    if not cells:
        return []
    keys = {"keys": to_json(sorted(cells)), "since": _young(db, REMEMBERED), "limit": PASTS}
    return [digest_rows.past(tuple(row)) for row in db.execute(SQL["pasts_near"], keys)]


def _said(row: rows.Row) -> tuple[tuple[int, int], tuple[int, str]]:
    return (row["person_id"], row["message_id"]), (row["report_id"], row["field"])


def _flush(db: sqlite3.Connection, changes: Changes) -> None:
    def many(name: str, params: Iterable[rows.Params]) -> None:
        db.executemany(SQL[name], params)

    # what others refer to comes first
    recipients.put_people(db, changes.people)
    for telegram_id in changes.unbarred:
        erasing.unbar(db, telegram_id)
    many("drop_draft", ({"person_id": person_id} for person_id in changes.dropped_drafts))
    many("put_draft", map(rows.draft_params, changes.drafts))
    roster.put_series(db, changes)
    many("put_incident", map(case_rows.incident_params, changes.incidents))
    many("put_report", map(case_rows.report_params, changes.reports))
    many("put_photo", map(case_rows.photo_params, changes.photos))
    many("add_event", map(case_rows.event_params, changes.events))
    many("put_said", map(_said_params, changes.messages))
    many("put_different", ({"report_id": one, "incident_id": other} for one, other in changes.different))
    roster.put(db, changes)
    many("add_work", map(rows.work_params, changes.work))
    for old_id, new_id in changes.moved_chats:
        recipients.move_chat(db, old_id, new_id)
    for chat_id in changes.unreachable_chats:
        recipients.set_chat_reachable(db, chat_id, False)
    for chat_id in changes.reachable_chats:
        recipients.set_chat_reachable(db, chat_id, True)
    for digest in changes.digests:
        at_home = recipients.where_chat_is(db, digest.channel_id)
        db.execute(SQL["add_digest"], {**digest_rows.digest_params(digest), "channel_id": at_home})
    many("add_unit_digest", map(digest_rows.unit_digest_params, changes.unit_digests))
    for update in changes.updates:
        at_home = recipients.where_chat_is(db, update.channel_id)
        db.execute(SQL["put_update"], {**digest_rows.update_params(update), "channel_id": at_home})
    enqueue(db, changes.outbox)
    many("handle", ({"seq": handled.seq} for handled in changes.handled if handled.error is None))
    many(
        "fail",
        ({"seq": handled.seq, "error": handled.error} for handled in changes.handled if handled.error is not None),
    )
    if changes.counters is not None:
        db.execute(SQL["put_counters"], {"case_id": changes.counters.case, "person_id": changes.counters.person})


def _said_params(said: tuple[int, int, int, str]) -> rows.Params:
    person_id, message_id, report_id, field = said
    return {"person_id": person_id, "message_id": message_id, "report_id": report_id, "field": field}
