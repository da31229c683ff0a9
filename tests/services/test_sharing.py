"""From a share link: "Saya juga lihat", in one tap."""

from __future__ import annotations

import pytest

from bot.chat.callback import encode
from bot.domain.models import Depth, DepthLevel, IncidentState, PlaceSource
from tests.helpers.casework import labels, only_incident, words
from tests.helpers.desk import Desk
from tests.services.test_receipts import close, in_the_morning, stored, take_up
from tests.services.test_reporting import ANI, BUDI, CICI, FAR, NEAR, report


async def opened(desk: Desk, who: int, whose: int = ANI) -> str:
    """Somebody opens a share link; the number in it."""
    number = (await stored(desk, whose)).number
    await desk.text(who, f"/start r_{number}")
    return number


async def test_one_tap_is_a_report_at_the_same_place(desk: Desk) -> None:
    await report(desk, ANI)
    before = await only_incident(desk)
    desk.clock.move(minutes=25)
    await opened(desk, BUDI)
    assert desk.says(BUDI) == ["say.greeting", "shared.genangan"]  # new here: the buttons at the bottom too
    assert "Saya juga lihat" in [
        label for row in labels(desk, desk.chats[BUDI][max(desk.chats[BUDI])]) for label in row
    ]
    assert await desk.press(BUDI, "Saya juga lihat") == "toast.joined"
    after, mine = await only_incident(desk), await stored(desk, BUDI)
    assert after.reporters == 2
    assert (after.lat, after.lon, after.weight, after.cell) == (before.lat, before.lon, before.weight, before.cell)
    assert after.last_seen == desk.clock.now()
    assert mine.number != (await stored(desk, ANI)).number
    assert (mine.place.source, mine.match.by, mine.incident_id) == (PlaceSource.SHARED, "shared", before.id)
    text = words(desk, desk.receipt(BUDI))
    assert mine.number in text
    assert "Anda ikut melaporkan bersama 1 warga lain." in text
    assert "Sepertinya sama" not in text
    assert desk.history(before.id) == ["opened", "joined"]


async def test_pressed_twice_it_counts_once(desk: Desk) -> None:
    await report(desk, ANI)
    number = await opened(desk, BUDI)
    for toast in ("toast.joined", "toast.own_case"):
        assert await desk.press_data(BUDI, encode("me_too", (number,))) == toast
    assert (await only_incident(desk)).reporters == 2


async def test_ones_own_case_is_said_to_be_ones_own(desk: Desk) -> None:
    await report(desk, ANI)
    number = await opened(desk, ANI)
    assert desk.says(ANI)[-1] == "receipt.genangan"
    assert await desk.press_data(ANI, encode("me_too", (number,))) == "toast.own_case"
    assert (await only_incident(desk)).reporters == 1


async def test_a_reporter_of_the_same_puddle_sees_their_own_report(desk: Desk) -> None:
    await report(desk, ANI)
    await report(desk, BUDI, NEAR)
    await opened(desk, BUDI)
    assert "receipt.genangan" in desk.says(BUDI)[-1]


async def test_they_hear_the_news_and_have_a_say(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await opened(desk, BUDI)
    await desk.press(BUDI, "Saya juga lihat")
    await take_up(desk, office)
    assert "menangani" in desk.shown(BUDI)
    await close(desk, office)
    assert "Benar sudah surut?" in desk.shown(BUDI)
    await desk.press(BUDI, "Masih tergenang")
    assert (await only_incident(desk)).state.is_open


async def test_the_depth_is_one_more_tap(desk: Desk) -> None:
    await report(desk, ANI)
    await opened(desk, BUDI)
    await desk.press(BUDI, "Saya juga lihat")
    await desk.press(BUDI, "Pinggang")
    assert (await only_incident(desk)).depth_last == Depth.of(DepthLevel.WAIST)


async def test_what_is_counted_anew_keeps_its_centre(desk: Desk) -> None:
    await report(desk, ANI)
    await opened(desk, BUDI)
    await desk.press(BUDI, "Saya juga lihat")
    before = await only_incident(desk)
    await desk.press(ANI, "Lainnya")
    await desk.press(ANI, "Sebabnya")
    await desk.press(ANI, "Hujan")
    after = await only_incident(desk)
    assert (after.lat, after.lon, after.weight) == (before.lat, before.lon, before.weight)


async def test_when_the_first_reporter_leaves_the_place_stays(desk: Desk) -> None:
    await report(desk, ANI)
    await opened(desk, BUDI)
    await desk.press(BUDI, "Saya juga lihat")
    before = await only_incident(desk)
    await desk.text(ANI, "/batal")
    await desk.press(ANI, "Ya, batalkan")
    after = await only_incident(desk)
    assert after.reporters == 1
    assert after.lat == pytest.approx(before.lat)


async def test_an_ended_case_is_no_longer_joined(desk: Desk) -> None:
    await report(desk, ANI)
    number = await opened(desk, BUDI)
    await desk.press(ANI, "Sudah surut")
    assert await desk.press_data(BUDI, encode("me_too", (number,))) == "toast.again"
    assert desk.says(BUDI)[-1] == "ask.depth"  # a report of its own begins there
    await desk.press(BUDI, "Lutut")
    states = [incident.state for incident in await desk.incidents()]
    assert states == [IncidentState.RECEDED, IncidentState.WAITING]


async def test_the_link_of_an_ended_case_says_how_to_report_anew(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.press(ANI, "Sudah surut")
    await opened(desk, BUDI)
    text = desk.shown(BUDI)
    assert "Surut sendiri" in text
    assert "Lapor baru: tekan 📍 Kirim lokasi" in text


@pytest.mark.parametrize("args", [("",), ("ZZZ",), ("1",), ()])
async def test_made_up_buttons_do_nothing(desk: Desk, args: tuple[str, ...]) -> None:
    await report(desk, ANI)
    await desk.text(CICI, "/start")
    assert await desk.press_data(CICI, encode("me_too", args)) == "toast.too_old"
    assert (await only_incident(desk)).reporters == 1


async def test_a_link_to_what_was_taken_back_leads_nowhere(desk: Desk) -> None:
    await report(desk, ANI)
    number = await opened(desk, BUDI)
    await report(desk, CICI, FAR)
    await desk.text(ANI, "/batal")
    await desk.press(ANI, "Ya, batalkan")
    assert await desk.press_data(BUDI, encode("me_too", (number,))) == "toast.too_old"
