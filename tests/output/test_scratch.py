"""Scratch folders go with their process: at once, or with the next one."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.output.scratch import PREFIX, scratch

HOLD = "from bot.output.scratch import scratch\nwith scratch() as folder:\n  print(folder, flush=True)\n  input()"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for temporary files of our own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    yield tmp_path
    assert not list(tmp_path.glob(f"{PREFIX}*"))


def holding() -> tuple[subprocess.Popen[str], Path]:
    """Another process with a scratch folder."""
    root = Path(__file__).parents[2]
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", HOLD], cwd=root, stdin=pipe, stdout=pipe, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_it_is_there_while_needed_and_goes_with_all_that_is_in_it() -> None:
    with scratch() as folder:
        (folder / "rows").mkdir()
        (folder / "rows" / "1").write_text("x")
        with scratch() as other:
            assert other != folder
        assert (folder / "rows" / "1").exists()
    assert not folder.exists()


def test_what_a_killed_process_left_is_removed_by_the_next() -> None:
    process, left = holding()
    with process:
        (left / "half.xlsx").write_bytes(b"PK")
        process.kill()
        process.wait()
        assert left.exists()
        with scratch():
            assert not left.exists()


def test_what_another_process_works_in_stays() -> None:
    process, theirs = holding()
    with process:
        with scratch():
            assert theirs.exists()
        process.communicate("\n")
    assert not theirs.exists()
