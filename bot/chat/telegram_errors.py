"""Telegram's errors -> ours (bot/domain/errors.py): the one place that knows what its words mean."""

from __future__ import annotations

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    PassportDecryptionError,
    RetryAfter,
    TelegramError,
)

from bot.domain.errors import (
    ChatMoved,
    MessageGone,
    Refused,
    RetryLater,
    SendError,
    TokenRefused,
    TopicClosed,
    Unreachable,
)

_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    "there is no media in the message to edit",
)
"""In a 400: the message cannot be changed any more, being deleted, too old, or of another kind."""

_NOBODY = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "input_user_deactivated",
    "peer_id_invalid",
    "group chat was deactivated",
    "not enough rights to send",
    "have no rights to send",
    "chat_write_forbidden",
)
"""In a 400: the person or chat is not there, or the bot may not write to it."""

_NO_TOPIC = ("topic_closed", "topic_deleted", "message thread not found")
"""In a 400: this topic takes nothing any more."""

_ANSWERED = ". Parsing the server response"
"""In a 5xx that is no JSON: the whole answer follows."""

_TOO_LARGE = ("(413)", "entity too large")


def is_unchanged(error: TelegramError) -> bool:
    """An edit that would change nothing: what is wanted is already there."""
    return isinstance(error, BadRequest) and "message is not modified" in error.message.lower()


def translated(error: TelegramError) -> SendError:
    """Our error for one of Telegram's. Its text names no chat, person or token."""
    match error:
        case RetryAfter():
            pause = error.retry_after
            pause_s = pause.total_seconds() if isinstance(pause, timedelta) else float(pause)
            return RetryLater("too many requests", retry_after_s=pause_s)
        case ChatMigrated():
            return ChatMoved(error.new_chat_id)
        case Forbidden():
            return Unreachable(error.message)
        case InvalidToken():
            return TokenRefused()
        case BadRequest():  # before NetworkError, which it derives from
            return _bad_request(error.message)
        case NetworkError():  # TimedOut and 5xx among them
            if any(words in error.message.lower() for words in _TOO_LARGE):
                return Refused("too large")
            # behind these may stand what was sent or answered, be it the page of a proxy
            return RetryLater(error.message.partition(":")[0].partition(_ANSWERED)[0], everyone=True)
        case Conflict():
            return RetryLater("conflict", everyone=True)
        case EndPointNotFound() | PassportDecryptionError():
            return Refused(type(error).__name__)
        case _:
            return RetryLater(type(error).__name__)


def _bad_request(message: str) -> SendError:
    words = message.lower()
    if any(known in words for known in _GONE):
        return MessageGone(message)
    if any(known in words for known in _NO_TOPIC):
        return TopicClosed(message)
    if any(known in words for known in _NOBODY):
        return Unreachable(message)
    return Refused(message)
