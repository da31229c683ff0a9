"""The reports and incidents of a batch: found by id, number, person and place, and written with what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.geometry import cells_near
from bot.domain.memory import Past, past_of
from bot.domain.models import Incident, IncidentEvent, Kind, Report
from bot.domain.numbers import number_of
from bot.domain.records import Counters, Loaded, Wanted
from bot.services.dossiers import Dossiers
from bot.services.memory import Memory

RESIDENTS = "warga"
"""Who did it, in an incident's history, where residents did."""

TIME = "waktu"
"""The same, where a clock did."""


class Cases(Memory):
    """A part of the batch: what it says of cases, it says here.

    Attributes:
        dossiers: what belongs to a case beside its reports.
    """

    def __init__(self, counters: Counters) -> None:
        super().__init__(counters)
        self._reports: dict[int, Report] = {}
        self._by_number: dict[str, int] = {}
        self._reports_of: dict[int, set[int]] = {}
        self._mine: dict[int, set[int]] = {}
        self._incidents: dict[int, Incident] = {}
        self._incident_by_number: dict[str, int] = {}
        self._messages: dict[tuple[int, int], tuple[int, str]] = {}
        self._different: set[tuple[int, int]] = set()
        self._events: list[IncidentEvent] = []
        self._new_messages: list[tuple[int, int, int, str]] = []
        self._new_different: list[tuple[int, int]] = []
        self.dossiers = Dossiers(self._journal, self._need)

    def _take_in_cases(self, wanted: Wanted, loaded: Loaded) -> None:
        for incident in loaded.incidents:
            self._incidents.setdefault(incident.id, incident)
            self._incident_by_number.setdefault(incident.number, incident.id)
        for report in loaded.reports:
            if report.id not in self._reports:
                self._index(report)
        for key, said in loaded.messages.items():
            self._messages.setdefault(key, said)
        self._different |= loaded.different
        self.dossiers.take_in(wanted, loaded)

    # -- ids and numbers -------------------------------------------------------------------------------------------

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

    # -- reports and incidents -------------------------------------------------------------------------------------

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
        return [report for report in self.made_by(person_id) if not report.withdrawn]

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

    def pasts_near(self, incident: Incident, ring: int) -> list[Past]:
        """A puddle, and those that ended within a year in the H3 cells around it, by id.

        All are told of as the batch has them by now: some may just have ended, been merged, or split.
        """
        cells = cells_near(incident.lat, incident.lon, ring)
        found = dict(self.dossiers.pasts(cells))
        for each in (*self._incidents.values(), incident):
            ended_here = each.ended_at is not None and each.cell in cells
            if each.kind is Kind.PUDDLE and (each.id in found or each.id == incident.id or ended_here):
                stored = found.get(each.id)
                now = past_of(each)
                found[each.id] = now if stored is None else replace(now, done=stored.done, done_words=stored.done_words)
        return [past for _, past in sorted(found.items())]

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
