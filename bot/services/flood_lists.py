"""What is seen of mode banjir: a list card for each kelurahan, its pages, and a live post in the channel.

A list stands in the chat of the kelurahan (or of who stands in for it), worst first, and is changed in place, at most
once a minute. Its slot carries when the flood began: the next flood begins a new message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.asking import area_values, known_depth
from bot.domain.events import Origin
from bot.domain.flood import kecamatan_of
from bot.domain.models import Choice, Depth, Incident, Kind, Say
from bot.domain.outgoing import Priority
from bot.domain.records import Person, Wanted
from bot.domain.staff import Flood, FloodList
from bot.services.batch import Batch
from bot.services.card_face import in_danger
from bot.services.cards import chats_of
from bot.services.case_lists import case_buttons, case_line, page_of, worst_first
from bot.services.context import Context
from bot.services.roads import state_text

LINES = 15
"""Cases on a list card."""

PAGE = 8
"""Cases on a page, each with a button."""


def list_slot(kelurahan: str, flood: Flood) -> str:
    """The slot of a kelurahan's list, or of a kecamatan's live post."""
    return f"flood:{kelurahan}:{flood.since:%Y%m%d%H%M}"


def mark_changed(batch: Batch, code: str) -> None:
    """A list has to be drawn anew."""
    known = batch.roster.flood_list(code)
    if known is None or not known.changed:
        batch.roster.put_flood_list(FloodList(code, True, None if known is None else known.drawn_at))


def draw_list(ctx: Context, batch: Batch, flood: Flood, kelurahan: str, now: datetime) -> None:
    """Bring a kelurahan's list up to date; the live post follows."""
    known = batch.roster.flood_list(kelurahan)
    batch.roster.put_flood_list(FloodList(kelurahan, False, now))
    mark_changed(batch, flood.kecamatan)
    listed, endangered = _cases(batch, kelurahan)
    first = known is None or known.drawn_at is None or known.drawn_at < flood.since
    if not listed and first:
        return  # nothing to tell of
    say = _list(ctx, flood, kelurahan, listed, endangered, now)
    for chat in chats_of(ctx, batch, kelurahan):
        batch.say(
            say,
            now,
            person_id=chat.person_id,
            chat_id=chat.chat_id,
            topic_id=chat.topic_id,
            slot=list_slot(kelurahan, flood),
            priority=Priority.ALERT,
        )


def _cases(batch: Batch, kelurahan: str) -> tuple[list[Incident], frozenset[int]]:
    """Its open puddles, worst first, and the ids of those where somebody is in danger."""
    found = [each for each in batch.open_incidents_in(kelurahan) if each.kind is Kind.PUDDLE]
    carded = [each.id for each in found if each.carded_cm is not None]  # words of distress bring a card at once
    batch.require(Wanted(incident_ids=frozenset(carded)))
    endangered = frozenset(number for number in carded if in_danger(batch.reports_in(number)))
    return worst_first(found, endangered), endangered


def not_taken(incidents: Sequence[Incident]) -> list[Incident]:
    """Those that nobody has taken up."""
    return [each for each in incidents if each.handling.taken_at is None]


def _list(
    ctx: Context,
    flood: Flood,
    kelurahan: str,
    incidents: Sequence[Incident],
    endangered: frozenset[int],
    now: datetime,
) -> Say:
    shown, waiting = incidents[:LINES], len(not_taken(incidents))
    rows: list[tuple[Choice, ...]] = []
    if waiting:
        rows.append((Choice("flood_button.take_all", "flood", (kelurahan, "all"), {"n": waiting}),))
    rows += case_buttons(shown[:PAGE])
    if len(incidents) > PAGE:
        rows.append((Choice("flood_button.pages", "flood", (kelurahan, "page", "0"), {"n": len(incidents)}),))
    values = {
        "area": area_values(ctx.areas.get(kelurahan)),
        "since": flood.since.isoformat(),
        "at": now.isoformat(),
        "until": None if flood.until is None else flood.until.isoformat(),
        "n": len(incidents) or None,
        "none": None if incidents else "flood.none",
        "waiting": waiting or None,
        "items": [_line(ctx, each, endangered) for each in shown],
        "more": len(incidents) - len(shown) or None,
    }
    return Say("flood.over" if flood.until is not None else "flood.list", values, tuple(rows))


def _line(ctx: Context, incident: Incident, endangered: frozenset[int]) -> dict[str, object]:
    danger = "flood.danger" if incident.id in endangered else None
    return case_line(ctx, incident, "flood.line", state=state_text(incident), danger=danger)


def show_page(
    ctx: Context, batch: Batch, person: Person, origin: Origin, kelurahan: str, page: int, at: datetime
) -> None:
    """All of a kelurahan's cases, page by page, where the button was pressed."""
    incidents, endangered = _cases(batch, kelurahan)
    here = page_of(incidents, page, PAGE, "flood", kelurahan, "page")
    values = {
        "area": area_values(ctx.areas.get(kelurahan)),
        "n": len(incidents) or None,
        "none": None if incidents else "flood.none",
        "items": [_line(ctx, each, endangered) for each in here.shown],
        **here.values,
    }
    batch.say(
        Say("flood.page", values, here.rows),
        at,
        person_id=person.id if origin.private else None,
        chat_id=None if origin.private else origin.chat_id,
        topic_id=None if origin.private else origin.topic_id,
        slot=f"flood_page:{kelurahan}",
    )


def draw_post(ctx: Context, batch: Batch, flood: Flood, now: datetime) -> None:
    """Bring the live post of a kecamatan in the public channel up to date."""
    batch.roster.put_flood_list(FloodList(flood.kecamatan, False, now))
    if ctx.channel_id is None:
        return
    found = [each for each in batch.open_incidents_in(flood.kecamatan) if each.kind is Kind.PUDDLE]
    by_area: dict[str, list[Incident]] = {}
    for incident in worst_first(found):
        by_area.setdefault(incident.area_code or "", []).append(incident)
    lines = [
        {
            "text": "flood.post_line",
            "values": {
                "area": area_values(ctx.areas.get(code)),
                "n": len(inside),
                "reporters": sum(each.reporters for each in inside),
                **known_depth(_deepest(inside)),
            },
        }
        for code, inside in sorted(by_area.items())
    ]
    values = {
        "kecamatan": kecamatan_name(ctx, flood.kecamatan),
        "since": flood.since.isoformat(),
        "at": now.isoformat(),
        "until": None if flood.until is None else flood.until.isoformat(),
        "n": len(found),
        "reporters": sum(each.reporters for each in found),
        "taken": len(found) - len(not_taken(found)) or None,
        "items": lines,
    }
    batch.say(
        Say("flood.post_over" if flood.until is not None else "flood.post", values),
        now,
        chat_id=ctx.channel_id,
        slot=list_slot(flood.kecamatan, flood),
        priority=Priority.ALERT,
    )


def _deepest(incidents: Sequence[Incident]) -> Depth | None:
    depths = [each.depth_last for each in incidents if each.depth_last is not None]
    return max(depths, key=lambda depth: depth.cm or 0, default=None)


def kecamatan_name(ctx: Context, code: str) -> str:
    """Its name."""
    unit = ctx.units.get(kecamatan_of(code))
    return code if unit is None else unit.name


def finish_lists(ctx: Context, batch: Batch, flood: Flood, now: datetime) -> None:
    """The lists and the post say that it is over, with what is still open."""
    for each in batch.roster.flood_lists():
        if each.kelurahan != flood.kecamatan and kecamatan_of(each.kelurahan) == flood.kecamatan:
            if each.drawn_at is not None and each.drawn_at >= flood.since:
                draw_list(ctx, batch, flood, each.kelurahan, now)
            batch.roster.put_flood_list(replace(each, changed=False, drawn_at=now))
    post = batch.roster.flood_list(flood.kecamatan)
    if post is not None and post.drawn_at is not None and post.drawn_at >= flood.since:
        draw_post(ctx, batch, flood, now)
    batch.roster.put_flood_list(FloodList(flood.kecamatan, False, now))
