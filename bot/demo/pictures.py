"""Small pictures of a street under water, drawn in code: nobody's real photo is in the demo."""

from __future__ import annotations

import random
import struct
import zlib

WIDTH, HEIGHT = 320, 240
GROUND_Y = 205
"""Where the street is; the water rises from there."""

PIXELS_PER_CM = 0.9

Colour = tuple[int, int, int]

SKY_TOP, SKY_LOW = (24, 30, 46), (70, 74, 86)
WALLS: tuple[Colour, ...] = ((88, 82, 76), (104, 94, 80), (78, 84, 88), (112, 100, 92))
WINDOW, LAMP = (236, 204, 128), (255, 226, 150)
WATER_NEAR, WATER_FAR = (92, 80, 62), (124, 112, 92)
ROAD_NEAR, ROAD_FAR = (54, 56, 60), (78, 80, 86)


def street_under_water(chance: random.Random, depth_cm: int) -> bytes:
    """A PNG: houses in the rain at dusk, and brown water as high as that; at 0 cm a wet road."""
    far, near_by = (WATER_FAR, WATER_NEAR) if depth_cm else (ROAD_FAR, ROAD_NEAR)
    clear = 4 if depth_cm else 8
    surface_y = max(70, round(GROUND_Y - depth_cm * PIXELS_PER_CM))
    rows = [bytearray(bytes(_between(SKY_TOP, SKY_LOW, y / GROUND_Y)) * WIDTH) for y in range(HEIGHT)]
    x = 0
    while x < WIDTH:
        width = chance.randrange(52, 96)
        _house(rows, chance, x, min(WIDTH, x + width), chance.randrange(52, 100))
        x += width + chance.randrange(0, 14)
    for y in range(surface_y, HEIGHT):
        near = (y - surface_y) / (HEIGHT - surface_y)
        mirrored = rows[max(0, 2 * surface_y - y)]
        ground = _between(far, near_by, near)
        rows[y] = bytearray(((clear - 1) * ground[i % 3] + mirrored[i]) // clear for i in range(3 * WIDTH))
    for _ in range(40 if depth_cm else 0):  # ripples
        y, x = chance.randrange(surface_y, HEIGHT), chance.randrange(WIDTH - 30)
        _fill(rows, x, y, x + chance.randrange(8, 30), y + 1, (156, 146, 126))
    for _ in range(90):  # rain
        y, x = chance.randrange(surface_y), chance.randrange(WIDTH)
        _fill(rows, x, y, x + 1, min(surface_y, y + chance.randrange(5, 11)), (132, 140, 156))
    return _png(rows)


def _house(rows: list[bytearray], chance: random.Random, left: int, right: int, top: int) -> None:
    _fill(rows, left, top, right, GROUND_Y, chance.choice(WALLS))
    _fill(rows, left, top - 6, right, top, (58, 44, 40))
    for x in range(left + 10, right - 16, 24):
        if chance.random() < 0.6:
            _fill(rows, x, top + 16, x + 12, top + 34, WINDOW if chance.random() < 0.7 else LAMP)
    _fill(rows, left + 4, GROUND_Y - 46, left + 22, GROUND_Y, (50, 40, 34))


def _fill(rows: list[bytearray], left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
    right = min(right, WIDTH)
    for y in range(top, min(bottom, HEIGHT)):
        rows[y][3 * left : 3 * right] = bytes(colour) * (right - left)


def _between(one: Colour, other: Colour, share: float) -> Colour:
    first, second, third = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return first, second, third


def _png(rows: list[bytearray]) -> bytes:
    """Rows of RGB as a PNG file (ISO/IEC 15948), unfiltered."""
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 6)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
