"""Photos: kept by Telegram's id, fetched for recognising and for pairs, and published nowhere as they came."""

from __future__ import annotations

import ast
import io
import random
from pathlib import Path

from PIL import Image

import bot
from bot.demo.pictures import street_under_water
from bot.output.photos import side_by_side

ROOT = Path(bot.__file__).parent

MAKER = 0x010F
"""The EXIF tag of who made the camera."""


def test_files_are_fetched_for_hashes_and_pairs_only() -> None:
    """Nothing but photo_checks asks Telegram for a file; exports and digests know photos as numbers."""
    asking = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("get_file", "fetch") and path.parts[-2] not in ("feeds",)
        if "demo" not in path.parts
    }
    assert asking == {"chat/files.py", "services/photo_checks.py"}


def test_what_is_written_into_exports_and_digests_knows_no_file() -> None:
    for path in (ROOT / "output").rglob("*.py"):
        assert "file_id" not in path.read_text(encoding="utf-8"), path


def test_a_pair_that_others_see_tells_nothing_of_camera_and_place() -> None:
    with Image.open(io.BytesIO(street_under_water(random.Random(3), 40))) as picture:
        exif = Image.Exif()
        exif[MAKER] = "Kenari Camera"
        exif.get_ifd(0x8825)[1] = "S"  # GPS
        made = io.BytesIO()
        picture.save(made, "JPEG", exif=exif)
    original = made.getvalue()
    assert b"Kenari" in original
    for pair in (side_by_side(original, original), side_by_side(None, original)):
        with Image.open(io.BytesIO(pair)) as shown:
            assert not shown.getexif()
        assert b"Kenari" not in pair and b"Exif" not in pair and original[200:400] not in pair
