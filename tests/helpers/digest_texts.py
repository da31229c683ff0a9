"""The text of digests, as tests read it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.digest_entries import Digest
from bot.domain.handling import Handling
from bot.domain.models import Area, Cause, Incident, IncidentState, Passability
from bot.output.digest_text import digest_parts, plain
from bot.texts import Texts
from tests.helpers.clock import WIB
from tests.helpers.digests import digest_of
from tests.helpers.puddles import AREAS, CODES, DAY_BEFORE, MORNING, puddle

TEXTS = Texts(WIB)
TEBET = Area("31.74.01.1001", "Tebet Timur", "Tebet", "Kota Administrasi Jakarta Selatan")
ALL_AREAS = {**AREAS, TEBET.code: TEBET}
LONG_AGO = DAY_BEFORE - timedelta(days=2)


def parts_of(digest: Digest, language: str = "id", **args: Any) -> list[str]:
    return digest_parts(digest, TEXTS, WIB, language, **args)


def seen(digest: Digest, language: str = "id", **args: Any) -> str:
    """The whole digest as it is seen."""
    return "\n".join(re.sub(r" <https:[^>]*>", "", plain(part)) for part in parts_of(digest, language, **args))


def read(*incidents: Incident, language: str = "id", **args: Any) -> str:
    return seen(digest_of(*incidents, areas=ALL_AREAS, **args), language)


def ended(number: str, state: IncidentState, **changes: Any) -> Incident:
    return puddle(number, 30, state=state, **{"ended_at": MORNING - timedelta(hours=1), **changes})


def card(number: str) -> str:
    return f"https://t.me/a_bot?start=g_{number}"


def long_ones(count: int) -> list[Incident]:
    """Puddles over all kelurahan, with much to say about each."""
    template = puddle(
        "",
        30,
        50,
        causes=(Cause.RAIN, Cause.TIDE),
        passability=Passability.NOBODY,
        unsure=True,
        name="Jl. Mangga Dua 8 di depan pintu masuk pasar yang lama",
        handling=Handling("31.72", due_at=MORNING - timedelta(hours=1), hops=1),
    )
    codes = list(CODES.values())
    return [replace(template, number=f"N{i}", area_code=codes[i % len(codes)]) for i in range(count)]
