"""`genangan check`: is everything ready to serve? One line for each thing, and how to mend what is not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum

from telegram import Bot, ChatMember, ChatMemberAdministrator
from telegram.constants import ChatType
from telegram.error import BadRequest, EndPointNotFound, Forbidden, InvalidToken, TelegramError

from bot.chat.sender import connect
from bot.chat.telegram_errors import translated
from bot.domain.backups import AT, size
from bot.domain.errors import (
    FeedError,
    GeocoderError,
    OperatorError,
    RoutingError,
    StoreBusy,
    StoreError,
    StoreMissing,
    StoreOlder,
    StoreTaken,
)
from bot.domain.feed_states import FORECAST, GATES, NOWCAST, kind_of
from bot.domain.foresight import EVENING
from bot.domain.routing import Routing
from bot.ports import AreaLookup, Clock, Feed, Geocoder, Store, Vault
from bot.settings import TELEGRAM_API_URL, Settings
from bot.web.server import WebServer

STREET = "Jalan Yos Sudarso"
"""A street that every map of Jakarta Utara has, to try the geocoder with."""


FEEDS = {
    FORECAST: (
        "BMKG_FORECAST_URL",
        "BMKG's forecast can be read: {n} steps for one kelurahan; BMKG is named as its source",
    ),
    NOWCAST: (
        "BMKG_ALERTS_URL",
        "BMKG's early warnings can be read: {n} of the province; BMKG is named as their source",
    ),
    GATES: ("GATES_URL", "the gates can be read: {n} of them"),
}
"""Kind of feed -> the setting that names it, and what to say where it answers."""


class Verdict(Enum):
    """What a line says."""

    OK = "OK"
    NOTE = "Note"  # works, but the operator may not have meant it so
    FIX = "Fix"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: about what, and what was found (with the way out where it is bad)."""

    verdict: Verdict
    about: str
    text: str

    def __str__(self) -> str:
        return f"{self.verdict.value:<5} {self.about:<10} {self.text}"


@dataclass(frozen=True, slots=True)
class Parts:
    """How the program makes what is tried here; bot.app gives its own ways.

    Attributes:
        clock: the present.
        lock: takes the serving lock of a database. Raises StoreTaken, StoreError.
        open_store: opens a database, making it where needed. Raises StoreError.
        load_areas: raises OperatorError.
        make_geocoder: one that asks the server itself, past what is remembered; None where none is set up.
        make_feeds: the public feeds that the settings name.
        load_routing: raises RoutingError.
        open_reader: opens a database only to read, also while a bot serves it. Raises StoreError.
        vault_of: where backups lie.
    """

    clock: Clock
    lock: Callable[[str], AbstractContextManager[object]]
    open_store: Callable[[str], Awaitable[Store]]
    load_areas: Callable[[Settings], AreaLookup]
    make_geocoder: Callable[[Settings, AreaLookup], Geocoder | None]
    make_feeds: Callable[[Settings, AreaLookup], Sequence[Feed]]
    load_routing: Callable[[Settings, AreaLookup], Routing]
    open_reader: Callable[[str], Awaitable[Store]]
    vault_of: Callable[[Settings], Vault]


async def check(settings: Settings, parts: Parts) -> list[Finding]:
    """Try everything that serving needs, in the order an operator sets it up. Sends nothing to anybody."""
    database, web = await _database(settings, parts), await _web(settings, parts)
    findings = [*await _telegram(settings), database, _backups(settings, parts), web, _digest(settings, parts)]
    try:
        areas = parts.load_areas(settings)
    except OperatorError as error:
        return [*findings, _fix("areas", str(error))]
    geocoder = await _geocoder(parts.make_geocoder(settings, areas))
    feeds = await _feeds(settings, parts.make_feeds(settings, areas), parts.clock)
    return [*findings, _areas(settings, areas), *_routing(settings, areas, parts), geocoder, *feeds]


def settings_findings(problems: Iterable[str]) -> list[Finding]:
    """The findings where the settings cannot be read: nothing else can be tried then."""
    return [_fix("settings", problem) for problem in problems]


def report(findings: Iterable[Finding]) -> tuple[str, int]:
    """(the lines to print, the exit status: 1 where something has to be mended)."""
    found = list(findings)
    bad = sum(each.verdict is Verdict.FIX for each in found)
    things = "thing" if bad == 1 else "things"
    last = f"{bad} {things} to fix." if bad else "Ready: start it with `genangan run`."
    return "\n".join([*map(str, found), last]), 1 if bad else 0


def _ok(about: str, text: str) -> Finding:
    return Finding(Verdict.OK, about, text)


def _note(about: str, text: str) -> Finding:
    return Finding(Verdict.NOTE, about, text)


def _fix(about: str, text: str) -> Finding:
    return Finding(Verdict.FIX, about, text)


async def _telegram(settings: Settings) -> list[Finding]:
    if settings.bot_token is None:
        text = "BOT_TOKEN is not set: write /newbot to @BotFather and copy the token. `make demo` needs none"
        return [_fix("telegram", text)]
    bot = connect(settings.bot_token, settings.bot_api_url)
    try:
        await bot.initialize()
        return [
            _ok("telegram", f"the token belongs to @{bot.username}"),
            await _way_in(bot, settings),
            await _channel(bot, settings),
            await _admins(bot, settings),
        ]
    except (InvalidToken, EndPointNotFound):
        where = "" if settings.bot_api_url == TELEGRAM_API_URL else f" ({settings.bot_api_url}, from BOT_API_URL)"
        return [_fix("telegram", f"BOT_TOKEN is refused{where}: copy it anew from @BotFather")]
    except TelegramError as error:
        text = f"{settings.bot_api_url} does not answer as it should ({translated(error)}): look at the network"
        return [_fix("telegram", text if settings.bot_api_url == TELEGRAM_API_URL else f"{text} and at BOT_API_URL")]
    finally:
        await bot.shutdown()


async def _way_in(bot: Bot, settings: Settings) -> Finding:
    """How updates come: polled, or delivered to our address."""
    info = await bot.get_webhook_info()
    if settings.webhook_url is None:
        if info.url:
            text = "a webhook is set with this token; `genangan run` removes it and polls, as WEBHOOK_URL is empty"
            return _note("updates", text)
        return _ok("updates", "will be polled")
    if info.url == settings.webhook_url and info.last_error_message:
        return _note("updates", f"Telegram could not deliver to WEBHOOK_URL last time: {info.last_error_message}")
    return _ok("updates", f"will be delivered to {settings.webhook_url}, answered on port {settings.web_port}")


async def _channel(bot: Bot, settings: Settings) -> Finding:
    if settings.sda_channel_id is None:
        return _note("channel", "SDA_CHANNEL_ID is not set: the digest is posted nowhere")
    try:
        chat = await bot.get_chat(settings.sda_channel_id)
        member = await bot.get_chat_member(settings.sda_channel_id, bot.id)
    except (BadRequest, Forbidden) as error:
        return _fix(
            "channel",
            f"SDA_CHANNEL_ID: the bot cannot see this channel ({error.message}):"
            " look at the number, and add the bot to the channel as an administrator",
        )
    if _may_post(member, chat.type):
        return _ok("channel", f'the bot may post in "{chat.title}"')
    return _fix(
        "channel",
        f'the bot may not post in "{chat.title}": make it an administrator there with the right to post messages',
    )


def _may_post(member: ChatMember, chat_type: str) -> bool:
    if chat_type == ChatType.CHANNEL:
        return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
    return member.status in (ChatMember.ADMINISTRATOR, ChatMember.MEMBER)


async def _admins(bot: Bot, settings: Settings) -> Finding:
    if not settings.admin_ids:
        return _note("admins", "ADMIN_IDS is not set: nobody can use /rekap, /statistik and /ekspor")
    unknown = []
    for position, admin_id in enumerate(settings.admin_ids, start=1):
        try:
            await bot.get_chat(admin_id)
        except (BadRequest, Forbidden):
            unknown.append(str(position))
    if unknown:
        entries = ("entry " if len(unknown) == 1 else "entries ") + ", ".join(unknown)
        return _note("admins", f"{entries} of ADMIN_IDS: not known to the bot; that person has to send it /start once")
    return _ok("admins", f"all {len(settings.admin_ids)} are known to the bot")


async def _database(settings: Settings, parts: Parts) -> Finding:
    url = settings.database_url
    try:
        with parts.lock(url):
            store = await parts.open_store(url)
            try:
                async with store.transaction() as transaction:
                    await transaction.counters()
                queues = await store.queues(parts.clock.now())
            finally:
                await store.close()
    except StoreTaken:
        return _ok("database", f"{url} is being served by a running bot, and is left alone")
    except StoreOlder:
        text = f"{url} is of an earlier version: `genangan run` copies it, then brings it up to date"
        return _note("database", f"{text}; `genangan migrate --check` tries that first")
    except StoreError as error:
        return _fix("database", str(error))
    except StoreBusy as error:
        return _fix("database", f"{url} cannot be written now: {error}")
    text = f"{url} can be written; {queues['open']} incidents open"
    if queues["failed"]:
        return _note("database", f"{text}; updates that could not be handled: {queues['failed']} (the log says why)")
    return _ok("database", text)


def _backups(settings: Settings, parts: Parts) -> Finding:
    if settings.backup_keep == 0:
        return _note("backups", "BACKUP_KEEP is 0: none are made at night; `genangan backup` makes one")
    try:
        vault = parts.vault_of(settings)
        newest, room = vault.newest(), vault.room()
    except StoreMissing:
        return _ok("backups", f"every night at {AT:%H:%M}, once there is a database")
    except OperatorError as error:
        return _fix("backups", str(error))
    if room.missing_bytes:
        text = f"BACKUP_FOLDER: {size(room.needed_bytes)} are needed in {room.folder}, {size(room.free_bytes)} are free"
        return _fix("backups", f"{text}: make room, or name another folder")
    last = "none yet" if newest is None else f"the newest is of {newest:%Y-%m-%d %H:%M}"
    return _ok("backups", f"every night at {AT:%H:%M} into {vault.folder}, {size(room.free_bytes)} free; {last}")


async def _web(settings: Settings, parts: Parts) -> Finding:
    where = f"{settings.web_host} port {settings.web_port}"
    server = WebServer([], settings.web_host, settings.web_port)
    try:
        server.listen()
    except OperatorError as error:
        if _is_served(settings, parts):
            return _ok("web", f"{where} is taken, presumably by the running bot")
        return _fix("web", str(error))
    await server.stop()
    return _ok("web", f"{where} is free for health{'' if settings.webhook_url is None else ' and updates'}")


def _is_served(settings: Settings, parts: Parts) -> bool:
    try:
        with parts.lock(settings.database_url):
            return False
    except StoreTaken:
        return True
    except StoreError:
        return False


def _digest(settings: Settings, parts: Parts) -> Finding:
    times = ", ".join(f"{each:%H:%M}" for each in settings.digest_times)
    local = parts.clock.now().astimezone(settings.timezone)
    return _ok("digest", f"every day at {times}; in {settings.timezone.key} it is now {local:%H:%M}")


def _areas(settings: Settings, areas: AreaLookup) -> Finding:
    served = sum(len(areas.served_kelurahan(code)) for code, _ in areas.served_kecamatan())
    source = "the reference points of the product" if settings.areas_geojson is None else str(settings.areas_geojson)
    return _ok("areas", f"{served} kelurahan are served, found by {source}")


def _routing(settings: Settings, areas: AreaLookup, parts: Parts) -> list[Finding]:
    try:
        routing = parts.load_routing(settings, areas)
    except RoutingError as error:
        return [_fix("routing", problem) for problem in error.problems]
    source = "the file of the product" if settings.routing_file is None else str(settings.routing_file)
    text = f"{len(routing.rules)} rules and {len(routing.clocks)} clocks in {source}; try --route LAT,LON"
    return [_ok("routing", text)]


async def _geocoder(geocoder: Geocoder | None) -> Finding:
    if geocoder is None:
        return _ok("geocoder", "off: whoever types a street is asked for a pin")
    try:
        found = await geocoder.find(STREET)
    except GeocoderError as error:
        text = f"GEOCODER_URL gives no usable answer ({error}); the bot works without, asking for a pin instead"
        return _fix("geocoder", text)
    if not found:
        return _note("geocoder", f'it answers, but does not find "{STREET}" in the service area')
    return _ok("geocoder", f'it answers and finds "{STREET}"')


async def _feeds(settings: Settings, feeds: Sequence[Feed], clock: Clock) -> list[Finding]:
    """Each kind of feed once: one kelurahan's forecast stands for all."""
    if not feeds:
        return [_ok("feeds", "off: neither BMKG nor the gates are read")]
    findings = []
    first = {kind_of(feed.name): feed for feed in reversed(feeds)}
    for kind, (setting, fine) in FEEDS.items():
        if kind not in first:
            continue
        try:
            reading = await first[kind].read(None, clock.now())
        except FeedError as error:
            text = (
                f"{setting} gives no usable answer ({error}): look at the address and the network, or leave it empty;"
                " the bot works without, and the digest says so"
            )
            findings.append(_fix(kind, text))
        else:
            text = fine.format(n=len(reading.records or ()))
            trouble = reading.trouble
            findings.append(_ok(kind, text) if trouble is None else _note(kind, f"{text}, but {trouble}"))
    if first.keys() & {FORECAST, GATES} and all(each < EVENING for each in settings.digest_times):
        text = f"no time in DIGEST_TIMES is {EVENING:%H:%M} or later: what to expect tomorrow stands in evening digests"
        findings.append(_note("feeds", f"{text} only. For example: DIGEST_TIMES=06:00,17:00"))
    return findings
