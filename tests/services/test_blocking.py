"""Blocking whoever made a report: told once, and nothing counts until it is lifted."""

from __future__ import annotations

import pytest

from tests.helpers.desk import ADMIN, Desk
from tests.services.test_reporting import ANI, BUDI, HERE, NEAR, report


async def blocked(desk: Desk, reason: str = "laporan palsu") -> str:
    """Ani reports and is blocked for it; her report's number."""
    await report(desk, ANI)
    number = str(desk.receipt(ANI).values["number"])
    await desk.text(ADMIN, f"/blokir {number} {reason}")
    return number


async def test_the_reporter_hears_it_once_with_the_reason_and_whom_to_turn_to(desk: Desk) -> None:
    number = await blocked(desk, "laporan palsu <3x>")
    told = desk.shown(ANI)
    assert "Alasan: laporan palsu <3x>" in told and "JAKI" in told and "112" in told
    assert f"Pelapor {number} diblokir" in desk.shown(ADMIN)
    assert str(ANI) not in desk.shown(ADMIN)
    await desk.text(ADMIN, f"/blokir {number} lagi")
    assert desk.says(ADMIN)[-1] == "block.already"
    assert desk.says(ANI).count("block.told") == 1


async def test_while_blocked_nothing_counts_and_it_is_answered_once_a_day(desk: Desk) -> None:
    await blocked(desk)
    [before] = await desk.incidents()
    before_count = len(desk.chats[ANI])
    await desk.location(ANI, *HERE)
    await desk.text(ANI, "/lapor")
    await desk.photo(ANI)
    assert await desk.press(ANI, "Sudah surut") is None
    assert desk.says(ANI)[before_count:] == ["block.answer"]
    assert "112" in desk.shown(ANI)
    [after] = await desk.incidents()
    assert after.last_seen == before.last_seen and after.state is before.state
    desk.clock.move(days=1)
    await desk.text(ANI, "banjir")
    assert desk.says(ANI)[before_count:] == ["block.answer", "block.answer"]


async def test_a_block_is_lifted_and_what_they_send_counts_again(desk: Desk) -> None:
    number = await blocked(desk)
    await desk.text(ADMIN, f"/bukablokir {number}")
    assert "kami terima lagi" in desk.shown(ANI)
    await desk.text(ADMIN, f"/bukablokir {number}")
    assert desk.says(ADMIN)[-1] == "block.not_blocked"
    await desk.press(ANI, "Sudah surut")
    [incident] = await desk.incidents()
    assert not incident.state.is_open


@pytest.mark.parametrize("typed", ["/blokir", "/blokir KA7", "/blokir KA7 ...", "/bukablokir"])
async def test_number_and_reason_are_needed(desk: Desk, typed: str) -> None:
    await desk.text(ADMIN, typed)
    assert "Contoh: " in desk.shown(ADMIN)


async def test_a_number_that_is_none_says_so(desk: Desk) -> None:
    await desk.text(ADMIN, "/blokir ZZ99 palsu")
    assert desk.says(ADMIN) == ["block.unknown"]


async def test_a_cases_number_means_its_only_report(desk: Desk) -> None:
    await report(desk, ANI)
    [incident] = await desk.incidents()
    await report(desk, BUDI, NEAR)
    await desk.text(ADMIN, f"/blokir {incident.number} palsu")
    numbers = [str(desk.receipt(who).values["number"]) for who in (ANI, BUDI)]
    assert ", ".join(numbers) in desk.shown(ADMIN)
    await desk.text(BUDI, "/batal")
    await desk.press(BUDI, "Ya, batalkan")
    await desk.text(ADMIN, f"/blokir {incident.number} palsu")
    assert f"Pelapor {numbers[0]} diblokir" in desk.shown(ADMIN)


async def test_admins_of_the_settings_are_not_blocked(desk: Desk) -> None:
    await report(desk, ADMIN)
    number = desk.receipt(ADMIN).values["number"]
    await desk.text(ADMIN, f"/blokir {number} salah")
    assert desk.says(ADMIN)[-1] == "block.fixed"


async def test_only_admins_block(desk: Desk) -> None:
    await report(desk, ANI)
    number = desk.receipt(ANI).values["number"]
    await desk.text(BUDI, f"/blokir {number} palsu")
    assert desk.says(BUDI) == ["refused.admins_only"]
    assert "block.told" not in desk.says(ANI)


async def test_who_is_blocked_may_still_read_what_is_kept(desk: Desk) -> None:
    await blocked(desk)
    await desk.text(ANI, "/privasi")
    assert desk.says(ANI)[-1] == "privacy.text"
