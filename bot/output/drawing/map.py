"""The map: title, ground, names, marks, legend."""

from __future__ import annotations

from PIL import Image

from bot.output.drawing.frame import Box, Frame, around, grown, to_show
from bot.output.drawing.ground import ground
from bot.output.drawing.ink import MIDDLE, Canvas
from bot.output.drawing.inset import Inset, draw_inset, find_inset
from bot.output.drawing.legend import SIDE_PX, map_entries
from bot.output.drawing.lettering import BOLD, Face, fitting, readable, width_of, wrapped
from bot.output.drawing.marks import (
    Placed,
    Style,
    around_mark,
    badges,
    draw_badges,
    draw_mark,
    in_order,
    placed,
    style_for,
)
from bot.output.drawing.names import Names
from bot.output.drawing.page import draw_foot, draw_head
from bot.output.drawing.palette import INK, PAPER
from bot.output.drawing.scale import draw_scale
from bot.output.pictures import MapPicture

SIDE = 1280
"""Pixels: Telegram makes photos no larger than this, and a phone shows all of them when it fills its width."""

NORTH_SHARE = 0.74
"""The sea has more room to spare for an inset and for names than the land around."""

PILL, SCALE = Face(25), Face(23)


def draw(picture: MapPicture) -> Image.Image:
    """Draw it."""
    words = picture.words
    canvas = Canvas(SIDE, SIDE, PAPER)
    style = style_for([start for start, _ in words.depths], len(picture.marks))
    top = draw_head(canvas, words.title, words.subtitle)
    bottom = draw_foot(canvas, map_entries(words, style), words.source)
    frame = around(to_show(picture.base), (0, top, SIDE, bottom), north_share=NORTH_SHARE)
    _panel(canvas, picture, frame, style)
    return canvas.image


def _panel(canvas: Canvas, picture: MapPicture, frame: Frame, style: Style) -> None:
    words = picture.words
    on = ground(picture.base, frame)
    marks = placed(picture.marks, frame, style)
    inset = find_inset(marks, frame, on, style)
    canvas.image.paste(on.image, (round(frame.box[0]), round(frame.box[1])))
    x0, _, _, y1 = frame.box
    taken: list[Box] = [(x0, y1 - 60, x0 + 330, y1)]
    outside = _pill_box(words.outside, frame) if words.outside else None
    if outside:
        taken.append(outside)
    if inset:
        taken += [grown(inset.frame.box, 12), grown(inset.window, 8)]
    taken += [around_mark(one, style) for one in marks if one.towards]
    hidden = [box for box in (outside, inset and grown(inset.frame.box, 6), inset and inset.window) if box]
    numbers = badges(style, [one for one in marks if not _in_inset(one, inset)], frame.box, hidden)
    boxes = [around_mark(one, style) for one in marks] + [badge.box for badge in numbers]
    boxes += inset.way if inset else []
    for name in Names(picture.base, frame, on, taken, boxes).place_all(words.sea):
        name.draw(canvas)
    draw_scale(canvas, (SIDE_PX, y1 - 30), frame.px_per_m, 230, SCALE)
    for one in in_order(marks):
        draw_mark(canvas, style, one)
    if inset:
        draw_inset(canvas, inset, picture.base, style)
    draw_badges(canvas, style, numbers)
    if outside and words.outside:
        _pill(canvas, outside, words.outside)
    if not picture.marks:
        _empty(canvas, words.empty, frame)


def _in_inset(one: Placed, inset: Inset | None) -> bool:
    return inset is not None and any(one is other for other in inset.shown)


def _pill_box(text: str, frame: Frame) -> Box:
    wide = min(width_of(readable(text), PILL) + 68, frame.width - 400)
    x1, y1 = frame.box[2] - 24, frame.box[3] - 20
    return x1 - wide, y1 - 48, x1, y1


def _pill(canvas: Canvas, box: Box, text: str) -> None:
    canvas.box(box, 24, PAPER, 0.92)
    canvas.arrow_head((box[0] + 38, (box[1] + box[3]) / 2), (1.0, 0.0), 15, INK)
    line, face = fitting(text, (PILL.size_px,), PILL.cut, box[2] - box[0] - 66)
    canvas.words((box[0] + 48, box[3] - 15), line, face, INK)


def _empty(canvas: Canvas, text: str, frame: Frame) -> None:
    lines = wrapped(text, Face(36, BOLD), frame.width - 240, 3)
    if not lines:
        return
    face = Face(36, BOLD)
    wide = max(width_of(line, face) for line in lines) + 72
    high = 48 * len(lines) + 44
    x, y = frame.middle
    y -= frame.height * 0.16
    canvas.box((x - wide / 2, y - high / 2, x + wide / 2, y + high / 2), 24, PAPER, 0.94)
    for i, line in enumerate(lines):
        canvas.words((x, y - high / 2 + 58 + 48 * i), line, face, INK, align=MIDDLE)
