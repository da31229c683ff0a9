"""The evening: what its people, the channel and the officers see."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

import pytest

from bot.demo import evening as script
from bot.demo.botapi import Shown
from bot.demo.botapi.shown import show
from bot.demo.evening import spots
from bot.demo.residents import Resident
from bot.demo.rows import WIB
from bot.demo.world import DemoWorld, Known
from bot.domain.models import IncidentState, Kind
from bot.geo.areas import AreaIndex

KELURAHAN = {
    spots.SAHARI: "Pademangan Barat",
    spots.GAYA_MOTOR: "Sungai Bambu",
    spots.YOS_SUDARSO: "Sungai Bambu",
    spots.BOULEVARD: "Kelapa Gading Barat",
    spots.MUARA_BARU: "Penjaringan",
    spots.SEPATAN: "Rorotan",
    spots.CAKUNG_CILINCING: "Sukapura",
    spots.LESTARI: "Sukapura",
    spots.MANGGA: "Tugu Utara",
    spots.MARTADINATA: "Papanggo",
    spots.WARAKAS: "Warakas",
}


SIX = datetime(2026, 1, 19, 6, 0, tzinfo=WIB)


@dataclass(frozen=True, slots=True)
class Morning:
    """What there was to see when the evening was over."""

    chats: dict[str, list[Shown]]
    taps: dict[str, list[str]]
    group: list[Shown]
    channel: list[Shown]
    offices: dict[str, list[Shown]]
    incidents: Sequence[Known]
    unfinished: list[str]
    queues: dict[str, int]

    def texts(self, name: str) -> str:
        """All that somebody's chat shows."""
        return "\n".join(message.text for message in self.chats[name])

    def card(self, office: str, place: str) -> str:
        """The newest card of a place in an office's group."""
        return next(shown.text for shown in reversed(self.offices[office]) if shown.from_bot and place in shown.text)

    def incident(self, spot: str) -> Known:
        """The incident whose name has these words."""
        return next(known for known in self.incidents if spot in (known.incident.name or ""))


async def live_through() -> Morning:
    """The evening with seed 1."""
    async with DemoWorld(script.cast, script.START, before=script.before, seed=1) as world:
        await world.run_until(script.END)
        people = [each for each in world.residents if isinstance(each, Resident)]
        offices = {room.id for room in world.offices}
        groups = [chat for chat in world.api.world.chats.values() if chat.type == "group"]
        (group,) = [chat for chat in groups if chat.id not in offices]
        tini = next(each for each in people if each.name == "Tini")
        return Morning(
            chats={each.name: each.person.chat for each in people},
            taps={each.name: [words for _, words, _ in each.taps] for each in people},
            group=[show(group, message, tini.person.id) for message in group.messages.values()],
            channel=world.channel.chat,
            offices={room.title: room.chat for room in world.offices},
            incidents=await world.incidents(),
            unfinished=world.unfinished + world.failed,
            queues=dict(await world.store.queues(world.clock.now())),
        )


@pytest.fixture(scope="module")
def morning() -> Morning:
    """The evening, lived through once for all tests here."""
    return asyncio.run(live_through())


def test_spots_lie_in_their_kelurahan() -> None:
    areas = AreaIndex.from_reference_points(("31.72",))
    for spot, kelurahan in KELURAHAN.items():
        located = areas.locate(spot.lat, spot.lon)
        assert located.area is not None, spot
        assert (located.area.kelurahan, located.served) == (kelurahan, True), spot


def test_about_fifty_people_send_about_130_messages_and_all_get_to_their_end(morning: Morning) -> None:
    assert 40 <= len(morning.chats) <= 50
    sent = sum(message.mine for chat in morning.chats.values() for message in chat)
    assert 120 <= sent <= 145
    assert morning.unfinished == []


def test_nothing_went_wrong_behind_the_scenes(morning: Morning) -> None:
    assert (morning.queues["failed"], morning.queues["dead"], morning.queues["inbox"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "kelurahan", "reporters", "state"),
    [
        ("Gunung Sahari", "Pademangan Barat", 5, IncidentState.HANDLED),
        ("Gaya Motor 2", "Sungai Bambu", 6, IncidentState.HANDLED),
        ("Halte Walikota", "Sungai Bambu", 2, IncidentState.RECEDED),
        ("Boulevard Barat", "Kelapa Gading Barat", 5, IncidentState.RECEDED),
        ("kantor walikota", "Sungai Bambu", 1, IncidentState.NOT_FOUND),
        ("Gang Kelapa Lilin", "Kelapa Gading Barat", 1, IncidentState.RECEDED),
        ("Muara Baru", "Penjaringan", 4, IncidentState.COORDINATION),
        ("Kampung Sepatan", "Rorotan", 3, IncidentState.PROCESS),
        ("Cakung Cilincing", "Sukapura", 3, IncidentState.RECEDED),
        ("Lestari 8", "Sukapura", 3, IncidentState.COORDINATION),
        ("Martadinata", "Papanggo", 2, IncidentState.WAITING),
    ],
)
def test_the_reports_of_one_puddle_are_one_incident(
    morning: Morning, name: str, kelurahan: str, reporters: int, state: IncidentState
) -> None:
    known = morning.incident(name)
    assert known.area is not None
    assert (known.area.kelurahan, known.incident.reporters, known.incident.state) == (kelurahan, reporters, state)


def test_two_people_report_the_same_blocked_inlet(morning: Morning) -> None:
    (drain,) = [known.incident for known in morning.incidents if known.incident.kind is Kind.DRAIN]
    assert (drain.reporters, drain.photos) == (2, 2)


def test_the_heroine_hears_the_whole_story(morning: Morning) -> None:
    seen = morning.texts("Siti")
    assert "Kelurahan Sungai Bambu menangani, 18.24." in seen
    assert "Dialihkan ke Satpel SDA Kec. Tanjung Priok: saluran PHB." in seen
    assert re.search(r"selesai 01\.1\d, pompa apung 2 unit, tali air dibersihkan\.", seen)
    assert "sebelum dan sesudah" in seen
    asked = next(each for each in morning.chats["Siti"] if "memastikan" in each.text or "Penilaian" in each.text)
    assert asked.sent_at.astimezone(WIB).time() < time(5, 20)
    assert re.search(r"01\.1\d · Satpel SDA Kec\. Tanjung Priok: Selesai, ditangani", seen)  # the road
    assert "Jl. Gaya Motor 2, depan pos satpam" in seen
    assert "Genangan sepaha (±70 cm)" in seen  # her /status at nine
    assert morning.taps["Siti"] == [
        "📍 Kirim lokasi",
        "Lutut ±50",
        "Tidak bisa lewat",
        "Lainnya …",
        "Sebabnya",
        "Hujan",
        "Airnya naik",
        "Paha ±70",
        "Sudah surut",
        "Ya, baik",
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Rina", "sudah diperbaiki"),  # an edited message
        ("Fajar", "kurang tepat (±210 m)"),
        ("Bayu", "Telegram di komputer"),
        ("Bayu", "Titiknya tepat?"),  # nothing was found at his address
        ("Fitri", "Kel. Sungai Bambu. Terima kasih"),  # near the border
        ("Kevin", "the water is gone"),
        ("Yanti", "jadi kami perbarui"),
        ("Hendrik", "genangan lain"),
        ("Nia", "titik kosong (0, 0)"),
        ("Ujang", "112"),
        ("Hasan", "pesan suara belum bisa kami baca"),
        ("Endang", "Tinggal satu langkah"),
        ("Endang", "diterima"),  # filed without a depth after an hour
        ("Rizky", "di luar Jakarta"),
        ("Tia", "JAKI"),
        ("Anton", "Dibatalkan"),
        ("Wulan", "Data Anda"),
        ("Wulan", "You have no reports"),
        ("Petugas", "GENANGAN JAKARTA UTARA"),
        ("Petugas", "STATISTIK GENANGAN"),
    ],
)
def test_everybody_is_answered(morning: Morning, name: str, words: str) -> None:
    assert words in morning.texts(name)


def test_who_speaks_of_danger_reads_112_before_anything_else(morning: Morning) -> None:
    answer = next(message for message in morning.chats["Ujang"] if message.from_bot)
    assert "112" in answer.text.splitlines()[0]


def test_a_swapped_coordinate_is_shown_on_a_pin(morning: Morning) -> None:
    pin = next(message for message in morning.chats["Asep"] if message.venue is not None)
    assert pin.location == pytest.approx((spots.MUARA_BARU.lat, spots.MUARA_BARU.lon), abs=0.001)
    assert "diterima" in morning.texts("Asep")


def test_who_blocked_the_bot_hears_nothing_more(morning: Morning) -> None:
    assert max(message.sent_at for message in morning.chats["Putri"]).astimezone(WIB).hour == 18
    assert "surut" not in morning.texts("Putri")


def test_who_was_only_passing_by_is_not_asked_and_not_told(morning: Morning) -> None:
    for name in ("Budi", "Eko"):
        assert sum(message.from_bot for message in morning.chats[name]) == 1


def test_in_the_group_the_bot_only_answers_the_command(morning: Morning) -> None:
    (answer,) = [message for message in morning.group if message.from_bot]
    assert [button.url for button in answer.all_buttons()] == ["https://t.me/genangan_bot?start=lapor"]


def test_nobody_is_asked_anything_at_night(morning: Morning) -> None:
    asked = [
        (name, message.sent_at.astimezone(WIB).time())
        for name, chat in morning.chats.items()
        for message in chat
        if message.from_bot and "Apakah airnya sudah surut?" in message.text
    ]
    assert asked, "in the morning people are asked"
    assert all(time(5, 15) <= at < time(5, 20) for _, at in asked), asked


@pytest.mark.parametrize(
    ("office", "place", "words"),
    [
        ("Kelurahan Sungai Bambu", "Gaya Motor", "kini pada Satpel SDA Kec. Tanjung Priok"),
        ("Satpel Tanjung Priok", "Gaya Motor", "Ditangani Dedi sejak kemarin 19.41"),
        ("Satpel Tanjung Priok", "Gaya Motor", "dialihkan 1×"),
        ("Satpel Tanjung Priok", "kantor walikota", "diambil alih karena lewat batas 1×"),  # a missed clock
        ("Kelurahan Penjaringan", "Muara Baru", "Tindak lanjut kemarin 19.55: pemasangan karung pasir"),
        ("Piket Sudin SDA", "Sepatan", "mewakili Kelurahan Rorotan"),
        ("Piket Sudin SDA", "Sepatan", "lewat tenggat"),
        ("Piket Sudin SDA", "Lestari", "Surat ke BBWS Ciliwung Cisadane, nomor 412/SDA/2026"),
        ("Piket Sudin SDA", "Gunung Sahari", "Selesai, ditangani"),
    ],
)
def test_the_offices_cards_tell_how_each_case_went(morning: Morning, office: str, place: str, words: str) -> None:
    assert words in morning.card(office, place)


def test_water_that_is_very_deep_is_told_to_the_channel_at_once(morning: Morning) -> None:
    alerts = [post for post in morning.channel if post.sent_at < SIX]
    assert [("Gaya Motor" in alert.text, "Muara Baru" in alert.text) for alert in alerts] == [
        (True, False),
        (False, True),
    ]


def test_the_digest_comes_at_six_as_one_post(morning: Morning) -> None:
    picture, *texts, week, table = post = [shown for shown in morning.channel if shown.sent_at >= SIX]
    assert {shown.sent_at for shown in post} == {SIX}
    assert picture.text.startswith(
        "GENANGAN JAKARTA UTARA\nUpdate pukul 06.00 WIB, Sen 19 Jan\nMasih tergenang: 5 titik"
    )
    lines = texts[0].text.splitlines()
    assert lines[0].startswith("GENANGAN JAKARTA UTARA")
    assert lines[1:3] == ["Update pukul 06.00 WIB", "Senin, 19 Januari 2026"]
    assert picture.photo_id is not None
    assert week.photo_id is not None
    assert "Sepekan" in week.text
    assert table.document is not None
    assert table.document["file_name"] == "genangan_2026-01-19_0600.xlsx"


def test_the_digest_tells_how_the_night_was(morning: Morning) -> None:
    told = "\n".join(shown.text for shown in morning.channel if shown.sent_at >= SIX)
    titles = ("TERPARAH", "BELUM ADA KABAR LAGI (1)", "SUDAH DITANGANI (2)", "SURUT SENDIRI (4)", "PERLU PERHATIAN")
    at = [told.index(title) for title in titles]
    worst, silent, handled, receded, attention = (
        told[begin:end] for begin, end in zip(at, [*at[1:], None], strict=True)
    )
    for words in ("Muara Baru", "rob", "Lestari 8", "± 20 s.d. 70 cm, naik", "Kampung Sepatan", "lewat tenggat"):
        assert words in worst
    for words in ("mewakili Kelurahan Tugu Utara", "Martadinata"):
        assert words in silent
    for words in ("Gaya Motor 2", "oleh Satpel SDA Kec. Tanjung Priok", "Gunung Sahari"):
        assert words in handled
    for words in ("Kelapa Lilin", "TIDAK DITEMUKAN (1)"):
        assert words in receded
    for words in (
        "Lewat tenggat (3)",
        "BBWS Ciliwung Cisadane",
        "3× dalam 14 hari",
        "tali air tersumbat",
        "Penataan: 1 dari 5",
    ):
        assert words in attention
    assert not any(name in told for name in morning.chats if name not in ("Petugas",))
