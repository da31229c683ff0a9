"""/status: the list with owner and state, and the whole road of one report."""

from __future__ import annotations

from datetime import datetime

from bot.domain.handling import Reason, Step
from bot.domain.lifecycle import Actor
from bot.domain.models import IncidentState
from bot.services import casework, handing
from bot.services.casework import Said
from tests.helpers.casework import connect, do, hand_on, only_incident, words
from tests.helpers.desk import Desk
from tests.helpers.small_city import BAMBU, KOTA, PRIOK
from tests.services.test_receipts import close, in_the_morning, stored, take_up
from tests.services.test_reporting import ANI, BUDI, CICI, NEAR, report


async def road(desk: Desk, who: int, language: str = "id") -> str:
    """What /status with their number answers."""
    number = (await stored(desk, who)).number
    await desk.text(who, f"/status {number}")
    say = [say for _, say in sorted(desk.chats[who].items()) if say.text == "status.road"][-1]
    return desk.texts.plain(say.text, say.values, language, desk.clock.now())


async def follow_up(desk: Desk, office: Actor, at: datetime, said: Said) -> None:
    incident = await only_incident(desk)
    await do(desk, lambda ctx, batch: casework.follow_up(ctx, batch, office, batch.incident(incident.id), at, said))


async def test_the_list_names_owner_and_progress(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await desk.text(ANI, "/status")
    text = desk.shown(ANI)
    assert "Menunggu" in text
    assert "Penanggung jawab: Kelurahan Sungai Bambu" in text
    assert "Batas ditanggapi: " in text
    await take_up(desk, office)
    await desk.text(ANI, "/status")
    assert "Proses" in desk.shown(ANI)
    assert "Ditangani sejak 08.42." in desk.shown(ANI)
    await close(desk, office)
    await desk.text(ANI, "/status")
    text = desk.shown(ANI)
    assert "Selesai, ditangani, 08.42" in text
    assert "Penanggung jawab" not in text


async def test_the_road_says_who_when_why_and_what_comes_next(desk: Desk) -> None:
    desk.clock.at = desk.clock.at.replace(hour=8, minute=0)
    offices = await connect(desk, BAMBU, PRIOK, KOTA)
    await report(desk, ANI)
    await report(desk, BUDI, NEAR)
    await report(desk, CICI, NEAR)
    assert "Belum ditanggapi sampai 09.00? Laporan naik ke Satpel SDA Kec. Tanjung Priok." in await road(desk, ANI)
    incident = await only_incident(desk)
    desk.clock.move(minutes=10)
    await hand_on(desk, offices[BAMBU], PRIOK)
    accepted_at = desk.clock.move(minutes=5)
    await do(
        desk,
        lambda ctx, batch: handing.accept(ctx, batch, offices[PRIOK], batch.incident(incident.id), accepted_at),
    )
    on_the_way = desk.clock.move(minutes=5)
    await do(
        desk,
        lambda ctx, batch: casework.step(
            ctx, batch, offices[PRIOK], batch.incident(incident.id), on_the_way, Step.ON_THE_WAY
        ),
    )
    done = desk.clock.move(minutes=20)
    for said in (Said(words="pompa <2 unit>"), Said(quick="inlet"), Said(photo="f", photo_unique="w")):
        await follow_up(desk, offices[PRIOK], done, said)
    await close(desk, offices[PRIOK])
    lines = (await road(desk, ANI)).split("\n")
    assert lines[0] == f"Perjalanan laporan {(await stored(desk, ANI)).number}"
    assert lines[3:] == [
        "08.00 · dilaporkan warga",
        "08.00 · 2 warga lain ikut melapor",
        "08.10 · Kelurahan Sungai Bambu mengajukan ke Satpel SDA Kec. Tanjung Priok: saluran PHB",
        "08.15 · dialihkan: Satpel SDA Kec. Tanjung Priok menerima",
        "08.20 · petugas menuju lokasi",
        "08.40 · Satpel SDA Kec. Tanjung Priok: pompa <2 unit>",
        "08.40 · Satpel SDA Kec. Tanjung Priok: pembersihan tali air",
        "08.40 · Satpel SDA Kec. Tanjung Priok: foto dari lokasi",
        "08.40 · Satpel SDA Kec. Tanjung Priok: Selesai, ditangani (tali air dibersihkan)",
        "",
        "Ternyata belum selesai? Tekan tombol di bawah sebelum 11.40.",
    ]
    assert desk.says(ANI)[-1] == "receipt.handled"  # with the button, below
    assert "Budi" not in "".join(lines)
    assert "the road" in (await road(desk, ANI, "en")).lower()


async def test_a_refusal_and_a_missed_clock_are_told_with_their_reason(desk: Desk) -> None:
    desk.clock.at = desk.clock.at.replace(hour=8, minute=0)
    offices = await connect(desk, BAMBU, PRIOK, KOTA)
    await report(desk, ANI)
    incident, now = await only_incident(desk), desk.clock.now()
    await hand_on(desk, offices[BAMBU], PRIOK, Reason.PUMP)
    await do(
        desk,
        lambda ctx, batch: handing.refuse(
            ctx,
            batch,
            offices[PRIOK],
            batch.incident(incident.id),
            now,
            Reason.WORDS,
            Said(words="pompanya milik kota"),
        ),
    )
    text = await road(desk, ANI)
    assert "Satpel SDA Kec. Tanjung Priok menolak: pompanya milik kota. Kini menetapkan siapa" in text
    assert "itangani" not in text.replace("menangani", "")


async def test_residents_words_are_steps_too(desk: Desk) -> None:
    office = await in_the_morning(desk)
    await desk.press(ANI, "Airnya naik")
    await close(desk, office)
    await desk.press(ANI, "Masih tergenang")
    text = await road(desk, ANI)
    assert "08.42 · warga: airnya naik" in text
    assert "08.42 · dibuka lagi, belum selesai menurut warga" in text


async def test_a_long_road_fits_on_the_screen(desk: Desk) -> None:
    await report(desk, ANI)
    for _ in range(20):
        desk.clock.move(minutes=2)
        await desk.press(ANI, "Airnya naik")
        await desk.press(ANI, "Kembali")
    text = await road(desk, ANI)
    assert "… 6 langkah lain …" in text
    assert text.count("airnya naik") == 14
    assert "19.42 · dilaporkan warga" in text


async def test_the_road_of_somebody_else_is_not_shown(desk: Desk) -> None:
    await report(desk, ANI)
    number = (await stored(desk, ANI)).number
    await desk.text(BUDI, f"/status {number}")
    assert desk.says(BUDI) == ["status.not_yours"]


async def test_what_residents_ended_says_so(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.press(ANI, "Sudah surut")
    text = await road(desk, ANI)
    assert "19.42 · ditutup: surut menurut warga" in text
    assert (await only_incident(desk)).state is IncidentState.RECEDED
    assert words(desk, desk.receipt(ANI)).startswith("✅")
