"""One process serves a database; the second is told which one, and a dead one holds nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.errors import StoreError, StoreTaken
from storage import acquire_lock
from tests.storage.files import ROOT, forbid_writing, url_of

_SERVE = """
import sys, time
from storage import acquire_lock
lock = acquire_lock(sys.argv[1])
print("serving", flush=True)
time.sleep(60)
"""


def test_a_second_serving_process_is_told_who_serves(tmp_path: Path) -> None:
    url = url_of(tmp_path / "data" / "genangan.db")
    with acquire_lock(url):
        with pytest.raises(
            StoreTaken, match=rf"DATABASE_URL names .*: process {os.getpid()} already serves it"
        ) as error:
            acquire_lock(url)
        assert "end that one first" in str(error.value)
    acquire_lock(url).release()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    url = url_of(tmp_path / "genangan.db")
    serving = subprocess.Popen([sys.executable, "-c", _SERVE, url], stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert serving.stdout is not None
        assert serving.stdout.readline() == b"serving\n"
        with pytest.raises(StoreTaken, match=f"process {serving.pid} already serves it"):
            acquire_lock(url)
    finally:
        serving.kill()
        serving.communicate()
    acquire_lock(url).release()


def test_a_lock_that_cannot_be_made_is_told(as_anyone: Path) -> None:
    forbid_writing(as_anyone)
    with pytest.raises(StoreError, match=r"DATABASE_URL names .*Permission denied: give this user the right"):
        acquire_lock(url_of(as_anyone / "genangan.db"))
