"""Classes of depth, the same on the map, in charts and in tables. Pure.

PetaBencana's classes (10-70, 71-150, over 150 cm) put nearly all puddles of streets into one; these part them where it
matters: below the knee, up to the thigh, where one should not walk any more (`DEEP_CM`), over a grown-up's head.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from bot.domain.models import DEEP_CM

CLASSES_CM: Sequence[int] = (0, 30, DEEP_CM, 150)
"""Where each class begins, shallow to deep: under 30, 30 to 69, 70 to 149, from 150 cm."""

UNKNOWN_CLASS = len(CLASSES_CM)
"""The class of puddles whose depth nobody told; the last one."""

CLASS_COUNT = len(CLASSES_CM) + 1


def depth_class(depth_cm: int | None) -> int:
    """The class of a depth, an index into CLASSES_CM, or UNKNOWN_CLASS."""
    return UNKNOWN_CLASS if depth_cm is None else bisect_right(CLASSES_CM, depth_cm) - 1


def class_words(index: int) -> str:
    """The id of the text that names a class: "depth_class.0" … "depth_class.unknown"."""
    return f"depth_class.{'unknown' if index == UNKNOWN_CLASS else index}"
