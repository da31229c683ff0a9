"""`genangan places import FILE.csv`: the list of places to be put in order, from a spreadsheet.

Also while the bot runs, in one short transaction of its own: the bot loads the list anew with everything it handles, so
nothing need be stopped. A file with mistakes changes nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.check import Parts
from bot.domain.errors import OperatorError, StoreMissing, StoreTaken
from bot.domain.records import Changes, Wanted
from bot.domain.site_file import read_sites
from bot.domain.site_import import Import, planned
from bot.domain.sites import Site
from bot.domain.staff import ADMIN, Audit
from bot.domain.units import UnitTree, unit_values, units_of
from bot.ports import AreaLookup, Store
from bot.settings import Settings
from bot.texts import Texts

LARGEST_BYTES = 2_000_000
OPERATOR = 0
"""In the audit log: whoever can run commands beside the database, who is nobody the bot knows."""

LONGEST_SUBJECT = 40

WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How the files of Excel and LibreOffice begin, whatever they are called."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to print, and whether something has to be mended."""

    lines: tuple[str, ...]
    wrong: bool = False


async def import_places(settings: Settings, parts: Parts, file: Path, *, dry_run: bool) -> Outcome:
    """Import the file, or say what is wrong with it line by line.

    Args:
        settings, parts: what the program works with.
        file: CSV (see domain/site_file.py).
        dry_run: only say what would become of the list.

    Raises:
        OperatorError: the file or the database cannot be read, or areas or routing are wrong.
        StoreBusy: the database cannot be written now.
    """
    areas = parts.load_areas(settings)
    tree = units_of(areas.all_served(), parts.load_routing(settings, areas).units)

    def locate(lat: float, lon: float) -> str | None:
        located = areas.locate(lat, lon)
        return located.area.code if located.served and located.area is not None else None

    entries, problems = read_sites(_text(file), locate, tree)
    if problems:
        lines = [f"{file}, line {line}: {_printable(what)}" for line, what in sorted(problems)]
        return Outcome((*lines, f"nothing was imported: {len(problems)} to be mended"), wrong=True)
    now = parts.clock.now()
    if dry_run:
        made = planned(await _known(settings, parts), entries, now, tree)
        return Outcome((*_told(made, settings, areas, tree), "nothing was written: leave out --dry-run to import it"))
    async with _writing(settings, parts) as store, store.transaction() as tx:
        sites = (await tx.load(Wanted(roster=frozenset({"all"})))).sites
        made = planned(sites, entries, now, tree)
        counts = {"added": len(made.added), "changed": len(made.changed)}
        audit = Audit(now, OPERATOR, ADMIN, "sites_imported", file.name[:LONGEST_SUBJECT], counts)
        if made.added or made.changed:
            await tx.flush(Changes(sites=(*made.added, *made.changed), audit=[audit]))
    return Outcome(_told(made, settings, areas, tree))


def _text(file: Path) -> str:
    """The file's text, in the encodings that spreadsheets write."""
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise OperatorError(f"{file} is larger than {LARGEST_BYTES // 1_000_000} MB: it is no list of places")
        data = file.read_bytes()
    except OSError as error:
        raise OperatorError(f"{file} cannot be read: {error.strerror or error}") from None
    if data.startswith(WORKBOOK):
        raise OperatorError(f'{file} is a workbook: open it in the spreadsheet and save it as "CSV UTF-8"')
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise OperatorError(f'{file} is not in UTF-8: save it from the spreadsheet as "CSV UTF-8"') from None


async def _known(settings: Settings, parts: Parts) -> Sequence[Site]:
    """The list as it is; empty where there is no database yet."""
    try:
        store = await parts.open_reader(settings.database_url)
    except StoreMissing:
        return ()
    try:
        return await store.sites()
    finally:
        await store.close()


@asynccontextmanager
async def _writing(settings: Settings, parts: Parts) -> AsyncIterator[Store]:
    """The database, to write to: as the only one, or beside the bot that serves it."""
    url = settings.database_url
    with ExitStack() as held:
        try:
            held.enter_context(parts.lock(url))
        except StoreTaken:
            # opening it to read refuses a database of another version, which opening it to write would change
            await (await parts.open_reader(url)).close()
        store = await parts.open_store(url)
        try:
            yield store
        finally:
            await store.close()


def _told(made: Import, settings: Settings, areas: AreaLookup, tree: UnitTree) -> tuple[str, ...]:
    texts = Texts(settings.timezone)

    def line(what: str, site: Site) -> str:
        area, unit = areas.get(site.area_code or ""), tree.chain(site.unit)[0]
        values = unit_values(unit)
        told = [
            f"{what:<9} {site.number:<5} {site.name}",
            f"Kel. {area.kelurahan}" if area is not None else "",
            texts.plain(f"unit.{values['level']}", values, "id"),
            f"within {site.radius_m:g} m",
            f"until {site.due_on:%d-%m-%Y}" if site.due_on is not None else "",
        ]
        return ", ".join(part for part in told if part)

    groups = (("added", made.added), ("changed", made.changed), ("unchanged", made.unchanged))
    counts = ", ".join(f"{len(sites)} {what}" for what, sites in groups)
    lines = [line(what, site) for what, sites in groups for site in sites]
    all_told = sum(len(sites) for _, sites in groups)
    return (*lines, f"{all_told} place{'' if all_told == 1 else 's'}: {counts}")


def _printable(text: str) -> str:
    """What stood in the file cannot steer the terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)
