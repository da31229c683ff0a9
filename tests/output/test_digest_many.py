"""Digests of many: in parts, summed up, and within Telegram's limits whatever happened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.digest import ITEMISED, MOST_LINES
from bot.domain.digest_entries import SectionName
from bot.domain.handling import Handling
from bot.domain.models import Area, Cause, Incident, IncidentState, Kind
from bot.output.digest_pages import MAX_ENTITIES, MAX_UNITS, units
from bot.output.digest_text import plain
from tests.helpers.digest_texts import ALL_AREAS, TEBET, card, long_ones, parts_of, seen
from tests.helpers.digests import digest_of, snapshot_of
from tests.helpers.markup import assert_well_formed
from tests.helpers.puddles import CODES, MORNING, UNITS, puddle


def test_a_long_digest_comes_in_numbered_parts_that_repeat_their_headings() -> None:
    parts = [plain(part) for part in parts_of(digest_of(*long_ones(ITEMISED)))]
    assert len(parts) > 1
    for number, part in enumerate(parts, start=1):
        assert part.startswith(f"GENANGAN JAKARTA UTARA · {number}/{len(parts)}\nUpdate pukul 06.00 WIB\n")
    assert "\n\nLAINNYA PER KELURAHAN (27) (lanjutan)\nKec. " in parts[1]
    assert sum("LAINNYA PER KELURAHAN (27)\n" in part for part in parts) == 1


def test_parts_are_filled_well() -> None:
    """No more messages than needed: all but the last are nearly full."""
    parts = parts_of(digest_of(*long_ones(ITEMISED)), card_url=card)
    assert all(units(part) > MAX_UNITS - 500 or part.count("</") > MAX_ENTITIES - 6 for part in parts[:-1])


@pytest.mark.parametrize("count", [ITEMISED + 1, 60, 400])
def test_many_are_summed_up_in_at_most_three_messages(count: int) -> None:
    digest = digest_of(*long_ones(count))
    assert len(parts_of(digest, card_url=card)) <= 3
    text = seen(digest, captioned=True)
    assert f"MASIH TERGENANG ({count}) per kelurahan, selengkapnya di tabel" in text
    sums = [int(n) for n in re.findall(r"^Kel\. [^:\n]+: (\d+) titik, ± 50 cm, hujan, rob$", text, re.MULTILINE)]
    assert sum(sums) == count
    assert [int(n) for n in re.findall(r"^Kec\. .*: (\d+) titik", text, re.MULTILINE)] != []
    assert f"⚠️ Lewat tenggat ({count}), yang terlama dulu\n" in text
    assert f"\ndan {count - MOST_LINES} lainnya di tabel\n" in text
    assert text.count("Kel. Penjaringan: sejak 05.00, Sudin SDA Jakarta Utara") <= MOST_LINES


def test_over_very_many_kelurahan_they_are_summed_up_per_kecamatan() -> None:
    areas = {
        f"31.7{k}.0{c}.100{n}": Area(f"31.7{k}.0{c}.100{n}", f"Kel{k}{c}{n}", f"Camat{k}{c}", f"Kota Jakarta {k}")
        for k in range(1, 5)
        for c in range(1, 6)
        for n in range(1, 4)
    }
    some = [puddle(f"N{n}", 30, area_code=code) for n, code in enumerate(areas)]
    some.append(puddle("Y3", area_code="31.71.01.1002"))
    text = seen(digest_of(*some, puddle("X2", 10, area_code=None), areas=areas))
    assert "\nKec. Camat12, Jakarta 1: 3 titik, ± 30 cm · Kel121 1, Kel122 1, Kel123 1\n" in text
    assert "\nKec. Camat11, Jakarta 1: 4 titik, ± 30 cm (1 belum diketahui) · Kel111 1, Kel112 2, Kel113 1\n" in text
    assert "Kel. Kel111:" not in text
    sums = [int(n) for n in re.findall(r": (\d+) titik, ± 30 cm", text)]
    assert sum(sums) == len(some)
    assert "\n1 titik, ± 10 cm\n" in text


NAMES = st.one_of(
    st.none(),
    st.sampled_from(
        ("Jl. Mangga", "<b>x</b>", "a & b", "</a></b>", '"><i>', "👩‍👩‍👧‍👦" * 30, "① N1 · x", "&amp;&lt;b&gt;")
    ),
    st.text(max_size=200),
)
ENDS = (IncidentState.RECEDED, IncidentState.UNHEARD, IncidentState.HANDLED, IncidentState.NOT_FOUND)
INCIDENTS = st.lists(
    st.builds(
        lambda cms, name, code, hours, age, state, kind, causes, unsure, handling: puddle(
            "",
            *cms,
            name=name,
            area_code=code,
            kind=kind,
            state=state,
            causes=tuple(causes),
            unsure=unsure,
            first_seen=MORNING - timedelta(hours=hours + age),
            last_seen=MORNING - timedelta(hours=hours),
            ended_at=None if state.is_open else MORNING - timedelta(hours=hours),
            handling=handling,
        ),
        st.lists(st.sampled_from((10, 25, 50, 120)), max_size=3),
        NAMES,
        st.sampled_from((*CODES.values(), TEBET.code, None)),
        st.integers(0, 20),
        st.integers(0, 40),
        st.sampled_from((*(IncidentState.WAITING,) * 3, *ENDS)),
        st.sampled_from((Kind.PUDDLE, Kind.PUDDLE, Kind.DRAIN)),
        st.lists(st.sampled_from(Cause), max_size=3, unique=True),
        st.booleans(),
        st.builds(
            Handling,
            owner=st.sampled_from([unit.code for unit in UNITS.all()]),
            on_behalf=st.none() | st.just("31.72.02"),
            due_at=st.none() | st.just(MORNING - timedelta(hours=1)),
            hops=st.integers(0, 2),
            reopened=st.integers(0, 1),
            helpers=st.sampled_from(((), ("31.72",))),
        ),
    ),
    max_size=12,
)


def numbers_at_length(parts: Sequence[str]) -> list[str]:
    """The numbers of what is told of in the text: a number and a name that opens the map."""
    return re.findall(r'^(?:. )?<a href="https://t\.me/[^"]*">(N\d+)</a> · <a ', "\n".join(parts), re.MULTILINE)


@settings(max_examples=60, deadline=None)
@given(INCIDENTS, st.integers(1, 42), st.sampled_from(("id", "en")))
def test_whatever_happened_and_whatever_was_typed(some: list[Incident], times: int, language: str) -> None:
    """From none to 500: parts Telegram takes, no entry cut, nothing lost and nothing twice."""
    numbered = [replace(incident, number=f"N{i}") for i, incident in enumerate(some * times)]
    digest = digest_of(snapshot=snapshot_of(*numbered), areas=ALL_AREAS)
    parts = parts_of(digest, language, card_url=card, captioned=True)
    for part in parts:
        assert_well_formed(part)
    at_length = numbers_at_length(parts)
    assert len(set(at_length)) == len(at_length)
    told = [entry.number for section in digest.sections for entry in section.entries]
    if not digest.summed:
        told += [entry.number for group in digest.standing for entry in group.entries]
    assert sorted(at_length) == sorted(told)
    # all the others are counted: behind the named ones of each section, and in the sums per kelurahan
    text = "\n".join(plain(part) for part in parts)
    left = [section.more for section in digest.sections]
    if digest.summed:  # what became of those that are not named stands in the figures of that section
        left = [s.more_open if s.name is SectionName.CARRIED else s.more for s in digest.sections]
    more = (
        r"^dan ([\d.]+) lainnya di (?:tabel|bawah)$"
        if language == "id"
        else r"^and ([\d,]+) more (?:in the table|below)$"
    )
    counted = [int(re.sub(r"[.,]", "", n)) for n in re.findall(more, text, re.MULTILINE)]
    overdue = len(digest.attention.overdue) - MOST_LINES
    assert sorted(counted) == sorted(n for n in (*left, overdue) if n > 0)
