"""What people write beside places and depths: thanks, questions, names, a word about the water. Pure.

Whoever types everything is understood as far as whoever presses buttons; what is none of this is kept as a note.
"""

from __future__ import annotations

import re

from bot.domain.models import Word

LONG_WORDS = 12
"""A text of more words tells a story: a single phrase in it is not its message."""

NAME_CHARACTERS = 80
NAME_WORDS = 4
"""What is longer tells a story rather than the name of a place: "masjid Al-Huda", but "airnya bau sekali …"."""

_PARTICLE_WORDS = (
    "pak bapak bu ibu kak kakak min admin mas mbak bang bro gan om tante kok lho loh sih deh ya yah dong nih"
)
_COURTESY_WORDS = """
terima kasih terimakasih makasih mksh trimakasih trims thanks thank you thx tq makasi mks banyak sama ok oke okay okey
okeh baik baiklah siap sip iya noted mantap alhamdulillah amin semoga sehat halo hallo hai hi hello assalamualaikum
waalaikumsalam selamat pagi siang sore malam permisi very much good morning evening great aja saja
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_COURTESIES = _PARTICLES | frozenset(_COURTESY_WORDS.split())
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[\w']+")

_QUESTION = re.compile(
    r"\?|^(?:min |pak |bu |kak )?(?:kapan|kpn|berapa|brp|gimana|gmn|bagaimana|bgmn|apakah|kenapa|knp|mengapa|siapa|"
    r"kok|when|how|why|who|what|where|will)\b",
    re.IGNORECASE,
)

_TALK = re.compile(
    r"\b(?:air|airnya|hujan\w*|sudah|udah|udh|sdh|belum|blm|masih|msh|ada|tidak|tdk|gak?|gk|nggak|ngga|enggak|bukan|"
    r"tolong|mohon|minta|banyak|sampah|lumpur|bau|kotor|listrik|mati|mogok|petugas|deras|parah|cepat|macet|masuk|saya|"
    r"kami|kita|salah|batal|lapor\w*|foto\w*|banget|sekali|lagi|terus|makin|bantu\w*|bantuan|water|rain|still|not|"
    r"please|help|stuck|there|is|are|has)\b",
    re.IGNORECASE,
)

_NEGATION = r"tidak|tdk|gak?|gk|nggak|ngga|enggak|not|isn'?t|no"
_STANDING = re.compile(
    rf"\b(?:(?:belum|blm|(?:{_NEGATION})) ?(?:juga |jg |bisa |kunjung )?(?:surut|kering|asat|turun)|"
    r"(?:masih|msh|tetap|still)(?: \w+)? (?:banjir|ke?banjiran|genang\w*|tergenang|menggenang|terendam|ada air|tinggi|"
    r"begitu|sama|segitu|there|flood\w*|standing|under ?water|water|high|deep)|"
    r"(?:not|hasn'?t|isn'?t)(?: yet)? (?:receded|gone|dry|dried)|still flooded)\b"
)
_RISING = re.compile(
    r"\b(?:(?:air(?:nya)?|banjir(?:nya)?|genangan(?:nya)?) (?:\w+ )?(?:naik|meninggi|nambah|bertambah|tambah)|"
    r"(?:makin|semakin|tambah|mulai|terus|lagi) (?:naik|tinggi|meninggi|dalam|dalem)|naik (?:terus|lagi)|"
    r"(?:water|it)(?:'?s| is)?(?: still)? (?:rising|getting (?:deeper|higher)))\b"
)
_GONE = re.compile(
    r"\b(?:(?:sudah|udah|udh|sdh|dah|telah|alhamdulillah|already|has|is|have)(?: \w+)? "
    r"(?:surut|kering|asat|receded|gone|dried|dry|drained)|"
    r"(?:air|water|banjir|genangan)(?:nya)? (?:surut|kering|gone))\b"
)
_ONLY_GONE = re.compile(r"(?:surut|kering|asat|receded|gone)(?: total| semua(?:nya)?| semuanya)?")
_NOT_YET_GONE = re.compile(
    r"\b(?:mulai|hampir|nyaris|agak|sedikit|dikit|belum|blm|setengah|sebagian|semoga|mudah ?-?mudahan|biar|supaya|agar|"
    r"kalau|kalo|klo|jika|nanti|tinggal|cepat|starting|almost|half|partly|hope\w*|if|when|until|sampai|"
    rf"{_NEGATION})\b"
)
_YES = re.compile(r"(?:sudah|udah|udh|sdh|dah|iya|ya|iy|yes|yep|yup|betul|benar|bener)")
_NO = re.compile(r"(?:belum|blm|masih|msh|tidak|tdk|ga|gak|nggak|ngga|enggak|no|nope|not yet|still)")


def is_courtesy(text: str) -> bool:
    """Thanks, "ok", a greeting, a lone emoji: nothing that says anything about the water."""
    if any(char.isdigit() for char in text):
        return False
    return all(word in _COURTESIES for word in _LETTERS.findall(text.casefold()))


def is_question(text: str) -> bool:
    """The text asks something."""
    return _QUESTION.search(text.strip()) is not None


def may_be_name(text: str) -> bool:
    """A short text can be the name of a street or landmark: it is no talk about the water."""
    if not 0 < len(text.split()) <= NAME_WORDS or len(text) > NAME_CHARACTERS:
        return False
    return any(char.isalpha() for char in text) and not (_TALK.search(text) or is_question(text) or is_courtesy(text))


def water_word(text: str, *, asked: bool = False) -> Word | None:
    """What a text says about the water, None if nothing clear: a part of it gone is not gone, and a wish is no word.

    Args:
        text: what was typed.
        asked: the person was asked whether the water is gone, so a bare "sudah" or "belum" is an answer.
    """
    plain = " ".join(text.casefold().split())
    if is_question(plain) or len(plain.split()) > LONG_WORDS:
        return None
    if _STANDING.search(plain):
        return Word.STANDING
    if _RISING.search(plain) and not re.search(rf"\b(?:{_NEGATION}|belum|blm)\b", plain):
        return Word.RISING
    bare = " ".join(word for word in _WORD.findall(plain) if word not in _PARTICLES)
    if (_GONE.search(plain) or _ONLY_GONE.fullmatch(bare)) and not _NOT_YET_GONE.search(plain):
        return Word.GONE
    if asked and _YES.fullmatch(bare):
        return Word.GONE
    return Word.STANDING if asked and _NO.fullmatch(bare) else None
