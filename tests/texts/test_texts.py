"""The text engine, with texts of its own."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Texts, read_catalog, without_markup
from tests.helpers.clock import EVENING, WIB


def texts(**sources: str) -> Texts:
    """The real vocabulary and these texts (the same in both languages), called "t.<name>"."""
    own = {f"t.{name}": source for name, source in sources.items()}
    return Texts(WIB, {language: {**read_catalog(language), **own} for language in ("id", "en")})


def said(source: str, language: str = "id", present: datetime | None = EVENING, **values: object) -> str:
    """What one template gives."""
    return texts(x=source).render("t.x", values, language, present)


KNEE = {"level": "knee", "cm": 50, "measured": False}


@pytest.mark.parametrize(
    ("source", "value", "indonesian", "english"),
    [
        ("{v:depth}", KNEE, "selutut (±50 cm)", "knee-deep (±50 cm)"),
        ("{v:depth}", {"level": "calf", "cm": 45, "measured": True}, "45 cm", "45 cm"),
        ("{v:depth}", {"level": "chest", "cm": 120, "measured": False}, "sedada (120 cm lebih)", None),
        ("{v:depth}", {"level": "chest", "cm": 250, "measured": False}, "di atas dada (±250 cm)", None),
        ("{v:depth}", {"level": "unknown", "cm": None, "measured": False}, "belum diketahui", "not known yet"),
        ("{v:depth}", None, "belum diketahui", "not known yet"),
        ("{v:time}", "2026-01-18T12:42:00+00:00", "19.42", "19:42"),
        ("{v:when}", "2026-01-18T00:05:00+07:00", "00.05", "00:05"),
        ("{v:when}", "2026-01-17T23:59:00+07:00", "kemarin 23.59", "yesterday 23:59"),
        ("{v:when}", "2026-01-19T05:15:00+07:00", "besok 05.15", "tomorrow 05:15"),
        ("{v:when}", "2026-01-21T19:42:00+07:00", "Rab 21 Jan 19.42", "Wed 21 Jan 19:42"),
        ("{v:date}", "2026-01-18T19:42:00+07:00", "Minggu, 18 Januari 2026", "Sunday, 18 January 2026"),
        ("{v:day}", "2026-01-18T19:42:00+07:00", "Min 18 Jan", "Sun 18 Jan"),
        ("{v:ago}", 20, "baru saja", "just now"),
        ("{v:ago}", 60, "1 menit lalu", "1 minute ago"),
        ("{v:ago}", 1500, "25 menit lalu", "25 minutes ago"),
        ("{v:ago}", 7300, "2 jam lalu", "2 hours ago"),
        ("{v:ago}", 3 * 86400, "3 hari lalu", "3 days ago"),
        ("{v:span}", 5400.0, "2 jam", "2 hours"),
        ("{v:metres}", 38.4, "38 m", "38 m"),
        ("{v:metres}", 247, "250 m", "250 m"),
        ("{v:metres}", 1234.5, "1,2 km", "1.2 km"),
        ("{v:metres}", 999, "1 km", "1 km"),
        ("{v:number}", 1204, "1.204", "1,204"),
        ("{v:number}", 1.5, "1,5", "1.5"),
        ("{v:number}", -3, "−3", "−3"),
        ("{v:coordinate}", -6.13472, "-6.13472", "-6.13472"),
        ("{v:area}", {"kelurahan": "Sungai Bambu", "kecamatan": "", "kota": ""}, "Kel. Sungai Bambu", None),
        ("{v:id}", "cause.tide", "rob", "tidal flood"),
        ("{v:id}", ["cause.rain", "cause.tide"], "hujan, rob", "rain, tidal flood"),
        ("{v}", ["KA7", "MD3"], "KA7, MD3", "KA7, MD3"),
        ("{v:plural|report|reports}", 1, "report", "report"),
        ("{v:plural|report|reports}", 0, "reports", "reports"),
        ("{v:raw}", "<b>1</b>", "<b>1</b>", "<b>1</b>"),
    ],
)
def test_a_value_is_shown_as_its_type_says(source: str, value: object, indonesian: str, english: str | None) -> None:
    assert said(source, "id", v=value) == indonesian
    if english is not None:
        assert said(source, "en", v=value) == english


def test_an_hour_carries_its_day_where_the_present_is_not_known() -> None:
    at = EVENING.isoformat()
    assert said("{at:when}", present=None, at=at) == "Min 18 Jan 19.42"
    assert said("{at:when}", present=None, at=at, now=at) == "19.42"


def test_hours_are_those_of_the_time_zone_given() -> None:
    source = {"id": {**read_catalog("id"), "t.x": "{at:time}"}}
    assert Texts(ZoneInfo("Asia/Jayapura"), source).render("t.x", {"at": EVENING.isoformat()}, "id") == "21.42"


def test_what_people_typed_cannot_become_markup() -> None:
    assert said("<b>{name}</b>", name="<a href='x'>&") == "<b>&lt;a href='x'&gt;&amp;</b>"
    assert said('<a href="{url}">x</a>', url='" onclick="') == '<a href="&quot; onclick=&quot;">x</a>'


@given(st.text().filter(lambda typed: "\n\n\n" not in typed))
def test_a_reader_sees_exactly_what_was_typed(typed: str) -> None:
    assert without_markup(said("<i>.{name}.</i>", name=typed)) == f".{typed}."


def test_a_line_that_lacks_a_value_is_left_out() -> None:
    source = "satu\nKel. {name}\ndua {n:number}\n\n{other}\n\ntiga"
    assert said(source, n=2) == "satu\ndua 2\n\ntiga"
    assert said(source, n=2, name=None) == "satu\ndua 2\n\ntiga"
    assert said("{causes:id}\nx", causes=[]) == "x"
    assert said("Air: {depth:depth}\nx") == "x"


def test_only_the_stretch_in_brackets_is_left_out() -> None:
    source = "{name}[[, {depth:depth}]][[ ({cause:id})]]\n[[{note}]]\nx"
    assert said(source, name="KA7") == "KA7\nx"
    assert said(source, name="KA7", cause="cause.rain") == "KA7 (hujan)\nx"
    assert said(source, name="KA7", depth=KNEE, note="y") == "KA7, selutut (±50 cm)\ny\nx"


def test_a_text_inside_a_text_gets_the_same_values() -> None:
    both = texts(outer="Laporan {number}\n{more:id}", inner="<b>{name}</b>")
    assert both.render("t.outer", {"number": "KA7", "more": "t.inner", "name": "&"}, "en") == (
        "Laporan KA7\n<b>&amp;</b>"
    )
    assert both.render("t.outer", {"number": "KA7", "more": "t.inner"}, "id") == "Laporan KA7"
    with pytest.raises(ValueError, match="nested"):
        texts(x="{x:id}").render("t.x", {"x": "t.x"}, "id")


def test_plain_text_has_no_markup() -> None:
    assert texts(x="<b>{name}</b> &amp; co").plain("t.x", {"name": "a<b>&"}, "id") == "a<b>& & co"


def test_an_unknown_language_is_answered_in_indonesian() -> None:
    assert Texts(WIB).render("cause.rain", {}, "fr") == "hujan"


def test_an_unknown_text_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        Texts(WIB).render("no.such", {}, "id")
    assert "no.such" not in Texts(WIB)
    assert "cause.rain" in Texts(WIB)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("{v:when}", "18 Januari"),
        ("{v:when}", "2026-01-18T19:42:00"),
        ("{v:number}", "budi"),
        ("{v:depth}", "selutut"),
        ("{v:depth}", {"level": "nose"}),
        ("{v:area}", "Kel. X"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_without_its_content(source: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"t\.x: no \w+ in \{v\}") as raised:
        said(source, v=value)
    assert str(value) not in str(raised.value)


@pytest.mark.parametrize("source", ["{", "a } b", "{Name}", "{a:b:c}", "[[ open", "{v:nonsense}", "{a-b}"])
def test_a_template_that_cannot_be_read_is_refused_at_start(source: str) -> None:
    with pytest.raises(ValueError, match=r"t\.x"):
        texts(x=source)


def test_a_label_sent_as_text_is_recognised_in_any_language() -> None:
    labels = Texts(
        WIB, {"id": {"button.share": "📍 Kirim lokasi", "x.y": "Lain"}, "en": {"button.share": "Share & go"}}
    )
    assert labels.label_ids("📍 Kirim lokasi") == "button.share"
    assert labels.label_ids("  share &  GO ") == "button.share"
    assert labels.label_ids("kirim lokasi") == "button.share"
    assert labels.label_ids("Lain") is None
