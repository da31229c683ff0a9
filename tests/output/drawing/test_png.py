"""Small PNGs that keep their colours."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

from bot.output.drawing.png import png
from bot.output.drawing.wire import read
from bot.output.pictures import CHART, MAP, encoded
from tests.helpers.sample_pictures import many, map_of, week

RED = (214, 69, 22)


def test_flat_colours_are_kept_and_others_nearly() -> None:
    across, down = np.meshgrid(np.arange(300), np.arange(200))
    pixels = np.stack([across % 256, down, (across + down) // 2], axis=-1).astype(np.uint8)
    pixels[50:60, 50:60] = RED
    with Image.open(BytesIO(png(Image.fromarray(pixels), [RED]))) as small:
        back = np.asarray(small.convert("RGB")).astype(int)
    assert (back[50:60, 50:60] == RED).all()
    assert np.abs(back - pixels).mean() < 8


def test_a_picture_of_one_colour() -> None:
    data = png(Image.new("RGB", (640, 640), RED), [RED])
    with Image.open(BytesIO(data)) as small:
        assert small.convert("RGB").getcolors() == [(640 * 640, RED)]


def test_the_child_is_asked_for_what_it_reads() -> None:
    asked = map_of(many(3, labels=1), outside="1 titik di luar peta")
    got = read(encoded(MAP, asked))
    assert repr(got).replace("[", "(").replace("]", ")") == repr(asked).replace("[", "(").replace("]", ")")
    chart = week()
    assert [bar.label for bar in read(encoded(CHART, chart)).bars] == [bar.label for bar in chart.bars]  # type: ignore[union-attr]
