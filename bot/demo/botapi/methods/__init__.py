"""The methods of the Bot API, by topic; importing the package fills the table."""

from bot.demo.botapi.methods import about, chats, editing, media, sending, updating
from bot.demo.botapi.methods.registry import METHODS

__all__ = ["METHODS", "about", "chats", "editing", "media", "sending", "updating"]
