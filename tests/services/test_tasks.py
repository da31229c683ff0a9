"""/tugas, /genangan and /peta, as officers read them."""

from __future__ import annotations

from bot.domain.staff import UnitLink
from bot.services.batch import Batch
from bot.services.context import Context
from tests.helpers.casework import GROUPS, LAT, LON, OFFICERS, cards, connect, do, only_incident
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.invitations import in_group
from tests.helpers.officers import tap_data
from tests.helpers.small_city import BAMBU, KOTA, PRIOK

SITI, AGUS = 701, 702
FAR = 0.002
"""Degrees of longitude: 220 m, another puddle in the same kelurahan or the one beside it."""


async def reports(desk: Desk, who: int, lat: float = LAT, lon: float = LON, depth: str = "Lutut") -> None:
    await desk.location(who, lat, lon)
    await desk.press(who, depth)


async def test_a_units_cases_the_most_urgent_first(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await reports(desk, SITI, depth="Mata kaki")
    desk.clock.move(minutes=1)
    await reports(desk, AGUS, LAT + 0.001, depth="Paha")  # 15 minutes instead of 60
    await desk.text(OFFICERS[BAMBU], "/tugas")
    shown = desk.shown(OFFICERS[BAMBU])
    assert shown.startswith("TUGAS: 2 kasus\nKelurahan Sungai Bambu")
    assert shown.index("sepaha") < shown.index("semata kaki")
    assert "batas 19.58" in shown


async def test_what_is_late_says_so(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await reports(desk, SITI)
    desk.clock.move(minutes=61)
    await desk.text(OFFICERS[BAMBU], "/tugas")
    assert "lewat tenggat" in desk.shown(OFFICERS[BAMBU])


async def test_many_cases_come_in_pages(desk: Desk) -> None:
    await connect(desk, KOTA)
    for n in range(10):
        await reports(desk, 800 + n, LAT, LON + n * FAR)
    await desk.text(OFFICERS[KOTA], "/tugas")
    assert "10 kasus, halaman 1 dari 2" in desk.shown(OFFICERS[KOTA])
    await desk.press(OFFICERS[KOTA], "Berikutnya")
    assert "halaman 2 dari 2" in desk.shown(OFFICERS[KOTA])
    assert "\n9. " in desk.shown(OFFICERS[KOTA])
    assert "\n8. " not in desk.shown(OFFICERS[KOTA])


async def test_a_number_opens_the_card(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await reports(desk, SITI)
    incident = await only_incident(desk)
    await desk.text(OFFICERS[BAMBU], "/tugas")
    await desk.press(OFFICERS[BAMBU], incident.number)
    assert desk.shown(OFFICERS[BAMBU]).startswith(incident.number)
    await desk.press(OFFICERS[BAMBU], "Saya tangani")
    assert (await only_incident(desk)).handling.taken_at is not None


async def test_a_card_that_is_opened_again_leaves_no_working_copy_above_it(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await reports(desk, SITI)
    incident = await only_incident(desk)
    for _ in range(2):
        await desk.text(OFFICERS[BAMBU], f"/genangan {incident.number}")
    first, second = cards(desk, OFFICERS[BAMBU])
    assert (first.text, first.choices) == ("card.older", ())
    assert second.choices


async def test_in_a_units_group_its_cases_are_listed(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await reports(desk, SITI)
    await in_group(desk, OFFICERS[BAMBU], "/tugas@genangan_bot", GROUPS[BAMBU])
    assert "1 kasus" in desk.shown(GROUPS[BAMBU])


async def test_in_a_topic_its_units_cases_are_listed_and_not_its_neighbours(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)

    def in_topics(_: Context, batch: Batch) -> None:
        for topic, unit in ((7, BAMBU), (8, PRIOK)):
            batch.roster.put_link(UnitLink(unit, desk.clock.now(), GROUPS[BAMBU], topic))

    await do(desk, in_topics)
    await reports(desk, SITI)
    for topic, says in ((7, "1 kasus"), (8, "Tidak ada")):
        await in_group(desk, OFFICERS[BAMBU], "/tugas@genangan_bot", GROUPS[BAMBU], topic=topic)
        assert says in desk.shown(GROUPS[BAMBU])


async def test_who_presses_a_number_in_a_units_group_works_there_from_then_on(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await reports(desk, SITI)
    incident = await only_incident(desk)
    newcomer = 703
    assert await tap_data(desk, newcomer, f"case:{incident.id}", 1) == (
        "Anda belum terdaftar sebagai petugas. Tekan satu tombol kartu di grup unit Anda, atau minta undangan ke admin."
    )
    assert await tap_data(desk, newcomer, f"case:{incident.id}", 1, GROUPS[BAMBU]) is None
    assert await tap_data(desk, newcomer, f"k:{incident.id}:take", 1) == "Tersimpan"


async def test_a_case_is_found_by_its_number_and_by_a_reports(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await reports(desk, SITI)
    incident = await only_incident(desk)
    number = desk.receipt(SITI).values["number"]
    for typed in (incident.number, str(number).lower()):
        await desk.text(OFFICERS[BAMBU], f"/genangan {typed}")
        assert desk.shown(OFFICERS[BAMBU]).startswith(incident.number)
    await desk.text(OFFICERS[BAMBU], "/genangan ZZ99")
    assert "Tidak ada kasus bernomor ZZ99" in desk.shown(OFFICERS[BAMBU])
    await desk.text(OFFICERS[BAMBU], "/genangan")
    assert "/genangan KA7" in desk.shown(OFFICERS[BAMBU])


async def test_the_map_has_one_route_past_all(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await reports(desk, SITI)
    await reports(desk, AGUS, LAT + 0.001)
    await desk.text(OFFICERS[BAMBU], "/peta")
    _, say = max(desk.chats[OFFICERS[BAMBU]].items())
    ((route,),) = say.choices
    assert (route.url or "").startswith("https://www.google.com/maps/dir/?api=1&destination=-6.1")


async def test_an_admin_without_a_unit_sees_all_and_a_resident_nothing(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await reports(desk, SITI)
    await desk.text(ADMIN, "/tugas")
    assert "1 kasus" in desk.shown(ADMIN)
    for command in ("/tugas", "/peta", "/genangan KA7"):
        await desk.text(AGUS, command)
        assert desk.shown(AGUS).startswith("Perintah ini untuk petugas. Anda petugas?")


async def test_nothing_to_do_is_said(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await desk.text(OFFICERS[BAMBU], "/tugas")
    assert desk.shown(OFFICERS[BAMBU]) == "Tidak ada kasus terbuka untuk Anda saat ini."


async def test_the_number_in_a_digest_opens_the_card_for_officers(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await reports(desk, SITI)
    incident = await only_incident(desk)
    await desk.text(OFFICERS[BAMBU], f"/start g_{incident.number}")
    assert "Penanggung jawab" in desk.shown(OFFICERS[BAMBU])


async def test_and_for_residents_what_a_share_link_shows(desk: Desk) -> None:
    await reports(desk, SITI)
    incident = await only_incident(desk)
    await desk.text(AGUS, f"/start g_{incident.number}")
    await desk.press(AGUS, "Saya juga lihat")
    assert (await only_incident(desk)).reporters == 2
    await desk.text(AGUS, "/start g_ZZZZ")
    assert "Tekan" in desk.shown(AGUS)
