"""What in a digest somebody has to see to, as pieces: a line an incident, which is told of at length elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.domain.digest import MOST_LINES
from bot.domain.digest_entries import Attention, Entry
from bot.output.digest_pages import Heading, Piece
from bot.output.digest_sections import heading
from bot.output.digest_words import DigestWords, area_values

MOST_NAMES = 5
"""So many names of offices or kelurahan stand in a row."""


def attention_pieces(words: DigestWords) -> Iterator[Piece]:
    """All of it under one heading, only what there is."""
    found = words.digest.attention
    under = (heading(words, "section.attention"),)
    yield from _overdue(words, found, under)
    if found.overdue_drains:
        yield Piece(_how_often(words, "overdue_drains", found.overdue_drains, lambda _: 1), under)
    for key, entries, how_often in (
        ("moved", found.moved, lambda entry: entry.hops),
        ("escalated", found.escalated, lambda entry: entry.escalations),
        ("reopened", found.reopened, lambda entry: entry.reopened),
    ):
        if entries:
            yield Piece(_how_often(words, key, entries, how_often), under)
    if found.together:
        yield Piece(_together(words, found.together), under)
    if found.unconnected:
        yield Piece(_unconnected(words, found), under)
    yield from _quiet(words, found, under)
    yield from _returned(words, found, under)


def _overdue(words: DigestWords, found: Attention, under: tuple[Heading, ...]) -> Iterator[Piece]:
    if not found.overdue:
        return
    own = (*under, heading(words, "concern.overdue", n=len(found.overdue)))
    for entry in found.overdue[:MOST_LINES]:
        yield Piece(words.entry(entry, "overdue"), own)
    yield from _more(words, len(found.overdue) - MOST_LINES, own)


def _returned(words: DigestWords, found: Attention, under: tuple[Heading, ...]) -> Iterator[Piece]:
    if not found.returned:
        return
    own = (*under, heading(words, "concern.returned", n=len(found.returned)))
    for spot in found.returned[:MOST_LINES]:
        line = words.say(
            "returned",
            number=words.number(spot.number),
            name=words.name(spot.name),
            area=area_values(spot.area),
            times=spot.times,
            ago_s=(words.digest.window_to - spot.before_at).total_seconds(),
        )
        yield Piece(line, own)
    yield from _more(words, len(found.returned) - MOST_LINES, own)


def _quiet(words: DigestWords, found: Attention, under: tuple[Heading, ...]) -> Iterator[Piece]:
    if not found.quiet:
        return
    own = (*under, heading(words, "concern.quiet"))
    for each in found.quiet[:MOST_NAMES]:
        around = [f"{area.kelurahan} {n}" for area, n in each.around[:MOST_NAMES]]
        yield Piece(words.say("quiet", area=area_values(each.area), around=around), own)
    if (more := len(found.quiet) - MOST_NAMES) > 0:
        yield Piece(words.say("more", n=more), own)


def _more(words: DigestWords, more: int, under: tuple[Heading, ...]) -> Iterator[Piece]:
    if more > 0:
        yield Piece(words.more(more), under)


def _how_often(words: DigestWords, key: str, entries: Sequence[Entry], how_often: Callable[[Entry], int]) -> str:
    items = [
        words.say("how_often", number=words.number(entry.number), n=n if (n := how_often(entry)) > 1 else None)
        for entry in entries[:MOST_LINES]
    ]
    return _in_a_row(words, key, ", ".join(items), len(entries))


def _together(words: DigestWords, entries: Sequence[Entry]) -> str:
    items = [
        words.say("together", number=words.number(entry.number), partners=[words.unit(unit) for unit in entry.partners])
        for entry in entries[:MOST_LINES]
    ]
    return _in_a_row(words, "together", "; ".join(items), len(entries))


def _in_a_row(words: DigestWords, key: str, items: str, of: int) -> str:
    more = of - MOST_LINES
    return words.say(f"concern.{key}", n=of, items=items, more=more if more > 0 else None)


def _unconnected(words: DigestWords, found: Attention) -> str:
    """How many; of many only those whose absence is felt: others answer for their cases."""
    few = len(found.unconnected) <= MOST_NAMES
    more = len(found.on_behalf) - MOST_NAMES
    return words.say(
        "concern.unconnected",
        n=len(found.unconnected),
        names=[words.unit(unit) for unit in found.unconnected] if few else None,
        cases=sum(n for _, n in found.on_behalf) or None,
        by_unit=[f"{words.unit(unit)} {n}" for unit, n in found.on_behalf[:MOST_NAMES]],
        more=more if more > 0 else None,
    )
