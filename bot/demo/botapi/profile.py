"""What the bot says of itself: name, descriptions, commands, menu button."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from bot.demo.botapi.records import Json


@dataclass(slots=True)
class Profile:
    """Texts by language code ("" for everybody else), commands by scope and language."""

    first_name: str
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menu_button: Json = field(default_factory=lambda: {"type": "commands"})
    _commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)

    def set_commands(self, scope: Json | None, language: str, commands: list[Json]) -> None:
        """Replace the commands of a scope and language."""
        self._commands[_scope_key(scope), language] = commands

    def delete_commands(self, scope: Json | None, language: str) -> None:
        """Forget them, so that the wider scope shows."""
        self._commands.pop((_scope_key(scope), language), None)

    def commands(self, scope: Json | None = None, language: str = "") -> list[Json]:
        """Those set for exactly this scope and language."""
        return self._commands.get((_scope_key(scope), language), [])

    def commands_shown(self, scopes: list[Json], language: str) -> list[Json]:
        """What a person sees in the menu: the narrowest scope first, their language before none."""
        for scope in scopes:
            for code in (language, ""):
                if found := self.commands(scope, code):
                    return found
        return []


def _scope_key(scope: Json | None) -> str:
    return json.dumps(scope or {"type": "default"}, sort_keys=True)
