"""What is kept on a person, as one page that any phone opens: no script, nothing loaded from anywhere.

It is for reading. What only a machine can use stands in the JSON file that goes along with it, which has everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.domain.staff import Unit
from bot.output.dossier_words import ROWS, Words
from bot.texts import Texts, escape

Row = Mapping[str, object]

SECTIONS = (
    *(
        "person",
        "draft",
        "reports",
        "photos",
        "said",
        "different",
        "site_words",
        "messages",
        "waiting",
        "work",
        "files",
    ),
    *("roles", "unit_chats", "errand", "cases", "notes", "visits", "invitations", "floods", "log", "photo_hashes"),
    "erased_before",
)
"""In the order of the page; each has a title (dossier.title.…) and a text for a row (dossier.…)."""

LISTED = frozenset({"photos", "said", "different", "messages", "waiting", "work", "files", "cases", "log"})
"""Sections of many short rows: a line each, in one block."""

_STYLE = (
    "body{font:16px/1.45 sans-serif;max-width:42em;margin:0 auto;padding:1em;color:#111;background:#fff}"
    "h1{font-size:1.4em}h2{font-size:1.1em;margin:1.6em 0 .3em;border-bottom:1px solid #ccc}"
    "p{white-space:pre-line;overflow-wrap:anywhere;margin:.5em 0;padding:.4em .6em;background:#f4f4f4}"
)


def dossier_page(
    dossier: Mapping[str, Sequence[Row]],
    texts: Texts,
    language: str,
    now: datetime,
    unit_of: Callable[[str], Unit | None],
) -> str:
    """The page, as HTML.

    Args:
        dossier: section -> rows, see Store.dossier.
        language: the reader's.
        now: when it is made.
        unit_of: the unit with a code.
    """

    def said(text_id: str, values: Row) -> str:
        return texts.render(text_id, values, language)

    words = Words(texts, unit_of)
    title = said("dossier.heading", {"at": now})
    parts = [f"<h1>{title}</h1>", f"<p>{said('dossier.intro', {})}</p>"]
    for section in SECTIONS:
        rows = dossier.get(section, ())
        if rows:
            parts.append(f"<h2>{said(f'dossier.title.{section}', {'n': len(rows)})}</h2>")
            told = [said(f"dossier.{section}", values) for values in ROWS[section](words, rows)]
            parts += [f"<p>{part}</p>" for part in (["\n".join(told)] if section in LISTED else told)]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return f'<!doctype html><html lang="{escape(language)}"><head>{head}<style>{_STYLE}</style></head><body>' + (
        "\n".join((*parts, "</body></html>\n"))
    )
