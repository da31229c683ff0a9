"""/gabung and /pisah: the effect is shown, then done, then taken back."""

from __future__ import annotations

from tests.helpers.casework import LAT, LON
from tests.helpers.desk import ADMIN, Desk

SITI, AGUS, BUDI = 701, 702, 703


async def reports(desk: Desk, who: int, lat: float = LAT) -> str:
    await desk.location(who, lat, LON)
    await desk.press(who, "Lutut")
    return str(desk.receipt(who).values["number"])


async def open_ones(desk: Desk) -> list[tuple[str, int]]:
    """(number, reporters) of the open cases."""
    return sorted((each.number, each.reporters) for each in await desk.incidents() if each.state.is_open)


async def test_two_cases_become_one_and_two_again(desk: Desk) -> None:
    first, second = await reports(desk, SITI), await reports(desk, AGUS, LAT + 0.002)
    before = await open_ones(desk)
    await desk.text(ADMIN, f"/gabung {first} {second}")
    assert "1 laporan pindah, menjadi 2 warga" in desk.shown(ADMIN)
    assert await open_ones(desk) == before
    await desk.press(ADMIN, "Ya, gabungkan")
    (merged,) = await open_ones(desk)
    assert merged[1] == 2
    await desk.press(ADMIN, "Batalkan penggabungan")
    assert await open_ones(desk) == before
    assert "merging.unmerged" in desk.says(ADMIN)


async def test_a_report_is_split_off_and_merged_again(desk: Desk) -> None:
    first, second = await reports(desk, SITI), await reports(desk, AGUS)
    ((case, _),) = await open_ones(desk)
    await desk.text(ADMIN, f"/pisah {case}")
    assert first in desk.shown(ADMIN)
    await desk.press(ADMIN, second)
    assert f"Pisahkan {second} dari {case}?" in desk.shown(ADMIN)
    await desk.press(ADMIN, "Ya, pisahkan")
    assert [reporters for _, reporters in await open_ones(desk)] == [1, 1]
    await desk.press(ADMIN, "Gabungkan lagi")
    assert await open_ones(desk) == [(case, 2)]


async def test_several_reports_are_split_off_together(desk: Desk) -> None:
    numbers = [await reports(desk, who) for who in (SITI, AGUS, BUDI)]
    ((case, _),) = await open_ones(desk)
    await desk.text(ADMIN, f"/pisah {case} {numbers[1]} {numbers[2]}")
    await desk.press(ADMIN, "Ya, pisahkan")
    assert sorted(reporters for _, reporters in await open_ones(desk)) == [1, 2]


async def test_what_cannot_be_done_is_said_with_the_way_out(desk: Desk) -> None:
    number = await reports(desk, SITI)
    for typed, answer in (
        ("/gabung", "/gabung KA7 MD3"),
        (f"/gabung {number} ZZ99", "Tidak ada kasus bernomor ZZ99"),
        (f"/gabung {number} {number}", "sudah satu kasus"),
        ("/pisah", "/pisah KA7"),
        (f"/pisah {number}", "hanya ada satu laporan"),
    ):
        await desk.text(ADMIN, typed)
        assert answer in desk.shown(ADMIN)


async def test_only_admins_merge_also_by_an_old_button(desk: Desk) -> None:
    await reports(desk, SITI)
    await reports(desk, AGUS, LAT + 0.002)
    one, other = sorted(each.id for each in await desk.incidents())
    await desk.text(BUDI, "/gabung KA7 MD3")
    assert desk.shown(BUDI) == "Perintah ini untuk admin."
    for data in (f"gabung:{one}:{other}", f"pisah:{one}:1", f"pisah.ya:{one}:1", f"gabung.undo:{other}"):
        await desk.press_data(BUDI, data)
    assert [reporters for _, reporters in await open_ones(desk)] == [1, 1]
