"""Buttons, a few side by side."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.models import Choice, Rows


def in_rows(choices: Sequence[Choice], width: int = 2) -> Rows:
    """Buttons in this order, `width` of them in a row (the last row has what is left)."""
    return tuple(tuple(choices[i : i + width]) for i in range(0, len(choices), width))
