"""A person is forgotten: what goes, what stays as of nobody, and a backup that is put back does not bring them back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from bot.domain.records import Barred, Draft, Photo, RawUpdate, WorkRow
from bot.domain.sites import SiteWord
from bot.domain.staff import Audit, Invite, Invited, Note, Officer, PhotoHash, UnitLink, Wrote
from storage import case_rows, erasing, open_store
from storage.codec import to_us
from storage.queries import schema
from tests.helpers.builders import LAT, LON, SUNGAI_BAMBU, incident, outgoing, person, place, report, site
from tests.helpers.clock import EVENING
from tests.storage.acts import after, flush, load
from tests.storage.files import url_of

HERE = place(LAT + 0.0003, LON, name="warung bu Ani", accuracy_m=12.0)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database file, with foreign keys as the program has them."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")
        yield db


def erase(path: Path, person_id: int = 1) -> None:
    """Forget somebody in a transaction."""
    with opened(path) as db:
        db.execute("BEGIN IMMEDIATE")
        assert erasing.erase(db, person_id, to_us(after(hours=1)))
        db.commit()


def rows(path: Path, query: str, *args: object) -> list[tuple[object, ...]]:
    """What a query gives."""
    with opened(path) as db:
        return [tuple(row) for row in db.execute(query, args)]


async def lived(path: Path) -> None:
    """Person 1 reported twice and worked for an office, person 2 reported once at the same place."""
    store = await open_store(url_of(path))
    await flush(
        store,
        people=[person(1), person(2)],
        incidents=[incident(10, reporters=2, name=HERE.name), incident(20, lat=LAT + 0.01)],
        reports=[
            report(11, place=HERE, note="rumah nomor 7 pagar biru", photos=1),
            report(12, person_id=2),
            report(21, incident_id=20, place=place(LAT + 0.0101, LON)),
        ],
        photos=[Photo(11, "file-of-1", "unique-of-1", EVENING), Photo(12, "file-of-2", "unique-of-2", EVENING)],
        messages=[(1, 501, 11, "note"), (2, 502, 12, "place")],
        drafts=[Draft(30, 1, EVENING, name="gang Mawar")],
        officers=[Officer(1, SUNGAI_BAMBU, "Sri Rahayu", EVENING), Officer(2, SUNGAI_BAMBU, "Joko", EVENING)],
        links=[UnitLink(SUNGAI_BAMBU, EVENING, person_id=1)],
        invites=[Invite("h1", Invited.OFFICER, SUNGAI_BAMBU, 1, EVENING, after(days=7), after(hours=1), 2)],
        notes=[Note(22, 20, SUNGAI_BAMBU, 1, Wrote.FOLLOW_UP, EVENING, "pompa jalan")],
        hashes=[PhotoHash("unique-of-1", 10, 5, EVENING), PhotoHash("unique-of-2", 10, 6, EVENING)],
        sites=[site(3)],
        site_words=[SiteWord(3, 1, EVENING, tidy=True)],
        audit=[Audit(EVENING, 1, SUNGAI_BAMBU, "take_up", "G20")],
        work=[WorkRow("hash", EVENING, None, {"file_id": "file-of-1"}), WorkRow("geocode", EVENING, 1, {"query": "x"})],
        outbox=[outgoing("receipt", slot="r11"), outgoing("card", chat_id=-5)],
    )
    await store.close()


async def test_reports_stay_as_of_nobody(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await lived(path)
    erase(path)
    kept = rows(path, "SELECT id, person_id < 0, name, note, accuracy_m, lat = ?, photos FROM reports", LAT)
    assert kept[0] == (11, 1, None, None, None, 1, 1)
    assert kept[1] == (12, 0, None, None, 12.0, 1, 0)
    assert len({row[0] for row in rows(path, "SELECT person_id FROM reports")}) == 3  # they do not tell of each other
    assert rows(path, "SELECT reporters, name FROM incidents") == [(2, None), (1, None)]
    assert rows(path, "SELECT file_id FROM photos") == [("file-of-2",)]
    assert rows(path, "SELECT count(*) FROM people p JOIN recipients r ON r.person_id = p.id WHERE reachable = 1") == [
        (1,)
    ]


async def test_nothing_of_the_person_is_left_in_any_table(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await lived(path)
    erase(path)
    dump = "\n".join(
        repr(row)
        for (table,) in rows(path, "SELECT name FROM sqlite_schema WHERE type = 'table'")
        for row in rows(path, f"SELECT * FROM {table}")
    )
    for trace in ("700000001", "Sri Rahayu", "pagar biru", "warung", "Mawar", "file-of-1", "unique-of-1", "501"):
        assert trace not in dump
    assert rows(path, "SELECT words, person_id < 0 FROM notes") == [("pompa jalan", 1)]
    assert rows(path, "SELECT made_by < 0, used_by FROM invites") == [(1, 2)]
    assert rows(path, "SELECT person_id FROM unit_links") == [(None,)]
    assert rows(path, "PRAGMA foreign_key_check") == []


async def test_a_name_that_somebody_else_gave_too_stays(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await lived(path)
    store = await open_store(url_of(path))
    await flush(store, reports=[report(12, person_id=2, place=replace(HERE, lat=LAT))])
    await store.close()
    erase(path)
    assert rows(path, "SELECT name FROM incidents WHERE id = 10") == [("warung bu Ani",)]


async def test_a_message_to_others_goes_out_without_what_they_typed(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await lived(path)
    store = await open_store(url_of(path))
    words = {"note": "rumah nomor 7 pagar biru", "items": [{"text": "warung bu Ani", "values": {"n": 1}}], "n": 4}
    card = outgoing("card.waiting", chat_id=-7)
    photo = outgoing("work.photo", chat_id=-7)
    await flush(
        store,
        outbox=[
            replace(card, say=replace(card.say, values=words)),
            replace(photo, say=replace(photo.say, photo="file-of-1")),
        ],
    )
    await store.close()
    erase(path)
    says = [json.loads(str(say)) for (say,) in rows(path, "SELECT say FROM outbox ORDER BY id")]
    assert [say["text"] for say in says] == ["card", "card.waiting"]
    assert says[1]["values"] == {"note": None, "items": [{"text": "warung bu Ani", "values": {"n": 1}}], "n": 4}


async def test_updates_kept_as_failed_are_emptied(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await lived(path)
    store = await open_store(url_of(path))
    theirs = json.dumps({"message": {"from": {"id": 700_000_001}, "text": "apa"}})
    others = json.dumps({"message": {"from": {"id": 700_000_002}, "text": "apa"}})
    await store.receive(99, [RawUpdate(1, theirs), RawUpdate(2, others), RawUpdate(3, "700000001 is no JSON")], EVENING)
    result = json.dumps({"work": "geocode", "person_id": 1, "asked": {"query": "gang Mawar"}, "result": None})
    await store.receive(0, [RawUpdate(1, result)], EVENING)
    await store.close()
    with opened(path) as db:
        db.execute("UPDATE inbox SET handled = 1, error = 'ValueError' WHERE bot_id = 99")
    erase(path)
    assert rows(path, "SELECT payload, error FROM inbox ORDER BY seq") == [
        ("", None),
        (others, "ValueError"),
        ("", None),
        ("", None),
    ]


async def test_who_was_blocked_or_removed_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await lived(path)
    store = await open_store(url_of(path))
    await flush(
        store,
        people=[replace(person(1), blocked_at=EVENING)],
        officers=[Officer(1, SUNGAI_BAMBU, "Sri Rahayu", EVENING, removed_at=after(minutes=30))],
    )
    await store.close()
    erase(path)
    with opened(path) as db:
        found = erasing.barred_of(db, [700_000_001, 700_000_002])
        assert found == {
            700_000_001: Barred(EVENING, ((SUNGAI_BAMBU, after(minutes=30)),)),
        }
        erasing.unbar(db, 700_000_001)
        assert erasing.barred_of(db, [700_000_001]) == {}


async def test_a_backup_that_is_put_back_forgets_again(tmp_path: Path) -> None:
    path, backup = tmp_path / "genangan.db", tmp_path / "backup.db"
    await lived(path)
    with opened(path) as db:
        db.execute("VACUUM INTO ?", [str(backup)])
    erase(path)
    with closing(sqlite3.connect(path)) as plain:
        known = erasing.fingerprints(plain)
    assert [(at, barred) for _, at, barred in known] == [(to_us(after(hours=1)), "{}")]
    with closing(sqlite3.connect(backup, isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("BEGIN IMMEDIATE")
        assert erasing.erase_again(db, known) == 1
        assert erasing.erase_again(db, known) == 0
        db.commit()
        assert erasing.fingerprints(db) == known
    assert rows(backup, "SELECT id FROM people WHERE id > 0") == [(2,)]
    assert rows(backup, "SELECT note FROM reports WHERE note IS NOT NULL") == []


async def test_who_wrote_again_after_they_were_forgotten_stays(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await lived(path)
    erase(path)
    store = await open_store(url_of(path))
    await flush(store, people=[person(7, 700_000_001, created_at=after(hours=2))])
    await store.close()
    with opened(path) as db:
        assert erasing.erase_again(db, erasing.fingerprints(db)) == 0
    assert rows(path, "SELECT id FROM people WHERE id > 0 ORDER BY id") == [(2,), (7,)]


async def test_nobody_cannot_be_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await lived(path)
    erase(path)
    with opened(path) as db:
        (nobody,) = db.execute("SELECT person_id FROM reports WHERE id = 11").fetchone()
        assert not erasing.erase(db, nobody, 1)
        assert not erasing.erase(db, 1, 1)


def test_every_table_is_erased_from_or_named_with_a_reason() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(schema())
        tables = {
            name
            for (name,) in db.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        }
        pointing = {
            table
            for table in tables
            for key in db.execute(f"PRAGMA foreign_key_list({table})").fetchall()
            if key[2] == "people"
        }
    assert erasing.TOUCHED | erasing.UNTOUCHED.keys() == tables
    assert not erasing.TOUCHED & erasing.UNTOUCHED.keys()
    assert pointing <= erasing.TOUCHED


async def test_nothing_of_the_forgotten_is_remembered_in_memory(tmp_path: Path) -> None:
    """Records of rows that were loaded are remembered: among them is what people typed."""
    store = await open_store(url_of(tmp_path / "genangan.db"))
    note = "rumah nomor 7 pagar biru"
    await flush(store, people=[person(1)], incidents=[incident(10, name=HERE.name)])
    await flush(store, reports=[report(11, place=HERE, note=note)])
    await load(store, person_ids=[1], incident_ids=[10])
    assert note in remembered() and str(HERE.name) in remembered()
    async with store.transaction() as tx:
        await tx.erase(1, after(hours=1))
    assert note not in remembered() and str(HERE.name) not in remembered()
    await store.close()


def remembered() -> str:
    """All that the process remembers of reports and incidents."""
    return f"{case_rows.REPORTS._known} {case_rows.INCIDENTS._known}"
