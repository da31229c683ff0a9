"""Ids that are put together while the program runs: every value has its text, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

import bot
from bot.domain.depth_classes import CLASS_COUNT, class_words
from bot.domain.depth_range import Trend
from bot.domain.digest_entries import SectionName
from bot.domain.feed_content import ALL_KINDS
from bot.domain.handling import Level
from bot.domain.hours import HoursProblem
from bot.domain.models import IncidentState, Word
from bot.domain.performance import NO_CASES
from bot.domain.periods import PeriodProblem
from bot.domain.sites import SiteState
from bot.domain.weather import Rain
from bot.output.export_files import Form
from bot.output.tables import INCIDENTS, REPORTS, SITES, SPOTS, UNITS
from bot.services.auditing import NAMED
from bot.services.casework import QUICK
from bot.services.digests import Posting
from bot.services.exporting import SPANS
from bot.services.site_face import FOUND
from bot.texts import LANGUAGES, read_catalog

CHANGES = ("more", "fewer", "same")
ENDS = [state for state in IncidentState if not state.is_open and state not in NO_CASES]
LISTED = [state for state in SiteState if state is not SiteState.DROPPED]
RAINS = [rain.name.lower() for rain in Rain]
TABLES = (INCIDENTS, REPORTS, UNITS, SPOTS, SITES)

FAMILIES: dict[str, Iterable[object]] = {
    "anticipation.check.": ("spot", "site", "drain"),
    "anticipation.missing.": ALL_KINDS,
    "anticipation.rain.": [rain.name.lower() for rain in Rain if rain is not Rain.NONE],
    "anticipation.siaga.": (1, 2, 3, 4),
    "audit.what.": NAMED,
    "button.": SPANS.values(),
    "digest.": [trend for trend in Trend if trend is not Trend.STEADY],
    "digest.end.": [state for state in ENDS if state is not IncidentState.UNHEARD],
    "digest.outcome.": ("open", *ENDS),
    "digest.section.": SectionName,
    "export.": Form,
    "export.column.": {column.key for table in TABLES for column in table.columns},
    "export.level.": Level,
    "export.outcome.": ENDS,
    "export.period.": PeriodProblem,
    "export.rain.": RAINS,
    "export.site.": LISTED,
    "export.table.": [table.key for table in TABLES],
    "export.word.": Word,
    "figures.posting.": Posting,
    "post.part_of.": Level,
    "quick.": QUICK,
    "site.ask.": (*FOUND.values(), "task", "due"),
    "site.trouble.": ("not_fetched", "unreadable"),
    "site.level.": Level,
    "site.state.": LISTED,
    "site.view.": ("edit", "drop"),
    "site_block.": Level,
    "spot.rain.": RAINS,
    "state.": IncidentState,
    "subscription.": HoursProblem,
    "unit.": Level,
    "update.": CHANGES,
    "week.": CHANGES,
    "week.rain.": map(int, Rain),
}
"""What an id begins with -> what may follow."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("prefix", FAMILIES)
def test_every_value_has_its_text(prefix: str, language: str) -> None:
    wanted = {f"{prefix}{value}" for value in FAMILIES[prefix]}
    assert wanted - set(read_catalog(language)) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_class_of_depth_has_its_text(language: str) -> None:
    assert {class_words(index) for index in range(CLASS_COUNT)} <= set(read_catalog(language))


@pytest.mark.parametrize(
    ("module", "section"),
    [
        *((f"output/digest_{name}.py", "digest.") for name in ("words", "concerns", "sections", "text", "caption")),
        ("output/digest_map.py", "map."),
        ("output/week_chart.py", "week."),
        ("output/anticipation_text.py", "anticipation."),
    ],
)
def test_every_key_of_a_section_that_a_module_names_has_its_text(module: str, section: str) -> None:
    """`say("title")` there is the text "digest.title"."""
    source = (Path(bot.__file__).parent / module).read_text(encoding="utf-8")
    keys = set(re.findall(r'\b(?:say|_say|plain|heading)\(\s*(?:words, )?"([a-z_.]+)"', source))
    assert keys
    assert {key if key.startswith(section) else section + key for key in keys} - set(read_catalog("id")) == set()
