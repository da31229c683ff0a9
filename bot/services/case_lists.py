"""Several cases in one message: a line each, and a button for each that opens its card where it is pressed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.domain.models import Choice, Incident, Kind, Rows
from bot.domain.rows import in_rows
from bot.services.card_face import place_values
from bot.services.context import Context

A_ROW = 4
"""Numbers side by side on a phone."""


def case_line(ctx: Context, incident: Incident, text: str, **more: object) -> dict[str, object]:
    """One case as a line of a text.

    Args:
        ctx: look-ups.
        incident: the case.
        text: id of the line.
        more: values besides place, depth, reporters and since when.
    """
    return {"text": text, "values": {**place_values(ctx, incident), **more}}


def case_buttons(incidents: Iterable[Incident]) -> Rows:
    """A way into each, by its number."""
    choices = [Choice("button.case", "case", (str(each.id),), {"number": each.number}) for each in incidents]
    return in_rows(choices, A_ROW)


def worst_first(incidents: Iterable[Incident], in_danger: Collection[int] = ()) -> list[Incident]:
    """Distress first, then the deepest, then the most reporters, then the oldest.

    Args:
        incidents: open ones.
        in_danger: ids of those where somebody wrote words of distress.
    """

    def key(incident: Incident) -> tuple[bool, int, int, float, int]:
        depth = incident.depth_last
        deep_cm = (depth.cm or 0) if depth is not None and incident.kind is Kind.PUDDLE else 0
        return (
            incident.id not in in_danger,
            -deep_cm,
            -incident.reporters,
            incident.first_seen.timestamp(),
            incident.id,
        )

    return sorted(incidents, key=key)
