"""A rainy evening in Jakarta Utara, Sunday 18 January 2026, and the morning after: who lives through it, and how.

Places, depths and causes are those of real puddles of that week and of other wet days (reports of BPBD DKI Jakarta
and of the press); the points are approximate. The people are made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.demo.residents import Resident, Spot
from bot.demo.rows import WIB
from bot.demo.world import DemoWorld

START = datetime(2026, 1, 18, 17, 30, tzinfo=WIB)
MORNING = datetime(2026, 1, 19, 6, 0, tzinfo=WIB)
"""When the digest is posted."""

END = datetime(2026, 1, 19, 6, 15, tzinfo=WIB)

SAHARI = Spot("Jl. Gunung Sahari, depan Lantamal", -6.1310, 106.8325)
GAYA_MOTOR = Spot("Jl. Gaya Motor 2", -6.1330, 106.8840)
YOS_SUDARSO = Spot("Jl. Yos Sudarso Raya", -6.1283, 106.8915)
BOULEVARD = Spot("Jl. Boulevard Barat", -6.1545, 106.8965)
MUARA_BARU = Spot("Jl. Muara Baru", -6.1130, 106.8010)
SEPATAN = Spot("Jl. Kampung Sepatan", -6.1450, 106.9560)
CAKUNG_CILINCING = Spot("Jl. Cakung Cilincing Raya", -6.1440, 106.9250)
LESTARI = Spot("Jl. Lestari 8 RT 02/10", -6.1480, 106.9290)
MANGGA = Spot("Jl. Mangga", -6.1215, 106.9110)
MARTADINATA = Spot("Jl. RE Martadinata, dekat JIS", -6.1235, 106.8640)
WARAKAS = Spot("Jl. Warakas 6", -6.1220, 106.8770)
PULO_GADUNG = Spot("Terminal Pulo Gadung", -6.1870, 106.9050)
BEKASI = Spot("Stasiun Bekasi", -6.2380, 106.9990)

HEROINE = "Siti"
"""Whose conversation is told on the terminal."""

SUNGAI_BAMBU = {"area": {"kelurahan": "Sungai Bambu"}}


# -- Jl. Gunung Sahari: rain, half a metre, gone before midnight ------------------------------------------------------


async def agus(r: Resident) -> None:
    """First of all: the whole way, then news of it."""
    await r.at(17, 38)
    await r.starts()
    await r.reports(SAHARI, "calf")
    r.types("Jl. Gunung Sahari, depan Lantamal")
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
    r.photographs(50)
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


# -- Jl. Boulevard Barat: 30 to 40 cm, and a second puddle in a lane beside it ----------------------------------------


async def kevin(r: Resident) -> None:
    """Speaks English."""
    await r.at(18, 12)
    await r.starts()
    r.shares(BOULEVARD)
    await r.reads()
    r.types("about 40 cm", "knee deep")
    await r.reads()
    await r.presses("button.nobody")
    await r.at(0, 12)
    await r.presses("button.gone")


async def melissa(r: Resident) -> None:
    """A street's name comes with it."""
    await r.at(18, 22)
    await r.reports(BOULEVARD, "calf")
    r.types("Jl. Boulevard Barat, dekat halte")
    await r.reads()
    r.photographs(35)
    await r.at(0, 27)
    await r.presses("button.gone")


async def yanti(r: Resident) -> None:
    """The same place twice: her report is renewed."""
    await r.at(18, 33)
    await r.reports(BOULEVARD, "calf", accuracy_m=8)
    await r.at(20, 40)
    await r.reports(BOULEVARD, "calf", accuracy_m=8)
    r.photographs(30)


async def putri(r: Resident) -> None:
    """Blocks the bot after reporting."""
    await r.at(18, 46)
    await r.reports(BOULEVARD, "calf")
    await r.at(18, 50)
    r.person.block()


async def tono(r: Resident) -> None:
    """Some way off, with a poor position: where the bot is unsure and asks, it is the same water."""
    await r.at(18, 55)
    r.person.send_location(*BOULEVARD.at(75, 40), horizontal_accuracy=65)
    await r.answers("depth_button.calf")
    await r.reads()
    await r.answers_offer(same=True)


async def hendrik(r: Resident) -> None:
    """In a lane near by: other water, and he says so."""
    await r.at(19, 28)
    r.person.send_location(*BOULEVARD.at(-30, 48), horizontal_accuracy=12)
    await r.answers("depth_button.knee")
    await r.reads()
    await r.answers_offer(same=False)
    r.types("Gang Kelapa Lilin 3")


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


# -- Jl. Kampung Sepatan: half a metre, still there in the morning ----------------------------------------------------


async def slamet(r: Resident) -> None:
    """Reports, and looks how it stands in the morning."""
    await r.at(18, 18)
    await r.starts()
    await r.reports(SEPATAN, "knee")
    r.types("Jl. Kampung Sepatan, depan musala")
    await r.reads()
    r.photographs(50)
    await r.reads()
    await r.presses("button.nobody")
    await r.reads()
    await r.presses("button.more")
    await r.answers("button.cause")
    await r.answers("cause_button.rain")
    await r.at(5, 24)
    await r.answers("button.still")
    await r.at(5, 40)
    r.types("/status")


async def ratna(r: Resident) -> None:
    """A link to a map."""
    await r.at(18, 47)
    lat, lon = SEPATAN.at(14, -8)
    r.types(f"https://www.google.com/maps?q={lat:.6f},{lon:.6f}")
    await r.answers("depth_button.knee")
    await r.reads()
    r.photographs(50)


async def hasan(r: Resident) -> None:
    """A sticker, then a voice message, then what is needed."""
    await r.at(19, 38)
    r.person.send_sticker("😱")
    await r.reads()
    r.person.send_voice(7)
    await r.reads()
    await r.reports(SEPATAN, "knee")


# -- Jl. Cakung Cilincing Raya: 30 cm among lorries -------------------------------------------------------------------


async def eko(r: Resident) -> None:
    """Drives a lorry."""
    await r.at(18, 34)
    await r.reports(CAKUNG_CILINCING, "calf")
    await r.presses("button.passing")


async def supri(r: Resident) -> None:
    """A plus code."""
    await r.at(18, 50)
    r.types("6P58VW4G+C2")
    await r.answers("depth_button.calf")
    await r.reads()
    r.types("Jl. Cakung Cilincing Raya, depan SPBU")
    await r.at(22, 6)
    await r.presses("button.gone")


async def joni(r: Resident) -> None:
    """The depth stands in the caption of his photo."""
    await r.at(19, 10)
    r.photographs(30, caption="30 cm, truk masih bisa lewat")
    await r.reads()
    r.shares(CAKUNG_CILINCING)
    await r.at(22, 21)
    await r.presses("button.gone")


# -- Jl. Lestari 8: Kali Cakung comes over its banks late, and rises --------------------------------------------------


async def mulyani(r: Resident) -> None:
    """Types centimetres; the river rises all night."""
    await r.at(21, 10)
    r.shares(LESTARI)
    await r.reads()
    r.types("20 cm")
    await r.reads()
    r.types("Jl. Lestari 8 RT 02/10")
    await r.reads()
    await r.presses("button.more")
    await r.answers("button.cause")
    await r.answers("cause_button.river")
    await r.at(23, 2)
    r.types("sekarang 60 cm", "naik jadi 60 cm")
    await r.at(5, 26)
    await r.presses("button.rising")
    await r.answers("depth_button.thigh")


async def iwan(r: Resident) -> None:
    """Rising."""
    await r.at(22, 5)
    await r.reports(LESTARI, "calf")
    r.photographs(35, caption="dari arah kali")
    await r.at(23, 14)
    await r.presses("button.rising")
    await r.answers("depth_button.knee")


async def bambang(r: Resident) -> None:
    """Early in the morning."""
    await r.at(4, 42)
    await r.starts()
    await r.reports(LESTARI, "knee")
    r.photographs(55)


# -- elsewhere --------------------------------------------------------------------------------------------------------


async def endang(r: Resident) -> None:
    """Sends the location and puts the phone away: reminded once, and filed without depth."""
    await r.at(19, 8)
    r.shares(MANGGA)


async def taufik(r: Resident) -> None:
    """Rob: the sea comes in the morning."""
    await r.at(5, 8)
    r.shares(MARTADINATA)
    await r.reads()
    r.types("5 cm")
    await r.reads()
    r.types("Jl. RE Martadinata, dekat JIS")
    await r.reads()
    r.photographs(6)
    await r.reads()
    await r.presses("button.more")
    await r.answers("button.cause")
    await r.answers("cause_button.tide")


async def yuni(r: Resident) -> None:
    """And rises."""
    await r.at(5, 37)
    r.shares(MARTADINATA)
    await r.reads()
    r.types("sudah 10 cm")
    await r.reads()
    await r.presses("button.motorcycle")


async def gunawan(r: Resident) -> None:
    """Head of an RW: what makes the puddles."""
    await r.at(19, 46)
    await r.starts()
    await r.presses("button.drain")
    await r.reads()
    r.shares(WARAKAS, accuracy_m=8)
    await r.answers("fault_button.inlet")
    await r.reads()
    r.photographs(8)
    await r.reads()
    r.types("Jl. Warakas 6, depan nomor 12")


async def sri(r: Resident) -> None:
    """The same inlet."""
    await r.at(20, 14)
    await r.starts("saluran")
    r.shares(WARAKAS, accuracy_m=10)
    await r.answers("fault_button.channel")
    await r.reads()
    r.photographs(8, caption="penuh sampah")


async def rizky(r: Resident) -> None:
    """Outside of Jakarta."""
    await r.at(18, 8)
    await r.starts()
    r.shares(BEKASI)
    await r.reads()
    r.types("oh, cuma Jakarta Utara ya")


async def tia(r: Resident) -> None:
    """In another part of Jakarta."""
    await r.at(19, 18)
    r.shares(PULO_GADUNG)


async def anton(r: Resident) -> None:
    """Thinks better of it."""
    await r.at(18, 28)
    await r.starts()
    r.shares(MANGGA)
    await r.reads()
    r.types("/batal")


async def wulan(r: Resident) -> None:
    """Wants to know first what is kept, and in English."""
    await r.at(20, 3)
    await r.starts()
    r.types("/privasi")
    await r.reads()
    r.types("/bahasa")
    await r.answers("button.english")
    r.language = "en"
    await r.reads()
    r.types("/status")


async def officer(r: Resident) -> None:
    """Looks at the figures while it rains."""
    await r.at(21, 0)
    r.types("/rekap")
    await r.reads()
    r.types("/statistik")


SCRIPTS = {
    "Agus": agus,
    "Dewi": dewi,
    "Rudi": rudi,
    "Budi": budi,
    "Maya": maya,
    "Siti": siti,
    "Joko": joko,
    "Rina": rina,
    "Wahyu": wahyu,
    "Lina": lina,
    "Fajar": fajar,
    "Bayu": bayu,
    "Fitri": fitri,
    "Doni": doni,
    "Kevin": kevin,
    "Melissa": melissa,
    "Yanti": yanti,
    "Putri": putri,
    "Tono": tono,
    "Hendrik": hendrik,
    "Nurul": nurul,
    "Asep": asep,
    "Nia": nia,
    "Ujang": ujang,
    "Slamet": slamet,
    "Ratna": ratna,
    "Hasan": hasan,
    "Eko": eko,
    "Supri": supri,
    "Joni": joni,
    "Mulyani": mulyani,
    "Iwan": iwan,
    "Bambang": bambang,
    "Endang": endang,
    "Taufik": taufik,
    "Yuni": yuni,
    "Gunawan": gunawan,
    "Sri": sri,
    "Rizky": rizky,
    "Tia": tia,
    "Anton": anton,
    "Wulan": wulan,
}

SPEAK_ENGLISH = {"Kevin"}


def cast(world: DemoWorld) -> Sequence[Resident]:
    """The people of this evening, and the group of an RW with the bot in it."""
    people = [
        Resident(world, name, script, language="en" if name in SPEAK_ENGLISH else "id")
        for name, script in SCRIPTS.items()
    ]

    async def tini(r: Resident) -> None:
        """Asks in the group, where the bot only answers commands."""
        here = r.person.at(group)
        await r.at(20, 21)
        here.send_text("air di depan gang naik lagi nih")
        await r.pause()
        here.send_text(f"/lapor@{world.bot_username}")

    people.append(Resident(world, "Tini", tini))
    neighbours = [each.person for each in people if each.name in ("Gunawan", "Sri", "Tini")]
    group = world.api.group("Warga RW 07 Warakas", neighbours)
    people.append(Resident(world, "Petugas", officer, person=world.officer))
    return people
