"""What each reader is made for, to begin with; and the pieces that its inputs are put together from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources

from tests.fuzz import nasty
from tests.helpers.feeds_server import cap, forecast_json, gate, rss
from tests.helpers.updates import GROUP, HERE, PRESS, SENT, SIZES, addressed, message

from tests.fuzz.targets import NOW  # isort: skip

_RING = [[106.88, -6.14], [106.89, -6.14], [106.89, -6.13], [106.88, -6.14]]
_FEATURE = {
    "type": "Feature",
    "properties": {"code": "31.72.02.1004"},
    "geometry": {"type": "Polygon", "coordinates": [_RING]},
}
_UPDATES = (
    {"message": message(location={**HERE, "horizontal_accuracy": 5.0, "live_period": 60})},
    {"message": message(photo=SIZES, caption="/lapor selutut", media_group_id="1")},
    {"message": message(GROUP, **addressed("/status@genangan_bot 1"), is_topic_message=True, message_thread_id=3)},
    {"callback_query": {**PRESS, "data": "d:12:knee"}},
    {"my_chat_member": {"chat": GROUP, "from": {"id": 5}, "date": SENT, "new_chat_member": {"status": "left"}}},
)
_RESULTS = (
    {"work": "geocode", "person_id": 5, "asked": {"draft": 3}, "result": {"found": []}},
    {"lost_chat": -5, "topic_id": None},
    {"moved_chat": -5, "to": -100},
)

SAMPLES: Mapping[str, tuple[bytes, ...]] = {
    "update": tuple(json.dumps(each).encode() for each in _UPDATES),
    "result": tuple(json.dumps(each).encode() for each in _RESULTS),
    "routing": (
        resources.files("bot").joinpath("routing.toml").read_bytes(),
        b'[[unit]]\ncode = "pompa"\nname = "Regu"\nparent = "31.72"\n[[place]]\nname = "U"\nlat = -6.1385\n'
        b'lon = 106.8702\nradius_m = 120\n[[rule]]\nto = "pompa"\nwhy = "x"\nplace = ["U"]\nhours = "22:00-05:00"\n'
        b'[[clock]]\ntake_up = "15 min"\nfinish = "6 h"\n',
    ),
    "sites": (
        b"nama;lintang;bujur;radius;unit;tugas;batas\nJl. Mangga;-6,12400;106,91200;50;Kota;Keruk;31-12-2026\n",
        b"name,lat,lon,due_on\nA,-6.1302,106.8868,2026-12-31\nB,-6.13,106.88,31 Desember 2026\n",
    ),
    "alert": (cap("2.49.1", NOW),),
    "alerts": (rss(("2.49.0.1.360.0.2026.01.18.1.31.1", "https://www.bmkg.go.id/alerts/nowcast/id/x.xml")),),
    "forecast": (forecast_json("31.72.02.1004", NOW, [(3, "Berawan"), (95, "Hujan Petir")]),),
    "gates": (json.dumps([gate("PA. Manggarai", 7500, "Status : Siaga III", "2026-01-18T16:00:00")]).encode(),),
    "borders": (json.dumps({"type": "FeatureCollection", "features": [_FEATURE]}).encode(),),
    "dotenv": (b"BOT_TOKEN=1:AAEx\nADMIN_IDS=1,2\nDIGEST_TIMES=06:00,17:00\nTIMEZONE=Asia/Jakarta\n",),
    "replay": (
        b"created_at_wib,source,depth_cm,lat,lon,city,local_area_id,has_image,text_len\n"
        b"2017-02-20T02:36:00,qlue,,-6.1698,106.951492,JAKARTA TIMUR,1425,1,65\n"
        b"2017-02-20T05:49:04,detik,40,-6.26,106.99,,null,0,74\n",
    ),
}
"""By the name of the reader."""

_WORDS = """
40 0,5 1/2 1.234567 106.8868 -6.1302 9999999999 00 ٤ ½ cm m meter cm. ft jengkal mata kaki lutut sepinggang se-
setengah lebih kurang dari sampai s.d. - – ± ~ ° ' " S BT LS lat lon N6 , ; : . .. / | ( ) [ ] ! ? @ @ab # % %3A
%25 & < > <b> </b> &amp; {x} {{ }} [[ ]] = \\ ` https://maps.google.com/?q= goo.gl/maps geo: !3d !4d map=1/
V6P6+QP 2222 +62812 0812 a@b.c t.me/x jl jl. jalan gg rt rw rt1/2 rw.3 blok komplek no no. nomor tgl surat depan
dekat tidak belum sudah masih surut banjir air naik tolong tolong, dibersihkan korban ada bisa lewat motor hanya
truk got mampet pompa mati banyak kapan januari 7 hari minggu terakhir 18-01-2026 31/12/9999 2026-01-18 jam
06.00 pagi 0600 6 semua batal KA7 # p7 kel kec kota 31.72 31.72.02.1004 true off 65536 sqlite:/// http://
http://[ ~ ~x / .. \u200b \u202e \u2028 \u00a0 \ufeff İ ß é 😀 a ab
"""
PIECES = tuple(_WORDS.split())
"""Words that the readers look for, and signs that trip them."""

JOINTS = ("", " ", "  ", "\n", ",", ".", "-", "\t", "\u2028", "\u00a0")

HOSTILE: tuple[bytes, ...] = (
    *(word.encode("utf-8", "surrogatepass") for word in nasty.WORDS),
    *(
        b"\xff\xfe",
        b"\xfe\xff\x00a",
        b"\x00" * 50,
        b"PK\x03\x04",
        b"\xef\xbb\xbf",
        b"\xc3\x28",
        "é;ü".encode("latin-1"),
    ),
    *(b"[" * 100_000, b'{"a":' * 50_000, b"<a>" * 50_000, b"a=" + b"[" * 50_000, b"a.b." * 2000 + b"c=1"),
    *(
        b"9" * 5000,
        b"1e400",
        b"-1e999",
        b"NaN",
        b"Infinity",
        b"[[unit]]\ncode = " + b"9" * 5000,
        b"0x" + b"f" * 5000,
        b"1979-05-27T07:32:00+24:00",
    ),
    *(b"a,b,c\n" * 40_000, b'"' + b"x" * 200_000, b";" * 100_000, b"\r" * 1000, b"1_0", b"\\u0000 \\ud800"),
    *(b"9999-12-31T23:59:59", b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"31-12-9999"),
)
