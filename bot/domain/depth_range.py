"""The depths told of an incident, as one range: "10 s.d. 50 cm, naik"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.models import Depth, DepthLevel


class Trend(StrEnum):
    """Where the water goes, by the depths told."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class DepthRange:
    """What was told of a depth, in cm.

    Attributes:
        low_cm, high_cm: least and greatest of the first, last and greatest depth told; equal where all agree.
        now_cm: the last one told.
        estimated: not both ends are a number of centimetres that somebody gave.
        or_more: the greatest is "chest-deep", which has no upper end.
    """

    low_cm: int
    high_cm: int
    now_cm: int
    estimated: bool
    trend: Trend
    or_more: bool = False


def depth_range(first: Depth | None, last: Depth | None, greatest: Depth | None) -> DepthRange | None:
    """What is known of an incident's depth; None where nobody told one."""
    told = {depth.cm: depth for depth in (first, last, greatest) if depth and depth.cm is not None}
    if not told:
        return None
    low_cm, high_cm = min(told), max(told)
    now_cm = last.cm if last and last.cm is not None else high_cm
    trend = Trend.STEADY
    if now_cm < high_cm:
        trend = Trend.FALLING
    elif low_cm < high_cm:
        trend = Trend.RISING
    high = told[high_cm]
    return DepthRange(
        low_cm,
        high_cm,
        now_cm,
        estimated=not (told[low_cm].measured and high.measured),
        trend=trend,
        or_more=high.level is DepthLevel.CHEST and not high.measured,
    )
