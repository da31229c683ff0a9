from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.chat.callback import encode
from bot.chat.reader import press_id
from bot.domain.errors import UnreadableUpdate
from bot.domain.events import (
    AnonymousCommand,
    ChangedMembership,
    Command,
    Ignored,
    Incoming,
    LostChat,
    MovedChat,
    Origin,
    PressedButton,
    Sender,
    SentOther,
    SentPhoto,
    SentText,
    SharedLocation,
    WorkDone,
)
from tests.helpers.clock import EVENING
from tests.helpers.updates import (
    ANI,
    ARRIVED,
    FILE,
    GROUP,
    HERE,
    PRESS,
    PRIVATE,
    SENT,
    SIZES,
    addressed,
    message,
    read,
    read_edit,
    read_payload,
    read_update,
)

# What residents send


def test_a_shared_location_keeps_its_accuracy_and_time() -> None:
    assert read(location={**HERE, "horizontal_accuracy": 12.5}) == SharedLocation(
        at=EVENING,
        sender=Sender(987654321, "id", "Ani Rahasia"),
        origin=Origin(987654321, True, 7),
        lat=-6.1234,
        lon=106.8765,
        accuracy_m=12.5,
    )


def test_a_pin_has_no_accuracy() -> None:
    for location in (HERE, {**HERE, "horizontal_accuracy": 0}):
        event = read(location=location)
        assert isinstance(event, SharedLocation)
        assert (event.accuracy_m, event.live, event.venue) == (None, False, None)


def test_only_the_first_point_of_a_live_location_is_no_edit() -> None:
    first = read(location={**HERE, "live_period": 900})
    move = read_edit(location={**HERE, "live_period": 900}, edit_date=SENT + 9)
    stop = read_edit(location=HERE, edit_date=SENT + 9)
    assert isinstance(first, SharedLocation) and first.live and not first.origin.edited
    for later in (move, stop):
        assert isinstance(later, SharedLocation) and later.live and later.origin.edited
        assert later.at == EVENING + timedelta(seconds=9)


@pytest.mark.parametrize(
    ("title", "address", "venue"),
    [("Pasar Ikan", "Jl. Pasar Ikan 1", "Pasar Ikan, Jl. Pasar Ikan 1"), ("RPTRA", "RPTRA", "RPTRA"), ("", " ", None)],
)
def test_a_venue_brings_its_name(title: str, address: str, venue: str | None) -> None:
    event = read(venue={"location": HERE, "title": title, "address": address}, location=HERE)
    assert isinstance(event, SharedLocation)
    assert (event.venue, event.lat) == (venue, -6.1234)


def test_of_a_photo_the_largest_size_is_kept_with_caption_and_album() -> None:
    event = read(photo=SIZES, caption="selutut, depan masjid", media_group_id="131")
    assert isinstance(event, SentPhoto)
    assert (event.file_id, event.file_unique_id) == ("large", "s3")
    assert (event.caption, event.album_id) == ("selutut, depan masjid", "131")


@pytest.mark.parametrize("caption", ["/lapor selutut", "/LAPOR@GenanganBot  selutut "])
def test_a_command_under_a_photo_leaves_its_words(caption: str) -> None:
    event = read(photo=SIZES, caption=caption)
    assert isinstance(event, SentPhoto) and event.caption == "selutut"


def test_an_image_sent_as_a_file_is_a_photo_and_so_is_a_live_photo() -> None:
    image = read(document={**FILE, "mime_type": "image/jpeg"})
    live = read(live_photo={"file_id": "video", "file_unique_id": "v", "photo": SIZES})
    assert isinstance(image, SentPhoto) and image.file_id == "f"
    assert isinstance(live, SentPhoto) and live.file_id == "large"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("sticker", {"sticker": FILE}),
        ("voice", {"voice": FILE}),
        ("video", {"video": FILE, "caption": "lihat", "media_group_id": "131"}),
        ("video_note", {"video_note": FILE}),
        ("audio", {"audio": FILE}),
        ("animation", {"animation": FILE, "document": {**FILE, "mime_type": "image/webp"}}),
        ("document", {"document": {**FILE, "mime_type": "application/pdf"}}),
        ("document", {"document": FILE}),
        ("poll", {"poll": {"id": "1"}}),
        ("contact", {"contact": {"phone_number": "1", "first_name": "A"}}),
        ("dice", {"dice": {"emoji": "🎲", "value": 3}}),
        ("story", {"story": {"id": 1}}),
        ("live_photo", {"live_photo": FILE}),
    ],
)
def test_what_is_no_report_is_named(kind: str, content: dict[str, Any]) -> None:
    event = read(**content)
    assert isinstance(event, SentOther)
    assert (event.kind, event.album_id) == (kind, content.get("media_group_id"))
    assert isinstance(read_edit(**content), Ignored)  # not answered a second time


def test_text_comes_with_what_it_answers() -> None:
    answered = {"message_id": 3, "date": 1, "chat": PRIVATE, "text": "Laporan KA7 diterima"}
    event = read(text="depan  Indomaret\nkira2 40cm", reply_to_message=answered)
    assert isinstance(event, SentText)
    assert event.text == "depan  Indomaret\nkira2 40cm"
    assert (event.origin.reply_to, event.origin.quoted) == (3, "Laporan KA7 diterima")


def test_an_edited_message_says_so_and_bears_the_time_of_the_edit() -> None:
    event = read_edit(text="sepaha", edit_date=SENT + 15)
    assert isinstance(event, SentText)
    assert (event.origin.edited, event.origin.message_id) == (True, 7)
    assert event.at == EVENING + timedelta(seconds=15)


def test_what_no_database_stores_is_taken_out_of_text() -> None:
    event = read_payload(json.dumps({"message": message(text="a\0b\ud83dc 🌧 d")}))
    assert isinstance(event, SentText) and event.text == "abc 🌧 d"
    assert isinstance(read(text="\0"), Ignored)
    long = read(text="x" * 9000)
    assert isinstance(long, SentText) and len(long.text) == 4096


# Commands


@pytest.mark.parametrize(
    ("text", "name", "args"),
    [
        ("/lapor", "lapor", ""),
        ("/LaPor", "lapor", ""),
        ("/start  t_abc ", "start", "t_abc"),
        ("/status@GENANGANBOT\nKA7", "status", "KA7"),
        ("/status@otherbot KA7", "status", "KA7"),
        ("/nosuch thing", "nosuch", "thing"),
    ],
)
def test_in_a_private_chat_whatever_begins_with_a_slash_is_a_command(text: str, name: str, args: str) -> None:
    event = read(text=text)
    assert isinstance(event, Command)
    assert (event.name, event.args) == (name, args)


@pytest.mark.parametrize("text", ["/", "/ lapor", "//", "/jalan/lapor", "lapor /lapor", "/" + "x" * 33, "/écrit"])
def test_what_only_looks_like_a_command_is_text(text: str) -> None:
    assert isinstance(read(text=text), SentText)


def test_in_a_group_only_commands_addressed_to_the_bot_are_read() -> None:
    event = read(GROUP, **addressed("/Status@genanganbot KA7"), is_topic_message=True, message_thread_id=4)
    assert isinstance(event, Command)
    assert (event.name, event.args) == ("status", "KA7")
    assert event.origin == Origin(GROUP["id"], False, 7, False, 4)
    photo = {"photo": SIZES, "caption": "/lapor@GenanganBot", "caption_entities": addressed("/lapor@x")["entities"]}
    assert isinstance(read(GROUP, **photo), Command)


@pytest.mark.parametrize(
    "content",
    [
        addressed("/status KA7"),
        addressed("/status@otherbot KA7"),
        addressed("/status@GenanganBotX KA7"),
        {"text": "/status@GenanganBot", "entities": [{"type": "code", "offset": 0, "length": 19}]},
        {"text": "banjir di sini"},
        {"location": HERE},
        {"photo": SIZES},
        {"text": "ya", "reply_to_message": {"message_id": 3}},
        {"new_chat_members": [ANI]},
    ],
)
def test_a_groups_own_talk_is_ignored(content: dict[str, Any]) -> None:
    assert isinstance(read(GROUP, **content), Ignored)


def test_nobody_can_be_told_from_hidden_senders_and_bots_are_not_talked_to() -> None:
    hidden = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    command = addressed("/status@GenanganBot")
    channel = {"id": -1005, "type": "channel", "title": "Info"}
    assert read(GROUP, sender=hidden, sender_chat=GROUP, text="banjir") == Ignored(EVENING, "anonymous")
    assert read(GROUP, sender=hidden, sender_chat=channel, **command) == Ignored(EVENING, "anonymous")
    assert read(GROUP, sender={**ANI, "is_bot": True}, **command) == Ignored(EVENING, "bot")
    assert read(GROUP, sender=None, **command) == Ignored(EVENING, "nobody")


def test_an_administrator_who_writes_as_the_group_is_told_apart_where_a_command_is_for_us() -> None:
    hidden = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    topic = {"message_thread_id": 3, "is_topic_message": True}
    event = read(GROUP, sender=hidden, sender_chat=GROUP, **addressed("/start@GenanganBot x1"), **topic)
    assert event == AnonymousCommand(EVENING, Origin(GROUP["id"], False, 7, topic_id=3))


def test_a_groups_link_comes_as_a_command_with_its_token() -> None:
    event = read(GROUP, **addressed("/start@GenanganBot aB-_9"))
    assert isinstance(event, Command)
    assert (event.name, event.args, event.sender.name) == ("start", "aB-_9", "Ani Rahasia")


@pytest.mark.parametrize(
    ("sent", "name"), [(" Ani  \n Sari ", "Ani Sari"), ("A" * 80, "A" * 64), ("\ud800", ""), (None, "")]
)
def test_a_first_name_is_one_short_line(sent: str | None, name: str) -> None:
    event = read(sender={**ANI, "first_name": sent}, text="ya")
    assert isinstance(event, SentText) and event.sender.name == name


# Presses, membership, chats that move


def press(**changes: Any) -> Incoming:
    return read_update(callback_query={**PRESS, **changes})


def test_a_press_names_its_act_and_counts_from_its_arrival() -> None:
    assert press(data=encode("depth", ("12", "knee"))) == PressedButton(
        at=ARRIVED,
        sender=Sender(987654321, "id", "Ani Rahasia"),
        origin=Origin(987654321, True, 9),
        press_id="4411",
        act="depth",
        args=("12", "knee"),
    )


def test_a_press_in_a_group_or_under_a_message_that_is_not_shown_any_more_counts_too() -> None:
    event = press(data=encode("depth", ("12",)), message={"message_id": 9, "date": 0, "chat": GROUP})
    assert isinstance(event, PressedButton)
    assert event.origin == Origin(GROUP["id"], False, 9)
    assert event.act == "depth"


@pytest.mark.parametrize(
    "changes",
    [
        {"data": "\x07 nothing of ours \ud800"},
        {"data": ""},
        {"data": "depth:\0"},
        {"game_short_name": "chess"},
        {"message": None, "inline_message_id": "77", "data": "x"},
    ],
)
def test_a_press_that_is_not_ours_can_still_be_answered(changes: dict[str, Any]) -> None:
    event = press(**changes)
    assert isinstance(event, PressedButton)
    assert (event.press_id, event.act, event.args) == ("4411", "", ())


def test_the_press_to_answer_is_found_without_reading_the_rest() -> None:
    assert press_id({"callback_query": {"id": "4411"}}) == "4411"
    others: list[dict[str, Any]] = [{"message": {}}, {"callback_query": None}, {"callback_query": {"id": 5}}]
    others += [{"callback_query": {"id": name}} for name in ("", "x\ud800", "a b", "9" * 600)]
    for other in others:
        assert press_id(other) is None


@pytest.mark.parametrize(
    ("chat", "status", "present"),
    [
        (PRIVATE, {"status": "kicked"}, False),
        (PRIVATE, {"status": "member"}, True),
        (GROUP, {"status": "administrator"}, True),
        (GROUP, {"status": "left"}, False),
        (GROUP, {"status": "restricted", "is_member": True}, True),
        (GROUP, {"status": "restricted", "is_member": False}, False),
        ({"id": -100, "type": "channel", "title": "SDA"}, {"status": "administrator"}, True),
    ],
)
def test_membership(chat: dict[str, Any], status: dict[str, Any], present: bool) -> None:
    change = {"chat": chat, "from": ANI, "date": SENT, "old_chat_member": {}, "new_chat_member": status}
    event = read_update(my_chat_member=change)
    assert isinstance(event, ChangedMembership)
    assert (event.present, event.origin.chat_id, event.origin.private) == (present, chat["id"], chat is PRIVATE)
    assert event.at == EVENING


def test_a_group_that_became_a_supergroup() -> None:
    old = {"id": -55, "type": "group", "title": "RT"}
    assert read(old, migrate_to_chat_id=-10055) == MovedChat(EVENING, -55, -10055)


@pytest.mark.parametrize(
    "update",
    [
        {"channel_post": message({"id": -100, "type": "channel"}, text="x")},
        {"message_reaction": {}},
        {"kind_of_tomorrow": 5},
        {},
        {"message": message(pinned_message={"message_id": 3})},
        {"message": message(GROUP, migrate_from_chat_id=-55)},
        {"message": message(content_of_tomorrow={"x": 1})},
    ],
)
def test_the_rest_is_ignored(update: dict[str, Any]) -> None:
    assert isinstance(read_update(**update), Ignored)


# Internal events, times, what cannot be read


def test_the_result_of_slow_work_comes_back() -> None:
    payload = json.dumps({"work": "geocode", "person_id": 4, "asked": {"text": "Jl. Mangga"}, "result": {"found": []}})
    assert read_payload(payload, bot_id=0) == WorkDone(
        ARRIVED, "geocode", 4, asked={"text": "Jl. Mangga"}, result={"found": []}
    )
    failed = json.dumps({"work": "export", "person_id": None, "asked": {}, "result": None})
    assert read_payload(failed, bot_id=0) == WorkDone(ARRIVED, "export", None, {}, None)


def test_what_delivery_learned_of_a_chat_comes_back_too() -> None:
    lost = json.dumps({"lost_chat": -1005, "topic_id": 7})
    assert read_payload(lost, bot_id=0) == LostChat(ARRIVED, -1005, 7)
    assert read_payload('{"moved_chat": -5, "to": -1005}', bot_id=0) == MovedChat(ARRIVED, -5, -1005)
    with pytest.raises(UnreadableUpdate):
        read_payload('{"moved_chat": -5}', bot_id=0)


@pytest.mark.parametrize("date", [0, -5, SENT + 3600, 10**400, "soon", None, True, 1e12])
def test_a_date_that_cannot_be_is_the_time_of_arrival(date: object) -> None:
    event = read(text="x", date=date)
    assert isinstance(event, SentText) and event.at == ARRIVED


def test_times_are_aware_whatever_the_clocks_zone() -> None:
    event = read(text="x")
    assert isinstance(event, SentText) and event.at.utcoffset() == timedelta(0)
    assert event.at == datetime.fromtimestamp(SENT, UTC)


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"a": ' + "9" * 5000 + "}", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"message": 5}', "message is not an object"),
        (json.dumps({"message": {**message(text="x"), "chat": None}}), "chat is missing"),
        (json.dumps({"message": message(text=5)}), "text is not text"),
        (json.dumps({"message": message(sender={**ANI, "id": "987654321"}, text="x")}), "id is not a whole number"),
        (json.dumps({"message": message(sender={**ANI, "id": 2**64}, text="x")}), "id is not a whole number"),
        (json.dumps({"message": message(sender={**ANI, "id": GROUP["id"]}, text="x")}), "id is not a person's"),
        (json.dumps({"message": message(sender={**ANI, "is_bot": 1}, text="x")}), "is_bot is not true or false"),
        (json.dumps({"message": message(location={"latitude": 1})}), "longitude is missing"),
        (json.dumps({"message": message(location={**HERE, "latitude": True})}), "latitude is not a number"),
        (json.dumps({"message": message(location={**HERE, "latitude": float("nan")})}), "latitude is not a number"),
        (json.dumps({"message": message(location={**HERE, "latitude": 10**400})}), "latitude is not a number"),
        (json.dumps({"message": message(location={**HERE, "latitude": 106.8})}), "latitude is beyond 90 degrees"),
        (json.dumps({"message": message(photo=["x"])}), "photo is not a list of objects"),
        (json.dumps({"message": message(photo=[{**SIZES[0], "file_id": "\ud800"}])}), "file_id is not a name"),
        (json.dumps({"callback_query": {**PRESS, "id": 5}}), "id is not a name"),
    ],
)
def test_what_cannot_be_read_names_the_field(payload: str, why: str) -> None:
    with pytest.raises(UnreadableUpdate, match=why) as caught:
        read_payload(payload)
    assert "987654321" not in str(caught.value)
