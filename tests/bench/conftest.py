"""What benches measured: one table at the end of the run, and the same as JSON (BENCH_OUT, or `bench.json`)."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a bench; aim: in words, e.g. "≥ 0.4"; empty: there is none."""

    group: str
    name: str
    value: float
    unit: str
    aim: str = ""


@dataclass(slots=True)
class Figures:
    """The figures of a run."""

    found: list[Figure] = field(default_factory=list)

    def add(self, group: str, name: str, value: float, unit: str, aim: str = "") -> None:
        """Note a figure, and say it at once: a long run may be cut off."""
        self.found.append(Figure(group, name, value, unit, aim))
        print(line_of(self.found[-1]))


def line_of(figure: Figure) -> str:
    """A figure as a line of the table."""
    aim = f"   (aim {figure.aim})" if figure.aim else ""
    return f"  {figure.name:<64} {figure.value:>12,.4g} {figure.unit}{aim}"


_RUN = Figures()


@pytest.fixture
def figures() -> Figures:
    """Where a bench notes what it measured."""
    return _RUN


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table and write the JSON, where anything was measured."""
    if not _RUN.found:
        return
    terminalreporter.section("figures")
    for group, rows in groupby(sorted(_RUN.found, key=lambda each: each.group), key=lambda each: each.group):
        terminalreporter.write_line(group)
        for row in rows:
            terminalreporter.write_line(line_of(row))
    path = Path(os.environ.get("BENCH_OUT", "bench.json"))
    about = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
    }
    path.write_text(json.dumps({**about, "figures": [asdict(each) for each in _RUN.found]}, indent=1) + "\n")
    terminalreporter.write_line(f"written to {path}")
