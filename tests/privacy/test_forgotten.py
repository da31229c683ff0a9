"""Somebody who used everything, over HTTP, asks to be forgotten: nothing of them is left, byte by byte."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import httpx

from bot.demo.botapi import BotApi, Person, Shown
from tests.e2e.borough import street
from tests.e2e.fleet import Bot, serving
from tests.geo.test_geocoder import result, running
from tests.helpers.waiting import until
from tests.privacy.canaries import Trace, files_in, search

HERE = (-6.1302, 106.8868)
EXACTLY = (-6.13022713, 106.88683159)
"""Where the person stood: some metres from who reported first."""

FOUND = (-6.1322, 106.8889)
PATIENCE_S = 20.0

FIRST, LAST, USER = "Kenarimadona", "Wulandariningsih", "kenari_madona77"
NOTE = "pagar hijau nomor 88 di samping warung “Bu Kenari”"
STREET = "Jl. Kenari Emas Raya 17"
FAILED = "pesan kenari yang gagal diolah"
DEAD = "kabar kenari yang tidak terkirim"
HALF = "gang kenari belum jadi"


async def report(person: Person, at: tuple[float, float]) -> None:
    """A location and a tap."""
    person.send_location(*at, horizontal_accuracy=9.0)
    await person.wait_for("Setinggi apa airnya?", PATIENCE_S)
    person.press("Lutut ±50")
    await person.wait_for("diterima", PATIENCE_S)


async def live(ani: Person, budi: Person, rina: Person) -> None:
    """Ani joins Budi's puddle with words and a photo, tells another by its address, and becomes an officer."""
    for person in (budi, ani, rina):
        person.start()
        await person.wait_for("Lapor", PATIENCE_S)
    await report(budi, HERE)
    await report(ani, EXACTLY)
    ani.send_text(NOTE)
    await ani.wait_for("catat", PATIENCE_S)
    ani.send_photo(street(11))
    await ani.wait_for("Foto ditambahkan", PATIENCE_S)
    ani.press("Airnya naik")
    ani.send_text("/lapor")
    await ani.wait_for("Di mana", PATIENCE_S)
    ani.send_text(STREET)
    await ani.wait_for(lambda shown: any(each.text == "Ya, di sini" for each in shown.all_buttons()), PATIENCE_S)
    before = ani.last.message_id
    ani.press("Ya, di sini")
    await ani.wait_for("Setinggi apa airnya?", PATIENCE_S, after=before - 1)
    ani.press("Betis ±30")
    rina.send_text("/undang petugas Sungai Bambu")
    link = await rina.wait_for("start=i_", PATIENCE_S)
    ani.start(link.text.partition("start=")[2].split()[0].strip('"'))
    await ani.wait_for("Sungai Bambu", PATIENCE_S)


def seed(folder: Path, ani: Person) -> None:
    """What takes a bad day: an update that failed, a message that died, words about a place, a report half made."""
    with closing(sqlite3.connect(folder / "genangan.db")) as db:
        (person,) = db.execute("SELECT id FROM people WHERE telegram_id = ?", [ani.id]).fetchone()
        (recipient,) = db.execute("SELECT id FROM recipients WHERE person_id = ?", [person]).fetchone()
        update = {"update_id": 9, "message": {"from": dict(ani.user), "text": FAILED}}
        db.execute(
            "INSERT INTO inbox (bot_id, update_id, payload, received_at, handled, error) VALUES (5, 9, ?, 1, 1, ?)",
            [json.dumps(update), f"ValueError: {FAILED}"],
        )
        say = json.dumps({"text": "announce.message", "values": {"text": DEAD}})
        (number,) = db.execute("SELECT max(message_id) + 1 FROM counters").fetchone()
        db.execute("UPDATE counters SET message_id = ?", [number])
        db.execute(
            "INSERT INTO outbox (id, recipient_id, priority, asked, say, due_at, state, done_at) "
            "VALUES (?, ?, 0, ?, ?, 1, 'dead', 4000000000000000)",
            [number, recipient, number, say],
        )
        db.execute(
            "INSERT INTO sites (id, name, lat, lon, radius_m, unit, at, state, visits, tidy_words, again_words) "
            "VALUES (1, 'Taman', -6.2, 106.9, 50, '31.72', 1, 'open', 0, 1, 0)"
        )
        db.execute("INSERT INTO site_words (site_id, person_id, at, tidy) VALUES (1, ?, 1, 1)", [person])
        draft = {"id": 99999, "person_id": person, "updated_at": 4000000000000000, "name": HALF}
        db.execute(
            "INSERT OR REPLACE INTO drafts (person_id, updated_at, draft) VALUES (?, 4000000000000000, ?)",
            [person, json.dumps(draft)],
        )
        db.commit()


def files_of(folder: Path) -> dict[str, str]:
    """Telegram's names of the person's photo."""
    with closing(sqlite3.connect(folder / "genangan.db")) as db:
        row = db.execute("SELECT p.file_id, p.file_unique_id FROM photos p").fetchone()
        return {"file id": row[0], "unique file id": row[1]}


async def told(bot: Bot, api: BotApi, rina: Person) -> Mapping[str, bytes]:
    """What goes out: an export of each kind, a digest, metrics, health."""
    found: dict[str, bytes] = {}
    for kind in ("xlsx", "csv", "geojson"):
        before = rina.last.message_id
        rina.send_text(f"/ekspor {kind} 7 hari")
        shown = await rina.wait_for(lambda shown: shown.document is not None, PATIENCE_S, after=before)
        found[kind] = _content(api, shown)
    before = rina.last.message_id
    rina.send_text("/rekap")
    shown = await rina.wait_for(lambda shown: shown.document is not None, PATIENCE_S, after=before)
    found["digest's table"] = _content(api, shown)
    found["digest"] = "".join(post.text for post in rina.chat if post.message_id > before).encode()
    async with httpx.AsyncClient() as http:
        for page in ("health", "metrics"):
            found[page] = (await http.get(f"http://127.0.0.1:{bot.web_port}/{page}")).content
    return found


def _content(api: BotApi, shown: Shown) -> bytes:
    assert shown.document is not None
    return api.file_content(shown.document["file_id"])


async def nothing_left(folder: Path, canaries: Mapping[str, str | float]) -> list[Trace]:
    """What the checker finds, once the file has been written anew."""
    for _ in range(60):
        found = search(files_in(folder), canaries)
        if not found:
            break
        await asyncio.sleep(0.25)
    return found


async def test_nothing_is_left_of_who_asked_to_be_forgotten(tmp_path: Path) -> None:
    async with BotApi(seed=5) as api, running() as geocoder:
        geocoder.finds(result(FOUND, "Jalan Umum"))
        rina, budi = api.user("Rina"), api.user("Budi")
        ani = api.user(FIRST, last_name=LAST, username=USER)
        settings = {"LOG_LEVEL": "DEBUG", "ADMIN_IDS": str(rina.id), "GEOCODER_URL": geocoder.url, "BACKUP_KEEP": "7"}
        async with serving(api, tmp_path, settings=settings) as bot:
            await live(ani, budi, rina)
            assert await bot.end(signal.SIGTERM) == 0
            seed(tmp_path, ani)
            await bot.start()
            ani.send_text("/data")
            page = await ani.wait_for(lambda shown: _named(shown, ".html"), PATIENCE_S)
            data = await ani.wait_for(lambda shown: _named(shown, ".json"), PATIENCE_S)
            canaries: dict[str, str | float] = {
                "Telegram id": ani.id,
                "first name": FIRST,
                "last name": LAST,
                "user name": USER,
                "note": NOTE,
                "street": STREET,
                "failed": FAILED,
                "dead": DEAD,
                "draft": HALF,
                "latitude": EXACTLY[0],
                "longitude": EXACTLY[1],
                **files_of(tmp_path),
            }
            with closing(sqlite3.connect(tmp_path / "genangan.db")) as db:
                assert db.execute("SELECT name FROM officers").fetchall() == [(FIRST,)]
            dossier = {"page": _content(api, page), "data": _content(api, data)}
            await _all_are_there(tmp_path, canaries, dossier)
            ani.send_text("/hapus")
            await ani.wait_for("Hapus semua data Anda?", PATIENCE_S)
            ani.press("Ya, hapus")
            await ani.wait_for("Data Anda sudah dihapus", PATIENCE_S)
            assert await nothing_left(tmp_path, canaries) == []
            assert search(await told(bot, api, rina), canaries) == []
            with closing(sqlite3.connect(tmp_path / "genangan.db")) as db:
                db.execute("VACUUM INTO ?", [str(tmp_path / "backup.db")])
                counted = db.execute("SELECT sum(reporters) FROM incidents").fetchone()
            assert counted == (3,)
            assert await bot.end(signal.SIGTERM) == 0
            assert search(files_in(tmp_path), canaries) == []
            assert "serving as" in bot.log  # the log is among the files


async def _all_are_there(folder: Path, canaries: Mapping[str, str | float], dossier: Mapping[str, bytes]) -> None:
    """Before: the checker can find each, and the person was told of each that is kept."""
    kept = {trace.canary for trace in search(files_in(folder), canaries)}
    assert kept == canaries.keys()
    told = {trace.canary for trace in search(dossier, canaries)}
    assert told == canaries.keys()
    assert {trace.where for trace in search(dossier, {"note": NOTE})} == {"page", "data"}


def _named(shown: Shown, ending: str) -> bool:
    return shown.document is not None and str(shown.document.get("file_name", "")).endswith(ending)


async def test_who_was_being_forgotten_when_the_bot_was_killed_is(tmp_path: Path) -> None:
    async with BotApi(seed=6) as api:
        ani = api.user(FIRST)
        async with serving(api, tmp_path, settings={"LOG_LEVEL": "DEBUG"}) as bot:
            ani.start()
            await ani.wait_for("Lapor", PATIENCE_S)
            await report(ani, EXACTLY)
            ani.send_text("/hapus")
            asked = await ani.wait_for("Hapus semua data Anda?", PATIENCE_S)
            [yes] = [each.callback_data for each in asked.all_buttons() if each.text == "Ya, hapus"]
            ani.press("Ya, hapus")
            await until(lambda: not _is_known(tmp_path, ani))
            await bot.end(signal.SIGKILL)
            await bot.start()
            assert await nothing_left(tmp_path, {"Telegram id": ani.id}) == []
            assert yes is not None
            await ani.wait_for_answer(ani.press_data(yes, asked), PATIENCE_S)  # the question may still stand there
            assert await nothing_left(tmp_path, {"Telegram id": ani.id}) == []


def _is_known(folder: Path, person: Person) -> bool:
    with closing(sqlite3.connect(folder / "genangan.db", timeout=5)) as db:
        return db.execute("SELECT 1 FROM people WHERE telegram_id = ?", [person.id]).fetchone() is not None
