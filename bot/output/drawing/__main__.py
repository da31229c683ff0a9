"""The drawing process: a picture as JSON comes in, a PNG goes out, and it ends."""

from __future__ import annotations

import signal
import sys

from bot.output.drawing import chart
from bot.output.drawing import map as map_
from bot.output.drawing.palette import FLAT, depth_colours
from bot.output.drawing.png import png
from bot.output.drawing.wire import read
from bot.output.pictures import MapPicture


def main() -> None:
    """Draw one picture. A signal to the whole service is none to us: who asked ends us where that is wanted."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    picture = read(sys.stdin.buffer.read())
    if isinstance(picture, MapPicture):
        image, classes = map_.draw(picture), len(picture.words.depths)
    else:
        image, classes = chart.draw(picture), len(picture.classes) - 1
    sys.stdout.buffer.write(png(image, (*FLAT, *depth_colours(classes))))


if __name__ == "__main__":
    main()
