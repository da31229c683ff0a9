"""The buttons of a case card: at most four by state, the rest behind "Lainnya", and those that choose something.

A button is Choice(label, "k", (incident id, what, *more)). What needs words opens the officer's private chat: in a
group by a link that starts the bot with `k_NUMBER_WHAT[_MORE]` (a unit's code with hyphens for dots), in a private chat
by the act itself. Each `what` with its `more`:

- take, way, site, keep, accept, back, more, road, photos, claim
- follow (shows its view), follow words, quick ID
- hand, hand_to UNIT, hand_why UNIT REASON; refuse, refuse_why REASON; link: hand_UNIT, refuse
- assign, assign_to UNIT; coord, coord_to UNIT; merge, merge_with INCIDENT
- close, close_as OUTCOME; outside, outside_to UNIT; link: close_OUTCOME, outside_UNIT
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from bot.domain.geometry import distance_m
from bot.domain.handling import Level, Reason, Step
from bot.domain.map_links import place_url
from bot.domain.matching import ASK_RING
from bot.domain.models import Choice, Incident, IncidentState, Rows
from bot.domain.ownership import Offices, may_be_assigned, may_be_given, stand_in
from bot.domain.rows import in_rows
from bot.domain.staff import Unit
from bot.domain.units import unit_values
from bot.services import card_face as face
from bot.services.batch import Batch
from bot.services.casework import quick_of
from bot.services.context import Context

OUTCOMES = (IncidentState.HANDLED, IncidentState.RECEDED, IncidentState.NOT_FOUND, IncidentState.NO_PUDDLE)

AT_MOST = 10
"""Units, or cases, that are offered to choose from."""


class Role(StrEnum):
    """Whose card it is."""

    OWNER = "owner"
    ASKED = "asked"
    HELPER = "helper"


@dataclass(frozen=True, slots=True)
class Panel:
    """The buttons of one incident's card in one chat.

    Attributes:
        private: the chat is one person's.
    """

    ctx: Context
    batch: Batch
    incident: Incident
    role: Role
    private: bool

    def rows(self, view: str) -> Rows:
        """The buttons of a view; what follows a colon in its name is what was chosen before."""
        name, _, chosen = view.partition(":")
        if not self.incident.state.is_open:
            return self._ended() if name != "road" else (self._back(),)
        if self.role is Role.HELPER and name not in ("follow", "road"):
            return ((self._act("follow"),),)
        shown: Mapping[str, Callable[[], Rows]] = {
            "more": self._more,
            "follow": self._follow,
            "hand": lambda: self._units("hand_to", self._givable()),
            "hand_why": lambda: self._reasons("hand", chosen),
            "refuse": lambda: self._reasons("refuse"),
            "assign": lambda: self._units("assign_to", self._assignable()),
            "coord": lambda: self._units("coord_to", self._able_to_help()),
            "outside": self._outside,
            "close": self._outcomes,
            "merge": self._near,
            "road": lambda: (self._back(),),
        }
        return shown.get(name, self._main)()

    # -- by state ----------------------------------------------------------------------------------------------------

    def _main(self) -> Rows:
        h = self.incident.handling
        if self.role is Role.ASKED:
            return ((self._act("accept"), self._act("refuse")), (self._act("more"),))
        if h.offer is not None:
            return ((self._act("keep"),), (self._act("more"),))
        if h.assigns:
            return ((self._act("assign"), self._act("more")),)
        if h.taken_at is None:
            first = (self._act("take"),) if h.bound else (self._act("take"), self._act("hand"))
            return (first, (self._act("follow"), self._act("more")))
        ahead = {Step.TAKEN: ("way", "follow"), Step.ON_THE_WAY: ("site", "follow")}
        steps = ahead.get(h.step or Step.TAKEN, ("follow",))
        return tuple(
            row for row in (tuple(self._act(what) for what in steps), (self._act("close"), self._act("more"))) if row
        )

    def _more(self) -> Rows:
        h, incident = self.incident.handling, self.incident
        acts: list[Choice] = []
        if self.role is Role.OWNER and h.offer is None:
            if h.taken_at is not None:
                if h.step is Step.TAKEN:
                    acts.append(self._act("site"))
                if not h.bound:
                    acts.append(self._act("hand"))
            elif not h.assigns:
                acts.append(self._act("close"))
            acts += [self._act("coord"), self._act("merge")]
            owner = self.ctx.units.get(h.owner)
            if owner is not None and owner.level in (Level.KOTA, Level.PROVINSI) and self._offices_outside():
                acts.append(self._act("outside"))
        if incident.photos:
            acts.append(self._act("photos"))
        acts += [self._forward(), self._act("road")]
        return (*in_rows(acts), self._back())

    def _ended(self) -> Rows:
        """Work that was done is not lost when residents end the case first."""
        worked = self.incident.state is IncidentState.RECEDED and self.incident.handling.taken_at is not None
        return (
            ((self._words("card_button.claim", "claim", private=("claim",)),),)
            if worked and self.role is Role.OWNER
            else ()
        )

    # -- to choose from ----------------------------------------------------------------------------------------------

    def _follow(self) -> Rows:
        quick = [Choice(f"quick.{each}", "k", (self._key, "quick", each)) for each in quick_of(self.incident.kind)]
        return (
            *in_rows(quick),
            (self._words("card_button.words", "follow", private=("follow", "words")),),
            self._back(),
        )

    def _reasons(self, what: str, unit: str | None = None) -> Rows:
        args = () if unit is None else (unit,)
        told = [
            Choice(f"reason.{reason.value}", "k", (self._key, f"{what}_why", *args, reason.value))
            for reason in Reason
            if reason is not Reason.WORDS
        ]
        words = self._words("card_button.words", what, *args, private=(f"{what}_why", *args, Reason.WORDS.value))
        return (*in_rows(told), (words,), self._back())

    def _outcomes(self) -> Rows:
        found = [
            self._words(f"outcome.{outcome.value}", "close", outcome.value, private=("close_as", outcome.value))
            for outcome in OUTCOMES
        ]
        return (*in_rows(found), self._back())

    def _outside(self) -> Rows:
        rows = [
            (
                self._words(
                    "card_button.unit", "outside", unit.code, private=("outside_to", unit.code), values=_named(unit)
                ),
            )
            for unit in self._offices_outside()
        ]
        return (*rows, self._back())

    def _near(self) -> Rows:
        here = self.incident
        near = [
            (distance_m(here.lat, here.lon, other.lat, other.lon), other)
            for other in self.batch.incidents_near(here.kind, here.lat, here.lon, ASK_RING)
            if other.id != here.id
        ]
        rows = [
            (
                Choice(
                    "card_button.other_case",
                    "k",
                    (self._key, "merge_with", str(other.id)),
                    {"number": other.number, "name": other.name, "distance_m": max(1.0, metres)},
                ),
            )
            for metres, other in sorted(near, key=lambda pair: (pair[0], pair[1].id))[:AT_MOST]
        ]
        return (*rows, self._back())

    def _units(self, what: str, units: Iterable[Unit]) -> Rows:
        rows = [
            (Choice("card_button.unit", "k", (self._key, what, unit.code), _named(unit)),)
            for unit in list(units)[:AT_MOST]
        ]
        return (*rows, self._back())

    # -- which units -------------------------------------------------------------------------------------------------

    def _candidates(self) -> list[Unit]:
        """The likeliest first: those of the place, upwards; crews; the owner's neighbours and those below it."""
        tree, owner = self.ctx.units, self.incident.handling.owner
        place = tree.chain(tree.of_level(self.incident.area_code, Level.KELURAHAN).code)
        crews = [unit for unit in tree.all() if unit.level is Level.OTHER and not unit.outside]
        above = tree.parent(owner)
        beside = tree.children(above.code) if above is not None else ()
        found = (*place, *crews, *beside, *tree.children(owner))
        return list({unit.code: unit for unit in found if not unit.outside}.values())

    def _offices(self) -> Offices:
        links = self.batch.roster.links()
        return Offices(self.ctx.units, frozenset(code for code, link in links.items() if link.connected))

    def _givable(self) -> list[Unit]:
        """To whom it can be handed on: not to who had it, nor to who would only get it back."""
        h, offices = self.incident.handling, self._offices()
        return [u for u in self._candidates() if may_be_given(h, u) and stand_in(u, offices).code not in h.had]

    def _assignable(self) -> list[Unit]:
        """Who may be told to do it: who decides, and any unit below, also one that had it."""
        h, offices = self.incident.handling, self._offices()
        return [unit for unit in self._candidates() if may_be_assigned(h, unit, offices)]

    def _able_to_help(self) -> list[Unit]:
        h, offices = self.incident.handling, self._offices()
        busy = {h.owner, *h.helpers}
        return [u for u in self._candidates() if busy.isdisjoint((u.code, stand_in(u, offices).code))]

    def _offices_outside(self) -> list[Unit]:
        return [unit for unit in self.ctx.units.all() if unit.outside]

    # -- single buttons ----------------------------------------------------------------------------------------------

    @property
    def _key(self) -> str:
        return str(self.incident.id)

    def _act(self, what: str) -> Choice:
        return Choice(f"card_button.{what}", "k", (self._key, what))

    def _back(self) -> tuple[Choice]:
        return (self._act("back"),)

    def _words(
        self,
        label: str,
        what: str,
        *more: str,
        private: tuple[str, ...],
        values: Mapping[str, object] | None = None,
    ) -> Choice:
        """A button that asks for words: in a private chat at once, from a group in the private chat."""
        if self.private:
            return Choice(label, "k", (self._key, *private), values or {})
        payload = "_".join(("k", self.incident.number, what, *more)).replace(".", "-")
        return Choice(label, values=values or {}, url=self.ctx.deep_link(payload))

    def _forward(self) -> Choice:
        """A plain text of the case, to forward into whatever messenger an office uses."""
        incident = self.incident
        url = "https://t.me/share/url?" + urlencode({"url": place_url(incident.lat, incident.lon)})
        values = face.place_values(self.ctx, incident)
        return Choice("card_button.forward", values=values, url=url, shares=f"card.forward.{incident.kind.value}")


def _named(unit: Unit) -> dict[str, object]:
    return {"unit": unit_values(unit)}
