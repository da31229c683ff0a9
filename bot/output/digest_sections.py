"""The sections of a digest as pieces that are not cut: digest_pages.py makes messages of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.domain.digest import MOST_LINES, WORST
from bot.domain.digest_entries import Entry, Group, Section, SectionName
from bot.domain.digest_sums import sum_up
from bot.domain.models import IncidentState, Kind
from bot.domain.units import unit_values
from bot.output.digest_pages import Heading, Piece
from bot.output.digest_words import DigestWords, area_values
from bot.texts import word_id

MOST_GROUPS = 40
"""With more kelurahan than this under water (all of Jakarta has 267) what is summed up is summed up per kecamatan."""

MOST_CAUSES = 3
"""So many causes of several puddles are named, the most frequent."""

_TOLD_BELOW = frozenset({SectionName.SILENT, SectionName.CARRIED})
"""What is left out of these has a place in the sections below, unless those only sum up."""

_BY_OFFICE = frozenset({IncidentState.HANDLED, IncidentState.NOT_FOUND, IncidentState.NO_PUDDLE})


def section_pieces(words: DigestWords, section: Section) -> Iterator[Piece]:
    """A section: its incidents under its heading, then the numbers of those that are told of above."""
    under = (heading(words, f"section.{section.name}", n=section.count, since=words.digest.window_from),)
    if section.name is SectionName.CARRIED:
        yield Piece(_outcomes(words), under)
    for nth, entry in enumerate(section.entries):
        yield Piece(_entry(words, section.name, entry, nth), under)
    summed = words.digest.summed
    # what has become of those left out stands in the figures above them
    more = section.more_open if section.name is SectionName.CARRIED and summed else section.more
    if more:
        yield Piece(words.more(more, below=section.name in _TOLD_BELOW and not summed), under)
    if section.above:
        yield Piece(words.say("above", numbers=some_numbers(words, section.above)), under)


def standing_pieces(words: DigestWords) -> Iterator[Piece]:
    """What stands per kelurahan: each incident that is not told of above, or where there are too many their sums."""
    return _summed_pieces(words) if words.digest.summed else _rest_pieces(words)


def _summed_pieces(words: DigestWords) -> Iterator[Piece]:
    digest = words.digest
    table = "digest.all_in_table" if words.table else None
    section = heading(words, "section.standing", n=digest.headline.standing, table=table)
    for _, members in groupby(digest.standing, key=_kecamatan_code):
        groups = list(members)
        everything = [entry for group in groups for entry in group.all]
        if len(digest.standing) > MOST_GROUPS:
            key = "kecamatan_sum" if groups[0].area else "kelurahan_sum"
            parts = [f"{group.area.kelurahan} {len(group.all)}" for group in groups if group.area]
            yield Piece(_sums(words, key, groups[0], everything, parts=parts), (section,))
            continue
        under = (section, _kecamatan(words, groups[0], len(everything)))
        for group in groups:
            yield Piece(_sums(words, "kelurahan_sum", group, group.all), under)


def _rest_pieces(words: DigestWords) -> Iterator[Piece]:
    standing = words.digest.standing
    rest = [group for group in standing if group.entries]
    section = heading(words, "section.rest", n=sum(len(group.entries) for group in rest))
    for _, members in groupby(rest, key=_kecamatan_code):
        groups = list(members)
        under = (section, _kecamatan(words, groups[0], None))
        for group in groups:
            yield from _kelurahan_pieces(words, group, under)
    told = [group for group in standing if not group.entries]
    if rest and told:
        items = [words.say("kelurahan_told", area=area_values(group.area), n=len(group.all)) for group in told]
        yield Piece(words.say("all_told", items=", ".join(items)), (section,))


def heading(words: DigestWords, key: str, **values: object) -> Heading:
    """A heading by a text of [digest], and the same in a message that goes on with it."""
    return Heading(words.say(key, **values), words.say(key, **values, again="digest.again"))


def some_numbers(words: DigestWords, entries: Sequence[Entry]) -> str:
    """The numbers of the first, and how many others there are."""
    shown = ", ".join(words.number(entry.number) for entry in entries[:MOST_LINES])
    more = len(entries) - MOST_LINES
    return words.say("numbers", numbers=shown, more=more if more > 0 else None)


def _kelurahan_pieces(words: DigestWords, group: Group, under: tuple[Heading, ...]) -> Iterator[Piece]:
    again = words.say("kelurahan_again", area=area_values(group.area), again="digest.again")
    own = Heading(_sums(words, "kelurahan", group, group.all), again)
    for entry in group.entries:
        # what one alone has is told in the lines above it
        depth = {"depth": None} if len(group.all) == 1 else {}
        yield Piece(words.entry(entry, "standing", **depth), (*under, own))


def _sums(words: DigestWords, key: str, group: Group, entries: Sequence[Entry], parts: Sequence[str] = ()) -> str:
    """Several puddles in a line or two, in the form that BPBD and SDA staff are used to."""
    sums = sum_up(entries)
    return words.say(
        key,
        area=area_values(group.area),
        kecamatan=group.area.kecamatan if group.area else None,
        kota=words.kota(group.area),
        n=sums.count,
        depth=words.depth(sums.depth),
        unknown=sums.unknown or None if sums.depth else None,
        parts=parts or None,
        causes=[word_id(cause) for cause in sums.causes[:MOST_CAUSES]],
        above=some_numbers(words, group.above) if group.above else None,
    )


def _kecamatan_code(group: Group) -> str:
    return group.area.code.rpartition(".")[0] if group.area else ""


def _kecamatan(words: DigestWords, group: Group, n: int | None) -> Heading:
    if group.area is None:
        return heading(words, "elsewhere", n=n)
    return heading(words, "kecamatan", kecamatan=group.area.kecamatan, kota=words.kota(group.area), n=n)


def _outcomes(words: DigestWords) -> str:
    """What became of them, in figures: what offices did and what the water did by itself are never one figure."""
    carried = [entry for entry in words.digest.entries if entry.carried and entry.kind is Kind.PUDDLE]
    counts = Counter("open" if entry.state.is_open else entry.state.value for entry in carried)
    return ", ".join(words.say(f"outcome.{how}", n=counts[how]) for how in _OUTCOMES if counts[how])


_OUTCOMES = (
    "open",
    *(state.value for state in (IncidentState.HANDLED, IncidentState.RECEDED, IncidentState.NOT_FOUND)),
    *(state.value for state in (IncidentState.NO_PUDDLE, IncidentState.UNHEARD)),
)


def _entry(words: DigestWords, name: SectionName, entry: Entry, nth: int) -> str:
    """An incident as its section tells it."""
    if not entry.state.is_open:
        return _ended(words, name, entry)
    if name is SectionName.CARRIED:
        return words.entry(entry, "carried", idle=None if entry.taken_up else "digest.idle")
    if name is SectionName.WORST and nth >= WORST:
        return words.entry(entry, "next")
    return words.entry(entry, name.value)


def _ended(words: DigestWords, name: SectionName, entry: Entry) -> str:
    """What has ended, in one line; how it did, where the heading does not say so."""
    told_by_heading = name in (SectionName.HANDLED, SectionName.RECEDED, SectionName.UNHEARD)
    mended = name is SectionName.DRAINS and entry.state is IncidentState.RECEDED
    by = entry.owner if entry.state in _BY_OFFICE else None
    return words.entry(
        entry,
        "ended",
        end=None if told_by_heading else "digest.mended" if mended else f"digest.end.{entry.state}",
        owner=unit_values(by) if by else None,
        heard=entry.last_seen if entry.state is IncidentState.UNHEARD else None,
        greatest=None if name in (SectionName.DRAINS, SectionName.CLOSED) else words.greatest(entry.depth),
    )
