"""What a Say looks like when it is sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.render import Rendered, render, shortened, utf16_units
from bot.domain.models import Choice, Say
from bot.texts import Texts, escape, read_catalog, without_markup
from tests.helpers.clock import EVENING, WIB

OWN = {
    "id": {
        "t.receipt": "Laporan <b>{number}</b> diterima, {at:when}\n{note}",
        "button.share": "📍 Kirim lokasi",
        "button.write": "Tulis alamat",
        "button.depth": "{name} & ±{cm}",
    },
    "en": {
        "t.receipt": "Report <b>{number}</b> received, {at:when}\n{note}",
        "button.share": "📍 Share location",
        "button.write": "Write the address",
        "button.depth": "{name} & ±{cm}",
    },
}
TEXTS = Texts(WIB, {language: {**read_catalog(language), **OWN[language]} for language in OWN})
RECEIPT = {"number": "KA7", "at": EVENING.isoformat()}


def rendered(say: Say, language: str = "id") -> Rendered:
    """Rendered this evening."""
    return render(say, language, TEXTS, EVENING)


def test_it_speaks_the_readers_language() -> None:
    say = Say("t.receipt", RECEIPT)
    assert rendered(say, "id").html == "Laporan <b>KA7</b> diterima, 19.42"
    assert rendered(say, "en").html == "Report <b>KA7</b> received, 19:42"
    assert rendered(say).lines == ["Laporan KA7 diterima, 19.42"]


def test_buttons_carry_their_act_or_open_their_link() -> None:
    knee = Choice("button.depth", "depth", ("12", "knee"), values={"name": "<Lutut>", "cm": 50})
    link = Choice("button.write", url="https://t.me/share?text=a")
    markup = rendered(Say("t.receipt", RECEIPT, choices=((knee,), (), (link,)))).markup
    assert markup == {
        "inline_keyboard": [
            [{"text": "<Lutut> & ±50", "callback_data": "depth:12:knee"}],
            [{"text": "Tulis alamat", "url": "https://t.me/share?text=a"}],
        ]
    }


def test_the_keyboard_at_the_bottom_asks_the_phone_for_its_location() -> None:
    choices = ((Choice("button.share", sends="location"), Choice("button.write", sends="text")),)
    markup = rendered(Say("t.receipt", RECEIPT, choices=choices, keyboard="ask"), "en").markup
    share, write = {"text": "📍 Share location", "request_location": True}, {"text": "Write the address"}
    assert markup == {"keyboard": [[share, write]], "resize_keyboard": True}
    assert TEXTS.label_ids("📍 Share location") == "button.share"


def test_the_keyboard_can_be_taken_away() -> None:
    assert rendered(Say("t.receipt", RECEIPT, keyboard="remove")).markup == {"remove_keyboard": True}
    assert rendered(Say("t.receipt", RECEIPT)).markup is None


def test_a_button_that_telegram_would_refuse_is_found_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="bytes"):
        rendered(Say("t.receipt", RECEIPT, choices=((Choice("button.share", "a", ("x" * 70,)),),)))


def test_a_caption_is_shorter_than_a_text() -> None:
    note = "\n".join(["baris"] * 300)
    long = {**RECEIPT, "note": note}
    text, caption = rendered(Say("t.receipt", long)), rendered(Say("t.receipt", long, attachment="x"))
    assert not text.html.endswith("…")
    assert caption.html.endswith("baris\n…")
    assert utf16_units(without_markup(caption.html)) <= 1024
    assert caption.attachment


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=30), max_size=9),
    st.integers(3, 60),
)
def test_a_cut_text_fits_and_its_markup_is_whole(lines: list[str], limit: int) -> None:
    html = "\n".join(f"<b>{escape(line)}</b>" for line in lines)
    short = shortened(html, limit)
    seen = without_markup(short)
    assert utf16_units(seen) <= limit
    assert short.count("<b>") == short.count("</b>")
    assert seen == without_markup(html) or seen.endswith("…")
    assert without_markup(html).startswith(seen.removesuffix("…").removesuffix("\n"))


def test_a_tag_over_several_lines_is_closed_after_a_cut() -> None:
    assert shortened("<blockquote>satu\ndua\ntiga</blockquote>", 10) == "<blockquote>satu\ndua\n…</blockquote>"
