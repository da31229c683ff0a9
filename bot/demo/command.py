"""The command `genangan demo`."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from bot.demo.live import show_evening
from bot.demo.once import tell_evening, tell_replay
from bot.demo.world import DemoError
from bot.telemetry import set_up_logging

MISUSE = 2


def demo(asked: argparse.Namespace) -> int:
    """Run the demo as asked. Returns the exit status.

    Raises:
        OperatorError: a file, a setting or a port is wrong.
    """
    if asked.replay is not None and not asked.once:
        print("--replay goes with --once: genangan demo --once --replay FILE.csv", file=sys.stderr)  # noqa: T201
        return MISUSE
    set_up_logging("WARNING", "text")
    _stay_at_home()
    try:
        if asked.replay is not None:
            return asyncio.run(tell_replay(Path(asked.replay), asked.seed))
        if asked.once:
            return asyncio.run(tell_evening(asked.seed))
        return asyncio.run(show_evening(asked.port, asked.seed))
    except DemoError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except BrokenPipeError:  # `| head` has seen enough; nothing may be written to it any more, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _stay_at_home() -> None:
    """The bot talks to this machine only: a proxy that the environment names has no part in it."""
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1")))
