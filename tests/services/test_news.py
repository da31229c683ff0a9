"""News of a case to everybody who reported it."""

from __future__ import annotations

from bot.domain.handling import Step
from bot.domain.lifecycle import Actor
from bot.domain.models import Incident, IncidentState
from bot.services import casework, closing, handing
from bot.services.casework import Said
from tests.helpers.casework import LAT, LON, connect, do, hand_on, labels, only_incident, words
from tests.helpers.desk import Desk
from tests.helpers.small_city import BAMBU, PRIOK

ANI, BUDI = 101, 102


async def report(desk: Desk, who: int = ANI) -> None:
    await desk.location(who, LAT, LON)
    await desk.press(who, "Lutut ±50")


def news(desk: Desk, who: int) -> list[str]:
    """What a resident was told beside receipts and questions, in words."""
    shown = [say for _, say in sorted(desk.chats[who].items()) if say.text.startswith("news.")]
    return [words(desk, say) for say in shown]


async def take_up(desk: Desk, office: Actor, incident: Incident) -> None:
    now = desk.clock.now()
    await do(desk, lambda ctx, batch: casework.take_up(ctx, batch, office, batch.incident(incident.id), now))


async def follow_up(desk: Desk, office: Actor, incident: Incident, said: Said) -> None:
    now = desk.clock.now()
    await do(desk, lambda ctx, batch: casework.follow_up(ctx, batch, office, batch.incident(incident.id), now, said))


async def close(desk: Desk, office: Actor, incident: Incident, outcome: IncidentState) -> None:
    now, said = desk.clock.now(), Said(words="tali air dibersihkan", photo="f", photo_unique="u")
    await do(
        desk, lambda ctx, batch: closing.close(ctx, batch, office, batch.incident(incident.id), now, outcome, said)
    )


async def test_everybody_who_reported_hears_that_it_is_taken_up(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    await report(desk, BUDI)
    await take_up(desk, office, await only_incident(desk))
    for who in (ANI, BUDI):
        (told,) = news(desk, who)
        assert "Kelurahan Sungai Bambu menangani" in told
        assert "Batas selesai" in told
        assert "Kel. Sungai Bambu" in told
        receipt = words(desk, desk.receipt(who))
        assert told.split()[0] in receipt  # their own number


async def test_no_officer_is_named(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    await take_up(desk, office, await only_incident(desk))
    assert "Budi" not in "\n".join(words(desk, say) for say in desk.chats[ANI].values())


async def test_a_hop_is_told_with_its_reason(desk: Desk) -> None:
    actors = await connect(desk, BAMBU, PRIOK)
    await report(desk)
    now, incident = desk.clock.now(), await only_incident(desk)
    await hand_on(desk, actors[BAMBU], PRIOK)
    await do(desk, lambda ctx, batch: handing.accept(ctx, batch, actors[PRIOK], batch.incident(incident.id), now))
    asked, moved = news(desk, ANI)
    assert "Kelurahan Sungai Bambu meminta Satpel SDA Kec. Tanjung Priok menangani: saluran PHB" in asked
    assert "Dialihkan ke Satpel SDA Kec. Tanjung Priok: saluran PHB" in moved


async def test_what_was_done_is_told_in_the_officers_words(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    incident = await only_incident(desk)
    await follow_up(desk, office, incident, Said(quick="pump"))
    await follow_up(desk, office, incident, Said(words="tali air <dibuka>"))
    quick, typed = news(desk, ANI)
    assert "Kelurahan Sungai Bambu: pompa apung" in quick
    assert "Kelurahan Sungai Bambu: tali air <dibuka>" in typed


async def test_deeper_water_shortens_the_time_in_everybodys_receipt(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    await desk.location(BUDI, LAT, LON)
    await desk.press(BUDI, "Paha ±70")
    for who in (ANI, BUDI):
        assert "Batas ditanggapi: 19.57" in words(desk, desk.receipt(who))


async def test_who_says_it_again_reads_so_with_the_new_time(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    await desk.location(ANI, LAT, LON)
    await desk.press(ANI, "Paha ±70")
    again = words(desk, desk.receipt(ANI))
    assert "diperbarui" in again
    assert "Batas ditanggapi: 19.57" in again


async def test_danger_keeps_112_on_the_receipt_when_the_time_changes(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    await desk.text(ANI, "tolong, anak saya terjebak")
    await desk.location(BUDI, LAT, LON)
    await desk.press(BUDI, "Paha ±70")
    mine = words(desk, desk.receipt(ANI))
    assert "Telepon 112" in mine
    assert "Batas ditanggapi: 19.57" in mine


async def test_a_case_that_was_not_taken_up_is_not_called_handled_when_it_stays(desk: Desk) -> None:
    offices = await connect(desk, BAMBU, PRIOK)
    await report(desk)
    office = offices[BAMBU]
    await hand_on(desk, office, PRIOK)
    incident, now = await only_incident(desk), desk.clock.now()
    await do(desk, lambda ctx, batch: handing.keep(ctx, batch, office, batch.incident(incident.id), now))
    assert "Tetap pada Kelurahan Sungai Bambu." in news(desk, ANI)[-1]


async def test_small_steps_change_the_receipt_only(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    now, incident = desk.clock.now(), await only_incident(desk)
    await take_up(desk, office, incident)
    await do(desk, lambda ctx, batch: casework.step(ctx, batch, office, batch.incident(incident.id), now, Step.ON_SITE))
    assert len(news(desk, ANI)) == 1
    assert "di lokasi" in words(desk, desk.receipt(ANI))


async def test_at_most_five_a_day_and_the_end_is_always_told(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    incident = await only_incident(desk)
    for _ in range(8):
        await follow_up(desk, office, incident, Said(quick="pump"))
    assert len(news(desk, ANI)) == 4
    await close(desk, office, incident, IncidentState.HANDLED)
    assert desk.says(ANI)[-1] == "ask.closed.handled"


async def test_who_had_it_reopened_is_asked_again_however_much_was_told_that_day(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    incident = await only_incident(desk)
    for _ in range(8):
        await follow_up(desk, office, incident, Said(quick="pump"))
    for _ in range(2):
        await close(desk, office, incident, IncidentState.HANDLED)
        assert desk.says(ANI)[-1] == "ask.closed.handled"
        await desk.press(ANI, "Masih tergenang")


async def test_who_was_told_that_it_ended_is_told_that_it_did_not(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    await report(desk, BUDI)
    incident = await only_incident(desk)
    for _ in range(8):
        await follow_up(desk, office, incident, Said(quick="pump"))
    await close(desk, office, incident, IncidentState.HANDLED)
    await desk.press(BUDI, "Masih tergenang")
    assert desk.says(ANI)[-1] == "told.reopened.genangan"


async def test_the_count_begins_anew_on_the_next_day(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    incident = await only_incident(desk)
    for _ in range(5):
        await follow_up(desk, office, incident, Said(quick="pump"))
    desk.clock.move(days=1)
    await follow_up(desk, office, incident, Said(quick="suction"))
    assert len(news(desk, ANI)) == 5


async def test_who_only_passed_by_hears_nothing_more(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    await desk.press(ANI, "Saya hanya lewat")
    await take_up(desk, office, await only_incident(desk))
    assert news(desk, ANI) == []


async def test_who_muted_the_case_hears_nothing_more(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    incident = await only_incident(desk)
    await take_up(desk, office, incident)
    assert "Jangan kabari lagi" in str([labels(desk, say) for say in desk.chats[ANI].values()])
    await desk.press(ANI, "Jangan kabari lagi")
    await follow_up(desk, office, incident, Said(quick="pump"))
    assert len(news(desk, ANI)) == 1


async def test_at_the_end_they_are_asked_whether_it_is_so(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    incident = await only_incident(desk)
    await close(desk, office, incident, IncidentState.RECEDED)
    assert "tali air dibersihkan" in desk.shown(ANI)
    assert "Sudah surut" in str(labels(desk, desk.chats[ANI][max(desk.chats[ANI])]))


async def test_where_nothing_was_found_they_are_asked_for_the_point(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    await close(desk, office, await only_incident(desk), IncidentState.NOT_FOUND)
    assert desk.says(ANI)[-1] == "ask.closed.not_found"
    assert "Perbaiki titik" in str(labels(desk, desk.chats[ANI][max(desk.chats[ANI])]))


async def test_at_night_the_end_is_told_softly_and_asked_in_the_morning(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    desk.clock.move(hours=4)  # past 22.00
    await close(desk, office, await only_incident(desk), IncidentState.HANDLED)
    last = desk.chats[ANI][max(desk.chats[ANI])]
    assert last.text == "news.closed.handled"
    assert last.quiet
    assert "ask.closed.handled" not in desk.says(ANI)
    desk.clock.move(hours=5, minutes=40)  # 05.22
    await desk.read()
    assert desk.says(ANI)[-1] == "ask.closed.handled"


async def test_one_message_for_a_person_with_two_reports(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    await desk.location(ANI, LAT + 0.0001, LON)
    desk.clock.move(minutes=1)
    await take_up(desk, office, await only_incident(desk))
    assert len(news(desk, ANI)) == 1
