"""The map: title, ground, names, marks, legend."""

from __future__ import annotations

from PIL import Image

from bot.output.drawing.frame import Frame, around, grown, to_show
from bot.output.drawing.ground import ground
from bot.output.drawing.ink import Canvas
from bot.output.drawing.inset import Inset, draw_inset, find_inset
from bot.output.drawing.legend import SIDE_PX, map_entries
from bot.output.drawing.lettering import Face
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
from bot.output.drawing.notes import Note, empty_note, outside_note
from bot.output.drawing.page import draw_foot, draw_head
from bot.output.drawing.palette import PAPER
from bot.output.drawing.scale import draw_scale
from bot.output.pictures import MapPicture

SIDE = 1280
"""Pixels: Telegram makes photos no larger than this, and a phone shows all of them when it fills its width."""

NORTH_SHARE = 0.74
"""The sea has more room to spare for an inset and for names than the land around."""

LEAST_M = 4_000.0
"""Even of a single kelurahan a map shows so much: nearer up, borders would look more exact than they are."""

SCALE = Face(23)


def draw(picture: MapPicture) -> Image.Image:
    """Draw it."""
    words = picture.words
    canvas = Canvas(SIDE, SIDE, PAPER)
    style = style_for([start for start, _ in words.depths], len(picture.marks))
    top = draw_head(canvas, words.title, words.subtitle)
    bottom = draw_foot(canvas, map_entries(words, style), words.source)
    frame = around(to_show(picture.base), (0, top, SIDE, bottom), LEAST_M, NORTH_SHARE)
    _panel(canvas, picture, frame, style)
    return canvas.image


def _panel(canvas: Canvas, picture: MapPicture, frame: Frame, style: Style) -> None:
    words = picture.words
    on = ground(picture.base, frame)
    marks = placed(picture.marks, frame, style)
    inset = find_inset(marks, frame, on, style)
    notes: list[Note] = []
    if words.outside:
        notes.append(outside_note(words.outside, frame))
    if not picture.marks and words.empty:
        notes.append(empty_note(words.empty, frame, on))
    x0, _, _, y1 = frame.box
    taken = [(x0, y1 - 60, x0 + 330, y1), *(note.box for note in notes)]
    if inset:
        taken += [grown(inset.frame.box, 12), grown(inset.window, 8)]
    numbers = badges(style, [one for one in marks if not _in_inset(one, inset)], frame.box, taken)
    taken += [around_mark(one, style) for one in marks if one.towards]
    soft = [around_mark(one, style) for one in marks] + [badge.box for badge in numbers]
    soft += inset.way if inset else []
    names = Names(picture.base, frame, on, taken, soft).place_all(words.sea)

    canvas.image.paste(on.image, (round(frame.box[0]), round(frame.box[1])))
    for name in names:
        name.draw(canvas)
    draw_scale(canvas, (SIDE_PX, y1 - 30), frame.px_per_m, 230, SCALE)
    for one in in_order(marks):
        draw_mark(canvas, style, one)
    if inset:
        draw_inset(canvas, inset, picture.base, style)
    draw_badges(canvas, style, numbers)
    for note in notes:
        note.draw(canvas)


def _in_inset(one: Placed, inset: Inset | None) -> bool:
    return inset is not None and any(one is other for other in inset.shown)
