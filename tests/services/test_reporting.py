"""Reporting as the resident lives it, through a real database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.callback import encode
from bot.domain.models import DepthLevel, IncidentState
from tests.helpers.desk import Desk, open_desk

DAY = timedelta(days=1)
ANI, BUDI, CICI, DEDI = 7_000_000_011, 7_000_000_012, 7_000_000_013, 7_000_000_014
HERE = (-6.1302, 106.8868)  # Sungai Bambu
NEAR = (-6.13025, 106.88685)  # 8 m away
FAR = (-6.1345, 106.8862)


async def report(desk: Desk, who: int, at: tuple[float, float] = HERE, depth: str = "Lutut") -> None:
    await desk.location(who, *at)
    await desk.press(who, depth)


async def test_one_location_and_one_tap_are_a_report_with_a_number(desk: Desk) -> None:
    await desk.location(ANI, *HERE)
    assert "Setinggi apa airnya?" in desk.shown(ANI)
    await desk.press(ANI, "Lutut")
    assert desk.says(ANI) == ["receipt.genangan"]  # the question became the receipt
    receipt = desk.shown(ANI)
    assert "diterima, 19.42" in receipt
    assert "Kel. Sungai Bambu, selutut (±50 cm)" in receipt
    assert "Penanggung jawab: Sudin SDA Jakarta Utara" in receipt
    [incident] = await desk.incidents()
    assert (incident.reporters, incident.depth_last.level) == (1, DepthLevel.KNEE)


async def test_a_button_pressed_twice_does_its_thing_once(desk: Desk) -> None:
    await desk.location(ANI, *HERE)
    [(message_id, say)] = desk.chats[ANI].items()
    data = encode("d", say.choices[0][2].args)
    await desk.press_data(ANI, data, message_id)
    assert await desk.press_data(ANI, data, message_id) == "toast.already"
    assert len(await desk.incidents()) == 1
    assert desk.says(ANI) == ["receipt.genangan"]


async def test_neighbours_at_one_puddle_make_one_incident_and_each_keeps_a_number(desk: Desk) -> None:
    await report(desk, ANI)
    desk.clock.move(minutes=25)
    await report(desk, BUDI, NEAR)
    [incident] = await desk.incidents()
    assert incident.reporters == 2
    text = desk.shown(BUDI)
    assert "Sepertinya sama dengan laporan 1 warga lain" in text
    assert "25 menit lalu" in text
    assert desk.receipt(ANI).values["number"] != desk.receipt(BUDI).values["number"]


async def test_two_at_the_same_second_at_the_same_new_puddle_make_one_incident(desk: Desk) -> None:
    for who, at in ((ANI, HERE), (BUDI, NEAR)):
        await desk.location(who, *at, take=False)
        await desk.text(who, "selutut", take=False)
    await desk.take()  # all four messages in one batch
    [incident] = await desk.incidents()
    assert incident.reporters == 2


async def test_ini_genangan_lain_takes_the_report_out_again(desk: Desk) -> None:
    await report(desk, ANI)
    await report(desk, BUDI, NEAR)
    assert await desk.press(BUDI, "Ini genangan lain") == "toast.split"
    first, second = await desk.incidents()
    assert (first.reporters, second.reporters) == (1, 1)
    assert "warga lain" not in desk.shown(BUDI)


async def test_the_same_person_at_the_same_place_renews_the_report(desk: Desk) -> None:
    await report(desk, ANI)
    desk.clock.move(hours=2)
    await report(desk, ANI, NEAR, "Betis")
    [incident] = await desk.incidents()
    assert incident.reporters == 1
    assert incident.depth_last.level is DepthLevel.CALF  # the same reporter may say that it fell
    assert "diperbarui" in desk.shown(ANI)


async def test_far_apart_are_two_incidents(desk: Desk) -> None:
    await report(desk, ANI)
    await report(desk, BUDI, FAR)
    assert len(await desk.incidents()) == 2


async def report_in_words(desk: Desk, who: int) -> None:
    """A place known only by its kelurahan is never merged by itself: a sure way to be asked."""
    await desk.text(who, "✍️ Tulis alamat")
    await desk.press(who, "Tanjung Priok")
    await desk.press(who, "Sungai Bambu")
    await desk.text(who, "dekat pabrik")
    await desk.press(who, "Lutut")


async def test_who_is_unsure_is_offered_the_neighbours_and_may_choose(desk: Desk) -> None:
    await report(desk, ANI)
    await report_in_words(desk, CICI)
    assert "receipt.genangan" in desk.says(CICI)  # the number does not wait for the answer
    assert desk.says(CICI)[-1] == "ask.same.genangan"
    assert "1. baru saja, selutut" in desk.shown(CICI)
    assert [incident.unsure for incident in await desk.incidents()] == [False, True]
    await desk.press(CICI, "Nomor 1")
    assert desk.says(CICI)[-1] == "answered.same"
    ended, joined = sorted(await desk.incidents(), key=lambda incident: incident.state.is_open)
    assert (ended.state, ended.merged_into) == (IncidentState.MERGED, joined.id)
    assert joined.reporters == 2


async def test_none_of_the_offered_stays_its_own(desk: Desk) -> None:
    await report(desk, ANI)
    await report_in_words(desk, CICI)
    await desk.press(CICI, "Bukan, ini genangan lain")
    assert [incident.state.is_open for incident in await desk.incidents()] == [True, True]
    assert not any(incident.unsure for incident in await desk.incidents())


async def test_an_unanswered_offer_stays_separate_and_flagged(desk: Desk) -> None:
    await report(desk, ANI)
    await report_in_words(desk, CICI)
    await desk.beat(hours=3)
    assert [incident.unsure for incident in await desk.incidents()] == [False, True]


async def test_words_a_photo_and_a_street_add_to_the_report(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "Jl. Gaya Motor 2, depan pabrik")
    await desk.photo(ANI)
    await desk.press(ANI, "Tidak bisa lewat")
    values = desk.receipt(ANI).values
    assert values["name"] == "Jl. Gaya Motor 2, depan pabrik"
    assert values["photos"] == 1
    assert values["passability"] == "passability.nobody"
    [incident] = await desk.incidents()
    assert (incident.name, incident.photos) == ("Jl. Gaya Motor 2, depan pabrik", 1)


async def test_an_edited_message_corrects_what_it_said(desk: Desk) -> None:
    await desk.location(ANI, *HERE)
    message_id = await desk.text(ANI, "40 cm")
    await desk.text(ANI, "60 cm", edits=message_id)
    [incident] = await desk.incidents()
    assert incident.depth_last.cm == 60


async def test_a_moving_live_location_is_one_report(desk: Desk) -> None:
    message_id = await desk.send(ANI, location={"latitude": HERE[0], "longitude": HERE[1], "live_period": 900})
    await desk.press(ANI, "Lutut")
    moved = {"latitude": FAR[0], "longitude": FAR[1], "live_period": 900}
    await desk.send(ANI, location=moved, edits=message_id)
    [incident] = await desk.incidents()
    assert incident.lat == pytest.approx(HERE[0])


async def test_perbaiki_titik_moves_the_report(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.press(ANI, "Perbaiki titik")
    await desk.location(ANI, *FAR)
    [incident] = await desk.incidents()
    assert incident.lat == pytest.approx(FAR[0])
    assert desk.says(ANI)[-1] == "receipt.genangan"


async def test_a_corrected_point_at_somebody_elses_puddle_joins_it(desk: Desk) -> None:
    await report(desk, ANI)
    await report(desk, BUDI, FAR)
    await desk.press(BUDI, "Perbaiki titik")
    await desk.location(BUDI, *NEAR)
    open_now = [incident for incident in await desk.incidents() if incident.state.is_open]
    assert [incident.reporters for incident in open_now] == [2]


async def test_batalkan_asks_first_and_ends_a_case_nobody_stands_by(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.press(ANI, "Lainnya")
    await desk.press(ANI, "Batalkan")
    await desk.press(ANI, "Tidak jadi")
    assert (await desk.incidents())[0].state.is_open
    await desk.press(ANI, "Lainnya")
    await desk.press(ANI, "Batalkan")
    await desk.press(ANI, "Ya, batalkan")
    assert desk.says(ANI) == ["receipt.withdrawn"]
    [incident] = await desk.incidents()
    assert incident.state is IncidentState.CANCELLED


async def test_nobody_can_press_on_somebody_elses_report(desk: Desk) -> None:
    await report(desk, ANI)
    number = desk.receipt(ANI).choices[0][0].args[0]
    for act, *more in (("drop",), ("gone",), ("d", "chest"), ("fix",), ("p", "nobody")):
        assert await desk.press_data(BUDI, encode(act, (number, *more))) == "toast.too_old"
    [incident] = await desk.incidents()
    assert incident.state.is_open
    assert incident.depth_last.level is DepthLevel.KNEE


async def test_outside_the_service_area_one_is_told_whom_to_turn_to(desk: Desk) -> None:
    await desk.location(ANI, -6.2608, 106.7817)  # Jakarta Selatan
    assert "Kel. Kebayoran Lama Selatan, Jakarta Selatan, di luar wilayah kami (Jakarta Utara)." in desk.shown(ANI)
    assert "JAKI" in desk.shown(ANI)
    assert "112" in desk.shown(ANI)
    assert not await desk.incidents()


async def test_impossible_points_are_explained(desk: Desk) -> None:
    await desk.location(ANI, 0.0, 0.0)
    assert "titik kosong" in desk.shown(ANI)
    await desk.text(ANI, f"{HERE[1]}, {HERE[0]}")
    assert "terbalik" in desk.shown(ANI)
    await desk.press(ANI, "Ya, di sini")
    assert "Setinggi apa airnya?" in desk.shown(ANI)


async def test_an_address_in_words_is_a_place_that_is_asked_about(desk: Desk) -> None:
    await desk.text(ANI, "✍️ Tulis alamat")
    await desk.press(ANI, "Tanjung Priok")
    await desk.press(ANI, "Sungai Bambu")
    await desk.text(ANI, "Jl. Gaya Motor 2")
    assert "Titik perkiraan" in desk.shown(ANI)
    await desk.press(ANI, "Lutut")
    [incident] = await desk.incidents()
    assert incident.approximate
    assert incident.name == "Jl. Gaya Motor 2"


async def test_a_drain_is_reported_with_a_place_and_what_is_wrong(desk: Desk) -> None:
    await desk.text(ANI, "Saluran atau pompa rusak")
    await desk.location(ANI, *HERE)
    await desk.press(ANI, "Pompa rusak")
    await desk.photo(ANI)
    assert desk.receipt(ANI).values["fault"] == "fault.pump"
    assert desk.receipt(ANI).values["photos"] == 1
    await report(desk, BUDI)
    assert {incident.kind.value for incident in await desk.incidents()} == {"genangan", "saluran"}


async def test_deep_water_brings_the_emergency_number(desk: Desk) -> None:
    await report(desk, ANI, depth="Dada")
    assert "112" in desk.shown(ANI)


async def test_a_sticker_is_answered_with_what_is_needed(desk: Desk) -> None:
    await desk.send(
        ANI,
        sticker={
            "file_id": "s",
            "file_unique_id": "s",
            "width": 1,
            "height": 1,
            "type": "regular",
            "is_animated": False,
            "is_video": False,
        },
    )
    assert "Kirim lokasi" in desk.shown(ANI)


async def test_an_unreadable_update_does_not_hold_up_the_others(desk: Desk) -> None:
    await desk.receive({"message": {"message_id": "nonsense"}})
    await report(desk, ANI)
    assert len(await desk.incidents()) == 1
    queues = await desk.store.queues(desk.clock.now())
    assert queues["failed"] == 1


async def test_a_typed_street_that_names_its_kelurahan_is_enough(desk: Desk) -> None:
    await desk.text(ANI, "banjir")
    await desk.text(ANI, "Jl. Mangga, Tugu Utara")
    assert "Kel. Tugu Utara, Jl. Mangga, Tugu Utara" in desk.shown(ANI)
    assert "Titik perkiraan" in desk.shown(ANI)
    await desk.press(ANI, "Lutut")
    [incident] = await desk.incidents()
    assert incident.approximate


async def test_a_street_without_its_kelurahan_is_kept_until_that_is_chosen(desk: Desk) -> None:
    await desk.text(ANI, "banjir")
    await desk.text(ANI, "Jl. Mangga")
    assert "Di mana airnya?" in desk.shown(ANI)
    await desk.text(ANI, "✍️ Tulis alamat")
    await desk.press(ANI, "Koja")
    await desk.press(ANI, "Tugu Utara")
    assert "Kel. Tugu Utara, Jl. Mangga" in desk.shown(ANI)
    await desk.press(ANI, "Lutut")
    [incident] = await desk.incidents()
    assert (incident.name, incident.area_code) == ("Jl. Mangga", "31.72.03.1002")


async def test_a_swapped_point_can_be_meant_when_moving_a_report(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.press(ANI, "Perbaiki titik")
    await desk.text(ANI, f"{FAR[1]}, {FAR[0]}")
    await desk.press(ANI, "Ya, di sini")
    [incident] = await desk.incidents()
    assert incident.lat == pytest.approx(FAR[0])
    assert incident.reporters == 1


async def test_with_a_geocoder_a_street_is_found_and_confirmed_on_a_pin(tmp_path: Path) -> None:
    async with open_desk(tmp_path, geocoding=True) as desk:
        await desk.text(ANI, "banjir")
        await desk.text(ANI, "Jl. Gaya Motor 2")
        [work] = await desk.store.claim_work(desk.clock.now(), 5)
        assert work.asked["query"] == "Jl. Gaya Motor 2"
        found = [{"lat": lat, "lon": lon, "label": "Jalan Gaya Motor 2"} for lat, lon in (FAR, HERE)]
        await desk.store.finish_work(work, {"found": found}, desk.clock.now())
        await desk.take()
        assert "Apakah di sini?" in desk.shown(ANI)
        await desk.press(ANI, "Bukan")
        await desk.press(ANI, "Ya, di sini")
        await desk.press(ANI, "Lutut")
        [incident] = await desk.incidents()
        assert incident.lat == pytest.approx(HERE[0])
        assert not incident.approximate


async def test_a_failing_geocoder_only_means_that_a_pin_is_asked_for(tmp_path: Path) -> None:
    async with open_desk(tmp_path, geocoding=True) as desk:
        await desk.text(ANI, "banjir")
        await desk.text(ANI, "Jl. Gaya Motor 2")
        [work] = await desk.store.claim_work(desk.clock.now(), 5)
        await desk.store.finish_work(work, None, desk.clock.now())
        await desk.take()
        assert "Jl. Gaya Motor 2 tidak ketemu di peta." in desk.shown(ANI)
        assert "Di mana airnya?" in desk.shown(ANI)
        await desk.location(ANI, *HERE)
        await desk.press(ANI, "Lutut")
        assert desk.receipt(ANI).values["name"] == "Jl. Gaya Motor 2"


async def test_an_edit_of_what_was_added_after_the_number_corrects_it_too(desk: Desk) -> None:
    await report(desk, ANI)
    message_id = await desk.text(ANI, "airnya bau sekali dan masuk rumah")
    await desk.text(ANI, "airnya bau sekali, tapi tidak masuk rumah", edits=message_id)
    assert "added.corrected" in desk.says(ANI)
    stored = [report async for report, _ in desk.store.reports_between(desk.clock.now() - DAY, desk.clock.now() + DAY)]
    assert [each.note for each in stored] == ["airnya bau sekali, tapi tidak masuk rumah"]


async def test_coordinates_and_depth_in_one_message_are_a_report(desk: Desk) -> None:
    await desk.text(ANI, f"banjir selutut di {HERE[0]}, {HERE[1]}")
    assert "selutut (±50 cm)" in desk.shown(ANI)
    assert len(await desk.incidents()) == 1


async def test_near_a_border_the_kelurahan_is_asked_about_after_the_number(desk: Desk) -> None:
    await report(desk, ANI, (-6.1302, 106.8832))  # between Sungai Bambu and Papanggo
    assert desk.says(ANI)[-2:] == ["receipt.genangan", "ask.area"]
    assert "Kel. Sungai Bambu" in desk.texts.plain("receipt.genangan", desk.receipt(ANI).values, "id")
    await desk.press(ANI, "Kel. Papanggo")
    assert "Kel. Papanggo" in desk.texts.plain("receipt.genangan", desk.receipt(ANI).values, "id")
    [incident] = await desk.incidents()
    assert incident.area_code == "31.72.02.1003"


async def test_two_addresses_in_one_kelurahan_are_two_reports(desk: Desk) -> None:
    for street in ("Jl. Mangga", "gang sebelah masjid"):
        await desk.text(ANI, "✍️ Tulis alamat")
        await desk.press(ANI, "Koja")
        await desk.press(ANI, "Tugu Utara")
        await desk.text(ANI, street)
        await desk.press(ANI, "Lutut")
    assert len(await desk.incidents()) == 2
    await desk.press(ANI, "Nomor 1")  # or one, if the person says so
    [incident] = [incident for incident in await desk.incidents() if incident.state.is_open]
    assert incident.reporters == 1


async def test_a_distance_is_not_told_from_a_place_known_only_in_words(desk: Desk) -> None:
    await report(desk, ANI)
    await report_in_words(desk, CICI)
    assert " m dari sini" not in desk.shown(CICI)


async def test_a_depth_nobody_knows_is_said_so_in_words(desk: Desk) -> None:
    await report(desk, ANI, depth="Belum tahu")
    assert "Tinggi air belum diketahui." in desk.shown(ANI)


async def test_an_address_that_was_understood_wrongly_can_be_told_anew(desk: Desk) -> None:
    await desk.text(ANI, "Jl. Raya Cilincing, banjir")
    assert "Keliru? Tekan ✍️ Tulis alamat" in desk.shown(ANI)
    await desk.text(ANI, "tulis alamat")
    await desk.press(ANI, "Koja")
    await desk.press(ANI, "Lagoa")
    await desk.press(ANI, "Lutut")
    [incident] = await desk.incidents()
    assert (incident.area_code, incident.name) == ("31.72.03.1003", "Jl. Raya Cilincing")
