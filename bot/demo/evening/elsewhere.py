"""The sea in the morning, a blocked inlet, and people whose report comes to nothing."""

from __future__ import annotations

from bot.demo.evening.spots import BEKASI, MANGGA, MARTADINATA, PULO_GADUNG, WARAKAS
from bot.demo.residents import Resident


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
    r.types(MARTADINATA.name)
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


SCRIPTS = (endang, taufik, yuni, gunawan, sri, rizky, tia, anton, wulan)
