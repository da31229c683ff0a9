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

from bot.domain.errors import NotLoaded
from bot.domain.events import Sender
from bot.domain.geometry import cells_near
from bot.domain.models import Incident, IncidentEvent, Kind, Report, Say
from bot.domain.numbers import number_of
from bot.domain.records import (
    Changes,
    Counters,
    Draft,
    Handled,
    Loaded,
    Outgoing,
    Person,
    Photo,
    Priority,
    Wanted,
    WorkRow,
)
from bot.services.dossiers import Dossiers
from bot.services.journal import Journal
from bot.services.photo_work import hash_work
from bot.services.roster import Roster

V = TypeVar("V")

KEEPS = timedelta(hours=24)
"""Receipts, answers and news are worth sending for so long."""

RESIDENTS = "warga"
"""Who did it, in an incident's history, where residents did."""

TIME = "waktu"
"""The same, where a clock did."""


class Batch:
    """Loaded records, and what was changed in them.

    Args:
        counters: the last ids given out; new ids are made here, since there is one writer.
    """

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._before = counters
        self._journal = Journal()
        self._known = Wanted()
        self._people: dict[int, Person] = {}
        self._by_telegram_id: dict[int, int] = {}
        self._drafts: dict[int, Draft] = {}
        self._reports: dict[int, Report] = {}
        self._by_number: dict[str, int] = {}
        self._reports_of: dict[int, set[int]] = {}
        self._mine: dict[int, set[int]] = {}
        self._incidents: dict[int, Incident] = {}
        self._messages: dict[tuple[int, int], tuple[int, str]] = {}
        self._different: set[tuple[int, int]] = set()
        # ids of records to write; dicts, to keep the order in which they were changed
        self._dirty: dict[str, dict[int, None]] = {"people": {}, "drafts": {}, "reports": {}, "incidents": {}}
        self._dropped_drafts: dict[int, None] = {}
        self._handled: list[Handled] = []
        self._photos: list[Photo] = []
        self._events: list[IncidentEvent] = []
        self._outbox: list[Outgoing] = []
        self._work: list[WorkRow] = []
        self._new_messages: list[tuple[int, int, int, str]] = []
        self._new_different: list[tuple[int, int]] = []
        self._moved: list[tuple[int, int]] = []
        self._gone_chats: list[int] = []
        self._back_chats: list[int] = []
        self._incident_by_number: dict[str, int] = {}
        self.roster = Roster(self._journal, self._need)
        self.dossiers = Dossiers(self._journal, self._need)

    # -- loading ---------------------------------------------------------------------------------------------------

    def missing(self, wanted: Wanted) -> Wanted | None:
        """The part of `wanted` that is not loaded, None if all is."""
        rest = wanted - self._known
        return None if rest == Wanted() else rest

    def take_in(self, wanted: Wanted, loaded: Loaded) -> None:
        """Add what was loaded for `wanted`. What the batch has already (and may have changed) stays."""
        for person in loaded.people:
            self._people.setdefault(person.id, person)
            self._by_telegram_id.setdefault(person.telegram_id, person.id)
        for draft in loaded.drafts:
            if draft.person_id not in self._dropped_drafts:
                self._drafts.setdefault(draft.person_id, draft)
        for incident in loaded.incidents:
            self._incidents.setdefault(incident.id, incident)
            self._incident_by_number.setdefault(incident.number, incident.id)
        for report in loaded.reports:
            if report.id not in self._reports:
                self._index(report)
        for key, said in loaded.messages.items():
            self._messages.setdefault(key, said)
        self._different |= loaded.different
        self.roster.take_in(loaded)
        self.dossiers.take_in(wanted, loaded)
        self._known |= wanted | Wanted(
            telegram_ids=frozenset(person.telegram_id for person in loaded.people),
            person_ids=frozenset(person.id for person in loaded.people),
            report_ids=frozenset(report.id for report in loaded.reports),
            report_numbers=frozenset(report.number for report in loaded.reports),
            incident_numbers=frozenset(incident.number for incident in loaded.incidents),
        )

    def _need(self, wanted: Wanted) -> None:
        if (rest := self.missing(wanted)) is not None:
            raise NotLoaded(rest)

    def require(self, wanted: Wanted) -> None:
        """Ask at once for what will be needed piece by piece. Raises NotLoaded for what is missing of it."""
        self._need(wanted)

    # -- undoing a row ---------------------------------------------------------------------------------------------

    def mark(self) -> int:
        """Where we are now, to come back to with `undo`."""
        return self._journal.mark()

    def undo(self, mark: int) -> None:
        """Take back every change since `mark`; what was loaded stays."""
        self._journal.undo(mark)

    def _touch(self, table: str, key: int) -> None:
        if key not in self._dirty[table]:
            self._journal.put(self._dirty[table], key, None)

    # -- people and their conversations ----------------------------------------------------------------------------

    def person_of(self, sender: Sender, at: datetime) -> Person:
        """Who sent it; a person not known yet is made, with the language of their Telegram as the first guess."""
        self._need(Wanted(telegram_ids=frozenset({sender.telegram_id})))
        guess = "en" if sender.language and not sender.language.lower().startswith(("id", "jv", "su", "ms")) else "id"
        known = self._by_telegram_id.get(sender.telegram_id)
        if known is not None:
            person = self._people[known]
            if not person.reachable:  # who writes to us has unblocked us
                person = replace(person, reachable=True)
                self.put_person(person)
            return person
        self._change_counters(replace(self._counters, person=self._counters.person + 1))
        person = Person(self._counters.person, sender.telegram_id, guess, at)
        self._journal.put(self._by_telegram_id, sender.telegram_id, person.id)
        self.put_person(person)
        self._known |= Wanted(person_ids=frozenset({person.id}), errands=frozenset({person.id}))
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

    # -- reports and incidents -------------------------------------------------------------------------------------

    @property
    def next_case_id(self) -> int:
        """The id that the next report or incident will get."""
        return self._counters.case + 1

    def new_case_id(self) -> int:
        """Take the next id for a report or incident."""
        self._change_counters(replace(self._counters, case=self.next_case_id))
        return self._counters.case

    def number(self, case_id: int) -> str:
        """The number that people say, of a report or incident."""
        return number_of(case_id, self._counters.number_key)

    def report(self, report_id: int) -> Report | None:
        """The report with this id, also a withdrawn one."""
        if report_id not in self._reports:
            self._need(Wanted(report_ids=frozenset({report_id})))
        return self._reports.get(report_id)

    def report_numbered(self, number: str) -> Report | None:
        """The report with this number."""
        if number not in self._by_number:
            self._need(Wanted(report_numbers=frozenset({number})))
        found = self._by_number.get(number)
        return None if found is None else self._reports[found]

    def reports_by(self, person_id: int) -> list[Report]:
        """A person's reports that are not withdrawn: the open and the recent, newest first."""
        self._need(Wanted(person_ids=frozenset({person_id})))
        mine = (self._reports[number] for number in self._mine.get(person_id, ()))
        return sorted((r for r in mine if not r.withdrawn), key=lambda r: (r.at, r.id), reverse=True)

    def made_by(self, person_id: int) -> list[Report]:
        """What a person reported lately: as `reports_by`, with what they took back in the last day."""
        self._need(Wanted(person_ids=frozenset({person_id})))
        mine = (self._reports[number] for number in self._mine.get(person_id, ()))
        return sorted(mine, key=lambda r: (r.at, r.id), reverse=True)

    def incident(self, incident_id: int) -> Incident:
        """The incident with this id. Raises KeyError if there is none."""
        if incident_id not in self._incidents:
            self._need(Wanted(incident_ids=frozenset({incident_id})))
        return self._incidents[incident_id]

    def incident_numbered(self, number: str) -> Incident | None:
        """The incident with this number."""
        if number not in self._incident_by_number:
            self._need(Wanted(incident_numbers=frozenset({number})))
        found = self._incident_by_number.get(number)
        return None if found is None else self._incidents[found]

    def open_incidents_in(self, area_code: str) -> list[Incident]:
        """The open incidents in an area (a kelurahan, kecamatan, kota or all by its code), by id."""
        self._need(Wanted(open_in=frozenset({area_code})))
        return [
            incident
            for _, incident in sorted(self._incidents.items())
            if incident.state.is_open and (incident.area_code or "").startswith(area_code)
        ]

    def reports_in(self, incident_id: int) -> list[Report]:
        """All reports of an incident that are not withdrawn, oldest first."""
        self._need(Wanted(incident_ids=frozenset({incident_id})))
        inside = (self._reports[number] for number in self._reports_of.get(incident_id, ()))
        return sorted((r for r in inside if not r.withdrawn), key=lambda r: (r.at, r.id))

    def incidents_near(self, kind: Kind, lat: float, lon: float, ring: int) -> list[Incident]:
        """The open incidents of this kind in the H3 cells around a point, by id."""
        cells = cells_near(lat, lon, ring)
        self._need(Wanted(cells=frozenset((kind, cell) for cell in cells)))
        return [
            incident
            for _, incident in sorted(self._incidents.items())
            if incident.kind is kind and incident.cell in cells and incident.state.is_open
        ]

    def ended_near(self, kind: Kind, lat: float, lon: float, ring: int) -> list[Incident]:
        """The incidents of this kind that ended lately in the H3 cells around a point, by id."""
        cells = cells_near(lat, lon, ring)
        self._need(Wanted(ended_near=frozenset((kind, cell) for cell in cells)))
        return [
            incident
            for _, incident in sorted(self._incidents.items())
            if incident.kind is kind and incident.cell in cells and incident.ended_at is not None
        ]

    def said_differ(self, report_id: int) -> frozenset[int]:
        """Ids of incidents that this report's writer said it does not belong to."""
        return frozenset(incident for report, incident in self._different if report == report_id)

    def put_report(self, report: Report) -> None:
        """Write a report; a new one belongs to its person and incident at once."""
        old = self._reports.get(report.id)
        if old is not None and old.incident_id != report.incident_id:
            left = self._reports_of[old.incident_id]
            left.discard(report.id)
            self._journal.undone_by(lambda: left.add(report.id))
        if old is None:
            self._known |= Wanted(report_ids=frozenset({report.id}), report_numbers=frozenset({report.number}))
        self._index(report, undoable=True)
        self._touch("reports", report.id)

    def _index(self, report: Report, undoable: bool = False) -> None:
        for index, key in ((self._reports_of, report.incident_id), (self._mine, report.person_id)):
            members = index.setdefault(key, set())
            if undoable:
                self._journal.add(members, report.id)
            else:
                members.add(report.id)
        if undoable:
            self._journal.put(self._by_number, report.number, report.id)
            self._journal.put(self._reports, report.id, report)
        else:
            self._by_number[report.number] = report.id
            self._reports[report.id] = report

    def put_photo(self, photo: Photo) -> None:
        """Write a photo of a report. It is hashed, so that it is recognised when it is used again."""
        self._journal.append(self._photos, photo)
        incident_id = self._reports[photo.report_id].incident_id
        self.put_work(hash_work(photo.file_id, photo.file_unique_id, incident_id, photo.at))

    def put_incident(
        self,
        incident: Incident,
        what: str,
        at: datetime,
        who: str = RESIDENTS,
        why: Mapping[str, object] | None = None,
    ) -> None:
        """Write an incident, with what happened to it in its history."""
        if incident.id not in self._incidents:
            self._known |= Wanted(incident_ids=frozenset({incident.id}), incident_numbers=frozenset({incident.number}))
            self._journal.put(self._incident_by_number, incident.number, incident.id)
        self._journal.put(self._incidents, incident.id, incident)
        self._touch("incidents", incident.id)
        event = IncidentEvent(incident.id, what, who, at, incident, why or {})
        self._journal.append(self._events, event)
        self.dossiers.happened(event)

    def put_quietly(self, incident: Incident) -> None:
        """Write what was told of an incident, which is nothing that happened to it."""
        self._journal.put(self._incidents, incident.id, incident)
        self._touch("incidents", incident.id)

    @property
    def events(self) -> int:
        """How many events were added so far."""
        return len(self._events)

    def events_since(self, n: int) -> list[IncidentEvent]:
        """What happened after the first `n` events of this batch, oldest first."""
        return self._events[n:]

    def put_different(self, report_id: int, incident_id: int) -> None:
        """Remember that a report's writer said that it does not belong to an incident."""
        pair = (report_id, incident_id)
        if self._journal.add(self._different, pair):
            self._journal.append(self._new_different, pair)

    def said_in(self, person_id: int, message_id: int) -> tuple[int, str] | None:
        """(report id, field) that a message of this person gave, None if it gave nothing."""
        if (person_id, message_id) not in self._messages:
            self._need(Wanted(messages=frozenset({(person_id, message_id)})))
        return self._messages.get((person_id, message_id))

    def put_said(self, person_id: int, message_id: int, report_id: int, field: str) -> None:
        """Remember what a message gave, so that an edit of it corrects that."""
        self._journal.put(self._messages, (person_id, message_id), (report_id, field))
        self._journal.append(self._new_messages, (person_id, message_id, report_id, field))

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
            ),
        )

    def put_work(self, work: WorkRow) -> None:
        """Ask for slow work."""
        self._journal.append(self._work, work)

    def move_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup."""
        self._journal.append(self._moved, (old_chat_id, new_chat_id))

    def put_chat(self, chat_id: int, present: bool) -> None:
        """The bot was added to, or removed from, a group or channel."""
        self._journal.append(self._back_chats if present else self._gone_chats, chat_id)

    def handled(self, seq: int, error: str | None = None) -> None:
        """An inbox row is done with."""
        self._journal.append(self._handled, Handled(seq, error))

    def _change_counters(self, counters: Counters) -> None:
        old = self._counters
        self._journal.undone_by(lambda: setattr(self, "_counters", old))
        self._counters = counters

    def changes(self) -> Changes:
        """All that is to be written."""
        drafts = (self._drafts.get(person_id) for person_id in self._dirty["drafts"])
        return Changes(
            handled=self._handled,
            people=_picked(self._people, self._dirty["people"]),
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
            audit=self.roster.audit,
            errands=self.dossiers.changed_errands(),
            dropped_errands=list(self.dossiers.dropped_errands),
            notes=self.dossiers.new_notes,
            series=self.dossiers.changed_series(),
            hashes=self.dossiers.new_hashes,
        )


def _picked(table: Mapping[int, V], keys: Iterable[int]) -> list[V]:
    return [table[key] for key in keys]
