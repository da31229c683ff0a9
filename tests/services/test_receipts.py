"""What residents read of their case: owner, progress, deadline, ends; the questions after an end; mute and rating."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.callback import encode
from bot.domain.handling import Step
from bot.domain.lifecycle import Actor
from bot.domain.models import Incident, IncidentState, Kind, Report
from bot.domain.records import Wanted
from bot.services import casework, closing, handing, receipts
from bot.services.casework import Said
from tests.helpers.casework import connect, do, hand_on, labels, only_incident, words
from tests.helpers.desk import Desk
from tests.helpers.small_city import BAMBU, KOTA, PRIOK
from tests.services.test_reporting import ANI, BUDI, FAR, NEAR, report


def receipt(desk: Desk, who: int) -> str:
    return words(desk, desk.receipt(who))


def buttons(desk: Desk, who: int) -> list[str]:
    return [label for row in labels(desk, desk.receipt(who)) for label in row]


async def take_up(desk: Desk, office: Actor) -> Incident:
    incident, now = await only_incident(desk), desk.clock.now()
    await do(desk, lambda ctx, batch: casework.take_up(ctx, batch, office, batch.incident(incident.id), now))
    return await only_incident(desk)


async def close(
    desk: Desk,
    office: Actor,
    outcome: IncidentState = IncidentState.HANDLED,
    said: str | None = "tali air dibersihkan",
    photo: str = "u1",
) -> None:
    incident, now = await only_incident(desk), desk.clock.now()
    done = Said(words=said, quick=None if said else "inlet", photo="f", photo_unique=photo)
    await do(
        desk, lambda ctx, batch: closing.close(ctx, batch, office, batch.incident(incident.id), now, outcome, done)
    )


async def stored(desk: Desk, who: int) -> Report:
    """A person's only report, as the database has it."""
    async with desk.store.transaction() as tx:
        loaded = await tx.load(Wanted(telegram_ids=frozenset({who})))
    [found] = [each for each in loaded.reports if not each.withdrawn]
    return found


async def in_the_morning(desk: Desk) -> Actor:
    """By day, with the kelurahan connected, and a report."""
    desk.clock.at = desk.clock.at.replace(hour=8)
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk, ANI)
    return office


async def test_a_receipt_names_the_owner_and_the_hour_of_its_answer(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk, ANI)
    text = receipt(desk, ANI)
    assert "Penanggung jawab: Kelurahan Sungai Bambu" in text
    assert "Batas ditanggapi: 20.42" in text
    assert "itangani" not in text  # nobody has taken it up


async def test_an_office_that_stands_in_says_for_whom(desk: Desk) -> None:
    await connect(desk, PRIOK)
    await report(desk, ANI)
    owner = "Penanggung jawab: Satpel SDA Kec. Tanjung Priok, mewakili Kelurahan Sungai Bambu"
    assert owner in receipt(desk, ANI)


async def test_progress_stands_in_words_with_its_hour(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk, ANI)
    desk.clock.move(minutes=8)
    incident = await take_up(desk, office)
    assert "Ditangani sejak 19.50." in receipt(desk, ANI)
    assert "Batas selesai: " in receipt(desk, ANI)
    now = desk.clock.move(minutes=5)
    await do(
        desk, lambda ctx, batch: casework.step(ctx, batch, office, batch.incident(incident.id), now, Step.ON_THE_WAY)
    )
    text = receipt(desk, ANI)
    assert "Petugas menuju lokasi sejak 19.55." in text
    assert "Ditangani" not in text


async def test_a_merged_reporter_reads_of_the_progress_too(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk, ANI)
    desk.clock.move(minutes=13)
    await take_up(desk, office)
    await report(desk, BUDI, NEAR)
    assert "Sepertinya sama dengan laporan 1 warga lain" in receipt(desk, BUDI)
    assert "Ditangani sejak 19.55." in receipt(desk, BUDI)


async def test_an_offer_and_a_hop_are_told(desk: Desk) -> None:
    offices = await connect(desk, BAMBU, PRIOK)
    await report(desk, ANI)
    incident, now = await only_incident(desk), desk.clock.now()
    await hand_on(desk, offices[BAMBU], PRIOK)
    text = receipt(desk, ANI)
    assert "Diajukan ke Satpel SDA Kec. Tanjung Priok, menunggu jawaban." in text
    assert "Penanggung jawab: Kelurahan Sungai Bambu" in text
    await do(desk, lambda ctx, batch: handing.accept(ctx, batch, offices[PRIOK], batch.incident(incident.id), now))
    assert "Sejauh ini: dialihkan 1×" in receipt(desk, ANI)


async def test_help_and_an_office_outside_are_told(desk: Desk) -> None:
    offices = await connect(desk, KOTA)
    await report(desk, ANI)
    incident, now = await take_up(desk, offices[KOTA]), desk.clock.now()
    helper = desk.context.units.get(PRIOK)
    assert helper is not None
    await do(
        desk,
        lambda ctx, batch: casework.coordinate(ctx, batch, offices[KOTA], batch.incident(incident.id), now, helper),
    )
    assert "Dikerjakan bersama Satpel SDA Kec. Tanjung Priok." in receipt(desk, ANI)


@pytest.mark.parametrize("state", [state for state in IncidentState if not state.is_open])
async def test_every_end_has_its_receipt(desk: Desk, state: IncidentState) -> None:
    await report(desk, ANI)
    incident = replace(await only_incident(desk), state=state, ended_at=desk.clock.now())
    mine = await stored(desk, ANI)
    for kind in Kind:
        say = receipts.receipt(desk.context, replace(mine, kind=kind), replace(incident, kind=kind))
        text = words(desk, say)
        assert mine.number in text
        assert "Batas" not in text
        for language in ("id", "en"):
            assert mine.number in desk.texts.plain(say.text, say.values, language)


async def test_who_reported_is_asked_after_the_end_and_then_how_it_was(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await take_up(desk, office)
    desk.clock.move(hours=1, minutes=38)
    await close(desk, office)
    asked = desk.shown(ANI)
    assert "Petugas: surut 10.20, tali air dibersihkan." in asked
    assert "Benar sudah surut?" in asked
    assert "Tidak perlu ke lokasi." in asked
    [question] = [say for say in desk.chats[ANI].values() if say.text == "ask.closed.handled"]
    assert labels(desk, question) == [["Sudah surut", "Masih tergenang"], ["Airnya naik", "Saya tidak di sana"]]
    assert "selesai ditangani, 10.20" in receipt(desk, ANI)

    assert await desk.press(ANI, "Sudah surut") == "toast.thanks"
    assert "Apakah ditangani dengan baik?" in desk.shown(ANI)
    assert await desk.press(ANI, "Kurang baik") == "toast.thanks"
    assert "kurang baik" in desk.shown(ANI)
    assert (await stored(desk, ANI)).rating == "bad"
    data = encode("rate", (str((await stored(desk, ANI)).id), "good"))
    assert await desk.press_data(ANI, data) == "toast.already"
    assert (await stored(desk, ANI)).rating == "bad"
    assert (await only_incident(desk)).state is IncidentState.HANDLED


async def test_a_rating_is_asked_for_once(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await take_up(desk, office)
    await close(desk, office)
    old = [(number, say) for number, say in desk.chats[ANI].items() if say.text == "ask.closed.handled"]
    await desk.press(ANI, "Sudah surut")
    await desk.press(ANI, "Ya, baik")
    desk.clock.move(minutes=5)
    [(number, say)] = old
    gone = say.choices[0][0]
    assert await desk.press_data(ANI, encode(gone.act, gone.args), number) == "toast.already"
    assert "ask.rating" not in desk.says(ANI)


async def test_quick_words_are_told_as_words(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await take_up(desk, office)
    await close(desk, office, said=None)
    assert "pembersihan tali air" in desk.shown(ANI)


async def test_nobody_rates_what_receded_by_itself(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await close(desk, office, IncidentState.RECEDED)
    assert "surut sendiri 08.42" in desk.shown(ANI)
    await desk.press(ANI, "Sudah surut")
    assert desk.says(ANI)[-1] == "answered.gone"


async def test_not_there_after_an_end_changes_nothing(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await close(desk, office)
    await desk.press(ANI, "Saya tidak di sana")
    assert desk.says(ANI)[-1] == "answered.away_over"
    assert (await only_incident(desk)).state is IncidentState.HANDLED


async def test_a_bare_answer_after_the_question_is_understood(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await close(desk, office)
    desk.clock.move(minutes=4)
    await desk.text(ANI, "belum")
    assert (await only_incident(desk)).state.is_open


# -- nothing was found ---------------------------------------------------------------


async def not_found(desk: Desk) -> Actor:
    office = await in_the_morning(desk)
    await take_up(desk, office)
    await close(desk, office, IncidentState.NOT_FOUND, "tidak ada air di titik itu")
    return office


async def test_not_found_asks_whether_the_point_is_right(desk: Desk) -> None:
    await not_found(desk)
    assert "Titiknya tepat?" in desk.shown(ANI)
    [question] = [say for say in desk.chats[ANI].values() if say.text == "ask.closed.not_found"]
    assert labels(desk, question) == [["Perbaiki titik", "Saya keliru"], ["Masih tergenang"]]
    assert buttons(desk, ANI) == ["Perbaiki titik", "Saya keliru", "Masih tergenang"]


async def test_a_better_point_opens_it_again_there(desk: Desk) -> None:
    await not_found(desk)
    await desk.press(ANI, "Perbaiki titik")
    await desk.location(ANI, *FAR)
    incident = await only_incident(desk)
    assert incident.state is IncidentState.PROCESS  # who had taken it up goes on
    assert incident.handling.due_at is not None
    assert incident.lat == pytest.approx(FAR[0])
    assert "answered.moved" in desk.says(ANI)


async def test_a_better_point_comes_too_late_for_a_case_that_is_over(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await desk.press(ANI, "Perbaiki titik")
    await close(desk, office)
    before = await only_incident(desk)
    await desk.location(ANI, *FAR)
    assert await only_incident(desk) == before
    assert "answered.late_place" in desk.says(ANI)


async def test_who_was_wrong_takes_it_back(desk: Desk) -> None:
    await not_found(desk)
    assert await desk.press(ANI, "Saya keliru") == "toast.thanks"
    assert (await only_incident(desk)).state is IncidentState.CANCELLED
    assert "dibatalkan" in receipt(desk, ANI)


async def test_one_of_two_who_was_wrong_leaves_the_other_ones_case_as_it_is(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await report(desk, BUDI, NEAR)
    await close(desk, office, IncidentState.NOT_FOUND)
    await desk.press(BUDI, "Saya keliru")
    incident = await only_incident(desk)
    assert (incident.state, incident.reporters) == (IncidentState.NOT_FOUND, 1)


async def test_after_three_hours_a_point_cannot_be_corrected(desk: Desk) -> None:
    await not_found(desk)
    desk.clock.move(hours=3, minutes=1)
    assert await desk.press(ANI, "Perbaiki titik") == "toast.over"
    assert (await only_incident(desk)).state is IncidentState.NOT_FOUND


async def test_a_sole_reporter_may_withdraw_what_is_being_worked_on(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await take_up(desk, office)
    await desk.text(ANI, "/batal")
    await desk.press(ANI, "Ya, batalkan")
    incident = await only_incident(desk)
    assert incident.state is IncidentState.CANCELLED
    assert incident.handling.due_at is None


# -- mute ---------------------------------------------------------------


async def test_a_muted_case_is_silent_and_its_receipt_still_changes(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await desk.press(ANI, "Lainnya …")
    assert await desk.press(ANI, "Jangan kabari lagi") == "toast.muted"
    assert "tidak kami kabari lagi" in receipt(desk, ANI)
    before = len(desk.chats[ANI])
    await take_up(desk, office)
    assert len(desk.chats[ANI]) == before
    assert "Ditangani sejak" in receipt(desk, ANI)


async def test_who_wants_news_again_gets_it(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await desk.press(ANI, "Lainnya …")
    await desk.press(ANI, "Jangan kabari lagi")
    await desk.press(ANI, "Lainnya …")
    assert await desk.press(ANI, "Kabari lagi") == "toast.unmuted"
    await take_up(desk, office)
    assert "menangani" in desk.shown(ANI)


async def test_one_who_muted_is_not_waited_for(desk: Desk) -> None:
    await report(desk, ANI)
    await report(desk, BUDI, NEAR)
    await desk.press(BUDI, "Lainnya …")
    await desk.press(BUDI, "Jangan kabari lagi")
    await desk.press(ANI, "Sudah surut")
    assert (await only_incident(desk)).state is IncidentState.RECEDED
    assert "told.receded" not in desk.says(BUDI)
