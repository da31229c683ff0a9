"""The drawing process: a picture as JSON comes in, a PNG goes out, and it ends."""

from __future__ import annotations

import sys
from io import BytesIO

from PIL import Image

from bot.output.drawing import chart
from bot.output.drawing import map as map_
from bot.output.drawing.wire import read
from bot.output.pictures import MapPicture


def main() -> None:
    """Draw one picture."""
    picture = read(sys.stdin.buffer.read())
    image = map_.draw(picture) if isinstance(picture, MapPicture) else chart.draw(picture)
    sys.stdout.buffer.write(png(image))


def png(image: Image.Image) -> bytes:
    """A PNG with a palette: a third of the size, and the flat colours stay as they are."""
    made = BytesIO()
    image.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(made, "PNG")
    return made.getvalue()


if __name__ == "__main__":
    main()
