"""Who a person is, stands in `people` and in updates that are not handled yet, and nowhere else."""

from __future__ import annotations

import io
import signal
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import httpx

from bot.demo.botapi import BotApi, Shown, faults
from tests.e2e.fleet import serving

HERE = (-6.1302, 106.8868)


async def test_telegram_ids_and_names_of_people_are_in_no_table_log_page_digest_or_spreadsheet(tmp_path: Path) -> None:
    async with BotApi(seed=12) as api:
        siti = api.user("Sitirahmawati", last_name="Kusumaningrum", username="siti_rk")
        budi = api.user("Budihartonoadi", username="budi_ha")
        rina = api.user("Rinawidyastuti")
        rina.start()
        channel = api.channel("SDA", admins=["bot"])
        settings = {"LOG_LEVEL": "DEBUG", "ADMIN_IDS": str(rina.id), "SDA_CHANNEL_ID": str(channel.id)}
        async with serving(api, tmp_path, settings=settings) as bot:
            api.faults.add(faults.server_error(), method="sendMessage", times=2)
            for person, note in ((siti, "Jl. <b>Mangga</b> & sekitarnya"), (budi, "airnya bau")):
                person.start()
                await person.wait_for("Lapor", 15)
                person.send_location(*HERE, horizontal_accuracy=10.0)
                await person.wait_for("Setinggi apa airnya?")
                person.press("Lutut ±50")
                await person.wait_for("diterima")
                person.send_text(note)
                await person.wait_for("kami catat" if person is siti else "Catatan ditambahkan")
            group = api.group("RW 05", members=[siti])
            siti.at(group).send_text("/bantuan@genangan_bot")
            await siti.at(group).wait_for("Cara lapor")
            budi.block()
            siti.press("Sudah surut")  # tells Budi, who cannot be told
            rina.send_text("/ekspor 7 hari")
            exported = await rina.wait_for(lambda shown: shown.document is not None)
            rina.send_text("/rekap")
            await rina.wait_for("Tabel lengkap")
            rina.press("Kirim ke kanal")
            posted = await channel.wait_for(lambda shown: shown.document is not None)
            async with httpx.AsyncClient() as http:
                pages = [await http.get(f"http://127.0.0.1:{bot.web_port}/{page}") for page in ("health", "metrics")]
            assert await bot.end(signal.SIGTERM) == 0
            log = bot.log
        digest = "".join(post.text for post in channel.chat)
        told = {"log": log, "health": pages[0].text, "metrics": pages[1].text, "digest": digest}
        told |= {"export": _cells(api, exported), "table": _cells(api, posted)}
        told |= _tables(tmp_path / "genangan.db")
        assert "serving as" in log
        assert siti.user["first_name"] not in "".join(told.values())
        for person in (siti, budi, rina):
            for secret in (
                str(person.id),
                *(person.user[key] for key in ("last_name", "username") if key in person.user),
            ):
                assert [name for name, text in told.items() if secret in text] in ([], ["people"])
        assert api.token.partition(":")[2] not in log
        assert "&lt;b&gt;Mangga" not in digest  # escaped once, and read as it was typed
        assert "<b>Mangga</b>" in digest


def _cells(api: BotApi, shown: Shown) -> str:
    """All that stands in a spreadsheet."""
    assert shown.document is not None
    with zipfile.ZipFile(io.BytesIO(api.file_content(shown.document["file_id"]))) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def _tables(path: Path) -> dict[str, str]:
    """What stands in each table."""
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: str(db.execute(f"SELECT * FROM {name}").fetchall()) for name in names}
