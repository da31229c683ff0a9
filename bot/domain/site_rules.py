"""Rules of listed places: which one holds a point, what a visit does to it, the order to walk them, their progress. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.handling import Level
from bot.domain.sites import Site


@dataclass(frozen=True, slots=True)
class LevelProgress:
    """Of the places given to the units of one level: how many, how many tidy, how many past their date."""

    level: Level
    total: int
    tidy: int
    overdue: int


@dataclass(frozen=True, slots=True)
class SiteProgress:
    """How far the listed places are.

    Attributes:
        levels: lowest level first, only those that have places.
        overdue: not tidy and past their date, longest first.
        under_water: places with the numbers of the open puddles within them, most first.
    """

    total: int
    tidy: int
    levels: tuple[LevelProgress, ...]
    overdue: tuple[Site, ...]
    under_water: tuple[tuple[Site, tuple[str, ...]], ...]
