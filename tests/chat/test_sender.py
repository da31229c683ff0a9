"""Sending, against a Bot API server on loopback: what a chat shows, and what becomes of Telegram's errors."""

from __future__ import annotations

import inspect
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import telegram.error
from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.chat.sender import Sender, connect
from bot.chat.telegram_errors import translated
from bot.demo.botapi import BotApi, Person, faults
from bot.domain.errors import ChatMoved, MessageGone, Refused, RetryLater, SendError, TokenRefused, Unreachable
from bot.domain.models import Choice, Say
from bot.domain.outgoing import Claimed, Priority
from bot.domain.records import Attachment
from bot.texts import Texts, read_catalog
from tests.helpers.clock import WIB, StillClock

OWN = {
    "t.receipt": "Laporan <b>{number}</b>\n{note}\nhttps://example.org",
    "t.done": "Sudah",
    "t.broken": "<b>{html:raw}",
    "button.more": "Airnya naik",
    "button.share": "Kirim lokasi",
}
TEXTS = Texts(WIB, {language: {**read_catalog(language), **OWN} for language in ("id", "en")})
CSV = Attachment("laporan.csv", "text/csv", b"nomor\nKA7\n")
RECEIPT = Say("t.receipt", {"number": "KA7"}, choices=((Choice("button.more", "rising", ("12",)),),))


def row(chat_id: int, say: Say, message_id: int | None = None) -> Claimed:
    """A claimed row."""
    return Claimed(1, 1, chat_id, chat_id > 0, None, message_id, say, "id", Priority.ANSWER, attempts=0)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """Telegram."""
    async with BotApi(seed=3) as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    """A connected bot."""
    async with connect(api.token, api.base_url) as bot:
        yield bot


@pytest.fixture
def sender(bot: Bot) -> Sender:
    """What is tested."""
    return Sender(bot, TEXTS, StillClock())


@pytest.fixture
def siti(api: BotApi) -> Person:
    """A resident who has met the bot."""
    siti = api.user("Siti")
    siti.start()
    return siti


async def failure(sender: Sender, claimed: Claimed, attachment: Attachment | None = None) -> SendError:
    """The error that sending ends in."""
    with pytest.raises(SendError) as raised:
        await sender.send(claimed, attachment)
    return raised.value


async def test_a_message_arrives_in_words_with_its_buttons(sender: Sender, siti: Person, api: BotApi) -> None:
    say = Say("t.receipt", {"number": "KA7", "note": "<dekat> pasar & SD"}, RECEIPT.choices, quiet=True)
    message_id = await sender.send(row(siti.id, say))
    assert siti.last.message_id == message_id
    assert siti.last.text == "Laporan KA7\n<dekat> pasar & SD\nhttps://example.org"
    assert [(button.text, button.callback_data) for button in siti.last.all_buttons()] == [("Airnya naik", "rising:12")]
    params = api.calls.of("sendMessage")[-1].params
    assert params["link_preview_options"] == {"is_disabled": True}
    assert str(params["disable_notification"]).lower() == "true"


async def test_a_message_is_changed_in_its_place(sender: Sender, siti: Person) -> None:
    message_id = await sender.send(row(siti.id, RECEIPT))
    seen = len(siti.chat)
    assert await sender.send(row(siti.id, Say("t.done"), message_id)) == message_id
    assert (len(siti.chat), siti.last.text, list(siti.last.all_buttons())) == (seen, "Sudah", [])


async def test_a_change_that_changes_nothing_is_done(sender: Sender, siti: Person) -> None:
    message_id = await sender.send(row(siti.id, RECEIPT))
    assert await sender.send(row(siti.id, RECEIPT, message_id)) == message_id


async def test_a_message_that_is_gone_is_said_to_be(sender: Sender, siti: Person, bot: Bot) -> None:
    message_id = await sender.send(row(siti.id, RECEIPT))
    assert message_id is not None
    await bot.delete_message(siti.id, message_id)
    assert isinstance(await failure(sender, row(siti.id, Say("t.done"), message_id)), MessageGone)


async def test_the_keyboard_comes_and_goes(sender: Sender, siti: Person) -> None:
    ask = Say("t.done", choices=((Choice("button.share", sends="location"),),), keyboard="ask")
    message_id = await sender.send(row(siti.id, ask))
    assert [(b.text, b.request_location) for keys in siti.keyboard for b in keys] == [("Kirim lokasi", True)]
    # an edit cannot bring a keyboard: it has to be said anew
    assert isinstance(await failure(sender, row(siti.id, ask, message_id)), MessageGone)
    await sender.send(row(siti.id, Say("t.done", keyboard="remove")))
    assert siti.keyboard == ()


async def test_a_pin_carries_the_text(sender: Sender, siti: Person) -> None:
    say = Say("t.receipt", {"number": "KA7"}, RECEIPT.choices, pin=(-6.1347, 106.8923))
    message_id = await sender.send(row(siti.id, say))
    assert siti.last.location == (-6.1347, 106.8923)
    assert siti.last.venue is not None
    assert (siti.last.venue["title"], siti.last.venue["address"]) == ("Laporan KA7", "https://example.org")
    assert [button.text for button in siti.last.all_buttons()] == ["Airnya naik"]
    assert isinstance(await failure(sender, row(siti.id, say, message_id)), MessageGone)
    await sender.send(row(siti.id, Say("t.done", pin=(-6.1, 106.8))))
    assert siti.last.venue["address"] == "-6.10000, 106.80000"


async def test_a_resident_s_photo_is_sent_by_its_name_and_cannot_be_passed_on(
    sender: Sender, siti: Person, api: BotApi
) -> None:
    photo = api.user("Ani").send_photo(b"\xff\xd8 street").photo_id
    assert photo is not None
    await sender.send(row(siti.id, Say("t.receipt", {"number": "KA7"}, RECEIPT.choices, photo=photo)))
    assert siti.last.photo_id is not None
    assert api.file_content(siti.last.photo_id) == b"\xff\xd8 street"
    assert siti.last.text.startswith("Laporan KA7")
    assert [button.text for button in siti.last.all_buttons()] == ["Airnya naik"]
    assert str(api.calls.of("sendPhoto")[-1].params["protect_content"]).lower() == "true"


async def test_a_photo_that_came_as_a_file_is_sent_as_one(sender: Sender, siti: Person, api: BotApi) -> None:
    file = api.user("Ani").send_document(b"\xff\xd8 street", file_name="a.jpg", mime_type="image/jpeg").document
    assert file is not None
    await sender.send(row(siti.id, Say("t.done", photo=file["file_id"])))
    assert siti.last.document is not None
    assert api.file_content(siti.last.document["file_id"]) == b"\xff\xd8 street"


async def test_a_picture_of_ours_is_seen_at_once(sender: Sender, siti: Person, api: BotApi) -> None:
    await sender.send(row(siti.id, Say("t.done", attachment="pair-1")), Attachment("p.jpg", "image/jpeg", b"\xff\xd8"))
    assert siti.last.photo_id is not None
    assert siti.last.text == "Sudah"


async def test_of_a_picture_that_is_not_taken_the_words_arrive(sender: Sender, siti: Person, api: BotApi) -> None:
    api.faults.add(faults.refused(400, "Bad Request: IMAGE_PROCESS_FAILED"), method="sendPhoto")
    say = Say("t.receipt", {"number": "KA7"}, attachment="map")
    message_id = await sender.send(row(siti.id, say), Attachment("map.png", "image/png", b"\x89PNG"))
    assert (siti.last.message_id, siti.last.photo_id) == (message_id, None)
    assert siti.last.text.startswith("Laporan KA7")


async def test_of_a_table_that_is_not_taken_nothing_arrives(sender: Sender, siti: Person, api: BotApi) -> None:
    api.faults.add(faults.refused(400, "Bad Request: file is broken"), method="sendDocument")
    seen = len(siti.chat)
    assert isinstance(await failure(sender, row(siti.id, Say("t.done", attachment="table")), CSV), Refused)
    assert len(siti.chat) == seen


async def test_a_file_comes_with_its_caption_and_can_be_changed(sender: Sender, siti: Person, api: BotApi) -> None:
    say = Say("t.receipt", {"number": "KA7"}, attachment="export-1")
    message_id = await sender.send(row(siti.id, say), CSV)
    assert siti.last.document is not None
    assert siti.last.document["file_name"] == "laporan.csv"
    assert api.file_content(siti.last.document["file_id"]) == CSV.data
    assert siti.last.text.startswith("Laporan KA7")

    other = Attachment("laporan.csv", "text/csv", b"nomor\nMD3\n")
    again = Say("t.done", attachment="export-1")
    assert await sender.send(row(siti.id, again, message_id), other) == message_id
    assert api.file_content(siti.last.document["file_id"]) == other.data
    assert siti.last.text == "Sudah"
    # the file is not kept any more: the words still change
    await sender.send(row(siti.id, say, message_id))
    assert siti.last.text.startswith("Laporan KA7")


async def test_a_file_that_is_not_kept_any_more_is_our_mistake(sender: Sender, siti: Person) -> None:
    assert isinstance(await failure(sender, row(siti.id, Say("t.done", attachment="gone"))), Refused)


async def test_a_text_that_became_a_file_is_said_anew(sender: Sender, siti: Person) -> None:
    message_id = await sender.send(row(siti.id, Say("t.done", attachment="x")), CSV)
    assert isinstance(await failure(sender, row(siti.id, Say("t.done"), message_id)), MessageGone)


@pytest.mark.parametrize("say", [Say("no.such"), Say("t.broken", {"html": "x"})])
async def test_what_is_not_well_formed_is_refused_for_good(sender: Sender, siti: Person, say: Say) -> None:
    assert isinstance(await failure(sender, row(siti.id, say)), Refused)


async def test_nothing_more_goes_to_whoever_blocked_the_bot(sender: Sender, siti: Person, api: BotApi) -> None:
    siti.block()
    assert isinstance(await failure(sender, row(siti.id, RECEIPT)), Unreachable)
    assert isinstance(await failure(sender, row(api.user("Budi").id, RECEIPT)), Unreachable)
    assert isinstance(await failure(sender, row(999, RECEIPT)), Unreachable)


async def test_a_group_that_moved_is_followed(sender: Sender, siti: Person, api: BotApi) -> None:
    group = api.group("Warga RW 03", [siti])
    old = group.id
    new = group.upgrade_to_supergroup()
    error = await failure(sender, row(old, RECEIPT))
    assert isinstance(error, ChatMoved)
    assert error.new_chat_id == new


async def test_a_flood_pause_concerns_this_chat(sender: Sender, siti: Person, api: BotApi) -> None:
    api.faults.add(faults.too_many_requests(7), method="sendMessage")
    error = await failure(sender, row(siti.id, RECEIPT))
    assert isinstance(error, RetryLater)
    assert (error.retry_after_s, error.everyone) == (7, False)


@pytest.mark.parametrize(
    "effect",
    [faults.server_error(500), faults.server_error(502), faults.server_error(504), faults.dropped(), faults.conflict()],
    ids=lambda effect: effect.name,
)
async def test_trouble_on_the_way_concerns_everyone(
    sender: Sender, siti: Person, api: BotApi, effect: faults.Effect, caplog: pytest.LogCaptureFixture
) -> None:
    api.faults.add(effect, method="sendMessage")
    error = await failure(sender, row(siti.id, RECEIPT))
    assert isinstance(error, RetryLater)
    assert error.everyone
    assert "KA7" not in str(error)
    await sender.send(row(siti.id, RECEIPT))


async def test_a_server_that_is_not_there_concerns_everyone(siti: Person, sender: Sender, api: BotApi) -> None:
    await api.go_offline()
    error = await failure(sender, row(siti.id, RECEIPT))
    assert isinstance(error, RetryLater)
    assert error.everyone


@pytest.mark.parametrize("code", [401, 404])
async def test_a_refused_token_is_told_to_the_operator_once(
    sender: Sender, siti: Person, api: BotApi, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    api.faults.add(faults.refused(code, "Unauthorized"), times=3)
    for _ in range(3):
        error = await failure(sender, row(siti.id, RECEIPT))
        assert isinstance(error, RetryLater)
        assert error.everyone
    (said,) = (record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR)
    assert said.startswith("Telegram refuses BOT_TOKEN")
    assert api.token not in said


async def test_a_refused_token_is_not_told_twice_where_the_poller_tells_it(
    bot: Bot, siti: Person, api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    sender = Sender(bot, TEXTS, StillClock(), tells_token=False)
    api.faults.add(faults.refused(401, "Unauthorized"))
    assert isinstance(await failure(sender, row(siti.id, RECEIPT)), RetryLater)
    assert caplog.records == []


async def test_a_press_is_answered_with_words_or_with_nothing(sender: Sender, siti: Person, api: BotApi) -> None:
    await sender.send(row(siti.id, RECEIPT))
    press = siti.press("Airnya naik")
    await sender.answer_press(press.query_id, Say("t.done"), "id")
    assert (await siti.wait_for_answer(press)).text == "Sudah"
    blank = siti.press("Airnya naik")
    await sender.answer_press(blank.query_id, None, "id")
    assert (await siti.wait_for_answer(blank)).text is None


async def test_answering_a_press_never_raises(sender: Sender, siti: Person, api: BotApi) -> None:
    await sender.answer_press("1", None, "id")
    await sender.answer_press("1", Say("no.such"), "id")
    api.faults.add(faults.dropped())
    await sender.answer_press("1", Say("t.done"), "id")


def test_every_error_of_telegrams_has_its_meaning() -> None:
    meanings: dict[str, type[SendError]] = {
        "BadRequest": Refused,
        "ChatMigrated": ChatMoved,
        "Conflict": RetryLater,
        "EndPointNotFound": Refused,
        "Forbidden": Unreachable,
        "InvalidToken": TokenRefused,
        "NetworkError": RetryLater,
        "PassportDecryptionError": Refused,
        "RetryAfter": RetryLater,
        "TelegramError": RetryLater,
        "TimedOut": RetryLater,
    }
    kinds = dict(inspect.getmembers(telegram.error, lambda it: inspect.isclass(it) and issubclass(it, TelegramError)))
    assert kinds.keys() == meanings.keys(), "python-telegram-bot has an error whose meaning we have not decided"
    for name, kind in kinds.items():
        error = kind(-100) if name in ("ChatMigrated", "RetryAfter") else kind("words")
        assert type(translated(error)) is meanings[name]


def test_a_pause_is_read_however_the_library_takes_it() -> None:
    for pause in (9, timedelta(seconds=9)):
        error = translated(RetryAfter(pause))
        assert isinstance(error, RetryLater)
        assert error.retry_after_s == 9


def test_what_is_too_large_is_not_tried_for_ever() -> None:
    assert isinstance(translated(telegram.error.NetworkError("Request Entity Too Large (413)")), Refused)
