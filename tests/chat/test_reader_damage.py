"""Whatever comes: an event that can be stored, or UnreadableUpdate without a word of what was in it."""

from __future__ import annotations

import copy
import dataclasses
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.callback import encode
from bot.domain.errors import UnreadableUpdate
from bot.domain.events import (
    Incoming,
)
from tests.helpers.updates import (
    ANI,
    ARRIVED,
    FILE,
    GROUP,
    HERE,
    PRESS,
    SENT,
    SIZES,
    addressed,
    message,
    read_payload,
)


def holds(value: object) -> None:
    """Every part of an event is one that the database and the rules can hold."""
    if isinstance(value, str):
        assert "\0" not in value
        value.encode()
    elif isinstance(value, int):
        assert abs(value) < 2**63
    elif isinstance(value, float):
        assert abs(value) < 1e300
    elif isinstance(value, datetime):
        assert value.tzinfo is not None and value <= ARRIVED
    elif isinstance(value, tuple):
        for each in value:
            holds(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            holds(getattr(value, field.name))


def check(update: object) -> None:
    try:
        event = read_payload(json.dumps(update))
    except UnreadableUpdate as error:
        assert "Rahasia" not in str(error) and "rahasia" not in str(error) and "987654321" not in str(error)
        assert (error.__cause__ is None and error.__suppress_context__) or error.__context__ is None
    else:
        assert isinstance(event, get_args(Incoming))
        holds(event)


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 2**31, 2**63, -(2**64), 987654321]),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["Rahasia", "/lapor@GenanganBot", "/", "\0", "\ud800", "private", "kicked", "restricted"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["id", "type", "location", "file_id"]), st.integers(), max_size=2),
)
SEEDS = [
    {"message": message(location={**HERE, "horizontal_accuracy": 5.0, "live_period": 60})},
    {"edited_message": message(location=HERE, edit_date=SENT + 1)},
    {"message": message(venue={"location": HERE, "title": "Rahasia", "address": "Jl. Rahasia"}, location=HERE)},
    {"message": message(photo=SIZES, caption="/lapor Rahasia", media_group_id="1", caption_entities=[])},
    {"message": message(document={**FILE, "mime_type": "image/png"})},
    {"message": message(live_photo={**FILE, "photo": SIZES})},
    {"message": message(text="Rahasia", reply_to_message={"message_id": 1})},
    {"message": message(GROUP, **addressed("/status@GenanganBot 1"), is_topic_message=True, message_thread_id=3)},
    {"message": message(voice=FILE)},
    {"message": message({"id": -5, "type": "group"}, migrate_to_chat_id=-6)},
    {"callback_query": {**PRESS, "data": encode("depth", ("12", "knee"))}},
    {"my_chat_member": {"chat": GROUP, "from": ANI, "date": SENT, "new_chat_member": {"status": "restricted"}}},
]


def nodes(of: object) -> list[tuple[Any, Any]]:
    """Every (container, key) inside."""
    keys = list(of) if isinstance(of, dict) else range(len(of)) if isinstance(of, list) else ()
    return [node for key in keys for node in ((of, key), *nodes(of[key]))]  # type: ignore[index]


@settings(max_examples=400)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 10**6), JUNK), min_size=1, max_size=3))
def test_damaged_updates(seed: dict[str, Any], damages: list[tuple[int, object]]) -> None:
    update = copy.deepcopy(seed)
    for at, junk in damages:
        places = nodes(update)
        container, key = places[at % len(places)]
        container[key] = junk
    check(update)


@given(st.recursive(JUNK, lambda inner: st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8))
def test_anything_at_all(update: object) -> None:
    check(update)
    check({"message": update})


def test_updates_made_from_the_machine_readable_bot_api() -> None:
    """Random updates of every type that Bot API 10.0 knows, as it describes them."""
    folder = os.environ.get("GENANGAN_EVAL_DATA")
    if not folder:
        pytest.skip("GENANGAN_EVAL_DATA is not set: no machine-readable Bot API to make updates from")
    types: dict[str, Any] = json.loads((Path(folder) / "botapi_10.0.json").read_text())["types"]

    def value(draw: st.DrawFn, kind: str, depth: int) -> object:
        if kind.startswith("Array of "):
            return [value(draw, kind.removeprefix("Array of "), depth) for _ in range(draw(st.integers(0, 2)))]
        simple = {
            "Integer": st.integers(-(2**52), 2**52),
            "Float": st.floats(-180, 180),
            "String": st.sampled_from(
                ["private", "supergroup", "member", "/start@GenanganBot", "Rahasia", "image/png"]
            ),
            "Boolean": st.booleans(),
            "True": st.just(True),
        }
        if kind in simple:
            return draw(simple[kind])
        described = types[kind]
        if described.get("subtypes"):
            return value(draw, draw(st.sampled_from(described["subtypes"])), depth)
        fields = described.get("fields", [])
        optional = [field["name"] for field in fields if not field["required"]]
        some = draw(st.lists(st.sampled_from(optional), max_size=3, unique=True)) if optional and depth else []
        return {
            field["name"]: value(draw, draw(st.sampled_from(field["types"])), depth - 1)
            for field in fields
            if field["required"] or field["name"] in some
        }

    @st.composite
    def updates(draw: st.DrawFn) -> object:
        kind = draw(st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "channel_post"]))
        (field,) = [field for field in types["Update"]["fields"] if field["name"] == kind]
        return {"update_id": 1, kind: value(draw, field["types"][0], 3)}

    @settings(max_examples=200)
    @given(updates())
    def run(update: object) -> None:
        check(update)

    run()
