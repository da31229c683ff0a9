"""Instants as whole microseconds since 1970-01-01 UTC, and small records as compact JSON (defaults left out)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn, override

from bot.domain.handling import Handling
from bot.domain.models import Choice, Depth, Incident, Say
from bot.domain.records import Draft, FoundPlace

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_us(at: datetime) -> int:
    """An instant as it is stored.

    Raises:
        ValueError: the datetime is naive: nobody could say which instant it is.
    """
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"naive datetime: {at.isoformat()}")
    return (at - _EPOCH) // _MICROSECOND


def from_us(at_us: int) -> datetime:
    """The instant, in UTC."""
    return _EPOCH + timedelta(microseconds=at_us)


def to_us_or_none(at: datetime | None) -> int | None:
    """An instant as it is stored, if there is one."""
    return None if at is None else to_us(at)


def from_us_or_none(at_us: int | None) -> datetime | None:
    """The instant, if there is one."""
    return None if at_us is None else from_us(at_us)


_records = Converter(omit_if_default=True, detailed_validation=False)
_records.register_unstructure_hook(datetime, to_us)
_records.register_structure_hook(datetime, lambda at_us, _: from_us(at_us))
_records.register_unstructure_hook(date, date.isoformat)
_records.register_structure_hook(date, lambda day, _: date.fromisoformat(day))
# `object` is what Say.values and the like hold: JSON values, taken as they are
_records.register_structure_hook_func(lambda wanted: wanted is object, lambda value, _: value)

_OF_THE_ROW = (
    "id",
    "number",
    "kind",
    "weight",
    "cell",
    "first_seen",
    "name",
    "depth_by",
    "lower_by",
    "approximate",
    "asked_at",
    "asked",
    "alerted_cm",
    "posted_cm",
    "carded_cm",
)
"""Fields of an incident that its history does not repeat: they never change, or nobody asks how they once were."""

_after = Converter(omit_if_default=True, detailed_validation=False)
_after.register_unstructure_hook(datetime, to_us)
_after.register_unstructure_hook(date, date.isoformat)
_after.register_unstructure_hook(
    Incident,
    make_dict_unstructure_fn(
        Incident,
        _after,
        _cattrs_omit_if_default=True,
        **{name: override(omit=True) for name in _OF_THE_ROW},  # type: ignore[arg-type]
    ),
)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_json(value: object) -> str:
    """JSON without spaces. Times in it must have been made text or numbers before."""
    return _encode(value)


def say_to_json(say: Say) -> str:
    """A message as it is stored. Written by hand, as is its reading: there are two of them for every report."""
    row: dict[str, object] = {"text": say.text}
    if say.values:
        row["values"] = say.values
    if say.choices:
        row["choices"] = [[_choice_row(choice) for choice in choices] for choices in say.choices]
    for name in ("keyboard", "pin", "attachment", "photo"):
        if (value := getattr(say, name)) is not None:
            row[name] = value
    if say.quiet:
        row["quiet"] = True
    return to_json(row)


def _choice_row(choice: Choice) -> dict[str, object]:
    row: dict[str, object] = {"label": choice.label}
    if choice.act:
        row["act"] = choice.act
    if choice.args:
        row["args"] = choice.args
    if choice.values:
        row["values"] = choice.values
    for name in ("url", "sends", "shares"):
        if (value := getattr(choice, name)) is not None:
            row[name] = value
    return row


def say_from_json(text: str) -> Say:
    """The stored message."""
    row = json.loads(text)
    if not isinstance(row, dict) or not isinstance(row["text"], str):
        raise ValueError("no message")
    pin = row.get("pin")
    return Say(
        row["text"],
        dict(row.get("values", _NOTHING)),
        tuple([tuple([_choice(choice) for choice in choices]) for choices in row.get("choices", ())]),
        row.get("keyboard"),
        None if pin is None else (float(pin[0]), float(pin[1])),
        row.get("attachment"),
        row.get("photo"),
        bool(row.get("quiet", False)),
    )


def _choice(row: Mapping[str, Any]) -> Choice:
    return Choice(
        row["label"],
        row.get("act", ""),
        tuple(row.get("args", ())),
        dict(row.get("values", _NOTHING)),
        row.get("url"),
        row.get("sends"),
        row.get("shares"),
    )


_NOTHING: Mapping[str, object] = {}


def draft_to_json(draft: Draft) -> str:
    """A conversation as it is stored."""
    return to_json(_records.unstructure(draft))


def draft_from_json(text: str) -> Draft:
    """The stored conversation."""
    return _records.structure(json.loads(text), Draft)


def found_to_json(found: Sequence[FoundPlace]) -> str:
    """Places of a geocoder as they are stored."""
    return to_json([_records.unstructure(place) for place in found])


def found_from_json(text: str) -> Sequence[FoundPlace]:
    """The stored places."""
    return _records.structure(json.loads(text), tuple[FoundPlace, ...])


@lru_cache(maxsize=1024)
def depth_to_json(depth: Depth | None) -> str | None:
    """A depth as it is stored. There are few different ones, so they are remembered."""
    return None if depth is None else to_json(_records.unstructure(depth))


@lru_cache(maxsize=1024)
def depth_from_json(text: str | None) -> Depth | None:
    """The stored depth."""
    return None if text is None else _records.structure(json.loads(text), Depth)


def handling_to_json(handling: Handling) -> str:
    """Who answers for an incident, as it is stored."""
    return to_json(_records.unstructure(handling))


@lru_cache(maxsize=1024)
def handling_from_json(text: str) -> Handling:
    """Who answers for an incident. What is open is loaded batch after batch, so it is remembered."""
    return _records.structure(json.loads(text), Handling)


def after_to_json(incident: Incident) -> str:
    """An incident as its history keeps it: what may change and is shown later."""
    return to_json(_after.unstructure(incident))


def after_from_json(text: str, now: Incident) -> Incident:
    """The incident as it was, from its history and its present row."""
    row = _records.unstructure(now)
    kept = {name: row[name] for name in _OF_THE_ROW if name in row}
    return _records.structure({**json.loads(text), **kept}, Incident)
