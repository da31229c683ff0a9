"""What became of it all: `python checker.py DATABASE JOURNAL [--json FILE]`. Fails (1) where something must not be.

It shares no code with the bot: it reads the database as tables and the Bot API's own record (journal.py says what is in
it), and counts. Times are seconds; `t` in the journal runs evenly, `w` is the world's clock (seconds since 1970).
"""

from __future__ import annotations

import argparse
import bisect
import json
import math
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

IN_FLIGHT = 32
"""Messages that the bot has under way at most, each unrecorded until its answer is written down with the next claim."""

UNRECORDED_S = 0.5
"""An answer is written down within that of its coming, unless the database is held up."""

PATIENT_S = 4.0
"""An answer later than this is one that the bot no longer waits for."""

CHANGES = ("send", "edit", "copy")
"""How methods begin that a person sees something of."""

FILES = ("sendPhoto", "sendDocument")
"""What only digests put into the channel: map, chart, spreadsheet."""

Line = Mapping[str, Any]


@dataclass
class Verdict:
    """What was counted: (value, whether it must be 0) by name, and what is wrong in words."""

    figures: dict[str, tuple[float, bool]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def count(self, name: str, value: float, note: str = "") -> None:
        """A figure to know."""
        self.figures[name] = (value, False)
        if note:
            self.notes[name] = note

    def none_of(self, name: str, found: Sequence[str]) -> None:
        """What there must be none of."""
        self.figures[name] = (len(found), True)
        self.wrong += [f"{name}: {each}" for each in found]

    def text(self) -> str:
        """A table, and below it what is wrong."""
        lines = []
        for name, (value, must_be_0) in self.figures.items():
            must = "must be 0" if must_be_0 else self.notes.get(name, "")
            lines.append(f"  {name:<34} {value:>10.10g}  {must}".rstrip())
        shown = self.wrong[:40]
        more = [f"  … and {len(self.wrong) - len(shown)} more"] if len(self.wrong) > len(shown) else []
        return "\n".join([*lines, *(f"  WRONG {each}" for each in shown), *more])


class Journal:
    """The Bot API's record, sorted by what it tells."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.of: defaultdict[str, list[Line]] = defaultdict(list)
        last = 0.0
        for line in lines:
            self.of[line["ev"]].append(line)
            last = line["t"]
        self.ended_t = last
        self.done = [call for call in self.of["call"] if call["done"]]
        self.seen: defaultdict[int, list[float]] = defaultdict(list)
        """When something new was shown in a chat, by chat."""
        for call in self.done:
            if call["method"].startswith(CHANGES) and call["chat"] is not None:
                self.seen[call["chat"]].append(call["t"])
        self.toasts = {call["press"]: call["t"] for call in reversed(self.done) if call["press"]}
        self.ends = {line["n"]: line for line in self.of["end"]}

    def faults(self) -> list[tuple[str, float, float]]:
        """(name, from, to) of each spell of trouble."""
        begun: dict[str, float] = {}
        spells = []
        for line in sorted([*self.of["fault"], *self.of["over"]], key=lambda line: line["t"]):
            if line["ev"] == "fault":
                begun[line["name"]] = line["t"]
            elif line["name"] in begun:
                spells.append((line["name"], begun.pop(line["name"]), line["t"]))
        spells += [(name, since, self.ended_t) for name, since in begun.items()]
        return sorted(spells, key=lambda spell: spell[1])

    def first_shown(self, chat: int, after: float) -> float | None:
        """When a chat first showed something new after that."""
        times = self.seen[chat]
        at = bisect.bisect_left(times, after)
        return times[at] if at < len(times) else None


def check(db: sqlite3.Connection, journal: Journal) -> Verdict:
    """All of it."""
    verdict = Verdict()
    _updates(db, journal, verdict)
    _reports(db, journal, verdict)
    _answers(journal, verdict)
    _digests(db, journal, verdict)
    _twice(journal, verdict)
    _left_over(db, verdict)
    return verdict


def _updates(db: sqlite3.Connection, journal: Journal, verdict: Verdict) -> None:
    sent = {line["id"] for line in journal.of["update"]}
    let_go = {line["id"] for line in journal.of["gone"]}
    rows = db.execute("SELECT update_id, handled, error FROM inbox WHERE bot_id > 0").fetchall()
    kept = Counter(number for number, *_ in rows)
    well = {number for number, handled, error in rows if handled and error is None and kept[number] == 1}
    verdict.count("updates sent", len(sent))
    verdict.count("handled exactly once", len(well & sent))
    verdict.none_of("lost", [f"update {number} was confirmed and is not kept" for number in sorted(let_go - set(kept))])
    verdict.none_of("not confirmed", [f"update {number} still waits" for number in sorted(sent - let_go)])
    verdict.none_of("not handled", [f"update {number} is kept" for number, handled, _ in rows if not handled])
    verdict.none_of("failed", [f"update {number}: {error}" for number, _, error in rows if error is not None])
    verdict.none_of("kept twice", [f"update {number}" for number, times in kept.items() if times > 1])
    verdict.none_of("kept, never sent", [f"update {number}" for number in set(kept) - sent])


def _reports(db: sqlite3.Connection, journal: Journal, verdict: Verdict) -> None:
    ids = {telegram_id: number for number, telegram_id in db.execute("SELECT id, telegram_id FROM people")}
    of: defaultdict[int, list[tuple[str, str, int, int]]] = defaultdict(list)
    counted: Counter[int] = Counter()
    sql = """SELECT r.person_id, r.number, coalesce(r.note, ''), r.incident_id, r.withdrawn,
                    (SELECT count(*) FROM photos WHERE report_id = r.id) FROM reports AS r"""
    for person, number, note, incident, withdrawn, photos in db.execute(sql):
        if not withdrawn:
            of[person].append((number, note, photos, incident))
            counted[incident] += 1
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for call in journal.done:
        if call["chat"] is not None and call["method"].startswith(CHANGES):
            texts[call["chat"]].append(call["text"])
    lost, double, silent, strayed = [], [], [], []
    for told in journal.of["person"]:
        who = told["id"]
        have = of[ids.get(who, -1)]
        lost += [f"a report of {who}"] * (told["reports"] - len(have))
        double += [f"a report of {who}: {[number for number, *_ in have]}"] * (len(have) - told["reports"])
        unheard = [number for number, *_ in have if not any(number in text for text in texts[who])]
        silent += [f"{who} never saw {number}" for number in unheard]
        silent += [f"{who} reported and saw nothing"] * (told["reports"] > 0 and not texts[who])
        notes = " ".join(note for _, note, *_ in have)
        strayed += [
            f"{notes.count(note)} times the note {note!r} of {who}" for note in told["notes"] if notes.count(note) != 1
        ]
        photos = sum(each for *_, each, _ in have)
        if photos != told["photos"]:
            strayed.append(f"{photos} photos of {who}, who sent {told['photos']}")
    verdict.count("reporters", sum(told["reports"] > 0 for told in journal.of["person"]))
    verdict.count("reports", sum(counted.values()), f"of {len(counted)} puddles")
    verdict.none_of("reports lost", lost)
    verdict.none_of("reports double", double)
    verdict.none_of("reporters without an answer", silent)
    verdict.none_of("notes, photos lost or double", strayed)
    sql = "SELECT id, number, reporters FROM incidents WHERE merged_into IS NULL"
    wrong = [
        f"{number} counts {reporters} reports and has {counted[key]}"
        for key, number, reporters in db.execute(sql)
        if reporters != counted[key]
    ]
    verdict.none_of("puddles counted wrong", wrong)


def _answers(journal: Journal, verdict: Verdict) -> None:
    """How long people waited. Who pressed has a toast, or sees the chat change before that comes. Without a toast (best
    effort: it is never stored) what the chat shows later may have come of anything."""
    unanswered, waits = [], []
    blank = 0
    for update in journal.of["update"]:
        if not update["private"]:
            continue
        shown = journal.first_shown(update["chat"], update["t"])
        if update["press"] is not None:
            toast = journal.toasts.get(update["press"])
            blank += toast is None
            if toast is not None:
                waits.append((min(toast, shown or toast) - update["t"], update["t"]))
        elif shown is None:
            unanswered.append(f"{update['kind']} {update['id']} of {update['chat']}")
        else:
            waits.append((shown - update["t"], update["t"]))
    verdict.none_of("messages without an answer", unanswered)
    verdict.count("presses without a toast", blank, "best effort, lost with a kill")
    if not waits:
        return
    waits.sort()
    longest, since = waits[-1]
    during = {name for name, begun, over in journal.faults() if begun < since + longest and over > since}
    verdict.count("half waited less than, s", round(waits[len(waits) // 2][0], 3))
    verdict.count("99 of 100 waited less than, s", round(waits[len(waits) * 99 // 100][0], 2))
    verdict.count("longest silence, s", round(longest, 1), "during: " + (", ".join(sorted(during)) or "nothing"))
    _recovery(journal, waits, verdict)


def _recovery(journal: Journal, waits: Sequence[tuple[float, float]], verdict: Verdict) -> None:
    """From the end of a fault until somebody is answered, and until all are who wrote before its end."""
    first: defaultdict[str, list[float]] = defaultdict(list)
    last: defaultdict[str, list[float]] = defaultdict(list)
    starts = sorted((since, since + wait) for wait, since in waits)
    answered = sorted(at for _, at in starts)
    for name, begun, over in journal.faults():
        at = bisect.bisect_left(answered, over)
        if at == len(answered):
            continue
        first[name].append(answered[at] - over)
        waiting = [until for since, until in starts if begun <= since <= over and until > over]
        last[name].append(max(waiting, default=over) - over)
    for name, times in sorted(first.items()):
        note = f"until the first answer; all who waited: {max(last[name]):.1f} s at most; {len(times)} times"
        verdict.count(f"recovered from {name}, s", round(max(times), 2), note)


def _digests(db: sqlite3.Connection, journal: Journal, verdict: Verdict) -> None:
    for asked in journal.of["digests"]:
        channel = asked["channel"]
        sql = "SELECT scheduled_at, window_from, window_to, parts FROM digests WHERE channel_id = ? ORDER BY 1"
        kept = [tuple(row) for row in db.execute(sql, (channel,))]
        sql = """SELECT o.slot, o.id, o.state, o.message_id FROM outbox AS o JOIN recipients AS r
                 ON r.id = o.recipient_id WHERE r.chat_id = ? AND o.slot LIKE 'digest:%'"""
        slots = {slot: (number, state, message) for slot, number, state, message in db.execute(sql, (channel,))}
        missing, double = _windows(asked, journal, kept)
        posted = [call for call in journal.done if call["chat"] == channel and call["new"]]
        by_row: defaultdict[int, list[Line]] = defaultdict(list)
        for call in posted:
            by_row[_row(call)[1]].append(call)
        unsent = 0
        for n, (scheduled, _, _, parts) in enumerate(kept):
            moment = datetime.fromtimestamp(scheduled / 1e6, UTC).isoformat()
            whole = True
            for part in range(1, parts + 1):
                number, state, message = slots.get(f"digest:{moment}:{part}", (0, "nothing", None))
                shown = any(call["message_id"] == message for call in by_row[number])
                if state != "sent" or not shown:
                    whole = False
                    if not _given_up(journal, kept, n):
                        missing.append(f"part {part} of that of {moment} is {state}")
            unsent += not whole
        known = {number for number, *_ in slots.values()}
        double += [
            f"{call['text'][:60]!r} is of no digest that is kept"
            for call in posted
            if call["method"] in FILES and _row(call)[1] not in known
        ]
        verdict.count("digests", len(kept), f"{unsent} given up because Telegram was away until the next")
        verdict.none_of("digests missing", missing)
        verdict.none_of("digests double", double)


def _windows(asked: Line, journal: Journal, kept: Sequence[tuple[int, ...]]) -> tuple[list[str], list[str]]:
    """(missing, double): what no digest tells of, and what two do."""
    missing, double = [], []
    stepped = bool(journal.of["step"])
    end = journal.of["finish"][-1]["w"] if journal.of["finish"] else max(line["w"] for line in journal.of["update"])
    due = _last_due(asked, end - asked["within_s"])
    if due is not None and not any(scheduled / 1e6 >= due for scheduled, *_ in kept):
        missing.append(f"that of {datetime.fromtimestamp(due, UTC)}")
    told_until: int | None = None
    for scheduled, since, until, _ in kept:
        if told_until is not None and since > told_until:
            missing.append(
                f"{(since - told_until) / 6e7:.1f} minutes before {datetime.fromtimestamp(since / 1e6, UTC)}"
            )
        if told_until is not None and since < told_until and not stepped:
            double.append(f"{(told_until - since) / 6e7:.1f} minutes, again in that of {scheduled / 1e6:.0f}")
        told_until = until if told_until is None else max(told_until, until)
    for window, times in Counter((since, until) for _, since, until, _ in kept).items():
        double += [f"the window {window}"] * (times - 1)
    return missing, double


def _last_due(asked: Line, before: float) -> float | None:
    """The last hour of a digest between its beginning and `before` (seconds since 1970)."""
    shift = timedelta(seconds=asked["utc_offset_s"])
    day = (datetime.fromtimestamp(before, UTC) + shift).date()
    moments = [
        (datetime.fromisoformat(f"{each}T{hour}+00:00") - shift).timestamp()
        for each in (day - timedelta(days=1), day)
        for hour in asked["times"]
    ]
    return max((moment for moment in moments if asked["since"] <= moment <= before), default=None)


def _given_up(journal: Journal, kept: Sequence[tuple[int, ...]], n: int) -> bool:
    """Whether a digest could not be sent until the next was due: Telegram took nothing in between."""
    if n + 1 >= len(kept):
        return False
    since, until = kept[n][0] / 1e6, kept[n + 1][0] / 1e6
    away = [line["w"] for line in journal.of["fault"] if line["name"] in ("away", "token revoked")]
    return any(since - 3600 <= w <= until for w in away)


def _row(call: Line) -> tuple[int, int, int]:
    """(life of the bot, id of the message's row, revision)."""
    if not call["row"]:
        return 0, 0, 0
    life, row, rev = map(int, call["row"].split("."))
    return life, row, rev


def _twice(journal: Journal, verdict: Verdict) -> None:
    """Messages sent again. Each has to be explained: its answer was lost, or it was in flight when the bot was killed.

    The bound is what can be in flight: IN_FLIGHT for each kill, and one for each answer that was lost. The same row in
    another revision is mostly a message of its own (a receipt that comes anew): it counts as perhaps, where the one
    before it was sent so shortly before a kill that nobody may have noted it.
    """
    of: defaultdict[int, list[Line]] = defaultdict(list)
    nameless = 0
    for call in journal.done:
        if call["new"]:
            nameless += not call["row"]
            of[_row(call)[1]].append(call)
    at_kill: Counter[int] = Counter()
    after_loss = changed = 0
    unexplained = []
    for row, calls in of.items():
        if row == 0:
            continue
        for before, again in pairwise(calls):
            same = _row(before)[2] == _row(again)[2]
            life = _row(before)[0]
            lost = before["lost"] or before["delay"] >= PATIENT_S
            if lost and same:
                after_loss += 1
            elif same and _killed_between(journal, before, again):
                at_kill[life] += 1
            elif not same and _killed_between(journal, before, again, UNRECORDED_S):
                changed += 1
            elif same:
                unexplained.append(f"row {row} to {again['chat']}: {again['text'][:60]!r}")
    lost_answers = sum(call["new"] and (call["lost"] or call["delay"] >= PATIENT_S) for call in journal.done)
    kills = sum(end["how"] == "SIGKILL" for end in journal.ends.values())
    bound = IN_FLIGHT * kills + lost_answers
    verdict.count("messages sent", sum(len(calls) for calls in of.values()))
    note = f"{at_kill.total()} in flight at {kills} kills, {after_loss} of {lost_answers} whose answer was lost; "
    verdict.count("messages sent twice", at_kill.total() + after_loss, f"{note}bound {bound}")
    verdict.count("perhaps sent twice", changed, "changed and sent anew just after a kill, mostly because it was to be")
    verdict.none_of("sent twice without a reason", unexplained)
    many = [f"{times} of life {life}" for life, times in at_kill.items() if times > IN_FLIGHT]
    verdict.none_of("more than can be in flight", many)
    verdict.none_of("sent by nobody knows which row", [""] * nameless)


def _killed_between(journal: Journal, before: Line, again: Line, within_s: float = math.inf) -> bool:
    """Whether the bot was killed between the two, within that time of the first."""
    life = _row(before)[0]
    end = journal.ends.get(life)
    if end is None or end["how"] != "SIGKILL" or _row(again)[0] == life:
        return False
    return bool(end["t"] - before["t"] <= within_s)


def _left_over(db: sqlite3.Connection, verdict: Verdict) -> None:
    dead = db.execute("SELECT id, why FROM outbox WHERE state = 'dead' AND coalesce(why, '') <> 'expired'").fetchall()
    verdict.none_of("messages given up", [f"row {number}: {why}" for number, why in dead])
    (stuck,) = db.execute(
        "SELECT count(*) FROM inbox WHERE bot_id = 0 AND (handled = 0 OR error IS NOT NULL)"
    ).fetchone()
    verdict.none_of("results not taken", [""] * stuck)
    broken = [str(row[0]) for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    broken += [f"{row[0]} refers to nothing in {row[2]}" for row in db.execute("PRAGMA foreign_key_check")]
    verdict.none_of("damage in the database", broken)


def read_journal(path: Path) -> Journal:
    """The journal in a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        return Journal(map(json.loads, lines))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("journal", type=Path)
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    asked = parser.parse_args(arguments)
    with closing(sqlite3.connect(f"file:{asked.database}?mode=ro", uri=True)) as db:
        verdict = check(db, read_journal(asked.journal))
    print(verdict.text())
    if asked.json is not None:
        figures = {name: value for name, (value, _) in verdict.figures.items()}
        asked.json.write_text(json.dumps({"figures": figures, "wrong": verdict.wrong}), encoding="utf-8")
    return int(bool(verdict.wrong))


if __name__ == "__main__":
    sys.exit(main())
