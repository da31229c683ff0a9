"""Every error of ours, in one tree.

    GenanganError
    ├── OperatorError          the operator can mend it; the message names the setting or file and what to do
    │   ├── SettingsError      one or more bad settings, all named at once
    │   ├── RoutingError       one or more mistakes in the routing file, each with its line
    │   └── StoreError         the database cannot be used as it is (newer, corrupt, read-only)
    │       ├── StoreMissing   there is none yet
    │       ├── StoreOlder     it has to be brought up to date first
    │       └── StoreTaken     another process serves it
    ├── StoreBusy              disk full, locked, I/O error: nothing was changed, wait and try again
    ├── BrokenConstraint       a flush broke a constraint, or what is stored cannot be read: redo the rows one by one
    ├── UnreadableUpdate       an inbox row that cannot be turned into an event
    ├── NotLoaded              a use case asked the batch for something not loaded yet (see services/batch.py)
    ├── GeocoderError          the geocoder did not answer; the bot asks for a pin instead
    ├── FeedError              a public feed did not answer, or nonsense; the bot goes on without it
    ├── PictureError           a map or chart was not drawn; the digest goes out without it
    └── SendError              a message did not get through
        ├── RetryLater         try again after retry_after_s, for this chat or for all
        │   └── TokenRefused   Telegram does not know BOT_TOKEN (any more): nothing gets through until that is mended
        ├── Unreachable        this person or chat will not get anything any more (blocked, kicked, closed, gone)
        │   └── TopicClosed    only this topic of the chat
        ├── ChatMoved          the group is a supergroup now, with a new id
        ├── MessageGone        the message to edit is not there any more
        └── Refused            Telegram will never take this message (our mistake): dead

What a person did wrong is no exception: it is answered as a Say.
"""

from __future__ import annotations

from collections.abc import Sequence


class GenanganError(Exception):
    """The root of all our errors."""


class OperatorError(GenanganError):
    """Something the operator can mend. Its text is one plain line that names the setting or file."""


class SettingsError(OperatorError):
    """One or more settings are wrong; `problems` holds a line for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class RoutingError(OperatorError):
    """One or more mistakes in the routing file; `problems` holds a line for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class StoreError(OperatorError):
    """The database cannot be used as it is."""


class StoreMissing(StoreError):
    """There is no database yet, or nothing in it."""


class StoreOlder(StoreError):
    """The database is of an earlier version: it has to be brought up to date first."""


class StoreTaken(StoreError):
    """Another process serves the database: only one may."""


class StoreBusy(GenanganError):
    """Disk full, database locked, I/O error: nothing was changed; wait and try again."""


class BrokenConstraint(GenanganError):
    """A flush broke a constraint, or a stored record cannot be read; the transaction was rolled back."""


class UnreadableUpdate(GenanganError):
    """An inbox row that cannot be turned into an event; its text says why, without personal data."""


class NotLoaded(GenanganError):
    """A use case needs records that the batch has not loaded; `wanted` is a records.Wanted.

    Its text does not name them: a log could show it, and a Telegram id may be among them.
    """

    def __init__(self, wanted: object) -> None:
        super().__init__("not loaded")
        self.wanted = wanted


class GeocoderError(GenanganError):
    """The geocoder did not answer, or nonsense."""


class FeedError(GenanganError):
    """A public feed did not answer, or nonsense; its text says which, in one plain line without an address.

    Attributes:
        retry_after_s: seconds that its server asks us to wait; None: it did not say.
        everywhere: the server is at fault: its other pages will not answer any better.
    """

    def __init__(self, why: str, retry_after_s: float | None = None, everywhere: bool = False) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s
        self.everywhere = everywhere


class PictureError(GenanganError):
    """A picture was not drawn: the drawing process failed or took too long. Its text says which, in one line."""


class SendError(GenanganError):
    """A message did not get through."""


class RetryLater(SendError):
    """Telegram or the network asks for a pause.

    Attributes:
        retry_after_s: seconds to wait; None: use the usual back-off.
        everyone: the pause concerns all chats (network fault, 5xx), not only this one.
    """

    def __init__(self, why: str, retry_after_s: float | None = None, everyone: bool = False) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s
        self.everyone = everyone


class TokenRefused(RetryLater):
    """Telegram does not know the token (any more)."""

    def __init__(self) -> None:
        super().__init__("the token is refused", everyone=True)


class Unreachable(SendError):
    """The person blocked the bot, deleted the account, or the bot was removed from the chat."""


class TopicClosed(Unreachable):
    """The topic was closed or deleted; other topics of the chat may be as they were."""


class ChatMoved(SendError):
    """A group became a supergroup; `new_chat_id` is its id from now on."""

    def __init__(self, new_chat_id: int) -> None:
        super().__init__("the group moved")
        self.new_chat_id = new_chat_id


class MessageGone(SendError):
    """The message to edit was deleted, is too old, or is in a chat that moved."""


class Refused(SendError):
    """Telegram will never take this message: a mistake of ours. The row is dead and logged."""
