"""What each button under a message does: act -> handler. A button pressed twice does its thing once.

Buttons outlive restarts: they carry the id of their report. Every handler checks that the report is the presser's own
and still open, and answers with a short word at the top of the screen (the toast).
"""

from __future__ import annotations

from bot.domain.events import PressedButton
from bot.domain.models import Say, Word
from bot.domain.records import Person
from bot.services import (
    announcing,
    auditing,
    card_buttons,
    exporting,
    flood_mode,
    forgetting,
    joining,
    merging,
    recurring,
    sharing,
    site_buttons,
    site_words,
    staffing,
    tasks,
    tide_buttons,
)
from bot.services import question_buttons as question
from bot.services import receipt_buttons as receipt
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.pressing import TOO_OLD, Handler, Press
from bot.services.receipt_rows import View


def press(ctx: Context, batch: Batch, person: Person, event: PressedButton) -> Say | None:
    """Do what a button says. Returns the toast."""
    handler = HANDLERS.get(event.act)
    if handler is None:
        return TOO_OLD
    key, arg = (*event.args, "", "")[:2]
    mark = batch.mark()
    try:
        known = (event.at, event.origin, event.sender.name, event.args)
        return handler(Press(ctx, batch, person, event.act, key, arg, *known))
    except ValueError:  # an argument that none of our buttons carries
        batch.undo(mark)
        return TOO_OLD


HANDLERS: dict[str, Handler] = {
    "tugas": tasks.turn_page,
    "case": tasks.press_case,
    "rawan": recurring.turn,
    "gabung": merging.do_merge,
    "gabung.undo": merging.undo_merge,
    "pisah": merging.choose_split,
    "pisah.ya": merging.do_split,
    "tidak": merging.leave,
    "hapus": forgetting.erase,
    "hapus.tidak": forgetting.keep,
    "umumkan": announcing.confirm,
    "umumkan.sampai": announcing.progress,
    "d": receipt.depth,
    "f": receipt.fault,
    "p": receipt.passability,
    "c": receipt.cause,
    "rise": receipt.word(Word.RISING),
    "gone": receipt.word(Word.GONE),
    "still": receipt.word(Word.STANDING),
    "away": receipt.away,
    "fix": receipt.fix,
    "keep": receipt.keep_place,
    "by": receipt.passing(yes=True),
    "local": receipt.passing(yes=False),
    "show": receipt.show(View.MAIN),
    "more": receipt.show(View.MORE),
    "cause": receipt.show(View.CAUSE),
    "depth": receipt.show(View.DEPTH),
    "cancel": receipt.show(View.CANCEL),
    "drop": receipt.drop,
    "other": receipt.other,
    "mistaken": receipt.mistaken,
    "mute": receipt.mute(yes=True),
    "unmute": receipt.mute(yes=False),
    "rate": receipt.rate,
    "me_too": sharing.me_too,
    "site": site_buttons.press_card,
    "sites": site_buttons.press_list,
    "tidy": site_words.answer,
    "same": question.same,
    "none": question.none,
    "area": question.area,
    "here": question.here,
    "nothere": question.here,
    "kec": question.kecamatan,
    "kel": question.kelurahan,
    "write": question.write,
    "lang": question.language,
    "k": card_buttons.card,
    "flood": flood_mode.press_list,
    "tide_again": tide_buttons.tide_again,
    "floodmode": flood_mode.press_mode,
    "post": question.post,
    "ekspor": exporting.press,
    "inv": joining.chosen,
    "unit": staffing.show_unit,
    "cut": staffing.ask_disconnect,
    "cutyes": staffing.do_disconnect,
    "staff": staffing.show_staff,
    "rmv": staffing.ask_remove,
    "rmvyes": staffing.remove,
    "log": auditing.turn,
}
