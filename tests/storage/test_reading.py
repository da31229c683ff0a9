"""Contract: what digests, statistics and exports read; and that what has served is dropped."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.domain.models import Depth, DepthLevel, Incident, IncidentEvent, IncidentState, Kind
from bot.domain.outgoing import Outgoing
from bot.domain.records import (
    Attachment,
    Draft,
    FoundPlace,
    Handled,
    PostedDigest,
    RawUpdate,
    Tally,
    WorkRow,
)
from bot.domain.staff import PhotoHash
from bot.ports import Store
from storage.codec import to_us
from tests.helpers.builders import CALF, KNEE, incident, outgoing, person, place, report
from tests.helpers.clock import EVENING
from tests.storage.acts import LATER, after, ask, claim, deliver, flush, load, people, sent

PAPANGGO = "31.72.02.1003"


def _event(what: str, incident_after: Incident, **by: float) -> IncidentEvent:
    return IncidentEvent(incident_after.id, what, "warga", after(**by), incident_after, {"report": 11, "score": 2.5e-6})


# -- history ----------------------------------------------------------------------------------------------------------


async def _rainy_evening(store: Store) -> tuple[Incident, Incident, Incident]:
    """An incident that is opened, gets deeper after an hour and recedes after three."""
    opened = incident(depth_first=CALF, depth_last=CALF, depth_max=CALF)
    deeper = replace(opened, depth_last=KNEE, depth_max=KNEE, reporters=2, last_seen=after(hours=1), lat=-6.1246)
    gone = replace(deeper, state=IncidentState.RECEDED, ended_at=after(hours=3))
    await flush(store, incidents=[opened], events=[_event("opened", opened)])
    await flush(store, incidents=[deeper], events=[_event("deeper", deeper, hours=1)])
    await flush(store, incidents=[gone], events=[_event("receded", gone, hours=3)])
    return opened, deeper, gone


async def test_any_past_moment_can_be_shown_as_it_was(store: Store) -> None:
    opened, deeper, gone = await _rainy_evening(store)
    day_before = after(days=-1)
    assert await store.incidents_as_of(after(seconds=-1), day_before) == []
    assert await store.incidents_as_of(EVENING, day_before) == [opened]
    assert await store.incidents_as_of(after(minutes=59), day_before) == [opened]
    assert await store.incidents_as_of(after(hours=1), day_before) == [deeper]
    assert await store.incidents_as_of(after(hours=3), day_before) == [gone]
    assert await store.incidents_as_of(after(hours=9), after(hours=3)) == []


async def test_what_ended_and_was_reopened_is_shown_as_it_stood(store: Store) -> None:
    _, _, gone = await _rainy_evening(store)
    again = replace(gone, state=IncidentState.WAITING, ended_at=None, last_seen=after(hours=5))
    await flush(store, incidents=[again], events=[_event("reopened", again, hours=5)])
    assert await store.incidents_as_of(after(hours=4), after(hours=2)) == [gone]
    assert await store.incidents_as_of(after(hours=4), after(hours=3)) == []
    assert await store.incidents_as_of(after(hours=6), after(hours=5)) == [again]


async def test_an_event_told_late_counts_from_its_own_time(store: Store) -> None:
    """After an outage messages come with older times, in inbox order: the last one written wins from its time on."""
    opened = incident()
    later = replace(opened, reporters=2)
    both = replace(opened, reporters=3)
    await flush(store, incidents=[opened], events=[_event("opened", opened)])
    await flush(store, incidents=[later], events=[_event("joined", later, minutes=20)])
    await flush(store, incidents=[both], events=[_event("joined", both, minutes=10)])
    reporters = [
        (await store.incidents_as_of(after(minutes=minutes), EVENING))[0].reporters for minutes in (5, 10, 15, 20, 25)
    ]
    assert reporters == [1, 3, 3, 3, 3]


async def test_incidents_come_in_the_order_in_which_they_were_first_seen(store: Store) -> None:
    await flush(store, incidents=[incident(3, at=after(hours=-1)), incident(2), incident(4, at=after(hours=1))])
    assert [found.id for found in await store.incidents_as_of(after(minutes=30), EVENING)] == [3, 2]


async def test_the_history_tells_what_happened_when_by_whom_and_why(store: Store, tmp_path: Path) -> None:
    await _rainy_evening(store)
    with closing(sqlite3.connect(tmp_path / "genangan.db")) as db:
        told = db.execute(
            "SELECT what, who, at, why FROM incident_events WHERE incident_id = 10 ORDER BY id"
        ).fetchall()
    why = '{"report":11,"score":2.5e-06}'
    assert told == [
        (what, "warga", to_us(after(hours=hours)), why)
        for what, hours in (("opened", 0), ("deeper", 1), ("receded", 3))
    ]


# -- counts -----------------------------------------------------------------------------------------------------------


async def _flood(store: Store) -> None:
    """Two puddles in Sungai Bambu, one in Papanggo, a drain; one cancelled, one merged."""
    await people(store, 1, 2)
    papanggo = place(-6.13, 106.87, area_code=PAPANGGO)
    await flush(
        store,
        incidents=[
            incident(1, state=IncidentState.RECEDED, ended_at=after(hours=1)),
            incident(2, at=after(minutes=1), state=IncidentState.RECEDED, ended_at=after(hours=3, minutes=1)),
            incident(3, at=after(minutes=2), area_code=PAPANGGO),
            incident(4, at=after(minutes=3), kind=Kind.DRAIN),
            incident(5, at=after(minutes=4), state=IncidentState.CANCELLED, ended_at=after(minutes=5)),
            incident(6, at=after(minutes=4), state=IncidentState.MERGED, ended_at=after(minutes=6), merged_into=1),
            incident(7, at=after(days=-2), state=IncidentState.UNHEARD, ended_at=after(hours=1)),
        ],
        reports=[
            report(11, incident_id=1, at=after(seconds=1)),
            report(12, incident_id=1, at=after(minutes=1), person_id=2, depth=CALF),
            report(13, incident_id=2, at=after(minutes=1), depth=None),
            report(14, incident_id=3, at=after(minutes=2), place=papanggo, depth=Depth(DepthLevel.UNKNOWN)),
            report(15, incident_id=4, at=after(minutes=3), depth=None, kind=Kind.DRAIN),
            report(16, incident_id=5, at=after(minutes=4), withdrawn=True),
            report(17, incident_id=7, at=after(days=-2)),
        ],
        events=[
            _event("renewed", incident(1), minutes=10),
            _event("renewed", incident(1), minutes=20),
            _event("joined", incident(1), minutes=15),
            _event("renewed", incident(7), days=-1),
        ],
    )


async def test_a_window_is_counted(store: Store) -> None:
    await _flood(store)
    assert await store.tally(EVENING - timedelta(seconds=1), after(hours=2)) == Tally(
        reports=5, reporters=2, opened=3, receded=1, drains=1, without_depth=2, renewed=2
    )
    assert await store.tally(after(days=5), after(days=6)) == Tally()


async def test_a_window_begins_after_its_start_and_ends_with_its_end(store: Store) -> None:
    await _flood(store)
    assert (await store.tally(after(seconds=1), after(minutes=2))).reports == 3
    assert (await store.tally(after(hours=1), after(hours=2))).receded == 0
    assert (await store.tally(after(minutes=59), after(hours=1))).receded == 1


async def test_what_lies_outside_of_all_kelurahan_is_counted_too(store: Store) -> None:
    await flush(store, people=[person()], incidents=[incident(area_code=None)])
    await flush(store, reports=[report(place=place(area_code=None), at=after(minutes=1))])
    assert await store.tally(EVENING - timedelta(seconds=1), after(hours=1)) == Tally(reports=1, reporters=1, opened=1)


async def test_reports_of_a_period_come_oldest_first_over_all_pages(store: Store) -> None:
    await flush(store, people=[person()], incidents=[incident()])
    # many at the same moment, ids against the order of time
    await flush(store, reports=[report(2000 - n, number=f"N{n}", at=after(seconds=n // 700)) for n in range(1, 1500)])
    found = [(one.at, one.id, number) async for one, number in store.reports_between(EVENING, after(seconds=2))]
    assert found == sorted(found)
    assert len(found) == 1500 - 700
    assert {number for _, _, number in found} == {"G10"}
    assert [one async for one in store.reports_between(after(days=1), after(days=2))] == []


async def test_the_last_digest_of_a_channel_is_known(store: Store) -> None:
    assert await store.last_digest(-5, LATER) is None
    posted = PostedDigest(EVENING, -5, after(days=-1), EVENING, 2, late=True)
    newer = replace(posted, scheduled_at=after(days=1), window_from=EVENING, window_to=after(days=1), late=False)
    await flush(store, digests=[newer, posted, replace(posted, channel_id=-6, scheduled_at=after(days=2))])
    assert await store.last_digest(-5, LATER) == newer
    assert await store.last_digest(-5, after(hours=23)) == posted
    assert await store.last_digest(-5, after(hours=-1)) is None


async def test_a_digest_is_found_after_its_group_moved(store: Store) -> None:
    posted = PostedDigest(EVENING, -5, after(days=-1), EVENING, 2, late=False)
    await flush(store, digests=[posted], moved_chats=[(-6, -7)])
    await flush(store, moved_chats=[(-5, -1005)])
    assert await store.last_digest(-5, LATER) == replace(posted, channel_id=-1005)
    assert await store.last_digest(-1005, LATER) == replace(posted, channel_id=-1005)
    later = replace(posted, scheduled_at=after(days=1))
    await flush(store, digests=[later])
    assert await store.last_digest(-1005, LATER) == replace(later, channel_id=-1005)


async def test_health_tells_how_much_waits_and_for_how_long(store: Store) -> None:
    assert set((await store.queues(EVENING)).values()) == {0}
    await people(store, 1)
    await store.receive(4242, [RawUpdate(1, "{}")], after(minutes=-2))
    await ask(store, outgoing("due", due_at=after(minutes=-1)), outgoing("held", due_at=after(hours=8)))
    await flush(store, incidents=[incident(), incident(11)], work=[WorkRow("export", EVENING)])
    assert await store.queues(EVENING) == {
        "inbox": 1, "inbox_age_s": 120, "failed": 0, "outbox": 2, "outbox_due": 1, "outbox_age_s": 60, "dead": 0,
        "work": 1, "open": 2
    }  # fmt: skip


# -- files and places -------------------------------------------------------------------------------------------------


async def test_files_are_kept_until_their_time(store: Store) -> None:
    picture = Attachment("peta.png", "image/png", bytes(range(256)))
    assert await store.attachment("map") is None
    await store.put_attachment("map", Attachment("old", "x/y", b""), after(hours=1))
    await store.put_attachment("map", picture, after(days=2))
    await store.prune(after(days=1))
    assert await store.attachment("map") == picture
    await store.prune(after(days=3))
    assert await store.attachment("map") is None


async def test_the_geocoder_is_asked_once_in_90_days(store: Store) -> None:
    found = (FoundPlace(-6.1, 106.9, "Jalan Mangga, Tugu Utara"), FoundPlace(-6.2, 106.8, "Jalan Mangga 2"))
    assert await store.cached_place("jl mangga") is None
    await store.cache_place("jl mangga", found, EVENING)
    await store.cache_place("nowhere", [], EVENING)
    assert tuple(await store.cached_place("jl mangga") or ()) == found
    assert tuple(await store.cached_place("nowhere") or ()) == ()
    assert await store.cached_place("nowhere") is not None
    await store.prune(after(days=89))
    assert await store.cached_place("jl mangga") is not None
    await store.prune(after(days=91))
    assert await store.cached_place("jl mangga") is None


# -- what has served --------------------------------------------------------------------------------------------------


async def test_handled_updates_go_after_six_days_and_failed_ones_after_thirty(store: Store) -> None:
    await store.receive(4242, [RawUpdate(n, "{}") for n in (1, 2, 3)], EVENING)
    async with store.transaction() as tx:
        first, second, _ = await tx.take(3)
    await flush(store, handled=[Handled(first.seq), Handled(second.seq, "boo")])
    again = [RawUpdate(n, "{}") for n in (1, 2, 3)]
    await store.prune(after(days=5))
    assert await store.receive(4242, again, after(days=5)) == 0
    await store.prune(after(days=7))
    assert await store.receive(4242, again[1:], after(days=7)) == 0
    assert (await store.queues(EVENING))["failed"] == 1
    await store.prune(after(days=31))
    assert (await store.queues(EVENING))["failed"] == 0
    async with store.transaction() as tx:
        assert [row.update_id for row in await tx.take(9)] == [3]  # not handled: kept, however long that takes


async def test_after_six_quiet_days_no_update_is_remembered(store: Store) -> None:
    await store.receive(4242, [RawUpdate(1, "{}")], EVENING)
    await flush(store, handled=[Handled(1)])
    await store.prune(after(days=7))
    assert await store.receive(4242, [RawUpdate(1, "{}")], after(days=7)) == 1


async def test_conversations_of_a_month_ago_are_dropped(store: Store) -> None:
    await people(store, 1, 2)
    await flush(store, drafts=[Draft(1, 1, EVENING), Draft(2, 2, after(days=2))])
    await store.prune(after(days=31))
    assert [draft.person_id for draft in (await load(store, person_ids=[1, 2])).drafts] == [2]


async def test_what_messages_said_is_kept_for_a_month(store: Store) -> None:
    await flush(store, people=[person()], incidents=[incident()])
    await flush(
        store, reports=[report(1), report(2, at=after(days=29))], messages=[(1, 5, 1, "depth"), (1, 6, 2, "note")]
    )
    await store.prune(after(days=29))
    assert len((await load(store, messages=[(1, 5), (1, 6)])).messages) == 2
    await store.prune(after(days=31))
    assert list((await load(store, messages=[(1, 5), (1, 6)])).messages) == [(1, 6)]


async def test_dead_and_long_finished_messages_go(store: Store) -> None:
    await people(store, 1)
    await ask(store, outgoing("slot", slot="s"))
    (row,) = await claim(store)
    await claim(store, sent(row, 77))
    await store.prune(after(days=80))
    await ask(store, outgoing("edit", slot="s"))
    (row,) = await claim(store)
    assert row.message_id == 77
    await claim(store, sent(row, 77), at=after(days=80))
    await store.prune(after(days=171))
    await ask(store, Outgoing(outgoing("anew").say, EVENING, person_id=1, slot="s"))
    assert (await claim(store))[0].message_id is None


async def test_pruning_takes_its_time_but_takes_all(store: Store) -> None:
    await store.receive(4242, [RawUpdate(n, "{}") for n in range(5000)], EVENING)
    await flush(store, handled=[Handled(seq) for seq in range(1, 5001)])
    await store.prune(after(days=7))
    assert await store.receive(4242, [RawUpdate(n, "{}") for n in range(5000)], after(days=7)) == 5000
    assert await deliver(store) == []


async def test_what_takes_long_leaves_a_way_for_what_is_quick(store: Store) -> None:
    await people(store, 1)
    await flush(store, incidents=[incident(10)], hashes=[PhotoHash("u1", 10, 5, EVENING)])
    go_on = threading.Event()
    looking = [asyncio.create_task(store.photo_like("other", lambda _: not go_on.wait(10))) for _ in range(4)]
    try:
        async with asyncio.timeout(5):
            assert await store.next_due(EVENING) is None
            assert (await store.queues(EVENING))["open"] == 1
    finally:
        go_on.set()
    assert await asyncio.gather(*looking) == [None] * 4
