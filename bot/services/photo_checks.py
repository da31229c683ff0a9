"""Who does slow work with photos: hashes them, says whether one was used before, sets two of them side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from bot.domain.errors import Refused
from bot.domain.events import WorkDone
from bot.domain.records import Attachment, WorkRow
from bot.domain.staff import PhotoHash
from bot.output.photos import difference_hash, is_same, side_by_side
from bot.ports import Clock, Files, Store
from bot.services.batch import Batch
from bot.services.photo_work import CHECK, HASH, PAIR
from bot.services.work import Doer

PAIR_KEEPS = timedelta(days=2)
REMEMBERED = 200


class PhotoChecks:
    """Does that work.

    Args:
        files, store, clock: the world.
    """

    def __init__(self, files: Files, store: Store, clock: Clock) -> None:
        self._files = files
        self._store = store
        self._clock = clock
        # hashes that may not stand in the database yet: of two photos checked in the same second one is the first
        self._lately: dict[str, PhotoHash] = {}

    def doers(self) -> Mapping[str, Doer]:
        """Who does each kind."""
        return {CHECK: self._check, HASH: self._hash, PAIR: self._pair}

    async def _check(self, row: WorkRow) -> Mapping[str, object]:
        unique = str(row.asked["file_unique_id"])
        try:
            made = await self._hash_of(str(row.asked["file_id"]))
        except Refused:  # Telegram does not give it, and will not
            return {"trouble": "errand.photo.not_fetched"}
        except ValueError:
            return {"trouble": "errand.photo.unreadable"}
        mine = PhotoHash(unique, _id(row, "incident_id"), made, self._clock.now(), _id(row, "site_id"))
        lately = [each for each in self._lately.values() if _subject(each) != _subject(mine)]
        used = await self._store.photo_like(unique, partial(is_same, made)) or _first_like(lately, unique, made)
        if used is not None:
            return {"hash": made, "used_in": used.incident_id, "used_at": used.site_id}
        self._lately[unique] = mine
        if len(self._lately) > REMEMBERED:
            del self._lately[next(iter(self._lately))]
        return {"hash": made, "used_in": None, "used_at": None}

    async def _hash_of(self, file_id: str) -> int:
        return await asyncio.to_thread(difference_hash, await self._files.fetch(file_id))

    async def _hash(self, row: WorkRow) -> Mapping[str, object]:
        try:
            return {"hash": await self._hash_of(str(row.asked["file_id"]))}
        except (Refused, ValueError):
            return {}

    async def _pair(self, row: WorkRow) -> Mapping[str, object]:
        before, after = row.asked.get("before"), str(row.asked["after"])
        try:
            first = None if before is None else await self._files.fetch(str(before))
            data = await asyncio.to_thread(side_by_side, first, await self._files.fetch(after))
        except (Refused, ValueError):
            return {}
        key = f"before_after:{row.asked['incident_id']}:{row.id}"  # so that it goes when a photo of the case does
        until = self._clock.now() + PAIR_KEEPS
        await self._store.put_attachment(key, Attachment("foto.jpg", "image/jpeg", data), until)
        return {"attachment": key, "pair": first is not None}


def _id(row: WorkRow, key: str) -> int | None:
    found = row.asked.get(key)
    return found if isinstance(found, int) else None


def _subject(photo: PhotoHash) -> tuple[int | None, int | None]:
    """What it is a photo of."""
    return photo.incident_id, photo.site_id


def _first_like(known: Sequence[PhotoHash], unique: str, made: int) -> PhotoHash | None:
    """The first that is this photo."""
    return next((each for each in known if each.file_unique_id == unique or is_same(each.hash, made)), None)


def remember_hash(batch: Batch, done: WorkDone) -> None:
    """A photo has its hash: from now on it is recognised."""
    made, incident_id = (done.result or {}).get("hash"), done.asked.get("incident_id")
    if isinstance(made, int) and isinstance(incident_id, int):
        batch.dossiers.put_hash(PhotoHash(str(done.asked["file_unique_id"]), incident_id, made, done.at))
