"""Photos: their fingerprint, to recognise one that is used again, and two of them side by side."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

BITS = 64
SAME_BITS = 6
"""Hashes that differ in at most so many bits are of the same photo: sent again, scaled, or compressed once more."""

FLAT_LEVELS = 8
"""A photo whose 9 x 8 greys lie within so many levels (fog, a finger, the night) has a hash of nothing but noise."""

NO_HASH = 0
"""In place of such a hash: it is the same as no other."""

FORMATS = ("JPEG", "PNG", "WEBP")
"""What phones make. Pillow knows dozens more, some of which start other programs."""

MAX_PIXELS = 80_000_000
"""Of a JPEG that can be decoded small: more than phones make unless told to."""

MAX_PIXELS_WHOLE = 16_000_000
"""Of a picture that has to be decoded whole, at 4 bytes each: a few kilobytes may hold any number of white pixels."""

SIDE_PX = 640
"""Height of a picture of two photos: sharp on a phone, and some 100 kB."""

GAP_PX = 8


def difference_hash(data: bytes) -> int:
    """The difference hash: 64 bits, each whether a pixel of the 9 x 8 greys is brighter than its right neighbour.

    See N. Krawetz, "Kind of Like That" (2013). The camera's orientation is heeded. The number is signed, as databases
    keep 64 bits; NO_HASH for a photo without enough contrast to tell it from others.

    Raises:
        ValueError: this is no picture that can be read.
    """
    picture = _opened(data, (72, 64))
    small = picture.convert("L").resize((9, 8), Image.Resampling.BOX)
    greys = list(small.tobytes())
    if max(greys) - min(greys) < FLAT_LEVELS:
        return NO_HASH
    bits = 0
    for y in range(8):
        for x in range(8):
            bits = bits << 1 | (greys[9 * y + x] > greys[9 * y + x + 1])
    return bits - (1 << BITS) if bits >> (BITS - 1) else bits


def is_same(one: int, other: int) -> bool:
    """Whether two hashes are of the same photo."""
    if NO_HASH in (one, other):
        return False
    return ((one ^ other) & ((1 << BITS) - 1)).bit_count() <= SAME_BITS


def side_by_side(before: bytes | None, after: bytes) -> bytes:
    """A JPEG with the first photo on the left and the second on the right; without a first one, the second alone.

    What a camera writes into a file (where, when, with what) is not in it.

    Raises:
        ValueError: one of them is no picture that can be read.
    """
    shown = [_of_height(_opened(data, (SIDE_PX, SIDE_PX))) for data in (before, after) if data is not None]
    width = sum(picture.width for picture in shown) + GAP_PX * (len(shown) - 1)
    board = Image.new("RGB", (width, SIDE_PX), "white")
    x = 0
    for picture in shown:
        board.paste(picture, (x, 0))
        x += picture.width + GAP_PX
    made = BytesIO()
    board.save(made, "JPEG", quality=85)
    return made.getvalue()


def _of_height(picture: Image.Image) -> Image.Image:
    width = round(picture.width * SIDE_PX / picture.height)
    return ImageOps.fit(picture.convert("RGB"), (min(max(width, SIDE_PX // 3), 2 * SIDE_PX), SIDE_PX))


def _opened(data: bytes, at_least: tuple[int, int]) -> Image.Image:
    """The picture, upright. JPEGs are decoded only as large as is needed."""
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
        # a progressive JPEG keeps all its coefficients until its last scan, however small it is decoded
        small = picture.format == "JPEG" and not picture.info.get("progressive")
        if picture.width * picture.height > (MAX_PIXELS if small else MAX_PIXELS_WHOLE):
            raise ValueError("the picture is too large")
        picture.draft(None, at_least)
        return ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, EOFError) as error:
        raise ValueError("this is no picture that can be read") from error
