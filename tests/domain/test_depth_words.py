"""Depths as people type them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.depth_words import read_depth
from bot.domain.models import Depth, DepthLevel

ANKLE, CALF, KNEE = DepthLevel.ANKLE, DepthLevel.CALF, DepthLevel.KNEE
THIGH, WAIST, CHEST = DepthLevel.THIGH, DepthLevel.WAIST, DepthLevel.CHEST

BODY_WORDS = {
    ANKLE: "mata kaki|semata kaki|se mata kaki|se-mata kaki|matakaki|cuma mata kaki|tumit|ankle|ankle deep|ankles",
    CALF: "betis|sebetis|se betis|setengah betis|tulang kering|calf|up to my calves|shin deep",
    KNEE: "lutut|selutut|se lutut|se-lutut|slutut|Selutut!|selututan|lututtt|sedengkul|se dengkul|dengkul|knee|"
    "knee deep|knee-deep|up to my knees|air selutut orang dewasa|kurang lebih selutut|kira2 selutut|setinggi lutut|"
    "sampe lutut|banjir selutut di depan pasar|dari mata kaki sampai lutut|motor ga bisa lewat selutut",
    THIGH: "paha|sepaha|se paha|thigh|thigh-high|airnya sepaha",
    WAIST: "pinggang|sepinggang|se pinggang|sepinggangnya|setengah badan|waist|waist-deep|water is up to the waist",
    CHEST: "dada|sedada|se dada|dada orang dewasa|chest|up to my chest|chest deep|seketiak",
}
"""Words that stand for exactly a level."""

BETWEEN = {
    5: "belum sampai mata kaki|di bawah mata kaki",
    20: "mata kaki lebih|lebih dari mata kaki|di atas mata kaki",
    40: "betis lebih|hampir selutut|hampir lutut|di bawah lutut|dibawah lutut|belum selutut|gak nyampe lutut|"
    "gk sampe lutut|kurang dari selutut|below the knee|almost knee deep|selutut anak kecil",
    60: "lebih dari selutut|lutut lebih|lutut lebih dikit|selutut lebih|di atas lutut|diatas lutut|lewat lutut|"
    "melebihi lutut|lutut ke atas|above the knee|lebih tinggi dari lutut|mid-thigh",
    80: "hampir sepinggang|paha lebih|pangkal paha",
    105: "sepinggang lebih|hampir sedada",
    135: "sedada lebih",
}
"""Words between the levels, by the centimetres they stand for."""

BEYOND = {
    25: "setengah ban motor",
    30: "setinggi knalpot|setengah ban mobil",
    40: "2 jengkal|dua jengkal",
    20: "sejengkal|satu jengkal",
    50: "setinggi ban motor|sampai ban motor",
    60: "setinggi ban mobil",
    75: "setinggi meja",
    95: "seperut|sampai perut|setinggi pusar",
    130: "sebahu|sampai bahu",
    140: "seleher|leher|neck deep",
    165: "sekepala|setinggi orang dewasa|up to my head",
    250: "setinggi atap rumah|sampai atap",
}
"""Other things people measure by; not numbers of centimetres, so not measured."""

MEASURED = {
    10: "10 cm|sudah surut, tinggal 10 cm|10cm saja",
    20: "awalnya sepinggang, sekarang sudah 20 cm",
    25: "10 inch",
    30: "tiga puluh cm|setinggi 30 senti|a foot",
    40: "40 cm|40cm|40 CM.|kira-kira 40 cm|kira2 40cm|40an cm|40 cm-an|banjir 40 sentimeter|forty cm|"
    "40 cm di depan pasar",
    50: "0,5 m|0.5m|0,5 meter|setengah meter|1/2 meter|½ m|half a meter|±50 cm|+-50cm|> 50 cm|30 s.d. 50 cm|"
    "30 s/d 50cm|30 sampai 50 cm|30cm-50cm|selutut, 50 cm|air naik 50 cm",
    60: "50-60 cm|50 – 60 cm|selutut (60 cm)|antara 50 dan 60 cm",
    61: "two feet",
    100: "1 meter|1 m|1m|semeter|satu meter|1 meter lebih|sekitar 1 meteran|kedalaman 1 mtr",
    150: "1,5 meter|1 meter setengah|satu setengah meter|1.5 m|150 cm",
}

NO_DEPTH = (
    "40|RT 05/010|RT 05 RW 10|jam 19.40|19.42|Rp 50.000|Rp 2 m|2026|18 Januari 2026|no 40|Jl. Mangga No. 12|blok 2 m|"
    "0 cm|900 cm|5 meter|38 m dari rumah|2 m dari jembatan|1 m sebelum gang|panjang 50 m|lebar 1 m|lebarnya 2 meter|"
    "luas 2 m persegi|2 m x 3 m|turun 5 cm|naik 10 cm dari tadi|surut 10 cm|20 cm lagi masuk rumah|tinggi badan 170 cm|"
    "40 orang|3 RT|gang 1 m|40 km|5 menit lalu|30 mm|0812-3456-7890|bahu jalan tergenang|kepala RT sudah tahu|"
    "sakit perut|pusaran air|mulut air tersumbat|ban mobil bocor|air masuk rumah|banjir|Dadap|Kepala Gading|halo|"
)
"""Texts that speak of no depth (and, between the last bars, nothing at all)."""


def phrases(table: dict[DepthLevel, str] | dict[int, str]) -> list[tuple[str, object]]:
    return [(phrase, key) for key, row in table.items() for phrase in row.split("|")]


@pytest.mark.parametrize(("text", "level"), phrases(BODY_WORDS))
def test_body_words_stand_for_their_level(text: str, level: DepthLevel) -> None:
    assert read_depth(text) == Depth.of(level)


@pytest.mark.parametrize(("text", "cm"), phrases(BETWEEN) + phrases(BEYOND))
def test_other_words_stand_for_about_so_many_centimetres(text: str, cm: int) -> None:
    depth = read_depth(text)
    assert depth is not None
    assert (depth.cm, depth.measured) == (cm, False)
    assert depth.level is Depth.from_cm(cm).level


@pytest.mark.parametrize(("text", "cm"), phrases(MEASURED))
def test_a_number_with_a_unit_is_measured_and_wins(text: str, cm: int) -> None:
    assert read_depth(text) == Depth.from_cm(cm)


@pytest.mark.parametrize("text", NO_DEPTH.split("|"))
def test_other_numbers_and_words_are_no_depth(text: str) -> None:
    assert read_depth(text) is None


def test_what_is_said_of_now_counts() -> None:
    assert read_depth("tadi sepinggang, sekarang semata kaki") == Depth.of(ANKLE)
    assert read_depth("tadi siang 1 meter skrg tinggal selutut") == Depth.of(KNEE)
    assert read_depth("sekarang di Jl. Mangga, selutut") == Depth.of(KNEE)
    assert read_depth("selutut sampai sekarang") == Depth.of(KNEE)


def test_of_several_the_deepest_counts() -> None:
    assert read_depth("di jalan selutut, di gang sepinggang") == Depth.of(WAIST)


@pytest.mark.parametrize(
    ("text", "cm"),
    [
        ("40", 40),
        ("kira2 40", 40),
        ("sekitar 40 lah", 40),
        ("40an", 40),
        ("tingginya 40", 40),
        ("40-50", 50),
        ("antara 30 dan 40", 40),
        ("ya kisaran 40 an", 40),
        ("30 sampai 40", 40),
        ("0,5", 50),
        ("1.2", 120),
        ("5", 5),
        ("selutut", 50),
        ("40 cm", 40),
    ],
)
def test_a_bare_number_is_a_depth_when_one_was_asked_for(text: str, cm: int) -> None:
    depth = read_depth(text, asked=True)
    assert depth is not None
    assert depth.cm == cm


@pytest.mark.parametrize(
    "text", ["0", "1", "2", "900", "2026", "19.42", "12/01", "RT 5", "40 orang", "no 12", "08123456"]
)
def test_even_when_asked_some_numbers_are_no_depth(text: str) -> None:
    assert read_depth(text, asked=True) is None


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for asked in (False, True):
        depth = read_depth(text, asked=asked)
        assert depth is None or (depth.cm is not None and 0 < depth.cm <= 500)


@pytest.mark.parametrize(
    "piece", ["1", "9 ", "1-", "se ", "s e", "40 c", "lebih ", "setengah ", "kira2", "aaaa", "0,5 ", "½"]
)
def test_long_texts_are_read_quickly(piece: str) -> None:
    began = time.process_time()
    read_depth(piece * 4096, asked=True)
    assert time.process_time() - began < 0.5
