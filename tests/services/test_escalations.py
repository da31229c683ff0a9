"""The clocks of cases: reminded once, lapsed, taken over by the level above, overdue at the top, after an outage."""

from __future__ import annotations

from bot.domain.handling import Offer, Reason
from bot.domain.lifecycle import Act, after
from bot.domain.models import Incident, IncidentState, Say
from bot.domain.ownership import OFFER_LAPSES, offered, taken_up
from bot.services import owning
from bot.services.batch import Batch
from bot.services.context import Context
from tests.helpers.casework import GROUPS, connect, do, only_incident, words
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.small_city import BAMBU, KOTA, PRIOK
from tests.services.test_reporting import ANI, HERE, report

M = 1 / 111_000  # degrees of latitude


def texts(desk: Desk, chat: int) -> list[str]:
    return [words(desk, say) for _, say in sorted(desk.chats.get(chat, {}).items())]


async def many(desk: Desk, n: int) -> None:
    """So many cases by as many people, 150 m apart."""
    for i in range(n):
        await report(desk, ANI + 100 + i, (HERE[0] + (i % 6 - 3) * 150 * M, HERE[1] + (i // 6 - 1) * 150 * M))
        desk.clock.move(seconds=10)


async def test_the_owner_is_reminded_once_before_its_time_is_over(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await report(desk, ANI)
    await desk.beat(minutes=44)
    assert len(texts(desk, GROUPS[BAMBU])) == 1
    await desk.beat(minutes=2)
    await desk.beat(minutes=2)
    assert len(texts(desk, GROUPS[BAMBU])) == 2
    assert "Batasnya sebentar lagi" in texts(desk, GROUPS[BAMBU])[-1]


async def test_not_taken_up_in_time_the_level_above_owns_it_and_the_resident_is_told(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await report(desk, ANI)
    await desk.beat(minutes=61)
    incident = await only_incident(desk)
    assert (incident.handling.owner, incident.handling.escalations) == (PRIOK, 1)
    assert "Diambil alih" in texts(desk, GROUPS[PRIOK])[-1]
    assert "kini pada" in texts(desk, GROUPS[BAMBU])[-1]
    assert "Tanjung Priok" in desk.shown(ANI)
    assert desk.says(ANI)[-1] == "news.escalated"


async def test_at_the_top_it_stays_overdue_and_the_admins_hear_of_it_once(desk: Desk) -> None:
    await desk.text(ADMIN, "/start")
    await connect(desk, KOTA)
    await report(desk, ANI)
    for _ in range(3):
        await desk.beat(minutes=61)
    incident = await only_incident(desk)
    assert incident.handling.overdue
    assert (incident.state, incident.handling.owner) == (IncidentState.WAITING, KOTA)
    assert "Lewat tenggat" in texts(desk, GROUPS[KOTA])[-1]
    assert desk.says(ADMIN).count("clock.overdue") == 1
    await desk.beat(hours=3)
    assert desk.says(ADMIN).count("clock.overdue") == 1


async def test_what_was_taken_up_has_its_own_time_to_finish(desk: Desk) -> None:
    actors = await connect(desk, BAMBU, PRIOK)
    await report(desk, ANI)

    def take(ctx: Context, batch: Batch) -> None:
        [incident] = batch.open_incidents_in(BAMBU)
        times = owning.times_of(ctx, incident, incident.handling)
        taken = taken_up(incident.handling, times, actors[BAMBU].person_id, desk.clock.now())
        batch.put_incident(after(Act.TAKE_UP, incident, taken, at=desk.clock.now()), "taken", desk.clock.now(), BAMBU)

    await do(desk, take)
    await desk.beat(hours=5, minutes=59)
    assert (await only_incident(desk)).handling.owner == BAMBU
    await desk.beat(minutes=2)
    incident = await only_incident(desk)
    assert (incident.handling.owner, incident.handling.taken_at) == (PRIOK, None)


async def offer(desk: Desk, to: str) -> None:
    """The kelurahan hands its only case on."""

    def act(ctx: Context, batch: Batch) -> None:
        [incident] = batch.open_incidents_in(BAMBU)
        now = desk.clock.now()
        asked = Offer(to, Reason.CHANNEL, now, now + OFFER_LAPSES)
        given = after(Act.OFFER, incident, offered(incident.handling, asked), at=now)
        batch.put_incident(given, "offered", now, BAMBU)

    await do(desk, act)


async def test_an_offer_that_nobody_answers_lapses_and_the_level_above_has_to_assign(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK, KOTA)
    await report(desk, ANI)
    desk.clock.move(minutes=10)
    await offer(desk, KOTA)
    await desk.beat(minutes=29)
    assert (await only_incident(desk)).handling.owner == BAMBU
    await desk.beat(minutes=2)
    incident = await only_incident(desk)
    assert (incident.handling.owner, incident.handling.assigns, incident.handling.hops) == (PRIOK, True, 0)
    assert incident.state is IncidentState.DISPOSITION
    assert "Tetapkan" in texts(desk, GROUPS[PRIOK])[-1]
    assert desk.says(ANI)[-1] == "news.lapsed"


async def test_after_a_long_outage_each_case_goes_up_once_and_each_chat_gets_one_list(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK, KOTA)
    await many(desk, 6)
    before = len(texts(desk, GROUPS[PRIOK]))
    await desk.beat(hours=5)
    incidents: list[Incident] = await desk.incidents()
    assert {each.handling.owner for each in incidents} == {PRIOK}
    assert {each.handling.escalations for each in incidents} == {1}
    [said] = texts(desk, GROUPS[PRIOK])[before:]
    assert "6 kasus" in said
    assert all(each.number in said for each in incidents)
    lines = [line for line in said.splitlines() if "diambil alih" in line]
    assert [each.number for each in sorted(incidents, key=lambda each: each.first_seen)] == [
        line.split(" ")[0] for line in lines
    ]
    assert all("kini pada" in text for text in texts(desk, GROUPS[BAMBU]))  # their cards, changed in place
    assert all(desk.says(ANI + 100 + i).count("news.escalated") == 1 for i in range(6))
    assert len(lines) == 6
    await desk.beat(minutes=1)
    assert len(texts(desk, GROUPS[PRIOK])) == before + 1


async def test_three_at_once_are_three_cards(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await many(desk, 3)
    await desk.beat(hours=2)
    assert all(text.startswith("⚠️ Diambil alih") for text in texts(desk, GROUPS[PRIOK]))
    assert len(texts(desk, GROUPS[PRIOK])) == 3


async def test_a_long_list_says_how_many_it_leaves_out_and_opens_each_it_names(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await many(desk, 18)
    await desk.beat(hours=2)
    _, say = max(desk.chats[GROUPS[PRIOK]].items())
    assert "18 kasus" in words(desk, say)
    assert "dan 3 lagi" in words(desk, say)
    assert len([choice for row in say.choices for choice in row]) == 15


async def test_reminders_of_many_cases_change_their_cards_and_come_as_one_list(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await many(desk, 5)
    await desk.beat(minutes=46)
    shown: list[Say] = [say for _, say in sorted(desk.chats[GROUPS[BAMBU]].items())]
    assert [say.text for say in shown] == ["card.genangan"] * 5 + ["clock.summary"]


async def test_a_case_that_ended_meanwhile_is_left_alone(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await report(desk, ANI)
    await desk.press(ANI, "Sudah surut")
    await desk.beat(hours=3)
    incident = await only_incident(desk)
    assert (incident.state, incident.handling.escalations) == (IncidentState.RECEDED, 0)
