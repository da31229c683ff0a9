"""`genangan places import`: a dry run, mistakes, what became of the list, and importing beside a bot that runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.__main__ import main
from bot.app import check_parts
from bot.domain.errors import OperatorError
from bot.domain.sites import Site
from bot.places import import_places
from bot.route import Asked, route
from bot.settings import Settings
from storage import acquire_lock, open_reader
from tests.helpers.casework import LAT, LON, OFFICERS, connect
from tests.helpers.desk import open_desk
from tests.helpers.officers import report
from tests.helpers.small_city import BAMBU, KOTA

GOOD = f"nama;lintang;bujur;unit;batas\nTaman;{LAT};{LON};Kota;31-12-2026\nPasar;-6,1243;106,9124;;\n"
PARTS = check_parts()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path}/genangan.db")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "daftar.csv"
    path.write_text(GOOD)
    return path


def write(file: Path, data: bytes) -> None:
    file.write_bytes(data)


async def stored(settings: Settings) -> list[Site]:
    store = await open_reader(settings.database_url)
    try:
        return list(await store.sites())
    finally:
        await store.close()


async def test_a_dry_run_says_what_would_become_of_it_and_makes_nothing(settings: Settings, file: Path) -> None:
    outcome = await import_places(settings, PARTS, file, dry_run=True)
    assert outcome.lines[0] == (
        "added     P1    Taman, Kel. Sungai Bambu, Sudin SDA Jakarta Utara, within 50 m, until 31-12-2026"
    )
    assert outcome.lines[-2:] == (
        "2 places: 2 added, 0 changed, 0 unchanged",
        "nothing was written: leave out --dry-run to import it",
    )
    assert not outcome.wrong
    assert [path.name for path in file.parent.iterdir()] == ["daftar.csv"]


async def test_imported_twice_it_changes_nothing(settings: Settings, file: Path) -> None:
    assert (await import_places(settings, PARTS, file, dry_run=False)).lines[-1].startswith("2 places: 2 added")
    assert (await import_places(settings, PARTS, file, dry_run=False)).lines[-1].endswith("0 changed, 2 unchanged")
    write(file, GOOD.replace("Kota", "Sungai Bambu").encode())
    assert (await import_places(settings, PARTS, file, dry_run=True)).lines[-2].endswith("1 changed, 1 unchanged")
    assert (await stored(settings))[0].unit == KOTA
    await import_places(settings, PARTS, file, dry_run=False)
    assert [(site.id, site.unit) for site in await stored(settings)] == [(1, BAMBU), (2, "31.72.03.1002")]
    store = await open_reader(settings.database_url)
    audit = await store.audit((await stored(settings))[0].at.replace(year=2000), 10)
    await store.close()
    assert [(each.what, each.subject, each.details["added"]) for each in audit] == [
        ("sites_imported", "daftar.csv", 0),
        ("sites_imported", "daftar.csv", 2),
    ]


@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_file_with_mistakes_changes_nothing(settings: Settings, file: Path, dry_run: bool) -> None:
    write(file, (GOOD + "\x1b[2JX;1;2;;\n").encode())
    outcome = await import_places(settings, PARTS, file, dry_run=dry_run)
    assert outcome.wrong
    assert outcome.lines[0].startswith(f"{file}, line 4: name: holds characters that cannot be shown")
    assert outcome.lines[-1] == "nothing was imported: 1 to be mended"
    assert [path.name for path in file.parent.iterdir()] == ["daftar.csv"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"nama;lintang\nCaf\xe9;1\n", 'save it from the spreadsheet as "CSV UTF-8"'),
        (b"PK\x03\x04\x14\0", 'is a workbook: open it in the spreadsheet and save it as "CSV UTF-8"'),
        (b"x" * 2_000_001, "larger than"),
    ],
)
async def test_a_file_that_is_no_text(settings: Settings, file: Path, data: bytes, told: str) -> None:
    write(file, data)
    with pytest.raises(OperatorError, match=told):
        await import_places(settings, PARTS, file, dry_run=True)


async def test_a_dry_run_does_not_guess_what_a_database_holds_that_cannot_be_read(
    settings: Settings, file: Path
) -> None:
    database = file.parent / "genangan.db"
    database.write_bytes(b"no database, but words, and enough of them to fill a page of one" * 20)
    with pytest.raises(OperatorError, match="it is no SQLite database"):
        await import_places(settings, PARTS, file, dry_run=True)
    database.write_bytes(b"")  # made, and not filled yet
    outcome = await import_places(settings, PARTS, file, dry_run=True)
    assert outcome.lines[-2] == "2 places: 2 added, 0 changed, 0 unchanged"


async def test_one_place_is_one(settings: Settings, file: Path) -> None:
    write(file, "".join(GOOD.splitlines(keepends=True)[:2]).encode())
    assert (await import_places(settings, PARTS, file, dry_run=True)).lines[-2].startswith("1 place: 1 added")


async def test_as_excel_writes_unicode_text(settings: Settings, file: Path) -> None:
    write(file, GOOD.replace(";", "\t").encode("utf-16"))
    assert (await import_places(settings, PARTS, file, dry_run=True)).lines[-2].startswith("2 places: 2 added")


async def test_beside_a_bot_that_runs(settings: Settings, file: Path) -> None:
    with acquire_lock(settings.database_url):
        async with open_desk(file.parent) as desk:
            await connect(desk, KOTA)
            await import_places(settings, PARTS, file, dry_run=False)
            await desk.text(OFFICERS[KOTA], "/penataan")
            assert "P1 · Taman" in desk.shown(OFFICERS[KOTA])
            await report(desk)
            (incident,) = await desk.incidents()
            assert incident.handling.owner == KOTA


async def test_check_route_knows_them(settings: Settings, file: Path) -> None:
    await import_places(settings, PARTS, file, dry_run=False)
    found = {each.about: str(each) for each in await route(settings, PARTS, Asked(LAT, LON))}
    assert "listed place P1 (Taman): its unit comes before the rules" in found["rule"]
    assert "Sudin SDA Jakarta Utara" in found["owner"]


def test_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: Settings, file: Path
) -> None:
    monkeypatch.chdir(file.parent)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    assert main(["places", "import", str(file), "--dry-run"]) == 0
    assert "2 places: 2 added" in capsys.readouterr().out
    file.write_text("nama\n")
    assert main(["places", "import", str(file)]) == 1
    assert "line 1" in capsys.readouterr().out
    assert main(["places", "import", str(file.parent / "none.csv")]) == 1
    assert "cannot be read: No such file" in capsys.readouterr().err
