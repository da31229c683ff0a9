"""`genangan digest --dry-run`: what a digest of another time tells."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import Look, preview_digest
from bot.clock import SystemClock
from bot.domain.feed_content import to_content
from bot.domain.weather import FeedState, Gate
from bot.settings import Settings
from storage import open_store
from tests.helpers.clock import WIB

AT = datetime(2026, 1, 18, 18, tzinfo=WIB)


@pytest.mark.parametrize(("later", "told"), [(timedelta(hours=1), True), (timedelta(days=10), False)])
async def test_what_feeds_say_now_is_not_told_of_an_evening_long_past(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: timedelta, told: bool
) -> None:
    now = AT + later
    monkeypatch.setattr(SystemClock, "now", lambda _: now)
    settings = Settings(database_url=f"sqlite:///{tmp_path}/g.db", gates_url="http://127.0.0.1:9/gates")
    store = await open_store(settings.database_url)
    gate = Gate("Manggarai", 800.0, 2, now)
    await store.put_feed_states([FeedState("gates", now, now, fetched_at=now, content=to_content([gate]))])
    await store.close()
    text = "\n".join(await preview_digest(settings, Look(AT)))
    assert ("Manggarai" in text) is told
    assert ("ANTISIPASI" in text) is told


async def test_digests_of_two_moments_lie_beside_each_other(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/g.db")
    await (await open_store(settings.database_url)).close()
    out = tmp_path / "out"
    for at in (AT, AT, AT + timedelta(hours=1)):
        await preview_digest(settings, Look(at, out=out))
    names = ("genangan_{}.geojson", "genangan_{}.xlsx", "peta_{}.png", "rekap_{}.txt")
    moments = ("2026-01-18_1800", "2026-01-18_1900")
    assert {path.name for path in out.iterdir()} == {name.format(at) for name in names for at in moments}
    assert (out / "rekap_2026-01-18_1800.txt").read_text().endswith("LibreOffice.\n")
