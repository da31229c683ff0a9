"""Many puddles in one line: how many, between which depths, why. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.depth_range import DepthRange, Trend
from bot.domain.digest_entries import Entry
from bot.domain.models import Cause


@dataclass(frozen=True, slots=True)
class Sum:
    """What some puddles have in common.

    Attributes:
        count: how many they are.
        depth: from the least to the greatest of their present depths; None where nobody told one. unknown: how many
            have none.
        causes: of any of them, the most frequent first.
    """

    count: int
    depth: DepthRange | None
    causes: tuple[Cause, ...]
    unknown: int = 0


def sum_up(entries: Sequence[Entry]) -> Sum:
    """The sum of these. One alone keeps its own depth, with where it goes."""
    depths = [entry.depth for entry in entries if entry.depth is not None]
    counts = Counter(cause for entry in entries for cause in entry.causes)
    causes = tuple(sorted(counts, key=lambda cause: (-counts[cause], list(Cause).index(cause))))
    if len(entries) == 1 or not depths:
        return Sum(len(entries), depths[0] if depths else None, causes, len(entries) - len(depths))
    low, high = (pick(depths, key=lambda depth: depth.now_cm) for pick in (min, max))
    deepest = [depth for depth in depths if depth.now_cm == high.now_cm]
    return Sum(
        len(entries),
        DepthRange(
            low.now_cm,
            high.now_cm,
            high.now_cm,
            estimated=any(depth.estimated for depth in depths),
            trend=Trend.STEADY,
            or_more=any(depth.or_more and depth.now_cm == depth.high_cm for depth in deepest),
        ),
        causes,
        len(entries) - len(depths),
    )
