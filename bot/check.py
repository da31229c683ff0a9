"""`genangan check`: is everything ready to serve? One line for each thing, and how to mend what is not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from http.client import HTTPException
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from telegram import Bot, ChatMember, ChatMemberAdministrator
from telegram.constants import ChatType
from telegram.error import BadRequest, EndPointNotFound, Forbidden, InvalidToken, TelegramError

from bot.chat.sender import connect
from bot.chat.telegram_errors import translated
from bot.domain.errors import OperatorError, StoreBusy, StoreError, StoreTaken
from bot.ports import AreaLookup, Store
from bot.settings import TELEGRAM_API_URL, Settings

STREET = "Jalan Yos Sudarso"
"""A street that every map of Jakarta Utara has, to try the geocoder with."""

GEOCODER_WITHIN_S = 10
ANSWER_LIMIT = 1_000_000
"""Bytes read of the geocoder's answer; one place takes about a thousand."""


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
    """How the program makes what is tried here; bot.app knows the ways.

    Attributes:
        lock: takes the serving lock of a database. Raises StoreTaken, StoreError.
        open_store: opens a database, making and migrating it where needed. Raises StoreError.
        open_reader: opens it only to read. Raises StoreError.
        load_areas: raises OperatorError.
    """

    lock: Callable[[str], AbstractContextManager[object]]
    open_store: Callable[[str], Awaitable[Store]]
    open_reader: Callable[[str], Awaitable[Store]]
    load_areas: Callable[[Settings], AreaLookup]


async def check(settings: Settings, parts: Parts, now: datetime | None = None) -> list[Finding]:
    """Try everything that serving needs, in the order an operator sets it up. Sends nothing to anybody.

    Args:
        now: the present, where it is not the wall clock's.
    """
    now = now or datetime.now(UTC)
    return [
        *await _telegram(settings),
        await _database(settings.database_url, parts, now),
        _digest(settings, now),
        _areas(settings, parts),
        await _geocoder(settings.geocoder_url),
    ]


def print_findings(findings: Iterable[Finding]) -> int:
    """Print them, and return the exit status: 1 where something has to be mended."""
    found = list(findings)
    bad = sum(each.verdict is Verdict.FIX for each in found)
    things = "thing" if bad == 1 else "things"
    last = f"{bad} {things} to fix." if bad else "Ready: start it with `genangan run`."
    print(*found, last, sep="\n")  # noqa: T201
    return 1 if bad else 0


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


async def _database(url: str, parts: Parts, now: datetime) -> Finding:
    try:
        with parts.lock(url):
            store = await parts.open_store(url)
            try:
                async with store.transaction() as transaction:
                    await transaction.counters()
                return _stored(f"{url} can be written", await store.queues(now))
            finally:
                await store.close()
    except StoreTaken:
        return await _served(url, parts, now)
    except StoreError as error:
        return _fix("database", str(error))
    except StoreBusy as error:
        return _fix("database", f"{url} cannot be written now: {error}")


async def _served(url: str, parts: Parts, now: datetime) -> Finding:
    """What can be said of a database while the bot runs."""
    try:
        store = await parts.open_reader(url)
        try:
            return _stored(f"{url} is being served by a running bot", await store.queues(now))
        finally:
            await store.close()
    except (StoreError, StoreBusy) as error:
        return _fix("database", f"{url} is being served by a running bot, but cannot be read: {error}")


def _stored(text: str, queues: Mapping[str, int]) -> Finding:
    text = f"{text}; {queues['open']} incidents open"
    if queues["failed"]:
        return _note("database", f"{text}; updates that could not be handled: {queues['failed']} (the log says why)")
    return _ok("database", text)


def _digest(settings: Settings, now: datetime) -> Finding:
    times = ", ".join(f"{each:%H:%M}" for each in settings.digest_times)
    local = now.astimezone(settings.timezone)
    return _ok("digest", f"every day at {times}; in {settings.timezone.key} it is now {local:%H:%M}")


def _areas(settings: Settings, parts: Parts) -> Finding:
    try:
        areas = parts.load_areas(settings)
    except OperatorError as error:
        return _fix("areas", str(error))
    served = sum(len(areas.served_kelurahan(code)) for code, _ in areas.served_kecamatan())
    source = "the reference points of the product" if settings.areas_geojson is None else str(settings.areas_geojson)
    return _ok("areas", f"{served} kelurahan are served, found by {source}")


async def _geocoder(url: str | None) -> Finding:
    if url is None:
        return _ok("geocoder", "off: whoever types a street is asked for a pin")
    try:
        found = await asyncio.to_thread(_look_up, url)
    except (OSError, ValueError, HTTPException) as error:  # not reached or refused; not JSON; not HTTP
        text = f"GEOCODER_URL: {url} gives no usable answer ({type(error).__name__}: {error})"
        return _fix("geocoder", f"{text}; the bot works without, asking for a pin instead")
    if not found:
        return _note("geocoder", f'{url} answers, but does not find "{STREET}"')
    return _ok("geocoder", f'{url} answers and finds "{STREET}"')


def _look_up(url: str) -> bool:
    """Ask Nominatim itself, past whatever the bot remembers. Raises OSError, ValueError, HTTPException."""
    query = urlencode({"q": STREET, "format": "jsonv2", "limit": 1})
    asked = Request(f"{url}/search?{query}", headers={"User-Agent": "genangan-check"})  # noqa: S310  # http(s): settings
    with urlopen(asked, timeout=GEOCODER_WITHIN_S) as answer:  # noqa: S310
        found = json.loads(answer.read(ANSWER_LIMIT))
    if not isinstance(found, list):
        raise ValueError("not a list of places")
    return bool(found)
