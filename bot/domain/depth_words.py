"""How deep, in the words people type: "se lutut", "kira2 40cm", "mata kaki lebih", "knee deep". Pure.

A number with a unit wins over a body word, what is said of now over what is said of before, and of several the deepest
counts: of "30 s.d. 50 cm" the 50, since somebody will have to walk through the deepest part. Words that name no level
of their own lie half-way between two levels: "lebih dari selutut" is between knee and thigh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.domain.models import LEVEL_CM, Depth, DepthLevel

MAX_LENGTH = 1_000
"""Characters that are looked at."""

MAX_CM = 500
MAX_METRES_CM = 300
"""A number of metres above this is a distance; deeper water than 2.6 m has not been reported in Jakarta's streets."""

MIN_BARE_CM = 5
"""A bare "1" or "2" may be centimetres or metres: ask again rather than guess."""

_APPROXIMATELY = re.compile(
    r"kurang lebih|lebih kurang|krg lbh|kurleb|kira\s?-?\s?kira|kira2|kr2|se?kitar(?:an)?|sktr|approx(?:imately)?|"
    r"about|around|±|\+\s?[-/]\s?|~"
)
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")  # toloooong, lututtt
_DASHES = str.maketrans(dict.fromkeys("‐‑–—−", "-"))

_HALVES = (
    (re.compile(r"\b(?:satu|1) (?:setengah|1/2|½)(?= ?m)"), "1,5"),
    (re.compile(r"\b(?:satu|1) meter setengah\b"), "1,5 m"),
    (re.compile(r"\bsemeter\b"), "1 m"),
    (re.compile(r"\b(?:setengah|stengah|1/2|half(?: an?)?) ?(?=m(?:eter|etre|tr)?\b)|½ ?(?=m)"), "0,5 "),
    (re.compile(r"\bseperempat ?(?=m)"), "0,25 "),
    (re.compile(r"\b(?:se|satu )jengkal\b"), "1 jengkal"),
    (re.compile(r"\ban? (?=foot\b)"), "1 "),
)
_DIGITS = dict(
    zip(("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"), range(1, 10), strict=True)
)
_ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORD_NUMBERS = {
    **_DIGITS,
    "sepuluh": 10,
    **dict(zip(_ENGLISH, range(1, 11), strict=True)),
    **dict(zip(_ENGLISH_TENS, range(20, 100, 10), strict=True)),
}
_TENS = re.compile(rf"\b({'|'.join(_DIGITS)}) ?puluh(?: ({'|'.join(_DIGITS)}))?\b")
_UNIT_WORDS = r"cm|senti|centi|m\b|mtr|meter|metre|jengkal|inch|feet|foot|ft\b"
_WORD_NUMBER = re.compile(rf"\b({'|'.join(_WORD_NUMBERS)}) (?=(?:{_UNIT_WORDS}))")

_UNIT_CM = {"c": 1.0, "s": 1.0, "m": 100.0, "j": 20.0, "i": 2.54, "f": 30.48}
"""Centimetres of a unit, by its first letter; a jengkal is the span of a hand."""

_NUMBER = r"[0-9]{1,3}(?:[.,][0-9]{1,2})?"
_UNIT = (
    r"cms?|(?:senti|centi)(?: ?met(?:er|re)s?)?|m|mtr|met(?:er|re)s?|jengkal|inch(?:es)?|feet|foot|ft"  # see _UNIT_CM
)
_RANGE = r"\s{0,2}(?:-|s ?/ ?d|s\.? ?d\.?|sampai(?: dengan)?|sampe|hingga|dan|atau|to|or)\s{0,2}"
_MEASURED = re.compile(
    rf"(?<![\w.,/])({_NUMBER})\s{{0,2}}(?:-?an)?\s{{0,2}}(?:(?:{_UNIT})?{_RANGE}({_NUMBER})(?:-?an)?\s{{0,2}})?"
    rf"({_UNIT})(?:-?an)?(?![a-z0-9²])"
)
_NOT_A_DEPTH_BEFORE = re.compile(
    r"(?:panjang|lebar|luas|jarak|radius|diameter|sejauh|badan|turun|surut|susut|berkurang|nambah|bertambah|\brp|\bblok|"
    r"\bno|nomor|\bx|\bgg|gang|\brt|\brw|lantai|\blt)(?:nya)?[\s.:]{0,3}(?:lagi |sudah |udah )?$"
)
_NOT_A_DEPTH_AFTER = re.compile(
    r"\s{0,2}(?:x\b|persegi|lagi\b|dari (?:tadi|sebelum|semalam|kemarin)|long\b|wide\b|per )"
)
_DISTANCE_AFTER = re.compile(
    r"\s{0,2}(?:dari|dr|ke|sebelum|sblm|setelah|sesudah|arah|menuju|di depan|dpn|masuk|away|from|before|after|past)\b"
)
_HEIGHT = r"tinggi|dalam|dalem|ketinggian|kedalaman"
_FILLER = rf"(?:{_HEIGHT}|air|kayak?|kaya|mungkin|maybe|sudah|udah|cuma|kisaran|antara|paling|ya|iya|setinggi)(?:nya)?"
_BARE = re.compile(
    rf"(?:{_FILLER}\s{{1,3}}){{0,4}}({_NUMBER})(?:{_RANGE}({_NUMBER}))?"
    r"(?:\s?-?an)?(?:\s{1,2}(?:lah|aja|saja|kak|pak|bu|min))?[\s.!]{0,3}"
)
_SAYS_HEIGHT = re.compile(rf"\b(?:{_HEIGHT})")
_NOW = re.compile(r"\b(?:sekarang|skrg|skrng|skr|skg|kini|saat ini|now)\b")

_BODY = {
    r"mata\s?-?kaki|pergelangan kaki|tumit|ankles?": 10,
    r"betis|tulang kering|calf|calves|shins?": 30,
    r"lutut|dengkul|dengkol|knees?": 50,
    r"pangkal paha|selangkangan": 80,
    r"paha|thighs?": 70,
    r"pinggang|pinggul|setengah badan|separuh badan|waist": 90,
    r"dada|chest|ketiak": 120,
    r"leher|neck": 140,
}
"""Parts of the body, in cm; words for no other thing in a report, so they count by themselves."""

_REACHED = {
    r"telapak kaki|punggung kaki": 5,
    r"trotoar": 15,
    r"knalpot|velg": 30,
    r"kursi": 45,
    r"ban ?mobil": 60,
    r"ban ?(?:truk|truck)|kap(?: mobil)?": 90,
    r"ban(?: sepeda)? ?motor|ban": 50,  # a tyre of nothing else comes last
    r"jok(?: motor)?|meja": 75,
    r"perut|pusar|puser|udel|hips?|belly": 95,
    r"bahu(?! jalan)|pundak|shoulders?": 130,
    r"dagu": 145,
    r"orang dewasa|kepala|head": 165,
    r"atap": 250,
}
"""Things and parts that say a depth only if the water reaches them ("setinggi ban motor"), in cm; values are ours."""

_REACH = (
    r"setinggi|tinggi|tingginya|sedalam|sampai|sampe|nyampe|hingga|capai|mencapai|ketinggian|up to|reach(?:es|ing|ed)?"
)
_LINK_WORDS = r"ke|di|nya|tinggi|dalam|sudah|udah|dari|dr|sampai|sampe|nyampe|setinggi|the|my|our|your|than|to|up|quite"
_LINK = rf"(?:\s?(?:{_LINK_WORDS})\b)"
_PART = re.compile(
    rf"\b(?:s?e?[\s-]?)?(?:(?P<body>{'|'.join(_BODY)})|(?P<reached>{'|'.join(_REACHED)}))(?:nya|ku|an)?\b"
)
_TIED = re.compile(rf"(?:{_REACH}){_LINK}{{0,3}}\s?$")
_SE = re.compile(r"se[\s-]?(?!pinggir)")
_DEEP = re.compile(r"[\s-]?(?:deep|high|level)\b")
_MORE_BEFORE = re.compile(
    rf"(?:lebih|lbh|melebihi|(?<!bisa )lewat|melewati|di ?atas|atas|above|over|past|more|>){_LINK}{{0,3}}\s?$"
)
_MORE_AFTER = re.compile(r"\s?(?:orang )?(?:dewasa)?\s?(?:lebih|lbh|ke ?atas|\+)(?! (?:baik|dulu))")
_LESS_BEFORE = re.compile(
    rf"(?:hampir|hmpr|nyaris|kurang|krg|di ?bawah|bawah|belum|blm|tidak|tdk|gak?|gk|kagak|nggak|ngga|engga|enggak|"
    rf"below|under|almost|nearly|not|less|<){_LINK}{{0,3}}\s?$"
)
_HALF_BEFORE = re.compile(r"(?:setengah|stengah|separuh|separo|1/2|½|half|mid)[\s-]?(?:of )?(?:the |my )?$")
_CHILD_AFTER = re.compile(r"\s?(?:anak|bocah|balita|child|kid)")


def read_depth(text: str, *, asked: bool = False) -> Depth | None:
    """The depth that a text speaks of, None if it speaks of none or of an impossible one (0 cm, 9 m).

    Args:
        text: what was typed.
        asked: the bot has just asked for a depth, so a bare number is one: "40" centimetres, "0,5" metres. (It also is
            one where the text says so itself: "tinggi 40".)
    """
    plain = _plain(text)
    if (asked or _SAYS_HEIGHT.match(plain)) and (bare := _BARE.fullmatch(plain)):
        return _bare_depth(bare)
    later = _NOW.split(plain)[-1]
    for part in (later, plain):
        if depth := _deepest(_measured(part)) or _deepest(_reached(part)):
            return depth
    return None


def _plain(text: str) -> str:
    plain = " ".join(text[:MAX_LENGTH].casefold().translate(_DASHES).split())
    plain = _APPROXIMATELY.sub(" ", _DRAWN_OUT.sub(r"\1", plain))
    for pattern, number in _HALVES:
        plain = pattern.sub(number, plain)
    plain = _TENS.sub(lambda match: str(10 * _DIGITS[match[1]] + _DIGITS.get(match[2] or "", 0)), plain)
    plain = _WORD_NUMBER.sub(lambda match: f"{_WORD_NUMBERS[match[1]]} ", plain)
    return " ".join(plain.split())


def _deepest(depths: Iterator[Depth]) -> Depth | None:
    return max(depths, key=lambda depth: depth.cm or 0, default=None)


def _float(number: str) -> float:
    return float(number.replace(",", "."))


def _bare_depth(bare: re.Match[str]) -> Depth | None:
    numbers = [number for number in bare.groups() if number]
    cm = max(map(_float, numbers))
    if any("," in number or "." in number for number in numbers):  # metres; "10.30" is an hour
        cm = cm * 100 if cm * 100 <= MAX_METRES_CM else 0
    cm = round(cm)
    return Depth.from_cm(cm) if MIN_BARE_CM <= cm <= MAX_CM else None


def _measured(text: str) -> Iterator[Depth]:
    """Depths given as numbers with a unit."""
    for match in _MEASURED.finditer(text):
        low, high, unit = match.groups()
        if _NOT_A_DEPTH_BEFORE.search(text, max(0, match.start() - 30), match.start()):
            continue
        if _NOT_A_DEPTH_AFTER.match(text, match.end()):
            continue
        if unit[0] == "m" and _DISTANCE_AFTER.match(text, match.end()):
            continue
        cm = round(max(_float(low), _float(high or low)) * _UNIT_CM[unit[0]])
        if 0 < cm <= (MAX_METRES_CM if unit[0] == "m" else MAX_CM):
            depth = Depth.from_cm(cm)
            yield replace(depth, measured=False) if unit == "jengkal" else depth


def _reached(text: str) -> Iterator[Depth]:
    """Depths given as what the water reaches."""
    for match in _PART.finditer(text):
        before, after = text[max(0, match.start() - 40) : match.start()], text[match.end() : match.end() + 20]
        body = match["body"] is not None
        cm = _cm_of(_BODY if body else _REACHED, match["body"] or match["reached"])
        more = _MORE_BEFORE.search(before) or _MORE_AFTER.match(after)
        less = _LESS_BEFORE.search(before) or _CHILD_AFTER.match(after)
        half = _HALF_BEFORE.search(before)
        tied = _SE.match(match.group()) or _TIED.search(before) or _DEEP.match(after)
        if not (body or tied or more or less or half):
            continue
        if less or (half and body and cm != LEVEL_CM[DepthLevel.CALF]):  # "setengah betis" is still a calf
            cm = _below(cm)
        elif half and not body:
            cm //= 2
        elif more:
            cm = _above(cm)
        yield _word_depth(cm)


def _cm_of(table: dict[str, int], word: str) -> int:
    return next(cm for pattern, cm in table.items() if re.fullmatch(pattern, word))


def _above(cm: int) -> int:
    """Half-way to the next level."""
    return (cm + next((level for level in LEVEL_CM.values() if level > cm), cm + 30)) // 2


def _below(cm: int) -> int:
    """Half-way to the level below."""
    return (cm + max((level for level in LEVEL_CM.values() if level < cm), default=0)) // 2


def _word_depth(cm: int) -> Depth:
    return replace(Depth.from_cm(cm), measured=False)
