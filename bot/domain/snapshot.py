"""What a digest is made of, read from the database at one go, so that all its parts tell of one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.memory import Past
from bot.domain.models import Incident
from bot.domain.records import Tally
from bot.domain.sites import Site
from bot.domain.staff import UnitLink
from bot.domain.weather import FeedState, WeatherDay

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The facts of a window (after window_from, up to window_to), of all or of one area.

    Attributes:
        area_code: only what lies in areas whose codes begin with it; "": everything.
        incidents: as they were at window_to: those open then, and those that ended in the window.
        before: as they were at window_from: those open then.
        tally: of the window; tally_before: of the equally long one before it; tally_week: of the same hours a week ago.
        standing_week: puddles that were open a week before window_to, those of one series counted once.
        links: the chats of units.
        sites: the listed places, as they are now, those dropped left out.
        pasts: puddles first seen in the year before window_to, as they are now.
        feeds: how reading the public feeds goes; weather: the days of the year before, where known.
    """

    area_code: str
    window_from: datetime
    window_to: datetime
    incidents: Sequence[Incident]
    before: Sequence[Incident]
    tally: Tally
    tally_before: Tally
    tally_week: Tally
    standing_week: int
    links: Sequence[UnitLink] = ()
    sites: Sequence[Site] = ()
    pasts: Sequence[Past] = ()
    feeds: Sequence[FeedState] = ()
    weather: Sequence[WeatherDay] = ()

    @property
    def week_known(self) -> bool:
        """Anything is known of a week ago or longer: before anybody reported here, noughts say nothing."""
        counted = self.standing_week > 0 or self.tally_week != Tally()
        return counted or any(past.first_seen <= self.window_to - WEEK for past in self.pasts)
