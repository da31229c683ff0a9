"""`genangan export`: the data of any period as a file, of any size, also while the bot runs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from tqdm import tqdm

from bot.check import Parts
from bot.domain.errors import OperatorError
from bot.domain.units import units_of
from bot.output.columns import Words
from bot.output.export_files import Form, Written, write_file
from bot.services.exporting import contents_of, file_days, how_much
from bot.settings import Settings
from bot.texts import Texts

BEGINNING = date(2000, 1, 1)
"""Nothing is older."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes:
        form: None: as the file's name says, else a workbook.
        first, last: local days, both counted in; None: from the beginning, up to now.
        out: None: named after the days, in the working directory.
        force: a file of that name may be overwritten.
    """

    form: Form | None = None
    first: date | None = None
    last: date | None = None
    out: Path | None = None
    force: bool = False


async def export(settings: Settings, parts: Parts, wish: Wish) -> str:
    """Write the file, with a bar on a terminal. Returns a line that says what was written.

    Raises:
        OperatorError: the database cannot be read, or the file not be written.
    """
    now = parts.clock.now()
    since, until = _period(settings, wish, now)
    form, out = _target(settings, wish, since, until)
    texts, areas = Texts(settings.timezone), parts.load_areas(settings)
    units = units_of(areas.all_served(), parts.load_routing(settings, areas).units)
    words = Words(texts, areas, units, settings.timezone, now)
    store = await parts.open_reader(settings.database_url)
    unfinished = out.with_name(f".{out.name}.part")
    try:
        unfinished.unlink(missing_ok=True)  # of one that was killed
        with tqdm(total=await how_much(store, form, since, until), unit=" records", disable=None, leave=False) as bar:
            contents = await contents_of(store, form, since, until, words)
            written = await write_file(form, unfinished, contents, words, bar.update)
        unfinished.replace(out)
    except OSError as error:
        why = error.strerror or str(error)
        raise OperatorError(f"{out} cannot be written: {why}; choose another place with --out") from None
    finally:
        with suppress(OSError):  # where nothing can be written there is nothing to remove
            unfinished.unlink()
        await store.close()
    return _summary(out, form, written)


def _period(settings: Settings, wish: Wish, now: datetime) -> tuple[datetime, datetime]:
    """since < t <= until."""
    zone, tick = settings.timezone, timedelta(microseconds=1)
    first, last = wish.first or BEGINNING, wish.last
    if last is not None and last < first:
        raise OperatorError(f"--from {first} is after --to {last}: exchange them")
    if first > now.astimezone(zone).date():
        raise OperatorError(f"--from {first} is yet to come: name an earlier day")
    until = now if last is None else datetime.combine(last + timedelta(days=1), time.min, zone) - tick
    return datetime.combine(first, time.min, zone) - tick, until


def _target(settings: Settings, wish: Wish, since: datetime, until: datetime) -> tuple[Form, Path]:
    """What kind of file, and where; the place is looked at before anything is read."""
    out = wish.out
    named = next((form for form in Form if out is not None and out.suffix == f".{form.suffix}"), None)
    form = wish.form or named or Form.XLSX
    if out is None:
        last_day = f"{until.astimezone(settings.timezone):%Y-%m-%d}"
        days = last_day if wish.first is None else file_days(since, until, settings.timezone)
        out = Path(f"genangan_{days}.{form.suffix}")
    elif named is None or named is not form:
        fitting = ", ".join(_ending(each) for each in ((wish.form,) if wish.form else Form))
        raise OperatorError(f"--out {out}: the name has to end with {fitting}")
    if not out.parent.is_dir():
        raise OperatorError(f"--out {out}: there is no folder {out.parent}; make it first")
    if out.is_dir() or (out.exists() and not wish.force):
        raise OperatorError(f"{out} is there already: choose another name with --out, or overwrite it with --force")
    return form, out


def _ending(form: Form) -> str:
    return f".{form.suffix} (two CSV tables in one)" if form is Form.CSV else f".{form.suffix}"


def _summary(out: Path, form: Form, written: Written) -> str:
    size = out.stat().st_size
    told = f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"
    reports = "" if form is Form.GEOJSON else f", {written.reports} reports"
    return f"{out}: {written.incidents} incidents{reports}, {told}"
