"""Commands, as a resident, an admin and a group meet them."""

from __future__ import annotations

from bot.domain.command_table import COMMANDS as MENU
from bot.domain.command_table import Role
from bot.services.commands import COMMANDS
from tests.helpers.casework import OFFICERS, connect
from tests.helpers.desk import ADMIN, BOT_ID, Desk
from tests.helpers.small_city import BAMBU
from tests.services.test_reporting import ANI, BUDI, HERE, report


async def test_start_greets_and_offers_the_location_button(desk: Desk) -> None:
    await desk.text(ANI, "/start")
    assert "Ada banjir atau genangan?" in desk.shown(ANI)
    [say] = desk.chats[ANI].values()
    assert say.choices[0][0].sends == "location"


async def test_status_shows_my_reports_and_nobody_elses(desk: Desk) -> None:
    await desk.text(ANI, "/status")
    assert "belum punya laporan" in desk.shown(ANI)
    await report(desk, ANI)
    number = str(desk.receipt(ANI).values["number"])
    await desk.text(ANI, "/status")
    assert number in desk.shown(ANI)
    assert "Menunggu" in desk.shown(ANI)
    await desk.text(ANI, f"/status {number.lower()}")
    assert f"Laporan {number} diterima" in desk.shown(ANI)
    await desk.text(BUDI, f"/status {number}")
    assert "tidak ada di daftar Anda" in desk.shown(BUDI)


async def test_a_shared_link_shows_the_puddle_and_not_whose_report_it_was(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "Jl. Gaya Motor 2")
    number = desk.receipt(ANI).values["number"]
    await desk.text(BUDI, f"/start r_{number}")
    assert "Jl. Gaya Motor 2" in desk.shown(BUDI)
    assert "selutut" in desk.shown(BUDI)
    assert str(ANI) not in desk.shown(BUDI)


async def test_start_saluran_begins_a_drain(desk: Desk) -> None:
    await desk.text(ANI, "/start saluran")
    await desk.location(ANI, *HERE)
    assert "Apa yang bermasalah?" in desk.shown(ANI)


async def test_bahasa_changes_the_language_for_good(desk: Desk) -> None:
    await desk.text(ANI, "/bahasa")
    await desk.press(ANI, "English")
    rows = await desk.store.exchange([], desk.clock.now(), 10, frozenset())
    assert not rows
    await desk.text(ANI, "/start", take=False)
    while await desk.intake.once():
        pass
    [row] = await desk.store.exchange([], desk.clock.now(), 10, frozenset())
    assert row.language == "en"


async def test_batal_forgets_a_draft_and_asks_before_a_report(desk: Desk) -> None:
    await desk.text(ANI, "/batal")
    assert "Tidak ada yang perlu dibatalkan" in desk.shown(ANI)
    await desk.location(ANI, *HERE)
    await desk.text(ANI, "/batal")
    assert desk.says(ANI)[-2:] == ["cancel.question", "cancel.draft"]
    assert not await desk.incidents()
    await report(desk, ANI)
    await desk.text(ANI, "/batal")
    await desk.press(ANI, "Ya, batalkan")
    assert not (await desk.incidents())[-1].state.is_open


async def test_help_names_every_command_that_one_may_use(desk: Desk) -> None:
    await connect(desk, BAMBU)
    left_out = {"start", "bantuan"}  # behind the button, and what they have just found
    for who, role in ((ANI, Role.RESIDENT), (OFFICERS[BAMBU], Role.OFFICER), (ADMIN, Role.ADMIN)):
        await desk.text(who, "/bantuan")
        shown = desk.shown(who)
        for entry in MENU:
            named = f"/{entry.name} " in shown or f"/{entry.name}," in shown
            assert named is (entry.role <= role) or entry.name in left_out, entry.name


async def test_who_is_no_admin_is_told_so_and_nothing_more(desk: Desk) -> None:
    for name in ("statistik", "ekspor"):
        await desk.text(ANI, f"/{name}")
        assert desk.shown(ANI) == "Perintah ini untuk admin."
        assert not await desk.store.claim_work(desk.clock.now(), 10)
    for name in ("rekap", "digest"):
        await desk.text(ANI, f"/{name}")
        assert "untuk petugas" in desk.shown(ANI)
        assert not await desk.store.claim_work(desk.clock.now(), 10)
    assert await desk.press_data(ANI, "post:1768740000") == "refused.admins_only"


async def test_an_admins_command_becomes_slow_work_and_its_result_an_answer(desk: Desk) -> None:
    await desk.text(ADMIN, "/rekap")
    [row] = await desk.store.claim_work(desk.clock.now(), 10)
    assert row.kind == "summary"
    result = {"says": [{"text": "digest.part", "values": {"html": "<b>Rekap</b>"}}]}
    await desk.store.finish_work(row, result, desk.clock.now())
    await desk.take()
    assert desk.shown(ADMIN) == "Rekap"


async def test_work_that_failed_is_answered_too(desk: Desk) -> None:
    await desk.text(ADMIN, "/statistik")
    [row] = await desk.store.claim_work(desk.clock.now(), 10)
    await desk.store.finish_work(row, None, desk.clock.now())
    await desk.take()
    assert "gangguan" in desk.shown(ADMIN)


async def test_in_groups_only_addressed_commands_are_answered(desk: Desk) -> None:
    group = {"id": -100123, "type": "supergroup", "title": "RW 05"}
    sender = {"id": ANI, "is_bot": False, "first_name": "Warga"}

    async def say(text: str) -> None:
        body = {"message_id": 5, "date": int(desk.clock.now().timestamp()), "chat": group, "from": sender, "text": text}
        if text.startswith("/"):
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        await desk.receive({"message": body})
        await desk.take()

    await say("banjir selutut di sini")
    await say("/lapor@bot_lain")
    assert group["id"] not in desk.chats
    await say("/lapor@genangan_bot")
    assert desk.says(-100123) == ["refused.in_group"]
    await say("/bantuan@genangan_bot")
    assert "Cara lapor" in desk.shown(-100123)


async def test_an_unknown_command_is_answered_with_the_way_out(desk: Desk) -> None:
    await desk.text(ANI, "/apaini")
    assert "/bantuan" in desk.shown(ANI)


def test_the_menu_and_the_table_agree() -> None:
    names = {name for command in MENU for name in (command.name, *command.aliases)}
    assert names <= set(COMMANDS)


async def test_who_blocks_the_bot_gets_nothing_more_until_coming_back(desk: Desk) -> None:
    await report(desk, ANI)
    await report(desk, BUDI)
    member = {"user": {"id": BOT_ID, "is_bot": True, "first_name": "Bot"}, "status": "kicked", "until_date": 0}
    change = {
        "chat": {"id": ANI, "type": "private"},
        "from": {"id": ANI, "is_bot": False, "first_name": "Warga"},
        "date": int(desk.clock.now().timestamp()),
        "old_chat_member": {**member, "status": "member"},
        "new_chat_member": member,
    }
    await desk.receive({"my_chat_member": change})
    await desk.take()
    shown = dict(desk.chats[ANI])
    await desk.press(BUDI, "Sudah surut")  # ends it: the other reporter cannot be reached
    assert desk.chats[ANI] == shown
    await desk.text(ANI, "/start")
    assert "say.greeting" in desk.says(ANI)
    assert "told.receded" in desk.says(ANI)  # the news of the day has waited


async def test_a_command_without_its_slash_is_one_all_the_same(desk: Desk) -> None:
    await desk.location(ANI, *HERE)
    await desk.text(ANI, "Batal")
    assert desk.says(ANI)[-1] == "cancel.draft"
    await desk.text(ANI, "status")
    assert desk.says(ANI)[-1] == "status.none"


async def test_the_keyboard_changes_with_the_language(desk: Desk) -> None:
    await desk.text(ANI, "/bahasa")
    await desk.press(ANI, "English")
    chosen = next(say for say in desk.chats[ANI].values() if say.text == "language.chosen")
    assert chosen.keyboard == "ask"
    assert await desk.press(ANI, "English") == "toast.already"


async def test_a_link_to_what_is_gone_says_so(desk: Desk) -> None:
    await report(desk, ANI)
    number = desk.receipt(ANI).values["number"]
    await desk.text(ANI, f"/start r_{number}")  # one's own is one's receipt
    assert desk.says(ANI)[-1] == "receipt.genangan"
    await desk.text(ANI, "/batal")
    await desk.press(ANI, "Ya, batalkan")
    await desk.text(BUDI, f"/start r_{number}")
    assert desk.says(BUDI) == ["shared.gone"]


async def test_a_link_to_a_drain_speaks_of_the_drain(desk: Desk) -> None:
    await desk.text(ANI, "pompa mati")
    await desk.location(ANI, *HERE)
    await desk.text(BUDI, f"/start r_{desk.receipt(ANI).values['number']}")
    assert "pompa rusak" in desk.shown(BUDI)
    assert "genangan" not in desk.shown(BUDI)
