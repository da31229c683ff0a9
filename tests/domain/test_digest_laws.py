"""What holds of every digest: nothing lost, nothing twice, the worst first."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import FRESH_FOR, MOST_LINES
from bot.domain.digest_entries import Digest, SectionName
from bot.domain.digest_order import worst_first
from bot.domain.models import Incident, IncidentState, Kind
from tests.helpers.digests import digest_of, snapshot_of
from tests.helpers.puddles import CODES, MORNING, puddle


def told(digest: Digest) -> dict[str, list[str]]:
    """Section -> the numbers of those that it tells of, in order; "per kelurahan" for what stands there."""
    found = {section.name.value: [entry.number for entry in section.entries] for section in digest.sections}
    return {**found, "per kelurahan": [entry.number for group in digest.standing for entry in group.entries]}


STATES = (
    *(IncidentState.WAITING,) * 5,
    IncidentState.RECEDED,
    IncidentState.HANDLED,
    IncidentState.UNHEARD,
)
incidents = st.lists(
    st.builds(
        lambda number, cms, at, hours, age, state, kind: puddle(
            f"N{number}",
            *cms,
            at=at,
            kind=kind,
            state=state,
            first_seen=MORNING - timedelta(hours=hours + age),
            last_seen=MORNING - timedelta(hours=hours),
            ended_at=None if state is IncidentState.WAITING else MORNING - timedelta(hours=hours),
        ),
        st.integers(0, 10_000),
        st.lists(st.sampled_from((10, 30, 50, 70, 90, 120)), max_size=3),
        st.sampled_from((*CODES, "elsewhere")),
        st.integers(0, 23),
        st.integers(0, 48),
        st.sampled_from(STATES),
        st.sampled_from((Kind.PUDDLE, Kind.PUDDLE, Kind.PUDDLE, Kind.DRAIN)),
    ),
    max_size=45,
    unique_by=lambda incident: incident.number,
)


@given(incidents)
def test_nothing_is_told_twice_and_nothing_is_lost(given_: list[Incident]) -> None:
    digest = digest_of(*given_)
    at_length = Counter(number for numbers in told(digest).values() for number in numbers)
    assert set(at_length.values()) <= {1}
    if not digest.summed:
        standing = {entry.number for entry in digest.entries if entry.stands}
        assert standing <= at_length.keys()
    assert sum(len(group.all) for group in digest.standing) == digest.headline.standing
    # what is not told of at length is counted: each section knows how many belong to it
    fresh_from = MORNING - FRESH_FOR
    belong = Counter[SectionName]()
    for entry in digest.entries:
        if entry.kind is Kind.DRAIN:
            belong[SectionName.DRAINS] += 1
            continue
        if entry.carried:
            belong[SectionName.CARRIED] += 1
        if not entry.stands:
            belong[SectionName(entry.state.value)] += 1
        elif entry.last_seen < fresh_from:
            belong[SectionName.SILENT] += 1
    counts = {section.name: section.count for section in digest.sections if section.name is not SectionName.WORST}
    assert counts == dict(belong)
    for section in digest.sections:
        assert len(section.entries) <= 2 * MOST_LINES


@given(incidents)
def test_worst_first_and_grouped_hold_at_once(given_: list[Incident]) -> None:
    groups = digest_of(*given_).standing
    kelurahan = [group.area.code if group.area else "" for group in groups]
    kecamatan = [code.rpartition(".")[0] for code in kelurahan]
    assert len(set(kelurahan)) == len(kelurahan)
    changes = 1 + sum(one != other for one, other in pairwise(kecamatan))
    assert not groups or changes == len(set(kecamatan)), "a kecamatan is torn apart"
    heads = {code: min(map(worst_first, group.all)) for code, group in zip(kelurahan, groups, strict=True)}
    worst_of = {
        each: min(heads[k] for k, of in zip(kelurahan, kecamatan, strict=True) if of == each) for each in kecamatan
    }
    in_order = list(dict.fromkeys(kecamatan))
    assert in_order == sorted(in_order, key=lambda each: worst_of[each])
    for group in groups:
        assert list(group.entries) == sorted(group.entries, key=worst_first)
    for each in in_order:
        of_it = [code for code, of in zip(kelurahan, kecamatan, strict=True) if of == each]
        assert of_it == sorted(of_it, key=lambda code: heads[code])


@given(incidents, st.randoms())
def test_the_order_in_which_incidents_come_does_not_matter(given_: list[Incident], random: Random) -> None:
    shuffled = list(given_)
    random.shuffle(shuffled)
    snapshot = snapshot_of(*given_)
    assert digest_of(snapshot=replace(snapshot, incidents=shuffled)) == digest_of(snapshot=snapshot)
