"""What goes wrong around cases: groups that move, close or throw the bot out, clocks, outages; and the share link."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest

from bot.demo.botapi import Person, faults
from tests.e2e.borough import HERE, KELURAHAN, PATIENCE_S, SATPEL, SUDIN, borough, buttons, press, told

ELSEWHERE = (-6.1335, 106.8845)
"""In the same kelurahan as HERE, too far for the same puddle."""


async def test_a_group_that_became_a_supergroup_stays_the_units_chat(tmp_path: Path) -> None:
    async with borough(tmp_path) as here:
        kelurahan = here.kelurahan
        siti, _ = await here.resident("Siti")
        number = await kelurahan.new_case()
        before = kelurahan.room.id
        assert kelurahan.room.upgrade_to_supergroup() != before
        _, _ = await here.resident("Budi", ELSEWHERE)
        later = await kelurahan.new_case(number)  # its card came to the new one
        assert await kelurahan.press(later, "Saya tangani") == "Tersimpan"
        siti.press("Airnya naik")
        await kelurahan.card(number)  # its old message is out of reach: it comes again
        assert await kelurahan.press(number, "Saya tangani", "Menuju lokasi") == "Tersimpan"
        await kelurahan.card(number, "menuju lokasi")
        await siti.wait_for("Petugas menuju lokasi", PATIENCE_S)
        await here.settle()
        assert len(kelurahan.about(number)) == 1
        assert SATPEL not in told(siti)


async def test_a_group_that_became_a_supergroup_unheard_of_is_followed_by_the_next_card(tmp_path: Path) -> None:
    async with borough(tmp_path) as here:
        kelurahan = here.kelurahan
        here.api.faults.add(faults.migrated(), method="sendMessage", chat=kelurahan.room)
        siti, _ = await here.resident("Siti")
        number = await kelurahan.new_case()
        assert kelurahan.room.info.type == "supergroup"
        assert await kelurahan.press(number, "Saya tangani") == "Tersimpan"
        await siti.wait_for(f"{KELURAHAN} menangani", PATIENCE_S)


async def test_a_unit_whose_group_threw_the_bot_out_is_stood_in_for(tmp_path: Path) -> None:
    async with borough(tmp_path) as here:
        kelurahan, satpel, sudin = here.kelurahan, here.satpel, here.sudin
        siti, _ = await here.resident("Siti")
        waiting = await kelurahan.new_case()
        budi, _ = await here.resident("Budi", ELSEWHERE)
        taken = await kelurahan.new_case(waiting)
        await kelurahan.press(taken, "Saya tangani")
        await budi.wait_for(f"{KELURAHAN} menangani", PATIENCE_S)
        kelurahan.room.remove_bot()

        await here.admin.wait_for("Chat ini tidak bisa dijangkau lagi", PATIENCE_S)
        assert KELURAHAN in here.admin.last.text
        await siti.wait_for(f"Kini pada {SATPEL}", PATIENCE_S)
        await satpel.card(waiting, f"Penanggung jawab: {SATPEL}, mewakili {KELURAHAN}")
        await satpel.card(taken, f"Penanggung jawab: {SATPEL}, mewakili {KELURAHAN}")  # nobody there sees it any more
        await budi.wait_for(f"Kini pada {SATPEL}", PATIENCE_S)
        assert await satpel.press(waiting, "Saya tangani") == "Tersimpan"

        satpel.room.remove_bot()
        await here.resident("Cici", (-6.1275, 106.8868))
        anew = await sudin.new_case(waiting, taken)
        await sudin.card(anew, f"Penanggung jawab: {SUDIN}, mewakili {KELURAHAN}")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (403, "Forbidden: the group chat was deleted"),
        (400, "Bad Request: group chat was deactivated"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
async def test_a_group_that_takes_nothing_any_more_is_stood_in_for(tmp_path: Path, code: int, why: str) -> None:
    async with borough(tmp_path) as here:
        closed = faults.refused(code, why)
        here.api.faults.add(closed, method="sendMessage", chat=here.kelurahan.room, times=None)
        siti, _ = await here.resident("Siti")
        number = await here.satpel.new_case()
        await here.satpel.card(number, "Kini pada unit ini", f"mewakili {KELURAHAN}")
        await siti.wait_for(f"Kini pada {SATPEL}", PATIENCE_S)
        lost = await here.admin.wait_for("Chat ini tidak bisa dijangkau lagi", PATIENCE_S)
        assert KELURAHAN in lost.text
        assert await here.satpel.press(number, "Saya tangani") == "Tersimpan"


async def test_what_nobody_takes_up_in_an_hour_is_the_next_levels_and_the_resident_knows(tmp_path: Path) -> None:
    async with borough(tmp_path) as here:
        kelurahan, satpel = here.kelurahan, here.satpel
        siti, _ = await here.resident("Siti")
        number = await kelurahan.new_case()
        await here.let_pass(minutes=47)
        await kelurahan.card(number, "Batasnya sebentar lagi")
        await here.let_pass(minutes=3)
        assert len(kelurahan.about(number)) == 2  # the new one, and one reminder
        assert satpel.about(number) == []
        assert "Lewat batas" not in told(siti)
        await here.let_pass(minutes=12)
        await satpel.card(number, "Diambil alih: unit di bawah melewati batas")
        assert buttons(await kelurahan.card(number, f"kini pada {SATPEL}")) == []
        news = await siti.wait_for(f"Lewat batas waktu. Kini pada {SATPEL}", PATIENCE_S)
        assert "Batas: " in news.text


async def test_after_ten_hours_of_outage_everything_is_told_once_in_one_list(tmp_path: Path) -> None:
    async with borough(tmp_path, start="2026-01-18T08:00") as here:
        kelurahan, satpel, sudin = here.kelurahan, here.satpel, here.sudin
        people: list[Person] = []
        numbers: list[str] = []
        for n in range(5):
            person, _ = await here.resident(f"Warga {n}", (HERE[0] - 0.0027 * n, HERE[1]))
            people.append(person)
            numbers.append(await kelurahan.new_case(*numbers))
        await here.settle()
        await here.stop()
        here.clock.move_to(here.clock.now() + timedelta(hours=10))
        await here.start()
        await here.beat()

        (summary,) = [shown for shown in satpel.room.chat if "LEWAT BATAS" in shown.text]
        assert "5 kasus" in summary.text
        assert [number for number in numbers if number in summary.text] == numbers
        assert all(len(satpel.about(number)) == 1 for number in numbers)  # no card besides the list
        assert "LEWAT BATAS" not in told(sudin.here)
        for number in numbers:
            assert [shown.text.splitlines()[0] for shown in kelurahan.about(number)] == [
                f"{number} · kini pada {SATPEL}"
            ]
        for person in people:
            assert told(person).count(f"Lewat batas waktu. Kini pada {SATPEL}") == 1

        before = here.screens()
        await here.let_pass(minutes=20)
        assert here.screens() == before
        await press(satpel.here, summary, numbers[2])
        assert await satpel.press(numbers[2], "Saya tangani") == "Tersimpan"
        await people[2].wait_for(f"{SATPEL} menangani", PATIENCE_S)


async def test_an_admin_who_writes_as_the_group_is_told_why_nothing_happens(tmp_path: Path) -> None:
    async with borough(tmp_path) as here:
        chat = here.kelurahan.room.info.public
        command = "/tugas@genangan_bot"
        message = {
            "message_id": 900_000,
            "date": here.api.world.date(),
            "chat": chat,
            "from": {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"},
            "sender_chat": chat,
            "text": command,
            "entities": [{"type": "bot_command", "offset": 0, "length": len(command)}],
        }
        here.api.push_update({"message": message})
        explained = await here.kelurahan.here.wait_for("Anda menulis sebagai grup (admin anonim)", PATIENCE_S)
        assert "Tetap anonim" in explained.text
        assert "TUGAS" not in told(here.kelurahan.here)


async def test_from_a_share_link_another_one_says_that_they_see_it_too(tmp_path: Path) -> None:
    async with borough(tmp_path) as here:
        kelurahan = here.kelurahan
        siti, mine = await here.resident("Siti")
        number = await kelurahan.new_case()
        siti.press("Lainnya …")
        shown = await siti.wait_for(lambda shown: "Bagikan" in buttons(shown), PATIENCE_S)
        shares = next(button.url for button in shown.all_buttons() if button.text == "Bagikan" and button.url)
        link = parse_qs(urlparse(shares).query)["url"][0]

        budi = here.api.user("Budi")
        budi.start(parse_qs(urlparse(link).query)["start"][0])
        shared = await budi.wait_for("Anda melihatnya juga?", PATIENCE_S)
        assert await press(budi, shared, "Saya juga lihat") == "Tercatat. Terima kasih"
        receipt = await budi.wait_for("Anda ikut melaporkan bersama 1 warga lain", PATIENCE_S)
        assert mine not in receipt.text  # a number of their own
        await kelurahan.card(number, "2 warga")
        assert await press(budi, shared, "Saya juga lihat") == "Anda sudah melaporkan ini"
        await kelurahan.press(number, "Saya tangani")
        for person in (siti, budi):
            await person.wait_for(f"{KELURAHAN} menangani", PATIENCE_S)
        assert "2 warga" in (await kelurahan.card(number)).text
