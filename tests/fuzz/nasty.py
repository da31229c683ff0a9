"""What people with time on their hands send: words, numbers and JSON that programs trip over."""

from __future__ import annotations

import random
from typing import Any

WORDS = (
    *("", " ", "\n", "\t\n \t", "\0", "a\0b", "\ud800", "x\udfff y", "\U0001f30a\ud83c", "\ufeffJl. Mangga"),
    *("\u202eagnaM .lJ\u202c", "\u200b", "Jl.\u200b Mangga\u200d", "\u2066x\u2069", "مرحبا بالعالم", "שלום", "ไทย"),
    *("e\u0301" * 40, "Z̸͓̈́a̷̙͠l̵̰̆g̶̞͝o̴̮͑" * 20, "ﷺ" * 30),
    *("🇮🇩" * 20, "👨‍👩‍👧‍👦" * 12, "😀" * 900, "İıſK", "ß" * 50, "①②③ ½"),
    *("<b>", "</b>", "<b>tebal", "<a href='javascript:x'>x</a>", "<script>alert(1)</script>", "&", "&amp;lt;", "&#0;"),
    *("<" * 200, "&" * 300, '"' * 120, "<tg-spoiler>x", "{number}", "{{", "}}", "[[x]]", "%s%n%d", "{0.__class__}"),
    *("=1+1", '=HYPERLINK("http://x","y")', "+62812", "-6.1", "@SUM(A1)", "\t=cmd|' /C calc'!A0", "'; DROP TABLE x;--"),
    *("a" * 4096, "🌊" * 2048, "Jl. " * 1000, "9" * 4000, "(" * 4000),
    *("1 " * 2000, "kata " * 800, "\n" * 4000, "." * 4096),
    *("40", "40 cm", "selutut", "se lutut lebih", "0,5 m", "1e308 cm", "٤٠ cm", "９９ cm", "1/2 meter", "NaN cm"),
    *("Jl. Mangga 2 RT 3/10, Koja, banjir selutut", "Jl. Yos Sudarso", "depan Masjid Al-Ikhlas, Sungai Bambu", "Lagoa"),
    *("-6.1302, 106.8868", "-6.1302;106.8868", "6°07'48\"S 106°53'12\"E"),
    *("106.8868, -6.1302", "0,0", "nan, nan", "91, 181"),
    *("https://maps.app.goo.gl/x", "https://www.google.com/maps/@-6.13,106.88,17z"),
    *("geo:-6.13,106.88", "V6P6+QP Jakarta"),
    *("https://[x", "http://user:pw@host:99999/?q=%zz", "https://maps.google.com/?q=" + "9" * 400, "geo:" + "1," * 300),
    *("tolong!!! terjebak", "sudah surut", "belum", "batal", "surut?"),
    *("masih tergenang", "ya", "tidak", "got mampet", "Test"),
    *("/lapor", "/lapor@genangan_bot selutut", "/", "//", "/status KA7"),
    *("/start", "/batal", "/" + "x" * 200, "/İ", "/lapor\0"),
    *("Lapor saluran/pompa", "📍 Kirim lokasi", "Tulis alamat", "Belum tahu", "Batal", "Lewati", "Lutut ±50"),
    *("7 hari", "18-01-2026 20-01-2026", "31-02-2026", "bulan ini"),
    *("csv januari 2026", "geojson 1-1-1 9-9-9999", "semua"),
    *("jam 06.00 15.00", "jam 24.00", "berhenti", "baru <b>Tempat</b>"),
    *("P7", "p999999", "P-1", "KA7 MD3", "KA7 alasan =1+1"),
    *("31.72.02.1004", "Sungai Bambu", "Kec. Koja", "kota", "petugas Sungai Bambu"),
    *("admin", "ambil 123/ABC 20-01-2026", "\u2028x\u2029"),
)  # fmt: skip

NUMBERS = (
    *(0, 1, -1, 2, 7, 64, 255, 2**31 - 1, 2**31, -(2**31), 2**53, 2**63 - 1, 2**63, -(2**63), 2**64, 10**40),
    *(0.0, -0.0, 0.5, -6.13, 106.88, 90.0, 180.0, 181.5, 1e-300, 1e300, float("inf"), float("-inf"), float("nan")),
)

NAMES = (
    *("Siti", "<b>Budi</b>", "=1+1", "\u202eitiS", "\u200b"),
    *("a" * 64, "😀" * 64, "\ud800", "Robert'); DROP TABLE people;--"),
    *("{number}", "[[x]]", "&lt;i&gt;", "\0", "Admin Sudin SDA"),
    *("@genangan_bot", "Z̸͓̈́a̷̙͠l̵̰̆g̶̞͝o̴̮͑", "http://x.id", "\n\n"),
)  # fmt: skip
"""First names, as far as Telegram lets people enter them, and further."""


def words(rng: random.Random) -> str:
    """A text; now and then several of them, or a mess of characters."""
    what = rng.random()
    if what < 0.7:
        return rng.choice(WORDS)
    if what < 0.9:
        return rng.choice((" ", "", "\n", ", ")).join(rng.choice(WORDS)[:300] for _ in range(rng.randint(2, 5)))
    return "".join(
        chr(rng.choice((rng.randrange(32, 127), rng.randrange(0x110000)))) for _ in range(rng.randint(1, 60))
    )


def number(rng: random.Random) -> int | float:
    """A number, likely a wild one."""
    if rng.random() < 0.5:
        return rng.choice(NUMBERS)
    return rng.choice((rng.randrange(-(2**40), 2**40), rng.uniform(-200, 200)))


def deep(rng: random.Random, levels: int) -> Any:
    """Lists and objects inside of each other."""
    found: Any = rng.choice((1, "x", None))
    for _ in range(levels):
        found = [found] if rng.random() < 0.5 else {"x": found}
    return found


def junk(rng: random.Random) -> Any:
    """Any JSON."""
    match rng.randrange(8):
        case 0:
            return None
        case 1:
            return rng.random() < 0.5
        case 2 | 3:
            return number(rng)
        case 4 | 5:
            return words(rng)
        case 6:
            return {words(rng)[:40]: junk(rng) for _ in range(rng.randint(0, 3))}
        case _:
            return deep(rng, rng.choice((1, 3, 50, 400)))
