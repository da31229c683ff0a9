"""Words of people in danger, told from the politeness that uses the same word ("tolong ditindaklanjuti"). Pure.

A false alarm costs one line with the number 112; a missed one may cost more. So in doubt it is distress.
"""

from __future__ import annotations

import re

MAX_LENGTH = 1_000
"""Characters that are looked at."""

_NOT = r"tidak|tdk|tak|ga|gak|gk|nggak|ngga|enggak|engga|belum|blm"
_NONE_HURT = re.compile(
    rf"\b(?:(?:{_NOT}) (?:ada|sampai|sampe)|tanpa|nobody|no one|none)"
    r"(?: (?:yang|yg|warga|orang|anak|is|was|ada)){0,2} ?$"
)
_NO_NEED = re.compile(rf"\b(?:(?:{_NOT}) (?:perlu|butuh|usah|harus)|no need (?:to|for))(?: di)? ?-?$")

_DANGER = re.compile(
    r"\b(?:(?:ter|ke)jebak|terperangkap|terkurung|ter?isolir|(?<!sampah )(?:ter|ke)?hanyut|(?:ter|ke)seret|tenggelam|"
    r"(?:ke|ter)?setrum|kesentrum|nyetrum|tersengat|kors?let\w*|kons?let\w*|"
    r"kabel (?:listrik )?(?:putus|jatuh|menjuntai)|tiang listrik (?:roboh|jatuh|miring)|"
    r"pingsan|sesak (?:napas|nafas)|melahirkan|meninggal|(?<=ada )korban|korban (?:jiwa|luka)|jasad|mayat|"
    r"(?:nyawa|jiwa) (?:ter)?ancam\w*|arus(?:nya)? (?:sangat |sgt )?(?:deras|kencang|kuat)|"
    r"trapped|stranded|drown\w*|electrocut\w*|swept away|unconscious|dying|sos|mayday)\b"
)
_RESCUE = re.compile(
    r"\b(?:(?:di)?\s?-?evakuasi\w*|ngungsi|mengungsi|perahu karet|selamatkan|rescue|evacuat\w*|"
    r"(?:butuh|perlu|kirim|minta|tolong|need) (?:\w+ )?(?:perahu|pertolongan|ambulan(?:s|ce)?|tim sar|basarnas|boat)|"
    r"(?<!tanggap )(?<!nomor )(?<!nomer )darurat|emergency|gawat|"
    rf"(?:{_NOT}) (?:bisa|bs|dapat) (?:keluar|ke ?mana-mana|turun)|(?:can'?t|cannot) (?:get|go) out)\b"
)

_CALL = re.compile(r"\b(?:tolong\w{0,3}|tulung|help)\b")
_SENTENCE_END = re.compile(r"[.!?\n]")
_REQUEST = re.compile(
    r"\b(?:"
    r"di ?-?(?:\w{3,}(?:kan|i|in)|cek|bantu|tindak\w*|sedot|keruk|pompa|urus|tinjau|surve[iy]|lihat|angkut|buka|tutup|"
    r"kirim|respons?|proses|percepat)|"
    r"(?:mem)?bersihkan|bersihin|perbaiki|perbaikan|cek|check|sedot|keruk|pompa|atasi|tangani|tindak\w*|lihat|tinjau|"
    r"surve[iy]|perhatik\w*|perhatian\w*|respons?|proses|benerin|beresin|info\w*|kabari|buka|tutup|angkut|jangan|"
    r"sampaikan|catat|hapus|batalkan|kasih|solusi\w*|clean|fix|report|with|using|repair|unclog|drain|pump"
    r")\b"
)
"""Work that is asked for, in the passive ("dibersihkan", also written "di bersihkan") or the imperative."""


def distress(text: str) -> bool:
    """Whether somebody seems to be in danger: caught, carried away, shocked, waiting for a boat, calling for help."""
    plain = re.sub(r"([a-z])\1{2,}", r"\1", text[:MAX_LENGTH].casefold())
    plain = "\n".join(" ".join(line.split()) for line in plain.splitlines())
    return _says(plain, _DANGER, _NONE_HURT) or _says(plain, _RESCUE, _NO_NEED) or _calls(plain)


def _says(text: str, words: re.Pattern[str], unless_before: re.Pattern[str]) -> bool:
    return any(
        not unless_before.search(text[max(0, match.start() - 40) : match.start()]) for match in words.finditer(text)
    )


def _calls(text: str) -> bool:
    """A call for help, unless what is asked for is work: "tolong segera dibersihkan", "help clean the drain"."""
    for call in _CALL.finditer(text):
        rest = text[call.end() : call.end() + 80]
        end = _SENTENCE_END.search(rest)
        if not _REQUEST.search(rest[: end.start()] if end else rest):
            return True
    return False
