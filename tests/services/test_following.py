"""What falls due by itself, and the word of the residents that ends or reopens a case."""

from __future__ import annotations

from bot.domain.models import IncidentState
from tests.helpers.desk import Desk
from tests.services.test_reporting import ANI, BUDI, CICI, DEDI, FAR, HERE, NEAR, report


async def states(desk: Desk) -> list[IncidentState]:
    return [incident.state for incident in await desk.incidents()]


async def test_a_location_without_depth_is_reminded_once_and_then_filed_as_it_is(desk: Desk) -> None:
    await desk.location(ANI, *HERE)
    await desk.beat(minutes=2)
    assert desk.says(ANI) == ["ask.depth"]
    await desk.beat(minutes=2)
    await desk.beat(minutes=2)
    assert desk.says(ANI) == ["ask.depth", "ask.reminder.genangan"]
    await desk.beat(minutes=56)
    assert desk.says(ANI)[-1] == "receipt.genangan"
    assert "belum diketahui" in desk.shown(ANI)
    assert any("Lutut" in desk.label(choice) for row in desk.receipt(ANI).choices for choice in row)
    [incident] = await desk.incidents()
    assert incident.depth_last is None


async def test_the_reminders_buttons_complete_the_report(desk: Desk) -> None:
    await desk.location(ANI, *HERE)
    await desk.beat(minutes=4)
    await desk.press(ANI, "Lutut")
    assert "selutut" in desk.shown(ANI)


async def test_after_six_quiet_hours_the_last_reporters_are_asked(desk: Desk) -> None:
    desk.clock.at = desk.clock.at.replace(hour=9)
    await report(desk, ANI)
    await report(desk, BUDI, NEAR)
    await desk.beat(hours=5, minutes=59)
    assert "ask.gone" not in desk.says(ANI)
    await desk.beat(minutes=2)
    for who in (ANI, BUDI):
        assert desk.says(who)[-1] == "ask.gone"


async def test_nobody_is_asked_at_night(desk: Desk) -> None:
    await report(desk, ANI)  # 19.42: six hours later it is 01.42
    await desk.beat(hours=6, minutes=1)
    assert "ask.gone" not in desk.says(ANI)
    await desk.beat(hours=3, minutes=28)  # 05.11
    assert "ask.gone" not in desk.says(ANI)
    await desk.beat(minutes=5)
    assert desk.says(ANI)[-1] == "ask.gone"


async def test_asked_twice_in_vain_a_case_ends_without_news(desk: Desk) -> None:
    desk.clock.at = desk.clock.at.replace(hour=6)
    await report(desk, ANI)
    for _ in range(3):
        assert await states(desk) == [IncidentState.WAITING]
        await desk.beat(hours=6, minutes=1)
    assert await states(desk) == [IncidentState.UNHEARD]
    assert "told.unheard" not in desk.says(ANI)  # it is 00.45, and the news asks something
    await desk.beat(hours=4, minutes=31)
    assert "told.unheard" in desk.says(ANI)


async def test_masih_tergenang_keeps_it_open_and_starts_the_hours_again(desk: Desk) -> None:
    desk.clock.at = desk.clock.at.replace(hour=6)
    await report(desk, ANI)
    await desk.beat(hours=6, minutes=1)
    assert await desk.press(ANI, "Masih tergenang") == "toast.thanks"
    await desk.beat(hours=5)
    assert desk.says(ANI).count("ask.gone") == 0  # the question became its answer
    await desk.beat(hours=1, minutes=1)
    assert desk.says(ANI)[-1] == "ask.gone"


async def test_the_sole_reporter_ends_a_case(desk: Desk) -> None:
    await report(desk, ANI)
    assert await desk.press(ANI, "Sudah surut") == "toast.thanks"
    assert await states(desk) == [IncidentState.RECEDED]
    assert "air sudah surut" in desk.shown(ANI)


async def test_two_of_many_end_a_case_and_the_others_hear_of_it(desk: Desk) -> None:
    for who in (ANI, BUDI, CICI):
        await report(desk, who)
        desk.clock.move(minutes=1)
    await desk.press(ANI, "Sudah surut")
    assert await states(desk) == [IncidentState.WAITING]
    await desk.press(BUDI, "Sudah surut")
    assert await states(desk) == [IncidentState.RECEDED]
    assert desk.says(CICI)[-1] == "told.receded"


async def test_masih_within_three_hours_reopens_with_its_history(desk: Desk) -> None:
    await report(desk, ANI)
    await report(desk, BUDI, NEAR)
    await desk.press(ANI, "Sudah surut")
    await desk.press(BUDI, "Sudah surut")
    desk.clock.move(hours=2)
    assert await desk.press(ANI, "Masih tergenang") == "toast.reopened"
    assert await states(desk) == [IncidentState.WAITING]
    assert desk.says(BUDI)[-1] == "told.reopened.genangan"
    [incident] = await desk.incidents()
    history = desk.history(incident.id)
    assert history[0] == "opened"
    assert history[-1] == "reopened"
    assert "receded" in history


async def test_masih_later_than_that_begins_a_new_report_at_the_place(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.press(ANI, "Sudah surut")
    desk.clock.move(hours=4)
    assert await desk.press(ANI, "Masih tergenang") == "toast.again"
    assert await states(desk) == [IncidentState.RECEDED]
    await desk.press(ANI, "Betis")
    assert await states(desk) == [IncidentState.RECEDED, IncidentState.WAITING]
    assert "sebetis" in desk.shown(ANI)


async def test_water_again_at_the_same_place_reopens_soon_and_is_new_later(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.press(ANI, "Sudah surut")
    desk.clock.move(hours=1)
    await report(desk, ANI)
    assert await states(desk) == [IncidentState.WAITING]
    await desk.press(ANI, "Sudah surut")
    desk.clock.move(hours=5)
    await report(desk, ANI)
    assert await states(desk) == [IncidentState.RECEDED, IncidentState.WAITING]


async def test_who_only_passed_by_is_never_asked(desk: Desk) -> None:
    desk.clock.at = desk.clock.at.replace(hour=6)
    await report(desk, ANI)
    await report(desk, BUDI, NEAR)
    await report(desk, DEDI, FAR)
    await desk.press(DEDI, "Saya hanya lewat")
    await desk.beat(hours=6, minutes=1)
    assert "ask.gone" in desk.says(ANI)
    assert "ask.gone" not in desk.says(DEDI)


async def test_airnya_naik_asks_how_deep_it_is_now(desk: Desk) -> None:
    await report(desk, ANI)
    assert await desk.press(ANI, "Airnya naik") == "toast.rising"
    await desk.press(ANI, "Pinggang")
    [incident] = await desk.incidents()
    assert incident.depth_last.cm == 90
    assert incident.depth_first.cm == 50


async def test_away_is_no_word_about_the_water(desk: Desk) -> None:
    desk.clock.at = desk.clock.at.replace(hour=6)
    await report(desk, ANI)
    await desk.beat(hours=6, minutes=1)
    await desk.press(ANI, "Saya tidak di sana")
    assert await states(desk) == [IncidentState.WAITING]


async def test_after_a_reopening_everybody_can_say_again_that_it_is_gone(desk: Desk) -> None:
    await report(desk, ANI)
    await report(desk, BUDI, NEAR)
    for who in (ANI, BUDI):
        await desk.press(who, "Sudah surut")
    desk.clock.move(hours=1)
    await report(desk, ANI)  # water again: the case is open again, and the neighbour hears of it
    assert await states(desk) == [IncidentState.WAITING]
    assert desk.says(BUDI)[-1] == "told.reopened.genangan"
    desk.clock.move(hours=1)
    assert await desk.press(BUDI, "Sudah surut") == "toast.thanks"
    await desk.press(ANI, "Sudah surut")
    assert await states(desk) == [IncidentState.RECEDED]


async def test_a_word_pressed_twice_counts_once(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.press(ANI, "Airnya naik")
    await desk.press(ANI, "Kembali")
    assert await desk.press(ANI, "Airnya naik") == "toast.already"
    [incident] = await desk.incidents()
    assert desk.history(incident.id).count("rising") == 1


async def test_news_at_night_makes_no_sound(desk: Desk) -> None:
    desk.clock.at = desk.clock.at.replace(hour=23)
    for who in (ANI, BUDI, CICI):
        await report(desk, who)
    await desk.press(ANI, "Sudah surut")
    await desk.press(BUDI, "Sudah surut")
    [told] = [say for say in desk.chats[CICI].values() if say.text == "told.receded"]
    assert told.quiet


async def test_who_passed_by_by_mistake_can_come_back(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.press(ANI, "Saya hanya lewat")
    await desk.press(ANI, "Saya warga sini")
    await desk.press(ANI, "Sudah surut")
    assert await states(desk) == [IncidentState.RECEDED]


async def test_a_drain_can_be_mended(desk: Desk) -> None:
    for who in (ANI, BUDI):
        await desk.text(who, "got mampet")
        await desk.location(who, *HERE, accuracy_m=5.0)
    await desk.press(ANI, "Sudah beres")
    await desk.press(BUDI, "Sudah beres")
    assert await states(desk) == [IncidentState.RECEDED]
    assert "sudah beres" in desk.shown(ANI)
    await desk.text(ANI, "/status")
    assert "Sudah beres" in desk.shown(ANI)
    assert "urut" not in desk.shown(ANI)
    await desk.press(ANI, "Masih rusak")
    assert await states(desk) == [IncidentState.WAITING]


async def test_the_water_of_a_report_long_over_is_a_new_report_and_never_a_dead_button(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.press(ANI, "Sudah surut")
    desk.clock.move(hours=5)
    await desk.photo(ANI)  # something else is being told
    assert await desk.press(ANI, "Masih tergenang") == "toast.finish_first"


async def test_an_answer_after_the_end_still_tells_how_it_ended(desk: Desk) -> None:
    desk.clock.at = desk.clock.at.replace(hour=6)
    await report(desk, ANI)
    for _ in range(3):
        await desk.beat(hours=6, minutes=1)
    assert await states(desk) == [IncidentState.UNHEARD]
    await desk.beat(hours=5)
    await desk.press(ANI, "Sudah surut")
    assert await states(desk) == [IncidentState.RECEDED]
    assert desk.receipt(ANI).text == "receipt.receded"


async def test_sudah_surut_under_a_picture_counts(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.photo(ANI, caption="sudah surut pak")
    assert await states(desk) == [IncidentState.RECEDED]


async def test_a_word_in_between_neither_repeats_the_reminder_nor_keeps_the_place_longer(desk: Desk) -> None:
    await desk.location(ANI, *HERE)
    await desk.beat(minutes=4)
    await desk.text(ANI, "parah banget")
    await desk.beat(minutes=4)
    assert desk.says(ANI).count("ask.reminder.genangan") == 1
    await desk.beat(minutes=53)
    assert desk.says(ANI)[-1] == "receipt.genangan"
