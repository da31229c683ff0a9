"""A Bot API server on loopback, over real HTTP, with people on its other side.

`BotApi` is the server and the world behind it; `Person`, `Participant` and `Room` are who lives there;
`faults` has what can go wrong.
"""

from bot.demo.botapi import faults
from bot.demo.botapi.api import BotApi
from bot.demo.botapi.calls import Call, Upload
from bot.demo.botapi.errors import ApiError
from bot.demo.botapi.limits import Violation
from bot.demo.botapi.people import Participant, Person
from bot.demo.botapi.records import Press
from bot.demo.botapi.rooms import Room
from bot.demo.botapi.shown import Button, Shown

__all__ = [
    "ApiError",
    "BotApi",
    "Button",
    "Call",
    "Participant",
    "Person",
    "Press",
    "Room",
    "Shown",
    "Upload",
    "Violation",
    "faults",
]
