"""What two descriptions of a place say about each other: the same place, different ones, or nothing.

Residents name streets, alleys, RT/RW, blocks and estates in many spellings ("Jl. Mangga 2", "jln mangga II", "RT02/10",
"RT 2 RW 010", "Komplek Sunter Indah blok C"). Word evidence is conservative: two texts are DIFFERENT only where both
name the same sort of thing and the names cannot be one; they are the SAME only where a name agrees and nothing
disagrees; everything else, landmarks above all, is UNKNOWN.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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
        streets: streets and alleys, e.g. "mangga 2"; a corner names two.
        rw, rt: neighbourhood numbers, without leading zeros; 0 where none is given.
        blocks: blocks of an estate, e.g. "c 5".
        estates: estates ("komplek", "perumahan" …), e.g. "sunter indah".
    """

    streets: frozenset[str] = frozenset()
    rw: int = 0
    rt: int = 0
    blocks: frozenset[str] = frozenset()
    estates: frozenset[str] = frozenset()


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
_KEYS = {
    "street": "jl jln jalan jalanan gg gang lorong lrg",
    "block": "blok block blk",
    "estate": "komplek kompleks komp kompl perum perumahan perumnas cluster apartemen apartment rusun rusunawa",
}
_KEY_OF = {word: key for key, words in _KEYS.items() for word in words.split()}
_STOP = frozenset(
    # words after which a name has ended: what stands near it, what happens there, or a new name
    """
    rt rw no nomor kel kelurahan kec kecamatan kota jakarta dekat deket dkt depan dpn seberang sebrang samping belakang
    sebelah sekitar sekitaran arah menuju sampai smp sampe dari ke di dan yang yg banjir genangan tergenang air selutut
    semata sebetis sepinggang sedada sepaha setinggi tinggi masih sudah udah belum surut parah macet mulai karena krn
    dengan ada tidak gak ga lewat pas persis ujung pertigaan perempatan simpang tikungan km
    """.split()
)
_TAIL = frozenset({"raya", "dalam"})
_NUMBERED = re.compile(r"^\d{1,3}[a-z]?$")
_RT_RW = re.compile(r"\br\.?\s?t\.?\s*[:.]?\s*(\d{1,3})\s*(?:[/\\,-]|\s)*(?:r\.?\s?w\.?\s*[:.]?\s*)?(\d{1,3})?\b")
_RW = re.compile(r"\br\.?\s?w\.?\s*[:.]?\s*(\d{1,3})\b")


@lru_cache(maxsize=4096)
def names_in(text: str) -> Names:
    """The streets, RT/RW, blocks and estates that a text names."""
    lowered = text.casefold()
    rt = rw = 0
    if found := _RT_RW.search(lowered):
        rt = int(found[1])
        rw = int(found[2] or 0)
    if found := _RW.search(lowered):
        rw = int(found[1])
    words = re.findall(r"[^\W_]+", lowered)
    taken: dict[str, set[str]] = {"street": set(), "block": set(), "estate": set()}
    for i, word in enumerate(words):
        if (key := _KEY_OF.get(word)) and (name := _name_after(words[i + 1 :], key)):
            taken[key].add(name)
    return Names(
        streets=frozenset(taken["street"]),
        rw=rw,
        rt=rt,
        blocks=frozenset(taken["block"]),
        estates=frozenset(taken["estate"]),
    )


def compare(one: str | None, other: str | None) -> Relation:
    """What two texts say about whether they mean one place. Symmetric."""
    if not one or not other:
        return Relation.UNKNOWN
    return _compare(names_in(one), names_in(other))


def _compare(one: Names, other: Names) -> Relation:
    said = [
        _sets(one.streets, other.streets),
        _sets(one.blocks, other.blocks),
        _sets(one.estates, other.estates),
        _numbers(one, other),
    ]
    if Relation.DIFFERENT in said:
        return Relation.DIFFERENT
    return Relation.SAME if Relation.SAME in said else Relation.UNKNOWN


def _sets(one: frozenset[str], other: frozenset[str]) -> Relation:
    if not one or not other:
        return Relation.UNKNOWN
    if one & other:
        return Relation.SAME
    # "Boulevard" may be "Boulevard Barat" cut short, "Mangga" may be "Mangga 2": neither for nor against
    if any(_shortened(a, b) for a in one for b in other):
        return Relation.UNKNOWN
    return Relation.DIFFERENT


def _numbers(one: Names, other: Names) -> Relation:
    if not one.rw or not other.rw:
        return Relation.UNKNOWN
    if one.rw != other.rw:
        return Relation.DIFFERENT
    if not one.rt or not other.rt:
        return Relation.UNKNOWN
    return Relation.SAME if one.rt == other.rt else Relation.DIFFERENT


def _shortened(one: str, other: str) -> bool:
    a, b = one.split(), other.split()
    return set(a) <= set(b) or set(b) <= set(a)


def _name_after(words: list[str], key: str) -> str | None:
    limit = 2 if key == "block" else 3
    name: list[str] = []
    for word in words:
        if word in _STOP or word in _KEY_OF or len(name) == limit:
            break
        name.append(_ROMAN.get(word, word) if name else word)
        if name[1:] and _NUMBERED.match(name[-1]):
            break
    while len(name) > 1 and name[-1] in _TAIL:
        name.pop()
    return " ".join(name) or None
