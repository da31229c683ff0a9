"""What one digest costs, in a process of its own so that its memory can be told.

`python -m tests.bench.digest_cost DATABASE_URL` prints JSON. Times are of the wall, in seconds; memory
is the peak (VmHWM), in MB. " CPU" behind a name is what this process itself computed meanwhile, which other programs on
the machine make little difference to.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Awaitable
from contextlib import suppress
from datetime import time as hour
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from bot.domain.digest import build_digest
from bot.domain.handling import Level
from bot.domain.records import Changes
from bot.domain.snapshot import Snapshot
from bot.domain.spots import spots
from bot.domain.staff import UnitLink
from bot.domain.subscriptions import Subscription
from bot.domain.units import UnitTree, units_of
from bot.geo.areas import AreaIndex
from bot.output.digest_caption import digest_caption
from bot.output.digest_map import map_picture
from bot.output.digest_text import plain
from bot.output.pictures import draw_map
from bot.services.digest_maker import DigestMaker
from bot.services.digests import FIRST_WINDOW, Digests
from bot.services.region import served_region
from bot.services.subscriptions import UnitDigests
from bot.texts import Texts
from storage import SqliteStore, open_store
from tests.bench.digest_years import AT
from tests.helpers.children import children_of_ours
from tests.helpers.clock import WIB

T = TypeVar("T")
CHANNEL = -1_001_234
TRIES = 3
"""Pictures drawn; the quickest counts."""


class Costs:
    """What was measured: name -> seconds, bytes or MB."""

    def __init__(self) -> None:
        self.told: dict[str, float] = {}
        self._began = self._computed = 0.0

    def begin(self) -> None:
        """A step begins."""
        self._began, self._computed = time.perf_counter(), time.process_time()

    def end(self, name: str) -> None:
        """It has ended."""
        self.told[name] = time.perf_counter() - self._began
        self.told[f"{name} CPU"] = time.process_time() - self._computed

    async def of(self, name: str, work: Awaitable[T]) -> T:
        """A step that is awaited."""
        self.begin()
        result = await work
        self.end(name)
        return result


class Watch:
    """Watches, from a thread, how much memory the processes take that this one starts."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        child = None
        while not self._over.wait(0.02):
            child = child or next(iter(children_of_ours()), None)
            if child is not None:
                with suppress(OSError):
                    self.peak_mb = max(self.peak_mb, peak_mb(child))


def peak_mb(pid: int) -> float:
    """The most memory that a process had so far; 0 where it has ended."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


async def measure(url: str) -> dict[str, float]:
    """The parts one by one, then the whole as the bot does it."""
    costs, texts = Costs(), Texts(WIB)
    areas = AreaIndex.from_reference_points(("31.72",))
    units = units_of(areas.all_served())
    store = await open_store(url)
    maker = DigestMaker(store, texts, areas, units, WIB, "genangan_bot")
    costs.told["memory before"] = peak_mb(os.getpid())
    await _whole(costs, Digests(store, maker, (hour(6),), WIB, CHANNEL))
    costs.told["memory"] = peak_mb(os.getpid())
    await _of_units(costs, store, units, maker)
    snapshot: Snapshot = await costs.of("snapshot", store.snapshot(AT - FIRST_WINDOW, AT))
    costs.begin()
    found = spots(snapshot.pasts, snapshot.weather, now=AT, timezone=WIB)
    costs.end("spots")
    costs.begin()
    digest = build_digest(
        snapshot, areas=areas, units=units, region=served_region(areas), neighbours=areas.neighbours, spots=found
    )
    costs.end("building")
    facts = await maker.facts(AT - FIRST_WINDOW, AT)
    costs.begin()
    words = maker.words(facts)
    costs.end("text")
    costs.begin()
    caption = digest_caption(digest, texts, WIB)
    picture = map_picture(digest, areas.map_base(), texts, WIB)
    costs.end("caption and map's words")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    tried_s = []
    with Watch() as watch:
        for _ in range(TRIES):  # other programs on the machine make a picture seem slow
            png = await costs.of("picture", draw_map(picture))
            tried_s.append(costs.told["picture"])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    costs.told["picture"] = min(tried_s)
    # here it is the drawing process that computes
    costs.told["picture CPU"] = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / TRIES
    table = await costs.of("workbook", maker.workbook(facts))
    geojson = await costs.of("GeoJSON", maker.geojson(facts))
    costs.told |= {
        "pasts": len(snapshot.pasts),
        "spots found": len(found),
        "incidents": len(snapshot.incidents),
        "PNG": len(png),
        "caption": len(plain(caption)),
        "text parts": len(words),
        "text length": sum(map(len, words)),
        "XLSX": len(table.data),
        "GeoJSON bytes": len(geojson.data),
        "memory of the drawing": watch.peak_mb,
    }
    await store.close()
    return costs.told


async def _whole(costs: Costs, digests: Digests) -> None:
    """Due to enqueued, and for how long nothing else got a turn."""
    longest, over = 0.0, False

    async def others() -> None:
        nonlocal longest
        while not over:
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - began - 0.005)

    waiting = asyncio.create_task(others())
    posted = await costs.of("whole post", digests.post_due(AT + timedelta(seconds=1)))
    over = True
    await waiting
    assert posted is not None
    assert not posted.late
    costs.told |= {"longest others waited": longest, "longest others waited CPU": 0.0}


async def _of_units(costs: Costs, store: SqliteStore, units: UnitTree, maker: DigestMaker) -> None:
    """Every unit has a chat, and wants its part at six."""
    codes = [unit.code for unit in units.all() if unit.level is not Level.OTHER]
    since = AT - timedelta(days=10)
    async with store.transaction() as tx:
        links = [UnitLink(code, since, chat_id=CHANNEL - n) for n, code in enumerate(codes, start=1)]
        await tx.flush(Changes(links=links, subscriptions=[Subscription(code, (hour(6),), since) for code in codes]))
    parts = UnitDigests(store, units, WIB, maker.of_unit)
    costs.told["units"] = await costs.of("parts of all units", _until_all(parts))


async def _until_all(parts: UnitDigests) -> int:
    """As many beats as it takes."""
    made = 0
    while posted := await parts.post_due(AT + timedelta(seconds=1)):
        made += posted
    return made


def main() -> None:
    """Measure once."""
    json.dump(asyncio.run(measure(sys.argv[1])), sys.stdout)


if __name__ == "__main__":
    main()
