"""Which unit somebody means by what they typed: "sungai bambu", "kec penjaringan", "31.72.02". Pure."""

from __future__ import annotations

import re

from bot.domain.handling import Level
from bot.domain.staff import Unit
from bot.domain.units import UnitTree

_LEVELS = {
    Level.KELURAHAN: "kel kelurahan lurah",
    Level.KECAMATAN: "kec kecamatan camat satpel",
    Level.KOTA: "kota sudin",
    Level.PROVINSI: "provinsi dinas",
}
_LEVEL_OF = {word: level for level, words in _LEVELS.items() for word in words.split()}
_EMPTY = frozenset({"sda", "unit"})
SHORTEST = 2
"""Letters: a single one is no name."""

_WORD = re.compile(r"\w(?:[\w.]*\w)?")


def find_units(tree: UnitTree, typed: str) -> list[Unit]:
    """The units that may be meant, in the order of the tree; several where the words fit several.

    A whole name wins over the beginnings of longer ones; a word like "kecamatan" leaves only units of that level.
    """
    by_code = [unit for unit in tree.all() if unit.code.casefold() == typed.strip().casefold()]
    if by_code:
        return by_code
    words = [word for word in _WORD.findall(typed.casefold()) if word not in _EMPTY]
    levels = {_LEVEL_OF[word] for word in words if word in _LEVEL_OF}
    names = [word for word in words if word not in _LEVEL_OF]
    if len("".join(words)) < SHORTEST:
        return []
    fitting = [unit for unit in tree.all() if not levels or unit.level in levels]
    whole = [unit for unit in fitting if "".join(_words(unit)) == "".join(names)]
    return whole or [unit for unit in fitting if all(any(w.startswith(n) for w in _words(unit)) for n in names)]


def _words(unit: Unit) -> list[str]:
    return _WORD.findall(unit.name.casefold())
