"""The commands there are: names, aliases, the menus that offer them. What they do is in services/commands.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum, auto


class Role(IntEnum):
    """Who may do something; each may all that the ones before it may."""

    RESIDENT = 0
    OFFICER = 1  # of at least one unit
    ADMIN = 2


class Menu(Enum):
    """A list of commands that Telegram offers beside the message field."""

    PRIVATE = auto()  # everybody's private chat
    GROUP = auto()  # groups
    UNIT = auto()  # groups that are a unit's chat
    OFFICER = auto()  # the private chats of officers
    ADMIN = auto()  # the private chats of the admins


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command.

    Attributes:
        name: without the slash.
        menus: where it is offered. It can be typed everywhere.
        aliases: other names it answers to, offered nowhere.
    """

    name: str
    menus: frozenset[Menu]
    aliases: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """Id of the line that says what it is for."""
        return f"command.{self.name}"

    @property
    def role(self) -> Role:
        """Who may use it."""
        if Menu.PRIVATE in self.menus:
            return Role.RESIDENT
        return Role.OFFICER if Menu.OFFICER in self.menus else Role.ADMIN


_IN_CHATS = frozenset({Menu.PRIVATE, Menu.OFFICER, Menu.ADMIN})
_EVERYWHERE = frozenset(Menu)
_FOR_OFFICERS = frozenset({Menu.UNIT, Menu.OFFICER, Menu.ADMIN})
_FOR_ADMINS = frozenset({Menu.ADMIN})

COMMANDS: Sequence[CommandEntry] = (
    CommandEntry("lapor", _EVERYWHERE),
    CommandEntry("status", _IN_CHATS),
    CommandEntry("batal", _IN_CHATS),
    CommandEntry("bantuan", _EVERYWHERE, ("help",)),
    CommandEntry("privasi", _EVERYWHERE),
    CommandEntry("data", _IN_CHATS),
    CommandEntry("hapus", _IN_CHATS),
    CommandEntry("bahasa", _IN_CHATS),
    CommandEntry("start", _IN_CHATS),
    CommandEntry("tugas", _FOR_OFFICERS),
    CommandEntry("genangan", _FOR_OFFICERS),
    CommandEntry("peta", _FOR_OFFICERS),
    CommandEntry("penataan", _FOR_OFFICERS),
    CommandEntry("rawan", _FOR_OFFICERS),
    CommandEntry("rekap", _FOR_OFFICERS, ("digest",)),
    CommandEntry("statistik", _FOR_ADMINS),
    CommandEntry("ekspor", _FOR_ADMINS),
    CommandEntry("unit", _FOR_ADMINS),
    CommandEntry("undang", _FOR_ADMINS),
    CommandEntry("petugas", _FOR_ADMINS),
    CommandEntry("gabung", _FOR_ADMINS),
    CommandEntry("pisah", _FOR_ADMINS),
    CommandEntry("blokir", _FOR_ADMINS),
    CommandEntry("bukablokir", _FOR_ADMINS),
    CommandEntry("umumkan", _FOR_ADMINS),
    CommandEntry("modebanjir", _FOR_ADMINS),
    CommandEntry("log", _FOR_ADMINS),
    CommandEntry("kesehatan", _FOR_ADMINS),
)
"""In the order of the menus."""


def offered_in(menu: Menu) -> Sequence[CommandEntry]:
    """The commands of a menu, in its order."""
    return [entry for entry in COMMANDS if menu in entry.menus]
