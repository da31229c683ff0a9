"""Whole cases over HTTP: residents, three offices and an admin, from the report to the residents' last word."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.borough import KELURAHAN, PATIENCE_S, SATPEL, SUDIN, borough, buttons, press, press_old, street, told
from tests.helpers.botapi_schema import load_schema

NEAR = (-6.13025, 106.88685)
"""The same puddle as HERE."""

ELSEWHERE = (-6.1335, 106.8845)
"""In the same kelurahan, too far for the same puddle."""


async def test_a_case_from_the_report_to_the_residents_last_word(tmp_path: Path) -> None:
    async with borough(tmp_path) as here:
        kelurahan, satpel = here.kelurahan, here.satpel
        siti, mine = await here.resident("Siti")
        number = await kelurahan.new_case()
        assert "Laporan baru" in (await kelurahan.card(number)).text

        assert await kelurahan.press(number, "Saya tangani") == "Tersimpan"
        assert "Batas selesai" in (await siti.wait_for(f"{KELURAHAN} menangani", PATIENCE_S)).text
        await kelurahan.press(number, "Menuju lokasi")
        await siti.wait_for("Petugas menuju lokasi sejak", PATIENCE_S)
        await kelurahan.press(number, "Di lokasi", "Tindak lanjut", "pembersihan tali air")
        await siti.wait_for(f"{KELURAHAN}: pembersihan tali air", PATIENCE_S)
        await kelurahan.press(number, "Lainnya …", "Alihkan", SATPEL, "saluran PHB")
        asked = await siti.wait_for(f"meminta {SATPEL} menangani: saluran PHB", PATIENCE_S)
        assert f"Sampai itu tetap pada {KELURAHAN}" in asked.text
        assert "Batal alihkan" in buttons(await kelurahan.card(number, "Menunggu jawaban"))

        await satpel.press(number, "Terima")
        await siti.wait_for(f"Dialihkan ke {SATPEL}: saluran PHB", PATIENCE_S)
        assert buttons(await kelurahan.card(number, f"kini pada {SATPEL}")) == []
        assert len(kelurahan.about(number)) == 1  # all that happened changed one card

        await satpel.close(number, "Surut. Pompa apung 2 unit.", street(7))
        await satpel.officer.wait_for("Pelapor dikabari dan ditanya apakah benar", PATIENCE_S)
        asked = await siti.wait_for("Benar sudah surut?", PATIENCE_S)
        assert "Pompa apung 2 unit" in asked.text
        await siti.wait_for(lambda shown: shown.photo_id is not None and not shown.mine, PATIENCE_S)
        assert await press(siti, asked, "Masih tergenang") == "Kami buka lagi"
        again = await satpel.card(number, "Dibuka lagi: belum selesai menurut warga")
        assert "dialihkan 1×, dibuka lagi 1×" in again.text
        assert "pembersihan tali air" in again.text

        await satpel.close(number, "Saluran dikeruk.", street(8))
        asked = await siti.wait_for(lambda shown: "Saluran dikeruk" in shown.text, PATIENCE_S)
        assert await press(siti, asked, "Sudah surut") == "Terima kasih"
        await siti.wait_for("Apakah ditangani dengan baik?", PATIENCE_S)
        siti.press("Ya, baik")
        await siti.wait_for("Penilaian Anda: ditangani dengan baik", PATIENCE_S)
        siti.send_text(f"/status {mine}")
        road = (await siti.wait_for("Perjalanan laporan", PATIENCE_S)).text
        steps = [
            "dilaporkan warga",
            f"{KELURAHAN} menangani",
            "petugas menuju lokasi",
            "petugas di lokasi",
            f"{KELURAHAN}: pembersihan tali air",
            f"{KELURAHAN} mengajukan ke {SATPEL}: saluran PHB",
            f"dialihkan: {SATPEL} menerima",
            "Pompa apung 2 unit",
            "dibuka lagi, belum selesai menurut warga",
            "Saluran dikeruk",
            "warga: sudah surut",
        ]
        places = [road.index(step) for step in steps]
        assert places == sorted(places)
        everything = told(siti)
        assert not any(name in everything for name in ("Bambang", "Dedi", "Hotma"))


async def test_the_calls_and_updates_of_casework_are_as_telegram_describes_them(tmp_path: Path) -> None:
    schema = load_schema()
    async with borough(tmp_path) as here:
        kelurahan, satpel = here.kelurahan, here.satpel
        siti, _ = await here.resident("Siti")
        siti.send_photo(street(1, 50))
        number = await kelurahan.new_case()
        await kelurahan.press(number, "Alihkan", SATPEL, "kali")
        await satpel.press(number, "Terima", "Lainnya …")
        await satpel.press(number, "‹ Kembali")
        await satpel.close(number, "Surut.", street(2))
        await siti.wait_for("Benar sudah surut?", PATIENCE_S)
        here.admin.send_text("/log")
        await here.admin.wait_for("menyelesaikan", PATIENCE_S)
        await here.settle()
        assert schema.problems_of_calls(here.api.calls.all) == []


async def test_what_is_refused_comes_to_the_level_above_which_assigns_it_once(tmp_path: Path) -> None:
    async with borough(tmp_path) as here:
        kelurahan, satpel, sudin = here.kelurahan, here.satpel, here.sudin
        siti, _ = await here.resident("Siti", depth="Dada 120+")
        number = await satpel.new_case()
        await satpel.press(number, "Saya tangani", "Lainnya …", "Alihkan", KELURAHAN, "jalan utama")
        await kelurahan.press(number, "Bukan kewenangan", "pompa")
        await siti.wait_for(f"{KELURAHAN} tidak menangani: pompa", PATIENCE_S)
        await siti.wait_for(f"Kini pada {SUDIN}, yang menetapkan siapa yang menangani", PATIENCE_S)

        await sudin.card(number, "Perlu ditetapkan")
        await sudin.press(number, "Tetapkan")
        choosing = await sudin.card(number, KELURAHAN, "Siapa yang ditetapkan?")
        assert await press(sudin.here, choosing, KELURAHAN) == "Tersimpan"
        await siti.wait_for(f"Ditetapkan: {KELURAHAN} yang menangani", PATIENCE_S)
        bound = await kelurahan.card(number, "Tidak bisa dialihkan lagi")
        assert "Alihkan" not in buttons(bound)

        await here.settle()
        before = here.screens()
        for unit in (KELURAHAN, SATPEL, SUDIN):
            assert f"Kasus {number} sudah berubah" in await press_old(sudin.here, choosing, unit)
        assert here.screens() == before
        assert await kelurahan.press(number, "Saya tangani") == "Tersimpan"


async def test_an_offer_that_nobody_answers_comes_to_the_level_above_and_a_missed_decision_higher(
    tmp_path: Path,
) -> None:
    async with borough(tmp_path) as here:
        kelurahan, satpel, sudin = here.kelurahan, here.satpel, here.sudin
        siti, _ = await here.resident("Siti")
        number = await kelurahan.new_case()
        await kelurahan.press(number, "Alihkan", SATPEL, "kali")
        asked = await satpel.card(number, "Terima")
        await here.let_pass(minutes=31)
        news = await siti.wait_for(f"{SATPEL} tidak menjawab", PATIENCE_S)
        assert f"kini {SATPEL} yang menetapkan" in news.text
        late = await press_old(satpel.here, asked, "Terima")
        assert late == f"Sudah dijawab, ditarik, atau lewat 30 menit. Kini pada {SATPEL}."
        await satpel.card(number, "Tetapkan siapa yang menangani", "Tetapkan")

        await here.let_pass(minutes=61)
        await siti.wait_for(f"Lewat batas waktu. Kini pada {SUDIN}", PATIENCE_S)
        await sudin.press(number, "Tetapkan", SATPEL)
        bound = await satpel.card(number, "Tidak bisa dialihkan lagi")
        assert "Alihkan" not in buttons(bound)
        assert await satpel.press(number, "Saya tangani") == "Tersimpan"
        await siti.wait_for(f"{SATPEL} menangani", PATIENCE_S)


async def test_old_buttons_of_a_case_that_moved_on_or_ended_change_nothing(tmp_path: Path) -> None:
    async with borough(tmp_path) as here:
        kelurahan, satpel = here.kelurahan, here.satpel
        siti, _ = await here.resident("Siti")
        number = await kelurahan.new_case()
        fresh = await kelurahan.card(number, "Saya tangani")
        await kelurahan.press(number, "Saya tangani")
        taken = await kelurahan.card(number, "Menuju lokasi", "Selesai")
        await kelurahan.press(number, "Lainnya …", "Alihkan")
        units = await kelurahan.card(number, SATPEL, "Dialihkan ke mana?")
        await kelurahan.press(number, SATPEL, "kali")
        asked = await satpel.card(number, "Terima", "Bukan kewenangan")
        await satpel.press(number, "Terima")
        await here.settle()

        gone = f"Kasus {number} pada {SATPEL}. Hanya petugasnya dan unit di atasnya yang bisa."
        before = here.screens()
        assert await press_old(kelurahan.here, fresh, "Saya tangani") == gone
        assert await press_old(kelurahan.here, taken, "Menuju lokasi") == gone
        await press_old(kelurahan.here, fresh, "Tindak lanjut")
        await press_old(kelurahan.here, fresh, "Lainnya …")
        await press_old(kelurahan.here, units, SATPEL)
        assert "Sudah dijawab" in await press_old(satpel.here, asked, "Terima")
        await here.settle()
        assert here.screens() == before

        await satpel.close(number, "Surut.", street(5))
        await siti.wait_for("Benar sudah surut?", PATIENCE_S)
        await here.settle()
        over = f"Kasus {number} sudah ditutup: Selesai, ditangani."
        before = here.screens()
        assert await press_old(satpel.here, fresh, "Saya tangani") == over
        assert await press_old(satpel.here, taken, "Menuju lokasi") == over
        assert await press_old(kelurahan.here, fresh, "Saya tangani") == gone
        await here.settle()
        assert here.screens() == before


async def test_of_two_who_press_in_the_same_instant_one_gets_it_and_the_other_is_told_who(tmp_path: Path) -> None:
    async with borough(tmp_path) as here:
        kelurahan = here.kelurahan
        siti, _ = await here.resident("Siti")
        number = await kelurahan.new_case()
        wati = here.api.user("Wati")
        kelurahan.room.add(wati)
        shown = await kelurahan.card(number, "Saya tangani")
        presses = [who.press("Saya tangani", message=shown) for who in (kelurahan.here, wati.at(kelurahan.room))]
        for pressed in presses:
            await kelurahan.here.wait_for_answer(pressed, PATIENCE_S)
        first, second = (pressed.text or "" for pressed in presses)
        assert first == "Tersimpan"
        assert second.startswith(f"Sudah ditangani Bambang ({KELURAHAN}) sejak ")
        await here.settle()
        assert told(siti).count(f"{KELURAHAN} menangani") == 1
        assert "Ditangani Bambang" in (await kelurahan.card(number)).text


async def test_an_officer_who_was_removed_in_between_can_do_nothing_more(tmp_path: Path) -> None:
    async with borough(tmp_path) as here:
        kelurahan = here.kelurahan
        await here.resident("Siti")
        number = await kelurahan.new_case()
        await kelurahan.press(number, "Saya tangani")
        taken = await kelurahan.card(number, "Menuju lokasi")
        here.admin.send_text("/petugas")
        await here.admin.wait_for("Petugas (1)", PATIENCE_S)
        here.admin.press(f"Keluarkan Bambang ({KELURAHAN})")
        await here.admin.wait_for(f"Keluarkan Bambang dari {KELURAHAN}?", PATIENCE_S)
        here.admin.press("Ya, keluarkan")
        await here.admin.wait_for("Petugas (0)", PATIENCE_S)
        await here.settle()

        before = here.screens()
        for button in ("Menuju lokasi", "Tindak lanjut", "Selesai"):
            assert "tidak lagi terdaftar" in await press_old(kelurahan.here, taken, button)
        assert here.screens() == before
        wati = here.api.user("Wati")
        kelurahan.room.add(wati)
        await kelurahan.press(number, "Selesai", by=wati)
        await kelurahan.open(number, "Sudah ditangani")  # a link works for whoever follows it
        await kelurahan.officer.wait_for("tidak lagi terdaftar", PATIENCE_S)
        await kelurahan.open(number, "Sudah ditangani", by=wati)
        await wati.wait_for(f"{number} selesai: apa yang dilakukan?", PATIENCE_S)


async def test_a_closing_photo_that_was_used_before_is_refused_with_the_earlier_cases_number(tmp_path: Path) -> None:
    async with borough(tmp_path) as here:
        kelurahan = here.kelurahan
        siti, _ = await here.resident("Siti")
        earlier = await kelurahan.new_case()
        budi, _ = await here.resident("Budi", ELSEWHERE)
        number = await kelurahan.new_case(earlier)
        for each in (earlier, number):
            await kelurahan.press(each, "Saya tangani")
        await kelurahan.close(earlier, "Pompa apung.", street(3))
        await siti.wait_for("Benar sudah surut?", PATIENCE_S)

        await kelurahan.close(number, "Pompa apung juga.", street(3))
        await kelurahan.officer.wait_for(f"{number}: foto ini sudah pernah dipakai di kasus {earlier}.", PATIENCE_S)
        await here.settle()
        assert "Proses" in (await kelurahan.card(number)).text
        assert "Benar sudah surut?" not in told(budi)
        kelurahan.officer.send_photo(street(4))
        await budi.wait_for("Benar sudah surut?", PATIENCE_S)


async def test_whoever_reported_the_same_water_hears_each_step_under_their_own_number(tmp_path: Path) -> None:
    async with borough(tmp_path) as here:
        kelurahan, satpel = here.kelurahan, here.satpel
        people = [await here.resident("Siti")]
        number = await kelurahan.new_case()
        people.append(await here.resident("Budi", NEAR))
        assert people[0][1] != people[1][1]
        assert "2 warga" in (await kelurahan.card(number, "2 warga")).text
        await kelurahan.press(number, "Saya tangani", "Lainnya …", "Alihkan", SATPEL, "pompa")
        await satpel.press(number, "Terima")
        await satpel.close(number, "Pompa apung.", street(6))
        for person, mine in people:
            asked = await person.wait_for("Benar sudah surut?", PATIENCE_S)
            assert asked.text.startswith(mine)
            for step in (f"{KELURAHAN} menangani", f"meminta {SATPEL} menangani", f"Dialihkan ke {SATPEL}: pompa"):
                assert (await person.wait_for(step, PATIENCE_S)).text.startswith(mine)
        (_, _), (budi, _) = people
        assert await press(budi, await budi.wait_for("Benar sudah surut?"), "Masih tergenang") == "Kami buka lagi"
        reopened = await people[0][0].wait_for("Ada warga yang melihat air masih menggenang", PATIENCE_S)
        assert reopened.text.startswith(people[0][1])
