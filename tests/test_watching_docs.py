"""docs/watching.md and docs/alerts.yml say what is there: every metric, every alarm, every path."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.domain.health import Trouble
from bot.settings.values import HEALTH_PATH, METRICS_PATH
from bot.telemetry.catalog import COUNTERS, GAUGES, HISTOGRAMS, PREFIX, Kind

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "watching.md").read_text(encoding="utf-8")
RULES = (DOCS / "alerts.yml").read_text(encoding="utf-8")

EXPOSED: dict[str, Kind] = {
    **{f"{PREFIX}{name}_total": kind for name, kind in COUNTERS.items()},
    **{f"{PREFIX}{name}": kind for name, kind in {**HISTOGRAMS, **GAUGES}.items()},
}

RULE = re.compile(
    r"""      - alert: (?P<alert>[A-Z][A-Za-z]+)
        expr: (?P<expr>[^\n#"']*(?:"[^"\n]*"[^\n#"']*)*)
        for: (?P<hold>\d+[mh])
        labels:
          severity: (?P<severity>warning|critical)
        annotations:
          summary: "(?P<summary>[^"\\\n]+)"
"""
)
"""A rule as Prometheus reads it; kept to one form, so that a slip in the indentation is seen here."""


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(text: str) -> dict[str, str]:
    """First cell in code marks -> the rest of its row."""
    return dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", text, re.MULTILINE))


def test_every_metric_has_its_row_with_its_kind_and_labels() -> None:
    found = rows(section("/metrics"))
    assert sorted(found) == sorted(EXPOSED)
    kinds = {"counter": COUNTERS, "histogram": HISTOGRAMS, "gauge": GAUGES}
    for name, row in found.items():
        bare = name.removeprefix(PREFIX).removesuffix("_total")
        assert bare in kinds[row.partition(" | ")[0]]
        assert [label for label in EXPOSED[name].labels if f"`{label}`" not in row] == []


def test_every_alarm_has_its_row_in_the_order_of_looking() -> None:
    assert list(rows(section("Alarms"))) == [what.value for what in Trouble]


def test_the_pages_are_where_they_are_said_to_be() -> None:
    for path in (HEALTH_PATH, METRICS_PATH):
        assert f"\n## {path}\n" in PAGE


def test_the_rules_are_a_rule_file() -> None:
    head, *rules = re.split(r"(?=^      - alert: )", RULES, flags=re.MULTILINE)
    assert re.sub(r"^#[^\n]*\n", "", head, flags=re.MULTILINE) == "groups:\n  - name: genangan\n    rules:\n"
    assert [rule for rule in rules if RULE.fullmatch(rule) is None] == []
    names = [rule["alert"] for rule in RULE.finditer(RULES)]
    assert len(names) == len(rules) == len(set(names))


@pytest.mark.parametrize("rule", list(RULE.finditer(RULES)), ids=lambda rule: str(rule["alert"]))
def test_a_rule_asks_only_for_what_is_there(rule: re.Match[str]) -> None:
    expr = rule["expr"]
    assert expr.count("(") == expr.count(")")
    names = re.findall(rf"{PREFIX}[a-z_]+", expr)
    assert names or "up{" in expr or "process_start_time_seconds{" in expr
    for name in names:
        histogram = name.removesuffix("_bucket")
        assert name in EXPOSED or histogram.removeprefix(PREFIX) in HISTOGRAMS
    for name, labels in re.findall(rf"({PREFIX}[a-z_]+){{([^}}]*)}}", expr):
        assert set(re.findall(r"(\w+)=", labels)) <= set(EXPOSED[name].labels)
    for kinds in re.findall(r'what=~"([^"]+)"', expr):
        assert set(kinds.split("|")) <= {what.value for what in Trouble}
