"""How deep, in the words people type: "se lutut", "kira2 40cm", "knee deep"."""

from __future__ import annotations

from bot.domain.models import Depth


def read_depth(text: str, *, asked: bool = False) -> Depth | None:
    """The depth that a text speaks of, None if it speaks of none.

    Args:
        text: what was typed.
        asked: the bot has just asked for a depth, so a bare number ("40") means centimetres.
    """
    raise NotImplementedError


def distress(text: str) -> bool:
    """Whether somebody seems to be in danger."""
    raise NotImplementedError
