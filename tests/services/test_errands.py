"""What an officer's next message in the private chat counts for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.models import IncidentState
from bot.services.batch import Batch
from bot.services.context import Context
from tests.helpers.casework import GROUPS, OFFICERS, cards, do, only_incident, words
from tests.helpers.desk import Desk
from tests.helpers.officers import ANI, BUDI, FakeFiles, do_work, last, picture, report, tap, tap_data
from tests.helpers.small_city import BAMBU

GROUP, RINA = GROUPS[BAMBU], OFFICERS[BAMBU]


async def begin(desk: Desk) -> None:
    """ "Tindak lanjut", in words."""
    await tap(desk, RINA, "Tindak lanjut", GROUP)
    await tap(desk, RINA, "Tulis sendiri", GROUP)


async def test_the_next_words_are_the_follow_up(case: Desk) -> None:
    await begin(case)
    assert last(case, RINA) == "errand.ask.follow"
    await case.text(RINA, "Pompa <b>mobile</b> dipasang")
    assert last(case, RINA) == "errand.done.follow"
    assert "Pompa <b>mobile</b> dipasang" in words(case, cards(case, GROUP)[-1])
    await case.text(RINA, "halo")
    assert last(case, RINA) != "errand.done.follow"  # one message only


async def test_a_photo_is_a_follow_up_too_and_is_remembered(case: Desk) -> None:
    await begin(case)
    await case.photo(RINA, "work", caption="Pompa dipasang")
    assert last(case, RINA) == "errand.done.follow"
    assert await do_work(case, FakeFiles.of({"work": picture(7)})) == ["hash"]
    assert await case.store.photo_like("work", lambda _: False) is not None


async def test_an_album_is_one_follow_up_and_no_report(case: Desk) -> None:
    await begin(case)
    for name in ("one", "two", "three"):
        await case.photo(RINA, name, media_group_id="a1", caption="Pompa" if name == "one" else "")
    assert case.history((await only_incident(case)).id).count("follow_up") == 1
    assert last(case, RINA) == "errand.done.follow"


async def test_batal_ends_it(case: Desk) -> None:
    await begin(case)
    await case.text(RINA, "/batal")
    assert last(case, RINA) == "errand.ended"
    await case.text(RINA, "Pompa dipasang")
    assert "follow_up" not in case.history((await only_incident(case)).id)


async def test_its_button_ends_it(case: Desk) -> None:
    await begin(case)
    await tap(case, RINA, "Tidak jadi")
    assert last(case, RINA) == "errand.ended"


async def test_the_button_of_an_earlier_question_does_not_end_it(case: Desk) -> None:
    earlier = await only_incident(case)
    await begin(case)
    await report(case, BUDI, north_m=300)
    (other,) = [each for each in await case.incidents() if each.id != earlier.id]
    await tap_data(case, RINA, f"k:{other.id}:follow:words")
    await tap_data(case, RINA, f"k:{earlier.id}:drop")
    assert case.toasts[-1].say is not None
    assert case.toasts[-1].say.text == "toast.too_old"
    await case.text(RINA, "Pompa dipasang")
    assert "follow_up" in case.history(other.id)


async def test_after_an_hour_a_quick_choice_is_too_late_as_well(case: Desk) -> None:
    await begin(case)
    case.clock.move(minutes=61)
    await tap_data(case, RINA, f"k:{(await only_incident(case)).id}:say:pump")
    assert case.toasts[-1].say is not None
    assert case.toasts[-1].say.text == "toast.too_old"
    assert "follow_up" not in case.history((await only_incident(case)).id)


async def test_after_an_hour_it_is_over_and_says_so(case: Desk) -> None:
    await begin(case)
    case.clock.move(minutes=61)
    await case.text(RINA, "Pompa dipasang")
    assert last(case, RINA) == "errand.expired"
    assert "follow_up" not in case.history((await only_incident(case)).id)


async def test_after_a_day_an_officer_is_a_resident_again(case: Desk) -> None:
    await begin(case)
    case.clock.move(hours=25)
    await case.text(RINA, "banjir di sini")
    assert last(case, RINA) != "errand.expired"


async def test_a_location_in_between_is_a_report(case: Desk) -> None:
    await begin(case)
    await case.location(RINA, -6.14, 106.90)
    await tap(case, RINA, "Lutut ±50")
    assert len(await case.incidents()) == 2
    await case.text(RINA, "Pompa dipasang")
    assert last(case, RINA) == "errand.done.follow"


async def test_words_for_a_case_that_ended_meanwhile_say_so(case: Desk) -> None:
    await begin(case)
    await case.press(ANI, "Sudah surut")
    await case.text(RINA, "Pompa dipasang")
    assert last(case, RINA) == "work.over"
    assert (await only_incident(case)).state is IncidentState.RECEDED


async def test_who_is_no_officer_opens_no_errand(case: Desk) -> None:
    number = (await only_incident(case)).number
    await case.text(ANI, f"/start k_{number}_follow")
    assert last(case, ANI) == "work.no_officer"
    await case.text(ANI, "Pompa dipasang")
    assert "follow_up" not in case.history((await only_incident(case)).id)


@pytest.mark.parametrize("payload", ["k_", "k_ZZ9_follow", "k_{n}_fly", "k_{n}", "k_{n}_close_merged", "k_{n}_close"])
async def test_a_link_that_none_of_our_cards_carries(case: Desk, payload: str) -> None:
    number = (await only_incident(case)).number
    await case.text(RINA, f"/start {payload.format(n=number)}")
    assert last(case, RINA) == "errand.unknown"


async def test_a_removed_officer_s_words_do_not_count(case: Desk) -> None:
    await begin(case)

    def remove(ctx: Context, batch: Batch) -> None:
        person = batch.known(RINA)
        assert person is not None
        officer = batch.roster.officer(person.id, BAMBU)
        assert officer is not None
        batch.roster.put_officer(replace(officer, removed_at=case.clock.now()))

    await do(case, remove)
    await case.text(RINA, "Pompa dipasang")
    assert last(case, RINA) == "work.removed"


async def test_a_quick_choice_of_an_old_question_is_too_old(case: Desk) -> None:
    incident = await only_incident(case)
    await tap_data(case, RINA, f"k:{incident.id}:say:pump")
    assert case.toasts[-1].say is not None
    assert case.toasts[-1].say.text == "toast.too_old"
