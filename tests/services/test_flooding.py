"""A night of mode banjir: lists instead of cards, clocks that stand still, one live post, one summary for residents."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.domain.models import Say
from bot.domain.staff import Flood
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.flood_switch import switch_off, switch_on
from tests.helpers.casework import GROUPS, OFFICERS, connect, do, labels, words
from tests.helpers.desk import ADMIN, Desk, open_desk
from tests.helpers.invitations import roster
from tests.helpers.officers import tap
from tests.helpers.small_city import BAMBU, KOTA, PRIOK
from tests.services.test_escalations import many, texts
from tests.services.test_reporting import ANI, BUDI, FAR, HERE, NEAR, report

M = 1 / 111_000
CHANNEL = -1_009


async def flooded(desk: Desk) -> None:
    """An admin has switched it on."""

    def act(ctx: Context, batch: Batch) -> None:
        switch_on(batch, PRIOK, None, desk.clock.now())

    await do(desk, act)


def shown(desk: Desk, chat: int) -> list[Say]:
    return [say for _, say in sorted(desk.chats.get(chat, {}).items())]


async def flood(desk: Desk) -> Flood:
    [found] = (await roster(desk)).floods
    return found


async def test_more_than_fifteen_new_places_in_half_an_hour_switch_it_on(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await many(desk, 15)
    await desk.beat(seconds=30)
    assert (await roster(desk)).floods == []
    await report(desk, BUDI, FAR)
    await desk.beat(seconds=30)
    assert (await flood(desk)).until is None


async def test_sixteen_in_an_hour_do_not(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await many(desk, 10)
    desk.clock.move(minutes=31)
    await report(desk, BUDI, FAR)
    await report(desk, ANI, (HERE[0], HERE[1] + 500 * M))
    await desk.beat(seconds=30)
    assert (await roster(desk)).floods == []


async def test_one_list_for_a_kelurahan_changed_in_place_at_most_once_a_minute(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await flooded(desk)
    await many(desk, 5)
    await desk.beat(seconds=30)
    [card] = shown(desk, GROUPS[BAMBU])
    assert "5 kasus terbuka, 5 belum ditangani" in words(desk, card)
    await report(desk, BUDI, FAR)
    await desk.beat(seconds=30)
    assert "5 kasus" in words(desk, shown(desk, GROUPS[BAMBU])[0])
    await desk.beat(seconds=31)
    [card] = shown(desk, GROUPS[BAMBU])
    assert "6 kasus" in words(desk, card)


async def test_the_worst_come_first_and_have_cards_of_their_own_from_70_cm_or_in_danger(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await flooded(desk)
    await report(desk, ANI, depth="Betis")
    await report(desk, BUDI, FAR, "Pinggang")
    third = (HERE[0], HERE[1] + 400 * M)
    await report(desk, BUDI + 10, third)
    await desk.text(BUDI + 10, "tolong, kami terjebak di lantai dua")
    await desk.beat(seconds=30)
    said = texts(desk, GROUPS[BAMBU])
    assert len([text for text in said if "Laporan baru" in text or "Tinggi:" in text]) == 2
    lines = [line for line in said[-1].splitlines() if "warga, sejak" in line]
    assert "⚠️" in lines[0]
    assert "sepinggang" in lines[1]
    assert "sebetis" in lines[2]


async def test_clocks_stand_still_and_start_afresh_half_a_minute_apart(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await many(desk, 3)
    desk.clock.move(minutes=30)
    await flooded(desk)
    await desk.beat(seconds=30)
    await report(desk, BUDI, FAR)
    await desk.beat(hours=1, minutes=50)
    incidents = await desk.incidents()
    assert {each.handling.owner for each in incidents} == {BAMBU}
    assert all(each.handling.due_at is None and each.handling.left_s is not None for each in incidents)
    await desk.beat(minutes=11)  # two hours without a new place
    now, incidents = desk.clock.now(), await desk.incidents()
    assert (await flood(desk)).until == now
    due = sorted(each.handling.due_at - now for each in incidents)
    assert due == [timedelta(minutes=60, seconds=30 * n) for n in range(4)]
    assert all(each.handling.paused_s > 6000 for each in incidents)
    assert "MODE BANJIR SELESAI" in texts(desk, GROUPS[BAMBU])[-1]
    await desk.beat(minutes=62)
    assert {each.handling.owner for each in await desk.incidents()} == {PRIOK}


async def test_clocks_start_again_also_after_an_outage_of_days(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await flooded(desk)
    await many(desk, 2)
    await desk.beat(seconds=30)

    def off(ctx: Context, batch: Batch) -> None:
        switch_off(ctx, batch, PRIOK, desk.clock.now())

    await do(desk, off)  # and before the next beat the machine is switched off too
    desk.clock.move(days=2)
    await desk.floods.all_due()
    assert all(each.handling.due_at is not None for each in await desk.incidents())


async def test_the_end_brings_no_card_for_each_case_that_was_listed(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await flooded(desk)
    await many(desk, 6)
    await desk.beat(seconds=30)
    await desk.beat(hours=2, minutes=1)
    assert len(texts(desk, GROUPS[BAMBU])) == 1


async def test_tangani_semua_takes_up_what_nobody_has_and_only_for_its_unit(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await flooded(desk)
    await many(desk, 4)
    await desk.beat(seconds=30)
    assert await tap(desk, OFFICERS[BAMBU], "Tangani semua (4)", GROUPS[BAMBU]) == "4 kasus Anda tangani"
    incidents = await desk.incidents()
    assert {each.state.value for each in incidents} == {"process"}
    await desk.beat(seconds=5)
    assert await tap(desk, OFFICERS[BAMBU], "Tangani semua (4)", GROUPS[BAMBU]) == "Sudah tercatat"
    await desk.beat(minutes=1)
    assert "belum ditangani" not in texts(desk, GROUPS[BAMBU])[-1]
    assert not any(text.startswith("news.") for i in range(4) for text in desk.says(ANI + 100 + i))


async def test_residents_cannot_press_it(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await flooded(desk)
    await many(desk, 2)
    assert await desk.press_data(ANI, f"flood:{BAMBU}:all") == "work.no_officer"
    assert await desk.press_data(ANI, f"floodmode:{PRIOK}:off") == "refused.admins_only"
    assert (await flood(desk)).until is None


async def test_a_long_list_opens_each_case_page_by_page(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await flooded(desk)
    await many(desk, 18)
    await desk.beat(seconds=30)
    [card] = shown(desk, GROUPS[BAMBU])
    assert "dan 3 lagi" in words(desk, card)
    assert [len(row) for row in labels(desk, card)] == [1, 4, 4, 1]
    await tap(desk, OFFICERS[BAMBU], "Semua (18)", GROUPS[BAMBU])
    await tap(desk, OFFICERS[BAMBU], "Berikutnya", GROUPS[BAMBU])
    assert "halaman 2 dari 3" in texts(desk, GROUPS[BAMBU])[-1]
    number = labels(desk, shown(desk, GROUPS[BAMBU])[-1])[0][0]
    await tap(desk, OFFICERS[BAMBU], number, GROUPS[BAMBU])
    assert texts(desk, GROUPS[BAMBU])[-1].startswith(number)


async def test_residents_get_receipt_and_closure_and_one_summary_in_three_hours(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await flooded(desk)
    await report(desk, ANI)
    desk.clock.move(hours=1, minutes=30)
    await report(desk, BUDI, FAR)  # water goes on coming
    desk.clock.move(hours=1, minutes=20)
    await report(desk, BUDI + 10, NEAR)
    await desk.beat(minutes=9)
    assert desk.says(ANI) == ["receipt.genangan"]
    for _ in range(4):
        await desk.beat(minutes=2)
    assert desk.says(ANI) == ["receipt.genangan", "flood.news"]
    assert "2 titik masih tergenang" in desk.shown(ANI)
    assert desk.chats[ANI][max(desk.chats[ANI])].quiet  # it is 22.40
    await desk.press(ANI, "Sudah surut")
    await desk.press(BUDI + 10, "Sudah surut")
    assert "surut" in desk.shown(ANI)


async def test_one_live_post_in_the_channel_instead_of_alerts(tmp_path: Path) -> None:
    async with open_desk(tmp_path, channel_id=CHANNEL) as desk:
        await connect(desk, BAMBU, PRIOK, KOTA)
        await flooded(desk)
        for who in (ANI, BUDI):
            await report(desk, who, depth="Pinggang")
        await desk.beat(seconds=30)
        [post] = shown(desk, CHANNEL)
        assert "BANJIR, Kec. Tanjung Priok" in words(desk, post)
        assert "1 titik, terdalam sepinggang" in words(desk, post)
        await report(desk, BUDI + 10, FAR)
        await desk.beat(minutes=1)
        await desk.beat(minutes=1)
        [post] = shown(desk, CHANNEL)
        assert "2 titik tergenang menurut 3 warga" in words(desk, post)


async def test_an_admin_switches_it_by_command_after_a_question(desk: Desk) -> None:
    await desk.text(ADMIN, "/modebanjir tanjung priok on")
    assert "Nyalakan mode banjir di Kec. Tanjung Priok?" in desk.shown(ADMIN)
    assert (await roster(desk)).floods == []
    await desk.press(ADMIN, "Ya, nyalakan")
    assert "Kec. Tanjung Priok: nyala sejak" in desk.shown(ADMIN)
    await desk.text(ADMIN, "/modebanjir Tanjung Priok on")
    assert "sudah nyala" in desk.shown(ADMIN)
    await desk.text(ADMIN, "/modebanjir")
    await desk.press(ADMIN, "Tanjung Priok")
    await desk.press(ADMIN, "Ya, matikan")
    assert "tidak nyala di mana pun" in desk.shown(ADMIN)
    await desk.text(ADMIN, "/modebanjir entah on")
    assert "Kecamatan mana" in desk.shown(ADMIN)


async def test_switched_off_by_an_admin_it_does_not_come_back_for_the_same_places(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await many(desk, 16)
    await desk.beat(seconds=30)
    await desk.text(ADMIN, "/modebanjir tanjung priok off")
    await desk.press(ADMIN, "Ya, matikan")
    await desk.beat(seconds=30)
    assert (await flood(desk)).until is not None
    assert all(each.handling.due_at is not None for each in await desk.incidents())


async def test_deep_water_of_the_night_is_no_alert_when_the_mode_ends(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK, KOTA)
    await flooded(desk)
    await report(desk, ANI, depth="Pinggang")
    await desk.beat(seconds=30)
    await desk.beat(hours=2, minutes=1)
    await desk.beat(minutes=12)  # reminded
    assert texts(desk, GROUPS[KOTA]) == []


async def test_a_listed_case_that_gets_deep_comes_out_as_a_card_of_its_own(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK, KOTA)
    await flooded(desk)
    await report(desk, ANI)
    await desk.beat(seconds=30)
    await desk.press(ANI, "Airnya naik")
    await desk.press(ANI, "Pinggang")
    assert texts(desk, GROUPS[BAMBU])[-1].startswith("⚠️ Air lebih dalam")
