"""People from Penjaringan to Tanjung Priok."""

from __future__ import annotations

from bot.demo.evening.spots import GAYA_MOTOR, MUARA_BARU, SAHARI, YOS_SUDARSO
from bot.demo.residents import Resident

SUNGAI_BAMBU = {"area": {"kelurahan": "Sungai Bambu"}}


# -- Jl. Gunung Sahari: rain, half a metre, gone before midnight ------------------------------------------------------


async def agus(r: Resident) -> None:
    """First of all: the whole way, then news of it."""
    await r.at(17, 38)
    await r.starts()
    await r.reports(SAHARI, "calf")
    r.types(SAHARI.name)
    await r.at(18, 4)
    await r.presses("button.rising")
    await r.answers("depth_button.knee")
    await r.presses("button.nobody")
    await r.at(23, 31)
    await r.presses("button.gone")


async def dewi(r: Resident) -> None:
    """A pin from the attachment menu, without ever pressing Start; a photo afterwards."""
    await r.at(17, 52)
    r.pins(SAHARI)
    await r.answers("depth_button.knee")
    await r.reads()
    r.photographs(50)
    await r.reads()
    r.types("dekat pintu masuk pelabuhan, arah Ancol")
    await r.at(23, 46)
    await r.presses("button.gone")


async def rudi(r: Resident) -> None:
    """The photo first."""
    await r.at(18, 2)
    r.photographs(45, caption="banjir depan Lantamal, motor pada mogok")
    await r.reads()
    await r.reports(SAHARI, "knee")
    r.types("ada 2 motor mogok di tengah")


async def budi(r: Resident) -> None:
    """Only passing by."""
    await r.at(18, 11)
    await r.reports(SAHARI, "knee")
    await r.presses("button.more")
    await r.answers("button.passing")


async def maya(r: Resident) -> None:
    """Words first, and the depth is in them."""
    await r.at(18, 21)
    r.types("banjir selutut di gunung sahari", "gunung sahari banjir, air se lutut")
    await r.reads()
    r.shares(SAHARI)
    await r.reads()
    r.photographs(50)


# -- Jl. Gaya Motor 2: half a metre and more, all night ---------------------------------------------------------------


async def siti(r: Resident) -> None:
    """A whole evening with one puddle."""
    await r.at(18, 6)
    await r.starts()
    await r.reports(GAYA_MOTOR, "knee", accuracy_m=9)
    r.types("Jl. Gaya Motor 2, depan pos satpam")
    await r.reads()
    r.photographs(50, street=GAYA_MOTOR.name)
    await r.reads()
    await r.presses("button.nobody")
    await r.reads()
    await r.presses("button.more")
    await r.answers("button.cause")
    await r.answers("cause_button.rain")
    await r.at(19, 22)
    await r.presses("button.rising")
    await r.answers("depth_button.thigh")
    await r.at(21, 3)
    r.types("/status")
    await r.at(22, 51)
    r.types("sudah turun, tinggal selutut")
    await r.at(5, 16)
    await r.answers("button.gone")
    await r.answers("button.rate_good")
    await r.at(5, 50)
    r.types(f"/status {r.number()}")
    await r.reads()


async def joko(r: Resident) -> None:
    """The same water a few steps on."""
    await r.at(18, 15)
    await r.starts()
    await r.reports(GAYA_MOTOR, "knee")
    r.photographs(50, caption="depan pabrik")
    await r.at(22, 44)
    r.types("sekarang selutut")
    await r.at(5, 21)
    await r.answers("button.gone")


async def rina(r: Resident) -> None:
    """Types the depth, then corrects what she typed."""
    await r.at(18, 31)
    r.shares(GAYA_MOTOR)
    await r.reads()
    r.types("kira-kira 40 cm", "kira2 40cm", "sekitar 40 cm")
    await r.reads()
    r.corrects("kira-kira 55 cm")


async def wahyu(r: Resident) -> None:
    """A live location: its first point counts."""
    await r.at(18, 41)
    r.person.send_location(*r.stands_at(GAYA_MOTOR), horizontal_accuracy=14, live_period=900)
    await r.answers("depth_button.thigh")
    for _ in range(2):
        await r.pause(30, 50)
        r.person.move_live_location(*r.stands_at(GAYA_MOTOR, spread_m=60))
    r.types("mobil sedan jangan lewat sini")


async def lina(r: Resident) -> None:
    """An album, then the location."""
    await r.at(19, 2)
    r.photographs(50, album="jalan", caption="depan pabrik")
    r.photographs(55, album="jalan")
    await r.reads()
    await r.reports(GAYA_MOTOR, "knee")


async def fajar(r: Resident) -> None:
    """His phone does not know well where it is: he moves the pin, as he is asked to."""
    await r.at(19, 41)
    r.shares(GAYA_MOTOR, accuracy_m=210)
    await r.reads()
    r.pins(GAYA_MOTOR)
    await r.answers("depth_button.thigh")


# -- Jl. Yos Sudarso: a hand's breadth, near the border of two kelurahan ----------------------------------------------


async def bayu(r: Resident) -> None:
    """At a computer, where the location button sends its label; he writes the address."""
    await r.at(18, 25)
    await r.starts()
    r.types(r.words("button.send_location"))
    await r.answers("button.write_address")
    await r.answers("button.named", name="Tanjung Priok")
    await r.answers("button.named", name="Sungai Bambu")
    await r.reads()
    r.types("Jl. Yos Sudarso, depan kantor walikota")
    await r.answers("depth_button.ankle")
    await r.reads()
    r.types("/bantuan")


async def fitri(r: Resident) -> None:
    """Near the border: she says which kelurahan it is."""
    await r.at(18, 36)
    r.shares(YOS_SUDARSO)
    await r.reads()
    r.types("20 cm")
    await r.answers_if_asked("button.area", **SUNGAI_BAMBU)
    await r.at(21, 18)
    await r.presses("button.gone")


async def doni(r: Resident) -> None:
    """A named place from the map."""
    await r.at(18, 57)
    r.person.send_venue(*YOS_SUDARSO.at(12, -9), "Halte Walikota Jakarta Utara", "Jl. Yos Sudarso")
    await r.answers("depth_button.ankle")
    await r.answers_if_asked("button.area", **SUNGAI_BAMBU)
    await r.at(21, 33)
    await r.presses("button.gone")


# -- Jl. Muara Baru: rain and high tide -------------------------------------------------------------------------------


async def nurul(r: Resident) -> None:
    """Knows the cause."""
    await r.at(18, 44)
    await r.starts()
    await r.reports(MUARA_BARU, "calf")
    r.types("Jl. Muara Baru Raya, dekat pasar ikan")
    await r.reads()
    await r.presses("button.more")
    await r.answers("button.cause")
    await r.answers("cause_button.tide")
    await r.reads()
    r.photographs(35)


async def asep(r: Resident) -> None:
    """Types coordinates, longitude first."""
    await r.at(18, 52)
    lat, lon = MUARA_BARU.at(9, 6)
    r.types(f"{lon:.5f}, {lat:.5f}")
    await r.answers("button.here")
    await r.answers("depth_button.calf")
    await r.reads()
    r.types("gang sebelah pos RW")


async def nia(r: Resident) -> None:
    """Her phone sends (0, 0) first."""
    await r.at(19, 5)
    r.person.send_location(0.0, 0.0)
    await r.reads()
    r.pins(MUARA_BARU)
    await r.answers("depth_button.calf")
    await r.reads()
    r.types("/status")


async def ujang(r: Resident) -> None:
    """Somebody is in danger; in the morning the water still stands."""
    await r.at(19, 25)
    r.types("tolong pak, ada nenek terjebak di rumah, air sepinggang")
    await r.reads()
    r.shares(MUARA_BARU)
    await r.reads()
    await r.at(19, 58)
    r.types("nenek sudah dijemput pemadam, terima kasih")
    await r.at(5, 31)
    await r.answers("button.still")


SCRIPTS = (
    *(agus, dewi, rudi, budi, maya),
    *(siti, joko, rina, wahyu, lina, fajar),
    *(bayu, fitri, doni),
    *(nurul, asep, nia, ujang),
)
