"""`genangan digest --dry-run`: a digest of any window of any database, as it would be posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app.making import area_index, digest_maker, routing_of
from bot.clock import SystemClock
from bot.domain.errors import OperatorError
from bot.domain.units import units_of
from bot.output.digest_text import plain
from bot.services.digest_maker import Part
from bot.services.digests import Digests
from bot.settings import Settings
from bot.texts import Texts
from storage import open_reader

TEXT = "rekap_%Y-%m-%d_%H%M.txt"
"""Named by its moment, as the other files are."""

FEEDS_TELL_OF = timedelta(hours=2)
"""What public feeds said is not kept: a digest of longer ago says nothing of them, rather than what they say now."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be looked at.

    Attributes:
        at: the end of the window; None: now. Local where it names no zone.
        since: its beginning; None: where the last digest before ended.
        out: a folder to write picture, text, spreadsheet and GeoJSON into; None: only the text is wanted.
    """

    at: datetime | None = None
    since: datetime | None = None
    out: Path | None = None


async def preview_digest(settings: Settings, look: Look) -> list[str]:
    """The digest's messages as text; with a folder, the files that were written.

    Raises:
        OperatorError: the database cannot be read, the window is none, or the folder cannot be written.
    """
    now = SystemClock().now()
    at = now if look.at is None else _aware(look.at, settings.timezone)
    since = None if look.since is None else _aware(look.since, settings.timezone)
    if since is not None and since >= at:
        raise OperatorError(f"--from {look.since} is not before the digest's time; name an earlier one")
    store = await open_reader(settings.database_url)
    try:
        areas = area_index(settings)
        units = units_of(areas.all_served(), routing_of(settings, areas).units)
        maker = digest_maker(settings, store, areas, units, Texts(settings.timezone), bot_name="")
        if now - at > FEEDS_TELL_OF:
            maker = replace(maker, feeds=())
        digests = Digests(store, maker, settings.digest_times, settings.timezone, settings.sda_channel_id)
        facts = await maker.facts(since or await digests.window_before(at), at)
        if look.out is None:
            return [plain(words) for words in maker.words(facts)]
        parts = [*await maker.post(facts), Part("", await maker.geojson(facts))]
        return _written(look.out, parts, at.astimezone(settings.timezone))
    finally:
        await store.close()


def _written(folder: Path, parts: Sequence[Part], at: datetime) -> list[str]:
    """Write the files of a post, and all its words as one; over those of the same moment, beside those of others."""
    words = "\n\n".join(plain(part.html) for part in parts if part.html) + "\n"
    files = [(part.file.name, part.file.data) for part in parts if part.file is not None]
    lines = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in [(f"{at:{TEXT}}", words.encode()), *files]:
            path = folder / name
            path.write_bytes(data)
            lines.append(f"{path} ({len(data) / 1000:.0f} kB)")
    except OSError as error:
        raise OperatorError(f"--out {folder}: cannot be written ({error.strerror}); name another folder") from None
    return lines


def _aware(moment: datetime, timezone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone)
