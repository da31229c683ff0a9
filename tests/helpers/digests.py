"""Digests for tests, made of incidents in Jakarta Utara."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.digest import build_digest
from bot.domain.digest_entries import Digest
from bot.domain.models import Area, Incident, IncidentState
from bot.domain.records import Tally
from bot.domain.sites import Site
from bot.domain.snapshot import Snapshot
from bot.domain.staff import UnitLink
from tests.helpers.puddles import AREAS, DAY_BEFORE, MORNING, UNITS

LINKS = tuple(UnitLink(unit.code, DAY_BEFORE, chat_id=-100 - n) for n, unit in enumerate(UNITS.all()))
"""Every unit has a chat."""


def snapshot_of(
    *incidents: Incident, before: Sequence[Incident] | None = None, tally: Tally | None = None, **changes: Any
) -> Snapshot:
    """The facts of the day up to MORNING.

    Args:
        incidents: as they were at its end.
        before: those open when it began; those first seen before it where not given.
        tally: its counts; a report where not given.
        changes: other fields of Snapshot.
    """
    if before is None:
        old = [incident for incident in incidents if incident.first_seen <= DAY_BEFORE]
        before = [replace(each, state=IncidentState.WAITING, ended_at=None) for each in old]
    empty = Snapshot(
        area_code="",
        window_from=DAY_BEFORE,
        window_to=MORNING,
        incidents=incidents,
        before=before,
        tally=tally or Tally(),
        tally_before=Tally(),
        tally_week=Tally(),
        standing_week=0,
        links=LINKS,
    )
    return replace(empty, **changes)


def no_neighbours(code: str) -> frozenset[str]:
    """Every kelurahan is an island."""
    return frozenset()


def digest_of(
    *incidents: Incident,
    snapshot: Snapshot | None = None,
    areas: Mapping[str, Area] = AREAS,
    facts: Mapping[str, Any] | None = None,
    before: Sequence[Incident] | None = None,
    tally: Tally | None = None,
    standing_week: int = 0,
    **args: Any,
) -> Digest:
    """The digest of MORNING.

    Args:
        incidents, before, tally, standing_week: of the snapshot; facts: its other fields.
        snapshot: instead of all of these.
        areas: the kelurahan that are known.
        args: other arguments of build_digest.
    """
    if snapshot is None:
        snapshot = snapshot_of(*incidents, before=before, tally=tally, standing_week=standing_week, **(facts or {}))
    given = {"areas": areas, "units": UNITS, "region": "Jakarta Utara", "neighbours": no_neighbours, **args}
    return build_digest(snapshot, **given)


def site(id: int = 7) -> Site:
    """A listed place."""
    return Site(id, "Jl. Lodan", -6.13, 106.88, 60.0, None, "31.72", DAY_BEFORE)
