"""/data: everything that is kept on a person, for that person, as a page and as JSON."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from bot.domain.records import Attachment
from bot.services.own_data import OwnData
from tests.helpers.clock import WIB
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.invitations import TONO, invited, opens
from tests.services.test_reporting import ANI, BUDI, NEAR, report


async def work(desk: Desk) -> None:
    """What was asked for is made."""
    doer = OwnData(desk.store, desk.clock, desk.texts, desk.context.units, WIB)
    for row in await desk.store.claim_work(desk.clock.now(), 9):
        if row.kind in doer.doers():
            await desk.store.finish_work(row, await doer.make(row), desk.clock.now(), None)
    await desk.take()


async def files(desk: Desk, who: int) -> dict[str, Attachment]:
    """The files that a person was sent last, by how they end."""
    await desk.text(who, "/data")
    await work(desk)
    found: dict[str, Attachment] = {}
    for _, say in sorted(desk.chats[who].items()):
        if say.attachment is not None:
            kept = await desk.store.attachment(say.attachment)
            assert kept is not None
            found[kept.name.rpartition(".")[2]] = kept
    return found


async def test_a_resident_gets_what_they_told_and_nothing_of_others(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "pagar <b>biru</b> & warung")
    await desk.photo(ANI, "foto1")
    await report(desk, BUDI, NEAR)
    await desk.text(BUDI, "rumah Budi")
    got = await files(desk, ANI)
    data = json.loads(got["json"].data)
    assert data["person"][0]["telegram_id"] == ANI and data["person"][0]["created_at"].endswith("+07:00")
    [mine] = data["reports"]
    assert (mine["name"], mine["depth_cm"], mine["photos"]) == ("pagar <b>biru</b> & warung", 50, 1)
    assert data["photos"][0]["file_id"] == "file-foto1"
    page = got["html"].data.decode()
    assert "pagar &lt;b&gt;biru&lt;/b&gt; &amp; warung" in page and "<script" not in page and "http" not in page
    assert "selutut (±50 cm)" in page and str(ANI) in page and "Bisa kami kabari: ya" in page
    for content in got.values():
        assert "rumah Budi" not in content.data.decode() and str(BUDI) not in content.data.decode()


async def test_it_is_in_the_readers_language(desk: Desk) -> None:
    sender = {"id": ANI, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    await desk.text(ANI, "/start", **{"from": sender})
    page = (await files(desk, ANI))["html"].data.decode()
    assert "Your data at Genangan" in page and '<html lang="en">' in page


async def test_an_officer_gets_role_and_log_too(desk: Desk) -> None:
    await opens(desk, TONO, await invited(desk, "petugas Sungai Bambu"), "Tono")
    data = json.loads((await files(desk, TONO))["json"].data)
    assert [role["name"] for role in data["roles"]] == ["Tono"]
    assert [entry["what"] for entry in data["log"]] == ["joined"]
    assert [invitation["used"] for invitation in data["invitations"]] == [1]
    admins = json.loads((await files(desk, ADMIN))["json"].data)
    assert [entry["what"] for entry in admins["log"]] == ["invite_officer"]
    assert "Tono" not in json.dumps(admins)


async def test_the_json_file_leaves_out_nothing_that_is_kept(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "pagar biru")
    await desk.photo(ANI, "foto1")
    await opens(desk, ANI, await invited(desk, "petugas Sungai Bambu"), "Ani")
    await desk.text(ANI, "/data")
    [row] = [row for row in await desk.store.claim_work(desk.clock.now(), 9) if row.kind == "data"]
    assert row.person_id is not None
    kept = await desk.store.dossier(row.person_id)
    result = await OwnData(desk.store, desk.clock, desk.texts, desk.context.units, WIB).make(row)
    says = result["says"]
    assert isinstance(says, list)
    [key] = [say["attachment"] for say in says if say["text"] == "own_data.json"]
    file = await desk.store.attachment(key)
    assert file is not None
    told = json.loads(file.data)
    assert told.pop("made_at")
    assert {section: [set(each) for each in rows] for section, rows in told.items()} == {
        section: [set(each) for each in rows] for section, rows in kept.items()
    }
    assert {"draft", "messages", "photos", "said", "work", "roles", "log"} <= set(told)
    for section, rows in kept.items():
        for mine, theirs in zip(told[section], rows, strict=True):
            assert all(mine[name] == value for name, value in theirs.items() if not isinstance(value, datetime))


async def test_three_times_a_day_are_enough(desk: Desk) -> None:
    for _ in range(3):
        await files(desk, ANI)
    await desk.text(ANI, "/data")
    await work(desk)
    assert desk.says(ANI)[-1] == "own_data.enough"
    desk.clock.move(days=1, minutes=1)
    await desk.text(ANI, "/data")
    await work(desk)
    assert desk.says(ANI)[-1] == "own_data.json"


async def test_who_is_blocked_gets_it_too(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ADMIN, f"/blokir {desk.receipt(ANI).values['number']} palsu")
    data = json.loads((await files(desk, ANI))["json"].data)
    assert data["person"][0]["blocked_at"] is not None


async def test_what_is_made_while_its_person_is_erased_is_not_kept(desk: Desk) -> None:
    await report(desk, ANI)
    await desk.text(ANI, "/data")
    [row] = [row for row in await desk.store.claim_work(desk.clock.now(), 9) if row.kind == "data"]
    await desk.text(ANI, "/hapus")
    await desk.press(ANI, "Ya, hapus")
    until = desk.clock.now() + timedelta(days=1)
    await desk.store.put_attachment("data:1:9.json", Attachment("a", "b", b"c"), until, work_id=row.id)
    assert await desk.store.attachment("data:1:9.json") is None
    doer = OwnData(desk.store, desk.clock, desk.texts, desk.context.units, WIB)
    assert await doer.make(row) == {}
    await desk.store.finish_work(row, {}, desk.clock.now(), None)
    assert (await desk.store.queues(desk.clock.now()))["inbox"] == 0


async def test_the_files_go_with_the_person(desk: Desk) -> None:
    await report(desk, ANI)
    await files(desk, ANI)
    keys = [say.attachment for say in desk.chats[ANI].values() if say.attachment is not None]
    await desk.text(ANI, "/hapus")
    await desk.press(ANI, "Ya, hapus")
    assert [await desk.store.attachment(key) for key in keys] == [None, None]
