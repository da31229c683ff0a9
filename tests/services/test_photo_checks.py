"""Photos are looked at outside of transactions: hashed, compared with all earlier ones, set side by side."""

from __future__ import annotations

import threading
from io import BytesIO

import pytest
from PIL import Image

from bot.domain.errors import RetryLater
from bot.domain.records import WorkRow
from bot.output.photos import is_same
from bot.services import photo_checks
from bot.services.photo_checks import PhotoChecks
from bot.services.photo_work import CHECK, HASH, PAIR, check_work
from tests.helpers.casework import GROUPS, OFFICERS, connect, only_incident
from tests.helpers.desk import Desk
from tests.helpers.officers import ANI, BUDI, FakeFiles, do_work, last, picture, report, tap, tap_data
from tests.helpers.small_city import BAMBU

GROUP, RINA = GROUPS[BAMBU], OFFICERS[BAMBU]

FILES = FakeFiles.of({name: picture(seed) for seed, name in enumerate(("one", "two", "three"))})


def check(desk: Desk, name: str, incident_id: int) -> WorkRow:
    return check_work(f"file-{name}", name, incident_id, 1, desk.clock.now())


async def test_residents_photos_are_hashed_when_they_are_stored(desk: Desk) -> None:
    await desk.photo(ANI, "one")
    await report(desk)
    await desk.photo(ANI, "two")
    assert await do_work(desk, FILES) == [HASH, HASH]
    incident = await only_incident(desk)
    for name in ("one", "two"):
        known = await desk.store.photo_like(name, lambda _: False)
        assert known is not None
        assert known.incident_id == incident.id


async def test_a_photo_that_cannot_be_fetched_is_simply_not_remembered(desk: Desk) -> None:
    await report(desk)
    await desk.photo(ANI, "lost")
    await do_work(desk, FILES)
    assert await desk.store.photo_like("lost", lambda _: True) is None
    assert last(desk, ANI) != "say.trouble"


async def test_of_two_photos_in_the_same_second_the_first_counts(desk: Desk) -> None:
    """The same picture for two cases, neither of which stands in the database yet."""
    do = PhotoChecks(FILES, desk.store, desk.clock).doers()[CHECK]
    assert (await do(check(desk, "one", 10)))["used_in"] is None
    assert (await do(check(desk, "one", 20)))["used_in"] == 10
    assert (await do(check(desk, "one", 10)))["used_in"] is None  # the same officer, a second try


async def test_looking_through_all_known_photos_keeps_nobody_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.photo(ANI, "one")
    await report(desk)
    await do_work(desk, FILES)
    where: list[int] = []

    def noted(one: int, other: int) -> bool:
        where.append(threading.get_ident())
        return is_same(one, other)

    monkeypatch.setattr(photo_checks, "is_same", noted)
    await PhotoChecks(FILES, desk.store, desk.clock).doers()[CHECK](check(desk, "two", 10))
    assert where
    assert threading.get_ident() not in where


async def test_night_photos_of_two_cases_are_two_photos(desk: Desk) -> None:
    dark = BytesIO()
    Image.new("RGB", (80, 60), (2, 2, 3)).save(dark, "JPEG")
    files = FakeFiles.of({"one": dark.getvalue(), "two": dark.getvalue()})
    do = PhotoChecks(files, desk.store, desk.clock).doers()[CHECK]
    assert (await do(check(desk, "one", 10)))["used_in"] is None
    assert (await do(check(desk, "two", 20)))["used_in"] is None


async def test_a_night_photo_sent_again_is_known_by_its_name(desk: Desk) -> None:
    dark = BytesIO()
    Image.new("RGB", (80, 60), (2, 2, 3)).save(dark, "JPEG")
    files = FakeFiles.of({"one": dark.getvalue()})
    do = PhotoChecks(files, desk.store, desk.clock).doers()[CHECK]
    await do(check(desk, "one", 10))
    assert (await do(check(desk, "one", 20)))["used_in"] == 10


async def test_when_telegram_does_not_answer_it_is_tried_again(desk: Desk) -> None:
    class Down(FakeFiles):
        async def fetch(self, file_id: str) -> bytes:
            raise RetryLater("timed out")

    do = PhotoChecks(Down(), desk.store, desk.clock).doers()[CHECK]
    with pytest.raises(RetryLater):  # the worker comes back to it
        await do(check(desk, "one", 10))


async def test_after_the_last_try_the_officer_is_told(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    incident = await only_incident(desk)
    await tap_data(desk, RINA, f"k:{incident.id}:close_as:handled")
    await desk.photo(RINA, "one", caption="Kering")
    (row,) = [row for row in await desk.store.claim_work(desk.clock.now(), 50) if row.kind == CHECK]
    await desk.store.finish_work(row, None, desk.clock.now())
    await desk.take()
    assert last(desk, RINA) == "errand.photo.not_fetched"


async def test_the_same_photo_closes_one_of_two_cases(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    await report(desk, BUDI, north_m=400)
    first, second = sorted(await desk.incidents(), key=lambda each: each.id)
    other_officer = 8_001
    await tap(desk, other_officer, "Lainnya", GROUP)
    await tap_data(desk, RINA, f"k:{first.id}:close_as:handled")
    await tap_data(desk, other_officer, f"k:{second.id}:close_as:handled")
    await desk.photo(RINA, "one", caption="Kering")
    await desk.photo(other_officer, "one", caption="Kering")
    await do_work(desk, FILES)
    states = {each.id: each.state.is_open for each in await desk.incidents()}
    assert states == {first.id: False, second.id: True}
    assert f"dipakai di kasus {first.number}" in desk.shown(other_officer)


async def test_a_pair_of_a_photo_that_is_gone_is_not_sent(desk: Desk) -> None:
    do = PhotoChecks(FILES, desk.store, desk.clock).doers()[PAIR]
    row = WorkRow(PAIR, desk.clock.now(), None, {"before": "file-lost", "after": "file-one", "incident_id": 1})
    assert await do(row) == {}
