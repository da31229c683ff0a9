"""Texts: HTML to entities, faults with their byte offset, lengths in UTF-16."""

from __future__ import annotations

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.botapi import ApiError
from bot.demo.botapi.text import FormattedText, parse_html, read_text, utf16_length, with_found_entities


def marked(formatted: FormattedText) -> list[tuple[str, str]]:
    """(kind, words) of every entity, cut out by its UTF-16 offsets."""
    units = formatted.text.encode("utf-16-le")
    return [
        (e["type"], units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le"))
        for e in formatted.entities
    ]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>Halo</b>", "Halo", [("bold", "Halo")]),
        ("<strong>a</strong><em>b</em>", "ab", [("bold", "a"), ("italic", "b")]),
        ("<u>a</u><ins>b</ins> <s>c</s><del>d</del>", "ab cd", None),
        ("🌊🌊 <b>dalam</b> 🌊", "🌊🌊 dalam 🌊", [("bold", "dalam")]),
        ("<b>tebal <i>miring</i></b>", "tebal miring", [("bold", "tebal miring"), ("italic", "miring")]),
        ("<code>a &lt; b</code>", "a < b", [("code", "a < b")]),
        ("<blockquote>kutipan</blockquote>", "kutipan", [("blockquote", "kutipan")]),
        ("<blockquote expandable>k</blockquote>", "k", [("expandable_blockquote", "k")]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", "x")]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", "x")]),
        ("<pre><code class='language-sql'>SELECT</code></pre>", "SELECT", [("pre", "SELECT")]),
        ("5 &gt; 3 &amp; &quot;ya&quot; &#33; &#x1F30A;", '5 > 3 & "ya" ! 🌊', []),
        ("R&B &unknown; &#0;", "R&B &unknown; &#0;", []),
        ("<b></b>kosong", "kosong", []),
        ("<B>besar</B>", "besar", [("bold", "besar")]),
    ],
)
def test_html_becomes_entities(source: str, text: str, entities: list[tuple[str, str]] | None) -> None:
    formatted = parse_html(source)
    assert formatted.text == text
    if entities is not None:
        assert marked(formatted) == entities


def test_a_link_keeps_its_address_and_a_code_block_its_language() -> None:
    link = parse_html('<a href="https://example.org/?a=1&amp;b=2">peta</a>')
    assert link.entities == ({"offset": 0, "length": 4, "type": "text_link", "url": "https://example.org/?a=1&b=2"},)
    code = parse_html('<pre><code class="language-python">x</code></pre>')
    assert code.entities == ({"offset": 0, "length": 1, "type": "pre", "language": "python"},)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a <x>", 'Unsupported start tag "x" at byte offset 2'),
        ("é <p>", 'Unsupported start tag "p" at byte offset 3'),
        ("air < 50 cm", 'Unsupported start tag "" at byte offset 4'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_faults_are_named_with_their_place(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(source)
    assert caught.value.code == 400
    assert caught.value.description == f"Bad Request: can't parse entities: {reason}"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_escaped_words_come_through_unchanged(words: str) -> None:
    formatted = parse_html(f"<b>{html.escape(words)}</b>")
    assert formatted.text == words.replace("&#x27;", "'")
    assert formatted.length == utf16_length(words)
    assert all(entity["length"] == formatted.length for entity in formatted.entities)


@given(st.text(alphabet="<>&/ab\"'= 🌊;#1", max_size=40))
def test_any_source_is_read_or_refused(source: str) -> None:
    try:
        formatted = parse_html(source)
    except ApiError as refusal:
        assert refusal.description.startswith("Bad Request: can't parse entities: ")
    else:
        assert all(0 <= e["offset"] < e["offset"] + e["length"] <= formatted.length for e in formatted.entities)


def test_blanks_at_the_ends_go_and_entities_move_along() -> None:
    formatted = read_text("\n  <b>Halo</b> dunia \n", "HTML", None)
    assert formatted.text == "Halo dunia"
    assert marked(formatted) == [("bold", "Halo")]


@pytest.mark.parametrize(
    ("words", "entities"),
    [
        ("/lapor@genangan_bot segera", [("bot_command", "/lapor@genangan_bot")]),
        ("coba /status lalu /bantuan", [("bot_command", "/status"), ("bot_command", "/bantuan")]),
        ("RT 02/10 dan 1/2", []),
        ("@budi_s lihat #banjir", [("mention", "@budi_s"), ("hashtag", "#banjir")]),
        ("https://maps.google.com/?q=-6.1,106.8.", [("url", "https://maps.google.com/?q=-6.1,106.8")]),
        ("maps.app.goo.gl/abc ya", [("url", "maps.app.goo.gl/abc")]),
        ("surel a.b@example.org", [("email", "a.b@example.org")]),
        ("-6.1234, 106.8123", []),
    ],
)
def test_entities_are_found_in_plain_text(words: str, entities: list[tuple[str, str]]) -> None:
    assert marked(with_found_entities(FormattedText(words))) == entities


def test_given_entities_are_kept() -> None:
    given: list[dict[str, Any]] = [{"offset": 0, "length": 4, "type": "bold"}]
    assert marked(read_text("Halo #banjir", None, given)) == [("bold", "Halo"), ("hashtag", "#banjir")]


def test_other_parse_modes_are_not_read_here() -> None:
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        read_text("*x*", "MarkdownV2", None)
