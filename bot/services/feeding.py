"""Which feed to ask when, and what becomes of what it says.

A task of its own: however slow a feed is, nothing else waits for it. All that has to be known after a restart (when a
feed may be asked again, its validators, what it said) is in the database.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from bot.domain.errors import FeedError, OperatorError, StoreBusy
from bot.domain.feed_content import nowcasts_of, to_content
from bot.domain.feed_states import FORECAST, GATES, LONGEST_ASKED, NOWCAST, answered, failed, failed_alike, kind_of
from bot.domain.weather import FeedState, Forecast
from bot.domain.weather_days import weather_days
from bot.ports import Clock, Feed, Reading, Store
from bot.services.nowcasts import Nowcasts

log = logging.getLogger(__name__)

LOOK_EVERY_S = 15.0
WAIT_WHEN_BUSY_S = 30.0

LONGEST_WAIT = LONGEST_ASKED * 1.5

URGENT_FIRST = (NOWCAST, GATES, FORECAST)
"""In this order where several are due: one slow forecast must not keep a warning waiting for thirty others."""


class Feeding:
    """Reads public feeds.

    Args:
        store, clock: the world.
        feeds: those that are switched on.
        nowcasts: passes early warnings on.
        timezone: in which days are counted.
    """

    def __init__(
        self, store: Store, clock: Clock, feeds: Sequence[Feed], nowcasts: Nowcasts, timezone: ZoneInfo
    ) -> None:
        self._store = store
        self._clock = clock
        self._feeds = {feed.name: feed for feed in feeds}
        self._nowcasts = nowcasts
        self._timezone = timezone

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                busy = await self.once()
            except (StoreBusy, OperatorError) as error:
                log.warning("public feeds wait: %s", error)
                await self._clock.sleep(WAIT_WHEN_BUSY_S)
                continue
            except Exception:
                log.exception("reading public feeds failed; it goes on")
                await self._clock.sleep(WAIT_WHEN_BUSY_S)
                continue
            await (asyncio.sleep(0) if busy else self._clock.sleep(LOOK_EVERY_S))

    async def once(self) -> bool:
        """Ask the one feed that is due, and most urgently so. Returns whether there was one."""
        states = {state.name: state for state in await self._store.feed_states()}
        now = self._clock.now()
        due = [name for name in self._feeds if _is_due(states.get(name), now)]
        if not due:
            return False
        name = min(due, key=lambda name: (URGENT_FIRST.index(kind_of(name)), _next_at(states.get(name), now), name))
        before = states.get(name)
        chance = random.random()  # noqa: S311  # only so that not all bots ask at once
        try:
            reading = await self._feeds[name].read(before, now)
        except FeedError as error:
            _tell_failure(name, str(error), states)
            failure = failed(before, name, now, str(error), error.retry_after_s, chance=chance)
            kin = [each for each in due if each != name and kind_of(each) == kind_of(name)] if error.everywhere else []
            others = [failed_alike(states.get(each), each, failure) for each in kin]
            await self._store.put_feed_states([failure, *others])
        except Exception:  # a mistake of ours must not ask them again and again
            log.exception("feed %s cannot be read", name)
            await self._store.put_feed_states([failed(before, name, now, "a mistake in this program", chance=chance)])
        else:
            await self._keep(name, states, reading, now, chance)
        return True

    async def _keep(
        self, name: str, states: Mapping[str, FeedState], reading: Reading, now: datetime, chance: float
    ) -> None:
        before = states.get(name)
        content = None if reading.records is None else to_content(reading.records)
        state = answered(
            before,
            name,
            now,
            content,
            reading.etag,
            reading.modified,
            trouble=reading.trouble,
            chance=chance,
        )
        if state.why is not None:
            _tell_failure(name, state.why, states)
        elif before is not None and before.why is not None and len(_failing_kin(name, states)) == 1:
            log.info("feed %s: read again", kind_of(name))
        if kind_of(name) == FORECAST and reading.records:
            forecasts = cast("Sequence[Forecast]", reading.records)
            today = now.astimezone(self._timezone).date()
            days = weather_days(forecasts, (today, today + timedelta(days=1)), self._timezone)
            await self._store.put_weather(days)
        if kind_of(name) == NOWCAST:  # before it is kept: after a crash in between it is read, and passed on, again
            await self._nowcasts.pass_on(nowcasts_of(state.content))
        await self._store.put_feed_states([state])


def _failing_kin(name: str, states: Mapping[str, FeedState]) -> list[str]:
    """Why the feeds of its kind fail that do, itself included."""
    return [each.why for each in states.values() if each.why is not None and kind_of(each.name) == kind_of(name)]


def _tell_failure(name: str, why: str, states: Mapping[str, FeedState]) -> None:
    """Once, neither each time nor for each kelurahan."""
    if why not in _failing_kin(name, states):
        log.warning("feed %s: %s", name, why)


def _next_at(state: FeedState | None, now: datetime) -> datetime:
    return now if state is None else state.next_at


def _is_due(state: FeedState | None, now: datetime) -> bool:
    """Its time has come; or the clock was set back by more than any pause."""
    return state is None or not timedelta() < state.next_at - now <= LONGEST_WAIT
