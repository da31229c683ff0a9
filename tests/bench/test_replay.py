"""The 1,204 real reports of the floods of 20–22 February 2017, sent to the bot as Telegram messages: do they add up?

`make bench` with GENANGAN_EVAL_DATA set; takes a minute or two.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bot.demo.once import tell_replay


@pytest.mark.bench
def test_all_real_reports_add_up(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = os.environ.get("GENANGAN_EVAL_DATA")
    if not folder:
        pytest.skip("GENANGAN_EVAL_DATA is not set: no real reports to replay")
    monkeypatch.setenv("SERVICE_AREA", "31")
    status = asyncio.run(tell_replay(Path(folder) / "reports_2017_02.csv", seed=1))
    printed = capsys.readouterr()
    outcome = printed.out[printed.out.rindex("── reports") :]
    with capsys.disabled():
        print(f"\n{outcome}")
    assert (status, printed.err) == (0, "")
    assert "1,204 rows" in outcome
    for day in ("20 Februari", "21 Februari", "22 Februari", "23 Februari"):
        assert f"{day} 2017" in printed.out
