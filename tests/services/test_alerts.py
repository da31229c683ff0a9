"""Very deep and fast rising water: who hears of it at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.handling import Step
from bot.domain.models import Say
from bot.domain.staff import Flood
from bot.services import casework
from tests.helpers.casework import GROUPS, LAT, LON, button, cards, connect, do, only_incident, words
from tests.helpers.desk import Desk, open_desk
from tests.helpers.small_city import BAMBU, KOTA, PRIOK

ANI, BUDI = 101, 102
CHANNEL = -1_009


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, channel_id=CHANNEL) as opened:
        yield opened


async def report(desk: Desk, who: int = ANI, depth: str = "Paha ±70") -> None:
    await desk.location(who, LAT, LON)
    await desk.press(who, depth)


async def deeper(desk: Desk, who: int, depth: str) -> None:
    await desk.press(who, "Lainnya")
    await desk.press(who, "Ubah tinggi")
    await desk.press(who, depth)


def alerts(desk: Desk, chat: int) -> list[Say]:
    """What a chat was told out of turn."""
    return [say for _, say in sorted(desk.chats.get(chat, {}).items()) if say.text.startswith("alert.")]


async def test_deep_water_reaches_the_sudin_on_one_word_marked_so(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await report(desk)
    (told,) = alerts(desk, GROUPS[KOTA])
    shown = words(desk, told)
    assert "Genangan dalam" in shown
    assert "Tinggi: sepaha (±70 cm)\n" in shown
    assert "Belum terkonfirmasi" in shown
    assert "Penanggung jawab: Kelurahan Sungai Bambu" in shown
    assert alerts(desk, CHANNEL) == []
    assert "Belum terkonfirmasi" in words(desk, cards(desk, GROUPS[BAMBU])[-1])


async def test_a_second_reporter_makes_it_certain_and_the_channel_hears(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await report(desk)
    await report(desk, BUDI)
    (told,) = alerts(desk, GROUPS[KOTA])  # the same message, changed in place
    assert "Belum terkonfirmasi" not in words(desk, told)
    (posted,) = alerts(desk, CHANNEL)
    assert "2 warga" in words(desk, posted)


async def test_two_who_do_not_both_see_it_deep_are_no_certainty(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await report(desk, BUDI, "Betis ±30")
    await report(desk)
    assert alerts(desk, CHANNEL) == []
    assert len(alerts(desk, GROUPS[KOTA])) == 1


async def test_an_officer_on_site_makes_it_certain(desk: Desk) -> None:
    office = (await connect(desk, BAMBU, KOTA))[BAMBU]
    await report(desk)
    now, incident = desk.clock.now(), await only_incident(desk)
    await do(desk, lambda ctx, batch: casework.take_up(ctx, batch, office, batch.incident(incident.id), now))
    assert alerts(desk, CHANNEL) == []
    await do(desk, lambda ctx, batch: casework.step(ctx, batch, office, batch.incident(incident.id), now, Step.ON_SITE))
    assert len(alerts(desk, CHANNEL)) == 1


async def test_knee_deep_water_waits_for_the_digest(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await report(desk, depth="Lutut ±50")
    await report(desk, BUDI, depth="Lutut ±50")
    assert alerts(desk, GROUPS[KOTA]) == []


async def test_once_for_each_rise(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await report(desk)
    await desk.text(ANI, "Jl. Mangga")
    await deeper(desk, ANI, "Pinggang ±90")
    await desk.press(ANI, "Motor bisa lewat")
    assert len(alerts(desk, GROUPS[KOTA])) == 2


async def test_water_that_rises_fast_is_told_before_it_is_deep(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await report(desk, depth="Mata kaki ±10")
    desk.clock.move(minutes=30)
    await deeper(desk, ANI, "Lutut ±50")
    (told,) = alerts(desk, GROUPS[KOTA])
    assert "Air naik cepat" in words(desk, told)
    assert "selutut (±50 cm), tadi semata kaki (±10 cm)" in words(desk, told)


async def test_water_that_rises_slowly_is_not(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await report(desk, depth="Mata kaki ±10")
    desk.clock.move(hours=3)
    await deeper(desk, ANI, "Lutut ±50")
    assert alerts(desk, GROUPS[KOTA]) == []


async def test_where_the_sudin_owns_it_the_card_is_the_alert(desk: Desk) -> None:
    await connect(desk, KOTA)
    await report(desk)
    assert alerts(desk, GROUPS[KOTA]) == []
    assert len(cards(desk, GROUPS[KOTA])) == 1


async def test_in_mode_banjir_only_the_worst_is_told_and_not_in_the_channel(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK, KOTA)
    await do(desk, lambda ctx, batch: batch.roster.put_flood(Flood(PRIOK, desk.clock.now())))
    await report(desk)
    await report(desk, BUDI)
    assert alerts(desk, GROUPS[KOTA]) == []
    await deeper(desk, ANI, "Dada 120+")
    assert len(alerts(desk, GROUPS[KOTA])) == 1
    assert alerts(desk, CHANNEL) == []


async def test_an_alert_opens_the_card_where_it_is_read(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await report(desk)
    (told,) = alerts(desk, GROUPS[KOTA])
    assert button(desk, told, "Buka kartu").args == (str((await only_incident(desk)).id),)
