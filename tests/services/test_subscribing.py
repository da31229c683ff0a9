"""/rekap in a unit's chat: hours of its own part of the digest, and who may set them."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from bot.domain.handling import Level
from bot.domain.staff import Officer, UnitLink
from bot.domain.subscriptions import Subscription
from bot.services.batch import Batch
from bot.services.context import Context
from tests.helpers.casework import GROUPS, OFFICERS, connect, do
from tests.helpers.clock import EVENING, WIB
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.officers import audited
from tests.helpers.small_city import BAMBU, PRIOK

ANI = 101


async def in_group(desk: Desk, who: int, text: str, chat: int, topic: int | None = None) -> None:
    """Type a command to us in a group."""
    length = len(text.split(maxsplit=1)[0])
    message: dict[str, object] = {
        "message_id": 5,
        "date": int(desk.clock.now().timestamp()),
        "chat": {"id": chat, "type": "supergroup", "title": "Unit"},
        "from": {"id": who, "is_bot": False, "first_name": "Budi", "language_code": "id"},
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": length}],
    }
    if topic is not None:
        message |= {"message_thread_id": topic, "is_topic_message": True}
    await desk.receive({"message": message})
    await desk.take()


async def rekap(desk: Desk, who: int, args: str = "", chat: int = GROUPS[BAMBU], topic: int | None = None) -> str:
    """/rekap in a group; what is answered there."""
    await in_group(desk, who, f"/rekap@genangan_bot {args}".strip(), chat, topic)
    return desk.shown(chat)


async def hours(desk: Desk) -> dict[str, tuple[time, ...]]:
    return {each.unit: each.times for each in await desk.store.subscriptions()}


async def test_an_officer_sets_hours_sees_them_and_ends_them(desk: Desk) -> None:
    await connect(desk, BAMBU)
    officer = OFFICERS[BAMBU]
    shown = await rekap(desk, officer, "jam 06.00 15.00")
    assert shown == (
        "✅ Rekap Kelurahan Sungai Bambu\n"
        "Dikirim ke chat ini tiap hari pukul 06.00, 15.00\n"
        "Berikutnya: besok 06.00\n"
        "Hentikan: /rekap berhenti"
    )
    assert await desk.store.subscriptions() == [Subscription(BAMBU, (time(6), time(15)), EVENING)]
    shown = await rekap(desk, officer)
    assert "tiap hari pukul 06.00, 15.00" in shown
    [row] = await desk.store.claim_work(desk.clock.now(), 10)
    assert (row.kind, row.asked) == (
        "unit_summary",
        {"unit": BAMBU, "chat_id": GROUPS[BAMBU], "topic_id": None},
    )
    assert "tidak dikirim lagi" in await rekap(desk, officer, "berhenti")
    off = await rekap(desk, officer)
    assert "Belum ada jam kirim" in off
    assert "Hentikan" not in off
    assert not any((await hours(desk)).values())
    log = [(each.what, each.unit, each.subject, dict(each.details)) for each in await audited(desk)]
    assert log == [
        ("subscribed", BAMBU, BAMBU, {"hours": ["06:00", "15:00"]}),
        ("unsubscribed", BAMBU, BAMBU, {"hours": []}),
    ]


async def test_the_log_tells_it(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await rekap(desk, OFFICERS[BAMBU], "6")
    await rekap(desk, ADMIN, "7")
    lines = [(each.what, each.unit) for each in await audited(desk)]
    assert lines == [("subscribed", BAMBU), ("subscribed", "admin")]


async def test_an_officer_of_another_unit_may_look_and_not_change(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    shown = await rekap(desk, OFFICERS[PRIOK], "jam 6")
    assert shown == "Jam rekap Kelurahan Sungai Bambu diatur petugas unit itu, atau admin."
    assert await rekap(desk, OFFICERS[PRIOK], "berhenti") == shown
    assert await hours(desk) == {}
    assert "Belum ada jam kirim" in await rekap(desk, OFFICERS[PRIOK])


async def test_who_was_removed_or_never_worked_there_changes_nothing(desk: Desk) -> None:
    await connect(desk, BAMBU)
    assert "untuk petugas" in await rekap(desk, ANI, "jam 6")

    def remove(ctx: Context, batch: Batch) -> None:
        person = batch.known(OFFICERS[BAMBU])
        assert person is not None
        now = desk.clock.now()
        batch.roster.put_officer(Officer(person.id, BAMBU, "Budi", now, removed_at=now))

    await do(desk, remove)
    assert "untuk petugas" in await rekap(desk, OFFICERS[BAMBU], "jam 6")
    assert await hours(desk) == {}


async def test_an_admin_may_in_any_units_group(desk: Desk) -> None:
    await connect(desk, BAMBU)
    assert "pukul 06.00" in await rekap(desk, ADMIN, "jam 6")
    assert await hours(desk) == {BAMBU: (time(6),)}


async def test_in_private_an_admin_sees_the_whole_digest(desk: Desk) -> None:
    await desk.text(ADMIN, "/rekap")
    [row] = await desk.store.claim_work(desk.clock.now(), 10)
    assert row.kind == "summary"
    await in_group(desk, ADMIN, "/rekap@genangan_bot", -555)
    [row] = await desk.store.claim_work(desk.clock.now(), 10)
    assert (row.kind, row.asked["chat_id"]) == ("summary", -555)


async def test_an_officers_private_chat_may_be_the_units(desk: Desk) -> None:
    await connect(desk, BAMBU)
    officer = OFFICERS[BAMBU]
    await desk.text(officer, "/rekap jam 6")
    assert "Tulis /rekap di grup unit Anda" in desk.shown(officer)

    def move(ctx: Context, batch: Batch) -> None:
        person = batch.known(officer)
        assert person is not None
        batch.roster.put_link(UnitLink(BAMBU, desk.clock.now(), person_id=person.id))

    await do(desk, move)
    await desk.text(officer, "/rekap jam 6")
    assert "tiap hari pukul 06.00" in desk.shown(officer)
    assert await hours(desk) == {BAMBU: (time(6),)}


async def test_in_a_topic_that_units_alone_is_meant(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)

    def share(ctx: Context, batch: Batch) -> None:
        batch.roster.put_link(UnitLink(BAMBU, desk.clock.now(), chat_id=-77, topic_id=4))
        batch.roster.put_link(UnitLink(PRIOK, desk.clock.now(), chat_id=-77, topic_id=5))

    await do(desk, share)
    await rekap(desk, OFFICERS[PRIOK], "jam 6", chat=-77, topic=5)
    assert await hours(desk) == {PRIOK: (time(6),)}
    assert "diatur petugas" in await rekap(desk, OFFICERS[PRIOK], "jam 6", chat=-77, topic=4)


async def test_where_no_unit_is_there_is_the_way_out(desk: Desk) -> None:
    await connect(desk, BAMBU)
    assert "tidak tersambung ke unit mana pun" in await rekap(desk, OFFICERS[BAMBU], chat=-555)

    def crew(ctx: Context, batch: Batch) -> None:
        code = next(unit.code for unit in ctx.units.all() if unit.level is Level.OTHER)
        batch.roster.put_link(UnitLink(code, desk.clock.now(), chat_id=-66))

    await do(desk, crew)
    assert "tidak punya wilayah sendiri" in await rekap(desk, OFFICERS[BAMBU], chat=-66)


@pytest.mark.parametrize(("typed", "answer"), [("besok pagi", "tidak terbaca"), ("1 2 3 4 5", "Paling banyak 4")])
async def test_what_cannot_be_read_is_answered_with_an_example(desk: Desk, typed: str, answer: str) -> None:
    await connect(desk, BAMBU)
    shown = await rekap(desk, OFFICERS[BAMBU], typed)
    assert answer in shown
    assert "/rekap jam 06.00" in shown
    assert await hours(desk) == {}


async def test_the_same_hours_again_change_nothing(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await rekap(desk, OFFICERS[BAMBU], "jam 6")
    desk.clock.at = datetime(2026, 1, 19, 6, 0, 10, tzinfo=WIB)
    assert "tiap hari pukul 06.00" in await rekap(desk, OFFICERS[BAMBU], "06.00")
    [known] = await desk.store.subscriptions()
    assert known.at == EVENING
