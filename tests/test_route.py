from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import check_parts
from bot.check import Verdict
from bot.domain.errors import RoutingError
from bot.domain.models import Cause, Fault, Kind
from bot.domain.records import Changes
from bot.domain.staff import UnitLink
from bot.route import Asked, route
from bot.settings import Settings
from storage import open_store
from tests.helpers.clock import EVENING, StillClock

BAMBU = Asked(-6.1302, 106.8868)
PARTS = replace(check_parts(), clock=StillClock())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path / 'g.db'}")


async def lines(settings: Settings, asked: Asked = BAMBU) -> dict[str, str]:
    return {each.about: str(each) for each in await route(settings, PARTS, asked)}


def assert_empty(folder: Path) -> None:
    assert list(folder.iterdir()) == []


async def connect(settings: Settings, *units: str) -> None:
    store = await open_store(settings.database_url)
    async with store.transaction() as tx:
        await tx.flush(Changes(links=[UnitLink(unit, EVENING, chat_id=-1) for unit in units]))
    await store.close()


async def test_without_a_database_it_is_shown_as_if_every_unit_had_its_chat(settings: Settings, tmp_path: Path) -> None:
    assert [str(each) for each in await route(settings, PARTS, replace(BAMBU, depth_cm=70))] == [
        "OK    place      -6.13020, 106.88680: Kel. Sungai Bambu, Kec. Tanjung Priok, 31.72.02.1004",
        "OK    case       genangan, 70 cm, reported at 19:42",
        "OK    rule       line 93 of routing.toml of the product:"
        ' "Tali air, saluran kecil dan jalan lingkungan dirawat kelurahan (PPSU)"',
        "OK    owner      Kelurahan Sungai Bambu",
        "OK    clocks     to be taken up within 15 min, and finished 6 h after that",
        f"Note  chats      {settings.database_url} tells nothing of units' chats (yet):"
        " shown as if every unit had its own",
    ]
    assert_empty(tmp_path)  # looking makes no database


async def test_on_behalf_of_whom(settings: Settings) -> None:
    await connect(settings, "31.72.02", "31.72")
    found = await lines(settings)
    assert found["owner"] == (
        "Note  owner      Satpel SDA Kec. Tanjung Priok, on behalf of Kelurahan Sungai Bambu,"
        " which has no chat (/undang)"
    )
    found = await lines(settings, replace(BAMBU, cause=Cause.RIVER))
    assert found["owner"] == "OK    owner      Sudin SDA Jakarta Utara"
    assert "chats" not in found


async def test_where_nobody_has_a_chat_the_admins_see_it(settings: Settings) -> None:
    await connect(settings)
    owner = (await lines(settings))["owner"]
    assert owner.startswith("Note  owner      Sudin SDA Jakarta Utara; neither Kelurahan Sungai Bambu nor any above")
    assert "admins get the cards" in owner


async def test_a_broken_pump(settings: Settings) -> None:
    found = await lines(settings, replace(BAMBU, kind=Kind.DRAIN, fault=Fault.PUMP))
    assert "saluran, fault pump" in found["case"]
    assert "Sudin SDA Jakarta Utara" in found["owner"]
    assert "within 24 h, and finished 7 d after that" in found["clocks"]


async def test_a_file_of_ones_own_and_no_rule_that_fits(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "aturan.toml"
    path.write_text('[[clock]]\ntake_up = "60 min"\nfinish = "6 h"\n')
    settings = replace(settings, routing_file=path)
    assert f"none of {path} fits, so it is the kelurahan's" in (await lines(settings))["rule"]
    path.write_text("[[clock]]")
    with pytest.raises(RoutingError, match=r"line 1: this .* lacks take_up"):
        await lines(settings)


async def test_outside_of_the_service_area(settings: Settings) -> None:
    (finding,) = await route(settings, PARTS, Asked(-6.3, 106.8))
    assert finding.verdict is Verdict.FIX
    assert "not in the service area" in finding.text
