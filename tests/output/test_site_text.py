"""The listed places as they stand in the digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.models import Kind
from bot.domain.site_rules import progress
from bot.domain.sites import SiteState
from bot.output.site_text import site_block
from bot.texts import Texts, without_markup
from tests.helpers.builders import incident, site
from tests.helpers.clock import EVENING, WIB
from tests.helpers.small_city import KOTA

TEXTS = Texts(WIB)
TODAY = date(2026, 1, 18)


def test_without_places_there_is_no_block() -> None:
    assert site_block(progress([], [], TODAY), TEXTS, "id", EVENING) is None


def test_a_short_block() -> None:
    sites = [
        site(1, name="Taman <Bambu>", state=SiteState.TIDY),
        site(2, lon=106.95, due_on=date(2026, 1, 10)),
        site(3, lon=106.96, unit=KOTA),
    ]
    puddle = incident(1, number="KA7")
    shown = site_block(progress(sites, [puddle], TODAY), TEXTS, "id", EVENING, "https://t.me/b?start=g_{}".format)
    assert shown is not None
    assert without_markup(shown).split("\n") == [
        "Penataan: 1 dari 3 selesai",
        "Kelurahan 1/2 · Kota 0/1",
        "⚠️ Lewat tenggat: P2 Lokasi 2 (Sab 10 Jan)",
        "Masih tergenang: P1 Taman <Bambu> (KA7)",
    ]
    assert '<a href="https://t.me/b?start=g_KA7">KA7</a>' in shown
    assert "Taman &lt;Bambu&gt;</a>" in shown


def test_only_five_are_named() -> None:
    sites = [site(n, lon=106.9 + n / 100, due_on=date(2026, 1, n)) for n in range(1, 9)]
    shown = site_block(progress(sites, [], TODAY), TEXTS, "id", EVENING)
    assert shown is not None
    lines = without_markup(shown).split("\n")
    assert lines[0] == "Penataan: 0 dari 8 selesai"
    assert lines[1].startswith("⚠️ Lewat tenggat: P1 Lokasi 1 (Kam 1 Jan), P2")
    assert lines[1].endswith("P5 Lokasi 5 (Sen 5 Jan), dan 3 lainnya")
    assert len(lines) == 2


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_drain_is_no_water_there(language: str) -> None:
    drain = replace(incident(1), kind=Kind.DRAIN)
    shown = site_block(progress([site(1)], [drain], TODAY), TEXTS, language, EVENING)
    assert shown is not None
    assert len(shown.split("\n")) == 1


def test_of_a_place_with_many_cases_five_are_named() -> None:
    puddles = [incident(n, number=f"K{n}") for n in range(1, 61)]
    shown = site_block(progress([site(1)], puddles, TODAY), TEXTS, "id", EVENING, "https://t.me/b?start=g_{}".format)
    assert shown is not None
    assert without_markup(shown).endswith("(K1, K2, K3, K4, K5, …)")
