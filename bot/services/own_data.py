"""/data: everything that is kept on a person, sent to that person and to nobody else, to read and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.models import Say
from bot.domain.records import Attachment, WorkRow
from bot.domain.units import UnitTree
from bot.output.dossier_page import dossier_page
from bot.ports import Clock, Store
from bot.services.ask import Ask
from bot.services.work import Doer, result_of
from bot.texts import Texts

WORK = "data"

KEPT_FOR = timedelta(days=1)
"""How long the files are kept for sending; /hapus takes them away at once."""

A_DAY = 3
"""So often a day: each time everything is gone through."""

FILES_EACH = 2


def order(ask: Ask) -> None:
    """/data: made as slow work, about whoever asks."""
    ask.batch.put_work(WorkRow(WORK, ask.event.at, ask.person.id))


@dataclass(frozen=True, slots=True)
class OwnData:
    """Does the work behind /data. The answer is a result {"says": […]} for tell_result."""

    store: Store
    clock: Clock
    texts: Texts
    units: UnitTree
    timezone: ZoneInfo

    def doers(self) -> Mapping[str, Doer]:
        """Kind of work -> who does it."""
        return {WORK: self.make}

    async def make(self, row: WorkRow) -> Mapping[str, object]:
        """The two files."""
        if row.person_id is None:
            raise ValueError("whose data?")
        dossier = await self.store.dossier(row.person_id)
        if not dossier:  # they were forgotten meanwhile
            return {}
        now = self.clock.now()
        kept = [file for file in dossier.get("files", ()) if _is_of_today(file, now)]
        if len(kept) >= A_DAY * FILES_EACH:
            return result_of(Say("own_data.enough", {"n": A_DAY}))
        language = str(dossier["person"][0]["language"])
        local = now.astimezone(self.timezone)
        about: Mapping[str, object] = {"made_at": now, **dossier}
        files = {
            "html": ("text/html", dossier_page(dossier, self.texts, language, now, self.units.get)),
            "json": ("application/json", json.dumps(about, ensure_ascii=False, indent=1, default=self._shown)),
        }
        says = []
        for suffix, (mime, text) in files.items():
            key = f"data:{row.person_id}:{row.id}.{suffix}"  # done again after a crash it overwrites the same file
            file = Attachment(f"data_{local:%Y-%m-%d_%H%M}.{suffix}", mime, text.encode("utf-8", "replace"))
            await self.store.put_attachment(key, file, now + KEPT_FOR, work_id=row.id)
            says.append(Say(f"own_data.{suffix}", {}, attachment=key))
        return result_of(*says)

    def _shown(self, value: object) -> str:
        if isinstance(value, datetime):
            return value.astimezone(self.timezone).isoformat()
        return value.isoformat() if isinstance(value, date) else str(value)


def _is_of_today(file: Mapping[str, object], now: datetime) -> bool:
    until = file["until_at"]
    return isinstance(until, datetime) and until > now
