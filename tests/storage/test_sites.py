"""Contract: listed places, what was found there and said of them, and errands about them."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from bot.domain.errors import BrokenConstraint
from bot.domain.sites import Site, SiteState, SiteWord, Visit
from bot.domain.staff import Errand
from bot.ports import Store
from tests.helpers.builders import LAT, LON, SUNGAI_BAMBU, incident, person, site
from tests.helpers.clock import EVENING
from tests.storage.acts import after, flush, load, people

FULL = Site(
    id=7,
    name="Kolong Tol <Plumpang>",
    lat=LAT,
    lon=LON,
    radius_m=62.5,
    area_code=SUNGAI_BAMBU,
    unit="31.72.02",
    at=EVENING,
    task="angkut lumpur",
    due_on=date(2026, 2, 28),
    state=SiteState.AGAIN,
    photo_before="before",
    photo_after="after",
    visited_at=after(hours=1),
    visits=3,
    tidied_at=after(hours=2),
    tidy_words=4,
    again_words=5,
)


def _visit(n: int, **more: object) -> Visit:
    fields: dict[str, object] = {"unit": SUNGAI_BAMBU, "person_id": 2, "found": SiteState.TIDY, "words": f"no. {n}"}
    return Visit(7, at=after(minutes=n), **{**fields, **more})  # type: ignore[arg-type]


@pytest.fixture
async def listed(store: Store) -> Store:
    """A store with two people, one case and one listed place."""
    await people(store, 1, 2)
    await flush(store, incidents=[incident()], sites=[FULL])
    return store


def test_the_record_to_be_kept_has_all_there_is() -> None:
    plain = site()
    same = [each.name for each in fields(Site) if getattr(FULL, each.name) == getattr(plain, each.name)]
    assert same == ["lat", "lon", "area_code", "at"]


async def test_listed_places_come_back_whole_also_those_dropped(listed: Store) -> None:
    plain, dropped = site(1), site(2, state=SiteState.DROPPED, area_code=None)
    await flush(listed, sites=[dropped, plain])
    assert list((await load(listed, roster=["all"])).sites) == [plain, dropped, FULL]
    assert await listed.sites() == [plain, dropped, FULL]
    assert not (await load(listed, person_ids=[1], visits=[7])).sites


async def test_a_later_word_on_a_place_replaces_the_earlier_one(listed: Store) -> None:
    now = Site(7, "Kolong", LAT + 0.1, LON + 0.1, 40.0, None, "31.72", after(days=1))
    await flush(listed, sites=[now])
    assert await listed.sites() == [now]


async def test_the_last_twenty_visits_of_each_place_are_loaded_oldest_first(listed: Store) -> None:
    await flush(listed, sites=[site(8)])
    visits = [_visit(n, photo=f"f{n}", photo_unique=f"u{n}") for n in range(30)]
    other = replace(_visit(1), site_id=8, words=None, found=SiteState.OPEN)
    late = _visit(15, words="told late")
    await flush(listed, visits=[*visits, other])
    await flush(listed, visits=[late])
    loaded = (await load(listed, visits=[7, 8, 9])).visits
    assert [visit for visit in loaded if visit.site_id == 8] == [other]
    assert [visit for visit in loaded if visit.site_id == 7] == [*visits[11:16], late, *visits[16:]]
    assert not (await load(listed, roster=["all"])).visits


async def test_a_resident_has_one_word_on_a_place(listed: Store) -> None:
    await flush(listed, sites=[site(8)])
    first, second = SiteWord(7, 1, EVENING, tidy=True), SiteWord(7, 2, after(minutes=1), tidy=True)
    await flush(listed, site_words=[first, second, SiteWord(8, 1, EVENING, tidy=True)])
    again = SiteWord(7, 1, after(hours=1), tidy=False)
    await flush(listed, site_words=[again])
    assert list((await load(listed, visits=[7])).site_words) == [second, again]


async def test_visits_and_words_stay_however_old(listed: Store) -> None:
    word = SiteWord(7, 1, EVENING, tidy=True)
    await flush(listed, visits=[_visit(0)], site_words=[word])
    await listed.prune(after(days=5000))
    loaded = await load(listed, visits=[7])
    assert (list(loaded.visits), list(loaded.site_words)) == ([_visit(0)], [word])


async def test_a_place_and_its_first_visit_come_in_one_batch(store: Store) -> None:
    await flush(store, people=[person()], sites=[FULL], visits=[_visit(1, person_id=1)])
    assert len((await load(store, visits=[7])).visits) == 1


@pytest.mark.parametrize("record", [{"visits": [_visit(1)]}, {"site_words": [SiteWord(7, 2, EVENING, tidy=True)]}])
async def test_nothing_is_kept_of_a_place_that_is_not_there(store: Store, record: dict[str, object]) -> None:
    await people(store, 2)
    with pytest.raises(BrokenConstraint):
        await flush(store, **record)


@pytest.mark.parametrize(
    "errand",
    [
        Errand(2, None, "visit", EVENING, {"found": "tidy"}, site_id=7),
        Errand(2, None, "add", EVENING),
        Errand(2, 10, "follow", EVENING),
    ],
)
async def test_an_errand_is_about_a_case_a_place_or_a_place_that_is_made(listed: Store, errand: Errand) -> None:
    await flush(listed, errands=[Errand(2, 10, "close", EVENING)])
    await flush(listed, errands=[errand])
    assert list((await load(listed, errands=[2])).errands) == [errand]
