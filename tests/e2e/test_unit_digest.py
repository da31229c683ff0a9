"""/rekap in a unit's group, over HTTP: its own part at its own hour, nothing of others, until it is ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.services.digest_maker import DigestMaker
from tests.e2e.borough import KELURAHAN, PATIENCE_S, SATPEL, SUDIN, Borough, Office, borough
from tests.e2e.newsroom import TEN_TO_SIX, at

ELSEWHERE = (-6.1283, 106.8005)
"""In Kelurahan Pluit, another kecamatan."""

HEADLINE = "GENANGAN KEL. SUNGAI BAMBU"


def parts(office: Office) -> list[str]:
    """The parts of the digest that came to a unit's group."""
    return [shown.text for shown in office.room.chat if shown.from_bot and shown.text.startswith("GENANGAN ")]


async def say(here: Borough, office: Office, words: str, answer: str) -> None:
    """Its officer writes in the group; the answer comes there."""
    before = here.api.version
    office.here.send_text(words)
    await office.here.wait_for(answer, PATIENCE_S, after=before)


async def subscribed(here: Borough) -> None:
    """Water stands in the kelurahan and elsewhere, and the kelurahan wants to hear of it at six."""
    await here.resident("Siti")
    await here.kelurahan.press(await here.kelurahan.new_case(), "Saya tangani")  # who presses is an officer
    await here.resident("Budi", ELSEWHERE, "Paha ±70")
    await say(here, here.kelurahan, "/rekap@genangan_bot jam 06.00", "06.00")


async def test_a_unit_gets_its_own_part_at_its_hour_until_it_says_stop(tmp_path: Path) -> None:
    async with borough(tmp_path, start=TEN_TO_SIX) as here:
        await subscribed(here)
        assert parts(here.kelurahan) == []
        await at(here, "2026-01-19T06:00")
        (part,) = parts(here.kelurahan)
        assert part.startswith(HEADLINE)
        assert "± 50 cm" in part
        assert "Pluit" not in part
        assert "70 cm" not in part
        await here.let_pass(20)
        assert len(parts(here.kelurahan)) == 1
        assert [parts(here.satpel), parts(here.sudin)] == [[], []]

        await at(here, "2026-01-20T06:00")
        assert len(parts(here.kelurahan)) == 2
        await say(here, here.kelurahan, "/rekap@genangan_bot berhenti", "tidak dikirim lagi")
        await at(here, "2026-01-21T06:00")
        assert len(parts(here.kelurahan)) == 2


async def test_a_digest_of_the_channel_that_cannot_be_made_holds_up_no_unit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> object:
        raise ValueError("a mistake of ours")

    async with borough(tmp_path, start=TEN_TO_SIX) as here:
        await subscribed(here)
        with monkeypatch.context() as broken:
            broken.setattr(DigestMaker, "post", fails)
            await at(here, "2026-01-19T06:00")
            assert len(parts(here.kelurahan)) == 1
            assert here.channel.chat == []
        await here.beat()
        assert any("Masih tergenang" in shown.text for shown in here.channel.chat)


async def test_a_resident_in_the_group_cannot_set_the_hours(tmp_path: Path) -> None:
    async with borough(tmp_path, KELURAHAN, start=TEN_TO_SIX) as here:
        stranger = here.api.user("Orang lewat")
        here.kelurahan.room.add(stranger)
        stranger.at(here.kelurahan.room).send_text("/rekap@genangan_bot jam 06.00")
        await here.settle()
        await at(here, "2026-01-19T06:00")
        assert parts(here.kelurahan) == []


async def test_a_group_that_was_lost_gets_nothing_and_once_it_is_back_goes_on_with_its_next_hour(
    tmp_path: Path,
) -> None:
    async with borough(tmp_path, start=TEN_TO_SIX) as here:
        await subscribed(here)
        room = here.kelurahan.room
        room.remove_bot()
        await here.admin.wait_for("Chat ini tidak bisa dijangkau lagi", PATIENCE_S)
        for morning in ("2026-01-19T06:00", "2026-01-20T06:00"):
            await at(here, morning)
        assert parts(here.kelurahan) == []

        await at(here, "2026-01-20T09:00")
        await here.connect_again(here.kelurahan)
        await here.let_pass(20)
        assert parts(here.kelurahan) == []  # no old news
        await at(here, "2026-01-21T06:00")
        assert [part.split("\n")[0] for part in parts(here.kelurahan)] == [HEADLINE]
        assert {SATPEL, SUDIN} == {each.unit for each in here.offices.values() if not parts(each)}
