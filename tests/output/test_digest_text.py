"""The digest as its reader sees it, and as Telegram takes it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.digest import build_digest
from bot.domain.digest_entries import Digest
from bot.domain.handling import Handling, Level
from bot.domain.models import Area, Cause, Incident, IncidentState, Kind, Passability
from bot.domain.records import Tally
from bot.output.digest_text import MAX_ENTITIES, MAX_MARKUP, MAX_UNITS, digest_parts, plain, units
from bot.texts import Texts
from tests.helpers.clock import WIB
from tests.helpers.puddles import AREAS, CODES, DAY_BEFORE, MORNING, UNITS, puddle, rainy_night

TEXTS = Texts(WIB)
TEBET = Area("31.74.01.1001", "Tebet Timur", "Tebet", "Kota Administrasi Jakarta Selatan")

NOTHING = Tally()
QUIET = Tally(reports=1, reporters=1)


def digest_of(*incidents: Incident, tally: Tally = QUIET, before: Tally = NOTHING, late: bool = False) -> Digest:
    return build_digest(
        incidents,
        tally=tally,
        before=before,
        standing_before=3,
        window_from=DAY_BEFORE,
        window_to=MORNING,
        areas={**AREAS, TEBET.code: TEBET},
        units=UNITS,
        region="Jakarta Utara",
        late=late,
    )


def parts_of(digest: Digest, language: str = "id") -> list[str]:
    return digest_parts(digest, TEXTS, WIB, language)


def read(*incidents: Incident, language: str = "id") -> str:
    """The whole digest as it is seen."""
    return "\n".join(re.sub(r" <https:[^>]*>", "", plain(part)) for part in parts_of(digest_of(*incidents), language))


def test_a_rainy_night_as_the_office_reads_it() -> None:
    tally = Tally(reports=63, reporters=51, opened=13, receded=2, handled=3, drains=1, without_depth=5)
    before = Tally(reports=9, reporters=8, opened=4, receded=2)
    (part,) = parts_of(digest_of(*rainy_night(), tally=tally, before=before))
    seen = re.sub(r" <https:[^>]*>", "", plain(part))
    assert seen.startswith(
        """\
GENANGAN JAKARTA UTARA
Update pukul 06.00 WIB
Senin, 19 Januari 2026

Masih tergenang: 9 titik, naik dari 3 (kemarin 06.00)
Cilincing 3, Tanjung Priok 3, Koja 1, Pademangan 1, Penjaringan 1

Sejak kemarin 06.00 (24 jam sebelumnya):
Genangan baru: 13 (4)
Ditangani petugas: 3 (0)
Surut sendiri: 2 (2)
Laporan: 63 (9) dari 51 warga (8)
Tanpa ketinggian: 5 (0)
Saluran bermasalah: 1 (0)

MASIH TERGENANG (7)
Dikabarkan 3 jam terakhir, terdalam dulu

Kec. Cilincing
Kel. Sukapura: 2 titik
📍 PL8 · Jl. Lestari 8 RT02/10
Ketinggian: 10 s.d. 70 cm, naik (perkiraan warga)
Penyebab: luapan kali, hujan
Lalu lintas: tidak bisa dilewati
Sejak kemarin 21.30, terakhir 05.12
Status: Menunggu · 9 warga

📍 HT4 · Jl. Cakung Cilincing Raya
Ketinggian: 35 cm
Penyebab: hujan
Sejak kemarin 19.40, terakhir 03.20
Status: Menunggu · 4 warga
⚠️ Mungkin sama dengan titik di dekatnya

Kel. Cilincing
📍 RB9 · Titik di peta (titik perkiraan)
"""
    )
    assert seen.endswith(
        """\
BELUM ADA KABAR LAGI (2)
Kabar terakhir lebih dari 3 jam lalu

Kec. Pademangan
📍 FD2 · Jl. Gunung Sahari (Lantamal), Kel. Pademangan Barat
Belum ada kabar sejak kemarin 22.45
Terakhir: ± 50 cm (perkiraan warga)
Penyebab: hujan
Sejak kemarin 18.00 · Menunggu · 4 warga

Kec. Koja
📍 WC6 · Jl. Mangga, Kel. Tugu Utara
Belum ada kabar sejak kemarin 23.10
Terakhir: ± 30 cm (perkiraan warga)
Penyebab: hujan
Sejak kemarin 19.20 · Menunggu · 2 warga

✅ SURUT SENDIRI (2)
Sejak kemarin 06.00, menurut warga

Kec. Penjaringan
📍 SK3 · Jl. Dermaga Ujung, Muara Angke, Kel. Pluit
Surut sendiri kemarin 15.04 setelah 8 jam
Tertinggi: ± 70 cm (perkiraan warga)

Kec. Kelapa Gading
📍 GV7 · Jl. Boulevard Barat, Kel. Kelapa Gading Barat
Surut sendiri 02.10 setelah 8 jam
Tertinggi: ± 50 cm (perkiraan warga)

DITUTUP TANPA KABAR (1)
Dua kali ditanya, tidak ada jawaban

Kec. Cilincing
📍 YJ4 · Jl. Kampung Sepatan, Kel. Cilincing
Kabar terakhir kemarin 20.30
Tertinggi: 120 cm lebih (perkiraan warga)

SALURAN BERMASALAH (2)

Kec. Tanjung Priok
📍 TA9 · Jl. Danau Sunter Utara, Kel. Sunter Agung
Masalah: pompa rusak
Sejak Kam 15 Jan 09.00 · Menunggu · 1 warga

📍 LM8 · Jl. Warakas 3, Kel. Warakas
Masalah: tali air tersumbat (baru)
Sejak kemarin 09.00 · Menunggu · 2 warga"""
    )


@pytest.mark.parametrize(
    ("cms", "shown"),
    [
        ((), "Ketinggian: belum diketahui"),
        ((30,), "Ketinggian: ± 30 cm (perkiraan warga)"),
        ((35,), "Ketinggian: 35 cm"),
        ((120,), "Ketinggian: 120 cm lebih (perkiraan warga)"),
        ((30, 50), "Ketinggian: 30 s.d. 50 cm, naik (perkiraan warga)"),
        ((50, 30), "Ketinggian: 30 s.d. 50 cm, turun (perkiraan warga)"),
        ((10, 90, 30), "Ketinggian: 10 s.d. 90 cm, turun ke 30 cm (perkiraan warga)"),
        ((35, 45), "Ketinggian: 35 s.d. 45 cm, naik"),
    ],
)
def test_depths(cms: tuple[int, ...], shown: str) -> None:
    assert shown in read(puddle("KA7", *cms)).split("\n")


def test_what_is_not_known_takes_no_line() -> None:
    text = read(puddle("KA7", 30))
    assert "Penyebab" not in text
    assert "Lalu lintas" not in text
    known = read(puddle("KA7", 30, causes=(Cause.RAIN, Cause.TIDE), passability=Passability.CAR))
    assert "Penyebab: hujan, rob\nLalu lintas: hanya mobil bisa lewat\n" in known


def test_the_map_opens_at_a_touch_on_the_name() -> None:
    (part,) = parts_of(digest_of(puddle("KA7", 30, name="Jl. Mangga", lat=-6.123456, lon=106.9)))
    assert '<a href="https://www.google.com/maps?q=-6.123456,106.900000">Jl. Mangga</a>' in part
    assert "📍 KA7 · Jl. Mangga <https://www.google.com/maps?q=-6.123456,106.900000>\n" in plain(part)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Jl. <b>Mangga</b> & Co", "Jl. <b>Mangga</b> & Co"),
        ('"> <a href="x">klik</a>', '"> <a href="x">klik</a>'),
        ("Jl. Mangga\n\n✅ SUDAH SURUT (99)", "Jl. Mangga ✅ SUDAH SURUT (99)"),
        ("Jl. \u202eaggnaM\u0000", "Jl. aggnaM"),
        ("Jl. Mangga, hubungi 0812-3456-7890", "Jl. Mangga, hubungi …"),
        ("Jl. Mangga @budi_santoso", "Jl. Mangga …"),
        (" \u200b\n ", "Titik di peta"),
        ("x" * 500, "x" * 79 + "…"),
    ],
)
def test_names_are_shown_as_typed_and_break_nothing(typed: str, shown: str) -> None:
    (part,) = parts_of(digest_of(puddle("KA7", 30, name=typed)))
    assert_well_formed(part)
    assert f"📍 KA7 · {shown} <https://" in plain(part)


def test_an_empty_window_says_so() -> None:
    (part,) = parts_of(digest_of(tally=NOTHING))
    assert plain(part) == (
        "GENANGAN JAKARTA UTARA\nUpdate pukul 06.00 WIB\nSenin, 19 Januari 2026\n\n"
        "Tidak ada genangan dan tidak ada laporan sejak kemarin 06.00."
    )


def test_a_late_digest_says_so() -> None:
    (part,) = parts_of(digest_of(late=True, tally=NOTHING))
    assert "\n⚠️ Terlambat, dijadwalkan 06.00.\n" in plain(part)
    (on_time,) = parts_of(digest_of(tally=NOTHING))
    assert "Terlambat" not in on_time


def test_when_nothing_stands_any_more_the_figures_are_told_all_the_same() -> None:
    gone = puddle("KA7", 30, state=IncidentState.RECEDED, ended_at=MORNING)
    assert "Tidak ada titik yang masih tergenang, turun dari 3 (kemarin 06.00)" in read(gone)


def test_a_drain_does_not_recede() -> None:
    mended = puddle("LM8", kind=Kind.DRAIN, state=IncidentState.RECEDED, ended_at=MORNING)
    assert "Sudah beres menurut warga" in read(mended)
    assert "Surut sendiri 06.00" not in read(mended)


def test_over_several_kota_each_kecamatan_is_named_with_its_own() -> None:
    text = read(puddle("KA7", 30), puddle("MD3", 50, area_code=TEBET.code))
    assert "Kec. Tebet, Jakarta Selatan\nKel. Tebet Timur\n" in text
    assert "Kec. Tanjung Priok, Jakarta Utara\n" in text


def test_english_says_the_same() -> None:
    text = read(*rainy_night(), language="en")
    assert "Depth: 10 to 70 cm, rising (residents' estimate)\nCause: river overflow, rain\n" in text
    assert "Status: Waiting · 1 resident\n" in text


def test_the_hour_names_its_time_zone() -> None:
    jayapura = ZoneInfo("Asia/Jayapura")
    (part,) = digest_parts(digest_of(), Texts(jayapura), jayapura)
    assert "Update pukul 08.00 WIT\n" in plain(part)


def many(count: int) -> list[Incident]:
    """Puddles over all kelurahan, with much to say about each."""
    template = puddle(
        "",
        30,
        50,
        causes=(Cause.RAIN, Cause.TIDE),
        passability=Passability.NOBODY,
        unsure=True,
        name="Jl. Mangga Dua 8",
    )
    codes = list(CODES.values())
    return [replace(template, number=f"N{i}", area_code=codes[i % len(codes)]) for i in range(count)]


def test_a_long_digest_comes_in_numbered_parts_that_repeat_their_headings() -> None:
    parts = [plain(part) for part in parts_of(digest_of(*many(80)))]
    assert len(parts) > 2
    for number, part in enumerate(parts, start=1):
        assert part.startswith(f"GENANGAN JAKARTA UTARA · {number}/{len(parts)}\nUpdate pukul 06.00 WIB\n")
    for part in parts[1:]:
        assert "\n\nMASIH TERGENANG (80) (lanjutan)\n\nKec. " in part
    assert sum("Dikabarkan 3 jam terakhir" in part for part in parts) == 1
    # where a kelurahan is cut, the next part says so; where it is not, it does not
    for before, after in pairwise(parts):
        open_kelurahan = re.findall(r"^(Kel\. [^:\n]*?)(?:: \d+ titik)?(?: \(lanjutan\))?$", before, re.MULTILINE)[-1]
        first = re.findall(r"^(Kel\. .*)$", after, re.MULTILINE)[0]
        assert first.endswith("(lanjutan)") == first.startswith(f"{open_kelurahan}:")


def test_parts_are_filled_well() -> None:
    """No more messages than needed: all but the last are nearly full."""
    parts = parts_of(digest_of(*many(120)))
    assert all(units(part) > MAX_UNITS - 400 or part.count("<") / 2 > MAX_ENTITIES - 6 for part in parts[:-1])


class _Balance(HTMLParser):
    """Raises where tags do not close in order, or are none of Telegram's."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("a", "b", "u"), tag
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_well_formed(part: str) -> None:
    balance = _Balance()
    balance.feed(part)
    balance.close()
    assert balance.open == []
    assert units(part) <= MAX_UNITS
    assert len(part) <= MAX_MARKUP
    assert len(re.findall(r"<[a-z]", part)) <= MAX_ENTITIES


NAMES = st.one_of(
    st.none(),
    st.sampled_from(
        ("Jl. Mangga", "<b>x</b>", "a & b", "</a></b>", '"><i>', "👩‍👩‍👧‍👦" * 30, "📍 N1 · x", "&amp;&lt;b&gt;")
    ),
    st.text(max_size=200),
)
INCIDENTS = st.lists(
    st.builds(
        lambda cms, name, code, hours, state, kind, causes, unsure: puddle(
            "",
            *cms,
            name=name,
            area_code=code,
            kind=kind,
            state=state,
            causes=tuple(causes),
            unsure=unsure,
            last_seen=MORNING - timedelta(hours=hours),
            ended_at=None if state is IncidentState.WAITING else MORNING - timedelta(hours=hours),
        ),
        st.lists(st.sampled_from((10, 25, 50, 120)), max_size=3),
        NAMES,
        st.sampled_from((*CODES.values(), TEBET.code, None)),
        st.integers(0, 20),
        st.sampled_from((IncidentState.WAITING, IncidentState.RECEDED, IncidentState.UNHEARD)),
        st.sampled_from((Kind.PUDDLE, Kind.PUDDLE, Kind.DRAIN)),
        st.lists(st.sampled_from(Cause), max_size=3, unique=True),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(INCIDENTS, st.integers(1, 12), st.sampled_from(("id", "en")))
def test_whatever_happened_and_whatever_was_typed(some: list[Incident], times: int, language: str) -> None:
    """Parts Telegram takes, no entry cut, nothing lost and nothing twice."""
    numbered = [replace(incident, number=f"N{i}") for i, incident in enumerate(some * times)]
    parts = parts_of(digest_of(*numbered), language)
    blocks: list[str] = []
    for part in parts:
        assert_well_formed(part)
        blocks += part.split("\n\n")
    heads = [re.search(r'^📍 (N\d+) · <a href="', block, re.MULTILINE) for block in blocks]
    assert sorted(head[1] for head in heads if head) == sorted(incident.number for incident in numbered)
    # an entry's last line tells who said so or how deep it was: it stands in the same block as its first
    for head, block in zip(heads, blocks, strict=True):
        if head:
            lines = block.split("\n")
            below = lines[next(i for i, line in enumerate(lines) if line.startswith(f"📍 {head[1]} · ")) + 1 :]
            assert below
            assert not any(line.startswith("📍") for line in below)


def test_overdue_stands_first_with_its_owner_and_what_became_of_it() -> None:
    late = Handling(
        owner="31.72.02",
        on_behalf="31.72.02.1004",
        since=DAY_BEFORE,
        due_at=MORNING - timedelta(hours=2),
        hops=1,
        escalations=2,
    )
    calm = Handling(owner="31.72.02.1007", since=DAY_BEFORE, due_at=MORNING + timedelta(hours=3))
    seen = read(puddle("A2B", 30, handling=late), puddle("C3D", 120, at="Warakas", handling=calm))
    assert seen.index("LEWAT TENGGAT (1)") < seen.index("A2B") < seen.index("MASIH TERGENANG (1)") < seen.index("C3D")
    assert "Lewat tenggat sejak 04.00" in seen
    assert "Penanggung jawab: Satpel SDA Kec. Tanjung Priok, mewakili Kelurahan Sungai Bambu" in seen
    assert "Dialihkan: 1×" in seen
    assert "Diambil alih karena lewat waktu: 2×" in seen
    assert "Penanggung jawab: Kelurahan Warakas, batas 09.00" in seen


def test_work_done_and_water_that_went_by_itself_are_two_things() -> None:
    ended: dict[str, Any] = {"ended_at": MORNING - timedelta(hours=1)}
    done = Handling(owner="31.72.02", solved_level=Level.KECAMATAN)
    seen = read(
        puddle("A2B", 30, state=IncidentState.HANDLED, handling=done, **ended),
        puddle("C3D", 30, state=IncidentState.RECEDED, **ended),
        puddle("E4F", 30, state=IncidentState.NOT_FOUND, handling=done, **ended),
    )
    assert "SUDAH DITANGANI (1)" in seen
    assert "SURUT SENDIRI (1)" in seen
    assert "TIDAK DITEMUKAN (1)" in seen
    assert "kecamatan 1" in seen
    assert "oleh Satpel SDA Kec. Tanjung Priok" in seen


def test_units_without_a_chat_are_one_line() -> None:
    handling = Handling(owner="31.72", on_behalf="31.72.02.1004")
    digest = build_digest(
        [puddle("A2B", 30, handling=handling)],
        tally=QUIET,
        before=NOTHING,
        standing_before=0,
        window_from=DAY_BEFORE,
        window_to=MORNING,
        areas=AREAS,
        units=UNITS,
        region="Jakarta Utara",
        unconnected=28,
    )
    (part,) = parts_of(digest)
    assert "28 unit belum tersambung, 1 kasusnya dijawab unit di atasnya." in plain(part)


def test_the_same_water_every_day_is_one_line() -> None:
    ended: dict[str, Any] = {"state": IncidentState.RECEDED, "series_id": 9}
    seen = read(
        puddle("A2B", 30, ended_at=MORNING - timedelta(hours=20), **ended),
        puddle("C3D", 30, series_id=9),
    )
    assert "A2B" not in seen
    assert "Berulang di titik ini: 2×" in seen
