"""The listed places (penataan), as the batch sees and changes them: places, visits, and what residents said of them."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.records import Loaded, Wanted
from bot.domain.site_rules import site_at
from bot.domain.sites import Site, SiteWord, Visit
from bot.services.journal import Journal
from bot.services.part import Part
from bot.services.roster import ROSTER


class SiteBook(Part):
    """Listed places, visits to them, and residents' words about them."""

    def __init__(self, journal: Journal, need: Callable[[Wanted], None]) -> None:
        super().__init__(journal, need)
        self._sites: dict[int, Site] = {}
        self._visits: dict[int, list[Visit]] = {}
        self._words: dict[tuple[int, int], SiteWord] = {}
        self.new_visits: list[Visit] = []

    def take_in(self, wanted: Wanted, loaded: Loaded) -> None:
        """Add what was loaded; what the batch has already stays."""
        for site in loaded.sites:
            self._sites.setdefault(site.id, site)
        for site_id in wanted.visits:
            if site_id not in self._visits:
                self._visits[site_id] = [visit for visit in loaded.visits if visit.site_id == site_id]
        for word in loaded.site_words:
            self._words.setdefault((word.site_id, word.person_id), word)

    # -- places ------------------------------------------------------------------------------------------------------

    def listed(self) -> list[Site]:
        """All on the list, by number."""
        return [site for site in self.all() if site.listed]

    def all(self) -> list[Site]:
        """The same, with those taken off it."""
        self._need(ROSTER)
        return [site for _, site in sorted(self._sites.items())]

    def get(self, site_id: int) -> Site | None:
        """The place with this id, also one taken off the list."""
        self._need(ROSTER)
        return self._sites.get(site_id)

    def at(self, lat: float, lon: float) -> Site | None:
        """The listed place that a point belongs to."""
        self._need(ROSTER)
        return site_at(self._sites.values(), lat, lon)

    @property
    def next_id(self) -> int:
        """The id of the next new place."""
        return max((site.id for site in self.all()), default=0) + 1

    def put(self, site: Site) -> None:
        """List a place, or change it."""
        self._need(ROSTER)
        self._journal.put(self._sites, site.id, site)
        self._touch("sites", site.id)

    # -- what was found and said -------------------------------------------------------------------------------------

    def visits(self, site_id: int) -> list[Visit]:
        """The last visits to a place, oldest first."""
        self._need(Wanted(visits=frozenset({site_id})))
        return list(self._visits[site_id])

    def put_visit(self, visit: Visit) -> None:
        """Somebody of a unit was there."""
        self._need(Wanted(visits=frozenset({visit.site_id})))
        self._journal.append(self._visits[visit.site_id], visit)
        self._journal.append(self.new_visits, visit)

    def words(self, site_id: int) -> list[SiteWord]:
        """What residents said of a place last, one each, oldest first."""
        self._need(Wanted(visits=frozenset({site_id})))
        return sorted((word for word in self._words.values() if word.site_id == site_id), key=lambda word: word.at)

    def word(self, site_id: int, person_id: int) -> SiteWord | None:
        """What this person said of it last."""
        self._need(Wanted(visits=frozenset({site_id})))
        return self._words.get((site_id, person_id))

    def put_word(self, word: SiteWord) -> None:
        """A resident says how it is, or something else than before."""
        self._need(Wanted(visits=frozenset({word.site_id})))
        self._journal.put(self._words, (word.site_id, word.person_id), word)
        self._touch("words", (word.site_id, word.person_id))

    # -- what is to be written ---------------------------------------------------------------------------------------

    def changed(self) -> list[Site]:
        """To write."""
        return self._changed("sites", self._sites)

    def changed_words(self) -> list[SiteWord]:
        """To write."""
        return self._changed("words", self._words)
