"""Messages, people and incidents as the page is told of them: plain JSON, never markup."""

from __future__ import annotations

from datetime import datetime

from bot.demo.botapi import Button, Shown
from bot.demo.world import Known
from bot.domain.depth_range import depth_range
from bot.domain.models import Kind
from bot.domain.records import Tally
from bot.output.words import one_line

Json = dict[str, object]

LONGEST_NAME = 60

OTHER_CONTENT = ("sticker", "voice", "video", "contact", "poll", "dice")
"""What people send besides; only its kind is shown."""


def message(shown: Shown) -> Json:
    """A message. Text and entities are given apart, as Telegram does; the page makes elements of them."""
    data = shown.data
    told: Json = {
        "id": shown.message_id,
        "mine": shown.mine,
        "bot": shown.from_bot,
        "sender": shown.sender_name,
        "text": shown.text,
        "entities": shown.entities,
        "buttons": [[button(each) for each in row] for row in shown.buttons],
        "at": millis(shown.sent_at),
        "edited": shown.edited_at is not None,
        "service": shown.service,
        "other": next((kind for kind in OTHER_CONTENT if kind in data), None),
    }
    if shown.location is not None:
        lat, lon = shown.location
        told["place"] = {"lat": lat, "lon": lon, "accuracy_m": data["location"].get("horizontal_accuracy")}
    if shown.venue is not None:
        told["venue"] = {"title": shown.venue["title"], "address": shown.venue["address"]}
    if shown.photo_id is not None:
        largest = data["photo"][-1]
        told["photo"] = {"id": shown.photo_id, "width": largest["width"], "height": largest["height"]}
    if shown.document is not None:
        document = shown.document
        told["document"] = {
            "id": document["file_id"],
            "name": document.get("file_name", ""),
            "bytes": document.get("file_size", 0),
        }
    return told


def button(each: Button) -> Json:
    """A button under a message or at the bottom."""
    told: Json = {"text": each.text}
    if each.callback_data is not None:
        told["data"] = each.callback_data
    if each.url is not None:
        told["url"] = each.url
    if each.request_location:
        told["asks"] = "location"
    return told


def incident(known: Known) -> Json:
    """What the bot knows of one puddle or broken drain."""
    found = known.incident
    depth = depth_range(found.depth_first, found.depth_last, found.depth_max)
    return {
        "number": found.number,
        "drain": found.kind is Kind.DRAIN,
        "open": found.state.is_open,
        "state": found.state.value,
        "overdue": found.handling.overdue,
        "lat": found.lat,
        "lon": found.lon,
        "name": one_line(found.name, LONGEST_NAME),
        "kelurahan": known.area.kelurahan if known.area else None,
        "reporters": found.reporters,
        "photos": found.photos,
        "depth": None
        if depth is None
        else {
            "low_cm": depth.low_cm,
            "high_cm": depth.high_cm,
            "now_cm": depth.now_cm,
            "trend": depth.trend.value,
            "about": depth.estimated,
            "or_more": depth.or_more,
        },
        "since": millis(found.first_seen),
        "seen": millis(found.last_seen),
        "ended": None if found.ended_at is None else millis(found.ended_at),
    }


def counts(tally: Tally) -> Json:
    """How much came in since the evening began."""
    return {"reports": tally.reports, "reporters": tally.reporters}


def millis(moment: datetime) -> int:
    """A moment as browsers count it: milliseconds since 1970."""
    return round(moment.timestamp() * 1000)
