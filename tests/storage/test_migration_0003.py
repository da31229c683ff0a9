"""A database of before digests told more: what is in it goes on, and errands may be about places from then on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.handling import Handling
from bot.domain.models import IncidentEvent, IncidentState
from bot.domain.records import PostedDigest
from bot.domain.staff import Errand, Note, UnitLink, Wrote
from storage import migrate, open_store
from storage.codec import to_us
from storage.queries import migrations, statements
from tests.helpers.builders import SUNGAI_BAMBU, incident, person, report, site
from tests.helpers.clock import EVENING
from tests.storage.acts import LATER, after, flush, load
from tests.storage.files import url_of

ERRANDS = (
    Errand(1, 10, "close", EVENING, {"outcome": "handled", "note": 21}),
    Errand(2, 10, "refuse", after(minutes=1), {"reason": "river"}),
)


async def _with_history(path: Path) -> None:
    """A database with a case that was worked on and ended, and two errands."""
    case = incident(state=IncidentState.PROCESS, handling=Handling(owner=SUNGAI_BAMBU, since=EVENING))
    ended = incident(state=IncidentState.HANDLED, ended_at=after(hours=1), handling=case.handling)
    store = await open_store(url_of(path))
    await flush(store, people=[person(1), person(2)], incidents=[ended], reports=[report()])
    await flush(
        store,
        events=[
            IncidentEvent(10, "taken", SUNGAI_BAMBU, EVENING, case),
            IncidentEvent(10, "closed", SUNGAI_BAMBU, after(hours=1), ended),
        ],
        notes=[Note(21, 10, SUNGAI_BAMBU, 2, Wrote.CLOSING, after(hours=1), "saluran dibersihkan")],
        links=[UnitLink(SUNGAI_BAMBU, EVENING, -5)],
        digests=[PostedDigest(EVENING, -5, after(days=-1), EVENING, 2, late=False)],
    )
    await store.close()


def _copied_into_second_schema(source: Path, path: Path) -> None:
    """The same rows in a database as the two first migrations make it, with errands as they were then."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for number in (1, 2):
            for statement in statements(migrations()[number]):
                db.execute(statement)
        db.execute("ATTACH ? AS newer", [str(source)])
        tables = db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for (table,) in tables.fetchall():
            names = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
            db.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM newer.{table}")
        for errand, args in zip(ERRANDS, ('{"outcome":"handled","note":21}', '{"reason":"river"}'), strict=True):
            db.execute(
                "INSERT INTO main.errands (person_id, incident_id, act, at, args) VALUES (?, ?, ?, ?, ?)",
                [errand.person_id, errand.incident_id, errand.act, to_us(errand.at), args],
            )
        db.execute(f"PRAGMA main.application_id = {migrate.APPLICATION_ID}")
        db.execute("PRAGMA main.user_version = 2")


async def test_all_that_was_there_goes_on(tmp_path: Path) -> None:
    await _with_history(tmp_path / "newer.db")
    path = tmp_path / "genangan.db"
    _copied_into_second_schema(tmp_path / "newer.db", path)
    newer, store = (
        await open_store(url_of(tmp_path / "newer.db")),
        await open_store(url_of(path), upgrade=lambda _: None),
    )
    wanted = {"person_ids": [1, 2], "incident_ids": [10], "files": [10], "roster": ["all"]}
    assert await load(store, **wanted) == await load(newer, **wanted)
    window = (after(days=-1), after(hours=2))
    assert await store.snapshot(*window) == await newer.snapshot(*window)
    assert [past.done_words for past in (await store.snapshot(*window)).pasts] == ["saluran dibersihkan"]
    assert await store.last_digest(-5, LATER) == await newer.last_digest(-5, LATER) is not None
    await newer.close()
    await store.close()


async def test_errands_survive_and_may_be_about_places_from_then_on(tmp_path: Path) -> None:
    await _with_history(tmp_path / "newer.db")
    path = tmp_path / "genangan.db"
    _copied_into_second_schema(tmp_path / "newer.db", path)
    store = await open_store(url_of(path), upgrade=lambda _: None)
    assert tuple((await load(store, errands=[1, 2])).errands) == ERRANDS
    visit = Errand(1, None, "visit", after(hours=1), {"found": "tidy"}, site_id=3)
    await flush(store, sites=[site(3)], errands=[visit])
    assert tuple((await load(store, errands=[1, 2])).errands) == (visit, ERRANDS[1])
    await store.prune(after(days=31))
    assert not (await load(store, errands=[1, 2])).errands
    await store.close()
