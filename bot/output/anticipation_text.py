"""What to expect tomorrow, in words: Telegram HTML, a block for each kecamatan with rain, short enough for a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time

from bot.domain.foresight import NORMAL, Anticipation, Check, Expected
from bot.domain.map_links import place_url
from bot.domain.units import unit_values
from bot.domain.weather import Gate
from bot.output.words import clause, one_line, without_contacts
from bot.texts import Texts, word_id

CHECKS_SHOWN = 5
"""Things to check in one kecamatan; of the others it says how many."""

GATES_SHOWN = 5
LONGEST_NAME = 60
LONGEST_TASK = 80


def anticipation_blocks(
    anticipation: Anticipation,
    texts: Texts,
    language: str,
    now: datetime,
    card_url: Callable[[str], str] | None = None,
) -> list[str]:
    """The blocks, in order; the first begins with the heading.

    Args:
        anticipation: what to tell.
        texts, language: the words.
        now: the reader's present.
        card_url: the number of a case -> a link that opens its card; None: numbers are no links.
    """
    words = _Words(anticipation, texts, language, now, card_url)
    return [
        "\n".join([words.title(), *words.sky()]),
        *map(words.kecamatan, anticipation.expected),
        *words.anyway(),
        *words.foot(),
    ]


class _Words:
    def __init__(
        self,
        anticipation: Anticipation,
        texts: Texts,
        language: str,
        now: datetime,
        card_url: Callable[[str], str] | None,
    ) -> None:
        self._all = anticipation
        self._texts = texts
        self._language = language
        self._now = now
        self._card_url = card_url

    def title(self) -> str:
        """The heading."""
        midday = datetime.combine(self._all.day, time(5), UTC)  # of that date everywhere in Indonesia
        return self._say("title", day=midday)

    def sky(self) -> Iterator[str]:
        """What can be said of the rain without naming a place."""
        for missing in self._all.missing:
            yield self._say(f"missing.{missing.kind}", since=missing.since)
        if self._all.forecast_known and not self._all.expected:
            yield self._say("dry")
        elif self._all.calm:
            yield self._say("calm", names=self._all.calm)
        if self._all.unknown:
            yield self._say("unknown", names=self._all.unknown)

    def kecamatan(self, expected: Expected) -> str:
        """One kecamatan with rain, and what to check there."""
        more = len(expected.checks) - CHECKS_SHOWN
        hours = (expected.from_hour, expected.until_hour)
        from_hour, until_hour = (None if hour is None else f"{hour:02}" for hour in hours)
        return self._say(
            "kecamatan",
            name=expected.name,
            rain=f"anticipation.rain.{expected.rain.name.lower()}",
            from_hour=from_hour,
            until_hour=until_hour,
            checks="\n".join(map(self._check, expected.checks[:CHECKS_SHOWN])),
            more=more if more > 0 else None,
        )

    def anyway(self) -> Iterator[str]:
        """What to check where nobody knows whether it will rain."""
        more = len(self._all.anyway) - CHECKS_SHOWN
        if self._all.anyway:
            shown = "\n".join(map(self._check, self._all.anyway[:CHECKS_SHOWN]))
            yield self._say("anyway", checks=shown, more=more if more > 0 else None)

    def _check(self, check: Check) -> str:
        name = one_line(without_contacts(check.name), LONGEST_NAME)
        is_case = check.kind != "site"
        return self._say(
            f"check.{check.kind}",
            number=None if is_case and self._card_url else check.number,
            linked=check.number if is_case and self._card_url else None,
            card=self._card_url(check.number) if is_case and self._card_url else None,
            map=place_url(check.lat, check.lon),
            name=name or self._texts.plain("anticipation.unnamed", {}, self._language),
            times=check.times,
            unit=None if check.unit is None else unit_values(check.unit),
            faults=[word_id(fault) for fault in check.faults] or "anticipation.fault",
            task=clause(without_contacts(check.task), LONGEST_TASK),
            no_task=None if check.task else "anticipation.task",
        )

    def foot(self) -> list[str]:
        """Gates, the sea, what lies elsewhere, and whose words these are."""
        told = self._all
        lines = []
        if told.elsewhere:
            lines.append(self._say("elsewhere", n=told.elsewhere))
        if told.gates:
            more = len(told.gates) - GATES_SHOWN
            gates = [self._gate(gate) for gate in told.gates[:GATES_SHOWN]]
            lines.append(self._say("gates", gates="; ".join(gates), more=more if more > 0 else None))
        elif told.gates_known:
            lines.append(self._say("gates_normal"))
        if told.sea:
            lines.append(self._say("sea", gates="; ".join(map(self._gate, told.sea[:GATES_SHOWN]))))
        if told.rob:
            lines.append(self._say("rob", n=told.rob))
        sources = ["BMKG"] if told.forecast_known else []
        sources += ["Dinas SDA DKI Jakarta"] if told.gates_known else []
        if sources:
            lines.append(self._say("source", names=sources))
        return ["\n".join(lines)] if lines else []

    def _gate(self, gate: Gate) -> str:
        siaga = f"anticipation.siaga.{min(max(gate.siaga, 1), NORMAL)}"
        return self._say("gate", name=gate.name, cm=round(gate.level_cm), siaga=siaga)

    def _say(self, key: str, **values: object) -> str:
        return self._texts.render(f"anticipation.{key}", values, self._language, self._now)
