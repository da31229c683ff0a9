"""Cases are handed on, with a reason and an acceptance; refused ones are assigned by the level above, once."""

from __future__ import annotations

import pytest

from bot.domain.models import IncidentState
from tests.helpers.casework import GROUPS, OFFICERS, cards, connect, labels, only_incident, words
from tests.helpers.desk import Desk
from tests.helpers.officers import ANI, report, tap, tap_data
from tests.helpers.small_city import BAMBU, KOTA, PRIOK

KEL, KEC, SUDIN = GROUPS[BAMBU], GROUPS[PRIOK], GROUPS[KOTA]
BUDI, RINA, WATI = OFFICERS[BAMBU], OFFICERS[PRIOK], OFFICERS[KOTA]


@pytest.fixture
async def case(desk: Desk) -> Desk:
    """A puddle in Sungai Bambu; the kelurahan, the kecamatan and the kota have their groups."""
    await connect(desk, BAMBU, PRIOK, KOTA)
    await report(desk)
    return desk


async def offer(desk: Desk, to: str = "Satpel SDA Kec. Tanjung Priok", reason: str = "saluran PHB") -> str | None:
    await tap(desk, BUDI, "Alihkan", KEL)
    await tap(desk, BUDI, to, KEL)
    return await tap(desk, BUDI, reason, KEL)


def heard(desk: Desk, who: int = ANI) -> str:
    """All that a resident's chat says."""
    return "\n".join(desk.texts.plain(say.text, say.values, "id") for _, say in sorted(desk.chats[who].items()))


async def test_an_offer_is_accepted_and_the_reporter_reads_why(case: Desk) -> None:
    assert await offer(case) == "Tersimpan"
    incident = await only_incident(case)
    assert incident.state is IncidentState.DISPOSITION
    assert incident.handling.owner == BAMBU
    assert incident.handling.due_at is None  # the giver's clock stands still
    case.clock.move(minutes=10)
    assert await tap(case, RINA, "Terima", KEC) == "Tersimpan"
    incident = await only_incident(case)
    assert incident.state is IncidentState.PROCESS
    assert (incident.handling.owner, incident.handling.hops) == (PRIOK, 1)
    assert "saluran PHB" in heard(case)
    assert "kini pada Satpel SDA Kec. Tanjung Priok" in words(case, cards(case, KEL)[-1])


async def test_the_giver_takes_its_offer_back(case: Desk) -> None:
    await offer(case)
    assert await tap(case, BUDI, "Batal alihkan", KEL) == "Tersimpan"
    incident = await only_incident(case)
    assert incident.state is IncidentState.WAITING
    assert incident.handling.due_at is not None
    told = await tap_data(case, RINA, f"k:{incident.id}:accept", 1, KEC)
    assert told == "Sudah dijawab, ditarik, atau lewat 30 menit. Kini pada Kelurahan Sungai Bambu."
    assert cards(case, KEC)[-1].choices == ()  # no card comes back where the case is not


async def test_looking_around_in_a_card_that_the_case_has_left_shows_where_it_is(case: Desk) -> None:
    await offer(case)
    await tap(case, RINA, "Terima", KEC)
    incident = await only_incident(case)
    await tap_data(case, BUDI, f"k:{incident.id}:more", 1, KEL)
    left = cards(case, KEL)[-1]
    assert "kini pada Satpel SDA Kec. Tanjung Priok" in words(case, left)
    assert left.choices == ()


async def test_a_second_offer_says_that_one_waits(case: Desk) -> None:
    await offer(case)
    incident = await only_incident(case)
    told = await tap_data(case, BUDI, f"k:{incident.id}:hand_why:{KOTA}:river", 1, KEL)
    assert told is not None and told.startswith("Sudah ditawarkan ke Satpel SDA Kec. Tanjung Priok")


async def test_refused_it_is_assigned_bindingly_by_the_level_above(case: Desk) -> None:
    await offer(case, "Sudin SDA Jakarta Utara", "kali")
    await tap(case, WATI, "Bukan kewenangan", SUDIN)
    assert await tap(case, WATI, "wilayah lain", SUDIN) == "Tersimpan"
    incident = await only_incident(case)
    assert incident.handling.assigns
    assert incident.handling.owner == PRIOK  # the level above the giver
    assert incident.state is IncidentState.DISPOSITION
    await tap(case, RINA, "Tetapkan", KEC)
    assert await tap(case, RINA, "Kelurahan Sungai Bambu", KEC) == "Tersimpan"
    incident = await only_incident(case)
    assert (incident.handling.owner, incident.handling.bound, incident.handling.hops) == (BAMBU, True, 1)
    assert labels(case, cards(case, KEL)[-1])[0] == ["Saya tangani"]
    told = await tap_data(case, BUDI, f"k:{incident.id}:hand_why:{KOTA}:river", 1, KEL)
    assert told is not None and "tidak bisa dialihkan" in told


async def test_who_had_it_is_not_given_it_again(case: Desk) -> None:
    await offer(case)
    await tap(case, RINA, "Terima", KEC)
    incident = await only_incident(case)
    told = await tap_data(case, RINA, f"k:{incident.id}:hand_why:{BAMBU}:pump", 1, KEC)
    assert told is not None and told.startswith("Kelurahan Sungai Bambu pernah memegang kasus ini")


async def test_only_the_asked_unit_accepts(case: Desk) -> None:
    await offer(case, "Sudin SDA Jakarta Utara")
    incident = await only_incident(case)
    told = await tap_data(case, RINA, f"k:{incident.id}:accept", 1, KEC)
    assert told is not None and told.startswith(f"Kasus {incident.number} pada Kelurahan Sungai Bambu")
    assert (await only_incident(case)).handling.owner == BAMBU


async def test_two_of_the_asked_unit_accept_at_once(case: Desk) -> None:
    await offer(case)
    incident = await only_incident(case)
    assert await tap_data(case, RINA, f"k:{incident.id}:accept", 1, KEC) == "Tersimpan"
    assert await tap_data(case, 8_009, f"k:{incident.id}:accept", 1, KEC) is not None
    assert (await only_incident(case)).handling.hops == 1


async def test_a_reason_in_words_is_written_in_the_private_chat(case: Desk) -> None:
    await tap(case, BUDI, "Alihkan", KEL)
    await tap(case, BUDI, "Satpel SDA Kec. Tanjung Priok", KEL)
    await tap(case, BUDI, "Tulis sendiri", KEL)
    assert "alasan dialihkan ke Satpel SDA Kec. Tanjung Priok" in case.shown(BUDI)
    await case.text(BUDI, "Pintu air <rusak>, perlu alat berat")
    incident = await only_incident(case)
    assert incident.handling.offer is not None
    assert incident.handling.offer.to == PRIOK
    assert "Pintu air <rusak>, perlu alat berat" in heard(case)


async def test_a_letter_to_an_office_outside(case: Desk) -> None:
    await offer(case, "Sudin SDA Jakarta Utara", "kali")
    await tap(case, WATI, "Terima", SUDIN)
    incident = await only_incident(case)
    outside = [unit for unit in case.context.units.all() if unit.outside]
    if not outside:
        await tap_data(case, WATI, f"k:{incident.id}:outside_to:{BAMBU}", 1, SUDIN)
        await case.text(WATI, "123/SDA/2026, 30/1")
        assert (await only_incident(case)).handling.outside is None
        return
    await tap_data(case, WATI, f"k:{incident.id}:outside_to:{outside[0].code}", 1, SUDIN)
    await case.text(WATI, "Surat nomor 123/SDA/2026 tgl 30/1")
    incident = await only_incident(case)
    assert incident.handling.outside is not None
    assert incident.handling.outside.letter == "123/SDA/2026"
    assert incident.handling.outside.next_on is not None
    assert (incident.handling.outside.next_on.day, incident.handling.outside.next_on.month) == (30, 1)
    assert incident.state is IncidentState.COORDINATION
    assert incident.handling.owner == KOTA


async def test_a_kelurahan_writes_no_letters(case: Desk) -> None:
    incident = await only_incident(case)
    told = await tap_data(case, BUDI, f"k:{incident.id}:outside_to:bbwscc", 1, KEL)
    assert told is not None and "Hanya petugasnya" in told


async def test_where_the_level_above_itself_refused_nobody_reads_that_the_case_moved(case: Desk) -> None:
    await offer(case)
    await tap(case, RINA, "Bukan kewenangan", KEC)
    await tap(case, RINA, "pompa", KEC)
    assert (await only_incident(case)).handling.owner == PRIOK
    read = heard(case)
    assert "Satpel SDA Kec. Tanjung Priok menolak: pompa." in read
    assert "Kini pada" not in read
