"""`genangan digest --dry-run`: the digest as it would be posted."""

from __future__ import annotations

from datetime import datetime

from bot.app.making import area_index, routing_of
from bot.clock import SystemClock
from bot.domain.units import units_of
from bot.output.digest_text import plain
from bot.services.digests import Digests
from bot.settings import Settings
from bot.texts import Texts
from storage import open_reader


async def preview_digest(settings: Settings, at: datetime | None) -> list[str]:
    """The digest as it would be posted now, or as it would have been at `at` (local where it names no zone).

    Raises:
        OperatorError: the database cannot be read.
    """
    clock = SystemClock()
    moment = clock.now() if at is None else at if at.tzinfo else at.replace(tzinfo=settings.timezone)
    store = await open_reader(settings.database_url)
    try:
        texts = Texts(settings.timezone)
        areas = area_index(settings)
        units = units_of(areas.all_served(), routing_of(settings, areas).units)
        digests = Digests(store, texts, areas, units, settings.digest_times, settings.timezone, settings.sda_channel_id)
        return [plain(part) for part in await digests.preview(moment)]
    finally:
        await store.close()
