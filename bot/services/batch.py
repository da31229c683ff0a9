"""The unit of work: what one batch of inbox rows sees and changes, in memory.

Records are loaded for the whole batch in a few statements; use cases read and write them here; later rows see
what earlier rows changed; all of it is written in one flush. A use case that needs something not loaded yet raises
NotLoaded: intake undoes the row, loads it, and does the row again. So preloading is only a matter of speed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.events import Sender
from bot.domain.models import Say
from bot.domain.outgoing import Outgoing, Priority
from bot.domain.records import Barred, Changes, Counters, Draft, Handled, Loaded, Person, Photo, Wanted, WorkRow
from bot.domain.staff import Officer
from bot.services.cases import RESIDENTS, TIME, Cases
from bot.services.photo_work import hash_work
from bot.services.roster import Roster
from bot.services.site_book import SiteBook

__all__ = ["KEEPS", "RESIDENTS", "TIME", "Batch"]

V = TypeVar("V")

KEEPS = timedelta(hours=24)
"""Receipts, answers and news are worth sending for so long."""


class Batch(Cases):
    """Loaded records, and what was changed in them: people and what goes out here, cases and loading in its bases.

    Attributes:
        cause: seq of the inbox row being handled; messages asked for meanwhile carry it.
        erased: (person id, when) of those who asked to be forgotten: the batch ends with the row that did, and once it
            is written they are erased.
        roster: who works here.
        dossiers: what belongs to a case beside its reports.
        sites: the listed places.
    """

    def __init__(self, counters: Counters) -> None:
        super().__init__(counters)
        self.cause: int | None = None
        self.erased: list[tuple[int, datetime]] = []
        self._people: dict[int, Person] = {}
        self._by_telegram_id: dict[int, int] = {}
        self._barred: dict[int, Barred] = {}
        self._unbarred: list[int] = []
        self._drafts: dict[int, Draft] = {}
        self._dropped_drafts: dict[int, None] = {}
        self._handled: list[Handled] = []
        self._photos: list[Photo] = []
        self._outbox: list[Outgoing] = []
        self._work: list[WorkRow] = []
        self._moved: list[tuple[int, int]] = []
        self._gone_chats: list[int] = []
        self._back_chats: list[int] = []
        self.roster = Roster(self._journal, self._need)
        self.sites = SiteBook(self._journal, self._need)

    def take_in(self, wanted: Wanted, loaded: Loaded) -> None:
        """Add what was loaded for `wanted`. What the batch has already (and may have changed) stays."""
        for person in loaded.people:
            self._people.setdefault(person.id, person)
            self._by_telegram_id.setdefault(person.telegram_id, person.id)
        self._barred.update(loaded.barred)
        for draft in loaded.drafts:
            if draft.person_id not in self._dropped_drafts:
                self._drafts.setdefault(draft.person_id, draft)
        self._take_in_cases(wanted, loaded)
        self.roster.take_in(loaded)
        self.sites.take_in(wanted, loaded)
        self._known |= wanted | Wanted(
            telegram_ids=frozenset(person.telegram_id for person in loaded.people),
            person_ids=frozenset(person.id for person in loaded.people),
            report_ids=frozenset(report.id for report in loaded.reports),
            report_numbers=frozenset(report.number for report in loaded.reports),
            incident_numbers=frozenset(incident.number for incident in loaded.incidents),
        )

    # -- people and their conversations ----------------------------------------------------------------------------

    def person_of(self, sender: Sender, at: datetime) -> Person:
        """Who sent it; a person not known yet is made, with the language of their Telegram as the first guess."""
        self._need(Wanted(telegram_ids=frozenset({sender.telegram_id})))
        known = self._by_telegram_id.get(sender.telegram_id)
        if known is not None:
            person = self._people[known]
            if not person.reachable:  # who writes to us has unblocked us
                person = replace(person, reachable=True)
                self.put_person(person)
            return person
        self._change_counters(replace(self._counters, person=self._counters.person + 1))
        barred = self._barred.get(sender.telegram_id, Barred())
        person = Person(
            self._counters.person, sender.telegram_id, language_of(sender), at, blocked_at=barred.blocked_at
        )
        self._journal.put(self._by_telegram_id, sender.telegram_id, person.id)
        self.put_person(person)
        self._known |= Wanted(person_ids=frozenset({person.id}), errands=frozenset({person.id}))
        if barred != Barred():
            self._journal.append(self._unbarred, sender.telegram_id)
        for unit, removed_at in barred.removed:
            self.roster.put_officer(Officer(person.id, unit, "", removed_at, removed_at))
        return person

    def known(self, telegram_id: int) -> Person | None:
        """The person with this Telegram id, None if they never wrote to the bot."""
        self._need(Wanted(telegram_ids=frozenset({telegram_id})))
        found = self._by_telegram_id.get(telegram_id)
        return None if found is None else self._people[found]

    def person(self, person_id: int) -> Person:
        """The person with this id. Raises KeyError if there is none."""
        self._need(Wanted(person_ids=frozenset({person_id})))
        return self._people[person_id]

    def put_person(self, person: Person) -> None:
        """Write a person."""
        self._journal.put(self._people, person.id, person)
        self._touch("people", person.id)

    def erase(self, person_id: int, at: datetime) -> None:
        """Forget a person, once all of this batch is written."""
        self._journal.append(self.erased, (person_id, at))

    def draft(self, person_id: int) -> Draft | None:
        """The person's conversation, if one is under way."""
        self._need(Wanted(person_ids=frozenset({person_id})))
        return self._drafts.get(person_id)

    def put_draft(self, person_id: int, draft: Draft | None) -> None:
        """Write or drop the person's conversation. A draft with a fresh id takes that id."""
        if draft is None:
            self._journal.drop(self._drafts, person_id)
            self._journal.put(self._dropped_drafts, person_id, None)
            return
        if draft.id == self.next_case_id:
            self._change_counters(replace(self._counters, case=draft.id))
        self._journal.drop(self._dropped_drafts, person_id)
        self._journal.put(self._drafts, person_id, draft)
        self._touch("drafts", person_id)

    # -- what goes out ---------------------------------------------------------------------------------------------

    def say(
        self,
        say: Say,
        at: datetime,
        *,
        person_id: int | None = None,
        chat_id: int | None = None,
        topic_id: int | None = None,
        slot: str | None = None,
        anew: bool = False,
        parting: Say | None = None,
        once: bool = False,
        priority: Priority = Priority.ANSWER,
        expires_at: datetime | None = None,
    ) -> None:
        """Put a message to a person or a chat into the outbox; it keeps for a day where nothing else is said."""
        self._journal.append(
            self._outbox,
            Outgoing(
                say,
                at,
                person_id=person_id,
                chat_id=chat_id,
                topic_id=topic_id,
                priority=priority,
                slot=slot,
                anew=anew,
                parting=parting,
                once=once,
                expires_at=expires_at if expires_at is not None else at + KEEPS,
                cause=self.cause,
            ),
        )

    def put_work(self, work: WorkRow) -> None:
        """Ask for slow work."""
        self._journal.append(self._work, work)

    def put_photo(self, photo: Photo) -> None:
        """Write a photo of a report. It is hashed, so that it is recognised when it is used again."""
        self._journal.append(self._photos, photo)
        incident_id = self._reports[photo.report_id].incident_id
        self.put_work(hash_work(photo.file_id, photo.file_unique_id, incident_id, photo.at))

    def move_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup."""
        self._journal.append(self._moved, (old_chat_id, new_chat_id))

    def put_chat(self, chat_id: int, present: bool) -> None:
        """The bot was added to, or removed from, a group or channel."""
        self._journal.append(self._back_chats if present else self._gone_chats, chat_id)

    def handled(self, seq: int, error: str | None = None) -> None:
        """An inbox row is done with."""
        self._journal.append(self._handled, Handled(seq, error))

    # -- what is to be written -------------------------------------------------------------------------------------

    def changes(self) -> Changes:
        """All that is to be written."""
        drafts = (self._drafts.get(person_id) for person_id in self._dirty["drafts"])
        return Changes(
            handled=self._handled,
            people=_picked(self._people, self._dirty["people"]),
            unbarred=self._unbarred,
            drafts=[draft for draft in drafts if draft is not None],
            dropped_drafts=list(self._dropped_drafts),
            reports=_picked(self._reports, self._dirty["reports"]),
            photos=self._photos,
            incidents=_picked(self._incidents, self._dirty["incidents"]),
            events=self._events,
            outbox=self._outbox,
            work=self._work,
            messages=self._new_messages,
            different=self._new_different,
            moved_chats=self._moved,
            unreachable_chats=self._gone_chats,
            reachable_chats=self._back_chats,
            counters=None if self._counters == self._before else self._counters,
            links=self.roster.changed_links(),
            officers=self.roster.changed_officers(),
            floods=self.roster.changed_floods(),
            flood_lists=self.roster.changed_flood_lists(),
            invites=self.roster.changed_invites(),
            subscriptions=self.roster.changed_subscriptions(),
            audit=self.roster.audit,
            errands=self.dossiers.changed_errands(),
            dropped_errands=list(self.dossiers.dropped_errands),
            notes=self.dossiers.new_notes,
            series=self.dossiers.changed_series(),
            hashes=self.dossiers.new_hashes,
            sites=self.sites.changed(),
            visits=self.sites.new_visits,
            site_words=self.sites.changed_words(),
        )


def language_of(sender: Sender) -> str:
    """The language of their Telegram: the first guess at theirs."""
    return "en" if sender.language and not sender.language.lower().startswith(("id", "jv", "su", "ms")) else "id"


def _picked(table: Mapping[int, V], keys: Iterable[int]) -> list[V]:
    return [table[key] for key in keys]
