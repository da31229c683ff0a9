"""How the bot is, and what is wrong with that: all thresholds stand here. Pure.

Each trouble has two thresholds, so that what hovers at one neither comes and goes: wrong beyond the first, well again
only within the second, and in between it stays what it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

from bot.domain.backups import BackupState
from bot.domain.outgoing import Priority

INBOX_S = (60, 10)
"""Seconds that an update may wait for intake, which takes a batch in milliseconds: wrong beyond, well below."""

ANSWERS_S = (300, 60)
"""Seconds that an answer may wait for delivery. With 30 messages a second that is a queue of 9,000."""

WORK_S = (900, 300)
"""Seconds that slow work (maps, exports, photos) may wait."""

DIGEST_LATE = timedelta(minutes=15)
"""So long after its time a digest is overdue; making one takes seconds."""

BACKUP_OLD = timedelta(days=2)
"""So old the newest backup may be: one missed night is made up for within hours, two are not normal."""

DISK_BYTES = 1_000_000_000
"""So much must be free at least, and DISK_DATABASES times the database's size: a backup and an upgrade copy it."""

DISK_DATABASES = 2
DISK_WELL = 1.2
"""So many times that must be free to be well again."""

MISHAPS_FOR = timedelta(hours=24)
"""What failed or died counts for so long."""


class Trouble(StrEnum):
    """What admins are told of."""

    TOKEN = "token"  # noqa: S105  # a kind, no secret
    CHANNEL = "channel"
    INBOX = "inbox"
    ANSWERS = "answers"
    WORK = "work"
    DIGEST = "digest"
    BACKUP = "backup"
    DISK = "disk"
    FAILED = "failed"
    DEAD = "dead"

    @property
    def stops(self) -> bool:
        """People are not answered while it lasts."""
        return self in (Trouble.TOKEN, Trouble.INBOX, Trouble.ANSWERS)


class Verdict(Enum):
    """How something stands against its thresholds."""

    WELL = auto()
    BETWEEN = auto()  # neither: it stays what it was
    WRONG = auto()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue: how many rows, and for how many seconds the oldest that is due has waited."""

    rows: int = 0
    age_s: int = 0


@dataclass(frozen=True, slots=True)
class Mishaps:
    """What went wrong for good within MISHAPS_FOR: how many, and the first one's kind and time."""

    count: int = 0
    first: str | None = None
    first_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database tells of itself.

    Attributes:
        inbox, work: queues; outbox: one for each priority that has rows.
        failed_rows, dead_rows: kept for being looked at, also old ones and those to people who blocked the bot.
        failed, dead: lately, and by a mistake.
        open_incidents: by state.
        channel_refused: why the channel did not take the last post; None: it did, or there was none.
        last_digest_at: the time that the last digest was due at.
        disk_free_bytes: where the database lies.
        schema: its version.
    """

    inbox: Waiting = Waiting()
    outbox: Mapping[Priority, Waiting] = field(default_factory=dict)
    work: Waiting = Waiting()
    failed_rows: int = 0
    dead_rows: int = 0
    failed: Mishaps = Mishaps()
    dead: Mishaps = Mishaps()
    open_incidents: Mapping[str, int] = field(default_factory=dict)
    channel_refused: str | None = None
    last_digest_at: datetime | None = None
    database_bytes: int = 0
    wal_bytes: int = 0
    disk_free_bytes: int = 1 << 62
    schema: int = 0


@dataclass(frozen=True, slots=True)
class Vitals:
    """All that is judged by, at one moment.

    Attributes:
        at: that moment; started_at: when the program did.
        stored: from the database.
        backup: how backups go.
        digest_due_at: the last time a digest was due; None: none are posted.
        token_refused: Telegram's last answer was that it does not know the token.
    """

    at: datetime
    started_at: datetime
    stored: Stored
    backup: BackupState
    digest_due_at: datetime | None = None
    token_refused: bool = False


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """How long people waited for answers lately: how many answers, and within how many seconds half and 99 % came."""

    n: int
    half_s: float
    most_s: float


@dataclass(frozen=True, slots=True)
class Finding:
    """A trouble, how it stands, and the values that its text is filled with."""

    what: Trouble
    verdict: Verdict
    values: Mapping[str, object] = field(default_factory=dict)


def examine(vitals: Vitals) -> list[Finding]:
    """How each trouble stands, in the order in which they are to be looked at."""
    return list(_examined(vitals))


def wrong(vitals: Vitals) -> list[Finding]:
    """What is wrong at this moment."""
    return [finding for finding in _examined(vitals) if finding.verdict is Verdict.WRONG]


def _examined(v: Vitals) -> Iterator[Finding]:
    stored = v.stored
    yield Finding(Trouble.TOKEN, _if(v.token_refused))
    refused = stored.channel_refused
    yield Finding(Trouble.CHANNEL, _if(refused is not None), {"why": refused})
    yield _aged(Trouble.INBOX, stored.inbox, INBOX_S)
    answers = _aged(Trouble.ANSWERS, stored.outbox.get(Priority.ANSWER, Waiting()), ANSWERS_S)
    # that answers wait while nothing can be sent is no second trouble
    yield Finding(answers.what, Verdict.BETWEEN, answers.values) if v.token_refused else answers
    yield _aged(Trouble.WORK, stored.work, WORK_S)
    yield _digest(v)
    yield _backup(v)
    yield _disk(stored)
    yield _mishaps(Trouble.FAILED, stored.failed)
    yield _mishaps(Trouble.DEAD, stored.dead)


def _if(is_wrong: bool) -> Verdict:
    return Verdict.WRONG if is_wrong else Verdict.WELL


def _aged(what: Trouble, queue: Waiting, limits_s: tuple[int, int]) -> Finding:
    wrong_s, well_s = limits_s
    verdict = Verdict.WRONG if queue.age_s > wrong_s else Verdict.WELL if queue.age_s < well_s else Verdict.BETWEEN
    return Finding(what, verdict, {"age_s": queue.age_s, "rows": queue.rows})


def _digest(v: Vitals) -> Finding:
    """Overdue: its time came while the program ran (or there were digests before), and it was not made."""
    due_at, last_at = v.digest_due_at, v.stored.last_digest_at
    if due_at is None:
        return Finding(Trouble.DIGEST, Verdict.WELL)
    made = last_at is not None and last_at >= due_at
    expected = last_at is not None or v.started_at <= due_at
    overdue = expected and not made and v.at - max(due_at, v.started_at) > DIGEST_LATE
    return Finding(Trouble.DIGEST, _if(overdue), {"due": due_at.isoformat()})


def _backup(v: Vitals) -> Finding:
    state = v.backup
    # until the first one there is, what is known of is the program's own age
    last_at = state.last_at or v.started_at
    old = state.wanted and v.at - last_at > BACKUP_OLD
    failing = state.wanted and state.failing_since is not None
    values = {"last": None if state.last_at is None else state.last_at.isoformat(), "why": state.why}
    return Finding(Trouble.BACKUP, _if(old or failing), values)


def _disk(stored: Stored) -> Finding:
    least = max(DISK_BYTES, DISK_DATABASES * stored.database_bytes)
    free = stored.disk_free_bytes
    verdict = Verdict.WRONG if free < least else Verdict.WELL if free >= DISK_WELL * least else Verdict.BETWEEN
    return Finding(Trouble.DISK, verdict, {"free_gb": round(free / 1e9, 1)})


def _mishaps(what: Trouble, mishaps: Mishaps) -> Finding:
    at = mishaps.first_at
    values = {"n": mishaps.count, "first": mishaps.first, "first_at": None if at is None else at.isoformat()}
    return Finding(what, _if(mishaps.count > 0), values)


def in_words(finding: Finding) -> str:
    """One line for logs and /health, without anything of a person."""
    values = finding.values
    match finding.what:
        case Trouble.TOKEN:
            return "Telegram refuses BOT_TOKEN"
        case Trouble.CHANNEL:
            return f"the channel refuses what is posted ({values['why']})"
        case Trouble.INBOX:
            return f"an update has waited {values['age_s']} s for intake"
        case Trouble.ANSWERS:
            return f"an answer has waited {values['age_s']} s for being sent"
        case Trouble.WORK:
            return f"work has waited {values['age_s']} s for being done"
        case Trouble.DIGEST:
            return f"the digest of {values['due']} has not been made"
        case Trouble.BACKUP:
            return f"backups fail or are too old (last: {values['last'] or 'none'}{_because(values['why'])})"
        case Trouble.DISK:
            return f"the disk runs full: {values['free_gb']} GB are free"
        case Trouble.FAILED:
            return f"{values['n']} updates failed within a day, the first: {values['first']}"
        case Trouble.DEAD:
            return f"{values['n']} messages were given up within a day, the first: {values['first']}"


def _because(why: object) -> str:
    return f": {why}" if why else ""
