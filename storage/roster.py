"""Units' chats, officers, errands, notes, listed places and the like: what a batch loads and writes of them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.domain.models import IncidentEvent
from bot.domain.records import Changes, Loaded, Wanted
from bot.domain.staff import UnitLink
from storage import case_rows, digest_rows, recipients, rows, site_rows, staff_rows
from storage.fetching import fetch
from storage.queries import SQL

T = TypeVar("T")

VISITS = 20
"""So many visits of a listed place are loaded, the last ones."""


def load(db: sqlite3.Connection, wanted: Wanted) -> Loaded:
    """The part of a batch's records that is about staff and their files; the rest of it is empty."""
    series = fetch(db, "series_by_id", wanted.series_ids, staff_rows.series)
    series += fetch(db, "series_near", wanted.series, staff_rows.series)
    return Loaded(
        links=_all(db, "all_links", wanted.roster, staff_rows.link),
        officers=_all(db, "all_officers", wanted.roster, staff_rows.officer),
        floods=_all(db, "all_floods", wanted.roster, staff_rows.flood),
        flood_lists=_all(db, "all_flood_lists", wanted.roster, staff_rows.flood_list),
        errands=fetch(db, "errands_of", wanted.errands, staff_rows.errand),
        invites=fetch(db, "invites_by_hash", wanted.invites, staff_rows.invite),
        histories=_histories(db, wanted.files),
        notes=fetch(db, "notes_of", wanted.files, staff_rows.note),
        photos=fetch(db, "photos_of", wanted.files, case_rows.photo),
        series=list({each.id: each for each in series}.values()),
        sites=_all(db, "all_sites", wanted.roster, site_rows.site),
        subscriptions=_all(db, "all_subscriptions", wanted.roster, digest_rows.subscription),
        visits=fetch(db, "visits_of", wanted.visits, site_rows.visit, limit=VISITS),
        site_words=fetch(db, "site_words_of", wanted.visits, site_rows.site_word),
    )


def _all(db: sqlite3.Connection, name: str, wanted: frozenset[str], make: Callable[[rows.Row], T]) -> Sequence[T]:
    """A small table, whole."""
    return rows.records(db.execute(SQL[name]), make) if wanted else []


def _histories(db: sqlite3.Connection, incident_ids: frozenset[int]) -> Mapping[int, Sequence[IncidentEvent]]:
    """All that happened to incidents, in the order in which it was written."""
    now = {incident.id: incident for incident in fetch(db, "incidents_by_id", incident_ids, case_rows.INCIDENTS)}
    histories: dict[int, list[IncidentEvent]] = defaultdict(list)
    for event in fetch(db, "events_of", now, lambda row: case_rows.event(row, now[row["incident_id"]])):
        histories[event.incident_id].append(event)
    return histories


def put_series(db: sqlite3.Connection, changes: Changes) -> None:
    """Write series; incidents refer to them."""
    _many(db, "put_series", map(staff_rows.series_params, changes.series))


def put(db: sqlite3.Connection, changes: Changes) -> None:
    """Write the rest, which refers to people and incidents."""
    _many(db, "put_link", (staff_rows.link_params(_at_home(db, link)) for link in changes.links))
    _many(db, "put_officer", map(staff_rows.officer_params, changes.officers))
    _many(db, "put_invite", map(staff_rows.invite_params, changes.invites))
    _many(db, "put_flood", map(staff_rows.flood_params, changes.floods))
    _many(db, "put_flood_list", map(staff_rows.flood_list_params, changes.flood_lists))
    _many(db, "put_note", map(staff_rows.note_params, changes.notes))
    _many(db, "put_site", map(site_rows.site_params, changes.sites))  # others refer to them
    _many(db, "add_visit", map(site_rows.visit_params, changes.visits))
    _many(db, "put_site_word", map(site_rows.site_word_params, changes.site_words))
    _many(db, "put_subscription", map(digest_rows.subscription_params, changes.subscriptions))
    _many(db, "drop_errand", ({"person_id": person_id} for person_id in changes.dropped_errands))
    _many(db, "put_errand", map(staff_rows.errand_params, changes.errands))
    _many(db, "add_hash", map(staff_rows.hash_params, changes.hashes))
    _many(db, "add_audit", map(staff_rows.audit_params, changes.audit))


def _many(db: sqlite3.Connection, name: str, params: Iterable[rows.Params]) -> None:
    db.executemany(SQL[name], params)


def _at_home(db: sqlite3.Connection, link: UnitLink) -> UnitLink:
    """A unit's chat where it is now: the group may have moved while the change was made."""
    return link if link.chat_id is None else replace(link, chat_id=recipients.where_chat_is(db, link.chat_id))
