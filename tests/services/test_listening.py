"""Who types, sends or forwards instead of pressing: understood all the same, and nothing that was said is lost."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.models import IncidentState, Kind, Word
from tests.helpers.desk import Desk
from tests.services.test_reporting import ANI, BUDI, DAY, FAR, HERE, NEAR, report

VOICE: dict[str, Any] = {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}
VIDEO: dict[str, Any] = {"video": {"file_id": "f", "file_unique_id": "f", "duration": 3, "width": 1, "height": 1}}


async def reports(desk: Desk) -> list[Any]:
    now = desk.clock.now()
    return [each async for each, _ in desk.store.reports_between(now - 2 * DAY, now + DAY)]


@pytest.mark.parametrize("text", ["makasih", "ok siap", "🙏", "terima kasih banyak pak"])
async def test_thanks_are_no_name_of_the_place_and_no_note(desk: Desk, text: str) -> None:
    await report(desk, ANI)
    await desk.text(ANI, text)
    assert desk.says(ANI)[-1] == "say.welcome"
    [mine] = await reports(desk)
    assert (mine.place.name, mine.note) == (None, None)
    await desk.text(ANI, "warteg Bahari")  # the name is still asked for
    assert desk.receipt(ANI).values["name"] == "warteg Bahari"


@pytest.mark.parametrize("text", ["kapan petugas datang?", "airnya bau", "belum ada petugas"])
async def test_talk_is_a_note_and_not_the_name_of_the_place(desk: Desk, text: str) -> None:
    await report(desk, ANI)
    await desk.text(ANI, text)
    [mine] = await reports(desk)
    assert (mine.place.name, mine.note) == (None, text)


async def test_a_question_is_kept_and_answered_as_far_as_can_be(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "kapan surutnya?")
    assert desk.says(ANI)[-1] == "added.question"
    assert "/status" in desk.shown(ANI)


async def test_sudah_surut_typed_is_as_good_as_pressed(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "sudah surut")
    assert desk.says(ANI)[-1] == "receipt.receded"
    await desk.text(ANI, "eh belum surut")
    [incident] = await desk.incidents()
    assert incident.state is IncidentState.WAITING


async def test_airnya_naik_typed_asks_how_deep_and_takes_a_bare_number(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "air makin tinggi")
    assert "Setinggi apa airnya sekarang?" in desk.shown(ANI)
    await desk.text(ANI, "80")
    [incident] = await desk.incidents()
    assert incident.depth_last.cm == 80


async def test_belum_answers_the_question_whether_it_is_gone(desk: Desk) -> None:
    desk.clock.at = desk.clock.at.replace(hour=9)
    await report(desk, ANI)
    await desk.beat(hours=6, minutes=1)
    await desk.text(ANI, "belum pak")
    assert "answered.standing" in desk.says(ANI)
    [mine] = await reports(desk)
    assert (mine.word, mine.place.name, mine.note) == (Word.STANDING, None, None)
    await desk.beat(hours=5)
    assert "ask.gone" not in desk.says(ANI)


async def test_a_longer_word_about_the_water_is_kept_as_a_note_too(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "airnya sudah surut, tapi lumpurnya tebal")
    [mine] = await reports(desk)
    assert (mine.word, mine.note) == (Word.GONE, "airnya sudah surut, tapi lumpurnya tebal")


async def test_what_gets_through_can_be_typed(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "motor ga bisa lewat")
    assert desk.receipt(ANI).values["passability"] == "passability.car"


async def test_ones_own_number_shows_the_report(desk: Desk) -> None:
    await report(desk, ANI)
    number = str(desk.receipt(ANI).values["number"])
    await desk.text(ANI, number.lower())
    assert desk.says(ANI) == ["receipt.genangan", "receipt.genangan"]
    await desk.text(BUDI, number)  # somebody else's says nothing
    assert desk.says(BUDI) == ["say.greeting"]


async def test_a_label_of_a_receipt_that_is_typed_brings_the_receipt_down(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "Sebabnya")
    assert "Apa sebabnya?" in desk.shown(ANI)
    await desk.press(ANI, "Hujan")
    assert desk.receipt(ANI).values["cause"] == "cause.rain"
    await desk.text(ANI, "batalkan")
    assert "Batalkan laporan ini?" in desk.shown(ANI)


async def test_lapor_with_the_report_behind_it(desk: Desk) -> None:
    await desk.text(ANI, "/lapor banjir selutut di jl kelinci, warakas")
    assert desk.receipt(ANI).values["name"] == "jl kelinci, warakas"
    [incident] = await desk.incidents()
    assert (incident.area_code, incident.depth_last.cm, incident.approximate) == ("31.72.02.1007", 50, True)


async def test_a_street_with_a_depth_is_both(desk: Desk) -> None:
    await desk.text(ANI, "banjir selutut di jl mangga depan masjid tugu utara")
    values = desk.receipt(ANI).values
    assert values["name"] == "jl mangga depan masjid tugu utara"
    assert values["depth"]["level"] == "knee"  # type: ignore[index]


async def test_water_at_another_street_is_another_report(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "Jl. Kelinci")
    await desk.text(ANI, "banjir juga di Jl. Bugis, Kebon Bawang, sepaha")
    depths = sorted(incident.depth_last.cm for incident in await desk.incidents())
    assert depths == [50, 70]


async def test_a_second_place_does_not_swallow_the_first(desk: Desk) -> None:
    await desk.location(ANI, *HERE)
    await desk.beat(minutes=20)
    await desk.location(ANI, *FAR)
    assert desk.says(ANI)[-2:] == ["receipt.genangan", "ask.depth"]
    await desk.press(ANI, "Betis")
    assert sorted(str(incident.depth_last and incident.depth_last.cm) for incident in await desk.incidents()) == [
        "30",
        "None",
    ]


async def test_a_better_pin_replaces_the_first(desk: Desk) -> None:
    await desk.location(ANI, *HERE, accuracy_m=400.0)
    await desk.location(ANI, *FAR, accuracy_m=None)
    await desk.press(ANI, "Lutut")
    [incident] = await desk.incidents()
    assert incident.lat == pytest.approx(FAR[0])


async def test_words_beside_a_link_are_kept(desk: Desk) -> None:
    await desk.text(ANI, f"Depan masjid Al-Huda https://www.google.com/maps?q={HERE[0]},{HERE[1]} selutut")
    assert desk.receipt(ANI).values["name"] == "Depan masjid Al-Huda"
    await desk.text(BUDI, f"Koordinat: {HERE[0]}, {HERE[1]}")
    await desk.press(BUDI, "Lutut")
    assert [each.note for each in await reports(desk)] == [None, None]


async def test_a_short_link_is_explained_and_the_name_with_it_is_kept(desk: Desk) -> None:
    await desk.text(ANI, "Jl. Mangga depan masjid\nhttps://maps.app.goo.gl/abc")
    assert desk.says(ANI) == ["place.short_link"]
    await desk.location(ANI, *HERE)
    await desk.press(ANI, "Lutut")
    assert desk.receipt(ANI).values["name"] == "Jl. Mangga depan masjid"


async def test_a_kelurahan_or_kecamatan_typed_is_as_good_as_chosen(desk: Desk) -> None:
    await desk.text(ANI, "✍️ Tulis alamat")
    await desk.text(ANI, "Kelapa Gading")
    assert "Kelurahan mana?" in desk.shown(ANI)
    await desk.text(ANI, "Warakas")
    assert "Kel. Warakas." in desk.shown(ANI)
    await desk.text(ANI, "komplek walang permai")
    assert "Kel. Warakas, komplek walang permai" in desk.shown(ANI)


async def test_depth_and_danger_beside_an_address_are_heard(desk: Desk) -> None:
    for who, words in ((ANI, "depan masjid, selutut"), (BUDI, "tolong ibu saya terjebak di jl mangga 5")):
        await desk.text(who, "✍️ Tulis alamat")
        await desk.press(who, "Koja")
        await desk.press(who, "Tugu Utara")
        await desk.text(who, words)
    assert desk.receipt(ANI).values["depth"]["level"] == "knee"  # type: ignore[index]
    assert "112" in desk.shown(BUDI)


async def test_danger_brings_112_first_in_the_same_answer_also_later(desk: Desk) -> None:
    await report(desk, ANI)
    before = len(desk.says(ANI))
    await desk.text(ANI, "tolong kami terjebak di atap")
    assert len(desk.says(ANI)) == before + 1
    assert "112" in desk.shown(ANI).split("\n")[0]
    await desk.photo(ANI, caption="tolong ada yang hanyut")
    assert "112" in desk.shown(ANI).split("\n")[0]


async def test_words_under_a_video_are_heard(desk: Desk) -> None:
    await desk.send(ANI, **VIDEO, caption="banjir selutut di jl mangga, tugu utara")
    assert desk.says(ANI) == ["other.video", "receipt.genangan"]


async def test_an_album_of_videos_is_answered_once(desk: Desk) -> None:
    for _ in range(3):
        await desk.send(ANI, **VIDEO, media_group_id="77")
    assert desk.says(ANI) == ["other.video"]


async def test_a_voice_message_is_told_what_is_missing_now(desk: Desk) -> None:
    await desk.send(ANI, **VOICE)
    assert "Kirim lokasi" in desk.shown(ANI)
    await desk.location(ANI, *HERE)
    await desk.send(ANI, **VOICE)
    assert "pilih tinggi air" in desk.shown(ANI)
    await desk.press(ANI, "Lutut")
    await desk.send(ANI, **VOICE)
    assert f"laporan {desk.receipt(ANI).values['number']}: tulis saja" in desk.shown(ANI)


async def test_an_edit_makes_sense_of_what_made_none(desk: Desk) -> None:
    message_id = await desk.text(ANI, "bnjr slutut")
    await desk.text(ANI, "banjir selutut", edits=message_id)
    assert desk.says(ANI)[-1] == "ask.where.genangan"
    assert "selutut (±50 cm)" in desk.shown(ANI)


async def test_an_edit_changes_its_own_note_and_no_other(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "airnya bau sekali dan masuk rumah")
    second = await desk.text(ANI, "listrik di gang ini sudah mati")
    await desk.text(ANI, "listrik di gang ini sudah menyala", edits=second)
    [mine] = await reports(desk)
    assert mine.note == "airnya bau sekali dan masuk rumah\nlistrik di gang ini sudah menyala"


async def test_an_edited_address_is_looked_for_again(desk: Desk) -> None:
    message_id = await desk.text(ANI, "Jl. Mangga")
    assert "Di mana airnya?" in desk.shown(ANI)
    await desk.text(ANI, "Jl. Mangga, Tugu Utara", edits=message_id)
    assert "Kel. Tugu Utara" in desk.shown(ANI)


async def test_a_drain_can_be_told_of_in_words(desk: Desk) -> None:
    await desk.text(ANI, "got mampet penuh sampah")
    assert desk.says(ANI) == ["ask.where.saluran"]
    await desk.location(ANI, *HERE)
    assert desk.receipt(ANI).values["fault"] == "fault.channel"
    await desk.text(ANI, "banjir selutut depan rumah")  # is not about the drain
    assert desk.says(ANI)[-1] == "ask.where.genangan" or "kecamatan" in desk.shown(ANI)
    [drain] = await reports(desk)
    assert (drain.kind, drain.note) == (Kind.DRAIN, "got mampet penuh sampah")


async def test_a_drain_is_asked_what_is_wrong_and_not_how_deep(desk: Desk) -> None:
    await desk.text(ANI, "Saluran atau pompa rusak")
    await desk.location(ANI, *HERE)
    await desk.photo(ANI)
    assert "pilih masalahnya" in desk.shown(ANI)
    await desk.beat(minutes=4)
    assert "apa yang bermasalah" in desk.shown(ANI)
    await desk.text(ANI, "pompa rusak")
    assert desk.receipt(ANI).values["fault"] == "fault.pump"


async def test_the_location_goes_along_when_it_is_a_drain_after_all(desk: Desk) -> None:
    await desk.location(ANI, *NEAR)
    await desk.text(ANI, "Saluran atau pompa rusak")
    assert desk.says(ANI)[-1] == "ask.fault"
    await desk.text(ANI, "/lapor")
    assert desk.says(ANI)[-1] == "ask.depth"
    await desk.press(ANI, "Lutut")
    [incident] = await desk.incidents()
    assert incident.kind is Kind.PUDDLE


async def test_a_reply_is_about_the_report_that_it_answers(desk: Desk) -> None:
    await report(desk, ANI)
    first = dict(desk.receipt(ANI).values)
    await report(desk, ANI, FAR)
    receipt = {"message_id": 2, "date": 1, "chat": {"id": ANI, "type": "private"}, "text": f"Laporan {first['number']}"}
    await desk.text(ANI, "sekarang sepinggang", reply_to_message=receipt)
    assert f"Laporan {first['number']}: tinggi air sekarang sepinggang" in desk.shown(ANI)


async def test_after_a_press_what_is_typed_is_about_that_report(desk: Desk) -> None:
    await report(desk, ANI)
    first = min(desk.chats[ANI])
    number = desk.chats[ANI][first].values["number"]
    await report(desk, ANI, FAR)
    rise = desk.chats[ANI][first].choices[1][0]
    assert desk.label(rise) == "Airnya naik"
    await desk.press_data(ANI, f"rise:{rise.args[0]}", first)
    await desk.text(ANI, "90")
    assert f"Laporan {number}: tinggi air sekarang 90 cm" in desk.shown(ANI)


async def test_rising_water_is_not_said_of_a_drain(desk: Desk) -> None:
    await desk.text(ANI, "got mampet")
    await desk.location(ANI, *HERE)
    await desk.text(ANI, "air makin tinggi")
    assert "Setinggi apa" not in desk.shown(ANI)
    [drain] = await reports(desk)
    assert drain.word is Word.STANDING


async def test_a_word_in_reply_to_a_receipt_is_about_that_one(desk: Desk) -> None:
    await report(desk, ANI)
    number = desk.receipt(ANI).values["number"]
    await report(desk, ANI, FAR)
    receipt = {
        "message_id": 2,
        "date": 1,
        "chat": {"id": ANI, "type": "private"},
        "text": f"✅ Laporan {number} diterima",
    }
    await desk.text(ANI, "sudah surut", reply_to_message=receipt)
    assert f"Laporan {number}: air sudah surut" in desk.shown(ANI)


async def test_a_later_photo_says_where_it_went_and_how_to_tell_of_another_place(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.photo(ANI, "p1")
    assert "tempat lain" not in desk.shown(ANI)
    desk.clock.move(minutes=20)
    await desk.photo(ANI, "p2")
    assert "Untuk tempat lain: kirim lokasinya dulu" in desk.shown(ANI)
