"""Cases end with an outcome, words, and a new photo or the residents' word; work that was done is not lost."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from bot.domain.handling import Level
from bot.domain.models import Cause, IncidentState
from bot.domain.staff import Series
from bot.services.batch import Batch
from bot.services.context import Context
from tests.helpers.casework import GROUPS, LAT, LON, OFFICERS, cards, do, only_incident, words
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.officers import ANI, BUDI, CICI, FakeFiles, audited, do_work, last, picture, report, tap, tap_data
from tests.helpers.small_city import BAMBU, KOTA

GROUP, RINA = GROUPS[BAMBU], OFFICERS[BAMBU]

FILES = FakeFiles.of({name: picture(seed) for seed, name in enumerate(("before", "after", "other"))})


async def close(desk: Desk, outcome: str = "Sudah ditangani") -> None:
    await tap(desk, RINA, "Selesai", GROUP)
    await tap(desk, RINA, outcome, GROUP)


async def test_selesai_asks_words_then_a_photo_and_then_it_is_done(case: Desk) -> None:
    await close(case)
    assert last(case, RINA) == "errand.ask.close_handled"
    await case.text(RINA, "Tali air dibersihkan")
    assert last(case, RINA) == "errand.ask.photo"
    await case.photo(RINA, "after")
    assert last(case, RINA) == "errand.photo.checking"
    assert (await only_incident(case)).state is IncidentState.PROCESS  # nothing is done before the photo was looked at
    await do_work(case, FILES)
    incident = await only_incident(case)
    assert incident.state is IncidentState.HANDLED
    assert incident.handling.solved_level is Level.KELURAHAN
    assert incident.handling.due_at is None
    assert "Tali air dibersihkan" in words(case, cards(case, GROUP)[-1])
    assert last(case, RINA) == "errand.done.close"
    assert [each.what for each in await audited(case)][-1] == "closed"


async def test_a_photo_with_its_caption_is_enough(case: Desk) -> None:
    await close(case)
    await case.photo(RINA, "after", caption="Pompa apung dipasang, kering")
    await do_work(case, FILES)
    assert (await only_incident(case)).state is IncidentState.HANDLED


async def test_the_photo_may_come_before_the_words(case: Desk) -> None:
    await close(case)
    await case.photo(RINA, "after")
    assert last(case, RINA) == "errand.ask.close_handled"
    await tap(case, RINA, "pembersihan tali air")
    await do_work(case, FILES)
    assert (await only_incident(case)).state is IncidentState.HANDLED
    assert "pembersihan tali air" in words(case, cards(case, GROUP)[-1])


async def test_the_residents_word_stands_for_a_photo(case: Desk) -> None:
    await report(case, BUDI)
    await report(case, CICI)
    for who in (ANI, BUDI):
        await case.press(who, "Sudah surut")
    incident = await only_incident(case)
    if not incident.state.is_open:  # two of three: it receded by their word, and what was done can still be told
        assert incident.state is IncidentState.RECEDED
        return
    await close(case)
    await case.text(RINA, "Sudah kering")
    assert (await only_incident(case)).state is IncidentState.HANDLED


async def test_a_photo_that_was_used_before_is_refused_with_the_earlier_case(case: Desk) -> None:
    await close(case)
    await case.photo(RINA, "after", caption="Kering")
    await do_work(case, FILES)
    first = await only_incident(case)
    await report(case, BUDI, north_m=400)
    second = max(await case.incidents(), key=lambda each: each.id)
    assert second.id != first.id
    again = FakeFiles.of({"again": smaller(picture(1))})  # the same picture, smaller, under another name
    await tap_data(case, RINA, f"k:{second.id}:close_as:handled")
    await case.photo(RINA, "again", caption="Kering")
    await do_work(case, again)
    assert f"foto ini sudah pernah dipakai di kasus {first.number}" in case.shown(RINA)
    assert max(await case.incidents(), key=lambda each: each.id).state is IncidentState.WAITING
    await case.photo(RINA, "other")  # the words are still known
    await do_work(case, FILES)
    assert max(await case.incidents(), key=lambda each: each.id).state is IncidentState.HANDLED


def smaller(data: bytes) -> bytes:
    made = BytesIO()
    Image.open(BytesIO(data)).resize((120, 90)).save(made, "JPEG", quality=60)
    return made.getvalue()


async def test_a_resident_s_photo_does_not_close_the_case(case: Desk) -> None:
    await case.photo(ANI, "before")
    await do_work(case, FILES)
    await close(case)
    await case.photo(RINA, "before", caption="Kering")
    assert "foto ini sudah pernah dipakai." in case.shown(RINA)
    await case.photo(RINA, "copy")
    await do_work(case, FakeFiles.of({"copy": smaller(picture(0))}))
    assert "foto ini sudah pernah dipakai." in case.shown(RINA)
    assert (await only_incident(case)).state is IncidentState.PROCESS


async def test_a_photo_that_cannot_be_fetched_is_told_with_the_way_out(case: Desk) -> None:
    await close(case)
    await case.photo(RINA, "lost", caption="Kering")
    await do_work(case, FILES)
    assert last(case, RINA) == "errand.photo.not_fetched"
    assert (await only_incident(case)).state is IncidentState.PROCESS
    await case.photo(RINA, "after")
    await do_work(case, FILES)
    assert (await only_incident(case)).state is IncidentState.HANDLED


async def test_a_file_that_is_no_picture_is_told(case: Desk) -> None:
    await close(case)
    await case.photo(RINA, "text", caption="Kering")
    await do_work(case, FakeFiles.of({"text": b"not a picture"}))
    assert last(case, RINA) == "errand.photo.unreadable"


async def test_batal_while_the_photo_is_looked_at_leaves_the_case_open(case: Desk) -> None:
    await close(case)
    await case.photo(RINA, "after", caption="Kering")
    await case.text(RINA, "/batal")
    await do_work(case, FILES)
    assert (await only_incident(case)).state is IncidentState.PROCESS


async def test_a_case_that_ended_meanwhile_is_not_closed_again(case: Desk) -> None:
    await close(case)
    await case.photo(RINA, "after", caption="Kering")
    await case.press(ANI, "Sudah surut")
    await do_work(case, FILES)
    incident = await only_incident(case)
    assert incident.state is IncidentState.RECEDED
    assert last(case, RINA) == "work.over"


async def test_what_was_done_is_told_after_residents_ended_it(case: Desk) -> None:
    await case.press(ANI, "Sudah surut")
    assert (await only_incident(case)).state is IncidentState.RECEDED
    await tap(case, RINA, "Kami yang menangani", GROUP)
    await tap(case, RINA, "penyedotan")
    incident = await only_incident(case)
    assert incident.state is IncidentState.HANDLED
    assert incident.handling.solved_level is Level.KELURAHAN


async def test_a_claim_after_a_day_is_refused(case: Desk) -> None:
    await case.press(ANI, "Sudah surut")
    case.clock.move(hours=25)
    incident = await only_incident(case)
    told = await tap_data(case, RINA, f"k:{incident.id}:claim", 1, GROUP)
    assert told is not None and told.startswith("Hanya bisa dalam 24 jam")


@pytest.mark.parametrize(
    ("label", "state"),
    [
        ("Surut sendiri", IncidentState.RECEDED),
        ("Tidak ditemukan", IncidentState.NOT_FOUND),
        ("Bukan genangan", IncidentState.NO_PUDDLE),
    ],
)
async def test_other_outcomes_are_nobody_s_work(case: Desk, label: str, state: IncidentState) -> None:
    await close(case, label)
    await case.photo(RINA, "after", caption="Sudah dicek di sepanjang jalan")
    await do_work(case, FILES)
    incident = await only_incident(case)
    assert incident.state is state
    assert incident.handling.solved_level is None


async def test_reporters_see_the_photo_afterwards_and_a_released_one_beside_it(case: Desk) -> None:
    await report(case, BUDI)
    await case.photo(ANI, "before")
    await do_work(case, FILES)
    await tap(case, RINA, "Lainnya", GROUP)
    await tap(case, RINA, "Foto warga", GROUP)
    await tap(case, RINA, "Boleh dilihat pelapor lain")
    await close(case)
    await case.photo(RINA, "after", caption="Kering")
    await do_work(case, FILES)
    for who in (ANI, BUDI):
        (pair,) = [say for say in case.chats[who].values() if say.text == "work.before_after"]
        assert pair.attachment is not None
        stored = await case.store.attachment(pair.attachment)
        assert stored is not None
        shown = Image.open(BytesIO(stored.data))
        assert shown.width > 2 * shown.height  # two photos of 4:3 beside one another


async def test_who_was_blocked_sees_no_photo_afterwards(case: Desk) -> None:
    await report(case, BUDI)
    await case.text(ADMIN, f"/blokir {case.receipt(ANI).values['number']} laporan palsu")
    await close(case)
    await case.photo(RINA, "after", caption="Kering")
    await do_work(case, FILES)
    assert "work.after" in case.says(BUDI)
    assert "work.after" not in case.says(ANI)


async def test_without_a_release_reporters_see_only_the_officers_photo(case: Desk) -> None:
    await report(case, BUDI)
    await case.photo(ANI, "before")
    await do_work(case, FILES)
    await close(case)
    await case.photo(RINA, "after", caption="Kering")
    await do_work(case, FILES)
    (after,) = [say for say in case.chats[BUDI].values() if say.attachment is not None]
    assert after.text == "work.after"


async def test_a_single_tide_of_a_series_needs_no_photo(case: Desk) -> None:
    def make_it_one(ctx: Context, batch: Batch) -> None:
        now, area = case.clock.now(), BAMBU
        series_id = batch.new_case_id()
        (found,) = batch.open_incidents_in(area)
        number = batch.number(series_id)
        series = Series(series_id, number, LAT, LON, found.cell, area, None, KOTA, now, now, 3)
        batch.dossiers.put_series(series)
        batch.put_incident(replace(found, causes=(Cause.TIDE,), series_id=series_id), "told", now)

    await do(case, make_it_one)
    await close(case)
    await tap(case, RINA, "lokasi sudah dicek")
    assert (await only_incident(case)).state is IncidentState.HANDLED


async def test_who_is_asked_in_the_morning_about_a_case_closed_at_night_can_open_it_again(case: Desk) -> None:
    case.clock.move(hours=5, minutes=20)  # 01.02
    await close(case)
    await case.photo(RINA, "after", caption="Pompa dua unit")
    await do_work(case, FILES)
    assert (await only_incident(case)).state is IncidentState.HANDLED
    await case.beat(hours=4, minutes=30)  # 05.32, more than three hours later
    assert "Benar sudah surut?" in case.shown(ANI)
    await case.press(ANI, "Masih tergenang")
    assert (await only_incident(case)).state.is_open
