"""/unit, /petugas and /log, as an admin uses them."""

from __future__ import annotations

import json

from bot.domain.command_table import Menu
from bot.domain.records import INTERNAL, RawUpdate
from bot.services.auditing import NAMED, PAGE, read_log
from bot.services.menus import menus_of
from bot.texts import read_catalog
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.invitations import GROUP, RINA, TONO, WATI, connect, invited, opens, roster
from tests.services.test_reporting import ANI, report

SUNGAI_BAMBU = "31.72.02.1004"


async def work(desk: Desk) -> None:
    """The log is read, and what came of it is shown."""
    for row in await desk.store.claim_work(desk.clock.now(), 9):
        result = await read_log(desk.store)(row)
        await desk.store.finish_work(row, result, desk.clock.now(), None)
    await desk.take()


async def enlist(desk: Desk, who: int, unit: str, name: str) -> None:
    await opens(desk, who, await invited(desk, f"petugas {unit}"), name)


async def test_the_list_of_units_says_which_are_not_connected(desk: Desk) -> None:
    await connect(desk, "Sungai Bambu")
    await connect(desk, "Sudin")
    await desk.text(ADMIN, "/unit")
    shown = desk.shown(ADMIN)
    assert "37 unit belum tersambung" in shown
    assert "Sudin SDA Jakarta Utara: tersambung" in shown
    block = shown.partition("Satpel SDA Kec. Tanjung Priok: ")[2].partition("\n\n")[0]
    assert block.splitlines()[:2] == ["belum tersambung", "Tersambung: Sungai Bambu"]
    assert "Warakas" in block.splitlines()[2]
    assert len(shown) <= 4096


async def test_one_unit_shows_its_chat_officers_and_cases(desk: Desk) -> None:
    await connect(desk, "Sungai Bambu")
    await enlist(desk, TONO, "Sungai Bambu", "Tono")
    await report(desk, ANI)
    [incident] = await desk.incidents()
    await desk.text(ADMIN, "/unit sungai bambu")
    shown = desk.shown(ADMIN)
    assert "Chat: di grup, sejak 19.42" in shown
    assert "Petugas: Tono" in shown
    assert f"Kasus terbuka: 1 ({incident.number})" in shown
    await desk.text(ADMIN, "/unit entah")
    assert 'Tidak ada unit "entah"' in desk.shown(ADMIN)
    await desk.text(ADMIN, "/unit koja")
    await desk.press(ADMIN, "Kelurahan Koja")
    assert "Chat: belum tersambung" in all_shown(desk, ADMIN)


def all_shown(desk: Desk, who: int) -> str:
    return "\n".join(desk.texts.plain(say.text, say.values, "id", desk.clock.now()) for say in desk.chats[who].values())


async def test_a_unit_is_cut_off_only_after_asking_and_its_chat_hears_it(desk: Desk) -> None:
    await connect(desk, "Sungai Bambu")
    await desk.text(ADMIN, "/unit sungai bambu")
    await desk.press(ADMIN, "Putuskan")
    await desk.press(ADMIN, "Tidak jadi")
    assert (await roster(desk)).links[0].connected
    await desk.press(ADMIN, "Putuskan")
    await desk.press(ADMIN, "Ya, putuskan")
    assert "Chat: belum tersambung" in desk.shown(ADMIN)
    assert "Admin memutus chat ini dari Kelurahan Sungai Bambu" in desk.shown(GROUP)
    assert not (await roster(desk)).links[0].connected
    assert await desk.press_data(ADMIN, f"cutyes:{SUNGAI_BAMBU}") == "toast.already"


async def test_old_buttons_do_nothing_for_who_is_no_admin(desk: Desk) -> None:
    await connect(desk, "Sungai Bambu")
    await enlist(desk, TONO, "Sungai Bambu", "Tono")
    for data in (f"cutyes:{SUNGAI_BAMBU}", f"inv:unit:{SUNGAI_BAMBU}", f"unit:{SUNGAI_BAMBU}", "staff:0:", "log:0"):
        assert await desk.press_data(TONO, data) == "refused.admins_only"
    [officer] = (await roster(desk)).officers
    assert await desk.press_data(ANI, f"rmvyes:{officer.person_id}:{SUNGAI_BAMBU}") == "refused.admins_only"
    loaded = await roster(desk)
    assert loaded.links[0].connected and loaded.officers[0].removed_at is None


async def test_a_removed_officer_loses_at_once_and_is_told(desk: Desk) -> None:
    await enlist(desk, TONO, "Sungai Bambu", "Tono")
    await enlist(desk, WATI, "Warakas", "Wati <b>")
    await desk.text(ADMIN, "/petugas")
    shown = desk.shown(ADMIN)
    assert "Kelurahan Sungai Bambu: Tono" in shown and "Kelurahan Warakas: Wati <b>" in shown
    await desk.press(ADMIN, "Keluarkan Tono")
    assert "Keluarkan Tono dari Kelurahan Sungai Bambu?" in desk.shown(ADMIN)
    await desk.press(ADMIN, "Ya, keluarkan")
    assert "Tono" not in desk.shown(ADMIN) and "Petugas (1)" in desk.shown(ADMIN)
    assert "tidak lagi terdaftar di Kelurahan Sungai Bambu" in desk.shown(TONO)
    await desk.text(TONO, "/bantuan")
    assert "Untuk petugas" not in desk.shown(TONO)


async def test_removing_the_officer_whose_chat_is_the_units_disconnects_it(desk: Desk) -> None:
    await opens(desk, TONO, await invited(desk, "Sungai Bambu"))
    await desk.text(ADMIN, "/petugas sungai bambu")
    await desk.press(ADMIN, "Keluarkan Tono")
    await desk.press(ADMIN, "Ya, keluarkan")
    assert not (await roster(desk)).links[0].connected


async def test_many_officers_come_in_pages(desk: Desk) -> None:
    for n in range(10):
        await enlist(desk, 7_000_000_200 + n, "Sungai Bambu", f"Petugas{n}")
    await desk.text(ADMIN, "/petugas")
    assert "Petugas7" in desk.shown(ADMIN) and "Petugas8" not in desk.shown(ADMIN)
    await desk.press(ADMIN, "Berikutnya")
    assert "Petugas8, Petugas9" in desk.shown(ADMIN)
    await desk.press(ADMIN, "Sebelumnya")
    assert "Petugas0" in desk.shown(ADMIN)


async def test_admins_of_the_settings_cannot_be_locked_out(desk: Desk) -> None:
    await opens(desk, WATI, await invited(desk, "admin"), "Wati")
    context = desk.intake._context
    assert context.admin_ids == {ADMIN}
    await desk.text(ADMIN, "/petugas")
    assert "Admin tetap: 1" in desk.shown(ADMIN)
    await desk.press(ADMIN, "Keluarkan Wati")
    # meanwhile the operator put Wati into ADMIN_IDS
    object.__setattr__(context, "admin_ids", frozenset({ADMIN, WATI}))
    assert await desk.press(ADMIN, "Ya, keluarkan") == "staff.fixed"
    assert (await roster(desk)).officers[0].removed_at is None


async def test_the_log_tells_newest_first_who_did_what(desk: Desk) -> None:
    await desk.text(ADMIN, "/log")
    await work(desk)
    assert "Belum ada apa-apa" in desk.shown(ADMIN)
    await enlist(desk, TONO, "Sungai Bambu", "Tono")
    desk.clock.move(minutes=1)
    await connect(desk, "Sungai Bambu", who=RINA)
    desk.clock.move(minutes=1)
    await desk.text(ADMIN, "/petugas")
    await desk.press(ADMIN, "Keluarkan Tono")
    await desk.press(ADMIN, "Ya, keluarkan")
    await desk.text(ADMIN, "/log")
    await work(desk)
    shown = desk.shown(ADMIN)
    lines = [line for line in shown.splitlines() if line][1:]
    assert lines[0] == "19.44 · Admin"
    assert lines[1] == "mengeluarkan: Kelurahan Sungai Bambu: Tono"
    assert lines[2:4] == ["19.43 · Kelurahan Sungai Bambu", "menyambungkan chat"]
    assert "19.42 · Tono, Kelurahan Sungai Bambu\nmemakai undangan" in shown
    assert str(TONO) not in shown and str(ADMIN) not in shown


async def test_the_log_has_pages_by_button(desk: Desk) -> None:
    for n in range(PAGE + 2):
        desk.clock.move(minutes=1)
        await desk.text(ADMIN, "/undang " + ("Warakas" if n else "admin"))
    await desk.text(ADMIN, "/log")
    await work(desk)
    assert "mengundang admin" not in desk.shown(ADMIN)
    await desk.press(ADMIN, "Lebih lama")
    await work(desk)
    assert "halaman 2" in desk.shown(ADMIN) and "mengundang admin" in desk.shown(ADMIN)
    assert desk.says(ADMIN).count("audit.page") == 1
    await desk.press(ADMIN, "Lebih baru")
    await work(desk)
    assert "halaman 1" in desk.shown(ADMIN)


async def test_a_log_that_arrives_when_its_asker_is_no_admin_any_more_is_not_shown(desk: Desk) -> None:
    await opens(desk, WATI, await invited(desk, "admin"), "Wati")
    await desk.text(WATI, "/log")
    await desk.text(ADMIN, "/petugas")
    await desk.press(ADMIN, "Keluarkan Wati")
    await desk.press(ADMIN, "Ya, keluarkan")
    await work(desk)
    assert "audit.page" not in desk.says(WATI)


def test_every_act_that_has_words_has_them_and_no_others() -> None:
    assert {f"audit.what.{what}" for what in (*NAMED, "other")} == {
        text_id for text_id in read_catalog("id") if text_id.startswith("audit.what.")
    }


async def test_an_act_without_words_of_its_own_is_shown_as_it_is_called(desk: Desk) -> None:
    await desk.text(ADMIN, "/start")
    row = {"at": desk.clock.now().isoformat(), "person_id": 1, "unit": "pompa-1", "what": "<b>new", "subject": "KA7"}
    done = {"work": "log", "person_id": 1, "asked": {"page": 0}, "result": {"rows": [row], "more": False}}
    await desk.store.receive(INTERNAL, [RawUpdate(77, json.dumps(done))], desk.clock.now())
    await desk.take()
    assert "<b>new: KA7" in desk.shown(ADMIN) and "pompa-1" in desk.shown(ADMIN)


async def test_each_role_has_its_help_and_menu(desk: Desk) -> None:
    await enlist(desk, TONO, "Sungai Bambu", "Tono")
    await desk.text(ANI, "/start")
    assert await menus_of(desk.store, [ADMIN]) == {ADMIN: Menu.ADMIN, TONO: Menu.OFFICER}
    for who, words in ((ANI, set()), (TONO, {"Untuk petugas"}), (ADMIN, {"Untuk petugas", "Untuk admin"})):
        await desk.text(who, "/bantuan")
        assert {part for part in ("Untuk petugas", "Untuk admin") if part in desk.shown(who)} == words
    await desk.text(ADMIN, "/petugas")
    await desk.press(ADMIN, "Keluarkan Tono")
    await desk.press(ADMIN, "Ya, keluarkan")
    assert (await menus_of(desk.store, [ADMIN]))[TONO] is Menu.PRIVATE
