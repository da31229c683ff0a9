"""What watches over the serving bot, put together: vitals, alarms, /kesehatan, /health and /metrics."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from importlib import metadata

from starlette.routing import BaseRoute
from telegram import Bot
from telegram.error import EndPointNotFound, TelegramError

from bot.chat.telegram_errors import translated
from bot.domain.alarms import LOOK_S
from bot.domain.backups import BackupState
from bot.domain.errors import StoreBusy, StoreError, TokenRefused
from bot.domain.health import Verdict, in_words
from bot.ports import Clock, Store
from bot.services.context import Context
from bot.services.health_page import WORK, show_health
from bot.services.watching import Sources, Watch
from bot.services.work import Doer
from bot.settings import HEALTH_PATH, METRICS_PATH, Settings
from bot.telemetry import Metrics
from bot.telemetry.gauges import put_vitals
from bot.telemetry.metrics import CONTENT_TYPE
from bot.web.server import health_route, metrics_route

log = logging.getLogger(__name__)

LEAST_PAUSE_S = 5.0
"""Seconds of the wall between two looks at least, however fast the demo's clock runs."""


class Watching:
    """The watch and what shows it.

    Args:
        bot: asked whether Telegram knows the token.
        backups: how they go.
        after_commit: called when something may stand in the outbox.
        started_at: when the program began.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        context: Context,
        settings: Settings,
        metrics: Metrics,
        bot: Bot,
        backups: Callable[[], BackupState],
        after_commit: Callable[[], None],
        started_at: datetime,
    ) -> None:
        async def ask_telegram() -> None:
            try:
                await bot.get_me()
            except EndPointNotFound:
                raise TokenRefused from None
            except TelegramError as error:
                raise translated(error) from None

        channel_id = settings.sda_channel_id
        sources = Sources(ask_telegram, backups, settings.digest_times, settings.timezone, channel_id)
        self._metrics = metrics
        self.watch = Watch(store, clock, context, metrics, sources, after_commit, started_at)

    def doers(self) -> Mapping[str, Doer]:
        """Work "health": what /kesehatan shows."""
        return {WORK: show_health(self.watch, self._metrics.answer_times, version())}

    async def run(self, speed: float) -> None:
        """Look every half minute of the clock, until cancelled. A look that fails holds up none that comes after it."""
        while True:
            await asyncio.sleep(max(LEAST_PAUSE_S, LOOK_S / speed))
            try:
                await self.watch.look()
            except Exception:
                log.exception("looking after the bot failed; the next look tries again")

    def wrong(self) -> Sequence[tuple[str, bool]]:
        """What is wrong by the last look, in words, and whether it keeps people from being answered."""
        found = [finding for finding in self.watch.findings if finding.verdict is Verdict.WRONG]
        return [(in_words(finding), finding.what.stops) for finding in found]

    async def exposed(self) -> bytes:
        """The metrics of this moment."""
        try:
            put_vitals(self._metrics, await self.watch.vitals(), self.watch.standing, version())
            self._metrics.put("vitals_read", 1)
        except (StoreBusy, StoreError):
            self._metrics.put("vitals_read", 0)
        return self._metrics.exposed()


def watching_routes(
    watching: Callable[[], Watching], queues: Callable[[], Awaitable[Mapping[str, int]]]
) -> list[BaseRoute]:
    """/health and /metrics; they are asked only once all is put together."""

    async def exposed() -> bytes:
        return await watching().exposed()

    return [
        health_route(HEALTH_PATH, queues, lambda: watching().wrong()),
        metrics_route(METRICS_PATH, exposed, CONTENT_TYPE),
    ]


def version() -> str:
    """Of the program that is installed."""
    try:
        return metadata.version("genangan-bot")
    except metadata.PackageNotFoundError:
        return "?"
