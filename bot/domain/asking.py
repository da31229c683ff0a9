"""What the bot asks for while a report is made: the place, the depth, what is wrong. Text ids and buttons, no words."""

from __future__ import annotations

from bot.domain.models import Area, Choice, Depth, DepthLevel, Fault, Say
from bot.domain.records import Draft
from bot.domain.rows import in_rows

ROUGH_M = 150
"""An accuracy above this is worth a hint to move the pin."""


BUTTONS = (
    (Choice("button.send_location", sends="location"),),
    (Choice("button.write_address", sends="text"),),
    (Choice("button.drain", sends="text"),),
)
"""The keyboard at the bottom of the screen. It stays there, so it is the same at all times."""


def slot_of(report_id: int) -> str:
    """The slot of a report's message: first the question, then the receipt."""
    return f"report:{report_id}"


def greeting() -> Say:
    """What the bot is for, and the buttons to begin."""
    return Say("say.greeting", {}, BUTTONS, keyboard="ask")


def ask_where(draft: Draft, danger: bool = False) -> Say:
    """Ask for the place, with the location button at the bottom of the screen. Danger: 112 comes with it."""
    values = {
        "safety": "say.safety" if danger else None,
        "got": _got(draft),
        **known_depth(draft.depth),
        "fault": None if draft.fault is None else f"fault.{draft.fault.value}",
    }
    return Say(f"ask.where.{draft.kind.value}", values, BUTTONS, keyboard="ask")


def _got(draft: Draft) -> str | None:
    """What was understood already. The words that began a report need no mention."""
    if draft.photos:
        return "got.photo"
    if is_known(draft.depth):
        return "got.depth"
    if draft.fault is not None:
        return "got.fault"
    return "got.note" if draft.note and len(draft.messages) > 1 else None


def ask_depth(draft: Draft, area: Area | None, danger: bool = False) -> Say:
    """Ask for the depth in body words. Nothing is preselected: a default would become the commonest answer."""
    place = draft.place
    rough = place is not None and place.accuracy_m is not None and place.accuracy_m > ROUGH_M
    levels = [level for level in DepthLevel if level is not DepthLevel.UNKNOWN]
    buttons = [Choice(f"depth_button.{level.value}", "d", (str(draft.id), level.value)) for level in levels]
    return Say(
        "ask.depth",
        {
            "area": area_values(area),
            "name": draft.name,
            "approximate": "ask.approximate" if place is not None and place.approximate else None,
            "accuracy_m": place.accuracy_m if rough and place is not None else None,
            "safety": "say.safety" if danger else None,
        },
        (
            tuple(buttons[:3]),
            tuple(buttons[3:]),
            (Choice("depth_button.unknown", "d", (str(draft.id), DepthLevel.UNKNOWN.value)),),
        ),
    )


def ask_fault(draft: Draft, area: Area | None, danger: bool = False) -> Say:
    """Ask what is wrong with the drain, pump, gate or cover."""
    buttons = [Choice(f"fault_button.{fault.value}", "f", (str(draft.id), fault.value)) for fault in Fault]
    values = {"area": area_values(area), "name": draft.name, "safety": "say.safety" if danger else None}
    return Say("ask.fault", values, in_rows(buttons))


def ask_here(draft: Draft, index: int, text: str, area: dict[str, object] | None, safety: str | None = None) -> Say:
    """Show one of the draft's found places on a pin: is it here?"""
    place = draft.found[index]
    buttons = (
        Choice("button.here", "here", (str(draft.id), str(index))),
        Choice("button.not_here", "nothere", (str(draft.id), str(index))),
    )
    values = {"area": area, "name": place.name, "safety": safety}
    return Say(text, values, (buttons,), pin=(place.lat, place.lon))


def area_values(area: Area | None) -> dict[str, object] | None:
    """An area as a Say's value."""
    if area is None:
        return None
    return {"kelurahan": area.kelurahan, "kecamatan": area.kecamatan, "kota": area.kota}


def is_known(depth: Depth | None) -> bool:
    """Somebody said how deep it is."""
    return depth is not None and depth.cm is not None


def known_depth(depth: Depth | None) -> dict[str, object]:
    """A depth as a Say's value "depth"; none where it is not known."""
    if depth is None or depth.cm is None:
        return {}
    return {"depth": {"level": depth.level.value, "cm": depth.cm, "measured": depth.measured}}
