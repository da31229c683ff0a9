"""The buttons of a case card: at most four by state, the rest behind "Lainnya", and those that choose a unit or a reason.

A button is Choice(label, "k", (incident id, what, *more)). What needs words opens the officer's private chat: in a group
by a link that starts the bot with `k_NUMBER_WHAT[_MORE]` (dots of a unit's code as hyphens), in a private chat by the act
itself. `what` with what follows it:

take, way, site, keep, accept, back, more, road, photos, photo …; follow (the view), follow words, quick ID; hand, hand_to
UNIT, hand_why UNIT REASON; refuse, refuse_why REASON; assign, assign_to UNIT; coord, coord_to UNIT; close, close_as
OUTCOME; claim; outside, outside_to UNIT; merge, merge_with INCIDENT.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from bot.domain.geometry import distance_m
from bot.domain.handling import Level, Reason, Step
from bot.domain.matching import ASK_RING
from bot.domain.models import Choice, Incident, IncidentState, Kind
from bot.domain.ownership import may_be_given
from bot.domain.staff import Unit
from bot.domain.units import unit_values
from bot.services.batch import Batch
from bot.services.context import Context

Rows = tuple[tuple[Choice, ...], ...]

QUICK = ("pump", "inlet", "suction", "dredging", "gate", "sandbags", "checked")
"""Follow-ups that are told with one tap; their texts are quick.ID."""

QUICK_OF_DRAINS = ("inlet", "dredging", "gate", "checked")

OUTCOMES = (IncidentState.HANDLED, IncidentState.RECEDED, IncidentState.NOT_FOUND, IncidentState.NO_PUDDLE)

AT_MOST = 10
"""Units, or cases, that are offered to choose from."""

MAP_URL = "https://www.google.com/maps?q={lat:.6f},{lon:.6f}"


class Role(StrEnum):
    """Whose card it is."""

    OWNER = "owner"
    ASKED = "asked"
    HELPER = "helper"


@dataclass(frozen=True, slots=True)
class Panel:
    """The buttons of one incident's card in one chat.

    Attributes:
        unit: code of the unit whose chat it is.
        private: the chat is one person's.
    """

    ctx: Context
    batch: Batch
    incident: Incident
    role: Role
    unit: str
    private: bool

    def rows(self, view: str) -> Rows:
        """The buttons of a view; what follows a colon in its name is what was chosen before."""
        name, _, chosen = view.partition(":")
        if not self.incident.state.is_open:
            return self._ended() if name != "road" else (self._back(),)
        if self.role is Role.HELPER and name not in ("follow", "road"):
            return ((self._act("follow"),),)
        shown = {
            "more": self._more,
            "follow": self._follow,
            "hand": lambda: self._units("hand_to", self._givable()),
            "refuse": lambda: self._reasons("refuse"),
            "assign": lambda: self._units("assign_to", self._assignable()),
            "coord": lambda: self._units("coord_to", self._able_to_help()),
            "outside": self._outside,
            "close": self._outcomes,
            "merge": self._near,
            "road": lambda: (self._back(),),
        }
        if name == "hand_why":
            return self._reasons("hand", chosen)
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
        return (*_in_rows(acts, 2), self._back())

    def _ended(self) -> Rows:
        """Work that was done is not lost when residents end the case first."""
        worked = self.incident.state is IncidentState.RECEDED and self.incident.handling.taken_at is not None
        return ((self._words("claim", "claim", private=("claim",)),),) if worked and self.role is Role.OWNER else ()

    # -- to choose from ----------------------------------------------------------------------------------------------

    def _follow(self) -> Rows:
        ids = QUICK if self.incident.kind is Kind.PUDDLE else QUICK_OF_DRAINS
        quick = [Choice(f"quick.{each}", "k", (self._key, "quick", each)) for each in ids]
        return (*_in_rows(quick, 2), (self._words("words", "follow", private=("follow", "words")),), self._back())

    def _reasons(self, what: str, unit: str | None = None) -> Rows:
        args = () if unit is None else (unit,)
        told = [
            Choice(f"reason.{reason.value}", "k", (self._key, f"{what}_why", *args, reason.value))
            for reason in Reason
            if reason is not Reason.WORDS
        ]
        words = self._words("words", what, *args, private=(f"{what}_why", *args, Reason.WORDS.value))
        return (*_in_rows(told, 2), (words,), self._back())

    def _outcomes(self) -> Rows:
        found = [
            self._words(outcome.value, "close", outcome.value, private=("close_as", outcome.value), table="outcome")
            for outcome in OUTCOMES
        ]
        return (*_in_rows(found, 2), self._back())

    def _outside(self) -> Rows:
        rows = [
            (self._words("unit", "outside", unit.code, private=("outside_to", unit.code), values=_named(unit)),)
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

    def _stands_for(self, unit: Unit) -> str | None:
        links = self.batch.roster.links()
        nearest = self.ctx.units.nearest(unit.code, {code for code, link in links.items() if link.connected})
        return None if nearest is None else nearest.code

    def _givable(self) -> list[Unit]:
        """To whom it can be handed on: not to who had it, nor to who would only get it back."""
        h = self.incident.handling
        return [
            unit
            for unit in self._candidates()
            if may_be_given(h, unit) and self._stands_for(unit) not in (None, h.owner)
        ]

    def _assignable(self) -> list[Unit]:
        """Who may be told to do it: anybody who is not above the one that decides; itself too."""
        h = self.incident.handling
        above = {unit.code for unit in self.ctx.units.chain(h.owner)[1:]}
        return [unit for unit in self._candidates() if unit.code not in above]

    def _able_to_help(self) -> list[Unit]:
        h = self.incident.handling
        busy = {h.owner, *h.helpers}
        return [
            unit
            for unit in self._candidates()
            if unit.code not in busy and self._stands_for(unit) not in (None, h.owner)
        ]

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
        table: str = "card_button",
        values: Mapping[str, object] | None = None,
    ) -> Choice:
        """A button that asks for words: in a private chat at once, from a group in the private chat."""
        label = f"{table}.{label}"
        if self.private:
            return Choice(label, "k", (self._key, *private), values or {})
        payload = "_".join(("k", self.incident.number, what, *more)).replace(".", "-")
        return Choice(label, values=values or {}, url=self.ctx.deep_link(payload))

    def _forward(self) -> Choice:
        """A plain text of the case, to forward into whatever messenger an office uses."""
        incident = self.incident
        where = MAP_URL.format(lat=incident.lat, lon=incident.lon)
        values = forwarded(self.ctx, incident)
        url = "https://t.me/share/url?" + urlencode({"url": where})
        return Choice("card_button.forward", values=values, url=url, shares=f"card.forward.{incident.kind.value}")


def forwarded(ctx: Context, incident: Incident) -> dict[str, object]:
    """The values of the text that "Teruskan" passes on."""
    from bot.services.card_face import place_values  # the face imports the panel's constants

    return place_values(ctx, incident) | {
        "number": incident.number,
        "reporters": incident.reporters,
        "since": incident.first_seen.isoformat(),
    }


def _named(unit: Unit) -> dict[str, object]:
    return {"unit": unit_values(unit)}


def _in_rows(choices: list[Choice], width: int) -> Rows:
    return tuple(tuple(choices[i : i + width]) for i in range(0, len(choices), width))
