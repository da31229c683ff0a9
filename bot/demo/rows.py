"""Real reports in a file: reading them, and saying what is wrong with a file that cannot be read."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.errors import OperatorError

COLUMNS = ("created_at_wib", "source", "depth_cm", "lat", "lon", "city", "local_area_id", "has_image", "text_len")

WIB = ZoneInfo("Asia/Jakarta")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One report of the file. `depth_cm` None: none was given."""

    at: datetime
    source: str
    depth_cm: int | None
    lat: float
    lon: float
    has_image: bool


def read_rows(path: Path) -> list[Row]:
    """The rows of a file, in the order of their times.

    Raises:
        OperatorError: it cannot be read; one line names the file, its line and what is wrong there.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
            if missing:
                raise OperatorError(f"{path}, line 1: no column {', '.join(missing)}. Needed are {', '.join(COLUMNS)}")
            rows = [_row(values, f"{path}, line {table.line_num}") for values in table]
    except OSError as error:
        raise OperatorError(f"{path}: cannot be read ({error.strerror or type(error).__name__})") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise OperatorError(f"{path}: is not a CSV file in UTF-8 ({error})") from None
    if not rows:
        raise OperatorError(f"{path}: has no rows below the line with the columns' names")
    return sorted(rows, key=lambda row: row.at)


def _row(values: Mapping[str | None, object], where: str) -> Row:
    def cell(name: str, parse: Callable[[str], T], wanted: str) -> T:
        text = values[name]
        if not isinstance(text, str):
            raise OperatorError(f"{where}: ends before {name}")
        try:
            return parse(text.strip())
        except ValueError:
            raise OperatorError(f"{where}: {name}: {text!r} is not {wanted}") from None

    if None in values:
        raise OperatorError(f"{where}: has more fields than line 1 has names")
    return Row(
        at=cell("created_at_wib", _moment, "a time like 2017-02-21T06:30:00"),
        source=cell("source", str, "text"),
        depth_cm=cell("depth_cm", _depth_cm, "a whole number of centimetres above 0, or nothing"),
        lat=cell("lat", lambda text: _degrees(text, 90), "a latitude in degrees"),
        lon=cell("lon", lambda text: _degrees(text, 180), "a longitude in degrees"),
        has_image=cell("has_image", _yes_or_no, "0 or 1"),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=WIB)


def _depth_cm(text: str) -> int | None:
    if not text:
        return None
    depth_cm = int(text)
    if depth_cm <= 0:
        raise ValueError
    return depth_cm


def _degrees(text: str, most: float) -> float:
    degrees = float(text)
    if not math.isfinite(degrees) or abs(degrees) > most:
        raise ValueError
    return degrees


def _yes_or_no(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError
    return text == "1"
