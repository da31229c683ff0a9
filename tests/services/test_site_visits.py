"""Officers walk the listed places: notes, photos, what they found; the same after a restart, and with photos twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.sites import Site, SiteState, Visit
from bot.services.batch import Batch
from bot.services.context import Context
from tests.helpers.casework import GROUPS, LAT, LON, OFFICERS, connect, do, only_incident
from tests.helpers.desk import ADMIN, Desk, open_desk
from tests.helpers.officers import FakeFiles, audited, do_work, last, picture, report, tap, tap_data
from tests.helpers.site_desk import enlisted, listed, sites
from tests.helpers.small_city import BAMBU, KOTA, PRIOK

BUDI = OFFICERS[BAMBU]
FILES = FakeFiles.of({"dirty": picture(1), "tidy": picture(2), "again": picture(2), "worse": picture(3)})


@pytest.fixture
async def place(desk: Desk) -> Desk:
    """A place of Sungai Bambu, whose officer has its card before him."""
    await connect(desk, BAMBU)
    await enlisted(desk, "Taman")
    await desk.text(BUDI, "/penataan P1")
    return desk


async def visits(desk: Desk) -> list[Visit]:
    found: list[Visit] = []

    def look(ctx: Context, batch: Batch) -> None:
        found.extend(batch.sites.visits(1))

    await do(desk, look)
    return found


async def tidied(desk: Desk, name: str = "tidy") -> None:
    await tap(desk, BUDI, "Sudah ditata")
    await desk.photo(BUDI, name, caption="Tali air bersih")
    await do_work(desk, FILES)


async def test_tidy_needs_words_and_a_photo(place: Desk) -> None:
    await tap(place, BUDI, "Sudah ditata")
    await place.text(BUDI, "Tali air <b>bersih</b>")
    assert last(place, BUDI) == "site.ask.photo"
    await place.photo(BUDI, "tidy")
    assert last(place, BUDI) == "site.trouble.checking"
    await do_work(place, FILES)
    assert "site.done.visit" in place.says(BUDI)
    shown = place.shown(BUDI)
    assert "P1 · Taman\nsudah ditata" in shown
    assert "Dikunjungi 1×, terakhir 19.42" in shown
    assert "sudah ditata · Budi: Tali air <b>bersih</b>" in shown
    (site,) = await sites(place)
    assert (site.state, site.photo_after, site.photo_before) == (SiteState.TIDY, "file-tidy", None)
    assert [each.what for each in await audited(place)][-1] == "site_visited"
    await place.text(BUDI, "halo")
    assert len(await visits(place)) == 1


async def test_a_photo_first_asks_for_the_words(place: Desk) -> None:
    await tap(place, BUDI, "Sudah ditata")
    await place.photo(BUDI, "tidy")
    assert last(place, BUDI) == "site.ask.words"
    await place.text(BUDI, "Bersih")
    await do_work(place, FILES)
    assert (await sites(place))[0].state is SiteState.TIDY


async def test_being_done_needs_words_only(place: Desk) -> None:
    await tap(place, BUDI, "Sedang ditata")
    await place.text(BUDI, "Saluran dikeruk")
    (visit,) = await visits(place)
    assert (visit.found, visit.words, visit.unit) == (SiteState.WORKED, "Saluran dikeruk", BAMBU)
    assert "sedang ditata" in place.shown(BUDI)


async def test_before_and_after(place: Desk) -> None:
    await tap(place, BUDI, "Belum ditata")
    await place.photo(BUDI, "dirty")
    await do_work(place, FILES)
    await tidied(place)
    (site,) = await sites(place)
    assert (site.photo_before, site.photo_after) == ("file-dirty", "file-tidy")
    assert await tap(place, BUDI, "Foto") == "Foto dikirim ke obrolan pribadi Anda"
    sent = [say.photo for _, say in sorted(place.chats[BUDI].items()) if say.photo is not None]
    assert sorted(sent) == ["file-dirty", "file-tidy"]
    assert [each.what for each in await audited(place)][-1] == "site_photos"


async def test_tidied_places_are_looked_at_again(place: Desk) -> None:
    await tidied(place)
    place.clock.move(days=40)
    await place.text(BUDI, "/penataan P1")
    await tap(place, BUDI, "Perlu ulang")
    await place.text(BUDI, "Sampah lagi")
    (site,) = await sites(place)
    assert (site.state, site.visits, site.photo_after) == (SiteState.AGAIN, 2, "file-tidy")


async def test_a_photo_of_this_place_is_not_taken_twice(place: Desk) -> None:
    await tidied(place)
    await tap(place, BUDI, "Sudah ditata")
    await place.photo(BUDI, "tidy", caption="Bersih")
    await do_work(place, FILES)
    assert last(place, BUDI) == "site.trouble.used"
    await place.photo(BUDI, "again")  # the same picture, sent anew
    await do_work(place, FILES)
    assert last(place, BUDI) == "site.trouble.used"
    await place.photo(BUDI, "worse")
    await do_work(place, FILES)
    assert [visit.photo for visit in await visits(place)] == ["file-tidy", "file-worse"]


async def test_nor_one_of_a_case(place: Desk) -> None:
    await report(place)
    await place.photo(101, "dirty")
    await do_work(place, FILES)
    await tap(place, BUDI, "Sudah ditata")
    await place.photo(BUDI, "dirty", caption="Bersih")
    await do_work(place, FILES)
    assert last(place, BUDI) == "site.trouble.used"
    assert await visits(place) == []


async def test_nor_one_of_another_place(place: Desk) -> None:
    await tidied(place)
    await enlisted(place, "Pasar")
    await place.text(BUDI, "/penataan P2")
    await tap(place, BUDI, "Sudah ditata")
    await place.photo(BUDI, "again", caption="Bersih")
    await do_work(place, FILES)
    assert last(place, BUDI) == "site.trouble.used"
    assert (await sites(place))[1].state is SiteState.OPEN


async def test_nor_is_one_of_a_place_taken_for_a_case(place: Desk) -> None:
    await tidied(place)
    await report(place)
    incident = await only_incident(place)
    await tap_data(place, BUDI, f"k:{incident.id}:close_as:handled")
    await place.photo(BUDI, "again", caption="Kering")
    await do_work(place, FILES)
    assert "lokasi penataan P1" in place.shown(BUDI)
    assert (await only_incident(place)).state.is_open


async def test_a_photo_that_telegram_does_not_give(place: Desk) -> None:
    await tap(place, BUDI, "Sudah ditata")
    await place.photo(BUDI, "lost", caption="Bersih")
    await do_work(place, FILES)
    assert last(place, BUDI) == "site.trouble.not_fetched"
    await place.photo(BUDI, "tidy")
    await do_work(place, FILES)
    assert (await sites(place))[0].state is SiteState.TIDY


async def test_an_album_is_one_visit_and_no_report(place: Desk) -> None:
    await tap(place, BUDI, "Sedang ditata")
    for name in ("tidy", "dirty", "worse"):
        await place.photo(BUDI, name, media_group_id="a1", caption="Dikeruk" if name == "tidy" else "")
    await do_work(place, FILES)
    await place.photo(BUDI, "late", media_group_id="a1")
    assert len(await visits(place)) == 1
    assert place.says(BUDI)[-1] == "site.card"


async def test_a_button_pressed_twice_is_one_visit(place: Desk) -> None:
    await tap(place, BUDI, "Sedang ditata")
    await tap(place, BUDI, "Sedang ditata")
    await place.text(BUDI, "Dikeruk")
    await place.text(BUDI, "Terima kasih")
    assert len(await visits(place)) == 1


async def test_never_mind(place: Desk) -> None:
    await tap(place, BUDI, "Sedang ditata")
    await tap(place, BUDI, "Tidak jadi")
    assert last(place, BUDI) == "site.done.ended"
    assert place.shown(BUDI) == "Baik, P1 tidak jadi."
    assert await tap(place, BUDI, "Tidak jadi") == "Tombol ini sudah lama. Buka lagi: /penataan"
    await tap(place, BUDI, "Sedang ditata")
    await place.text(BUDI, "/batal")
    await place.text(BUDI, "Dikeruk")
    assert await visits(place) == []


async def test_an_old_never_mind_ends_no_other_visit(place: Desk) -> None:
    await tap(place, BUDI, "Sedang ditata")
    question = max(place.chats[BUDI])
    await place.text(BUDI, "/batal")
    await listed(place, Site(2, "Pasar", LAT, LON + 0.01, 50, BAMBU, BAMBU, place.clock.now()))
    await place.text(BUDI, "/start p_P2_worked")
    assert await tap_data(place, BUDI, "sites:stop:visit.1", question) == "Tombol ini sudah lama. Buka lagi: /penataan"
    await place.text(BUDI, "Dikeruk")
    assert (await sites(place))[1].state is SiteState.WORKED


async def test_after_an_hour_it_is_over_and_says_so(place: Desk) -> None:
    await tap(place, BUDI, "Sedang ditata")
    place.clock.move(minutes=61)
    await place.text(BUDI, "Dikeruk")
    assert last(place, BUDI) == "site.done.expired"
    assert await visits(place) == []


async def test_what_cannot_be_read_is_answered_with_what_is_wanted(place: Desk) -> None:
    voice = {"file_id": "v", "file_unique_id": "v", "duration": 3}
    await tap(place, BUDI, "Sedang ditata")
    await place.send(BUDI, voice=voice)
    assert place.shown(BUDI) == "P1: itu tidak bisa kami baca. Tulis, atau kirim foto. Tidak jadi? /batal"
    await tap(place, ADMIN, "Tugas")
    await place.photo(ADMIN, "dirty")
    assert place.shown(ADMIN) == "P1: tulis saja di sini. Tidak jadi? /batal"
    await place.send(ADMIN, voice=voice)
    assert place.shown(ADMIN) == "P1: tulis saja di sini. Tidak jadi? /batal"
    await place.text(ADMIN, "/penataan baru Pasar")
    await place.send(ADMIN, voice=voice)
    assert "Kirim pin" in place.shown(ADMIN)


async def test_off_the_list_meanwhile_is_told_to_who_was_there(place: Desk) -> None:
    await tap(place, BUDI, "Sedang ditata")
    await tap_data(place, ADMIN, "site:1:drop_yes")
    await place.text(BUDI, "Dikeruk")
    assert place.shown(BUDI) == "P1 sudah dihapus dari daftar penataan. Catatan Anda tidak disimpan."
    await place.text(BUDI, "halo")
    assert last(place, BUDI) != "site.done.dropped"


async def test_off_the_list_while_the_photo_is_looked_at(place: Desk) -> None:
    await tap(place, BUDI, "Sudah ditata")
    await place.photo(BUDI, "tidy", caption="Bersih")
    await tap_data(place, ADMIN, "site:1:drop_yes")
    await do_work(place, FILES)
    assert last(place, BUDI) == "site.done.dropped"
    assert await visits(place) == []


async def test_a_location_in_between_is_a_report(place: Desk) -> None:
    await tap(place, BUDI, "Sedang ditata")
    await report(place, BUDI)
    assert len(await place.incidents()) == 1
    await place.text(BUDI, "Dikeruk")
    assert len(await visits(place)) == 1


async def test_a_case_s_errand_takes_the_place_of_a_place_s(place: Desk) -> None:
    await report(place)
    await tap(place, BUDI, "Sedang ditata")
    await tap(place, BUDI, "Tindak lanjut", GROUPS[BAMBU])
    await tap(place, BUDI, "Tulis sendiri", GROUPS[BAMBU])
    await place.text(BUDI, "Pompa dipasang")
    assert last(place, BUDI) == "errand.done.follow"
    assert await visits(place) == []


async def test_given_to_another_unit_meanwhile(place: Desk) -> None:
    await tap(place, BUDI, "Sedang ditata")
    await tap_data(place, ADMIN, f"site:1:unit:{KOTA}")
    await place.text(BUDI, "Dikeruk")
    assert last(place, BUDI) == "site.not_yours"
    assert await visits(place) == []


async def test_the_level_above_may_visit_too(desk: Desk) -> None:
    await connect(desk, PRIOK)
    await enlisted(desk, "Taman")
    await desk.text(OFFICERS[PRIOK], "/start p_P1_worked")
    await desk.text(OFFICERS[PRIOK], "Dikeruk")
    assert [visit.unit for visit in await visits(desk)] == [PRIOK]


async def test_a_restart_in_between(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await connect(desk, BAMBU)
        await enlisted(desk, "Taman")
        await desk.text(BUDI, "/penataan P1")
        await tap(desk, BUDI, "Sudah ditata")
        await desk.text(BUDI, "Bersih")
    async with open_desk(tmp_path) as again:
        again._update_id, again._message_id = 1000, 1000
        await again.photo(BUDI, "tidy")
        await do_work(again, FILES)
        (site,) = await sites(again)
        assert (site.state, site.visits) == (SiteState.TIDY, 1)
        assert (site.lat, site.lon) == (LAT, LON)
