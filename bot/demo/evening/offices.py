"""The offices of that evening: who takes up what, hands on once, misses a clock, and closes with a photo."""

from __future__ import annotations

from collections.abc import Sequence

from bot.demo.evening.spots import GAYA_MOTOR, SAHARI
from bot.demo.officers import Officer
from bot.demo.residents import Resident
from bot.demo.world import DemoWorld

SUNGAI_BAMBU = "Kelurahan Sungai Bambu"
PRIOK = "Satpel SDA Kec. Tanjung Priok"
SUDIN = "Sudin SDA Jakarta Utara"


def offices(world: DemoWorld) -> Sequence[Resident]:
    """The officers, each in the group of their unit; the other units are not connected yet."""
    bambang = world.api.user("Bambang")
    dedi = world.api.user("Dedi")
    hotma = world.api.user("Hotma")
    rooms = {
        SUNGAI_BAMBU: world.api.group("Kelurahan Sungai Bambu", [bambang], bot=None),
        PRIOK: world.api.group("Satpel SDA Tanjung Priok", [dedi], bot=None),
        SUDIN: world.api.group("Piket Sudin SDA", [hotma], bot=None),
    }
    world.office = rooms[PRIOK]
    return [
        Resident(world, "Petugas", admin, person=world.officer),
        Officer(world, "Bambang", bambang_of_the_kelurahan, rooms[SUNGAI_BAMBU], SUNGAI_BAMBU, person=bambang),
        Officer(world, "Dedi", dedi_of_the_kecamatan, rooms[PRIOK], PRIOK, person=dedi),
        Officer(world, "Hotma", hotma_of_the_sudin, rooms[SUDIN], SUDIN, person=hotma),
    ]


async def admin(r: Resident) -> None:
    """Connects the offices before the rain, and looks at the figures while it rains."""
    await r.at(17, 31, within_s=5)
    r.types("/undang semua")
    await r.at(21, 0)
    r.types("/rekap")
    await r.reads()
    r.types("/statistik")


async def bambang_of_the_kelurahan(o: Officer) -> None:
    """Takes the puddle of Jl. Gaya Motor up, sees that it comes from the channel, and hands it on."""
    await o.connects()
    await o.at(18, 24)
    await o.works_on(GAYA_MOTOR, "card_button.take")
    await o.at(18, 31)
    await o.works_on(GAYA_MOTOR, "card_button.way")
    await o.at(18, 52)
    await o.works_on(GAYA_MOTOR, "card_button.site")
    await o.works_on(GAYA_MOTOR, "card_button.follow", "quick.inlet")
    await o.at(19, 34)
    await o.works_on(GAYA_MOTOR, "card_button.more", "card_button.hand")
    await o.picks(GAYA_MOTOR, PRIOK, "reason.channel")


async def dedi_of_the_kecamatan(o: Officer) -> None:
    """Accepts it, brings a pump, and closes it in the morning with a photo. What nobody took up comes to him, too."""
    await o.connects()
    await o.at(19, 41)
    await o.works_on(GAYA_MOTOR, "card_button.accept")
    await o.at(20, 5)
    await o.works_on(GAYA_MOTOR, "card_button.way")
    await o.at(20, 34)
    await o.works_on(GAYA_MOTOR, "card_button.site")
    await o.works_on(GAYA_MOTOR, "card_button.follow", "quick.pump")
    await o.at(4, 58)
    await o.works_on(GAYA_MOTOR, "card_button.close")
    await o.opens(GAYA_MOTOR, "outcome.handled")
    o.types("Surut. Pompa apung dua unit, tali air dibersihkan.")
    await o.reads()
    o.photographs(0)
    await o.reads()


async def hotma_of_the_sudin(o: Officer) -> None:
    """Has what no connected office is nearer to: takes up some of it, in time or not."""
    await o.connects()
    await o.at(18, 20)
    await o.works_on(SAHARI, "card_button.take")
    await o.at(18, 50)
    await o.works_on(SAHARI, "card_button.follow", "quick.pump")
