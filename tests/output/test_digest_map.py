"""The digest as a map: which marks, which words."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.digest_entries import Digest
from bot.domain.handling import Handling
from bot.domain.map_base import MapBase
from bot.domain.models import Incident, IncidentState, Kind
from bot.output.digest_map import map_picture
from bot.output.pictures import MapPicture, Mark
from bot.texts import Texts
from tests.helpers.clock import WIB
from tests.helpers.digests import digest_of
from tests.helpers.puddles import AREAS, MORNING, puddle, rainy_night

BASE = MapBase(
    served={code: area.kelurahan for code, area in AREAS.items()},
    kecamatan={code[:8]: area.kecamatan for code, area in AREAS.items()},
    centres=dict.fromkeys(AREAS, (-6.13, 106.88)),
    points=[(code, -6.13, 106.88) for code in AREAS],
)


def picture_of(digest: Digest, base: MapBase = BASE, language: str = "id") -> MapPicture:
    return map_picture(digest, base, Texts(WIB), WIB, language)


def mark_of(incident: Incident) -> Mark:
    (mark,) = picture_of(digest_of(incident)).marks
    return mark


def ended(state: IncidentState, **changes: object) -> Incident:
    return puddle("KA7", 30, 70, 10, **{"state": state, "ended_at": MORNING, **changes})  # type: ignore[arg-type]


def test_a_mark_tells_depth_people_and_what_is_overdue() -> None:
    late = Handling("31.72", due_at=MORNING - timedelta(hours=1))
    open_ = puddle("KA7", 30, 70, 10, lat=-6.1, lon=106.8, reporters=4, handling=late)
    assert mark_of(open_) == Mark(-6.1, 106.8, 10, 4, overdue=True, label=1)
    assert mark_of(puddle("KA7")).depth_cm is None
    assert mark_of(puddle("KA7", kind=Kind.DRAIN)) == Mark(-6.13, 106.88, None, 1, drain=True)


def test_what_is_gone_is_hollow_with_the_greatest_depth_it_had() -> None:
    for state in (IncidentState.RECEDED, IncidentState.HANDLED):
        mark = mark_of(ended(state))
        assert (mark.receded, mark.depth_cm, mark.label) == (True, 70, None)


def test_what_was_no_puddle_or_nobody_knows_of_or_is_mended_is_not_drawn() -> None:
    for incident in (
        ended(IncidentState.NOT_FOUND),
        ended(IncidentState.UNHEARD),
        ended(IncidentState.RECEDED, kind=Kind.DRAIN),
    ):
        assert picture_of(digest_of(incident)).marks == ()


def test_the_worst_carry_the_numbers_that_they_have_in_the_text() -> None:
    digest = digest_of(*rainy_night())
    labels = {mark.label for mark in picture_of(digest).marks if mark.label}
    assert labels == set(range(1, 10))
    assert [entry.number for entry in digest.hot][:3] == ["PL8", "KA7", "RB9"]


def test_all_marks_are_drawn_however_many() -> None:
    assert len(picture_of(digest_of(*(puddle(f"N{n}", 30) for n in range(400)))).marks) == 400


def test_the_words() -> None:
    late = Handling("31.72", due_at=MORNING - timedelta(hours=1))
    words = picture_of(digest_of(puddle("A2B", 30, handling=late), puddle("C3D", area_code=None))).words
    assert words.title == "Genangan Jakarta Utara"
    assert words.subtitle == "Senin, 19 Januari 2026, 06.00 WIB · 2 titik masih tergenang, 1 lewat tenggat"
    assert words.outside == "1 titik di luar peta"
    assert words.depths == [(0, "di bawah 30 cm"), (30, "30–69 cm"), (70, "70–149 cm"), (150, "150 cm lebih")]
    calm = picture_of(digest_of(), language="en").words
    assert calm.subtitle == "Monday, 19 January 2026, 06:00 WIB · 0 places under water"
    assert calm.outside is None


def test_the_source_says_whether_borders_are_exact() -> None:
    exact = MapBase(BASE.served, BASE.kecamatan, BASE.centres, rings={})
    assert "perkiraan" in picture_of(digest_of()).words.source
    assert "perkiraan" not in picture_of(digest_of(), exact).words.source
