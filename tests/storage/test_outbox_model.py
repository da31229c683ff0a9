"""The outbox against the simplest thing that could be meant by its rules: a list that is gone through every time."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bot.domain.models import Say
from bot.domain.outgoing import Dead, Moved, Outcome, Outgoing, Postponed, Priority, Sent
from storage import outbox, recipients
from storage.codec import to_us
from storage.queries import schema
from tests.helpers.builders import person
from tests.helpers.clock import EVENING

PEOPLE = (1, 2, 3)
GROUPS = (-10, -11)
SLOTS = (None, None, "a", "b")


@dataclass
class Message:
    """A row of the list."""

    to: int  # a person's id, or a group's
    priority: int
    text: str
    due_at: datetime
    expires_at: datetime | None
    slot: str | None
    place: int
    place_next: int | None = None
    state: str = "queued"
    rev: int = 1
    sent: bool = False
    message_id: int | None = None
    anew_from: int = 1
    attempts: int = 0


class Model:
    """All that was asked for and is not forgotten yet."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.asked = 0
        self.paused: dict[int, datetime] = {}
        self.gone: set[int] = set()
        self.moved: dict[int, int] = {}

    def home(self, to: int) -> int:
        """Where a chat is now."""
        while to in self.moved:
            to = self.moved[to]
        return to

    def ask(self, wanted: Outgoing) -> None:
        """Put a message in."""
        self.asked += 1
        to = self.home(wanted.person_id or wanted.chat_id or 0)
        if to < 0:  # who gives the id of a chat means that it can be tried
            self.gone.discard(to)
        known = [one for one in self.messages if wanted.slot and (one.to, one.slot) == (to, wanted.slot)]
        if not known:
            self.messages.append(
                Message(to, wanted.priority, wanted.say.text, wanted.due_at, wanted.expires_at, wanted.slot, self.asked)
            )
        elif not wanted.once:
            (one,) = known
            one.priority, one.text = wanted.priority, wanted.say.text
            one.due_at, one.expires_at = wanted.due_at, wanted.expires_at
            one.rev += 1
            if wanted.anew:
                one.message_id, one.anew_from = None, one.rev
            if one.state == "claimed":
                one.place_next = self.asked
            else:
                one.place = one.place if one.state == "queued" else self.asked
                one.state, one.attempts = "queued", 0

    def tell(self, claimed: Message, outcome: Outcome) -> None:
        """What became of a claimed message."""
        match outcome:
            case Sent(rev=rev, message_id=message_id):
                if claimed.slot is None:
                    self.messages.remove(claimed)
                    return
                claimed.sent, claimed.attempts = True, 0
                if rev >= claimed.anew_from:
                    claimed.message_id = message_id
                claimed.place, claimed.place_next = claimed.place_next or claimed.place, None
                claimed.state = "queued" if claimed.rev > rev else "sent"
            case Postponed(at=at, anew=anew):
                claimed.state, claimed.place_next = "queued", None
                claimed.attempts += 1
                claimed.message_id = None if anew else claimed.message_id
                self.paused[claimed.to] = max(at, self.paused.get(claimed.to, at))
            case Dead(unreachable=unreachable):
                claimed.state = "queued" if claimed.place_next else "dead"
                if claimed.place_next:  # another content is wanted by now
                    claimed.place, claimed.place_next, claimed.attempts = claimed.place_next, None, 0
                if unreachable:
                    self.reach(claimed.to, False)
            case Moved(old_chat_id=old, new_chat_id=new):
                claimed.state, claimed.place_next, claimed.message_id = "queued", None, None
                self.moved[old] = new
                for one in self.messages:
                    if one.to == old:
                        one.to, one.message_id = new, None
                if old in self.paused:
                    self.paused[new] = self.paused[old]

    def reach(self, to: int, reachable: bool) -> None:
        """Somebody can be written to, or not."""
        if reachable:
            self.gone.discard(to)
            return
        self.gone.add(to)
        self.drop([one for one in self.messages if one.to == to and one.state == "queued"])

    def drop(self, messages: list[Message]) -> None:
        """Messages that will not be sent; what was sent before stays."""
        for one in messages:
            if one.sent:
                one.state = "sent"
            else:
                self.messages.remove(one)

    def claim(self, now: datetime, busy: set[int]) -> list[Message]:
        """The first message that is due, for each who can be written to."""
        self.drop([one for one in self.messages if one.state == "queued" and one.expires_at and one.expires_at <= now])
        under_way = {one.to for one in self.messages if one.state == "claimed"}
        first: dict[int, Message] = {}
        for one in sorted(self.messages, key=lambda one: (one.priority, one.place)):
            free = one.to not in under_way | self.gone | busy and self.paused.get(one.to, now) <= now
            if free and one.state == "queued" and one.due_at <= now:
                first.setdefault(one.to, one)
        for one in first.values():
            one.state = "claimed"
        return list(first.values())


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """An empty database in memory."""
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.row_factory = sqlite3.Row
    made.execute("PRAGMA foreign_keys = ON")
    made.executescript(schema())
    made.execute(
        "INSERT INTO counters (id, case_id, person_id, message_id, number_key) VALUES (1, 0, 0, 0, zeroblob(16))"
    )
    recipients.put_people(made, [person(number) for number in PEOPLE])
    yield made
    made.close()


def _wanted(chance: random.Random, now: datetime, number: int) -> Outgoing:
    to = chance.choice(PEOPLE + GROUPS)
    slot = chance.choice(SLOTS)
    return Outgoing(
        Say(f"m{number}"),
        now + timedelta(minutes=chance.choice((0, 0, 0, -1, 3, 30))),
        person_id=to if to > 0 else None,
        chat_id=to if to < 0 else None,
        priority=chance.choice(list(Priority)),
        slot=slot,
        anew=slot is not None and chance.random() < 0.2,
        once=slot is not None and chance.random() < 0.2,
        expires_at=chance.choice((None, None, now + timedelta(minutes=20), now + timedelta(hours=2))),
    )


def _outcome(chance: random.Random, number: int, rev: int, to: int, now: datetime) -> Outcome:
    luck = chance.random()
    if luck < 0.55:
        return Sent(number, rev, chance.randrange(10**6))
    if luck < 0.8:
        later = now + timedelta(seconds=chance.choice((0, 30, 600)))
        return Postponed(number, later, "429", anew=chance.random() < 0.3)
    if luck < 0.9 or to > 0:
        return Dead(number, "no", unreachable=chance.random() < 0.5)
    return Moved(number, to, to - 1000)


@pytest.mark.parametrize("seed", range(25))
def test_the_outbox_does_what_the_list_does(db: sqlite3.Connection, seed: int) -> None:
    chance, model, now = random.Random(seed), Model(), EVENING
    under_way: dict[int, tuple[Message, int]] = {}
    for step in range(150):
        now += timedelta(seconds=chance.choice((0, 1, 30, 300)))
        wanted = [_wanted(chance, now, step * 10 + n) for n in range(chance.randrange(4))]
        outbox.enqueue(db, wanted)
        for one in wanted:
            model.ask(one)
        if chance.random() < 0.1:
            to, reachable = chance.choice(PEOPLE), chance.random() < 0.7
            recipients.put_people(db, [person(to, reachable=reachable)])
            if reachable or to not in model.gone:  # written as it is known, nothing happens
                model.reach(to, reachable)
        told = [number for number in under_way if chance.random() < 0.7]
        outcomes = [_outcome(chance, number, under_way[number][1], under_way[number][0].to, now) for number in told]
        busy = {to for to in PEOPLE + GROUPS if chance.random() < 0.2}
        for outcome in outcomes:
            model.tell(under_way.pop(outcome.id)[0], outcome)
        expected = model.claim(now, busy)
        chats = frozenset(person(to).telegram_id if to > 0 else to for to in busy)
        claimed = outbox.exchange(db, outcomes, to_us(now), 99, chats)
        by_text = {one.text: one for one in expected}
        assert {(row.say.text, row.message_id, row.attempts, row.rev) for row in claimed} == {
            (one.text, one.message_id, one.attempts, one.rev) for one in expected
        }
        assert [row.priority for row in claimed] == sorted(row.priority for row in claimed)
        under_way |= {row.id: (by_text[row.say.text], row.rev) for row in claimed}
