"""Several cases in one message: a line each, and a button for each that opens its card where it is pressed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list of cases.

    Attributes:
        shown: the cases on it; `first` is the place of the first of them in the list, from 1.
        values: which page it is, of how many; without a number where there is only one.
        rows: a way into each case, and to the pages before and after.
    """

    shown: Sequence[Incident]
    first: int
    values: Mapping[str, object]
    rows: Rows


def page_of(incidents: Sequence[Incident], page: int, size: int, act: str, *args: str) -> Page:
    """The page of a list, or the nearest that there is.

    Args:
        incidents: all, in order.
        page: which, from 0.
        size: cases on a page.
        act, args: what the buttons to other pages mean; the page's number follows.
    """
    pages = max(1, -(-len(incidents) // size))
    page = min(max(page, 0), pages - 1)
    shown = incidents[page * size : (page + 1) * size]
    turns = []
    if page > 0:
        turns.append(Choice("button.page_back", act, (*args, str(page - 1))))
    if page + 1 < pages:
        turns.append(Choice("button.page_on", act, (*args, str(page + 1))))
    values = {"page": page + 1 if pages > 1 else None, "pages": pages}
    return Page(shown, page * size + 1, values, (*case_buttons(shown), *in_rows(turns)))


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
