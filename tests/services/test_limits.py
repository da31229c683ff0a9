"""A person's reports are limited by the hour and the day; nothing is lost by it. Pins far apart are marked."""

from __future__ import annotations

from datetime import timedelta

from bot.chat.callback import encode
from bot.domain.models import Report
from bot.domain.records import Wanted
from bot.services.limits import PER_DAY, PER_HOUR, is_far, reached
from tests.helpers.builders import place
from tests.helpers.builders import report as record
from tests.helpers.clock import EVENING
from tests.helpers.desk import Desk
from tests.services.test_receipts import stored
from tests.services.test_reporting import ANI, BUDI, HERE, report

APART = 0.004  # degrees: 450 m


def point(n: int) -> tuple[float, float]:
    """The n-th of a row of points in Jakarta Utara, each a puddle of its own."""
    return -6.115 - APART * (n % 5), 106.86 + APART * (n // 5)


async def reports_of(desk: Desk, who: int) -> list[Report]:
    async with desk.store.transaction() as tx:
        return list((await tx.load(Wanted(telegram_ids=frozenset({who})))).reports)


async def fill(desk: Desk, who: int = ANI, n: int = PER_HOUR) -> None:
    for each in range(n):
        await report(desk, who, point(each))
        desk.clock.move(minutes=1)


async def test_the_seventh_within_an_hour_waits_and_then_counts_by_itself(desk: Desk) -> None:
    await fill(desk)  # from 19.42
    await report(desk, ANI, point(6))
    assert len(await desk.incidents()) == PER_HOUR
    text = desk.shown(ANI)
    assert "Anda sudah membuat 6 laporan dalam satu jam." in text
    assert "tercatat sendiri 20.42" in text
    await desk.beat(minutes=50)
    assert len(await desk.incidents()) == PER_HOUR
    await desk.beat(minutes=4, seconds=1)
    incidents = await desk.incidents()
    assert len(incidents) == PER_HOUR + 1
    assert incidents[-1].depth_last.cm == 50
    assert desk.says(ANI).count("receipt.genangan") == PER_HOUR + 1


async def test_a_held_report_takes_more_in(desk: Desk) -> None:
    await fill(desk)
    await report(desk, ANI, point(6))
    await desk.photo(ANI, "more")
    assert desk.says(ANI).count("limit.told") == 2  # said again below the photo
    await desk.beat(hours=1)
    assert max(await reports_of(desk, ANI), key=lambda each: each.id).photos == 1


async def test_a_second_place_while_one_waits_is_told_to_come_later(desk: Desk) -> None:
    await fill(desk)
    await report(desk, ANI, point(6))
    await desk.location(ANI, *point(7))
    assert desk.says(ANI)[-1] == "limit.waiting"
    await desk.beat(hours=1)
    incidents = await desk.incidents()
    assert len(incidents) == PER_HOUR + 1
    assert incidents[-1].lat == point(6)[0]


async def test_more_about_an_open_report_is_always_welcome(desk: Desk) -> None:
    await fill(desk)
    await report(desk, ANI, point(0), "Pinggang")  # the same place: a renewal
    assert desk.says(ANI)[-1] == "receipt.renewed"
    await desk.photo(ANI, "again")
    assert "added.photo" in desk.says(ANI)
    assert len(await desk.incidents()) == PER_HOUR


async def test_taking_back_wins_no_room(desk: Desk) -> None:
    for each in range(PER_HOUR):
        await report(desk, ANI, point(each))
        await desk.text(ANI, "/batal")
        await desk.press(ANI, "Ya, batalkan")
    await report(desk, ANI, point(6))
    assert "limit.told" in desk.says(ANI)


async def test_others_are_not_held_up(desk: Desk) -> None:
    await fill(desk)
    await report(desk, BUDI, point(6))
    assert len(await desk.incidents()) == PER_HOUR + 1


async def test_danger_hears_of_112_all_the_same(desk: Desk) -> None:
    await fill(desk)
    await desk.location(ANI, *point(6))
    await desk.text(ANI, "tolong, nenek saya terjebak, air sepinggang")
    assert "112" in desk.shown(ANI)


async def test_saya_juga_lihat_counts_among_them(desk: Desk) -> None:
    await report(desk, BUDI, point(9))
    number = (await stored(desk, BUDI)).number
    await fill(desk)
    assert await desk.press_data(ANI, encode("me_too", (number,))) == "toast.limited"
    assert "Tekan lagi setelah 20.42" in desk.shown(ANI)


def test_so_many_a_day() -> None:
    day = [record(n, at=EVENING - timedelta(hours=1 * n)) for n in range(1, PER_DAY + 1)]
    limit = reached(day, EVENING)
    assert limit is not None
    assert (limit.reports, limit.span) == (PER_DAY, "limit.day")
    assert limit.until == EVENING + timedelta(hours=4)
    assert reached(day[1:], EVENING) is None
    assert reached(day, limit.until) is None


def test_pins_many_km_apart_within_minutes_are_marked() -> None:
    before = [record(at=EVENING, place=place(*HERE))]
    there = place(-6.13, 106.94)  # 6 km to the east
    assert is_far(there, EVENING + timedelta(minutes=9), before)
    assert not is_far(there, EVENING + timedelta(minutes=11), before)
    assert not is_far(place(-6.13, 106.92), EVENING, before)


async def test_a_far_pin_is_taken_and_marked(desk: Desk) -> None:
    await report(desk, ANI)
    desk.clock.move(minutes=5)
    await report(desk, ANI, (-6.1200, 106.9450))
    first, second = sorted(await reports_of(desk, ANI), key=lambda each: each.id)
    assert (first.far, second.far) == (False, True)
    assert len(await desk.incidents()) == 2
