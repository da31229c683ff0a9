"""Outbox rows to Telegram: words are made here, and Telegram's errors become ours, exactly once."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from telegram import Bot, InputFile, InputMediaDocument, InputMediaPhoto
from telegram.constants import ParseMode
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.chat.http import AiohttpRequest, call
from bot.chat.render import INLINE, MAX_ANSWER, Rendered, render, shortened
from bot.chat.telegram_errors import is_unchanged, translated
from bot.domain.errors import MessageGone, Refused, RetryLater
from bot.domain.models import Say
from bot.domain.outgoing import Claimed
from bot.domain.records import Attachment
from bot.ports import Clock
from bot.texts import Texts, without_markup

log = logging.getLogger(__name__)

POOL_SIZE = 40
"""Connections: 32 sends at once, and some for answering presses and fetching files."""

POOL_TIMEOUT_S = 10.0

IMAGES = frozenset({"image/jpeg", "image/png"})
"""Sent as photos, to be seen at once; other files are sent as files."""

WRONG_KIND = "can't use file of type"
"""In a 400: the file is at Telegram as another kind."""

NO_PREVIEW = {"is_disabled": True}


def connect(token: str, api_url: str) -> Bot:
    """A Bot for our way of sending; `initialize()` it before use, `shutdown()` after.

    Args:
        token: from BotFather.
        api_url: scheme, host and port of the Bot API server.
    """
    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=AiohttpRequest(POOL_SIZE, POOL_TIMEOUT_S),
        get_updates_request=AiohttpRequest(1, POOL_TIMEOUT_S),
    )


class Sender:
    """The `Messenger`: sends, edits and answers through one Bot.

    Args:
        bot: initialized.
        texts: all words.
        clock: the present, for how hours are told.
        tells_token: whether to tell the operator that Telegram refuses the token; False where the poller does.
    """

    def __init__(self, bot: Bot, texts: Texts, clock: Clock, *, tells_token: bool = True) -> None:
        self._bot = bot
        self._texts = texts
        self._clock = clock
        self._tells_token = tells_token
        self._refused_token = False

    async def send(self, row: Claimed, attachment: Attachment | None = None) -> int | None:
        """Send (or edit, where row.message_id is set) one message and return its id.

        Raises:
            RetryLater, Unreachable, ChatMoved, MessageGone, Refused
        """
        try:
            message = render(row.say, row.language, self._texts, self._clock.now())
        except (KeyError, ValueError) as error:
            raise Refused(f"cannot be put into words: {error}") from error
        if message.attachment and attachment is None and row.message_id is None:
            raise Refused("the file to send is not kept any more")
        try:
            if row.message_id is None:
                message_id = await self._send_new(row, message, attachment)
            else:
                await self._edit(row, message_id := row.message_id, message, attachment)
        except TelegramError as error:
            if is_unchanged(error):
                return row.message_id
            self._tell_operator(error)
            raise translated(error) from error
        self._refused_token = False
        return message_id

    async def answer_press(self, press_id: str, say: Say | None, language: str) -> None:
        """Answer a button press, best effort: never raises, never retries."""
        try:
            text = None
            if say is not None:
                html = self._texts.render(say.text, say.values, language, self._clock.now())
                text = without_markup(shortened(html, MAX_ANSWER))
            await call(self._bot, "answerCallbackQuery", {"callback_query_id": press_id, "text": text})
        except (TelegramError, KeyError, ValueError) as error:
            # mostly "query is too old": nobody waits for this answer any more
            log.debug("a press was not answered: %s", error)

    async def _send_new(self, row: Claimed, message: Rendered, attachment: Attachment | None) -> int:
        """Send it; its id."""
        if message.pin is not None:
            lat, lon = message.pin
            title, *rest = message.lines or [""]
            # Telegram wants an address
            place = {"title": title, "address": ", ".join(rest) or f"{lat:.5f}, {lon:.5f}"}
            return await self._send(row, message, "sendVenue", {"latitude": lat, "longitude": lon, **place})
        if attachment is not None:
            file = InputFile(attachment.data, filename=attachment.name)
            as_photo = attachment.mime in IMAGES
            try:
                return await self._send_file(row, message, file, as_photo=as_photo)
            except TelegramError as error:
                if not (as_photo and message.html and isinstance(translated(error), Refused)):
                    raise
                # what a picture's words say is worth more than the picture
                log.error("Telegram does not take a picture (%s); its words are sent without it", error.message)
        elif message.photo is not None:
            return await self._send_known_photo(row, message, message.photo)
        text = {"text": message.html, "parse_mode": ParseMode.HTML, "link_preview_options": NO_PREVIEW}
        return await self._send(row, message, "sendMessage", text)

    async def _send_known_photo(self, row: Claimed, message: Rendered, file_id: str) -> int:
        """A photo that is at Telegram already. What was sent as a file can be sent as a file only."""
        try:
            return await self._send_file(row, message, file_id, as_photo=True)
        except BadRequest as error:
            if WRONG_KIND not in error.message.lower():
                raise
            return await self._send_file(row, message, file_id, as_photo=False)

    async def _send_file(self, row: Claimed, message: Rendered, file: InputFile | str, *, as_photo: bool) -> int:
        method, field = ("sendPhoto", "photo") if as_photo else ("sendDocument", "document")
        # a resident's photo is for this officer only: Telegram lets it be neither forwarded nor saved
        protected = True if message.photo is not None else None
        return await self._send(row, message, method, {field: file, **_caption(message), "protect_content": protected})

    async def _send(self, row: Claimed, message: Rendered, method: str, content: Mapping[str, object]) -> int:
        params = {
            "chat_id": row.chat_id,
            **content,
            "reply_markup": message.markup,
            "disable_notification": True if message.quiet else None,
            "message_thread_id": row.topic_id,
        }
        sent = await call(self._bot, method, params)
        message_id = sent.get("message_id") if isinstance(sent, dict) else None
        if not isinstance(message_id, int):
            raise RetryLater("Telegram's answer holds no message")
        return message_id

    async def _edit(self, row: Claimed, message_id: int, message: Rendered, attachment: Attachment | None) -> None:
        markup = message.markup
        if message.pin is not None or not (markup is None or INLINE in markup):
            # Telegram lets no pin be moved and no bottom keyboard be changed by an edit
            raise MessageGone("this kind of message cannot be edited")
        where = {"chat_id": row.chat_id, "message_id": message_id, "reply_markup": markup}
        if attachment is not None:
            media = InputMediaPhoto if attachment.mime in IMAGES else InputMediaDocument
            file = media(attachment.data, message.html, ParseMode.HTML, filename=attachment.name)
            await call(self._bot, "editMessageMedia", {**where, "media": file})
        elif message.attachment or message.photo is not None:
            await call(self._bot, "editMessageCaption", {**where, **_caption(message)})
        else:
            text = {"text": message.html, "parse_mode": ParseMode.HTML, "link_preview_options": NO_PREVIEW}
            await call(self._bot, "editMessageText", {**where, **text})

    def _tell_operator(self, error: TelegramError) -> None:
        if self._tells_token and isinstance(error, InvalidToken) and not self._refused_token:
            self._refused_token = True
            log.error(
                "Telegram refuses BOT_TOKEN (%s): copy it anew from BotFather into .env, and look at BOT_API_URL "
                "where that is set; nothing is sent until then, and nothing is lost",
                error.message,
            )


def _caption(message: Rendered) -> dict[str, str]:
    return {"caption": message.html, "parse_mode": ParseMode.HTML}
