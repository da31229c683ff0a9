"""What two descriptions of a place say about each other: the same place, different ones, or nothing.

Residents name streets, alleys, RT/RW, blocks and estates in many spellings ("Jl. Mangga 2", "jln mangga II", "RT02/10",
"RT 2 RW 010", "Komplek Sunter Indah blok C"). Word evidence is conservative: DIFFERENT needs two names of one sort that
cannot be one name, SAME needs an agreeing street, RT or block; where something agrees and something else contradicts,
and for landmarks, the answer is UNKNOWN. A shared estate or RW proves nothing: whole estates flood, as several puddles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache


class Relation(StrEnum):
    """What the words of two texts say about their places."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Names:
    """The names found in a text, normalised.

    Attributes:
        streets: e.g. "mangga 2", alleys as "gg kelinci"; a corner names two.
        blocks: blocks of an estate, e.g. "c5".
        estates: e.g. "sunter indah".
        rt, rw: neighbourhood numbers; 0 where none is given.
    """

    streets: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()
    estates: frozenset[str] = frozenset()
    rt: int = 0
    rw: int = 0


@lru_cache(maxsize=4096)
def names_in(text: str) -> Names:
    """The streets, blocks, estates and RT/RW that a text names."""
    text = text.casefold()
    both, rw_alone = _RT_RW.search(text), _RW.search(text)
    rt = int(both[1]) if both else 0
    rw = int(rw_alone[1]) if rw_alone else int(both[2] or 0) if both else 0
    found: dict[str, set[str]] = {"street": set(), "alley": set(), "block": set(), "estate": set()}
    words = _WORDS.findall(text)
    for i, word in enumerate(words):
        if (sort := _SORT_OF.get(word)) and (name := _name_at(words, i + 1, 2 if sort == "block" else 3)):
            found[sort].add(name)
    return Names(
        streets=frozenset(found["street"] | {f"gg {name}" for name in found["alley"]}),
        blocks=frozenset(name.replace(" ", "") for name in found["block"]),
        estates=frozenset(found["estate"]),
        rt=rt,
        rw=rw,
    )


def relation(one: Names, other: Names) -> Relation:
    """What two texts' names say about whether they mean one place. Symmetric."""
    streets = _names(one.streets, other.streets) if one.streets and other.streets else Relation.UNKNOWN
    blocks = _names(one.blocks, other.blocks) if one.blocks and other.blocks else Relation.UNKNOWN
    estates = _names(one.estates, other.estates) if one.estates and other.estates else Relation.UNKNOWN
    numbers = _numbers(one, other) if one.rw and other.rw else Relation.UNKNOWN
    agrees = Relation.SAME in (streets, blocks, numbers)
    contradicts = Relation.DIFFERENT in (streets, blocks, estates, numbers)
    if agrees == contradicts:
        return Relation.UNKNOWN
    return Relation.SAME if agrees else Relation.DIFFERENT


def _names(one: frozenset[str], other: frozenset[str]) -> Relation:
    said = [_name(a, b) for a in one for b in other]
    if Relation.SAME in said:
        return Relation.SAME
    return Relation.UNKNOWN if Relation.UNKNOWN in said else Relation.DIFFERENT


@lru_cache(maxsize=4096)
def _name(a: str, b: str) -> Relation:
    """UNKNOWN where one name may be the other cut short ("Boulevard") or misspelt ("Marthadinata")."""
    words_a, words_b = a.split(), b.split()
    if "".join(words_a) == "".join(words_b):
        return Relation.SAME
    if set(words_a) <= set(words_b) or set(words_b) <= set(words_a):
        return Relation.UNKNOWN
    numbers_a, numbers_b = ({word for word in words if word[0].isdigit()} for words in (words_a, words_b))
    if numbers_a and numbers_b and numbers_a != numbers_b:
        return Relation.DIFFERENT
    if len(words_a) == len(words_b):
        alike = all(_alike(x, y) for x, y in zip(words_a, words_b, strict=True))
    else:
        alike = _alike("".join(words_a), "".join(words_b))
    return Relation.UNKNOWN if alike else Relation.DIFFERENT


def _alike(a: str, b: str) -> bool:
    first, second = sorted((a, b))  # the ratio of difflib depends on the order
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= 0.75


def _numbers(one: Names, other: Names) -> Relation:
    if one.rw != other.rw:
        return Relation.DIFFERENT
    if not one.rt or not other.rt:
        return Relation.UNKNOWN
    return Relation.SAME if one.rt == other.rt else Relation.DIFFERENT


def _name_at(words: list[str], start: int, limit: int) -> str | None:
    """The name that begins at a word, if one does: up to `limit` words, a number or a common word ends it."""
    name: list[str] = []
    for word in words[start : start + limit]:
        if word in _NO_NAME or word in _SORT_OF or not word[0].isalnum() or _RT_RW_WORD.match(word):
            break
        name.append(_ROMAN.get(word, word.lstrip("0") or word) if name else word)
        if name[1:] and name[-1][0].isdigit():
            break
    while name and name[-1] in _TAIL:
        name.pop()
    return " ".join(name) or None


_WORDS = re.compile(r"[^\W_]+|[,;:()/\n]")
_RT_RW = re.compile(r"\br\W?t\W{0,3}(\d{1,3})(?:\W{0,3}(?:r\W?w\W{0,3})?(\d{1,3})\b)?")
_RW = re.compile(r"\br\W?w\W{0,3}(\d{1,3})\b")
_RT_RW_WORD = re.compile(r"r[tw]\d*$")
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
_SORTS = {
    "street": "jl jln jalan",
    "alley": "gg gang lorong lrg",
    "block": "blok block blk",
    "estate": "komplek kompleks komplex kompl perum perumahan perumnas cluster apartemen rusun rusunawa",
}
_SORT_OF = {word: sort for sort, words in _SORTS.items() for word in words.split()}
_TAIL = frozenset({"raya", "dalam"})
# what stands near, what happens there, and what "jalan" is followed by when it names no street
_NOT_NAMES = """
no nomor kel kelurahan kec kecamatan kota jakarta dekat deket dkt depan dpn seberang sebrang samping belakang sebelah
sekitar sekitaran arah menuju sampai sampe dari ke di dan yang yg banjir genangan tergenang digenangi terendam air
selutut semata sebetis sepinggang sedada sepaha setinggi tinggi masih sudah udah belum surut parah macet mulai karena
krn dengan ada tidak gak ga bisa lewat pas persis ujung pertigaan perempatan simpang tikungan km utama besar kecil umum
tol ini itu sini situ rumah masuk keluar kami saya warga kampung rusak licin becek sangat sekali semua tembus buntu
ditutup kaki aja saja terus lagi
"""
_NO_NAME = frozenset(_NOT_NAMES.split())
