"""Photos: the same one is recognised however it was sent again; two are shown side by side."""

from __future__ import annotations

import random
import resource
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from bot.output.photos import NO_HASH, SIDE_PX, difference_hash, is_same, side_by_side


def street(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A made-up street: blocks of grey, different for every seed."""
    chance = random.Random(seed)
    picture = Image.new("RGB", size, (120, 120, 120))
    draw = ImageDraw.Draw(picture)
    for _ in range(24):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        tone = chance.randrange(256)
        draw.rectangle((x, y, x + size[0] // 4, y + size[1] // 4), fill=(tone, tone, tone // 2))
    return picture


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    made = BytesIO()
    picture.save(made, kind, **options)
    return made.getvalue()


def test_a_photo_sent_again_smaller_and_worse_is_the_same() -> None:
    for seed in range(20):
        original = difference_hash(encoded(street(seed), quality=95))
        again = difference_hash(encoded(street(seed).resize((160, 120)), quality=40))
        assert is_same(original, again)


def test_other_streets_are_other_photos() -> None:
    hashes = [difference_hash(encoded(street(seed))) for seed in range(60)]
    assert not any(is_same(one, other) for i, one in enumerate(hashes) for other in hashes[:i])


def test_a_photo_turned_by_its_camera_is_the_same() -> None:
    upright = street(3)
    turned = Image.Exif()
    turned[0x0112] = 6  # orientation: to be turned a quarter to the right
    sideways = encoded(upright.transpose(Image.Transpose.ROTATE_90), exif=turned)
    assert is_same(difference_hash(encoded(upright)), difference_hash(sideways))


def test_photos_of_the_night_are_not_taken_for_one_another() -> None:
    dark = difference_hash(encoded(Image.new("RGB", (200, 200), (3, 3, 4))))
    assert dark == NO_HASH
    assert not is_same(dark, dark)


def test_hashes_fit_into_a_database_s_64_bits() -> None:
    assert all(-(1 << 63) <= difference_hash(encoded(street(seed))) < 1 << 63 for seed in range(40))


@pytest.mark.parametrize("data", [b"", b"no picture", encoded(street(1))[:200]])
def test_what_is_no_picture_says_so(data: bytes) -> None:
    with pytest.raises(ValueError, match="no picture"):
        difference_hash(data)


BOMBS: dict[str, tuple[str, tuple[int, int], dict[str, object]]] = {
    "a PNG of 4 kB": ("PNG", (6000, 6000), {}),
    "a progressive JPEG": ("JPEG", (6000, 6000), {"progressive": True}),
    "a JPEG of a wall": ("JPEG", (12000, 7000), {"quality": 1}),
    "a GIF": ("GIF", (100, 100), {}),
    "a TIFF": ("TIFF", (100, 100), {}),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_would_take_the_servers_memory_is_not_decoded(bomb: str) -> None:
    kind, size, options = BOMBS[bomb]
    data = encoded(Image.new("L", size, 255), kind, **options)
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for use in (difference_hash, lambda data: side_by_side(None, data)):
        with pytest.raises(ValueError, match=r"too large|no picture"):
            use(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 20_000


def test_a_photo_of_50_megapixels_is_decoded_small() -> None:
    data = encoded(Image.new("L", (8000, 6000), 90), quality=10)
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    difference_hash(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 30_000


def test_before_and_after_stand_side_by_side() -> None:
    red, blue = Image.new("RGB", (300, 400), (255, 0, 0)), Image.new("RGB", (800, 600), (0, 0, 255))
    board = Image.open(BytesIO(side_by_side(encoded(red), encoded(blue, "PNG"))))
    assert board.height == SIDE_PX
    left, right = board.getpixel((50, 300)), board.getpixel((board.width - 50, 300))
    assert isinstance(left, tuple) and left[0] > 200 > left[2]
    assert isinstance(right, tuple) and right[2] > 200 > right[0]


def test_without_a_photo_before_the_one_after_stands_alone() -> None:
    alone = Image.open(BytesIO(side_by_side(None, encoded(Image.new("RGB", (400, 400), (0, 255, 0))))))
    assert alone.size == (SIDE_PX, SIDE_PX)


def test_what_the_camera_wrote_into_the_file_is_not_passed_on() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Budi"
    assert b"Budi" not in side_by_side(None, encoded(street(2), exif=exif))
