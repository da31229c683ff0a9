"""The case card: what the office sees, where, and with which buttons."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.handling import Reason, Step
from bot.domain.lifecycle import Actor
from bot.domain.models import IncidentState
from bot.domain.staff import UnitLink
from bot.services import casework, closing, handing
from bot.services.cards import show_card
from bot.services.casework import Said
from tests.helpers.casework import (
    GROUPS,
    LAT,
    LON,
    OFFICERS,
    button,
    cards,
    connect,
    do,
    hand_on,
    labels,
    only_incident,
    words,
)
from tests.helpers.desk import ADMIN, Desk
from tests.helpers.small_city import BAMBU, KOTA, PRIOK

ANI, BUDI = 101, 102


async def report(desk: Desk, who: int = ANI, depth: str = "Lutut ±50") -> None:
    await desk.location(who, LAT, LON)
    await desk.press(who, depth)


async def go_on(desk: Desk, office: Actor, done: Step) -> None:
    now, incident = desk.clock.now(), await only_incident(desk)
    await do(desk, lambda ctx, batch: casework.step(ctx, batch, office, batch.incident(incident.id), now, done))


async def follow_up(desk: Desk, office: Actor, said: Said) -> None:
    now, incident = desk.clock.now(), await only_incident(desk)
    await do(desk, lambda ctx, batch: casework.follow_up(ctx, batch, office, batch.incident(incident.id), now, said))


async def test_a_new_case_is_one_card_with_what_an_officer_asks(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    await desk.text(ANI, "Jl. Mangga <b>no 3</b>")
    (card,) = cards(desk, GROUPS[BAMBU])
    incident = await only_incident(desk)
    shown = words(desk, card)
    assert f"{incident.number} · Menunggu" in shown
    assert "Jl. Mangga <b>no 3</b>, Kel. Sungai Bambu" in shown  # as typed: escaped in the markup
    assert "Tinggi: selutut (±50 cm)\n" in shown
    assert "1 warga" in shown
    assert "Penanggung jawab: Kelurahan Sungai Bambu" in shown
    assert "Batas ditanggapi" in shown
    markup = desk.texts.render(card.text, card.values, "id", desk.clock.now())
    assert "https://www.google.com/maps?q=-6.1307" in markup
    assert "&lt;b&gt;" in markup
    assert labels(desk, card) == [["Saya tangani", "Alihkan"], ["Tindak lanjut", "Lainnya …"]]


async def test_more_reporters_change_the_card_in_place(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    await report(desk, BUDI)
    (card,) = cards(desk, GROUPS[BAMBU])
    assert "2 warga" in words(desk, card)


async def test_clearly_deeper_water_comes_as_a_new_card(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk, depth="Betis ±30")
    await desk.press(ANI, "Lainnya")
    await desk.press(ANI, "Ubah tinggi")
    await desk.press(ANI, "Lutut ±50")
    first, second = cards(desk, GROUPS[BAMBU])
    assert "kartu terbarunya ada di bawah" in words(desk, first)
    assert first.choices == ()
    assert "Air lebih dalam" in words(desk, second)
    assert "Tinggi: selutut (±50 cm) · awal sebetis (±30 cm)" in words(desk, second)


async def test_a_unit_without_a_chat_is_stood_in_for(desk: Desk) -> None:
    await connect(desk, KOTA)
    await report(desk)
    (card,) = cards(desk, GROUPS[KOTA])
    assert "Sudin SDA Jakarta Utara, mewakili Kelurahan Sungai Bambu" in words(desk, card)


async def test_without_any_chat_the_admins_see_the_cards(desk: Desk) -> None:
    await desk.text(ADMIN, "/start")
    await report(desk)
    (card,) = cards(desk, ADMIN)
    assert "Menunggu" in words(desk, card)


async def test_a_unit_told_in_a_private_chat_has_the_same_card(desk: Desk) -> None:
    await connect(desk, BAMBU)

    def link(ctx: object, batch: object) -> None:
        person = batch.known(OFFICERS[BAMBU])  # type: ignore[attr-defined]
        batch.roster.put_link(UnitLink(BAMBU, desk.clock.now(), person_id=person.id))  # type: ignore[attr-defined]

    await do(desk, link)
    await report(desk)
    (card,) = cards(desk, OFFICERS[BAMBU])
    assert labels(desk, card)[0] == ["Saya tangani", "Alihkan"]
    incident = await only_incident(desk)
    await do(desk, lambda ctx, batch: show_card(ctx, batch, incident, desk.clock.now(), view="close"))
    (card,) = cards(desk, OFFICERS[BAMBU])
    handled = button(desk, card, "Sudah ditangani")
    assert handled.args == (str(incident.id), "close_as", "handled")


async def test_what_needs_words_opens_the_private_chat_from_a_group(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    incident = await only_incident(desk)
    await do(desk, lambda ctx, batch: show_card(ctx, batch, incident, desk.clock.now(), view="close"))
    (card,) = cards(desk, GROUPS[BAMBU])
    assert "Bagaimana hasilnya?" in words(desk, card)
    url = button(desk, card, "Tidak ditemukan").url
    assert url == f"https://t.me/genangan_bot?start=k_{incident.number}_close_not_found"


async def test_buttons_follow_the_state(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    now = desk.clock.now()
    taken = await only_incident(desk)
    await do(desk, lambda ctx, batch: casework.take_up(ctx, batch, office, batch.incident(taken.id), now))
    (card,) = cards(desk, GROUPS[BAMBU])
    assert "Proses" in words(desk, card)
    assert "Ditangani Budi sejak" in words(desk, card)
    assert labels(desk, card) == [["Menuju lokasi", "Tindak lanjut"], ["Selesai", "Lainnya …"]]
    for step, left in ((Step.ON_THE_WAY, ["Di lokasi", "Tindak lanjut"]), (Step.ON_SITE, ["Tindak lanjut"])):
        await go_on(desk, office, step)
        (card,) = cards(desk, GROUPS[BAMBU])
        assert labels(desk, card)[0] == left
    assert "di lokasi" in words(desk, card)


@pytest.mark.parametrize("view", ["more", "follow", "hand", "hand_why:31.72.02", "coord", "close", "outside", "merge"])
async def test_every_view_leads_back(desk: Desk, view: str) -> None:
    await connect(desk, BAMBU, PRIOK)
    await report(desk)
    incident = await only_incident(desk)
    await do(desk, lambda ctx, batch: show_card(ctx, batch, incident, desk.clock.now(), view=view))
    (card,) = cards(desk, GROUPS[BAMBU])
    assert labels(desk, card)[-1] == ["‹ Kembali"]


async def test_the_road_is_told_in_place_of_the_card(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    incident = await only_incident(desk)
    await do(desk, lambda ctx, batch: show_card(ctx, batch, incident, desk.clock.now(), view="road"))
    (card,) = cards(desk, GROUPS[BAMBU])
    assert "dilaporkan warga" in words(desk, card)


async def test_forwarding_gives_a_plain_text_for_any_messenger(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    incident = await only_incident(desk)
    await do(desk, lambda ctx, batch: show_card(ctx, batch, incident, desk.clock.now(), view="more"))
    (card,) = cards(desk, GROUPS[BAMBU])
    forward = button(desk, card, "Teruskan")
    assert forward.url is not None and forward.shares is not None
    query = parse_qs(urlsplit(forward.url).query)
    assert query["url"][0].startswith("https://www.google.com/maps?q=")
    told = desk.texts.plain(forward.shares, forward.values, "id", desk.clock.now())
    assert incident.number in told and "selutut" in told and "Kel. Sungai Bambu" in told


async def test_an_offer_has_a_card_where_it_is_asked(desk: Desk) -> None:
    office = (await connect(desk, BAMBU, PRIOK))[BAMBU]
    await report(desk)
    await hand_on(desk, office, PRIOK)
    (asked,) = cards(desk, GROUPS[PRIOK])
    assert "Diminta menangani" in words(desk, asked)
    assert labels(desk, asked) == [["Terima", "Bukan kewenangan"], ["Lainnya …"]]
    (giver,) = cards(desk, GROUPS[BAMBU])
    assert "Menunggu jawaban Satpel SDA Kec. Tanjung Priok sampai" in words(desk, giver)
    assert "saluran PHB" in words(desk, giver)
    assert labels(desk, giver) == [["Batal alihkan"], ["Lainnya …"]]


async def test_who_is_asked_reads_the_reason_as_it_was_written(desk: Desk) -> None:
    offices = await connect(desk, BAMBU, PRIOK)
    await report(desk)
    incident, now = await only_incident(desk), desk.clock.now()
    said, to = Said(words="pompanya milik kota"), desk.context.units.get(PRIOK)
    giver = offices[BAMBU]
    await do(desk, lambda ctx, batch: handing.offer(ctx, batch, giver, incident, now, to, Reason.WORDS, said))
    assert "sampai 20.12 (pompanya milik kota)" in words(desk, cards(desk, GROUPS[PRIOK])[-1])


async def test_who_has_handed_it_on_sees_where_it_is(desk: Desk) -> None:
    actors = await connect(desk, BAMBU, PRIOK)
    await report(desk)
    now, incident = desk.clock.now(), await only_incident(desk)
    await hand_on(desk, actors[BAMBU], PRIOK)
    await do(desk, lambda ctx, batch: handing.accept(ctx, batch, actors[PRIOK], batch.incident(incident.id), now))
    (left,) = cards(desk, GROUPS[BAMBU])
    assert "kini pada Satpel SDA Kec. Tanjung Priok" in words(desk, left)
    assert left.choices == ()
    (card,) = cards(desk, GROUPS[PRIOK])
    assert "dialihkan 1×" in words(desk, card)
    assert "Selesai" in labels(desk, card)[1]


async def test_a_refused_case_comes_to_the_level_above_to_be_assigned(desk: Desk) -> None:
    actors = await connect(desk, BAMBU, PRIOK, KOTA)
    await report(desk)
    now, incident = desk.clock.now(), await only_incident(desk)
    await hand_on(desk, actors[BAMBU], KOTA, Reason.RIVER)
    await do(
        desk,
        lambda ctx, batch: handing.refuse(
            ctx, batch, actors[KOTA], batch.incident(incident.id), now, Reason.OTHER_AREA
        ),
    )
    (card,) = cards(desk, GROUPS[PRIOK])
    assert "Perlu ditetapkan" in words(desk, card)
    assert labels(desk, card) == [["Tetapkan", "Lainnya …"]]
    (refuser,) = cards(desk, GROUPS[KOTA])
    assert "kini pada Satpel SDA Kec. Tanjung Priok" in words(desk, refuser)
    assert refuser.choices == ()
    await do(desk, lambda ctx, batch: show_card(ctx, batch, incident, now, view="assign"))
    (card,) = cards(desk, GROUPS[PRIOK])
    assert ["Kelurahan Sungai Bambu"] in labels(desk, card)
    assert ["Satpel SDA Kec. Tanjung Priok"] in labels(desk, card)
    assert ["Sudin SDA Jakarta Utara"] not in labels(desk, card)


async def test_helpers_only_tell_what_they_did(desk: Desk) -> None:
    actors = await connect(desk, BAMBU, PRIOK)
    await report(desk)
    now, incident = desk.clock.now(), await only_incident(desk)
    crew = desk.context.units.get(PRIOK)
    assert crew is not None
    await do(
        desk, lambda ctx, batch: casework.coordinate(ctx, batch, actors[BAMBU], batch.incident(incident.id), now, crew)
    )
    (helping,) = cards(desk, GROUPS[PRIOK])
    assert "Diminta membantu" in words(desk, helping)
    assert labels(desk, helping) == [["Tindak lanjut"]]
    (card,) = cards(desk, GROUPS[BAMBU])
    assert "Koordinasi dengan Satpel SDA Kec. Tanjung Priok" in words(desk, card)


async def test_follow_ups_stand_on_the_card(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    for said in (Said(quick="pump"), Said(words="menutup tali air <3")):
        await follow_up(desk, office, said)
    (card,) = cards(desk, GROUPS[BAMBU])
    assert ": pompa apung" in words(desk, card)
    assert ": menutup tali air <3" in words(desk, card)


async def test_an_ended_case_keeps_its_outcome_and_loses_its_buttons(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    now, incident = desk.clock.now(), await only_incident(desk)
    said = Said(words="tali air dibersihkan", photo="f", photo_unique="u")
    await do(
        desk,
        lambda ctx, batch: closing.close(
            ctx, batch, office, batch.incident(incident.id), now, IncidentState.HANDLED, said
        ),
    )
    (card,) = cards(desk, GROUPS[BAMBU])
    assert "Selesai, ditangani" in words(desk, card)
    assert ": tali air dibersihkan" in words(desk, card)
    assert card.choices == ()


async def test_work_is_not_lost_when_residents_end_the_case_first(desk: Desk) -> None:
    office = (await connect(desk, BAMBU))[BAMBU]
    await report(desk)
    now, incident = desk.clock.now(), await only_incident(desk)
    await do(desk, lambda ctx, batch: casework.take_up(ctx, batch, office, batch.incident(incident.id), now))
    desk.clock.move(minutes=30)
    await desk.press(ANI, "Sudah surut")
    (card,) = cards(desk, GROUPS[BAMBU])
    assert "Surut sendiri" in words(desk, card)
    assert labels(desk, card) == [["Kami yang menangani"]]


async def test_an_earlier_case_at_the_spot_is_told(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    desk.clock.move(hours=1)
    await desk.press(ANI, "Sudah surut")
    desk.clock.move(days=2)
    await report(desk, BUDI)
    card = cards(desk, GROUPS[BAMBU])[-1]
    assert "Tergenang di sini 2× dalam 12 bulan, sebelumnya Min 18 Jan, paling dalam ±50 cm" in words(desk, card)


async def test_a_card_that_was_looked_up_changes_where_it_was_pressed_and_in_the_group(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    incident = await only_incident(desk)
    await desk.text(OFFICERS[BAMBU], f"/genangan {incident.number}")
    await desk.press(OFFICERS[BAMBU], "Saya tangani")
    for chat in (OFFICERS[BAMBU], GROUPS[BAMBU]):
        (card,) = cards(desk, chat)
        assert "Ditangani Budi sejak" in words(desk, card)


async def test_looking_behind_lainnya_touches_no_other_chat(desk: Desk) -> None:
    await connect(desk, BAMBU)
    await report(desk)
    incident = await only_incident(desk)
    await desk.text(OFFICERS[BAMBU], f"/genangan {incident.number}")
    await desk.press(OFFICERS[BAMBU], "Lainnya")
    (private,), (group,) = cards(desk, OFFICERS[BAMBU]), cards(desk, GROUPS[BAMBU])
    assert "Koordinasi" in str(labels(desk, private))
    assert "Koordinasi" not in str(labels(desk, group))
