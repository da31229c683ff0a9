"""What is kept on a person, as one page that any phone opens: no script, nothing loaded from anywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

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

VOCABULARY = {
    "kind": "kind",
    "incident_state": "state",
    "cause": "cause",
    "fault": "fault",
    "passability": "passability",
}
"""Columns whose values are words of ours -> the section of the texts where they stand."""

MARKS = ("language_chosen", "reachable", "withdrawn", "muted", "passing", "tidy", "made", "used")
"""Columns that are yes or no: a line of their own, or none."""

_STYLE = (
    "body{font:16px/1.45 sans-serif;max-width:42em;margin:0 auto;padding:1em;color:#111;background:#fff}"
    "h1{font-size:1.4em}h2{font-size:1.1em;margin:1.6em 0 .3em;border-bottom:1px solid #ccc}"
    "p{white-space:pre-line;overflow-wrap:anywhere;margin:.5em 0;padding:.4em .6em;background:#f4f4f4}"
)


def dossier_page(dossier: Mapping[str, Sequence[Row]], texts: Texts, language: str, now: datetime) -> str:
    """The page, as HTML.

    Args:
        dossier: section -> rows, see Store.dossier.
        language: the reader's.
        now: when it is made.
    """

    def said(text_id: str, values: Row) -> str:
        return texts.render(text_id, values, language)

    title = said("dossier.heading", {"at": now})
    parts = [f"<h1>{title}</h1>", f"<p>{said('dossier.intro', {})}</p>"]
    for section in SECTIONS:
        rows = dossier.get(section, ())
        if rows:
            parts.append(f"<h2>{said(f'dossier.title.{section}', {'n': len(rows)})}</h2>")
            parts += [f"<p>{said(f'dossier.{section}', _values(row))}</p>" for row in rows]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return f'<!doctype html><html lang="{escape(language)}"><head>{head}<style>{_STYLE}</style></head><body>' + (
        "\n".join((*parts, "</body></html>\n"))
    )


def _values(row: Row) -> Row:
    """A row as its text shows it."""
    values = {key: _told(value) for key, value in row.items()}
    for column, section in VOCABULARY.items():
        if values.get(column):
            values[column] = f"{section}.{values[column]}"
    for column in MARKS:
        if column in values:
            values[column] = f"dossier.mark.{column}" if values[column] else None
    if "depth_level" in row:
        level, cm, measured = (row.get(key) for key in ("depth_level", "depth_cm", "depth_measured"))
        values["depth"] = None if level is None else {"level": level, "cm": cm, "measured": bool(measured)}
        if level is None:
            del values["depth"]
    return values


def _told(value: object) -> object:
    """What was stored as JSON stands there as such; nothing at all is left out."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return None if value == "" else value
