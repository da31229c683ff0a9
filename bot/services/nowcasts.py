"""BMKG's early warnings, passed to the units concerned: at once, and once.

Each chat gets one message for a warning and all that follows from it: what updates it changes that message, what takes
it back says so there. What was passed on is kept with the states of the feeds, so that a restart repeats nothing; the
messages' slots see to it that even a kill in between does not.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.errors import OperatorError, StoreBusy
from bot.domain.handling import Level
from bot.domain.models import Say
from bot.domain.outgoing import Priority
from bot.domain.weather import FeedState, Nowcast
from bot.ports import Clock, Store
from bot.services.batch import Batch
from bot.services.cards import Chat, chats_of
from bot.services.context import Context
from bot.services.intake import settle

log = logging.getLogger(__name__)

PASSED_ON = "passed_on"
"""Name of the state that keeps what was passed on."""

KEPT_AFTER = timedelta(days=1)
"""A warning is known as passed on for so long after its end."""


@dataclass(frozen=True, slots=True)
class Told:
    """A warning that was passed on.

    Attributes:
        ids: of it and of what followed from it, the last one last.
        kecamatan: codes of all that were ever told.
        ends_at: until when it holds.
    """

    ids: tuple[str, ...]
    kecamatan: tuple[str, ...]
    ends_at: datetime
    event: str


class Nowcasts:
    """Passes early warnings on.

    Args:
        store, clock: the world.
        context: look-ups and settings.
        after_commit: called when something may stand in the outbox.
    """

    def __init__(self, store: Store, clock: Clock, context: Context, after_commit: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._context = context
        self._after_commit = after_commit
        self._told: dict[str, Told] | None = None  # by the id of the first; None: not read yet
        self._stuck: set[str] = set()

    async def pass_on(self, nowcasts: Sequence[Nowcast]) -> None:
        """Tell the units of what is new among these: all that are known, in any order."""
        now = self._clock.now()
        told = await self._known(now)
        for root, latest in _latest(nowcasts, told).items():
            before = told.get(root)
            if before is None and not _is_to_tell(latest, now):
                continue
            if before is not None and latest.id in before.ids:
                continue
            try:
                async with self._store.transaction() as tx:
                    batch = Batch(await tx.counters())
                    await settle(tx, batch, partial(_tell, self._context, batch, root, before, latest, now))
                    await tx.flush(batch.changes())
            except (StoreBusy, OperatorError):
                raise
            except Exception:
                if latest.id not in self._stuck:
                    log.exception("an early warning cannot be passed on")
                self._stuck.add(latest.id)
                continue
            told[root] = _after(before, latest)
            await self._keep(told, now)
            self._after_commit()

    async def _known(self, now: datetime) -> dict[str, Told]:
        if self._told is None:
            states = {state.name: state for state in await self._store.feed_states()}
            kept = states.get(PASSED_ON)
            self._told = {} if kept is None else _read(kept.content)
        for root in [root for root, each in self._told.items() if each.ends_at + KEPT_AFTER < now]:
            del self._told[root]
        return self._told

    async def _keep(self, told: Mapping[str, Told], now: datetime) -> None:
        rows = {
            root: {
                "ids": each.ids,
                "kecamatan": each.kecamatan,
                "ends_at": each.ends_at.isoformat(),
                "event": each.event,
            }
            for root, each in told.items()
        }
        await self._store.put_feed_states([FeedState(PASSED_ON, now, now, content=json.dumps(rows))])


def slot(root: str) -> str:
    """The slot of a warning's messages."""
    return f"nowcast:{root}"


def _latest(nowcasts: Sequence[Nowcast], told: Mapping[str, Told]) -> dict[str, Nowcast]:
    """Id of the first of each chain of warnings -> the last one."""
    roots = {identifier: root for root, each in told.items() for identifier in each.ids}
    latest: dict[str, Nowcast] = {}
    for each in sorted(nowcasts, key=lambda each: (each.sent_at, each.id)):
        root = roots.get(each.id) or next((roots[old] for old in each.replaces if old in roots), each.id)
        roots[each.id] = root
        latest[root] = each
    return latest


def _is_to_tell(nowcast: Nowcast, now: datetime) -> bool:
    return not nowcast.cancelled and bool(nowcast.kecamatan) and nowcast.ends_at > now


def _after(before: Told | None, latest: Nowcast) -> Told:
    if before is None:
        return Told((latest.id,), latest.kecamatan, latest.ends_at, latest.event)
    kecamatan = tuple(sorted({*before.kecamatan, *latest.kecamatan}))
    told = replace(before, ids=(*before.ids, latest.id), kecamatan=kecamatan)
    return told if latest.cancelled else replace(told, ends_at=latest.ends_at, event=latest.event)


def _tell(ctx: Context, batch: Batch, root: str, before: Told | None, latest: Nowcast, now: datetime) -> None:
    """One message to each chat concerned; nothing of what is over anyway."""
    if before is not None and before.ends_at <= now and not _is_to_tell(latest, now):
        return
    concerned = _by_chat(ctx, batch, latest.kecamatan if _is_to_tell(latest, now) else ())
    values = {
        "event": latest.event or (before.event if before else "") or None,
        "sent": latest.sent_at.isoformat(),
    }
    for chat, names in concerned.items():
        say = Say("nowcast.alert", {**values, **_hours(ctx, latest), "names": names, "updated": _updated(before)})
        _say(batch, chat, say, root, now, latest.ends_at, once=before is None)
    for chat, names in _by_chat(ctx, batch, before.kecamatan if before is not None else ()).items():
        if chat not in concerned:
            text = "nowcast.cancelled" if latest.cancelled else "nowcast.lifted"
            _say(batch, chat, Say(text, {**values, "names": names}, quiet=True), root, now, None)


def _by_chat(ctx: Context, batch: Batch, kecamatan: Sequence[str]) -> dict[Chat, list[str]]:
    """The chats of these kecamatan's units and of the Sudin above -> names of those it is told about."""
    names = dict(ctx.areas.served_kecamatan())
    found: dict[Chat, list[str]] = {}
    for code in kecamatan:
        if code not in names:
            continue
        units = (ctx.units.of_level(code, Level.KECAMATAN), ctx.units.of_level(code, Level.KOTA))
        chats = {chat: None for unit in units for chat in chats_of(ctx, batch, unit.code)}
        for chat in chats:
            found.setdefault(chat, []).append(names[code])
    return found


def _hours(ctx: Context, nowcast: Nowcast) -> dict[str, object]:
    rain = "hujan" in f"{nowcast.event} {nowcast.text}".casefold()
    return {
        "starts": nowcast.starts_at.isoformat(),
        "ends": nowcast.ends_at.isoformat(),
        "zone": f"{nowcast.starts_at.astimezone(ctx.timezone):%Z}",
        "todo": "nowcast.rain" if rain else "nowcast.other",
    }


def _updated(before: Told | None) -> str | None:
    return None if before is None else "nowcast.updated"


def _say(
    batch: Batch, chat: Chat, say: Say, root: str, now: datetime, expires_at: datetime | None, *, once: bool = False
) -> None:
    batch.say(
        say,
        now,
        person_id=chat.person_id,
        chat_id=chat.chat_id,
        topic_id=chat.topic_id,
        slot=slot(root),
        once=once,
        priority=Priority.ALERT,
        expires_at=expires_at,
    )


def _read(content: str | None) -> dict[str, Told]:
    try:
        return {
            root: Told(
                tuple(each["ids"]), tuple(each["kecamatan"]), datetime.fromisoformat(each["ends_at"]), each["event"]
            )
            for root, each in json.loads(content or "{}").items()
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
