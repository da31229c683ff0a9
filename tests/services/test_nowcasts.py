"""BMKG's early warnings in the units' chats: at once, once, changed where they change, taken back where they are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.records import Changes
from bot.domain.staff import UnitLink
from bot.domain.weather import FeedState, Nowcast
from bot.services.nowcasts import PASSED_ON, Nowcasts
from storage import SqliteStore
from tests.helpers.clock import EVENING
from tests.helpers.desk import ADMIN, Desk, open_desk
from tests.helpers.small_city import KOJA, KOTA, PRIOK

CHATS = {PRIOK: -1_002, KOJA: -1_004, KOTA: -1_003}
HOUR = timedelta(hours=1)


def warning(
    identifier: str = "a",
    kecamatan: Sequence[str] = (PRIOK, KOJA),
    *,
    replaces: Sequence[str] = (),
    after: timedelta = HOUR * 0,
) -> Nowcast:
    """One of heavy rain for three hours."""
    sent = EVENING + after
    text = "Hujan Lebat disertai Petir di DKI Jakarta"
    return Nowcast(
        identifier, sent, sent, sent + 3 * HOUR, "Hujan Lebat dan Petir", text, tuple(kecamatan), tuple(replaces)
    )


def cancel(identifier: str, replaces: Sequence[str], after: timedelta = HOUR) -> Nowcast:
    sent = EVENING + after
    return Nowcast(identifier, sent, sent, sent, "", "", (), tuple(replaces), cancelled=True)


@dataclass
class Office:
    """Units with chats, and who passes warnings on."""

    desk: Desk
    nowcasts: Nowcasts

    def restart(self) -> None:
        """As a new process would find it."""
        self.nowcasts = Nowcasts(self.desk.store, self.desk.clock, self.desk.context, lambda: None)

    async def hears(self, *warnings: Nowcast, **later: float) -> None:
        """These are known; what comes of it is delivered."""
        self.desk.clock.move(**later)
        await self.nowcasts.pass_on(warnings)
        await self.desk.read()

    def said(self, unit: str) -> list[str]:
        """All messages in a unit's chat, in words."""
        desk = self.desk
        says = [say for _, say in sorted(desk.chats.get(CHATS[unit], {}).items())]
        return [desk.texts.plain(say.text, say.values, "id", desk.clock.now()) for say in says]


@asynccontextmanager
async def office(folder: Path, *connected: str) -> AsyncIterator[Office]:
    async with open_desk(folder) as desk:
        links = [UnitLink(unit, desk.clock.now(), chat_id=CHATS[unit]) for unit in connected or CHATS]
        async with desk.store.transaction() as tx:
            await tx.flush(Changes(links=links))
        started = Office(desk, Nowcasts(desk.store, desk.clock, desk.context, lambda: None))
        yield started


async def test_each_unit_concerned_gets_one_message_with_all_it_needs(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.hears(warning())
        assert here.said(PRIOK) == [
            "⚠️ Peringatan dini BMKG: Hujan Lebat dan Petir\n"
            "Kec. Tanjung Priok\n"
            "19.42–22.42 WIB\n"
            "Cek tali air dan saringan di titik rawan (/rawan) sekarang, siagakan pompa.\n"
            "Sumber: BMKG, 19.42"
        ]
        assert "Kec. Tanjung Priok, Koja" in here.said(KOTA)[0]  # once, with all
        assert [len(here.said(unit)) for unit in CHATS] == [1, 1, 1]


async def test_it_is_passed_on_once_across_restarts(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        for _ in range(3):
            await here.hears(warning(), minutes=3)
            here.restart()
        assert [len(here.said(unit)) for unit in CHATS] == [1, 1, 1]


async def test_a_kill_before_it_is_noted_repeats_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with office(tmp_path) as here:

        async def killed(store: SqliteStore, states: Sequence[FeedState]) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(SqliteStore, "put_feed_states", killed)
            with pytest.raises(KeyboardInterrupt):
                await here.hears(warning())
        here.restart()
        await here.hears(warning())
        await here.hears(warning(), minutes=3)
        assert [len(here.said(unit)) for unit in CHATS] == [1, 1, 1]


async def test_an_update_changes_the_message_that_is_there(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.hears(warning())
        here.restart()
        await here.hears(warning(), warning("b", replaces=["a"], after=HOUR), hours=1)
        (said,) = here.said(PRIOK)
        assert said.startswith("⚠️ Peringatan dini BMKG (diperbarui): Hujan Lebat dan Petir")
        assert "20.42–23.42 WIB" in said


async def test_an_update_reaches_who_is_new_and_lets_go_who_is_no_longer_concerned(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.hears(warning("a", [PRIOK]))
        await here.hears(warning("b", [KOJA], replaces=["a"], after=HOUR), hours=1)
        assert "Kec. Koja" in here.said(KOJA)[0]
        assert here.said(PRIOK)[0].startswith("Peringatan dini BMKG tidak lagi untuk Kec. Tanjung Priok")
        assert len(here.said(KOTA)) == 1


async def test_a_cancel_says_so_where_it_was_told(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.hears(warning("a", [PRIOK]))
        await here.hears(warning("b", [PRIOK], replaces=["a"], after=HOUR), hours=1)
        await here.hears(cancel("c", ["b"], 2 * HOUR), hours=1)
        assert here.said(PRIOK) == [
            "Peringatan dini BMKG dicabut: Hujan Lebat dan Petir\nKec. Tanjung Priok\nSumber: BMKG, 21.42"
        ]
        assert here.said(KOJA) == []


async def test_what_is_over_taken_back_or_elsewhere_is_not_told(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.hears(warning("elsewhere", []), warning("a"), cancel("b", ["a"]), cancel("c", ["never heard of"]))
        await here.hears(warning("late", [PRIOK]), hours=4)
        assert [here.said(unit) for unit in CHATS] == [[], [], []]


async def test_a_cancel_after_its_end_is_no_news(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.hears(warning("a", [PRIOK]))
        await here.hears(cancel("b", ["a"], 4 * HOUR), hours=4)
        assert here.said(PRIOK)[0].startswith("⚠️ Peringatan dini BMKG: Hujan")


async def test_a_message_that_could_not_go_out_is_not_sent_after_the_rain(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.nowcasts.pass_on([warning()])
        here.desk.clock.move(hours=4)
        await here.desk.read()
        assert here.said(PRIOK) == []


async def test_where_no_unit_has_a_chat_of_its_own_the_sudin_gets_one_message(tmp_path: Path) -> None:
    async with office(tmp_path, KOTA) as here:
        await here.hears(warning())
        (said,) = here.said(KOTA)
        assert "Kec. Tanjung Priok, Koja" in said


async def test_where_nobody_has_a_chat_the_admins_are_told(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.text(ADMIN, "/start")
        nowcasts = Nowcasts(desk.store, desk.clock, desk.context, lambda: None)
        await nowcasts.pass_on([warning()])
        await desk.read()
        assert "nowcast.alert" in desk.says(ADMIN)


async def test_what_strangers_write_is_shown_as_words(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.hears(replace(warning(), event='<a href="http://evil.example">Angin</a>'))
        (say,) = here.desk.chats[CHATS[PRIOK]].values()
        assert "&lt;a href=" in here.desk.texts.render(say.text, say.values, "id", EVENING)


async def test_wind_asks_for_something_else_than_rain(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.hears(replace(warning(), event="Angin Kencang", text=""))
        assert "Amankan pompa dan petugas di lapangan." in here.said(PRIOK)[0]


async def test_what_was_passed_on_is_forgotten_after_a_day(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.hears(warning("a", [PRIOK]))
        await here.hears(warning("b", [PRIOK], after=48 * HOUR), hours=48)
        (kept,) = [each for each in await here.desk.store.feed_states() if each.name == PASSED_ON]
        assert '"a"' not in (kept.content or "")
        assert len(here.said(PRIOK)) == 2
