"""Who owns a case: from the routing, anew when more is told, and when offices' chats come and go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.lifecycle import Actor
from bot.domain.models import Cause, Depth, DepthLevel, Incident, IncidentState
from bot.domain.staff import ADMIN as ADMINS
from bot.domain.staff import Flood, Officer, UnitLink
from bot.domain.steps import Add
from bot.services import casework, owning
from bot.services.adding import add_to_report, set_area, set_cause
from bot.services.batch import Batch
from bot.services.context import Context
from tests.helpers.casework import GROUPS, cards, connect, do, labels, only_incident, words
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.small_city import BAMBU, KOTA, PRIOK
from tests.services.test_reporting import ANI, BUDI, HERE, report

WARAKAS = "31.72.02.1007"
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)


async def cause(desk: Desk, said: Cause) -> None:
    """The reporter of the only incident says why the water stands."""
    incident = await only_incident(desk)
    await do(desk, lambda ctx, b: set_cause(ctx, b, b.reports_in(incident.id)[0], said, desk.clock.now()))


async def add(desk: Desk, depth: Depth) -> None:
    """The reporter of the only incident tells the depth anew."""
    incident = await only_incident(desk)

    def act(ctx: Context, batch: Batch) -> None:
        add_to_report(ctx, batch, Add(batch.reports_in(incident.id)[0].id, depth=depth), desk.clock.now())

    await do(desk, act)


async def take_up(desk: Desk, unit: str, actors: dict[str, Actor]) -> Incident:
    incident = await only_incident(desk)
    refused: list[object] = []
    await do(
        desk,
        lambda ctx, b: refused.append(
            casework.take_up(ctx, b, actors[unit], b.incident(incident.id), desk.clock.now())
        ),
    )
    assert refused[-1] is None
    return await only_incident(desk)


async def chat(desk: Desk, unit: str, *, there: bool) -> None:
    """A unit gets its group, or loses it."""
    link = UnitLink(unit, desk.clock.now(), chat_id=GROUPS[unit] if there else None)

    def act(ctx: Context, batch: Batch) -> None:
        batch.roster.put_link(link)
        (owning.reconnect if there else owning.disconnect)(ctx, batch, unit, desk.clock.now())

    await do(desk, act)


# -- the first owner --------------------------------------------------------------------------------------------------


async def test_a_new_case_is_its_kelurahans_with_its_clock(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await report(desk, ANI)
    incident = await only_incident(desk)
    h = incident.handling
    assert (h.owner, h.on_behalf, h.had, h.hops) == (BAMBU, None, (BAMBU,), 0)
    assert h.due_at == desk.clock.now() + HOUR
    assert desk.history(incident.id)[0] == "opened"


async def test_where_it_has_no_chat_the_nearest_above_owns_it_on_its_behalf(desk: Desk) -> None:
    await connect(desk, KOTA)
    await report(desk, ANI)
    h = (await only_incident(desk)).handling
    assert (h.owner, h.on_behalf) == (KOTA, BAMBU)


async def test_where_nobody_has_a_chat_the_kota_owns_it(desk: Desk) -> None:
    await report(desk, ANI)
    h = (await only_incident(desk)).handling
    assert (h.owner, h.on_behalf) == (KOTA, BAMBU)


async def test_deep_water_gives_less_time(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk, ANI, depth="Paha ±70")
    assert (await only_incident(desk)).handling.due_at == desk.clock.now() + QUARTER


async def test_chest_deep_water_is_the_kecamatans_from_the_beginning(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await report(desk, ANI, depth="Dada 120+")
    assert (await only_incident(desk)).handling.owner == PRIOK


async def test_other_water_split_off_has_an_owner_from_its_first_instant(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk, ANI)
    await report(desk, BUDI)
    await desk.press(BUDI, "Ini genangan lain")
    owners = [incident.handling.owner for incident in await desk.incidents()]
    assert owners == [BAMBU, BAMBU]


async def test_in_mode_banjir_its_clock_stands_still(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await do(desk, lambda ctx, b: b.roster.put_flood(Flood(PRIOK, desk.clock.now())))
    await report(desk, ANI)
    h = (await only_incident(desk)).handling
    assert (h.owner, h.due_at, h.left_s) == (BAMBU, None, 3600.0)


# -- more is told -----------------------------------------------------------------------------------------------------


async def test_a_cause_told_later_gives_it_to_the_office_for_that_without_a_hop(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await report(desk, ANI)
    desk.clock.move(minutes=10)
    await cause(desk, Cause.RIVER)
    incident = await only_incident(desk)
    h = incident.handling
    assert (h.owner, h.hops, h.had) == (KOTA, 0, (KOTA,))
    assert h.due_at == desk.clock.now() + HOUR
    assert desk.history(incident.id) == ["opened", "told", "rerouted"]
    assert "Sudin SDA Jakarta Utara" in words(desk, cards(desk, GROUPS[BAMBU])[-1])
    assert len(cards(desk, GROUPS[KOTA])) == 1
    assert "Sudin SDA Jakarta Utara" in desk.shown(ANI)


async def test_what_is_told_after_somebody_took_it_up_changes_no_owner(desk: Desk) -> None:
    actors = await connect(desk, BAMBU, KOTA)
    await report(desk, ANI)
    await take_up(desk, BAMBU, actors)
    await cause(desk, Cause.RIVER)
    await add(desk, Depth.of(DepthLevel.CHEST))
    incident = await only_incident(desk)
    assert incident.handling.owner == BAMBU
    assert incident.state is IncidentState.PROCESS


async def test_deeper_water_shortens_the_time_and_nobody_hears_of_a_new_owner(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk, ANI, depth="Betis ±30")
    await add(desk, Depth.of(DepthLevel.THIGH))
    incident = await only_incident(desk)
    assert incident.handling.owner == BAMBU
    assert incident.handling.due_at == desk.clock.now() + QUARTER
    assert "rerouted" not in desk.history(incident.id)
    assert not any(text.startswith("news.rerouted") for text in desk.says(ANI))


async def test_saying_it_again_wins_the_owner_no_time(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk, ANI, depth="Paha ±70")
    due_at = (await only_incident(desk)).handling.due_at
    desk.clock.move(minutes=5)
    await add(desk, Depth.from_cm(75))
    await report(desk, BUDI, depth="Paha ±70")
    assert (await only_incident(desk)).handling.due_at == due_at


async def test_the_kelurahan_is_corrected_by_its_reporter(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await report(desk, ANI)
    incident = await only_incident(desk)
    await do(desk, lambda ctx, b: set_area(ctx, b, b.reports_in(incident.id)[0], WARAKAS, desk.clock.now()))
    h = (await only_incident(desk)).handling
    assert (h.owner, h.on_behalf) == (PRIOK, WARAKAS)


# -- chats come and go ------------------------------------------------------------------------------------------------


async def test_a_unit_that_is_connected_gets_what_was_owned_on_its_behalf(desk: Desk) -> None:
    await connect(desk, KOTA)
    await report(desk, ANI)
    await chat(desk, PRIOK, there=True)
    h = (await only_incident(desk)).handling
    assert (h.owner, h.on_behalf) == (PRIOK, BAMBU)
    await chat(desk, BAMBU, there=True)
    incident = await only_incident(desk)
    assert (incident.handling.owner, incident.handling.on_behalf, incident.handling.hops) == (BAMBU, None, 0)
    assert desk.history(incident.id) == ["opened", "rerouted", "rerouted"]
    assert len(cards(desk, GROUPS[BAMBU])) == 1


async def test_what_was_taken_up_meanwhile_stays_where_it_is(desk: Desk) -> None:
    actors = await connect(desk, KOTA)
    await report(desk, ANI)
    await take_up(desk, KOTA, actors)
    await chat(desk, BAMBU, there=True)
    assert (await only_incident(desk)).handling.owner == KOTA


async def test_the_sudin_sees_what_it_owned_before_it_had_a_chat(desk: Desk) -> None:
    await report(desk, ANI)
    assert cards(desk, GROUPS[KOTA]) == []
    await chat(desk, KOTA, there=True)
    assert len(cards(desk, GROUPS[KOTA])) == 1
    assert (await only_incident(desk)).handling.owner == KOTA


async def test_a_unit_that_lost_its_chat_is_stood_in_for(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await report(desk, ANI)
    await chat(desk, BAMBU, there=False)
    h = (await only_incident(desk)).handling
    assert (h.owner, h.on_behalf, h.hops) == (KOTA, BAMBU, 0)
    assert len(cards(desk, GROUPS[KOTA])) == 1


async def test_what_it_had_taken_up_goes_on_above(desk: Desk) -> None:
    actors = await connect(desk, BAMBU, KOTA)
    await report(desk, ANI)
    now = desk.clock.now()
    case = await only_incident(desk)
    await do(desk, lambda ctx, b: casework.take_up(ctx, b, actors[BAMBU], b.incident(case.id), now))
    taken = (await only_incident(desk)).handling
    await chat(desk, BAMBU, there=False)
    after = await only_incident(desk)
    assert (after.handling.owner, after.handling.on_behalf) == (KOTA, BAMBU)
    assert (after.state, after.handling.due_at) == (IncidentState.PROCESS, taken.due_at)
    (card,) = cards(desk, GROUPS[KOTA])
    assert ["Menuju lokasi", "Tindak lanjut"] in labels(desk, card)


async def test_a_case_of_another_kelurahan_is_left_alone(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await report(desk, ANI, HERE)
    before = await only_incident(desk)
    await do(desk, lambda ctx, b: owning.reconnect(ctx, b, WARAKAS, desk.clock.now()))
    assert await only_incident(desk) == before


# -- who acts ---------------------------------------------------------------------------------------------------------


async def test_admins_by_setting_and_by_invitation(desk: Desk) -> None:
    actors = await connect(desk, BAMBU)
    await desk.text(ADMIN, "/start")
    await desk.text(ANI, "/start")
    found: list[Actor] = []

    def act(ctx: Context, batch: Batch) -> None:
        ani, boss = batch.known(ANI), batch.known(ADMIN)
        assert ani is not None and boss is not None
        batch.roster.put_officer(Officer(ani.id, ADMINS, "Ani", desk.clock.now()))
        officer = batch.person(actors[BAMBU].person_id)
        found[:] = [owning.actor_of(ctx, batch, each) for each in (boss, ani, officer)]

    await do(desk, act)
    assert [(each.admin, each.units) for each in found] == [
        (True, frozenset()),
        (True, frozenset()),
        (False, frozenset({BAMBU})),
    ]


async def test_an_owner_that_the_routing_file_does_not_know_any_more_has_the_kotas_time(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk, ANI)
    incident = await only_incident(desk)
    gone = replace(incident.handling, owner="regu-lama")
    assert owning.times_of(desk.context, incident, gone).take_up == HOUR


async def test_another_owner_comes_with_its_reason(desk: Desk) -> None:
    await connect(desk, BAMBU, KOTA)
    await report(desk, ANI)
    await desk.press(ANI, "Lainnya")
    await desk.press(ANI, "Sebabnya")
    await desk.press(ANI, "Kali meluap")
    assert "Kini pada Sudin SDA Jakarta Utara: keterangan warga diperbarui." in "\n".join(
        words(desk, say) for _, say in sorted(desk.chats[ANI].items())
    )
