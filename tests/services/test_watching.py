"""Admins hear once that something is wrong, what to do, and that it is over; also across restarts and a full disk."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time

import pytest

from bot.domain.backups import BackupState
from bot.domain.errors import RetryLater, StoreBusy, TokenRefused
from bot.domain.health import Stored, Trouble, Waiting
from bot.domain.records import RawUpdate
from bot.services.health_page import show_health
from bot.services.watching import Sources, Watch
from bot.services.work import Worker
from bot.telemetry import Metrics
from tests.helpers.clock import WIB
from tests.helpers.desk import ADMIN, Desk


@dataclass
class Post:
    """A watch over the desk, and what it looks at."""

    desk: Desk
    telegram: Exception | None = None
    backup: BackupState = field(default_factory=lambda: BackupState(wanted=False))
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """The program begins again: nothing is known but what stands in the database."""

        async def ask() -> None:
            if self.telegram is not None:
                raise self.telegram

        desk = self.desk
        sources = Sources(ask, lambda: self.backup, [time(6)], WIB, None)
        self.watch = Watch(desk.store, desk.clock, desk.context, self.metrics, sources, lambda: None, desk.clock.now())

    async def look(self, times: int = 1) -> None:
        """Half a minute passes, so many times; what is sent is in the admin's chat."""
        for _ in range(times):
            self.desk.clock.move(seconds=30)
            await self.watch.look()
        await self.desk.read()

    def alarms(self) -> list[str]:
        """The alarms in the admin's chat, in words, oldest first."""
        chat = sorted(self.desk.chats.get(ADMIN, {}).items())
        texts = self.desk.texts
        now = self.desk.clock.now()
        return [texts.plain(say.text, say.values, "id", now) for _, say in chat if say.text.startswith("alarm.")]


@pytest.fixture
async def post(desk: Desk) -> Post:
    await desk.text(ADMIN, "/start")
    return Post(desk)


async def test_a_refused_token_is_told_with_what_to_do_and_that_it_is_over(post: Post) -> None:
    post.telegram = TokenRefused()
    await post.look()
    assert post.alarms() == []
    await post.look(9)
    (told,) = post.alarms()
    assert told.startswith("⚠️ Telegram menolak token bot")
    assert "BOT_TOKEN" in told
    assert post.watch.standing == {"token"}
    post.telegram = None
    await post.look(10)
    assert post.alarms() == ["✅ Pulih pukul 19.51: token bot ditolak Telegram (sejak 19.43)."]
    assert post.watch.standing == frozenset()
    assert post.metrics.snapshot()["alarms_raised{what=token}"] == 1


async def test_that_telegram_cannot_be_reached_says_nothing_about_the_token(post: Post) -> None:
    post.telegram = RetryLater("NetworkError", everyone=True)
    await post.look(5)
    assert post.alarms() == []
    post.telegram = TokenRefused()
    await post.look(3)
    post.telegram = RetryLater("NetworkError", everyone=True)
    await post.look(20)
    assert len(post.alarms()) == 1
    assert "menolak" in post.alarms()[0]


async def test_a_restart_repeats_nothing_and_ends_what_is_over(post: Post) -> None:
    post.backup = BackupState(wanted=True, last_at=post.desk.clock.now(), failing_since=post.desk.clock.now())
    await post.look(3)
    assert len(post.alarms()) == 1
    for _ in range(3):
        post.restart()
        await post.look(3)
    assert len(post.alarms()) == 1
    post.backup = BackupState(wanted=True, last_at=post.desk.clock.now())
    post.restart()
    await post.look(10)
    assert [line[:1] for line in post.alarms()] == ["✅"]


async def test_what_comes_and_goes_is_one_message(post: Post) -> None:
    for _ in range(4):
        post.telegram = TokenRefused()
        await post.look(2)
        post.telegram = None
        await post.look(10)
    post.telegram = TokenRefused()
    await post.look(2)
    (told,) = post.alarms()
    assert told.endswith("Ke-5 kalinya sejak 19.43.")


async def test_every_admin_is_told_and_nobody_else(post: Post) -> None:
    desk = post.desk
    await desk.text(77, "/start")
    before = dict(desk.chats[77])
    post.telegram = TokenRefused()
    await post.look(3)
    assert len(post.alarms()) == 1
    assert desk.chats[77] == before


async def test_failed_updates_are_one_message_with_how_many_and_the_firsts_kind(post: Post) -> None:
    desk = post.desk
    for number in range(3):
        raw = RawUpdate(90_000 + number, json.dumps(["Jalan Rahasia 5"]))
        await desk.store.receive(900, [raw], desk.clock.now())
        await desk.take()
    await post.look(3)
    (told,) = post.alarms()
    assert told.startswith("⚠️ 3 pesan masuk gagal diolah dalam 24 jam, pertama 19.42 (unreadable)")
    desk.clock.move(hours=24)
    await post.look(10)
    assert post.alarms()[0].startswith("✅ Pulih")


async def test_a_disk_that_runs_low(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    free = [400_000_000]
    monkeypatch.setattr("storage.vitals.shutil.disk_usage", lambda _: type("Usage", (), {"free": free[0]}))
    await post.look(3)
    assert post.alarms() == [
        "⚠️ Ruang disk server tinggal 0,4 GB. Hapus berkas yang tidak perlu atau tambah disk: "
        "bila habis, laporan baru tidak bisa disimpan."
    ]
    free[0] = 1_100_000_000  # more than the least, not yet enough to be well
    await post.look(30)
    assert post.watch.standing == {"disk"}
    free[0] = 5_000_000_000
    await post.look(10)
    assert post.watch.standing == frozenset()


async def test_while_the_database_takes_nothing_the_log_tells_once_and_admins_hear_of_it_later(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    full = [True]
    put = post.desk.store.put_alarms

    async def put_alarms(*what: object) -> None:
        if full[0]:
            raise StoreBusy("disk full")
        await put(*what)  # type: ignore[arg-type]

    monkeypatch.setattr(post.desk.store, "put_alarms", put_alarms)
    post.telegram = TokenRefused()
    await post.look(6)
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert said == ["nobody can be told of alarms now (disk full); wrong: token"]
    assert post.alarms() == []
    full[0] = False
    await post.look()
    assert len(post.alarms()) == 1


async def test_of_the_database_alone_only_the_store_tells(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def stored(*_: object) -> None:
        raise StoreBusy("disk full")

    monkeypatch.setattr(post.desk.store, "stored", stored)
    await post.look(6)
    assert caplog.records == []


async def test_nothing_of_a_person_is_in_what_the_log_says(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    raw = RawUpdate(90_000, json.dumps(["Jalan Rahasia 5", ADMIN]))
    await post.desk.store.receive(900, [raw], post.desk.clock.now())
    await post.desk.take()
    post.telegram = TokenRefused()
    await post.look(3)
    assert "alarm: Telegram refuses BOT_TOKEN" in caplog.text
    assert "alarm: 1 updates failed within a day, the first: unreadable" in caplog.text
    assert "Rahasia" not in caplog.text
    assert str(ADMIN) not in caplog.text


# -- /kesehatan --------------------------------------------------------------------------------------------------------


async def health(post: Post) -> str:
    """What an admin reads who asks."""
    desk = post.desk
    await desk.text(ADMIN, "/kesehatan")
    doers = {"health": show_health(post.watch, post.metrics.answer_times, "0.1.0")}
    worker = Worker(desk.store, desk.clock, doers, lambda: None)
    for row in await desk.store.claim_work(desk.clock.now(), 5):
        await worker._do(row)
    await desk.take()
    return desk.shown(ADMIN)


async def test_all_is_well(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.vitals.shutil.disk_usage", lambda _: type("Usage", (), {"free": 12_340_000_000}))
    for _ in range(40):
        post.metrics.observe("answer_seconds", 0.25, how="new")
    post.backup = BackupState(wanted=True, last_at=post.desk.clock.now().replace(hour=2, minute=30))
    post.desk.clock.move(seconds=1)
    shown = await health(post)
    assert shown.startswith("✅ Semua baik.\n\nAntrean: 0 masuk, 0 keluar, ")
    assert "Jawaban sejam terakhir: 40, separuhnya dalam 0,3 detik, 99 dari 100 dalam 0,3 detik." in shown
    assert "Rekap terakhir" not in shown
    assert "Cadangan terakhir: 02.30." in shown
    assert "Disk: sisa 12,3 GB" in shown
    assert "Versi 0.1.0, menyala" in shown
    assert len(shown.splitlines()) <= 8


async def test_what_is_wrong_comes_first_with_what_to_do(post: Post) -> None:
    post.telegram = TokenRefused()
    post.backup = BackupState(wanted=True, failing_since=post.desk.clock.now(), why="no space")
    await post.look(2)
    post.telegram = None
    await post.look()  # well for a moment only: the alarm stands
    shown = await health(post)
    assert shown.startswith("⚠️ 2 hal perlu dilihat\nTelegram menolak token bot")
    assert "Cadangan data gagal atau terlalu lama. Periksa" in shown
    assert "Jawaban sejam terakhir: belum ada." in shown


async def test_only_admins_may_ask(post: Post) -> None:
    await post.desk.text(77, "/kesehatan")
    assert post.desk.says(77)[-1] == "refused.admins_only"


@pytest.mark.parametrize("what", Trouble)
def test_every_trouble_has_its_words(desk_texts: Callable[[str], bool], what: Trouble) -> None:
    assert desk_texts(f"alarm.what.{what}")
    assert desk_texts(f"alarm.name.{what}")


@pytest.fixture
def desk_texts() -> Callable[[str], bool]:
    from bot.texts import LANGUAGES, read_catalog

    return lambda text_id: all(text_id in read_catalog(language) for language in LANGUAGES)


async def test_a_queue_that_grows_old(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    age_s = [0]

    async def stored(*_: object) -> Stored:
        age_s[0] += 30
        return Stored(inbox=Waiting(9, age_s[0]))

    monkeypatch.setattr(post.desk.store, "stored", stored)
    await post.look(4)
    (told,) = post.alarms()
    assert told.startswith("⚠️ Pesan masuk tertahan 2 menit (9 menunggu).")


async def test_how_long_it_has_run_counts_from_its_start_though_nobody_looked(post: Post) -> None:
    post.desk.clock.move(hours=3)
    assert "menyala 3 jam (sejak 19.42)" in await health(post)
