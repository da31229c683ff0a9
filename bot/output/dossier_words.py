"""The rows of what is kept on a person, as values of the texts in [dossier]: each code as the words that people know.

A code that has no words here (an older program's) is told as "something else"; the JSON file has it as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.models import IncidentState, Kind
from bot.domain.staff import ADMIN, Unit
from bot.domain.units import unit_values
from bot.texts import Texts

Row = Mapping[str, object]
Values = dict[str, object]

UNWORDED = "dossier.other"

MARKS = ("language_chosen", "reachable", "withdrawn", "muted", "passing", "made", "used")
"""Columns that are yes or no: a text (dossier.mark.…), or none."""

ERRANDS = {
    "follow": "audit.what.follow_up",
    "close": "audit.what.closed",
    "claim": "audit.what.claimed",
    "hand": "audit.what.offered",
    "refuse": "audit.what.refused",
    "outside": "audit.what.outside",
    "visit": "audit.what.site_visited",
    "task": "audit.what.site_changed",
    "due": "audit.what.site_changed",
    "new": "audit.what.site_listed",
    "near": "dossier.errand_near",
    "over": "dossier.errand_over",
}
"""What an officer's next message counts for -> the words of the log."""

_NUMBER = re.compile(r"[A-Z]{1,2}\d+")
"""Of a case, report or listed place: as people say it."""


@dataclass(frozen=True, slots=True)
class Words:
    """Finds the words for codes."""

    texts: Texts
    unit_of: Callable[[str], Unit | None]

    def of(self, section: str, code: object) -> str | None:
        """The id of the text section.code; None: there is no code."""
        if not code:
            return None
        text_id = f"{section}.{str(code).replace('.', '_')}"
        return text_id if text_id in self.texts else UNWORDED

    def unit(self, code: object) -> Values:
        """Whom somebody worked for: {"unit"}, {"admin"} or {"no_unit"}, the others being None."""
        unit = self.unit_of(str(code))
        return {
            "unit": None if unit is None else unit_values(unit),
            "admin": "staff.admin" if code == ADMIN else None,
            "no_unit": UNWORDED if unit is None and code != ADMIN else None,
        }


Tell = Callable[[Words, Sequence[Row]], Sequence[Values]]


def _each(tell: Callable[[Words, Row], Values]) -> Tell:
    """Row by row."""
    return lambda words, rows: [
        {key: None if value == "" else value for key, value in row.items()} | _marks(row) | tell(words, row)
        for row in rows
    ]


def _marks(row: Row) -> Values:
    return {mark: f"dossier.mark.{mark}" if row[mark] else None for mark in MARKS if mark in row}


def _as_it_is(_words: Words, _row: Row) -> Values:
    return {}


def _person(words: Words, row: Row) -> Values:
    return {"language": words.of("dossier.language", row.get("language"))}


def _draft(words: Words, row: Row) -> Values:
    """The lines of a report, of what is known so far."""
    draft = row.get("draft")
    if not isinstance(draft, Mapping):  # nobody could read it
        return {}
    place, depth, photos = draft.get("place"), draft.get("depth"), draft.get("photos")
    place = place if isinstance(place, Mapping) else {}
    return {
        "kind": words.of("kind", draft.get("kind", Kind.PUDDLE.value)),
        "filed": "dossier.mark.filed" if draft.get("filed") else "dossier.mark.unfiled",
        "lat": place.get("lat"),
        "lon": place.get("lon"),
        "accuracy_m": place.get("accuracy_m"),
        "name": draft.get("name") or place.get("name"),
        "fault": words.of("fault", draft.get("fault")),
        "note": draft.get("note"),
        "photos": len(photos) if isinstance(photos, list) and photos else None,
    } | (
        _depth(words, depth.get("level"), depth.get("cm"), depth.get("measured")) if isinstance(depth, Mapping) else {}
    )


def _depth(words: Words, level: object, cm: object, measured: object) -> Values:
    """As the format `depth` wants it."""
    if words.of("depth", level) in (None, UNWORDED):
        return {}
    return {"depth": {"level": level, "cm": cm, "measured": bool(measured)}}


def _report(words: Words, row: Row) -> Values:
    kind, state = row.get("kind"), row.get("incident_state")
    mended = kind == Kind.DRAIN.value and state == IncidentState.RECEDED.value
    return {
        "kind": words.of("kind", kind),
        "incident_state": "state.mended" if mended else words.of("state", state),
        "cause": words.of("cause", row.get("cause")),
        "fault": words.of("fault", row.get("fault")),
        "passability": words.of("passability", row.get("passability")),
        "photos": row.get("photos") or None,
        # until they said more, the report itself is their word
        "word": words.of("dossier.word", row.get("word")) if row.get("word_at") else None,
        "rating": words.of("dossier.rating", row.get("rating")),
    } | _depth(words, row.get("depth_level"), row.get("depth_cm"), row.get("depth_measured"))


def _said(words: Words, rows: Sequence[Row]) -> Sequence[Values]:
    """A report, and what the messages about it gave."""
    fields: dict[object, dict[str | None, None]] = {}
    for row in rows:
        fields.setdefault(row["report"], {})[words.of("dossier.field", row.get("field"))] = None
    return [{"report": report, "fields": [each for each in found if each]} for report, found in fields.items()]


def _site_word(_words: Words, row: Row) -> Values:
    return {"tidy": "dossier.mark.tidy" if row.get("tidy") else "dossier.mark.untidy"}


def _message(words: Words, row: Row) -> Values:
    """When and how far; what it said is left to the JSON file, where it is kept at all."""
    return {"at": row.get("done_at") or row.get("due_at"), "state": words.of("dossier.message", row.get("state"))}


def _waiting(_words: Words, rows: Sequence[Row]) -> Sequence[Values]:
    counted = Counter("dossier.failed" if row.get("error") else "dossier.unhandled" for row in rows)
    return [{"n": n, "what": what} for what, n in counted.items()]


def _work(words: Words, row: Row) -> Values:
    return {"kind": words.of("dossier.task", row.get("kind"))}


def _of_unit(words: Words, row: Row) -> Values:
    return words.unit(row.get("unit"))


def _errand(_words: Words, row: Row) -> Values:
    return {"act": ERRANDS.get(str(row.get("act")), UNWORDED)}


def _cases(_words: Words, rows: Sequence[Row]) -> Sequence[Values]:
    return [{"numbers": [row["number"] for row in rows]}]


def _photo(row: Row) -> Values:
    return {"photo": "dossier.mark.photo" if row.get("photo") else None}


def _note(words: Words, row: Row) -> Values:
    quick = row.get("quick")
    told = None if not quick else quick if str(quick) in words.texts else UNWORDED
    what = words.of("dossier.wrote", row.get("what"))
    return {"what": what, "quick": told, **words.unit(row.get("unit")), **_photo(row)}


def _visit(words: Words, row: Row) -> Values:
    return {"found": words.of("site.state", row.get("found")), **words.unit(row.get("unit")), **_photo(row)}


def _invitation(words: Words, row: Row) -> Values:
    return {"kind": words.of("dossier.invited", row.get("kind")), **words.unit(row.get("unit"))}


def _flood(words: Words, row: Row) -> Values:
    unit = words.unit_of(str(row.get("kecamatan")))
    return {"kecamatan": None if unit is None else unit.name, "no_unit": UNWORDED if unit is None else None}


def _log(words: Words, row: Row) -> Values:
    subject, unit = str(row.get("subject")), words.unit_of(str(row.get("subject")))
    return {
        "what": words.of("audit.what", row.get("what")),
        "of_unit": None if unit is None or subject == row.get("unit") else unit_values(unit),
        "of": subject if unit is None and _NUMBER.fullmatch(subject) else None,
        **words.unit(row.get("unit")),
    }


def _counted(_words: Words, rows: Sequence[Row]) -> Sequence[Values]:
    return [{"n": len(rows)}]


def _by_time(tell: Tell) -> Tell:
    """In the order in which they came."""
    return lambda words, rows: sorted(tell(words, rows), key=lambda values: str(values.get("at")))


ROWS: Mapping[str, Tell] = {
    "person": _each(_person),
    "draft": _each(_draft),
    "reports": _each(_report),
    "photos": _each(_as_it_is),
    "said": _said,
    "different": _each(_as_it_is),
    "site_words": _each(_site_word),
    "messages": _by_time(_each(_message)),
    "waiting": _waiting,
    "work": _each(_work),
    "files": _each(_as_it_is),
    "roles": _each(_of_unit),
    "unit_chats": _each(_of_unit),
    "errand": _each(_errand),
    "cases": _cases,
    "notes": _each(_note),
    "visits": _each(_visit),
    "invitations": _each(_invitation),
    "floods": _each(_flood),
    "log": _each(_log),
    "photo_hashes": _counted,
    "erased_before": _each(_as_it_is),
}
"""Section -> the values of its rows."""
