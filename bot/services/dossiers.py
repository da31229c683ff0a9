"""What belongs to a case beside its reports, as the batch sees it: history, notes, photos, errands, series, past."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.domain.geometry import cell_of, cells_near
from bot.domain.memory import Past
from bot.domain.models import IncidentEvent
from bot.domain.records import Loaded, Photo, Wanted
from bot.domain.staff import Errand, Note, PhotoHash, Series
from bot.services.journal import Journal
from bot.services.part import Part


class Dossiers(Part):
    """Everything in a case's file but its reports; errands and series; and what was there before."""

    def __init__(self, journal: Journal, need: Callable[[Wanted], None]) -> None:
        super().__init__(journal, need)
        self._histories: dict[int, list[IncidentEvent]] = {}
        self._before: dict[int, list[IncidentEvent]] = {}  # happened in this batch before the file was loaded
        self._notes: dict[int, Note] = {}
        self._photos: dict[tuple[int, str], Photo] = {}
        self._errands: dict[int, Errand] = {}
        self._series: dict[int, Series] = {}
        self._pasts: dict[int, dict[int, Past]] = {}  # H3 cell -> incident id -> as it was loaded
        self.dropped_errands: dict[int, None] = {}
        self.new_notes: list[Note] = []
        self.new_hashes: list[PhotoHash] = []

    def take_in(self, wanted: Wanted, loaded: Loaded) -> None:
        """Add what was loaded; what the batch has already stays."""
        for incident_id in wanted.files:
            if incident_id not in self._histories:
                stored = loaded.histories.get(incident_id, ())
                self._histories[incident_id] = [*stored, *self._before.get(incident_id, ())]
        for note in loaded.notes:
            self._notes.setdefault(note.id, note)
        for photo in loaded.photos:
            self._photos.setdefault((photo.report_id, photo.file_unique_id), photo)
        for errand in loaded.errands:
            if errand.person_id not in self.dropped_errands:
                self._errands.setdefault(errand.person_id, errand)
        for series in loaded.series:
            self._series.setdefault(series.id, series)
        for past in loaded.pasts:
            self._pasts.setdefault(cell_of(past.lat, past.lon), {}).setdefault(past.id, past)

    # -- history, notes, photos --------------------------------------------------------------------------------------

    def happened(self, event: IncidentEvent) -> None:
        """An event was added to an incident's history."""
        kept = self._histories.get(event.incident_id)
        self._journal.append(kept if kept is not None else self._before.setdefault(event.incident_id, []), event)

    def history(self, incident_id: int) -> list[IncidentEvent]:
        """All that happened to an incident, oldest first."""
        self._need(Wanted(files=frozenset({incident_id})))
        return self._histories.get(incident_id, [])

    def notes(self, incident_id: int) -> list[Note]:
        """What officers wrote about an incident, oldest first."""
        self._need(Wanted(files=frozenset({incident_id})))
        mine = (note for note in self._notes.values() if note.incident_id == incident_id)
        return sorted(mine, key=lambda note: (note.at, note.id))

    def put_note(self, note: Note) -> None:
        """Keep an officer's words."""
        self._journal.put(self._notes, note.id, note)
        self._journal.append(self.new_notes, note)

    def photos(self, incident_id: int, report_ids: frozenset[int]) -> list[Photo]:
        """The stored photos of an incident's reports, oldest first. (Those of this batch are not among them.)"""
        self._need(Wanted(files=frozenset({incident_id})))
        mine = (photo for photo in self._photos.values() if photo.report_id in report_ids)
        return sorted(mine, key=lambda photo: photo.at)

    def put_hash(self, made: PhotoHash) -> None:
        """Keep the hash of a photo."""
        self._journal.append(self.new_hashes, made)

    # -- errands -----------------------------------------------------------------------------------------------------

    def errand(self, person_id: int) -> Errand | None:
        """What an officer's next message counts for."""
        self._need(Wanted(errands=frozenset({person_id})))
        return self._errands.get(person_id)

    def put_errand(self, person_id: int, errand: Errand | None) -> None:
        """Begin, change or end an errand."""
        self._need(Wanted(errands=frozenset({person_id})))
        if errand is None:
            if person_id in self._errands:
                self._journal.drop(self._errands, person_id)
                self._journal.put(self.dropped_errands, person_id, None)
            return
        self._journal.drop(self.dropped_errands, person_id)
        self._journal.put(self._errands, person_id, errand)
        self._touch("errands", person_id)

    # -- series ------------------------------------------------------------------------------------------------------

    def series_near(self, lat: float, lon: float, ring: int) -> list[Series]:
        """The open series in the H3 cells around a point, by id."""
        cells = cells_near(lat, lon, ring)
        self._need(Wanted(series=frozenset(cells)))
        return [each for _, each in sorted(self._series.items()) if each.cell in cells and each.ended_at is None]

    def series(self, series_id: int) -> Series:
        """The series with this id. Raises KeyError if there is none."""
        if series_id not in self._series:
            self._need(Wanted(series_ids=frozenset({series_id})))
        return self._series[series_id]

    def put_series(self, series: Series) -> None:
        """Begin, change or end a series."""
        self._journal.put(self._series, series.id, series)
        self._touch("series", series.id)

    # -- the past of a place -----------------------------------------------------------------------------------------

    def pasts(self, cells: Iterable[int]) -> dict[int, Past]:
        """The puddles in these H3 cells that ended within a year, as they were loaded, by incident id."""
        wanted = frozenset(cells)
        self._need(Wanted(past=wanted))
        return {key: past for cell in wanted for key, past in self._pasts.get(cell, {}).items()}

    # -- what is to be written ---------------------------------------------------------------------------------------

    def changed_errands(self) -> list[Errand]:
        """To write."""
        return self._changed("errands", self._errands)

    def changed_series(self) -> list[Series]:
        """To write."""
        return self._changed("series", self._series)
