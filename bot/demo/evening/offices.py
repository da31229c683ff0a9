"""The offices of that evening: who takes up what, hands on once, misses a clock, and closes with a photo."""

from __future__ import annotations

from collections.abc import Sequence

from bot.demo.evening.spots import (
    BOULEVARD,
    CAKUNG_CILINCING,
    GAYA_MOTOR,
    LESTARI,
    MUARA_BARU,
    SAHARI,
    SEPATAN,
    WARAKAS,
)
from bot.demo.officers import Officer
from bot.demo.residents import Resident
from bot.demo.world import DemoWorld

SUNGAI_BAMBU = "Kelurahan Sungai Bambu"
PENJARINGAN = "Kelurahan Penjaringan"
PRIOK = "Satpel SDA Kec. Tanjung Priok"
SUDIN = "Sudin SDA Jakarta Utara"
BBWS = "BBWS Ciliwung Cisadane"

TOWN_HALL = "depan kantor walikota"
"""What a resident without a location called the place."""

BY_THE_BUS_STOP = "Halte Walikota"
LANE = "Gang Kelapa Lilin 3"


def offices(world: DemoWorld) -> Sequence[Resident]:
    """The officers, each in the group of their unit, with the visitor in it; other units are not connected yet."""
    working = [
        (SUNGAI_BAMBU, "Kelurahan Sungai Bambu", "Bambang", bambang_of_the_kelurahan),
        (PRIOK, "Satpel Tanjung Priok", "Dedi", dedi_of_the_kecamatan),
        (PENJARINGAN, "Kelurahan Penjaringan", "Rahma", rahma_of_the_other_kelurahan),
        (SUDIN, "Piket Sudin SDA", "Hotma", hotma_of_the_sudin),
    ]
    officers = []
    for unit, title, name, script in working:
        person = world.api.user(name)
        room = world.api.group(title, [person, world.you], bot=None)
        officers.append(Officer(world, name, script, room, unit, person=person))
    world.offices, world.case = [officer.room for officer in officers], GAYA_MOTOR.name
    return [Resident(world, "Petugas", admin, person=world.officer), *officers]


async def admin(r: Resident) -> None:
    """Connects the offices before the rain, and looks at the figures while it rains."""
    await r.at(17, 31, within_s=5)
    r.types("/undang semua")
    await r.at(21, 0)
    r.types("/rekap")
    await r.reads()
    r.types("/statistik")


async def bambang_of_the_kelurahan(o: Officer) -> None:
    """Takes Jl. Gaya Motor up, sees that it comes from the channel, and hands it on. One case he overlooks."""
    await o.connects()
    await o.at(18, 24)
    await o.works_on(GAYA_MOTOR.name, "card_button.take")
    await o.at(18, 31)
    await o.works_on(GAYA_MOTOR.name, "card_button.way")
    await o.at(18, 52)
    await o.works_on(GAYA_MOTOR.name, "card_button.site")
    await o.works_on(GAYA_MOTOR.name, "card_button.follow", "quick.inlet")
    await o.at(19, 6)
    await o.works_on(BY_THE_BUS_STOP, "card_button.take")
    await o.at(19, 34)
    await o.works_on(GAYA_MOTOR.name, "card_button.more", "card_button.hand")
    await o.picks(GAYA_MOTOR.name, PRIOK)
    await o.works_on(GAYA_MOTOR.name, "reason.channel")
    await o.at(20, 2)
    await o.works_on(BY_THE_BUS_STOP, "card_button.way", "card_button.site", "card_button.follow", "quick.inlet")


async def dedi_of_the_kecamatan(o: Officer) -> None:
    """Accepts Jl. Gaya Motor, brings a pump, and closes it with a photo. What nobody took up comes to him, too."""
    await o.connects()
    await o.starts()
    await o.at(19, 41)
    await o.works_on(GAYA_MOTOR.name, "card_button.accept")
    await o.works_on(TOWN_HALL, "card_button.take")
    await o.at(20, 5)
    await o.works_on(GAYA_MOTOR.name, "card_button.way")
    await o.at(20, 34)
    await o.works_on(GAYA_MOTOR.name, "card_button.site")
    await o.works_on(GAYA_MOTOR.name, "card_button.follow", "quick.pump")
    await o.works_on(GAYA_MOTOR.name, "card_button.more", "card_button.photos")
    await o.answers("errand_button.release")
    await o.at(20, 58)
    await o.works_on(WARAKAS.name, "card_button.take")
    await o.at(21, 24)
    await o.closes(TOWN_HALL, "not_found", "Depan kantor walikota sampai halte sudah dicek, jalan kering.", 0)
    await o.at(1, 10)
    await o.closes(GAYA_MOTOR.name, "handled", "pompa apung 2 unit, tali air dibersihkan", 0)


async def rahma_of_the_other_kelurahan(o: Officer) -> None:
    """Helps the Sudin at Jl. Muara Baru."""
    await o.connects()
    await o.at(19, 55)
    await o.works_on(MUARA_BARU.name, "card_button.follow", "quick.sandbags")


async def hotma_of_the_sudin(o: Officer) -> None:
    """Answers for all that no connected office is nearer to; some of it stays undone."""
    await o.connects()
    await o.at(18, 20)
    await o.works_on(SAHARI.name, "card_button.take")
    await o.at(18, 41)
    await o.works_on(BOULEVARD.name, "card_button.take")
    await o.at(18, 50)
    await o.works_on(SAHARI.name, "card_button.follow", "quick.pump")
    await o.at(19, 2)
    await o.works_on(SEPATAN.name, "card_button.take")
    await o.works_on(MUARA_BARU.name, "card_button.take")
    await o.works_on(CAKUNG_CILINCING.name, "card_button.take")
    await o.at(19, 31)
    await o.works_on(MUARA_BARU.name, "card_button.more", "card_button.coord")
    await o.picks(MUARA_BARU.name, PENJARINGAN)
    await o.at(20, 12)
    await o.works_on(MUARA_BARU.name, "card_button.way", "card_button.follow", "quick.pump")
    await o.works_on(LANE, "card_button.take")
    await o.at(20, 46)
    await o.works_on(SEPATAN.name, "card_button.way", "card_button.site", "card_button.follow", "quick.suction")
    await o.at(21, 38)
    await o.works_on(LESTARI.name, "card_button.take", "card_button.more", "card_button.outside")
    await o.opens(LESTARI.name, BBWS)
    o.types("412/SDA/2026, 20/1")
    await o.reads()
    await o.at(22, 40)
    await o.closes(LANE, "receded", "Gang sudah kering, air turun sendiri.", 0)
    await o.at(23, 54)
    await o.claims(SAHARI.name, "Pompa apung 1 unit dan pengurasan tali air sampai surut.")
