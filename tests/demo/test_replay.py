"""Real reports lived through again: every row is accounted for."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bot.demo.once import tell_replay
from bot.demo.replay import begins, ends
from bot.demo.rows import COLUMNS, WIB, read_rows
from bot.domain.errors import OperatorError

HEAD = ",".join(COLUMNS)

MORNING = [
    "2017-02-21T05:10:00,qlue,,-6.1330,106.8840,JAKARTA UTARA,1,1,65",  # two of one puddle
    "2017-02-21T05:21:00,grasp,40,-6.13302,106.88402,JAKARTA UTARA,1,0,12",
    "2017-02-21T05:12:30,grasp,110,-6.1545,106.8965,JAKARTA UTARA,2,1,0",
    "2017-02-21T05:30:00,detik,,-6.2380,106.9990,,null,1,74",  # Bekasi
    "2017-02-21T05:33:00,qlue,,0,0,,null,1,3",  # a phone without a position
    "2017-02-21T05:34:00,qlue,,-6.3030,106.8890,JAKARTA TIMUR,3,0,20",
]


def written(folder: Path, *rows: str, head: str = HEAD) -> Path:
    """A file of reports."""
    path = folder / "reports.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def told(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """(exit status, what the replay prints)."""
    status = asyncio.run(tell_replay(path, seed=1))
    printed = capsys.readouterr()
    assert printed.err == ""
    return status, printed.out


def figures(out: str) -> dict[str, int]:
    """The outcome's figures, by the words beside them."""
    lines = out[out.rindex("SERVICE_AREA=") :].splitlines()
    found = {}
    for line in lines:
        number, _, words = line.strip().partition(" ")
        if number.replace(",", "").isdigit():
            found[words.strip()] = int(number.replace(",", ""))
    return found


def figure(out: str, words: str) -> int:
    """The figure beside these words."""
    return next(number for beside, number in figures(out).items() if words in beside)


def test_every_row_is_a_report_or_was_told_why_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out = told(written(tmp_path, *MORNING), capsys)
    assert status == 0
    assert figures(out) == {
        "rows, each a resident of its own": 6,
        "reports stored (database): 2 without depth, 2 photos": 4,
        "reports renewed (database)": 0,
        "told that the place is outside (chats)": 1,
        "asked for the place again (chats)": 1,
        "incidents; 1 reports joined one, the largest has 2 reporters": 3,
        "wait for an office": 3,
    }
    assert "✓    rows = stored + renewed + outside + asked back: 6 = 6" in out
    assert "✓    numbers given in chats = stored + renewed: 4 = 4" in out


def test_the_digest_is_the_one_of_that_morning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out = told(written(tmp_path, *MORNING), capsys)
    assert out.count("\nUpdate pukul 06.00 WIB, Sel 21 Feb\n") == 1  # below the map
    assert out.count("\nUpdate pukul 06.00 WIB\nSelasa, 21 Februari 2017\n") == 1
    assert "Kel. Kelapa Gading Barat, Jakarta Utara\n110 cm\n1 warga, sejak 05.12 · " in out
    assert "Kel. Sungai Bambu, Jakarta Utara\n40 cm\n2 warga, sejak 05.10 · " in out


def test_service_area_comes_from_the_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_AREA", "31.72")
    status, out = told(written(tmp_path, *MORNING), capsys)
    assert (status, figure(out, "outside"), figure(out, "stored")) == (0, 2, 3)
    monkeypatch.setenv("SERVICE_AREA", "Jakarta")
    with pytest.raises(OperatorError, match="SERVICE_AREA"):
        told(written(tmp_path, *MORNING), capsys)


def test_it_ends_after_the_first_digest_that_has_all_rows(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, MORNING[0], MORNING[0].replace("05:10:00", "05:55:00")))
    assert begins(rows).astimezone(WIB).isoformat() == "2017-02-21T05:09:00+07:00"
    assert ends(rows).astimezone(WIB).isoformat() == "2017-02-22T06:01:00+07:00"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([MORNING[0], "2017-02-21,qlue,,x,106.9,,,1,0"], "line 3: lat: 'x' is not a latitude in degrees"),
        (["yesterday,qlue,,-6.1,106.9,,,1,0"], "line 2: created_at_wib: 'yesterday' is not a time like"),
        (["2017-02-21T05:00:00,qlue,deep,-6.1,106.9,,,1,0"], "line 2: depth_cm: 'deep' is not a whole number"),
        (["2017-02-21T05:00:00,qlue,-5,-6.1,106.9,,,1,0"], "line 2: depth_cm: '-5' is not a whole number"),
        (["2017-02-21T05:00:00,qlue,,-6.1,206.9,,,1,0"], "line 2: lon: '206.9' is not a longitude in degrees"),
        (["2017-02-21T05:00:00,qlue,,nan,106.9,,,1,0"], "line 2: lat: 'nan' is not a latitude in degrees"),
        (["2017-02-21T05:00:00,qlue,,-6.1,106.9,,,maybe,0"], "line 2: has_image: 'maybe' is not 0 or 1"),
        (["2017-02-21T05:00:00,qlue,,-6.1"], "line 2: ends before lon"),
        ([MORNING[0] + ",more"], "line 2: has more fields"),
        ([], "has no rows"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path: Path, rows: list[str], said: str) -> None:
    with pytest.raises(OperatorError) as caught:
        read_rows(written(tmp_path, *rows))
    assert said in str(caught.value)
    assert "reports.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_without_a_column_says_which(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"line 1: no column lat, has_image"):
        read_rows(written(tmp_path, head=HEAD.replace("lat,", "").replace("has_image,", "")))


def test_a_file_that_is_not_there_or_no_text_says_so(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"nowhere\.csv: cannot be read \(No such file or directory\)"):
        read_rows(tmp_path / "nowhere.csv")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    with pytest.raises(OperatorError, match=r"picture\.csv: is not a CSV file in UTF-8"):
        read_rows(tmp_path / "picture.csv")


@pytest.fixture
def real_reports() -> Path:
    """The floods of 20–22 February 2017."""
    folder = os.environ.get("GENANGAN_EVAL_DATA")
    if not folder:
        pytest.skip("GENANGAN_EVAL_DATA is not set: no real reports to replay")
    return Path(folder) / "reports_2017_02.csv"


def test_a_hundred_real_reports_add_up(real_reports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = real_reports.read_text(encoding="utf-8").splitlines()[1:]
    busy = [line for line in lines if line.startswith("2017-02-21T05:")][:100]
    status, out = told(written(tmp_path, *busy), capsys)
    assert (status, figure(out, "rows")) == (0, 100)
    assert figure(out, "stored") > 80
    assert "✗" not in out
