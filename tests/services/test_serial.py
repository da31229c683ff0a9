"""Rob every morning at the same place: a series, one message, one lasting task; and one tap for its reporter."""

from __future__ import annotations

from datetime import datetime

from bot.domain.models import Cause, IncidentState, Say
from tests.helpers.casework import GROUPS, connect, words
from tests.helpers.clock import WIB
from tests.helpers.desk import Desk
from tests.helpers.small_city import BAMBU, KOTA, PRIOK
from tests.services.test_reporting import ANI, BUDI, FAR, HERE, NEAR, report

MORNING = datetime(2026, 1, 12, 7, 30, tzinfo=WIB)


async def tide(desk: Desk, day: int, who: int = ANI, depth: str = "Betis", *, named: bool = False) -> None:
    """Water in the morning of a day."""
    desk.clock.at = MORNING.replace(day=12 + day)
    await report(desk, who, depth=depth)
    if named:
        await desk.press(who, "Lainnya")
        await desk.press(who, "Sebab")
        await desk.press(who, "Rob")


async def gone(desk: Desk, who: int = ANI) -> None:
    desk.clock.move(hours=4)
    await desk.press(who, "Sudah surut")


async def three(desk: Desk) -> None:
    """Three mornings; the water of the third still stands."""
    for day in range(3):
        await tide(desk, day)
        if day < 2:
            await gone(desk)


def shown(desk: Desk, chat: int) -> list[Say]:
    return [say for _, say in sorted(desk.chats.get(chat, {}).items())]


async def test_the_third_within_seven_days_makes_one_series_of_the_kota(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK, KOTA)
    await three(desk)
    incidents = sorted(await desk.incidents(), key=lambda each: each.first_seen)
    assert len({each.series_id for each in incidents} - {None}) == 1
    assert [each.handling.owner for each in incidents] == [BAMBU, BAMBU, KOTA]
    [card] = shown(desk, GROUPS[KOTA])  # no card for the single tide
    said = words(desk, card)
    assert "ROB BERULANG" in said
    assert "3× sejak Sen 12 Jan" in said
    assert "Sekarang: Menunggu, sebetis" in said
    assert "Penanggung jawab: Sudin SDA Jakarta Utara" in desk.shown(ANI)


async def test_the_series_is_one_message_changed_in_place(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await three(desk)
    await gone(desk)
    assert "Sekarang: surut" in words(desk, shown(desk, GROUPS[KOTA])[0])
    await tide(desk, 3, BUDI)
    [card] = shown(desk, GROUPS[KOTA])
    assert "4× sejak" in words(desk, card)
    assert "1 warga, sejak 07.30" in words(desk, card)
    assert len(shown(desk, GROUPS[BAMBU])) == 2  # the cards of the first two


async def test_no_clock_drives_a_single_tide_and_deep_water_is_no_everyday_tide(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await three(desk)
    assert (await desk.incidents())[-1].handling.due_at is None
    await gone(desk)
    await tide(desk, 3, depth="Pinggang")
    latest = max(await desk.incidents(), key=lambda each: each.first_seen)
    assert latest.handling.due_at is not None
    assert any("Laporan baru" in words(desk, say) for say in shown(desk, GROUPS[KOTA]))


async def test_two_are_no_series_and_neither_is_another_spot(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    for day in range(2):
        await tide(desk, day)
        await gone(desk)
    desk.clock.at = MORNING.replace(day=14)
    await report(desk, BUDI, FAR)
    assert {each.series_id for each in await desk.incidents()} == {None}


async def test_the_reporter_has_rob_lagi_as_one_tap_with_the_news_of_the_end(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await tide(desk, 0, named=True)
    await report(desk, BUDI, NEAR)
    await desk.press(ANI, "Sudah surut")
    desk.clock.move(hours=3)
    await desk.press(BUDI, "Sudah surut")
    assert desk.says(ANI)[-1] == "told.receded"
    desk.clock.at = MORNING.replace(day=13)
    assert await desk.press(ANI, "Rob lagi") == "toast.tide_again"
    latest = max(await desk.incidents(), key=lambda each: each.first_seen)
    assert (latest.state, latest.causes) == (IncidentState.WAITING, (Cause.TIDE,))
    assert latest.depth_last.cm == 30
    assert "sebetis" in desk.shown(ANI)
    assert desk.says(ANI)[-1] == "receipt.genangan"  # one message: the receipt
    await desk.press(ANI, "Rob lagi")
    assert len(await desk.incidents()) == 2


async def test_rob_lagi_soon_after_the_end_opens_the_case_again(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await tide(desk, 0, named=True)
    await gone(desk)
    desk.clock.move(hours=1)
    await desk.press(ANI, "Rob lagi")
    [incident] = await desk.incidents()
    assert incident.state.is_open


async def test_rob_comes_first_among_the_causes_where_the_sea_is_likely(desk: Desk) -> None:
    desk.clock.at = MORNING
    coast = (-6.1105, 106.7770)  # Pluit
    await report(desk, ANI, coast)
    await desk.press(ANI, "Lainnya")
    await desk.press(ANI, "Sebab")
    assert desk.label(desk.receipt(ANI).choices[0][0]).startswith("Rob")
    await report(desk, BUDI, HERE)
    await desk.press(BUDI, "Lainnya")
    await desk.press(BUDI, "Sebab")
    assert not desk.label(desk.receipt(BUDI).choices[0][0]).startswith("Rob")


async def test_the_card_says_perhaps_rob_where_it_has_come_before(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await tide(desk, 0, named=True)
    await gone(desk)
    desk.clock.at = MORNING.replace(day=13)
    await report(desk, BUDI, NEAR)
    assert "Mungkin rob" in words(desk, shown(desk, GROUPS[BAMBU])[-1])


async def test_a_week_without_ends_the_series(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await three(desk)
    await gone(desk)
    await desk.beat(days=6)
    assert "Selesai" not in words(desk, shown(desk, GROUPS[KOTA])[0])
    await desk.beat(days=1)
    assert "seminggu tanpa rob" in words(desk, shown(desk, GROUPS[KOTA])[0])
    await tide(desk, 10)
    assert max(await desk.incidents(), key=lambda each: each.first_seen).series_id is None
