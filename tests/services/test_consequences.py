"""Who hears of what: the table, through the chats."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import ownership
from bot.domain.records import Loaded, Wanted
from bot.domain.staff import Flood
from bot.services import unit_chats
from bot.services.owning import offices, times_of
from storage.intake import SqliteTransaction
from tests.helpers.casework import GROUPS, LAT, LON, cards, connect, do, only_incident, words
from tests.helpers.desk import Desk
from tests.helpers.small_city import BAMBU, PRIOK

ANI, BUDI = 101, 102


async def report(desk: Desk, who: int = ANI, depth: str = "Lutut ±50", lat: float = LAT) -> None:
    await desk.location(who, lat, LON)
    await desk.press(who, depth)


async def escalate(desk: Desk) -> None:
    now, incident = desk.clock.now(), await only_incident(desk)

    def act(ctx, batch) -> None:  # type: ignore[no-untyped-def]
        current = batch.incident(incident.id)
        times = times_of(ctx, current, current.handling)
        handling = ownership.escalated(current.handling, offices(ctx, batch), times, now)
        batch.put_incident(replace(current, handling=handling), "escalated", now, who="waktu")

    await do(desk, act)


async def test_an_escalated_case_comes_anew_above_and_leaves_below(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await report(desk)
    desk.clock.move(hours=1)
    await escalate(desk)
    (above,) = cards(desk, GROUPS[PRIOK])
    assert "Diambil alih" in words(desk, above)
    assert "diambil alih karena lewat batas 1×" in words(desk, above)
    (below,) = cards(desk, GROUPS[BAMBU])
    assert "kini pada Satpel SDA Kec. Tanjung Priok" in words(desk, below)
    told = [words(desk, say) for say in desk.chats[ANI].values() if say.text == "news.escalated"]
    assert len(told) == 1
    assert "Lewat batas waktu. Kini pada Satpel SDA Kec. Tanjung Priok" in told[0]


async def test_a_reopened_case_comes_anew(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    desk.clock.move(minutes=30)
    await desk.press(ANI, "Sudah surut")
    desk.clock.move(minutes=30)
    await desk.press(ANI, "Masih tergenang")
    old, again = cards(desk, GROUPS[BAMBU])
    assert "kartu terbarunya ada di bawah" in words(desk, old)
    assert "Dibuka lagi: belum selesai menurut warga" in words(desk, again)


async def test_in_mode_banjir_cases_stand_in_the_list_of_their_kelurahan(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await do(desk, lambda ctx, batch: batch.roster.put_flood(Flood(PRIOK, desk.clock.now())))
    await report(desk)
    assert cards(desk, GROUPS[BAMBU]) == []
    marked = []
    await do(desk, lambda ctx, batch: marked.append(batch.roster.flood_list(BAMBU)))
    assert marked[-1] is not None and marked[-1].changed


async def test_in_mode_banjir_deep_water_and_distress_have_their_own_cards(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await do(desk, lambda ctx, batch: batch.roster.put_flood(Flood(PRIOK, desk.clock.now())))
    await report(desk, depth="Paha ±70")
    assert len(cards(desk, GROUPS[BAMBU])) == 1
    await report(desk, BUDI, lat=LAT + 0.004)
    assert len(cards(desk, GROUPS[BAMBU])) == 1
    await desk.text(BUDI, "tolong, ada warga terjebak di dalam rumah")
    assert len(cards(desk, GROUPS[BAMBU])) == 2
    assert "Bahaya, kata warga: tolong, ada warga terjebak di dalam rumah" in words(
        desk, cards(desk, GROUPS[BAMBU])[-1]
    )


async def test_a_card_from_before_mode_banjir_goes_on_changing(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    await do(desk, lambda ctx, batch: batch.roster.put_flood(Flood(PRIOK, desk.clock.now())))
    await report(desk, BUDI)
    (card,) = cards(desk, GROUPS[BAMBU])
    assert "2 warga" in words(desk, card)


async def test_in_mode_banjir_a_broken_drain_keeps_its_card(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await do(desk, lambda ctx, batch: batch.roster.put_flood(Flood(PRIOK, desk.clock.now())))
    await desk.text(ANI, "Saluran atau pompa rusak")
    await desk.location(ANI, LAT, LON)
    await desk.press(ANI, "Tali air tersumbat")
    (card,) = cards(desk, GROUPS[BAMBU])
    assert "Saluran: tali air tersumbat" in words(desk, card)


async def test_what_touches_many_cases_asks_the_database_a_few_times(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time the whole act is done anew: with a time for each case, 160 of them took 18 seconds."""
    await connect(desk, BAMBU, PRIOK)
    for n in range(12):
        await report(desk, ANI + n, lat=LAT + (n - 6) * 0.0009)
    mine = [each for each in await desk.incidents() if each.handling.owner == BAMBU]
    assert len(mine) > 6
    asked: list[Wanted] = []
    load = SqliteTransaction.load

    async def counted(tx: SqliteTransaction, wanted: Wanted) -> Loaded:
        asked.append(wanted)
        return await load(tx, wanted)

    monkeypatch.setattr(SqliteTransaction, "load", counted)
    await do(desk, lambda ctx, batch: unit_chats.disconnect(ctx, batch, BAMBU, desk.clock.now()))
    assert len(asked) <= 6
    assert {each.number for each in mine} <= {card.values["number"] for card in cards(desk, GROUPS[PRIOK])}
