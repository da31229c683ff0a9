"""The wire: encodings, tokens, files, going away, leaving nothing behind."""

from __future__ import annotations

import asyncio
import json
import threading

import httpx
import pytest
from telegram import Bot

from bot.demo.botapi import BotApi, Person
from tests.demo.conftest import RawBot
from tests.helpers.clock import StillClock


@pytest.fixture
def siti(api: BotApi) -> Person:
    person = api.user("Siti", user_id=6_000_000_123)
    person.start()
    return person


@pytest.fixture
async def base(api: BotApi) -> str:
    return f"{api.base_url}/bot{api.token}"


async def test_json_form_multipart_and_query_say_the_same(base: str, siti: Person) -> None:
    params = {"chat_id": str(siti.id), "text": "a & b <3 é"}
    async with httpx.AsyncClient(trust_env=False) as client:
        answers = [
            await client.post(f"{base}/sendMessage", json={"chat_id": siti.id, "text": "a & b <3 é"}),
            await client.post(f"{base}/sendMessage", data=params),
            await client.post(f"{base}/sendMessage", data=params, files={"unused": ("x", b"1")}),
            await client.get(f"{base}/sendMessage", params=params),
            await client.get(f"{base}/SENDMESSAGE", params=params),
        ]
    assert {answer.json()["result"]["text"] for answer in answers} == {"a & b <3 é"}
    assert [shown.text for shown in siti.chat[1:]] == ["a & b <3 é"] * 5


async def test_objects_in_forms_are_read_but_texts_that_look_like_them_are_not(base: str, siti: Person) -> None:
    keyboard = json.dumps({"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]})
    form = {"chat_id": str(siti.id), "text": "[1]", "reply_markup": keyboard}
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.post(f"{base}/sendMessage", data=form)
    assert siti.last.text == "[1]"
    assert [button.text for button in siti.last.all_buttons()] == ["Ya"]


@pytest.mark.parametrize(
    ("path", "code", "description"),
    [
        ("bot123:wrong/getMe", 401, "Unauthorized"),
        ("botnonsense/getMe", 404, "Not Found"),
        ("bot{token}/noSuchMethod", 404, "Not Found"),
        ("nowhere", 404, "Not Found"),
        ("file/bot123:wrong/photos/file_0.jpg", 401, "Unauthorized"),
        ("file/bot{token}/photos/file_0.jpg", 404, "Not Found"),
    ],
)
async def test_what_is_not_there(api: BotApi, path: str, code: int, description: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{api.base_url}/{path.format(token=api.token)}")
    assert answer.status_code == code
    assert answer.json() == {"ok": False, "error_code": code, "description": description}


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\xfe"])
async def test_a_body_that_is_no_json_object(base: str, body: bytes) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{base}/getMe", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["description"].startswith("Bad Request: can't parse JSON object")


async def test_a_person_s_photo_can_be_downloaded(api: BotApi, ptb: Bot, siti: Person) -> None:
    siti.send_photo(b"\xff\xd8 bytes")
    siti.send_photo()
    _, named, grey = await ptb.get_updates()
    assert named.message and grey.message
    assert await (await ptb.get_file(named.message.photo[-1].file_id)).download_as_bytearray() == b"\xff\xd8 bytes"
    content = await (await ptb.get_file(grey.message.photo[-1].file_id)).download_as_bytearray()
    assert content[:2] == b"\xff\xd8", "without data it is a small JPEG"
    assert content != api.file_content(named.message.photo[0].file_id)


async def test_a_file_over_twenty_megabytes_cannot_be_fetched(raw: RawBot, siti: Person) -> None:
    siti.send_document(size=21_000_000)
    document = (await raw.updates())[-1]["message"]["document"]
    assert document["file_size"] == 21_000_000
    assert await raw.refusal("getFile", file_id=document["file_id"]) == "Bad Request: file is too big"
    assert await raw.refusal("getFile", file_id="nonsense") == "Bad Request: invalid file_id"


async def test_the_record_of_calls_keeps_no_token(api: BotApi, raw: RawBot, siti: Person) -> None:
    await raw.call("sendMessage", chat_id=siti.id, text="halo")
    await raw.call("sendMessage", chat_id=5, text="siapa")
    good, bad = api.calls.of("sendMessage")
    assert good.ok
    assert good.result["text"] == "halo"
    assert good.chat_id == siti.id
    assert not bad.ok
    assert bad.error is not None
    assert bad.error.code == 400
    assert api.token not in repr(api.calls.all)
    assert api.calls.of("sendMessage", chat_id=siti.id) == [good]


async def test_going_offline_and_coming_back(api: BotApi, raw: RawBot, siti: Person) -> None:
    address = api.base_url
    poll = asyncio.create_task(raw.updates(offset=2**31, timeout=30))
    await asyncio.sleep(0.05)
    await api.go_offline()
    await asyncio.gather(poll, return_exceptions=True)
    with pytest.raises(httpx.ConnectError):
        await raw.call("getMe")
    siti.send_text("banjir")
    await api.go_online()
    assert api.base_url == address
    assert len(await raw.updates()) == 2


async def test_nothing_is_left_behind() -> None:
    threads, tasks = threading.active_count(), asyncio.all_tasks()
    async with BotApi() as api, httpx.AsyncClient(trust_env=False) as client:
        base, port = f"{api.base_url}/bot{api.token}", int(api.base_url.rpartition(":")[2])
        await client.post(f"{base}/setWebhook", json={"url": "http://127.0.0.1:9/"})
        api.user("Siti").start()
        await asyncio.sleep(0.05)
        await client.post(f"{base}/deleteWebhook")
        await client.post(f"{base}/sendDocument", data={"chat_id": "1"}, files={"document": b"x" * 3_000_000})
        poll = asyncio.create_task(client.post(f"{base}/getUpdates", json={"timeout": 40, "offset": -1}))
        await poll
        poll = asyncio.create_task(client.post(f"{base}/getUpdates", json={"timeout": 40, "offset": 2**31}))
        await asyncio.sleep(0.05)
    await asyncio.gather(poll, return_exceptions=True)
    await asyncio.sleep(0)
    assert threading.active_count() == threads
    assert asyncio.all_tasks() == tasks
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_the_same_seed_makes_the_same_world() -> None:
    def world(seed: int) -> list[str]:
        api = BotApi(seed=seed, clock=StillClock())
        siti = api.user("Siti")
        siti.start()
        siti.send_photo()
        siti.press_data("x", 1)
        group = api.group("RW 05", members=[siti])
        group.upgrade_to_supergroup()
        return [waiting.text for waiting in api.world.updates.head(100)]

    assert world(5) == world(5)
    assert world(5) != world(6)


async def test_some_user_ids_need_more_than_32_bits(api: BotApi) -> None:
    ids = [api.user(f"Warga {number}").id for number in range(40)]
    assert len(set(ids)) == 40
    assert any(user_id > 2**32 for user_id in ids)
    assert any(user_id < 2**31 for user_id in ids)


async def test_broken_multipart(base: str) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{base}/getMe", content=b"--x\r\nnonsense", headers=headers)
        assert answer.status_code in {200, 400}
        answer = await client.post(f"{base}/getMe", content=b"y", headers={"content-type": "multipart/form-data"})
    assert answer.json()["description"] == "Bad Request: can't parse multipart data"
