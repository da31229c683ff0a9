"""The serving bot: its parts put together, run, and ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial

from telegram import Bot, User
from telegram.error import EndPointNotFound, InvalidToken

from bot.app.making import area_index, digest_maker, geocoder_of, routing_of, vault_of
from bot.app.turns import short_turns
from bot.app.watching import Watching, watching_routes
from bot.chat.files import TelegramFiles
from bot.chat.menus import keep_menus
from bot.chat.poller import Poller
from bot.chat.reader import Reader
from bot.chat.receiver import Receiver
from bot.chat.sender import Sender, connect
from bot.chat.trying import Trouble, explained, until_done
from bot.chat.webhook import register_webhook
from bot.clock import SystemClock
from bot.domain.errors import OperatorError, StoreBusy
from bot.domain.routing import Routing
from bot.domain.units import units_of
from bot.feeds.making import feeds_of
from bot.geo.areas import AreaIndex
from bot.geo.places import PlaceReader
from bot.jobs import BEAT_S, Jobs
from bot.ports import Clock, Store
from bot.services.announcing import Announcements
from bot.services.auditing import WORK as LOG
from bot.services.auditing import read_log
from bot.services.backups import Backups
from bot.services.context import Context
from bot.services.delivery import Delivery
from bot.services.digests import Digests
from bot.services.escalations import Escalations
from bot.services.exporting import Exports
from bot.services.feeding import Feeding
from bot.services.figures import Figures
from bot.services.flooding import Floods
from bot.services.following import FollowUps
from bot.services.intake import Intake, Toast
from bot.services.nowcasts import Nowcasts
from bot.services.own_data import OwnData
from bot.services.pacing import TELEGRAM, Limits
from bot.services.photo_checks import PhotoChecks
from bot.services.presses import Presses
from bot.services.recurring import Recurring
from bot.services.retention import Retention
from bot.services.subscriptions import UnitDigests
from bot.services.sweeping import Sweeper
from bot.services.updates import Updates
from bot.services.work import Doer, Worker, geocode
from bot.settings import Settings
from bot.telemetry import Metrics
from bot.telemetry.loop_lag import watch_loop
from bot.texts import Texts
from bot.web.server import WebServer, webhook_route
from storage import acquire_lock, open_store

log = logging.getLogger(__name__)

PRUNE_EVERY = timedelta(hours=6)


class App:
    """The serving bot.

    Args:
        settings: with a token.
        clock: the wall's where not given.
        speed: how many of the clock's seconds pass in one of the wall's.
        limits: Telegram's send limits where not given.
        number_key: for a new database, see storage.open_store.

    Attributes:
        started: set once it serves; `beat`, `store` and `watching` are there from then on.
    """

    store: Store
    watching: Watching
    _began_at: datetime

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        *,
        speed: float = 1.0,
        limits: Limits = TELEGRAM,
        number_key: bytes | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._speed = speed
        self._limits = limits
        self._number_key = number_key
        self._meter = Metrics(self._clock.now)
        self._pruned_at: datetime | None = None
        self.started = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then end within seconds.

        Raises:
            OperatorError: something in the settings, the database or the network address keeps us from starting.
        """
        settings = self._settings
        self._began_at = self._clock.now()
        if settings.bot_token is None:
            raise OperatorError("BOT_TOKEN is missing: get one from BotFather, or try `make demo`, which needs none")
        async with AsyncExitStack() as ending:
            ending.enter_context(acquire_lock(settings.database_url))
            vault, now = vault_of(settings), self._began_at
            self.store = await open_store(
                settings.database_url, self._number_key, upgrade=lambda schema: vault.before_upgrade(schema, now)
            )
            ending.push_async_callback(self.store.close)
            await self.store.release_claims()
            areas = area_index(settings)
            routing = routing_of(settings, areas)
            web = self._web()
            ending.push_async_callback(web.stop)
            web.listen()
            bot = connect(settings.bot_token, settings.bot_api_url)
            ending.push_async_callback(bot.shutdown)
            await until_done(partial(_sign_in, bot), self._clock, stop, Trouble(log))
            if not stop.is_set():
                self._put_together(bot, bot.bot, areas, routing)
                with short_turns():
                    await self._serve(bot, bot.bot, web, stop)

    def _put_together(self, bot: Bot, me: User, areas: AreaIndex, routing: Routing) -> None:
        """Make all parts. They know each other by what they need: who wakes whom stands here."""
        settings, clock, store = self._settings, self._clock, self.store
        self._texts = texts = Texts(settings.timezone)
        sender = Sender(bot, texts, clock, tells_token=settings.webhook_url is not None)
        self._presses = Presses(sender)
        self._delivery = Delivery(
            store, sender, clock, self._meter, limits=self._limits, on_chat_news=self._wake_intake
        )
        units = units_of(areas.all_served(), routing.units)
        maker = digest_maker(settings, store, areas, units, texts, me.username or "")
        self._digests = Digests(store, maker, settings.digest_times, settings.timezone, settings.sda_channel_id)
        self._between_digests = Updates(
            store,
            areas,
            units,
            settings.digest_times,
            settings.timezone,
            settings.sda_channel_id,
            settings.update_new_incidents,
            gates_known=settings.gates_url is not None,
        )
        self._backups = Backups(vault_of(settings), settings.timezone, settings.backup_keep)
        self._unit_digests = UnitDigests(store, units, settings.timezone, maker.of_unit)
        geocoder = geocoder_of(settings, areas, store, clock)
        doers: dict[str, Doer] = dict(Figures(store, areas, units, settings.timezone, self._digests).doers())
        doers |= Exports(store, clock, texts, areas, units, settings.timezone, self._delivery.wake).doers()
        doers |= self._unit_digests.doers()
        doers |= Announcements(store, units).doers()
        doers |= Recurring(store, areas, units, settings.timezone).doers()
        doers[LOG] = read_log(store)
        doers |= OwnData(store, clock, texts, units, settings.timezone).doers()
        doers |= PhotoChecks(TelegramFiles(bot), store, clock).doers()
        if geocoder is not None:
            doers["geocode"] = geocode(geocoder)
        context = Context(
            areas=areas,
            places=PlaceReader.around(areas.served_box),
            bot_name=me.username or "",
            admin_ids=frozenset(settings.admin_ids),
            timezone=settings.timezone,
            geocoding=geocoder is not None,
            label_of=texts.label_ids,
            units=units,
            routing=routing,
            channel_id=settings.sda_channel_id,
            retention_days=settings.retention_days,
            backups_kept=settings.backup_keep,
            meter=self._meter,
        )
        self._intake = Intake(store, Reader(me.username or ""), clock, context, self._after_commit)
        self._follow_ups = FollowUps(store, clock, context, self._delivery.wake)
        self._escalations = Escalations(store, clock, context, self._delivery.wake)
        self._floods = Floods(store, clock, context, self._delivery.wake, settings.flood_new_incidents)
        nowcasts = Nowcasts(store, clock, context, self._delivery.wake)
        self._feeding = Feeding(store, clock, feeds_of(settings, areas, clock), nowcasts, settings.timezone)
        self.watching = Watching(
            store, clock, context, settings, self._meter, bot, self._backups.state, self._delivery.wake, self._began_at
        )
        doers |= self.watching.doers()
        self._sweeper = Sweeper(store, settings.timezone)
        self._retention = Retention(
            store, settings.timezone, settings.retention_days, settings.backup_keep, settings.admin_ids
        )
        self._worker = Worker(store, clock, doers, self._intake.wake)
        self._receiver = Receiver(store, clock, me.id, self._on_received, self._meter)

    def _wake_intake(self) -> None:
        self._intake.wake()

    def _after_commit(self, toasts: Sequence[Toast]) -> None:
        for toast in toasts:
            self._presses.answer(toast.press_id, toast.say, toast.language)
            if toast.farewell is not None:
                self._presses.bid_farewell(toast.farewell)
            if toast.of_nobody:
                self._sweeper.wake()
        self._delivery.wake()
        self._worker.wake()

    def _on_received(self, press_ids: Sequence[str]) -> None:
        self._presses.expect(press_ids)
        self._intake.wake()

    async def beat(self) -> None:
        """Do what is due by the clock: follow-ups, cases, the digest, now and then a sweep of what has served.

        What fails is logged, and holds up nothing that comes after it.
        """
        now = self._clock.now()
        self._backups.begin_due(now)
        due: Mapping[str, Callable[[], Awaitable[object]]] = {
            "the inbox": self._hear_all,  # what was said before a digest's time belongs into it
            "follow-ups": self._follow_ups.all_due,
            "mode banjir": self._floods.all_due,  # before the clocks, which it stops
            "escalations": self._escalations.all_due,
            "the digest": partial(self._digests.post_due, now),
            "units' parts of the digest": partial(self._unit_digests.post_due, now),
            "the update between digests": partial(self._between_digests.post_due, now),
            "the sweep": partial(self._sweep, now),
            "retention": partial(self._retention.all_due, now),
            "the sweep after erasures": partial(self._sweeper.at_night, now),
        }
        for what, do in due.items():
            try:
                await do()
            except StoreBusy:  # the store has told the operator; what is due waits for the next look
                break
            except OperatorError as error:
                log.warning("what is due waits for the next look: %s", error)
                break
            except Exception:
                log.exception("%s failed; the next look tries again", what)
        self._delivery.wake()

    async def _hear_all(self) -> None:
        while await self._intake.once():
            pass

    async def _sweep(self, now: datetime) -> None:
        if self._pruned_at is None or now - self._pruned_at >= PRUNE_EVERY:
            await self.store.prune(now)
            self._pruned_at = now

    async def _serve(self, bot: Bot, me: User, web: WebServer, stop: asyncio.Event) -> None:
        settings = self._settings
        await web.start()
        self._backups.look()
        jobs = Jobs(self.beat, settings.digest_times, settings.timezone, every_s=BEAT_S / self._speed)
        jobs.start()
        parts = {
            "intake": self._intake.run(),
            "delivery": self._delivery.run(),
            "work": self._worker.run(),
            "sweeper": self._sweeper.run(),
            "feeds": self._feeding.run(),
            "watch": self.watching.run(self._speed),
            "loop lag": watch_loop(self._meter),
            "updates": self._updates(bot, stop),
            "menus": keep_menus(bot, self._texts, self.store, settings.admin_ids, self._clock, stop),
        }
        tasks = [asyncio.create_task(part, name=name) for name, part in parts.items()]
        log.info("serving as @%s", me.username)
        self.started.set()
        try:
            await _until(stop, tasks)
        finally:
            stop.set()
            await asyncio.gather(web.stop(), self._delivery.stop(), jobs.stop(), self._backups.stop())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._presses.close()
            log.info("stopped")

    def _web(self) -> WebServer:
        """The server; its routes are asked only when all is put together."""
        settings = self._settings

        async def accept(update: Mapping[str, object]) -> None:
            await self._receiver.accept_one(update)

        async def health() -> Mapping[str, int]:
            return await self.store.queues(self._clock.now())

        routes = watching_routes(lambda: self.watching, health)
        if settings.webhook_url is not None:
            secret = settings.webhook_secret or ""
            routes.append(webhook_route(settings.webhook_path, secret, accept))
        return WebServer(routes, settings.web_host, settings.web_port)

    async def _updates(self, bot: Bot, stop: asyncio.Event) -> None:
        settings = self._settings
        if settings.webhook_url is None:
            await Poller(bot, self._receiver, self._clock).run(stop)
        else:
            await register_webhook(bot, settings.webhook_url, settings.webhook_secret or "", self._clock, stop)
            await stop.wait()


async def _sign_in(bot: Bot) -> None:
    try:
        await bot.initialize()
    except (InvalidToken, EndPointNotFound) as error:
        raise OperatorError(explained(error)[0]) from None  # the library's own words repeat the token


async def _until(stop: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait for `stop`; a task that ends before is a mistake of ours, and ends the program with its error."""
    stopped = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait((stopped, *tasks), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
    if not stop.is_set():
        for task in done:
            task.result()
