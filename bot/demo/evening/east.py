"""People in Kelapa Gading and Cilincing."""

from __future__ import annotations

from bot.demo.evening.spots import BOULEVARD, CAKUNG_CILINCING, LESTARI, SEPATAN
from bot.demo.residents import Resident

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
    r.types(LESTARI.name)
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


SCRIPTS = (kevin, melissa, yanti, putri, tono, hendrik, slamet, ratna, hasan, eko, supri, joni, mulyani, iwan, bambang)
