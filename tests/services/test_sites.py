"""/penataan: the list, the card, and what admins change."""

from __future__ import annotations

import pytest

from bot.domain.handling import Level
from bot.domain.sites import Site, SiteState
from tests.helpers.casework import GROUPS, LAT, LON, OFFICERS, connect, only_incident
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.invitations import in_group
from tests.helpers.officers import ANI, audited, last, report, tap, tap_data
from tests.helpers.site_desk import enlisted, listed, sites
from tests.helpers.small_city import BAMBU, KOTA, LAGOA, PAPANGGO, PRIOK

BUDI = OFFICERS[BAMBU]


async def test_an_admin_lists_a_place_by_a_pin(desk: Desk) -> None:
    await desk.text(ADMIN, "/penataan")
    assert last(desk, ADMIN) == "site.none_admin"
    await desk.text(ADMIN, "/penataan baru Jl. <Mangga>")
    assert last(desk, ADMIN) == "site.ask.where"
    await desk.location(ADMIN, LAT, LON)
    shown = desk.shown(ADMIN)
    assert "P1 · Jl. <Mangga>" in shown
    assert "belum ditata" in shown
    assert "Kelurahan Sungai Bambu" in shown
    assert "radius 50 m" in shown
    assert await desk.incidents() == []
    assert [each.what for each in await audited(desk)] == ["site_listed"]


@pytest.mark.parametrize("typed", ["-6.1307, 106.8862", "https://www.google.com/maps?q=-6.1307,106.8862"])
async def test_and_by_typed_coordinates(desk: Desk, typed: str) -> None:
    await desk.text(ADMIN, "/penataan baru Taman")
    await desk.text(ADMIN, "di depan masjid")
    assert last(desk, ADMIN) == "site.trouble.where"
    await desk.text(ADMIN, typed)
    (site,) = await sites(desk)
    assert (site.name, site.lat, site.lon, site.unit) == ("Taman", -6.1307, 106.8862, BAMBU)


async def test_a_point_outside_is_asked_for_again(desk: Desk) -> None:
    await desk.text(ADMIN, "/penataan baru Monas")
    await desk.location(ADMIN, -6.1754, 106.8272)
    assert last(desk, ADMIN) == "site.trouble.where"
    await desk.text(ADMIN, "/batal")
    assert last(desk, ADMIN) == "site.done.ended"
    assert await sites(desk) == []


async def test_the_same_name_at_the_same_place_is_there_already(desk: Desk) -> None:
    await enlisted(desk, "Taman")
    await desk.text(ADMIN, "/penataan baru  taman ")
    await desk.location(ADMIN, LAT + 60 / 111_195, LON)
    assert "site.there_already" in desk.says(ADMIN)
    assert len(await sites(desk)) == 1


async def test_an_admin_changes_it(desk: Desk) -> None:
    await enlisted(desk, "Taman")
    await tap(desk, ADMIN, "Satpel SDA Kec. Tanjung Priok")
    await tap(desk, ADMIN, "200 m")
    await tap(desk, ADMIN, "Tugas")
    await desk.text(ADMIN, "Bersihkan tali air")
    await tap(desk, ADMIN, "Batas")
    await desk.text(ADMIN, "31-02-2026")
    assert last(desk, ADMIN) == "site.trouble.date"
    await desk.text(ADMIN, "31-12-2026")
    (site,) = await sites(desk)
    assert (site.unit, site.radius_m, site.task, str(site.due_on)) == (PRIOK, 200, "Bersihkan tali air", "2026-12-31")
    assert "Batas: Kamis, 31 Desember 2026" in desk.shown(ADMIN)
    await tap(desk, ADMIN, "Batas")
    await desk.text(ADMIN, "-")
    assert (await sites(desk))[0].due_on is None
    assert [each.what for each in await audited(desk)].count("site_changed") == 5


async def test_taken_off_the_list_it_is_gone_for_everybody(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await enlisted(desk, "Taman")
    await desk.text(BUDI, "/penataan P1")
    await tap(desk, ADMIN, "Hapus dari daftar")
    assert (await sites(desk))[0].listed
    await tap(desk, ADMIN, "Ya, hapus")
    assert await sites(desk) == []
    assert await tap(desk, BUDI, "Sudah ditata") == "Lokasi ini sudah dihapus dari daftar"
    await desk.text(BUDI, "/penataan P1")
    assert last(desk, BUDI) == "site.unknown"
    await desk.text(ANI, "/start p_P1")
    assert last(desk, ANI) == "site.gone"


async def test_a_unit_sees_its_own_and_those_below(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK, KOTA)
    await listed(desk, Site(1, "Bambu", LAT, LON, 50, BAMBU, BAMBU, desk.clock.now()))
    await listed(desk, Site(2, "Papanggo", LAT, LON + 0.01, 50, PAPANGGO, PAPANGGO, desk.clock.now()))
    await listed(desk, Site(3, "Lagoa", LAT, LON + 0.02, 50, LAGOA, LAGOA, desk.clock.now()))
    await listed(desk, Site(4, "Kota", LAT, LON + 0.03, 50, LAGOA, KOTA, desk.clock.now()))
    shown = {}
    for unit in (BAMBU, PRIOK, KOTA):
        await desk.text(OFFICERS[unit], "/penataan")
        shown[unit] = {number for number in ("P1", "P2", "P3", "P4") if number in desk.shown(OFFICERS[unit])}
    assert shown == {BAMBU: {"P1"}, PRIOK: {"P1", "P2"}, KOTA: {"P1", "P2", "P3", "P4"}}
    await desk.text(ADMIN, "/penataan")
    assert "0 dari 4 selesai" in desk.shown(ADMIN)
    assert "Kelurahan: 0 dari 3" in desk.shown(ADMIN)
    assert "Kota: 0 dari 1" in desk.shown(ADMIN)
    await desk.text(BUDI, "/penataan P3")
    assert last(desk, BUDI) == "site.not_yours"
    assert await tap_data(desk, BUDI, "site:3:show") == "Bukan lokasi unit Anda"
    assert await tap_data(desk, BUDI, "site:3:tidy") == "Bukan lokasi unit Anda"


async def test_who_is_no_officer_sees_nothing(desk: Desk) -> None:
    await enlisted(desk, "Taman")
    await desk.text(ANI, "/penataan")
    assert last(desk, ANI) == "refused.officers_only"
    for data in ("site:1:show", "site:1:tidy", "site:1:photos", "site:1:drop_yes", "sites:0", "sites:near"):
        assert "belum terdaftar" in str(await tap_data(desk, ANI, data))
    assert (await sites(desk))[0].listed


@pytest.mark.parametrize("what", ["edit", "drop_yes", "radius:200", "unit:31.72", "task"])
async def test_an_officer_changes_nothing(desk: Desk, what: str) -> None:
    await connect(desk, BAMBU)
    await enlisted(desk, "Taman")
    before = await sites(desk)
    assert await tap_data(desk, BUDI, f"site:1:{what}") == "Bukan lokasi unit Anda"
    await desk.text(BUDI, "/penataan baru Lain")
    assert last(desk, BUDI) == "refused.admins_only"
    assert await sites(desk) == before


@pytest.mark.parametrize(
    "data", ["site:9:show", "site:x:show", "site:1:fly", "site:1:radius:9999", "sites:x", "sites:0:nan:inf", "tidy:1:2"]
)
async def test_a_button_that_none_of_ours_carries(desk: Desk, data: str) -> None:
    await enlisted(desk, "Taman")
    assert await tap_data(desk, ADMIN, data) is not None
    assert (await sites(desk))[0].radius_m == 50


async def test_where_nobody_was_longest_comes_first(desk: Desk) -> None:
    await connect(desk, BAMBU)
    for n in range(1, 11):
        await listed(desk, Site(n, f"Lokasi {n:02}", LAT, LON + n / 1000, 50, BAMBU, BAMBU, desk.clock.now()))
        desk.clock.move(minutes=1)
    await desk.text(BUDI, "/penataan P1")
    await tap(desk, BUDI, "Sedang ditata")
    await desk.text(BUDI, "Saluran dikeruk")
    desk.clock.move(days=3)
    await desk.text(BUDI, "/penataan")
    assert "halaman 1 dari 2" in desk.shown(BUDI)
    assert "\n\nP2 · Lokasi 02\nbelum ditata" in desk.shown(BUDI)  # all are one unit's: it is not named each time
    await desk.press(BUDI, "Berikutnya")
    assert "\n\nP1 · Lokasi 01\nsedang" in desk.shown(BUDI)
    assert "sedang ditata · dikunjungi 3 hari lalu" in desk.shown(BUDI)


async def test_the_nearest_first_from_where_one_is(desk: Desk) -> None:
    await connect(desk, BAMBU)
    for n in range(1, 11):
        await listed(desk, Site(n, f"Lokasi {n:02}", LAT, LON + n / 1000, 50, BAMBU, BAMBU, desk.clock.now()))
    await desk.text(BUDI, "/penataan")
    await desk.press(BUDI, "Terdekat dari saya")
    assert last(desk, BUDI) == "site.ask.near"
    await desk.location(BUDI, LAT, LON + 0.011)
    assert "lokasinya.\n\nP10 · Lokasi 10, 110 m" in desk.shown(BUDI)
    await desk.press(BUDI, "Berikutnya")
    assert desk.shown(BUDI).split("\n\n")[-1].startswith("P1 · Lokasi 01, 1,1 km")
    await desk.location(BUDI, LAT, LON)  # the next one is a report again
    assert last(desk, BUDI) == "ask.depth"
    assert await desk.incidents() == []


async def test_words_instead_of_a_location_are_answered(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await enlisted(desk, "Taman")
    await tap_data(desk, BUDI, "sites:near")
    await desk.text(BUDI, "dekat pasar")
    assert last(desk, BUDI) == "site.trouble.near"
    await desk.text(BUDI, f"{LAT:.5f}, {LON:.5f}")
    assert "P1 · Taman, 0 m" in desk.shown(BUDI)


@pytest.mark.parametrize("says", ["photo", "flood", "address"])
async def test_who_reports_instead_is_heard(desk: Desk, says: str) -> None:
    await connect(desk, BAMBU)
    await enlisted(desk, "Taman")
    await tap_data(desk, BUDI, "sites:near")
    desk.clock.move(seconds=5)
    if says == "photo":
        await desk.photo(BUDI, "water")
    elif says == "flood":
        await desk.text(BUDI, "banjir selutut")
    else:
        await desk.text(BUDI, "✍️ Tulis alamat")
    await desk.location(BUDI, LAT, LON)
    assert last(desk, BUDI).startswith(("ask.", "receipt."))


async def test_ten_minutes_later_a_location_is_a_report(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await enlisted(desk, "Taman")
    await desk.text(BUDI, "/penataan")
    await desk.press(BUDI, "Terdekat dari saya")
    desk.clock.move(minutes=11)
    await desk.location(BUDI, LAT, LON)
    assert last(desk, BUDI) == "ask.depth"


async def test_puddles_are_counted_to_it(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await enlisted(desk, "Taman", radius_m=100)
    await report(desk, ANI, north_m=60)
    incident = await only_incident(desk)
    await desk.text(BUDI, "/penataan")
    assert "1 genangan terbuka" in desk.shown(BUDI)
    await desk.text(BUDI, "/penataan 1")
    assert f"Genangan terbuka di sini: {incident.number}" in desk.shown(BUDI)
    await desk.press(ANI, "Sudah surut")
    await desk.text(BUDI, "/penataan p1")
    assert "Genangan terbuka" not in desk.shown(BUDI)
    assert "Tergenang di sini 1× dalam 12 bulan" in desk.shown(BUDI)


async def test_in_a_units_group_the_buttons_open_the_private_chat(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await enlisted(desk, "Taman")
    await listed(desk, Site(2, "Lagoa", LAT, LON + 0.02, 50, LAGOA, LAGOA, desk.clock.now()))
    await in_group(desk, BUDI, "/penataan@genangan_bot", GROUPS[BAMBU])
    shown = desk.shown(GROUPS[BAMBU])
    assert "P1 · Taman" in shown
    assert "P2" not in shown
    await tap(desk, BUDI, "P1", GROUPS[BAMBU])
    await tap(desk, BUDI, "Sudah ditata", GROUPS[BAMBU])
    assert last(desk, BUDI) == "site.ask.tidy"


async def test_by_name(desk: Desk) -> None:
    await enlisted(desk, "Jl. Mangga")
    await listed(desk, Site(2, "Jl. Melati", LAT, LON + 0.02, 50, LAGOA, LAGOA, desk.clock.now()))
    await desk.text(ADMIN, "/penataan mangga")
    assert last(desk, ADMIN) == "site.card"
    await desk.text(ADMIN, "/penataan jl.")
    assert last(desk, ADMIN) == "site.list"
    await desk.text(ADMIN, "/penataan durian")
    assert last(desk, ADMIN) == "site.no_match"


async def test_what_is_past_its_date_says_so(desk: Desk) -> None:
    today = desk.clock.now().date()
    await listed(desk, Site(1, "Taman", LAT, LON, 50, BAMBU, BAMBU, desk.clock.now(), due_on=today))
    await desk.text(ADMIN, "/penataan")
    assert "lewat tenggat" not in desk.shown(ADMIN)
    desk.clock.move(days=1)
    await desk.text(ADMIN, "/penataan")
    assert "0 dari 1 selesai, 1 lewat tenggat" in desk.shown(ADMIN)
    await desk.text(ADMIN, "/penataan P1")
    assert "belum ditata · ⚠️ lewat tenggat" in desk.shown(ADMIN)


async def test_its_cases_go_to_its_unit_before_all_rules(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    site = await enlisted(desk, "Taman")
    await listed(desk, Site(site.id, "Taman", LAT, LON, 50, BAMBU, KOTA, desk.clock.now()))
    await report(desk)
    incident = await only_incident(desk)
    assert incident.handling.owner == KOTA
    assert desk.context.units.chain(KOTA)[0].level is Level.KOTA
    card = desk.shown(GROUPS[KOTA])
    assert "Lokasi penataan: P1 Taman" in card


async def test_a_case_that_nobody_took_up_goes_along(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await report(desk)
    await enlisted(desk, "Taman")
    assert desk.history((await only_incident(desk)).id).count("rerouted") == 0  # the same unit as before
    await tap(desk, ADMIN, "Sudin SDA Jakarta Utara")
    assert (await only_incident(desk)).handling.owner == KOTA
    assert "Kini pada unit ini" in desk.shown(GROUPS[KOTA])
    assert "kini pada Sudin SDA Jakarta Utara" in desk.shown(GROUPS[BAMBU])
    await tap(desk, OFFICERS[KOTA], "Saya tangani", GROUPS[KOTA])
    await desk.text(ADMIN, "/penataan P1")
    await tap(desk, ADMIN, "Ubah")
    await tap(desk, ADMIN, "Hapus dari daftar")
    await tap(desk, ADMIN, "Ya, hapus")
    assert (await only_incident(desk)).handling.owner == KOTA


async def test_a_place_that_was_dropped_routes_nothing(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    at = desk.clock.now()
    await listed(desk, Site(1, "Taman", LAT, LON, 50, BAMBU, KOTA, at, state=SiteState.DROPPED))
    await report(desk)
    assert (await only_incident(desk)).handling.owner == BAMBU
    assert "Lokasi penataan" not in desk.shown(GROUPS[BAMBU])
