"""The residents' word: it ends a case by itself, contradicts an end, and brings a case up that was ended wrongly."""

from __future__ import annotations

from bot.domain.handling import Deadline
from bot.domain.models import IncidentState
from tests.helpers.casework import connect, only_incident, words
from tests.helpers.desk import Desk
from tests.helpers.small_city import BAMBU, PRIOK
from tests.services.test_receipts import close, in_the_morning, receipt, take_up
from tests.services.test_reporting import ANI, BUDI, CICI, HERE, NEAR, report


async def test_an_end_by_residents_stops_the_clocks(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk, ANI)
    await desk.press(ANI, "Sudah surut")
    incident = await only_incident(desk)
    assert incident.state is IncidentState.RECEDED
    assert (incident.handling.due_at, incident.handling.remind_at) == (None, None)
    assert incident.handling.owner == BAMBU


async def test_deep_water_waits_an_hour_for_another_word(desk: Desk) -> None:
    await report(desk, ANI, depth="Paha")
    await desk.press(ANI, "Sudah surut")
    assert (await only_incident(desk)).state.is_open
    assert "kalau tidak ada kabar lain, laporan ditutup 20.42" in receipt(desk, ANI)
    await desk.beat(minutes=59)
    assert (await only_incident(desk)).state.is_open
    await desk.beat(minutes=1)
    assert (await only_incident(desk)).state is IncidentState.RECEDED
    assert "air sudah surut" in receipt(desk, ANI)


async def test_a_contradiction_within_the_hour_keeps_deep_water_open(desk: Desk) -> None:
    await report(desk, ANI, depth="Paha")
    await report(desk, BUDI, NEAR, depth="Paha")
    await desk.press(ANI, "Sudah surut")
    desk.clock.move(minutes=30)
    await desk.press(BUDI, "Airnya naik")
    await desk.beat(minutes=31)
    assert (await only_incident(desk)).state.is_open


async def test_the_beat_finds_deep_water_that_was_called_gone(desk: Desk) -> None:
    await report(desk, ANI, depth="Paha")
    await desk.press(ANI, "Sudah surut")
    incident = await only_incident(desk)
    now = desk.clock.now()
    async with desk.store.transaction() as tx:
        assert await tx.called_gone(now, 70, 9) == [incident.id]
        assert await tx.called_gone(now, 90, 9) == []
        assert await tx.called_gone(now.replace(minute=0), 70, 9) == []


# -- "Masih tergenang" ---------------------------------------------------------------


async def test_masih_after_selesai_opens_it_with_the_same_owner_and_a_new_clock(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await take_up(desk, office)
    await close(desk, office)
    desk.clock.move(hours=2)
    assert await desk.press(ANI, "Masih tergenang") == "toast.reopened"
    incident = await only_incident(desk)
    h = incident.handling
    assert incident.state is IncidentState.PROCESS
    assert (h.owner, h.deadline, h.reopened) == (BAMBU, Deadline.FINISH, 1)
    assert h.due_at is not None
    assert h.due_at > desk.clock.now()
    assert "Sejauh ini: dibuka lagi 1×" in receipt(desk, ANI)
    assert "answered.reopened" in desk.says(ANI)  # the question gave way


async def test_masih_later_than_three_hours_is_a_new_report(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await take_up(desk, office)
    await close(desk, office)
    desk.clock.move(hours=3, minutes=1)
    assert await desk.press(ANI, "Masih tergenang") == "toast.again"
    assert (await only_incident(desk)).state is IncidentState.HANDLED


async def test_what_nobody_took_up_waits_again(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await close(desk, office, IncidentState.NO_PUDDLE)
    await desk.press(ANI, "Masih tergenang")
    incident = await only_incident(desk)
    assert incident.state is IncidentState.WAITING
    assert incident.handling.deadline is Deadline.TAKE_UP


async def test_a_second_time_the_same_word_brings_it_up_only_with_a_photo(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await connect(desk, PRIOK)
    for photo in ("u1", "u2"):
        await take_up(desk, office) if (await only_incident(desk)).handling.taken_at is None else None
        await close(desk, office, photo=photo)
        desk.clock.move(minutes=10)
        await desk.press(ANI, "Masih tergenang")
    h = (await only_incident(desk)).handling
    assert (h.owner, h.reopened) == (BAMBU, 2)
    assert "Kirim foto airnya sekarang, lalu laporan naik ke Satpel SDA Kec. Tanjung Priok." in "".join(
        words(desk, say) for say in desk.chats[ANI].values()
    )
    await desk.photo(ANI, "still")
    h = (await only_incident(desk)).handling
    assert (h.owner, h.reopened, h.escalations, h.hops) == (PRIOK, 2, 0, 0)
    assert "Penanggung jawab: Satpel SDA Kec. Tanjung Priok" in receipt(desk, ANI)
    await desk.photo(ANI, "and another")
    assert (await only_incident(desk)).handling.owner == PRIOK


async def test_a_second_time_by_another_persons_word_it_goes_up(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await connect(desk, PRIOK)
    await report(desk, BUDI, NEAR)
    await take_up(desk, office)
    for who, photo in ((ANI, "u1"), (BUDI, "u2")):
        await close(desk, office, photo=photo)
        desk.clock.move(minutes=10)
        await desk.press(who, "Masih tergenang")
    incident = await only_incident(desk)
    assert (incident.handling.owner, incident.handling.reopened) == (PRIOK, 2)
    assert incident.state is IncidentState.WAITING
    assert "Penanggung jawab: Satpel SDA Kec. Tanjung Priok" in receipt(desk, ANI)


async def test_a_second_time_with_a_photo_it_goes_up(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await connect(desk, PRIOK)
    await take_up(desk, office)
    await close(desk, office)
    desk.clock.move(minutes=10)
    await desk.press(ANI, "Masih tergenang")
    await close(desk, office, photo="u2")
    desk.clock.move(minutes=10)
    await desk.photo(ANI, "still")
    await desk.location(ANI, *HERE)
    await desk.press(ANI, "Lutut")
    incident = await only_incident(desk)
    assert (incident.handling.owner, incident.handling.reopened) == (PRIOK, 2)


async def test_the_others_hear_of_a_reopening_and_are_not_asked_any_more(desk: Desk) -> None:
    desk.clock.at = desk.clock.at.replace(hour=23)
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk, ANI)
    await report(desk, BUDI, NEAR)
    await close(desk, office)
    assert "ask.closed.handled" not in desk.says(BUDI)  # at night nobody is asked
    await desk.press(ANI, "Masih tergenang")
    assert desk.says(BUDI)[-1] == "told.reopened.genangan"
    await desk.beat(hours=6, minutes=30)
    assert "ask.closed.handled" not in desk.says(BUDI)


async def test_the_answer_that_it_rises_opens_it_and_asks_how_deep(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await close(desk, office)
    assert await desk.press(ANI, "Airnya naik") == "toast.rising"
    assert (await only_incident(desk)).state.is_open
    await desk.press(ANI, "Pinggang")
    assert "sepinggang" in receipt(desk, ANI)


async def test_two_who_quarrel_do_not_wake_the_others_all_day(desk: Desk) -> None:
    office = await in_the_morning(desk)
    for who in (BUDI, CICI):
        await report(desk, who, NEAR)
    for each in range(4):
        await close(desk, office, photo=f"u{each}")
        desk.clock.move(minutes=5)
        await desk.press(ANI, "Masih tergenang")
        desk.clock.move(minutes=5)
    told = [text for text in desk.says(CICI) if text.startswith(("told.", "ask.closed", "news."))]
    assert len(told) == 6
    assert told[-1] == "told.reopened.genangan"  # nobody is left with an end that was taken back


async def test_when_both_call_deep_water_gone_they_read_when_it_closes(desk: Desk) -> None:
    await report(desk, ANI, depth="Paha")
    await report(desk, BUDI, NEAR, depth="Paha")
    await desk.press(ANI, "Sudah surut")
    assert "Kami tunggu kabar warga lain" in receipt(desk, ANI)
    desk.clock.move(minutes=5)
    await desk.press(BUDI, "Sudah surut")
    for who in (ANI, BUDI):
        assert "laporan ditutup 20.42" in receipt(desk, who)
