"""The records everything speaks of: frozen, without I/O, without words for people.

Coordinates are (lat, lon) in WGS84 degrees, depths in cm, accuracies and distances in metres, times aware datetimes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.handling import Handling


class Kind(StrEnum):
    """What is reported."""

    PUDDLE = "genangan"
    DRAIN = "saluran"  # blocked inlet or drain, broken pump or gate, missing cover


class DepthLevel(StrEnum):
    """Depth in body words, as residents think it."""

    ANKLE = "ankle"
    CALF = "calf"
    KNEE = "knee"
    THIGH = "thigh"
    WAIST = "waist"
    CHEST = "chest"
    UNKNOWN = "unknown"


LEVEL_CM: Mapping[DepthLevel, int] = {
    DepthLevel.ANKLE: 10,
    DepthLevel.CALF: 30,
    DepthLevel.KNEE: 50,
    DepthLevel.THIGH: 70,
    DepthLevel.WAIST: 90,
    DepthLevel.CHEST: 120,
}
"""Centimetres of each body word. No official table exists; the values are ours (see the README's glossary)."""

DEEP_CM = 70
"""From here a puddle is dangerous to walk through: safety first in the answer, unsupported endings wait."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How deep the water is.

    Attributes:
        level: the body word (for a number of centimetres: the highest word it reaches).
        cm: centimetres; None exactly when the level is UNKNOWN.
        measured: somebody gave a number of centimetres, which wins over a body word.
    """

    level: DepthLevel
    cm: int | None = None
    measured: bool = False

    @classmethod
    def of(cls, level: DepthLevel) -> Depth:
        """The depth that a body word stands for."""
        return cls(level, LEVEL_CM.get(level))

    @classmethod
    def from_cm(cls, cm: int) -> Depth:
        """The depth of a typed number of centimetres (0 < cm <= 500)."""
        reached = [level for level, at_cm in LEVEL_CM.items() if cm >= at_cm]
        return cls(reached[-1] if reached else DepthLevel.ANKLE, cm, measured=True)


class Passability(StrEnum):
    """What still gets through: what road users ask for."""

    MOTORCYCLE = "motorcycle"  # everybody
    CAR = "car"  # cars only
    TRUCK = "truck"  # high vehicles only
    NOBODY = "nobody"


class Cause(StrEnum):
    """Why the water stands, as official reports name it."""

    RAIN = "rain"
    RIVER = "river"  # luapan kali
    CHANNEL = "channel"  # luapan PHB
    TIDE = "tide"  # rob
    DRAIN = "drain"  # saluran tersumbat
    PIPE = "pipe"  # a burst water pipe
    OTHER = "other"


class Fault(StrEnum):
    """What is wrong with a drain, for reports of kind *saluran*."""

    INLET = "inlet"  # mulut air / tali air tersumbat
    CHANNEL = "channel"  # saluran penuh lumpur atau sampah
    PUMP = "pump"
    GATE = "gate"
    COVER = "cover"  # tutup hilang
    OTHER = "other"


class PlaceSource(StrEnum):
    """How we know the place."""

    GPS = "gps"  # the share button: comes with an accuracy
    PIN = "pin"  # attachment menu, no accuracy
    LIVE = "live"
    VENUE = "venue"
    COORDINATES = "coordinates"  # typed
    LINK = "link"
    PLUS_CODE = "plus_code"
    WORDS = "words"  # kecamatan, kelurahan, street in words: only roughly known
    GEOCODER = "geocoder"  # a street found by the geocoder, confirmed on a pin
    SHARED = "shared"  # "Saya juga lihat" from a share link: the incident's own place


@dataclass(frozen=True, slots=True)
class Area:
    """A kelurahan. Codes are Kemendagri's, e.g. 31.72.02.1004; their beginnings name kecamatan, kota and province."""

    code: str
    kelurahan: str
    kecamatan: str
    kota: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where.

    Attributes:
        accuracy_m: radius of the sender's horizontal accuracy (Telegram), None where none is given.
        area_code: the kelurahan's code; None outside of all known areas.
        name: street or landmark in the reporter's words; a pin has none.
        approximate: only described in words ("titik perkiraan"): asked about, never merged by itself.
    """

    lat: float
    lon: float
    accuracy_m: float | None = None
    area_code: str | None = None
    name: str | None = None
    source: PlaceSource = PlaceSource.PIN
    approximate: bool = False


class Word(StrEnum):
    """What a reporter last said about the water."""

    STANDING = "standing"
    RISING = "rising"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Match:
    """How a report came to its incident: the reasons, for officers and for the reporter.

    Attributes:
        score: the likelihood rule's density in 1/m² (0 for the first report of an incident).
        distance_m, age_s: to the incident's centre and its last report, at the time of matching.
        others: reporters the incident had before this one.
        by: "rule", "reporter" (chose or split it) or "first".
    """

    score: float = 0.0
    distance_m: float | None = None
    age_s: float | None = None
    others: int = 0
    by: str = "first"


@dataclass(frozen=True, slots=True)
class Report:
    """One resident's word about one place. People see only the number of their own."""

    id: int
    number: str
    kind: Kind
    person_id: int
    incident_id: int
    place: Place
    depth: Depth | None  # None: never said ("tanpa ketinggian"), always None for kind DRAIN
    at: datetime  # when it was first said
    seen_at: datetime  # when this person last said that water stands here
    fault: Fault | None = None
    cause: Cause | None = None
    passability: Passability | None = None
    note: str | None = None
    photos: int = 0
    passing: bool = False  # "Saya hanya lewat": never asked again, no say in whether it receded
    word: Word = Word.STANDING
    word_at: datetime | None = None
    match: Match = field(default_factory=Match)
    unsure: bool = False  # the rule was unsure and the reporter has not answered: flagged for the officer
    withdrawn: bool = False
    muted: bool = False  # the reporter wants no more news of this case
    far: bool = False  # many km from where the same person reported minutes ago: marked for the officer
    heard_at: datetime | None = None  # when they last got news as a message, and
    heard: int = 0  # how many that day
    rating: str | None = None  # "good" or "bad": was it handled well?


class IncidentState(StrEnum):
    """The states officers know, and the ends."""

    WAITING = "waiting"  # Menunggu
    COORDINATION = "coordination"  # Koordinasi
    DISPOSITION = "disposition"  # Disposisi: offered to another unit, to be assigned, or assigned and not taken up
    PROCESS = "process"  # Proses
    HANDLED = "handled"  # ditangani
    RECEDED = "receded"  # surut sendiri
    NOT_FOUND = "not_found"  # tidak ditemukan
    NO_PUDDLE = "no_puddle"  # bukan genangan
    UNHEARD = "unheard"  # tanpa kabar: asked twice, no answer
    MERGED = "merged"  # digabung
    CANCELLED = "cancelled"  # dibatalkan: its only reporters withdrew

    @property
    def is_open(self) -> bool:
        """Not ended."""
        return self in OPEN_STATES


OPEN_STATES = frozenset(
    {IncidentState.WAITING, IncidentState.COORDINATION, IncidentState.DISPOSITION, IncidentState.PROCESS}
)


@dataclass(frozen=True, slots=True)
class Incident:
    """One puddle (or one broken drain), whoever reports it.

    Attributes:
        lat, lon: centre, the accuracy-weighted mean of its reports' places.
        weight: Σ 1/s² over the reports that moved the centre, in 1/m² (s: standard error of a report's place).
        cell: H3 cell, resolution 10, of the centre.
        reporters: people who stand by it (not withdrawn).
        area_code: its first report's kelurahan.
        name: street or landmark, from the first report that names one.
        depth_first, depth_last, depth_max: over its reports; None while nobody gave one.
        depth_by: id of the report that gave depth_last; lower_by: id of a report that says less, waiting for a second
            one, since a falling depth needs the same reporter or two people.
        asked_at, asked: when and how often its reporters were asked whether the water is gone.
        unsure: the rule could not tell it from a neighbour and nobody answered.
        handling: who answers for it, and how far they are.
        series_id: the series it is an occurrence of.
    """

    id: int
    number: str
    kind: Kind
    state: IncidentState
    lat: float
    lon: float
    weight: float
    cell: int
    reporters: int
    area_code: str | None
    first_seen: datetime
    last_seen: datetime
    name: str | None = None
    depth_first: Depth | None = None
    depth_last: Depth | None = None
    depth_max: Depth | None = None
    depth_by: int | None = None
    lower_by: int | None = None
    causes: tuple[Cause, ...] = ()
    faults: tuple[Fault, ...] = ()
    passability: Passability | None = None
    photos: int = 0
    approximate: bool = False
    unsure: bool = False
    asked_at: datetime | None = None
    asked: int = 0
    ended_at: datetime | None = None
    merged_into: int | None = None
    handling: Handling = field(default_factory=Handling)
    series_id: int | None = None
    alerted_cm: int | None = None  # the depth that the Sudin was last alerted of
    posted_cm: int | None = None  # the depth that the channel was last alerted of
    carded_cm: int | None = None  # the depth when its card last came as a new message (0: unknown); None: it has none


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    """Something that happened to an incident. Append-only; refers to what people wrote and never copies it.

    Attributes:
        what: of residents: opened, joined, renewed, left, deeper, shallower, asked, receded, standing, rising, unheard,
            reopened, cancelled, corrected; of units: taken, on_the_way, on_site, follow_up, coordination, offered,
            accepted, refused, lapsed, kept, assigned, escalated, overdue, reminded, paused, resumed, rerouted, closed,
            claimed, merged, split, outside, released.
        who: "warga" or a unit's code, never a person.
        why: small JSON values: report id, score, distance_m, from/to. Of what units do: follow_up {"note"} (an id);
            coordination {"unit"}; offered {"to", "reason", "note"}; accepted, assigned {"from", "to"}; refused {"by",
            "reason", "note", "to": who owns now}; outside {"unit", "letter", "next_on"}; closed {"outcome", "note",
            "photo": whether}; claimed {"note"}; merged {"into"}, and of the other one {"from"}; split {"into"};
            released {"photo": its mark}.
        after: the incident right after it, so that any past moment can be shown as it was.
    """

    incident_id: int
    what: str
    who: str
    at: datetime
    after: Incident
    why: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: the id of its label, and what pressing it means.

    Attributes:
        label: text id; `values` fill its placeholders.
        act, args: what comes back as PressedButton(act, args); encoded into at most 64 bytes.
        url: instead of an act, a link to open.
        shares: with a url: id of the text that goes along with it, for Telegram's own "forward to".
        sends: for reply keyboards: "location" asks the phone for its location, "text" sends the label.
    """

    label: str
    act: str = ""
    args: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    url: str | None = None
    sends: str | None = None
    shares: str | None = None


Rows = tuple[tuple[Choice, ...], ...]
"""Buttons under a message, from top to bottom and from left to right."""


@dataclass(frozen=True, slots=True)
class Say:
    """Something to say, as data: words are made of it when it is sent, in the reader's language.

    Attributes:
        text: text id in bot/texts.
        values: placeholders' values, JSON only (times as ISO strings; see bot/texts for how each is shown). A line of
            the text whose placeholder is missing or None is left out.
        choices: rows of buttons under the message.
        keyboard: None, "ask" (choices are the reply keyboard at the bottom) or "remove".
        pin: (lat, lon): send a map pin with the text as its title instead of a plain message.
        attachment: key of a stored file to send, with the text as its caption.
        photo: Telegram's file id of a photo to send, with the text as its caption.
        quiet: no sound.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    choices: Rows = ()
    keyboard: str | None = None
    pin: tuple[float, float] | None = None
    attachment: str | None = None
    photo: str | None = None
    quiet: bool = False
