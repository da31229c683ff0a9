"""/rekap and /statistik: what an officer gets to read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.events import WorkDone
from bot.domain.handling import Handling, Level
from bot.domain.models import IncidentState, Kind, Say
from bot.domain.outgoing import Outgoing
from bot.domain.records import Changes, Counters, WorkRow
from bot.domain.units import units_of
from bot.geo.areas import AreaIndex
from bot.output.digest_text import plain
from bot.ports import Store
from bot.services.batch import Batch
from bot.services.digests import Digests
from bot.services.figures import Figures
from bot.services.work import tell_result
from bot.texts import Texts
from storage import open_store
from tests.helpers import builders
from tests.helpers.clock import EVENING, WIB
from tests.helpers.posts import maker_of
from tests.helpers.puddles import CODES, MORNING, puddle, rainy_night
from tests.services.test_digests import CHANNEL, SIX, deliver

TEXTS = Texts(WIB)
AREAS = AreaIndex.from_reference_points(["31.72"])
UNITS = units_of(AREAS.all_served())


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{tmp_path}/genangan.db")
    yield opened
    await opened.close()


def figures_of(store: Store, channel_id: int | None = CHANNEL) -> Figures:
    maker = maker_of(store, areas=AREAS, units=UNITS)
    return Figures(store, AREAS, UNITS, WIB, Digests(store, maker, SIX, WIB, channel_id))


async def ask(figures: Figures, kind: str, at: datetime, /, **asked: object) -> list[Say]:
    """What an officer is told, carried through the inbox as it is."""
    row = WorkRow(kind, at, 1, asked, id=77)
    result: Mapping[str, object] = await figures.doers()[kind](row)
    batch = Batch(Counters(0, 0, bytes(16)))
    tell_result(batch, WorkDone(at, kind, 1, asked, result))
    said: list[Outgoing] = list(batch.changes().outbox)
    return [outgoing.say for outgoing in said]


def read(say: Say, language: str = "id") -> str:
    return plain(TEXTS.render(say.text, say.values, language, MORNING))


async def test_rekap_shows_the_digest_and_its_button_posts_it(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.flush(Changes(incidents=rainy_night()))
    figures = figures_of(store)
    now = MORNING + timedelta(hours=1, microseconds=5)
    *_, last = said = await ask(figures, "summary", now, args="")
    assert "Update pukul 07.00 WIB" in read(said[0])
    ((button,),) = last.choices
    assert TEXTS.plain(button.label, {}, "id") == "Kirim ke kanal"
    (answer,) = await ask(figures, button.act, now + timedelta(minutes=2), at=int(button.args[0]))
    assert read(answer) == "Rekap dikirim ke kanal."
    (again,) = await ask(figures, button.act, now + timedelta(minutes=3), at=int(button.args[0]))
    assert read(again) == "Rekap itu sudah dikirim ke kanal."
    posted = await deliver(store, now + timedelta(minutes=3))
    assert [read(row.say) for row in posted] == [read(say) for say in said]
    looked_at = [await store.attachment(say.attachment) for say in said if say.attachment]
    in_channel = [await store.attachment(row.say.attachment) for row in posted if row.say.attachment]
    assert [file and file.name for file in looked_at] == [file and file.name for file in in_channel]


async def test_rekap_without_a_channel_can_only_be_looked_at(store: Store) -> None:
    _, text, *_, table = await ask(figures_of(store, channel_id=None), "summary", MORNING, args="")
    assert table.choices == ()
    assert "Tidak ada genangan" in read(text)


async def write_reports(store: Store) -> None:
    """Three days of two kelurahan: one puddle stood for six hours, one stands, and one was taken back."""
    gone = puddle(
        "A22",
        first_seen=EVENING - timedelta(days=2),
        last_seen=EVENING - timedelta(days=2),
        state=IncidentState.RECEDED,
        ended_at=EVENING - timedelta(days=2) + timedelta(hours=6),
    )
    open_ = puddle("B33", at="Warakas", first_seen=EVENING, last_seen=EVENING)
    drain = puddle("C44", at="Warakas", kind=Kind.DRAIN, first_seen=EVENING, last_seen=EVENING)
    warakas = builders.place(area_code=CODES["Warakas"])
    reports = [
        builders.report(101, at=EVENING - timedelta(days=2), incident_id=gone.id),
        builders.report(102, at=EVENING, incident_id=open_.id, place=warakas, depth=None),
        builders.report(103, at=EVENING, incident_id=open_.id, place=warakas, person_id=2, note="=HYPERLINK(1)"),
        builders.report(104, at=EVENING, incident_id=open_.id, place=warakas, person_id=2, withdrawn=True),
        builders.report(105, at=EVENING, incident_id=drain.id, place=warakas, kind=Kind.DRAIN, depth=None),
    ]
    people = [builders.person(1), builders.person(2)]
    async with store.transaction() as tx:
        await tx.flush(Changes(incidents=[gone, open_, drain], reports=reports, people=people))


async def test_statistics_of_a_day_a_week_and_a_month(store: Store) -> None:
    await write_reports(store)
    counts, units, areas = await ask(figures_of(store), "statistics", EVENING, args="")
    assert read(counts) == (
        """\
STATISTIK GENANGAN JAKARTA UTARA
Minggu, 18 Januari 2026, pukul 19.42

Hari ini
Genangan baru: 1
Ditangani petugas: 0, surut sendiri: 0
Laporan: 3 dari 2 warga
Tanpa ketinggian: 1
Saluran bermasalah: 1

7 hari terakhir
Genangan baru: 2
Ditangani petugas: 0, surut sendiri: 1
Laporan: 4 dari 2 warga
Tanpa ketinggian: 1
Saluran bermasalah: 1

30 hari terakhir
Genangan baru: 2
Ditangani petugas: 0, surut sendiri: 1
Laporan: 4 dari 2 warga
Tanpa ketinggian: 1
Saluran bermasalah: 1"""
    )
    assert "3 kasus, 1 surut sendiri" in read(units)
    assert read(areas).endswith("Warakas: 2 kasus\nSungai Bambu: 1 kasus, surut 6 jam")


async def test_statistics_tell_by_unit_how_cases_were_dealt_with(store: Store) -> None:
    began = EVENING - timedelta(hours=5)
    swift = Handling(
        owner="31.72.02.1004", since=began, taken_at=began + timedelta(minutes=20), solved_level=Level.KELURAHAN
    )
    slow = Handling(owner="31.72.02", on_behalf="31.72.02.1007", since=began, escalations=1, hops=1)
    incidents = [
        puddle("A2B", 30, first_seen=began, state=IncidentState.HANDLED, ended_at=EVENING, handling=swift),
        puddle("C3D", 30, first_seen=began, at="Warakas", handling=slow),
    ]
    async with store.transaction() as tx:
        await tx.flush(Changes(incidents=incidents))
    _, units, areas = await ask(figures_of(store), "statistics", EVENING, args="")
    seen = read(units)
    assert (
        "Kelurahan Sungai Bambu\n1 kasus, 1 ditangani\nDitanggapi dalam 20 menit (nilai tengah), surut dalam 5 jam"
        in seen
    )
    assert "Satpel SDA Kec. Tanjung Priok\n1 kasus\nTepat waktu: 0%\nDialihkan: 1×" in seen
    assert "Lewat batas lalu diambil alih: 1×\nMewakili unit yang belum tersambung: 1" in seen
    assert "Sungai Bambu: 1 kasus, ditanggapi 20 menit, surut 5 jam, tepat waktu 100%" in read(areas)


async def test_statistics_when_nothing_ever_happened(store: Store) -> None:
    (said,) = await ask(figures_of(store), "statistics", EVENING, args="")
    assert "Laporan: 0 dari 0 warga" in read(said)


async def test_statistics_of_all_of_jakarta_fit_into_messages(store: Store) -> None:
    everywhere = AreaIndex.from_reference_points(["31"])
    codes = [area.code for code, _ in everywhere.served_kecamatan() for area in everywhere.served_kelurahan(code)]
    incidents = [
        replace(
            puddle(f"N{i}"),
            area_code=code,
            first_seen=EVENING,
            last_seen=EVENING,
            handling=Handling(owner=code, since=EVENING, escalations=9, hops=9, reopened=9, on_behalf="31"),
        )
        for i, code in enumerate(codes)
    ]
    async with store.transaction() as tx:
        await tx.flush(Changes(incidents=incidents))
    figures = replace(figures_of(store), areas=everywhere, units=units_of(everywhere.all_served()))
    _, units, areas = await ask(figures, "statistics", EVENING, args="")
    assert len(read(units)) < 4096
    assert len(read(areas)) < 4096
    assert read(areas).endswith(f"dan {len(codes) - 40} kelurahan lain")
