"""The command `genangan demo`."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path

from bot.demo.live import show_evening
from bot.demo.once import tell_evening, tell_replay
from bot.demo.world import DemoError
from bot.telemetry import set_up_logging

MISUSE = 2
STOPPED = 130


def demo(asked: argparse.Namespace) -> int:
    """Run the demo as asked. Returns the exit status.

    Raises:
        OperatorError: a file, a setting or a port is wrong.
    """
    if asked.replay is not None and not asked.once:
        print("--replay goes with --once: genangan demo --once --replay FILE.csv", file=sys.stderr)  # noqa: T201
        return MISUSE
    if asked.out is not None and not asked.once:
        print("--out goes with --once: genangan demo --once --out FOLDER", file=sys.stderr)  # noqa: T201
        return MISUSE
    set_up_logging("WARNING", "text")
    _stay_at_home()
    try:
        if asked.replay is not None:
            return _run(tell_replay(Path(asked.replay), asked.seed, asked.out))
        if asked.once:
            return _run(tell_evening(asked.seed, asked.out))
        return _run(show_evening(asked.port, asked.seed))
    except DemoError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except BrokenPipeError:  # `| head` has seen enough; nothing may be written to it any more, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(telling: Coroutine[None, None, int]) -> int:
    """Run it; Ctrl-C and SIGTERM end it in good order, so that nothing stays behind."""

    async def until_told() -> int:
        task = asyncio.current_task()
        if task is not None:
            for name in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(name, task.cancel)
        return await telling

    try:
        return asyncio.run(until_told())
    except asyncio.CancelledError:
        return STOPPED


def _stay_at_home() -> None:
    """The bot talks to this machine only: a proxy that the environment names has no part in it."""
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1")))
