"""`genangan demo --once`: the evening, or a file of real reports, as fast as it goes, told on the terminal."""

from __future__ import annotations

import itertools
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.demo import evening, replay
from bot.demo.botapi import Shown
from bot.demo.residents import Resident
from bot.demo.rows import WIB, read_rows
from bot.demo.transcript import WIDTH, Recorder, hour, on_a_card
from bot.demo.world import DemoWorld
from bot.domain.errors import OperatorError
from bot.domain.models import IncidentState, Kind
from bot.settings import load_settings

SERVED_BY_DEFAULT = "31"
"""All of DKI Jakarta: what a replay serves where SERVICE_AREA does not say otherwise."""

PROGRESS_EVERY = timedelta(minutes=30)


async def tell_evening(seed: int, out: Path | None = None) -> int:
    """Live through the evening, then print one conversation, its case and the digest. Returns the exit status.

    Args:
        seed: another number, another evening.
        out: a folder to write the channel's pictures and tables into.

    Raises:
        OperatorError: the folder cannot be written.
    """
    recorders: list[Recorder] = []

    def cast(world: DemoWorld) -> Sequence[Resident | Recorder]:
        people = evening.cast(world)
        recorders.extend(Recorder(each) for each in people if each.name == evening.HEROINE)
        return [*people, *recorders]

    async with DemoWorld(cast, evening.START, before=evening.before, seed=seed) as world:
        await _run(world, evening.END)
        people = [each for each in world.residents if isinstance(each, Resident)]
        _print(*await _summary(world, people))
        for recorder in recorders:
            _print(heading(f"{recorder.resident.name}'s phone"), "👆 a tap · ✎ the message changed in place", "")
            before, road = recorder.parted(evening.ROAD_ASKED)
            _print(*before)
            _print(heading("The road of one case, as she may know it"), *road)
        _print(*await _cards(world))
        _print(*_posts(world))
        if out is not None:
            _print(*_write_files(world, out))
    return 0


async def tell_replay(path: Path, seed: int, out: Path | None = None) -> int:
    """Live through the reports of a file, then print the digests and what became of the rows.

    Args:
        path: of the file.
        seed: see `tell_evening`; out, too.

    Returns:
        The exit status: 0 where everything adds up.

    Raises:
        OperatorError: the file or SERVICE_AREA is wrong.
    """
    rows = read_rows(path)
    given = {"SERVICE_AREA": os.environ.get("SERVICE_AREA") or SERVED_BY_DEFAULT}
    served = load_settings(given, dotenv=Path(os.devnull)).service_area
    async with DemoWorld(replay.cast_of(rows), replay.begins(rows), seed=seed, service_area=served) as world:
        await _run(world, replay.ends(rows))
        _print(*_posts(world))
        if out is not None:
            _print(*_write_files(world, out))
        outcome = await replay.outcome_of(world)
    _print(*_outcome_lines(outcome, path, served))
    return 0 if outcome.adds_up else 1


async def _run(world: DemoWorld, end: datetime) -> None:
    """To the end, telling somebody who waits at a terminal how far it is."""
    waits = sys.stderr.isatty()
    while (now := world.clock.now()) < end:
        await world.run_until(min(end, now + PROGRESS_EVERY))
        if waits:
            print(f"\r{world.clock.now().astimezone(WIB):%d %b %H.%M} ", end="", file=sys.stderr, flush=True)  # noqa: T201
    if waits:
        print("\r\033[K", end="", file=sys.stderr, flush=True)  # noqa: T201


async def _summary(world: DemoWorld, people: Sequence[Resident]) -> list[str]:
    sent = sum(message.mine for each in people for message in each.person.chat)
    taps = sum(bool(press.query_id) for each in people for _, _, press in each.taps)
    tally = await world.store.tally(world.start, world.clock.now())
    found = [each.incident for each in await world.incidents()]
    puddles = [each for each in found if each.kind is Kind.PUDDLE]
    states = Counter(each.state for each in puddles)
    late = sum(each.handling.overdue and each.state.is_open for each in puddles)
    standing = sum(each.state.is_open for each in puddles)
    return [
        heading("A rainy evening in Jakarta Utara, 18 January 2026"),
        f"{len(people)} people, {sent} messages, {taps} taps; {tally.reports} reports.",
        f"The bot made of them {len(puddles)} puddles: {states[IncidentState.HANDLED]} handled,"
        f" {states[IncidentState.RECEDED]} receded by themselves,",
        f"{states[IncidentState.NOT_FOUND]} not found, {standing} standing ({late} overdue)."
        f" Blocked drains: {len(found) - len(puddles)}.",
        "",
    ]


async def _cards(world: DemoWorld) -> list[str]:
    """What the offices' groups show of one case, as it stands in the end."""
    lines = []
    found = next(each.incident for each in await world.incidents() if (world.case or "?") in (each.incident.name or ""))
    for room in world.offices:
        told = [message for message in room.chat if message.from_bot and found.number in message.text]
        for message in told:
            lines += [heading(f"{room.title} · {hour(message.sent_at)}"), *on_a_card(message), ""]
    return lines


def _posts(world: DemoWorld) -> Iterator[str]:
    """What the channel shows."""
    for post in world.channel.chat:
        yield from _post_lines(world.channel.title, post)


def _post_lines(title: str, post: Shown) -> Iterator[str]:
    at = post.sent_at.astimezone(WIB)
    yield heading(f"{title} · {at:%d %b %Y %H.%M}")
    yield from on_a_card(post)
    yield ""


def _write_files(world: DemoWorld, out: Path) -> Iterator[str]:
    """The channel's pictures, numbered in their order and named by when they were posted, and its tables."""
    numbers = itertools.count(1)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for post in world.channel.chat:
            if post.document is not None:
                file_id, name = str(post.document["file_id"]), str(post.document["file_name"])
            elif post.photo_id is not None:
                at = post.sent_at.astimezone(WIB)
                file_id, name = post.photo_id, f"gambar_{at:%Y-%m-%d_%H%M}_{next(numbers)}.png"
            else:
                continue
            path = out / name
            path.write_bytes(world.api.file_content(file_id))
            yield f"{path} ({path.stat().st_size / 1000:.0f} kB)"
    except OSError as error:
        raise OperatorError(f"--out {out}: cannot be written ({error.strerror}); name another folder") from None


def _outcome_lines(outcome: replay.Outcome, path: Path, served: Sequence[str]) -> Iterator[str]:
    in_database = outcome.stored + outcome.renewed
    total = in_database + outcome.outside + outcome.asked_back
    yield heading(f"{path.name}, SERVICE_AREA={','.join(served)}")
    yield f"{outcome.rows:7,} rows, each a resident of its own"
    with_them = f"{outcome.without_depth:,} without depth, {outcome.photos:,} photos"
    yield f"{outcome.stored:7,} reports stored (database): {with_them}"
    yield f"{outcome.renewed:7,} reports renewed (database)"
    yield f"{outcome.outside:7,} told that the place is outside (chats)"
    yield f"{outcome.asked_back:7,} asked for the place again (chats)"
    if outcome.silent:
        yield f"{outcome.silent:7,} got none of these answers (chats)"
    yield _check("rows = stored + renewed + outside + asked back", outcome.rows, total)
    yield _check("numbers given in chats = stored + renewed", outcome.receipts, in_database)
    yield ""
    opened = sum(outcome.incidents.values())
    yield f"{opened:7,} incidents; {outcome.joined:,} reports joined one, the largest has {outcome.largest} reporters"
    for state, count in outcome.incidents.most_common():
        yield f"{count:7,} {_STATES[state]}"


_STATES = {
    IncidentState.WAITING: "wait for an office",
    IncidentState.COORDINATION: "are worked on by several offices",
    IncidentState.DISPOSITION: "are handed on",
    IncidentState.PROCESS: "are worked on",
    IncidentState.HANDLED: "were handled",
    IncidentState.RECEDED: "are gone, say their reporters",
    IncidentState.NOT_FOUND: "were not found by an office",
    IncidentState.NO_PUDDLE: "were no puddles, says an office",
    IncidentState.UNHEARD: "were closed: twice asked, no answer",
    IncidentState.MERGED: "were merged",
    IncidentState.CANCELLED: "were cancelled",
}


def _check(what: str, one: int, other: int) -> str:
    return f"   {'✓' if one == other else '✗'}    {what}: {one:,} {'=' if one == other else '≠'} {other:,}"


def heading(words: str) -> str:
    """A line across the terminal with words in it."""
    return f"── {words} ".ljust(WIDTH, "─")


def _print(*lines: str) -> None:
    for line in lines:
        print(line)  # noqa: T201
    sys.stdout.flush()
