"""/hapus: said what goes and what stays, confirmed, done, and whoever writes again is somebody new."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

from bot.chat.callback import encode
from bot.domain.models import IncidentState
from bot.domain.staff import UnitLink
from bot.services import owning
from bot.services.batch import Batch
from bot.services.context import Context
from tests.helpers.casework import do
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.invitations import GROUP, TONO, connect, in_group, invited, opens, roster
from tests.helpers.officers import choice_in, tap
from tests.helpers.small_city import BAMBU
from tests.services.test_reporting import ANI, BUDI, HERE, NEAR, report


def known(desk: Desk) -> set[int]:
    """The Telegram ids of everybody who is known."""
    with closing(sqlite3.connect(desk.folder / "genangan.db")) as db:
        return {telegram_id for (telegram_id,) in db.execute("SELECT telegram_id FROM people WHERE id > 0")}


async def test_it_is_said_first_what_goes_and_what_stays_and_nothing_is_done_yet(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "/hapus")
    asked = desk.shown(ANI)
    assert "Hapus semua data Anda?" in asked and "1 laporan Anda masih terbuka" in asked
    assert "Cadangan hilang dalam 7 hari" in asked and "15 menit" in asked
    assert "petugas." not in asked and "Blokir" not in asked
    assert ANI in known(desk)


async def test_who_confirms_is_gone_and_the_case_goes_on(desk: Desk) -> None:
    await report(desk, ANI)
    await report(desk, BUDI, NEAR)
    [before] = await desk.incidents()
    await desk.text(ANI, "/hapus")
    assert await desk.press(ANI, "Ya, hapus") == "erase.toast"
    assert known(desk) == {BUDI}
    [after] = await desk.incidents()
    assert after == before
    last = desk.toasts[-1].farewell
    assert last is not None and last.chat_id == ANI and last.say.text == "erase.done"


async def test_pressing_twice_makes_nobody_known(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "/hapus")
    await desk.press(ANI, "Ya, hapus", take=False)
    await desk.press(ANI, "Ya, hapus", take=False)
    await desk.send(ANI, edits=1, text="salah", take=False)
    await desk.take()
    assert known(desk) == set()
    assert [toast.say and toast.say.text for toast in desk.toasts[-2:]] == ["erase.toast", "toast.too_old"]


async def test_who_writes_in_the_same_moment_is_somebody_new(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "/hapus")
    await desk.press(ANI, "Ya, hapus", take=False)
    await desk.location(ANI, *HERE, take=False)
    await desk.take()
    assert known(desk) == {ANI}
    assert "Setinggi apa" in desk.shown(ANI)
    await desk.text(ANI, "/status")
    assert desk.receipt(ANI).values.get("number") is not None  # the old one, in a chat that is Telegram's
    assert await desk.press(ANI, "Airnya naik") == "toast.too_old"


async def test_the_button_is_good_for_a_quarter_of_an_hour_and_for_one_person(desk: Desk) -> None:
    await report(desk, ANI)
    await report(desk, BUDI, NEAR)
    await desk.text(ANI, "/hapus")
    _, yes = choice_in(desk, ANI, "Ya, hapus")
    assert await desk.press_data(BUDI, encode(yes.act, yes.args)) == "toast.too_old"
    desk.clock.move(minutes=16)
    assert await desk.press(ANI, "Ya, hapus") == "toast.too_old"
    assert known(desk) == {ANI, BUDI}


async def test_who_thinks_better_of_it_keeps_everything(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "/hapus")
    await desk.press(ANI, "Batal")
    assert desk.says(ANI)[-1] == "erase.kept"
    assert known(desk) == {ANI}


async def test_a_draft_goes_with_its_person(desk: Desk) -> None:
    await desk.location(ANI, *HERE)
    await desk.text(ANI, "/hapus")
    await desk.press(ANI, "Ya, hapus")
    await desk.beat(hours=2)  # a location without depth would have been filed by now
    assert await desk.incidents() == []


async def test_who_is_blocked_may_be_forgotten_and_stays_blocked(desk: Desk) -> None:
    await report(desk, ANI)
    number = desk.receipt(ANI).values["number"]
    await desk.text(ADMIN, f"/blokir {number} palsu")
    await desk.text(ANI, "/hapus")
    assert "Blokir tetap berlaku" in desk.shown(ANI)
    assert await desk.press(ANI, "Ya, hapus") == "erase.toast"
    assert known(desk) == {ADMIN}
    await desk.location(ANI, *HERE)
    assert desk.says(ANI)[-1] == "block.answer"


async def test_the_rest_decide_that_the_water_is_gone(desk: Desk) -> None:
    """Of two reporters one is left who can be reached: their word is enough."""
    await report(desk, ANI)
    await report(desk, BUDI, NEAR)
    await desk.text(ANI, "/hapus")
    await desk.press(ANI, "Ya, hapus")
    await desk.press(BUDI, "Sudah surut")
    [incident] = await desk.incidents()
    assert incident.state is IncidentState.RECEDED


async def test_an_officer_loses_the_role_and_the_unit_it_was_told_in_is_answered_for(desk: Desk) -> None:
    await opens(desk, TONO, await invited(desk, "petugas Sungai Bambu"), "Tono")
    await report(desk, ANI)

    def be_the_chat(ctx: Context, batch: Batch) -> None:
        person = batch.known(TONO)
        assert person is not None
        batch.roster.put_link(UnitLink(BAMBU, desk.clock.now(), person_id=person.id))
        owning.reconnect(ctx, batch, BAMBU, desk.clock.now())

    await do(desk, be_the_chat)
    [before] = await desk.incidents()
    assert before.handling.owner == BAMBU
    await desk.text(TONO, "/hapus")
    assert "Anda tidak lagi petugas" in desk.shown(TONO)
    assert "Kasus Kelurahan Sungai Bambu pindah ke unit di atasnya" in desk.shown(TONO)
    await desk.press(TONO, "Ya, hapus")
    assert TONO not in known(desk)
    [after] = await desk.incidents()
    assert after.handling.owner == "31.72" and after.handling.on_behalf == BAMBU
    assert "office.lost" in desk.says(ADMIN)
    with closing(sqlite3.connect(desk.folder / "genangan.db")) as db:
        assert db.execute("SELECT count(*) FROM officers").fetchone() == (0,)
        assert "left" in [what for (what,) in db.execute("SELECT what FROM audit")]
    await desk.text(TONO, "/tugas")
    assert desk.says(TONO)[-1] == "refused.officers_only"


async def test_who_was_removed_from_a_unit_comes_back_to_it_by_no_erasure(desk: Desk) -> None:
    await connect(desk, "Sungai Bambu")
    await opens(desk, TONO, await invited(desk, "petugas Sungai Bambu"), "Tono")
    await desk.text(ADMIN, "/petugas Sungai Bambu")
    await desk.press(ADMIN, "Tono")
    await desk.press(ADMIN, "Ya, keluarkan")
    desk.clock.move(minutes=1)
    await desk.text(TONO, "/hapus")
    await desk.press(TONO, "Ya, hapus")
    await report(desk, ANI)
    await tap(desk, TONO, "Saya tangani", GROUP, name="Tono")
    [case] = await desk.incidents()
    assert case.state is IncidentState.WAITING
    [removed] = (await roster(desk)).officers[-1:]
    assert removed.removed_at is not None and removed.name == ""


async def test_an_admin_of_the_settings_is_told_where_their_id_stands(desk: Desk) -> None:
    await desk.text(ADMIN, "/hapus")
    assert "pengaturan bot" in desk.shown(ADMIN)
    assert await desk.press(ADMIN, "Ya, hapus") == "erase.toast"
    await desk.text(ADMIN, "/log")
    assert ADMIN in known(desk)


async def test_what_is_kept_is_told_in_five_lines_with_the_real_figures(desk: Desk) -> None:
    desk.context = replace(desk.context, retention_days=90, backups_kept=0)
    desk.intake._context = desk.context
    await desk.text(ANI, "/privasi")
    said = desk.shown(ANI)
    assert "90 hari setelah kasus selesai" in said and "Cadangan" not in said
    assert [line[:2] for line in said.split("\n")[1:]] == ["1.", "2.", "3.", "4.", "5."]
    assert "/data" in said and "/hapus" in said
    await desk.text(ANI, "/hapus")
    assert "Cadangan tidak dibuat di sini" in desk.shown(ANI)


async def test_in_a_group_it_leads_to_the_private_chat(desk: Desk) -> None:
    for command in ("/hapus", "/data"):
        await in_group(desk, ANI, f"{command}@genangan_bot")
        assert desk.says(GROUP)[-1] == "refused.in_group"
    assert ANI in known(desk)
