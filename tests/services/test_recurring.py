"""/rawan through intake and worker, and the past of its spot on a case's card."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.geometry import cells_near
from bot.domain.lifecycle import Actor
from bot.domain.memory import Past
from bot.domain.models import IncidentState
from bot.domain.records import Wanted
from bot.domain.spots import Spot, spots
from bot.domain.weather import Rain, WeatherDay
from bot.services import closing
from bot.services.batch import Batch
from bot.services.card_past import PAST_RING, past_of_spot
from bot.services.casework import Said
from bot.services.context import Context
from bot.services.recurring import Recurring
from tests.helpers.casework import GROUPS, LAT, LON, OFFICERS, cards, connect, do, words
from tests.helpers.clock import WIB
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.invitations import in_group
from tests.helpers.officers import tap, tap_data
from tests.helpers.small_city import BAMBU, KOTA, PRIOK

ANI, BUDI, CICI, DEWI = 101, 102, 103, 104
M = 1 / 111_195
"""Degrees of latitude in a metre."""


async def water(desk: Desk, who: int = ANI, depth: str = "Lutut", *, north_m: float = 0.0, east_m: float = 0.0) -> None:
    await desk.location(who, LAT + north_m * M, LON + east_m * M)
    await desk.press(who, depth)


async def came_and_went(desk: Desk, *days: float, north_m: float = 0.0, east_m: float = 0.0) -> None:
    """Water that stood for an hour, so many days after one another."""
    for after in days:
        await water(desk, north_m=north_m, east_m=east_m)
        desk.clock.move(hours=1)
        await desk.press(ANI, "Sudah surut")
        desk.clock.move(days=after)


async def handled(desk: Desk, said: Said) -> None:
    """The open case is closed by its office."""
    (open_,) = [each for each in await desk.incidents() if each.state.is_open]
    now = desk.clock.now()

    def close(ctx: Context, batch: Batch) -> None:
        person = batch.known(OFFICERS[BAMBU])
        assert person is not None
        actor = Actor(person.id, frozenset({BAMBU}))
        incident = batch.incident(open_.id)
        assert closing.close(ctx, batch, actor, incident, now, IncidentState.HANDLED, said) is None

    await do(desk, close)


async def work(desk: Desk) -> None:
    """Do the slow work, as the worker would, and let intake take its results."""
    doers = Recurring(desk.store, desk.context.areas, desk.context.units, WIB).doers()
    while rows := await desk.store.claim_work(desk.clock.now(), 50):
        for row in rows:
            result = await doers[row.kind](row) if row.kind in doers else None
            await desk.store.finish_work(row, result, desk.clock.now())
    await desk.take()


async def rawan(desk: Desk, who: int, args: str = "") -> str:
    """What /rawan answers in the private chat."""
    await desk.text(who, f"/rawan {args}".strip())
    await work(desk)
    return desk.shown(who)


async def found(desk: Desk) -> list[Spot]:
    now = desk.clock.now()
    pasts: list[Past] = list(await desk.store.pasts(now - timedelta(days=365), now))
    return spots(pasts, now=now)


async def test_an_officer_reads_what_comes_back_and_whether_the_work_held(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await came_and_went(desk, 6, 3)
    await water(desk, depth="Paha")
    desk.clock.move(hours=2)
    await handled(desk, Said(quick="inlet", photo="f", photo_unique="u"))
    desk.clock.move(days=9)
    await water(desk, north_m=15)
    (latest,) = [each for each in await desk.incidents() if each.state.is_open]
    assert await rawan(desk, OFFICERS[BAMBU]) == (
        f"""\
TITIK RAWAN: 1 titik, 12 bulan terakhir
Kelurahan Sungai Bambu

1. Titik di peta · ⚠️ sekarang tergenang
4×, 3× dalam 14 hari, terakhir Kam 5 Feb (baru saja), nomor {latest.number}
Paling dalam ±70 cm. Biasanya surut dalam 1 jam.
Ditangani Sel 27 Jan (pembersihan tali air): kembali setelah 9 hari"""
    )


async def test_the_days_rain_is_told_where_a_forecast_was_kept(desk: Desk) -> None:
    await connect(desk, BAMBU)
    day = desk.clock.now().date()
    await desk.store.put_weather([WeatherDay("31.72.02", day, Rain.HEAVY)])
    await came_and_went(desk, 6, 3)
    assert "Prakiraan hari itu: hujan lebat 1×" in await rawan(desk, ADMIN)


async def test_areas(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK, KOTA)
    none = "Tidak ada titik yang tergenang berulang dalam 12 bulan terakhir."
    assert (await rawan(desk, OFFICERS[BAMBU])).startswith(none)
    await came_and_went(desk, 6, 3)
    for who in (OFFICERS[BAMBU], OFFICERS[PRIOK], OFFICERS[KOTA], ADMIN):
        assert "TITIK RAWAN: 1 titik" in await rawan(desk, who)
    for typed in ("sungai bambu", BAMBU, PRIOK):
        assert "TITIK RAWAN: 1 titik" in await rawan(desk, OFFICERS[KOTA], typed)
    assert "Kelurahan Warakas" in (answer := await rawan(desk, OFFICERS[KOTA], "warakas"))
    assert answer.startswith(none)
    unknown = 'Tidak ada wilayah bernama "bekasi". Contoh: /rawan Sungai Bambu'
    assert await rawan(desk, OFFICERS[KOTA], "bekasi") == unknown


async def test_area_and_office_are_told_where_the_heading_does_not(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await came_and_went(desk, 6, 3)
    shown = await rawan(desk, OFFICERS[PRIOK])
    assert "1. Titik di peta, Kel. Sungai Bambu\n2×, semuanya dalam 14 hari, terakhir" in shown
    assert shown.endswith("Penanggung jawab: Kelurahan Sungai Bambu")


async def test_a_name_that_fits_several_is_asked_about(desk: Desk) -> None:
    await connect(desk, KOTA)
    await came_and_went(desk, 6, 3)
    await rawan(desk, OFFICERS[KOTA], "tanjung priok")
    assert desk.shown(OFFICERS[KOTA]) == "Wilayah yang mana?"
    await desk.press(OFFICERS[KOTA], "Kec. Tanjung Priok")
    await work(desk)
    assert "TITIK RAWAN: 1 titik" in desk.shown(OFFICERS[KOTA])


async def test_in_a_units_group_it_is_that_units(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await came_and_went(desk, 6, 3)
    await in_group(desk, ADMIN, "/rawan@genangan_bot", GROUPS[BAMBU])
    await work(desk)
    assert "TITIK RAWAN: 1 titik, 12 bulan terakhir\nKelurahan Sungai Bambu" in desk.shown(GROUPS[BAMBU])


async def test_residents_are_refused_by_old_buttons_too(desk: Desk) -> None:
    assert (await rawan(desk, ANI)).startswith("Perintah ini untuk petugas.")
    assert await tap_data(desk, ANI, "rawan:-:1") == desk.texts.plain("work.no_officer", {}, "id")


async def test_many_come_in_pages_that_take_each_others_place(desk: Desk) -> None:
    await connect(desk, BAMBU)
    for n in range(10):
        await came_and_went(desk, 2, 2, north_m=300.0 * (n - 5), east_m=5)
    await rawan(desk, ADMIN)
    assert "10 titik, 12 bulan terakhir, halaman 1 dari 2" in desk.shown(ADMIN)
    messages = len(desk.chats[ADMIN])
    await tap(desk, ADMIN, "Berikutnya")
    await work(desk)
    assert "halaman 2 dari 2" in desk.shown(ADMIN)
    assert "\n7. " in desk.shown(ADMIN)
    assert len(desk.chats[ADMIN]) == messages


# -- the card ---------------------------------------------------------------------------------------------------------


async def test_a_card_tells_what_its_spot_has_seen(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await came_and_went(desk, 6)
    await water(desk, depth="Paha")
    desk.clock.move(hours=2)
    await handled(desk, Said(words="Got dikeruk sampai ke ujung.", photo="f", photo_unique="u"))
    desk.clock.move(days=20)
    await water(desk, north_m=20)
    card = words(desk, cards(desk, GROUPS[BAMBU])[-1])
    assert "Tergenang di sini 3× dalam 12 bulan, sebelumnya Sab 24 Jan, paling dalam ±70 cm" in card
    assert "Ditangani Sab 24 Jan (Got dikeruk sampai ke ujung): kembali setelah 20 hari" in card


async def test_the_first_water_at_a_spot_has_no_past(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await came_and_went(desk, 6, north_m=120)
    await water(desk)
    assert "Tergenang di sini" not in words(desk, cards(desk, GROUPS[BAMBU])[-1])


async def test_counts_fall_when_cases_are_merged_and_rise_when_they_are_split(desk: Desk) -> None:
    """Two corners with a past each; today's two cases are found to be one water, and are not after all."""
    await connect(desk, BAMBU)
    await came_and_went(desk, 6)
    await came_and_went(desk, 6, north_m=150)
    for who in (ANI, BUDI, CICI):
        await water(desk, who)
    await water(desk, DEWI, north_m=150)
    there, here = sorted(
        (each for each in await desk.incidents() if each.state.is_open), key=lambda each: each.reporters
    )
    assert [spot.times for spot in await found(desk)] == [2, 2]
    await desk.text(ADMIN, f"/gabung {here.number} {there.number}")
    await desk.press(ADMIN, "Ya, gabungkan")
    (spot,) = await found(desk)
    assert (spot.times, spot.number) == (2, here.number)
    await desk.press(ADMIN, "Batalkan penggabungan")
    assert [spot.times for spot in await found(desk)] == [2, 2]
    await desk.text(OFFICERS[BAMBU], f"/genangan {there.number}")
    assert "Tergenang di sini 2× dalam 12 bulan" in desk.shown(OFFICERS[BAMBU])


async def test_a_card_counts_what_the_batch_has_changed_by_now(desk: Desk) -> None:
    """The database is behind the batch: what has just been found to be no water is no past any more."""
    await connect(desk, BAMBU)
    await came_and_went(desk, 3)
    (before,) = await desk.incidents()
    await water(desk)
    (now,) = [each for each in await desk.incidents() if each.state.is_open]

    def look(_: Context, batch: Batch) -> None:
        batch.require(Wanted(past=cells_near(now.lat, now.lon, PAST_RING)))
        lines, _earlier = past_of_spot(batch, batch.incident(now.id))
        assert len(lines) == 1
        batch.put_quietly(replace(batch.incident(before.id), state=IncidentState.NOT_FOUND))
        assert past_of_spot(batch, batch.incident(now.id)) == ([], [])

    await do(desk, look)
