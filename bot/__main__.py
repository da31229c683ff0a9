"""The command line: genangan run | demo | check | digest | export | places | backup | restore | migrate."""

from __future__ import annotations

import argparse
import asyncio
import logging
import math
import re
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from bot.app import App, Look, check_parts, preview_digest, tools
from bot.backup import back_up, migrate, put_back
from bot.check import Verdict, check, report, settings_findings
from bot.domain.errors import OperatorError, SettingsError, StoreBusy
from bot.domain.models import Cause, Fault, Kind
from bot.export import Wish, export
from bot.output.export_files import Form
from bot.places import import_places
from bot.route import Asked, route
from bot.settings import Settings, load_settings
from bot.telemetry import set_up_logging

log = logging.getLogger("genangan")

W = TypeVar("W", bound=StrEnum)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit status: 0 well, 1 something the operator has to mend, 2 misuse."""
    parser = _parser()
    asked = parser.parse_args(_glued(sys.argv[1:] if arguments is None else arguments))
    try:
        if asked.command == "demo":
            from bot.demo.command import demo  # noqa: PLC0415  # a serving bot need not load the demo

            return demo(asked)
        if asked.command == "check":
            return _check(asked)
        settings = load_settings()
        _set_up_logging(settings)
        if asked.command == "run":
            asyncio.run(_run(settings))
            return 0
        if asked.command == "export":
            wish = Wish(asked.format, asked.first, asked.last, asked.out, asked.force)
            print(asyncio.run(export(settings, check_parts(), wish)))  # noqa: T201
            return 0
        if asked.command == "places":
            outcome = asyncio.run(import_places(settings, check_parts(), asked.file, dry_run=asked.dry_run))
            print("\n".join(outcome.lines))  # noqa: T201
            return int(outcome.wrong)
        if asked.command in ("backup", "restore", "migrate"):
            print("\n".join(_upkeep(settings, asked)))  # noqa: T201
            return 0
        return asyncio.run(_digest(settings, Look(asked.at, asked.since, asked.out)))
    except OperatorError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except StoreBusy as error:
        print(f"DATABASE_URL: {error}; try again when that is over", file=sys.stderr)  # noqa: T201
        return 1
    except Exception:  # through the log, where no token is shown
        log.exception("a mistake of the program's own; please report it")
        return 1
    except KeyboardInterrupt:
        return 130


def _set_up_logging(settings: Settings) -> None:
    secrets = [secret for secret in (settings.bot_token, settings.webhook_secret) if secret]
    set_up_logging(settings.log_level, settings.log_format, secrets)


async def _run(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await App(settings).run(stop)


def _check(asked: argparse.Namespace) -> int:
    try:
        settings = load_settings()
        _set_up_logging(settings)
        if asked.route is not None:
            lat, lon = asked.route
            case = Asked(lat, lon, asked.kind or Kind.PUDDLE, asked.depth, asked.cause, asked.fault)
            found = asyncio.run(route(settings, check_parts(), case))
            print("\n".join(map(str, found)))  # noqa: T201
            return int(any(each.verdict is Verdict.FIX for each in found))
        findings = asyncio.run(check(settings, check_parts()))
    except SettingsError as error:
        findings = settings_findings(error.problems)
    lines, status = report(findings)
    print(lines)  # noqa: T201
    return status


async def _digest(settings: Settings, look: Look) -> int:
    print(("\n" if look.out else "\n\n").join(await preview_digest(settings, look)))  # noqa: T201
    return 0


def _upkeep(settings: Settings, asked: argparse.Namespace) -> Sequence[str]:
    if asked.command == "backup":
        return back_up(settings, tools(), asked.out, force=asked.force)
    if asked.command == "restore":
        return put_back(settings, tools(), asked.file, dry_run=asked.dry_run, force=asked.force)
    return migrate(settings, tools(), check=asked.check)


def _glued(arguments: Sequence[str]) -> list[str]:
    """South of the equator a point begins with a minus, which would be taken for the next option."""
    glued: list[str] = []
    for argument in arguments:
        if glued and glued[-1] == "--route" and re.match(r"-\d", argument):
            glued[-1] = f"--route={argument}"
        else:
            glued.append(argument)
    return glued


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="genangan",
        description="A Telegram bot with which people report standing water and the water office follows it.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="serve (needs BOT_TOKEN)")
    checked = commands.add_parser("check", help="check the settings, Telegram, the channel and the database")
    checked.add_argument(
        "--route", type=_point, metavar="LAT,LON", help="instead: whose case it would be there, and why"
    )
    checked.add_argument("--depth", type=_depth_cm, metavar="CM", help="with --route: how deep the water is")
    for words in (Kind, Cause, Fault):
        name = words.__name__.lower()
        known = ", ".join(words)
        checked.add_argument(f"--{name}", type=_one_of(words), metavar=name.upper(), help=f"with --route: {known}")
    digest = commands.add_parser("digest", help="show the digest as it would be posted")
    digest.add_argument("--dry-run", action="store_true", required=True, help="needed: print it, post nothing")
    digest.add_argument(
        "--at", type=_moment, metavar="TIME", help='as of then: "2026-01-18 06:00" in TIMEZONE; default: now'
    )
    digest.add_argument(
        "--from",
        dest="since",
        type=_moment,
        metavar="TIME",
        help="what happened since then; default: since the digest before",
    )
    digest.add_argument("--out", type=Path, metavar="FOLDER", help="write map, text, spreadsheet and GeoJSON there")
    places = commands.add_parser("places", help="the list of places to be put in order (penataan)")
    imported = places.add_subparsers(dest="places", required=True, metavar="import").add_parser(
        "import", help="take over a list from a spreadsheet, also while the bot runs"
    )
    imported.add_argument("file", type=Path, metavar="FILE.csv", help="columns: name,lat,lon,radius_m,unit,task,due_on")
    imported.add_argument("--dry-run", action="store_true", help="only say what would become of the list")
    exported = commands.add_parser("export", help="write the data of a period into a file, without persons")
    exported.add_argument("--format", type=_one_of(Form), metavar="FORMAT", help="xlsx (default), csv, geojson")
    exported.add_argument(
        "--from", dest="first", type=_day, metavar="DATE", help='first day: "2026-01-18"; default: all'
    )
    exported.add_argument("--to", dest="last", type=_day, metavar="DATE", help="last day; default: today")
    exported.add_argument("--out", type=Path, metavar="FILE", help="where to; default: here, named after the days")
    exported.add_argument("--force", action="store_true", help="overwrite the file")
    _add_upkeep(commands)
    shown = commands.add_parser("demo", help="the bot among simulated residents, without a token")
    shown.add_argument("--once", action="store_true", help="the whole evening at once, told on the terminal")
    shown.add_argument("--replay", metavar="FILE.csv", help="with --once: real reports from a file instead")
    shown.add_argument(
        "--out", type=Path, metavar="FOLDER", help="with --once: write the channel's pictures and tables there"
    )
    shown.add_argument("--seed", type=int, default=1, help="another number, another evening")
    shown.add_argument("--port", type=int, default=8000, help="of the page to watch (default 8000)")
    return parser


def _add_upkeep(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands that keep the database safe."""
    copied = commands.add_parser("backup", help="copy the database, also while the bot runs, and look through the copy")
    copied.add_argument("--out", type=Path, metavar="FILE", help="where to; default: into BACKUP_FOLDER, as at night")
    copied.add_argument("--force", action="store_true", help="write over the file")
    restored = commands.add_parser("restore", help="put a backup in the place of the database, which is kept aside")
    restored.add_argument("file", type=Path, metavar="FILE", help="a backup")
    restored.add_argument("--dry-run", action="store_true", help="only say what would be lost, also while the bot runs")
    restored.add_argument("--force", action="store_true", help="also over a damaged database or another installation's")
    migrated = commands.add_parser("migrate", help="copy the database, then bring its schema up to date")
    migrated.add_argument("--check", action="store_true", help="try it on a copy only, also while the bot runs")


def _one_of(words: type[W]) -> Callable[[str], W]:
    """Reads one of a few words, and names them all where it is none of them."""

    def read(text: str) -> W:
        try:
            return words(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(words)}") from None

    return read


def _point(text: str) -> tuple[float, float]:
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        lat = lon = math.nan
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise argparse.ArgumentTypeError(f'{text!r} is no point; write it like "-6.1245,106.8924"')
    return lat, lon


def _depth_cm(text: str) -> int:
    if not re.fullmatch(r"\d{1,3}", text) or not 1 <= int(text) <= 500:
        raise argparse.ArgumentTypeError(f"{text!r} is no depth from 1 to 500 cm")
    return int(text)


def _day(text: str) -> date:
    for form in ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"):
        with suppress(ValueError):
            day = datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no zone
            if 2000 <= day.year <= 2999:
                return day
    raise argparse.ArgumentTypeError(f'{text!r} is no date; write it like "2026-01-18"')


def _moment(text: str) -> datetime:
    day_first = re.sub(r"^(\d\d)[-/](\d\d)[-/](\d{4})", r"\3-\2-\1", text)
    try:
        moment = datetime.fromisoformat(day_first)
    except ValueError:
        moment = None
    if moment is None or not 2000 <= moment.year <= 2999:
        raise argparse.ArgumentTypeError(f'{text!r} is no time; write it like "2026-01-18 06:00"')
    return moment


if __name__ == "__main__":
    sys.exit(main())
