"""Slow work with photos: its kinds, and what each is asked (photo_checks.py does it)."""

from __future__ import annotations

from datetime import datetime

from bot.domain.records import WorkRow

CHECK = "photo"
"""An officer's photo, waited for: asked {"file_id", "file_unique_id"} and "incident_id" or "site_id" -> {"hash"}; used
before: with "used_in" (incident id) or "used_at" (id of a listed place); or {"trouble": text id}."""

HASH = "hash"
"""A photo that nobody waits for (a resident's, a follow-up's): asked {"file_id", "file_unique_id", "incident_id"} ->
{"hash"}. A queue of its own, so that on a night of many photos no officer waits for theirs."""

PAIR = "before_after"
"""Asked {"before": file id or None, "after", "incident_id"} -> {"attachment": key, "pair": whether there are two}."""


def check_work(file_id: str, file_unique_id: str, incident_id: int, person_id: int, at: datetime) -> WorkRow:
    """Whether a closing photo was used before."""
    return WorkRow(CHECK, at, person_id, _asked(file_id, file_unique_id, incident_id))


def check_site_work(file_id: str, file_unique_id: str, site_id: int, person_id: int, at: datetime) -> WorkRow:
    """Whether the photo of a visit to a listed place was used before."""
    return WorkRow(CHECK, at, person_id, {"file_id": file_id, "file_unique_id": file_unique_id, "site_id": site_id})


def hash_work(file_id: str, file_unique_id: str, incident_id: int, at: datetime) -> WorkRow:
    """Remember a photo, to recognise it when it is used again."""
    return WorkRow(HASH, at, None, _asked(file_id, file_unique_id, incident_id))


def pair_work(before: str | None, after: str, incident_id: int, at: datetime) -> WorkRow:
    """Before and after, side by side."""
    return WorkRow(PAIR, at, None, {"before": before, "after": after, "incident_id": incident_id})


def _asked(file_id: str, file_unique_id: str, incident_id: int) -> dict[str, object]:
    return {"file_id": file_id, "file_unique_id": file_unique_id, "incident_id": incident_id}
