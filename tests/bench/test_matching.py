"""How well reports of one puddle are put together: simulated days, and the real reports of February 2017.

`make bench` prints the figures; with GENANGAN_EVAL_DATA set also those of the real reports, with a map in out/.
"""

from __future__ import annotations

import csv
import json
import os
import random
import time
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.geometry import distance_m
from bot.domain.matching import RULE, Rule, match
from bot.domain.models import Place
from tests.bench.simulation import (
    SETTINGS,
    Decide,
    Grouping,
    Score,
    Setting,
    Told,
    agreement,
    asking,
    day,
    group,
    mean,
    nearest,
    plain_likelihood,
    running_mean,
    score,
    unasking,
)
from tests.helpers.builders import incident
from tests.helpers.clock import EVENING, WIB

pytestmark = pytest.mark.bench

SEEDS = range(63000, 63005)
"""Days the rule's parameters were not chosen on."""

OUT = Path(__file__).parents[2] / "out"
NORTH = "31.72"


# Simulated days


def evaluated(setting: Setting) -> dict[str, Score]:
    """Scores of the rules to compare, averaged over the days of a setting."""
    days = [day(seed, setting) for seed in SEEDS]

    def over(decide: Decide, **how: Any) -> Score:
        made = [group(reports, decide, **how) for reports in days]
        return mean(
            [score(one, [report.puddle for report in reports]) for one, reports in zip(made, days, strict=True)]
        )

    return {
        "75 m": over(nearest(75, 4), centre=running_mean),
        "plain": over(plain_likelihood(1.5, 4, 19)),
        "alone": over(unasking()),
        "unanswered": over(asking()),
        "half answer": over(asking(), answering=0.5),
        "all answer": over(asking(), answering=1.0),
    }


def test_simulated_days() -> None:
    print(
        "\npairwise precision / recall / F1, and the share of reports asked about, in %\n"
        "  75 m: nearest incident within 75 m and 4 h; plain: the likelihood rule with one decay and memory for all;\n"
        "  alone: the bot's rule where nobody can be asked; then the bot's rule, by how many of those asked answer"
    )
    results = {}
    for name, setting in SETTINGS.items():
        results[name] = evaluated(setting)
        print(f"{name:24}" + "  ".join(f"{rule} {_figures(one)}" for rule, one in results[name].items()))
    usual = results["default"]
    assert usual["alone"].f1 >= 0.90
    assert usual["all answer"].f1 >= 0.95
    assert usual["all answer"].asked <= 0.15
    for name, by in results.items():
        assert by["alone"].f1 > by["75 m"].f1, name
        assert by["all answer"].f1 > by["alone"].f1, name


def test_the_rule_is_no_lucky_choice_of_parameters() -> None:
    days = [day(seed, SETTINGS["default"]) for seed in SEEDS[:2]]
    print("\nF1 on the default days, alone and with answers (share asked), with one parameter changed")
    for name, rule in _varied(RULE):
        alone, answered = (
            mean([score(group(reports, decide, answering=1.0), [one.puddle for one in reports]) for reports in days])
            for decide in (unasking(rule), asking(rule))
        )
        print(f"  {name:28} {alone.f1:.3f}  {answered.f1:.3f} ({answered.asked:.0%})")
        assert alone.f1 > 0.88
        assert answered.f1 > 0.93


def test_cost_of_one_match() -> None:
    near = [incident(key, lat=-6.1245 + key * 1e-4, name=f"Jl. Mangga {key}" if key % 2 else None) for key in range(20)]
    places = [Place(-6.1245, 106.8924, accuracy_m=20, name=f"Jl. Mangga {key % 50}") for key in range(2000)]
    costs_us = []
    for place in places:
        started = time.perf_counter()
        match(place, EVENING, near)
        costs_us.append((time.perf_counter() - started) * 1e6)
    print(f"\nmatch() over 20 candidates: median {sorted(costs_us)[1000]:.0f} µs")


# Real reports


@pytest.fixture(scope="module")
def data() -> Path:
    folder = os.environ.get("GENANGAN_EVAL_DATA")
    if not folder:
        pytest.skip("GENANGAN_EVAL_DATA is not set: no real reports to match")
    return Path(folder)


@pytest.fixture(scope="module")
def floods(data: Path) -> list[Told]:
    """The reports of 20 to 22 February 2017, in time order; which puddle they speak of is not known."""
    with (data / "reports_2017_02.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return sorted(
        (
            Told(
                Place(float(row["lat"]), float(row["lon"])),
                datetime.fromisoformat(row["created_at_wib"]).replace(tzinfo=WIB),
                puddle=0,
            )
            for row in rows
        ),
        key=lambda report: report.at,
    )


def test_real_reports(floods: list[Told]) -> None:
    rules = {
        "75 m, 6 h": group(floods, nearest(75, 6), centre=running_mean),
        "plain, 4.5 h, 6 h, 30 m": group(floods, plain_likelihood(4.5, 6, 30)),
        "plain, 1.5 h, 4 h, 19 m": group(floods, plain_likelihood(1.5, 4, 19)),
        "alone": group(floods, unasking()),
        "nobody answers": group(floods, asking()),
    }
    pairs = _near_pairs(floods)
    print(
        f"\n{len(floods)} reports of 20-22 February 2017; of the pairs of reports at a distance and time, those joined"
    )
    bands = [(0, 20), (20, 50), (50, 75), (75, 100), (100, 150)]
    spans = [(0, 6), (6, 12), (12, 24)]
    print(" " * 66 + "".join(f"{f'{low}-{high} m':^{21}}" for low, high in bands))
    print(f"{'incidents alone biggest asked':>66}" + "".join(f"{f'{a}-{b} h':>7}" for _ in bands for a, b in spans))
    for name, made in rules.items():
        sizes = Counter(made.labels).values()
        line = f"{name:26}{len(sizes):15}{sum(size == 1 for size in sizes):8}{max(sizes):8}{made.asked:6}   "
        for low, high in bands:
            for since, until in spans:
                among = [(i, j) for i, j, far, hours in pairs if low <= far < high and since <= hours < until]
                together = sum(made.labels[i] == made.labels[j] for i, j in among)
                line += f"{together}/{len(among)}".rjust(7)
        print(line)
    by_size = Counter(Counter(rules["alone"].labels).values())
    print("incidents by number of reports, alone:", dict(sorted(by_size.items())))
    close = [(i, j) for i, j, far, hours in pairs if far < 20 and hours < 6]
    assert all(rules["alone"].labels[i] == rules["alone"].labels[j] for i, j in close)


def test_real_reports_shaken(floods: list[Told]) -> None:
    before = group(floods, unasking()).labels
    print("\nagreement (pairwise F1) of the real incidents with those made under a change, and how many those are")
    for metres, minutes in ((5, 0), (10, 0), (20, 0), (0, 10), (10, 10)):
        agreed, made = [], []
        for seed in range(5):
            shaken = _shaken(floods, metres, minutes, seed)
            order = sorted(range(len(shaken)), key=lambda i: shaken[i].at)
            grouping = group([shaken[i] for i in order], unasking())
            labels = dict(zip(order, grouping.labels, strict=True))
            agreed.append(agreement([labels[i] for i in range(len(floods))], before).f1)
            made.append(len(grouping.incidents))
        print(f"  places ± {metres:2} m, times ± {minutes:2} min   {sum(agreed) / 5:.3f}  {min(made)}-{max(made)}")
    for name, rule in _varied(RULE):
        grouping = group(floods, unasking(rule))
        agreed = [agreement(grouping.labels, before).f1]
        print(f"  {name:28}   {agreed[0]:.3f}  {len(grouping.incidents)}")
        assert agreed[0] > 0.8


def test_real_reports_on_a_map(floods: list[Told], data: Path) -> None:
    made = group(floods, unasking())
    outlines = _outlines(data / "TRUTH_jakarta_kelurahan.geojson")
    path = OUT / "matching_2017.png"
    OUT.mkdir(exist_ok=True)
    _draw(path, floods, made, outlines)
    print(f"\nmap of the incidents: {path}")


# Helpers


def _figures(one: Score) -> str:
    asked = f" ({one.asked:.0%})" if one.asked else ""
    return f"{one.precision:.3f}/{one.recall:.3f}/{one.f1:.3f}{asked}"


def _varied(rule: Rule) -> list[tuple[str, Rule]]:
    """The rule as it is, and with each of its main parameters a third larger or smaller."""
    varied = [("as it is", rule)]
    for name in ("new_density", "crowding", "unknown_error_m", "least_error_m", "gap_s", "life_s", "again", "again_s"):
        varied += [(f"{name} x {by:.2f}", replace(rule, **{name: getattr(rule, name) * by})) for by in (0.75, 1.33)]
    return varied


def _near_pairs(reports: list[Told]) -> list[tuple[int, int, float, float]]:
    """(index, index, metres, hours) of pairs of reports within 150 m."""
    pairs = []
    for j, late in enumerate(reports):
        for i, early in enumerate(reports[:j]):
            if abs(late.place.lat - early.place.lat) < 0.0014 and abs(late.place.lon - early.place.lon) < 0.0014:
                metres = distance_m(early.place.lat, early.place.lon, late.place.lat, late.place.lon)
                if metres < 150:
                    pairs.append((i, j, metres, (late.at - early.at) / timedelta(hours=1)))
    return pairs


def _shaken(reports: list[Told], metres: float, minutes: float, seed: int) -> list[Told]:
    dice = random.Random(seed)
    return [
        replace(
            report,
            place=replace(
                report.place,
                lat=report.place.lat + dice.gauss(0, metres) / 110_574,
                lon=report.place.lon + dice.gauss(0, metres) / 110_690,
            ),
            at=report.at + timedelta(minutes=dice.uniform(-minutes, minutes)),
        )
        for report in reports
    ]


Line = list[tuple[float, float]]
SQUARE = 0.011
"""Side of a square of the map in degrees, about 1.2 km."""


def _outlines(path: Path) -> list[Line]:
    """Outlines of kelurahan as (lon, lat)."""
    lines: list[Line] = []
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        lines += [[(lon, lat) for lon, lat in ring] for polygon in polygons for ring in polygon]
    return lines


def _draw(path: Path, reports: list[Told], made: Grouping, outlines: list[Line]) -> None:
    """All of Jakarta, its north, and the five squares with the most reports that share an incident."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.collections import LineCollection

    windows = {
        "A": ("Jakarta", (-6.375, 106.68, -6.08, 106.98)),
        "N": ("Jakarta Utara", (-6.185, 106.69, -6.085, 106.975)),
    }
    squares: defaultdict[tuple[int, int], int] = defaultdict(int)
    sizes = Counter(made.labels)
    for key, there in made.incidents.items():
        squares[int(there.lat // SQUARE), int(there.lon // SQUARE)] += sizes[key] - 1
    fullest = sorted(squares, key=lambda square: -squares[square])[:5]
    for panel, (row, column) in zip("BCDEF", fullest, strict=True):
        south, west = row * SQUARE, column * SQUARE
        windows[panel] = (f"from {south:.3f}, {west:.3f}", (south, west, south + SQUARE, west + SQUARE))
    figure, axes = plt.subplot_mosaic(
        [["A", "B"], ["N", "N"], ["C", "D"], ["E", "F"]], figsize=(20, 36), layout="constrained"
    )
    for panel, (title, (south, west, north, east)) in windows.items():
        axis, near = axes[panel], panel not in "AN"
        axis.add_collection(LineCollection(outlines, colors="#b8c4cc", linewidths=0.6, zorder=1))
        for report, label in zip(reports, made.labels, strict=True):
            lat, lon, there = report.place.lat, report.place.lon, made.incidents[label]
            if not (south < lat < north and west < lon < east):
                continue
            colour = plt.get_cmap("tab20")(label % 20) if sizes[label] > 1 else "#555555"
            axis.plot([lon, there.lon], [lat, there.lat], color=colour, linewidth=1, zorder=2)
            axis.scatter(lon, lat, s=18 if near else 4, color=colour, zorder=3)
        for label, there in made.incidents.items():
            if sizes[label] > 1 and south < there.lat < north and west < there.lon < east:
                size, colour = (90 if near else 14) * sizes[label], plt.get_cmap("tab20")(label % 20)
                axis.scatter(there.lon, there.lat, s=size, facecolors="none", edgecolors=[colour], zorder=4)
                if near:
                    axis.annotate(str(sizes[label]), (there.lon, there.lat), fontsize=10, zorder=5)
        if near:
            axis.plot([west + 0.0003, west + 0.0003 + 100 / 110_690], [south + 0.0003] * 2, "k", linewidth=3)
            axis.annotate("100 m", (west + 0.0003, south + 0.0005))
        axis.set(title=title, xlim=(west, east), ylim=(south, north), aspect=1.006)
        axis.ticklabel_format(useOffset=False)
    figure.savefig(path, dpi=60)
    plt.close(figure)
