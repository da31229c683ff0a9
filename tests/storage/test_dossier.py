"""Nothing that is kept on a person is left untold: each table is in the dossier, or named with the reason why not."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.handling import Level
from bot.domain.models import Cause, DepthLevel, Fault, IncidentState, Kind, Passability, Word
from bot.domain.sites import SiteState
from bot.domain.staff import ADMIN, Invited, Unit, Wrote
from bot.output.dossier_page import SECTIONS, dossier_page
from bot.output.dossier_words import ERRANDS, ROWS
from bot.services import errand_tasks, site_task
from bot.services.auditing import NAMED
from bot.services.casework import QUICK
from bot.texts import LANGUAGES, Texts, read_catalog
from storage import dossier, erasing
from storage.queries import SQL, schema
from tests.helpers.clock import EVENING, WIB
from tests.storage.test_erasing import lived, opened

OFFICE = Unit("31.72.02", Level.KECAMATAN, "TANJUNG PRIOK", "31.72")
UNITS = {OFFICE.code: OFFICE}

QUERIES = {
    "draft": "draft_of",
    "reports": "reports_ever_of",
    "photos": "photos_ever_of",
    "photo_hashes": "hashes_of",
    "said": "said_by",
    "different": "different_by",
    "site_words": "site_words_by",
    "messages": "messages_of",
    "work": "work_of",
    "files": "files_of",
    "roles": "officer_rows_of",
    "unit_chats": "links_to",
    "errand": "errand_of",
    "cases": "taken_by",
    "notes": "notes_by",
    "visits": "visits_by",
    "invitations": "invites_by",
    "floods": "floods_by",
    "log": "audit_of",
    "erased_before": "erasures_of",
    "person": "erased_person",
}
"""Section -> where its columns come from; those that wait are made of the inbox."""

WORK = (
    *("data", "geocode", "photo", "export", "summary", "unit_summary", "post", "statistics", "spots", "log", "health"),
    *("announce", "announce.send", "announce.report"),
)
OFFICES = (OFFICE.code, ADMIN)

VOCABULARIES: Mapping[tuple[str, str], Iterable[object]] = {
    ("person", "language"): LANGUAGES,
    ("reports", "kind"): Kind,
    ("reports", "incident_state"): IncidentState,
    ("reports", "cause"): Cause,
    ("reports", "fault"): Fault,
    ("reports", "passability"): Passability,
    ("reports", "depth_level"): DepthLevel,
    ("reports", "word"): Word,
    ("reports", "rating"): ("good", "bad"),
    ("said", "field"): ("place", "name", "depth", "note", "photo"),
    ("messages", "state"): ("queued", "claimed", "sent", "dead"),
    ("work", "kind"): WORK,
    ("errand", "act"): ERRANDS,
    ("notes", "what"): Wrote,
    ("notes", "quick"): [f"quick.{each}" for each in QUICK],
    ("visits", "found"): [state for state in SiteState if state is not SiteState.DROPPED],
    ("invitations", "kind"): Invited,
    ("log", "what"): NAMED,
    **{(section, "unit"): OFFICES for section in ("roles", "unit_chats", "notes", "visits", "invitations", "log")},
    ("floods", "kecamatan"): (OFFICE.code,),
}
"""(section, column) -> all that may stand there. Other text that is not TYPED is a code of ours, not to be shown."""

TYPED = frozenset({"name", "note", "words", "number", "incident_number", "report", "incident"})
"""What people wrote, and numbers as they say them."""

OTHER = {language: read_catalog(language)["dossier.other"] for language in LANGUAGES}


def tables() -> dict[str, set[str]]:
    """Tables, and what they refer to."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(schema())
        names = db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {name: {key[2] for key in db.execute(f"PRAGMA foreign_key_list({name})")} for (name,) in names}


def columns() -> dict[str, list[str]]:
    """Section -> its columns."""
    keys = dict.fromkeys(("person_id", "recipient_id", "keys", "first", "behind", "telegram_id"))
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(schema())
        found = {
            section: [each[0] for each in db.execute(SQL[query], keys).description if each[0] not in dossier._INTERNAL]
            for section, query in QUERIES.items()
        }
    return found | {"photos": ["report", *found["photos"]], "waiting": ["payload", "error"]}


def everything(codes: Mapping[tuple[str, str], Iterable[object]]) -> dict[str, list[dict[str, object]]]:
    """A dossier with all columns, in which each vocabulary is gone through."""
    told = {}
    for section, names in columns().items():
        vocabularies = {name: [str(each) for each in codes.get((section, name), ())] for name in names}
        n = max(2, *map(len, vocabularies.values()))
        told[section] = [
            {
                name: _value(name, words[row % len(words)] if words else None, row)
                for name, words in vocabularies.items()
            }
            for row in range(n)
        ]
    for row, (level, fault, kind) in enumerate((lev, fau, kin) for lev in DepthLevel for fau in Fault for kin in Kind):
        place = {"lat": -6.1, "lon": 106.8, "accuracy_m": 9.0, "area_code": "31.72.02.1004", "source": "gps"}
        draft = {"place": place, "depth": {"level": level.value, "cm": 50}, "fault": fault.value, "kind": kind.value}
        more = {"photos": [{"file_id": "a"}], "expecting": "words", "messages": [[1, "place"]], "filed": row % 2 == 0}
        told["draft"].append({"updated_at": EVENING, "due_at": None, "draft": {**draft, **more}})
    return told


def _value(name: str, word: str | None, row: int) -> object:
    if word is not None:
        return word
    if name.endswith("_at") or name == "at":
        return EVENING + timedelta(minutes=row)
    if name in dossier._JSON:
        return {"some_key": "some.code_of_ours", "n": [row]}
    if name in TYPED:
        return f"KA{7 + row}"
    if name in ("lat", "lon", "accuracy_m", "bytes", "photos", "depth_cm", "telegram_id", "passing", "muted"):
        return 40 + row
    if name in ("language_chosen", "reachable", "withdrawn", "tidy", "made", "used", "depth_measured"):
        return row % 2
    return f"code_{name}"


def shouting(language: str) -> dict[str, str]:
    """All texts in capitals: what stands in a page in small letters came from elsewhere."""
    return {
        text_id: re.sub(r"\{[^{}]*\}|[^{}]+", lambda part: _upper(part[0]), source)
        for text_id, source in read_catalog(language).items()
    }


def _upper(part: str) -> str:
    if not part.startswith("{"):
        return part.upper().replace("&AMP;", "&amp;").replace("<A HREF", "<a href")
    name, bar, options = part.partition("|")
    return name + bar + options.upper()


def read(page: str) -> str:
    """What a reader sees of it."""
    return re.sub(r"<[^<>]*>", " ", re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))


def page_of(told: Mapping[str, list[dict[str, object]]], texts: Texts, language: str) -> str:
    """The page as its reader sees it."""
    return read(dossier_page(told, texts, language, EVENING, UNITS.get))


def test_every_table_is_told_or_named_with_a_reason() -> None:
    assert dossier.SHOWN | dossier.LEFT_OUT.keys() == tables().keys()
    assert not dossier.SHOWN & dossier.LEFT_OUT.keys()
    assert all(dossier.LEFT_OUT.values())


def test_every_table_that_refers_to_people_is_told_and_erased() -> None:
    personal = {name for name, refers_to in tables().items() if "people" in refers_to} | {"people"}
    assert personal <= dossier.SHOWN
    assert personal <= erasing.TOUCHED


def test_every_section_has_a_place_on_the_page_and_words_in_each_language() -> None:
    assert set(ROWS) == set(SECTIONS) == {*QUERIES, "waiting"}
    for language in LANGUAGES:
        catalog = read_catalog(language)
        assert all(f"dossier.{section}" in catalog and f"dossier.title.{section}" in catalog for section in SECTIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_the_page_is_said_in_codes(language: str) -> None:
    told = everything(VOCABULARIES)
    assert (
        re.findall(r"[a-z]\w*", page_of(told, Texts(WIB, {each: shouting(each) for each in LANGUAGES}), language)) == []
    )
    page = page_of(told, Texts(WIB), language)
    assert re.findall(r"[a-z]+\.[a-z_]+|[{}\[\]]", page) == []
    assert OTHER[language] not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_that_nobody_knows_any_more_is_told_without_it(language: str) -> None:
    told = everything({key: ["code_of_old"] for key in VOCABULARIES} | {("person", "language"): ["id"]})
    page = page_of(told, Texts(WIB), language)
    assert "code_" not in page
    assert OTHER[language] in page


def test_every_act_of_an_officer_has_words() -> None:
    acts = {*errand_tasks.ACTS, errand_tasks.OVER, site_task.VISIT, site_task.TASK, site_task.NEW, site_task.NEAR}
    assert acts | {"due"} == set(ERRANDS)
    assert set(ERRANDS.values()) <= set(read_catalog("id"))


def test_a_draft_that_cannot_be_read_and_a_report_of_nothing_make_a_page() -> None:
    empty = {section: [dict.fromkeys(names)] for section, names in columns().items()}
    empty["reports"][0] |= {"kind": "saluran", "incident_state": "receded", "number": "KA7", "incident_number": "G1"}
    page = page_of({"draft": [{"updated_at": EVENING, "draft": "{"}], "reports": empty["reports"]}, Texts(WIB), "id")
    assert "Sudah beres" in page and "{" not in page


async def test_every_section_that_can_be_read_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await lived(path)
    with opened(path) as db:
        told = dossier.read_dossier(db, 1)
    assert set(told) <= set(SECTIONS)
    assert {"person", "draft", "reports", "photos", "said", "site_words", "messages", "work", "roles"} <= set(told)
    assert {"unit_chats", "notes", "invitations", "log", "photo_hashes"} <= set(told)
    for language in LANGUAGES:
        assert dossier_page(told, Texts(WIB), language, EVENING, UNITS.get).count("<h2>") == len(told)
    with opened(path) as db:
        assert dossier.read_dossier(db, 77) == {}


async def test_a_resident_reads_it_with_ease(tmp_path: Path) -> None:
    path = tmp_path / "genangan.db"
    await lived(path)
    with opened(path) as db:
        page = page_of(
            {key: list(map(dict, rows)) for key, rows in dossier.read_dossier(db, 1).items()}, Texts(WIB), "id"
        )
    assert "Bahasa: Indonesia" in page
    assert "Isian terakhir Anda" in page and "gang Mawar" in page
    assert "pesan Anda tentang catatan" in page
    assert "menunggu dikirim" in page
    assert "mencari alamat yang Anda tulis, diminta" in page
