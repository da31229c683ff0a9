"""Searches files byte by byte for what was seeded, however it may be written down. Shares no code with the bot.

Texts are looked for in UTF-8, UTF-16, with JSON's escapes, in base64 (at each of three offsets) and percent-encoded;
numbers as decimal digits, and as SQLite and other programs store them. ZIP files (spreadsheets) are searched inside.
"""

from __future__ import annotations

import base64
import io
import json
import struct
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True)
class Trace:
    """A canary that was found: its name, where, and how it was written."""

    canary: str
    where: str
    written: str


def search(places: Mapping[str, bytes], canaries: Mapping[str, str | float]) -> list[Trace]:
    """What of the canaries (name -> text or number) stands in the places (name -> bytes)."""
    wanted = [(name, how, pattern) for name, canary in canaries.items() for how, pattern in writings(canary)]
    return [
        Trace(name, where, how)
        for place, content in places.items()
        for where, data in _inside(place, content)
        for name, how, pattern in wanted
        if pattern in data
    ]


def files_in(folder: Path) -> dict[str, bytes]:
    """All files below a folder, whatever they are called."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def writings(canary: str | float) -> Iterator[tuple[str, bytes]]:
    """(how, bytes) of all the ways in which a canary may be written."""
    if isinstance(canary, int):
        yield from _of_number(canary)
        return
    if isinstance(canary, float):
        yield from writings(repr(canary))
        yield "64 bits, big end first", struct.pack(">d", canary)
        yield "64 bits, little end first", struct.pack("<d", canary)
        return
    utf8 = canary.encode()
    yield "UTF-8", utf8
    yield "UTF-16 LE", canary.encode("utf-16-le")
    yield "UTF-16 BE", canary.encode("utf-16-be")
    yield "JSON", json.dumps(canary)[1:-1].encode()
    yield "percent", quote(canary).encode()
    for before in range(3):
        # without the characters at the ends that depend on the neighbours
        encoded = base64.b64encode(b"\0" * before + utf8).rstrip(b"=")
        yield "base64", encoded[(before * 8 + 5) // 6 : -1]


def _of_number(number: int) -> Iterator[tuple[str, bytes]]:
    yield from writings(str(number))
    # SQLite takes the fewest bytes of 1, 2, 3, 4, 6, 8 for a value, and a varint for a row's key
    size = next(size for size in (1, 2, 3, 4, 6, 8) if -(1 << 8 * size - 1) <= number < 1 << 8 * size - 1)
    for name, width in (("as SQLite stores it", size), ("64 bits", 8)):
        yield f"{name}, big end first", number.to_bytes(width, "big", signed=True)
        yield f"{name}, little end first", number.to_bytes(width, "little", signed=True)
    yield "varint", varint(number)


def varint(number: int) -> bytes:
    """A number as SQLite writes keys of rows: seven bits a byte, the highest bit set but in the last one."""
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(0x80 | (number & 0x7F))
    return bytes(reversed(groups))


def _inside(place: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield place, content
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield f"{place}: {name}", packed.read(name)


if __name__ == "__main__":  # FOLDER CANARY…: digits are looked for as a number
    seeded = {each: int(each) if each.isdigit() else each for each in sys.argv[2:]}
    found = search(files_in(Path(sys.argv[1])), seeded)
    for trace in found:
        print(f"{trace.canary}: in {trace.where} as {trace.written}")
    sys.exit(bool(found))
