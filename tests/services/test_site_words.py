"""What residents near a listed place are asked, and what comes of what they say."""

from __future__ import annotations

import pytest

from bot.domain.sites import Site, SiteState
from tests.helpers.casework import GROUPS, LAT, LON, OFFICERS, connect
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.officers import ANI, BUDI, CICI, last, report, tap, tap_data
from tests.helpers.site_desk import enlisted, listed, sites
from tests.helpers.small_city import BAMBU

GROUP, RINA = GROUPS[BAMBU], OFFICERS[BAMBU]


@pytest.fixture
async def tidy(desk: Desk) -> Desk:
    """A tidy place in Sungai Bambu, last visited yesterday."""
    await connect(desk, BAMBU)
    at = desk.clock.now()
    place = Site(1, "Taman", LAT, LON, 50, BAMBU, BAMBU, at, task="Bersihkan tali air")
    desk.clock.move(days=1)
    await listed(desk, place)
    await listed(desk, Site(1, "Taman", LAT, LON, 50, BAMBU, BAMBU, at, state=SiteState.TIDY, visited_at=at, visits=1))
    return desk


def questions(desk: Desk, who: int) -> int:
    return desk.says(who).count("site_word.question")


async def test_who_reported_there_is_asked_when_it_is_over(tidy: Desk) -> None:
    await report(tidy)
    await tidy.press(ANI, "Sudah surut")
    await tidy.beat(hours=1)
    assert questions(tidy, ANI) == 0
    await tidy.beat(hours=1)
    assert last(tidy, ANI) == "site_word.question"
    assert "Taman, dekat laporan Anda" in tidy.shown(ANI)
    assert await tap(tidy, ANI, "Sudah rapi") == "Terima kasih"
    assert "Jawaban Anda: sudah rapi" in tidy.shown(ANI)
    assert (await sites(tidy))[0].tidy_words == 1


async def test_nobody_is_asked_at_night(tidy: Desk) -> None:
    tidy.clock.move(hours=1, minutes=40)  # 21.22
    await report(tidy)
    await tidy.press(ANI, "Sudah surut")
    await tidy.beat(hours=5)
    assert questions(tidy, ANI) == 0
    await tidy.beat(hours=3)
    assert questions(tidy, ANI) == 1


async def test_nor_twice_within_thirty_days(tidy: Desk) -> None:
    for _ in range(3):
        await report(tidy)
        await tidy.press(ANI, "Sudah surut")
        await tidy.beat(hours=2)
        await tidy.beat(days=9)
    assert questions(tidy, ANI) == 1


async def test_nor_who_said_so_already(tidy: Desk) -> None:
    await tidy.text(ANI, "/start p_P1")
    await tap(tidy, ANI, "Sudah rapi")
    await report(tidy)
    await tidy.press(ANI, "Sudah surut")
    await tidy.beat(hours=2)
    assert questions(tidy, ANI) == 0


async def test_nor_about_water_elsewhere_or_passed_by(tidy: Desk) -> None:
    await report(tidy, north_m=200)
    await tidy.press(ANI, "Sudah surut")
    await report(tidy, BUDI)
    await tidy.press(BUDI, "Saya hanya lewat")
    await report(tidy, CICI)
    await tidy.press(CICI, "Sudah surut")
    await tidy.beat(hours=2)
    assert [questions(tidy, who) for who in (ANI, BUDI, CICI)] == [0, 0, 1]


async def test_the_shared_page_shows_the_unit_and_no_person(tidy: Desk) -> None:
    await tidy.text(ANI, "/start p_P1")
    shown = tidy.shown(ANI)
    assert shown == (
        "📍 Taman\n"
        "Masuk daftar lokasi yang ditata petugas di Kel. Sungai Bambu\n"
        "Penanggung jawab: Kelurahan Sungai Bambu\n\n"
        "Menurut Anda, sudah rapi?"
    )
    assert "Budi" not in shown


async def test_an_answer_is_changed_by_another_tap(tidy: Desk) -> None:
    await tidy.text(ANI, "/start p_P1")
    await tap(tidy, ANI, "Perlu ditata lagi")
    assert (await sites(tidy))[0].again_words == 1
    assert await tap_data(tidy, ANI, "tidy:1:0:page") == "Sudah tercatat"
    await tap(tidy, ANI, "Sudah rapi")
    (site,) = await sites(tidy)
    assert (site.tidy_words, site.again_words) == (1, 0)
    await tidy.text(ANI, "/start p_P1")
    assert "Jawaban Anda: sudah rapi" in tidy.shown(ANI)


async def test_two_who_say_so_put_it_back_and_its_unit_is_told_once(tidy: Desk) -> None:
    before = len(tidy.chats.get(GROUP, {}))
    for who in (ANI, ANI, BUDI, CICI):
        await tidy.text(who, "/start p_P1")
        await tap_data(tidy, who, "tidy:1:0:page")
        assert (await sites(tidy))[0].state is (SiteState.TIDY if who == ANI else SiteState.AGAIN)
    assert len(tidy.chats[GROUP]) == before + 1
    shown = tidy.shown(GROUP)
    assert shown.startswith("⚠️ Menurut warga perlu ditata lagi\nP1 · Taman\nperlu ulang")
    assert "Warga sejak itu: 0 bilang sudah rapi, 2 bilang perlu ditata lagi" in shown


async def test_what_is_said_before_any_visit_is_not_since_one(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await enlisted(desk, "Taman")
    await desk.text(ANI, "/start p_P1")
    await tap(desk, ANI, "Sudah rapi")
    await desk.text(OFFICERS[BAMBU], "/penataan P1")
    assert "Belum pernah dikunjungi.\nWarga: 1 bilang sudah rapi, 0 bilang" in desk.shown(OFFICERS[BAMBU])


async def test_a_place_off_the_list_asks_residents_nothing_more(tidy: Desk) -> None:
    await tidy.text(ANI, "/start p_P1")
    await tap_data(tidy, ADMIN, "site:1:drop_yes")
    assert await tap(tidy, ANI, "Sudah rapi") == "Lokasi ini sudah dihapus dari daftar"
    await tidy.text(ANI, "/start p_P1")
    assert "Ada genangan? Kirim lokasi." in tidy.shown(ANI)
    assert "/penataan" not in tidy.shown(ANI)


async def test_a_visit_begins_the_count_anew(tidy: Desk) -> None:
    await tidy.text(ANI, "/start p_P1")
    await tap(tidy, ANI, "Perlu ditata lagi")
    tidy.clock.move(minutes=1)
    await tidy.text(RINA, "/start p_P1_worked")
    await tidy.text(RINA, "Disapu")
    (site,) = await sites(tidy)
    assert (site.again_words, site.state) == (0, SiteState.WORKED)
    tidy.clock.move(minutes=1)
    assert await tap_data(tidy, ANI, "tidy:1:0:page") == "Terima kasih"  # since the visit, so it is news
    assert (await sites(tidy))[0].again_words == 1


async def test_an_officer_of_another_unit_sees_what_residents_see(tidy: Desk) -> None:
    await tidy.text(ANI, "/start p_P1_tidy")
    assert last(tidy, ANI) == "site_word.page"
    await tidy.text(RINA, "/start p_P1")
    assert last(tidy, RINA) == "site.card"
