"""Officers take cases up and tell their steps, by the buttons of the card, in a unit's own group."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from bot.domain.handling import Step
from bot.domain.models import IncidentState
from bot.domain.staff import UnitLink
from bot.services.batch import Batch
from bot.services.context import Context
from tests.helpers.casework import GROUPS, OFFICERS, cards, connect, do, labels, only_incident, words
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.officers import ANI, BUDI, audited, choice_in, last, press_update, report, tap, tap_data
from tests.helpers.small_city import BAMBU, KOTA, LAGOA, PRIOK

GROUP = GROUPS[BAMBU]
SITI, TONO = 8_001, 8_002
"""Members of the kelurahan's group who are not enrolled yet."""


@pytest.fixture
async def case(desk: Desk) -> Desk:
    """A puddle in Sungai Bambu; the kelurahan, the kecamatan and the kota have their groups."""
    await connect(desk, BAMBU, PRIOK, KOTA)
    await report(desk)
    return desk


async def test_saya_tangani_makes_it_proses_with_who_and_when(case: Desk) -> None:
    assert await tap(case, SITI, "Saya tangani", GROUP, name="Siti") == "Tersimpan"
    incident = await only_incident(case)
    assert incident.state is IncidentState.PROCESS
    shown = words(case, cards(case, GROUP)[-1])
    assert "Proses" in shown
    assert "Ditangani Siti sejak" in shown


async def test_who_presses_in_the_unit_s_group_is_enrolled_once(case: Desk) -> None:
    await tap(case, SITI, "Lainnya", GROUP, name="Siti")
    await tap(case, SITI, "Kembali", GROUP, name="Siti")
    assert [(each.what, each.unit) for each in await audited(case)].count(("enrolled", BAMBU)) == 1


async def test_two_officers_press_in_the_same_instant(case: Desk) -> None:
    message_id, choice = choice_in(case, GROUP, "Saya tangani")
    data = ":".join((choice.act, *choice.args))
    await case.receive(press_update(SITI, data, message_id, GROUP, name="Siti"))
    await case.receive(press_update(TONO, data, message_id, GROUP, name="Tono"))
    await case.take()
    first, second = (toast.say for toast in case.toasts[-2:])
    assert first is not None and second is not None
    assert first.text == "toast.done"
    told = case.texts.plain(second.text, second.values, "id", case.clock.now())
    at = case.clock.now()
    assert told.startswith("Sudah ditangani Siti (Kelurahan Sungai Bambu) sejak")
    assert (await only_incident(case)).handling.taken_at == at
    assert case.history((await only_incident(case)).id).count("taken") == 1


async def test_steps_are_told_one_after_another(case: Desk) -> None:
    await tap(case, SITI, "Saya tangani", GROUP)
    await tap(case, SITI, "Menuju lokasi", GROUP)
    assert (await only_incident(case)).handling.step is Step.ON_THE_WAY
    await tap(case, SITI, "Di lokasi", GROUP)
    incident = await only_incident(case)
    assert incident.handling.step is Step.ON_SITE
    assert case.history(incident.id)[-3:] == ["taken", "on_the_way", "on_site"]


async def test_a_step_before_it_is_taken_up_says_what_to_press(case: Desk) -> None:
    incident = await only_incident(case)
    assert await tap_data(case, SITI, f"k:{incident.id}:way", 1, GROUP) == "Tekan Saya tangani dulu"


async def test_a_quick_follow_up_is_on_the_card_and_told_to_the_reporters(case: Desk) -> None:
    await tap(case, SITI, "Saya tangani", GROUP)
    case.clock.move(minutes=5)
    await tap(case, SITI, "Tindak lanjut", GROUP)
    await tap(case, SITI, "pompa apung", GROUP)
    assert "pompa apung" in words(case, cards(case, GROUP)[-1])
    assert any("pompa apung" in case.texts.plain(s.text, s.values, "id") for s in case.chats[ANI].values())


async def test_coordination_gives_another_unit_a_card_and_the_owner_stays(case: Desk) -> None:
    await tap(case, SITI, "Saya tangani", GROUP)
    await tap(case, SITI, "Lainnya", GROUP)
    await tap(case, SITI, "Koordinasi", GROUP)
    await tap(case, SITI, "Satpel SDA Kec. Tanjung Priok", GROUP)
    incident = await only_incident(case)
    assert incident.state is IncidentState.COORDINATION
    assert incident.handling.owner == BAMBU
    assert incident.handling.helpers == (PRIOK,)
    helper = cards(case, GROUPS[PRIOK])[-1]
    assert labels(case, helper) == [["Tindak lanjut"]]
    await tap(case, OFFICERS[PRIOK], "Tindak lanjut", GROUPS[PRIOK])
    assert await tap(case, OFFICERS[PRIOK], "penyedotan", GROUPS[PRIOK]) == "Tersimpan"
    assert [each.unit for each in await audited(case) if each.what == "follow_up"] == [PRIOK]


async def test_the_level_above_may_act_and_its_name_stands_in_the_history(case: Desk) -> None:
    incident = await only_incident(case)
    assert await tap_data(case, OFFICERS[KOTA], f"k:{incident.id}:take", 1, GROUPS[KOTA]) == "Tersimpan"
    taken = [each for each in await audited(case) if each.what == "taken"]
    assert [(each.unit, each.subject) for each in taken] == [(KOTA, incident.number)]
    assert (await only_incident(case)).handling.owner == BAMBU


async def test_another_unit_is_told_whose_case_it_is(desk: Desk) -> None:
    await connect(desk, BAMBU, PRIOK)
    await report(desk)
    incident = await only_incident(desk)
    lagoa = -1_009

    def enroll(ctx: Context, batch: Batch) -> None:
        batch.roster.put_link(UnitLink(LAGOA, desk.clock.now(), chat_id=lagoa))

    await do(desk, enroll)
    told = await tap_data(desk, TONO, f"k:{incident.id}:take", 1, lagoa)
    assert told is not None
    assert "pada Kelurahan Sungai Bambu" in told
    assert (await only_incident(desk)).state is IncidentState.WAITING


async def test_a_resident_who_sends_a_button_s_data_is_refused(case: Desk) -> None:
    incident = await only_incident(case)
    told = await tap_data(case, ANI, f"k:{incident.id}:take")
    assert told is not None and told.startswith("Anda belum terdaftar sebagai petugas")
    assert (await only_incident(case)).state is IncidentState.WAITING


async def test_an_officer_removed_in_between_is_refused_also_in_the_group(case: Desk) -> None:
    await tap(case, SITI, "Lainnya", GROUP)

    def remove(ctx: Context, batch: Batch) -> None:
        person = batch.known(SITI)
        assert person is not None
        officer = batch.roster.officer(person.id, BAMBU)
        assert officer is not None
        batch.roster.put_officer(replace(officer, removed_at=case.clock.now()))

    await do(case, remove)
    incident = await only_incident(case)
    told = await tap_data(case, SITI, f"k:{incident.id}:take", 1, GROUP)
    assert told is not None and told.startswith("Anda tidak lagi terdaftar")
    assert (await only_incident(case)).state is IncidentState.WAITING


async def test_an_admin_may_act_from_the_private_chat(case: Desk) -> None:
    incident = await only_incident(case)
    assert await tap_data(case, ADMIN, f"k:{incident.id}:take") == "Tersimpan"
    assert (await only_incident(case)).state is IncidentState.PROCESS
    assert [each.unit for each in await audited(case) if each.what == "taken"] == ["admin"]


async def test_a_button_of_an_ended_case_says_so(case: Desk) -> None:
    incident = await only_incident(case)
    await case.press(ANI, "Sudah surut")
    told = await tap_data(case, SITI, f"k:{incident.id}:take", 1, GROUP)
    assert told is not None
    assert told.startswith(f"Kasus {incident.number} sudah ditutup")


@pytest.mark.parametrize(
    "data",
    [
        "k",
        "k:1",
        "k:x:take",
        "k:99999:take",
        "k:{id}:fly",
        "k:{id}:quick",
        "k:{id}:quick:beer",
        "k:{id}:hand_why",
        "k:{id}:merge_with:99999",
    ],
)
async def test_data_that_none_of_our_buttons_carries(case: Desk, data: str) -> None:
    incident = await only_incident(case)
    before = case.history(incident.id)
    assert await tap_data(case, SITI, data.format(id=incident.id), 1, GROUP) is not None
    assert case.history(incident.id) == before


async def test_views_change_only_the_buttons_of_the_card(case: Desk) -> None:
    before = len(cards(case, GROUP))
    await tap(case, SITI, "Lainnya", GROUP)
    await tap(case, SITI, "Riwayat", GROUP)
    await tap(case, SITI, "Kembali", GROUP)
    assert len(cards(case, GROUP)) == before
    assert labels(case, cards(case, GROUP)[-1])[0] == ["Saya tangani", "Alihkan"]


async def test_merging_shows_its_effect_first_and_can_be_undone(case: Desk) -> None:
    await report(case, BUDI, north_m=90)
    both = sorted(await case.incidents(), key=lambda each: each.id)
    first, second = both
    await tap_data(case, SITI, f"k:{first.id}:merge_with:{second.id}", 1, GROUP)
    assert f"{second.number} masuk ke {first.number}?" in case.shown(GROUP)
    assert labels(case, case.chats[GROUP][max(case.chats[GROUP])]) == [["Ya, gabungkan", "Tidak jadi"]]
    assert {each.state for each in await case.incidents()} == {IncidentState.WAITING}
    await tap(case, SITI, "Ya, gabungkan", GROUP)
    merged = {each.id: each for each in await case.incidents()}
    assert merged[second.id].state is IncidentState.MERGED
    assert merged[second.id].merged_into == first.id
    assert merged[first.id].reporters == 2
    await tap(case, SITI, "Batalkan penggabungan", GROUP)
    again = {each.id: each for each in await case.incidents()}
    assert again[second.id].state is IncidentState.WAITING
    assert again[second.id].handling.owner == BAMBU
    assert (again[first.id].reporters, again[second.id].reporters) == (1, 1)


async def test_only_who_may_merge_two_cases_undoes_it(desk: Desk) -> None:
    """A case that was given reports is not emptied by officers of the one that they came from."""
    actors = await connect(desk, BAMBU, PRIOK, KOTA)
    await report(desk, ANI)
    desk.clock.move(minutes=61)
    await desk.beat(minutes=1)  # Ani's case is the kecamatan's now
    await report(desk, BUDI, north_m=300)
    theirs, mine = sorted(await desk.incidents(), key=lambda each: each.id)
    assert (theirs.handling.owner, mine.handling.owner) == (PRIOK, BAMBU)
    assert await tap_data(desk, OFFICERS[KOTA], f"k:{theirs.id}:merge_yes:{mine.id}") == "Tersimpan"
    assert actors[BAMBU].units == {BAMBU}
    await tap_data(desk, OFFICERS[BAMBU], f"k:{mine.id}:merge_undo")
    merged = {each.id: each for each in await desk.incidents()}
    assert merged[mine.id].state is IncidentState.MERGED
    assert merged[theirs.id].reporters == 2
    await tap_data(desk, OFFICERS[PRIOK], f"k:{mine.id}:merge_undo")
    assert {each.reporters for each in await desk.incidents()} == {1}


async def test_residents_photos_go_to_the_officer_who_asks_and_one_can_be_released(case: Desk) -> None:
    await case.photo(ANI, "before")
    await tap(case, SITI, "Lainnya", GROUP)
    assert await tap(case, SITI, "Foto warga", GROUP) == "Foto dikirim ke obrolan pribadi Anda"
    (photo,) = [say for say in case.chats[SITI].values() if say.photo is not None]
    assert photo.photo == "file-before"
    assert not any(say.photo for say in case.chats[GROUP].values())
    assert (
        await tap(case, SITI, "Boleh dilihat pelapor lain") == "Pelapor lain akan melihat foto ini saat kasus selesai"
    )
    assert (
        await tap_data(case, ANI, f"k:{(await only_incident(case)).id}:photos")
        != "Foto dikirim ke obrolan pribadi Anda"
    )


async def test_history_never_tells_who(case: Desk) -> None:
    await tap(case, SITI, "Saya tangani", GROUP, name="Siti")
    with closing(sqlite3.connect(case.folder / "genangan.db")) as db:
        assert {who for (who,) in db.execute("SELECT who FROM incident_events")} <= {"warga", BAMBU}


async def test_the_card_s_road_is_shown_in_its_place(case: Desk) -> None:
    await tap(case, SITI, "Saya tangani", GROUP, name="Siti")
    await tap(case, SITI, "Lainnya", GROUP)
    await tap(case, SITI, "Riwayat", GROUP)
    assert last(case, GROUP) == "card.road.text"
    assert "Siti" not in case.shown(GROUP)
