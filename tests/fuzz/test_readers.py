"""Whatever strangers write and send: readers read it or refuse it as they should, and do not take longer for it.

Each target of targets.py gets inputs put together from what it looks for and what trips programs up, always the same
ones; guided.py looks for others by itself.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import nasty
from tests.fuzz.samples import HOSTILE, JOINTS, PIECES, SAMPLES
from tests.fuzz.targets import BYTES, WORDS

QUICK = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

LONGEST = 4096
"""Characters of a message (Telegram's limit)."""

ENOUGH_S = 0.25
"""CPU seconds that a message may take to be read by one reader, and half a megabyte of a file's to be read (×8)."""

PUMPED = (
    *PIECES,
    *" \n\t-,;:",
    "1 ",
    "a ",
    "a.",
    ".a",
    "1,",
    "1-",
    "1-1-",
    ", ",
    "no ",
    "se ",
    "tidak ",
    "tgl ",
    "a@",
    "@a ",
)

_PIECES = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(JOINTS)), max_size=14)
MADE = st.one_of(
    _PIECES.map(lambda pairs: "".join(word + joint for word, joint in pairs)),
    st.sampled_from(nasty.WORDS),
    st.text(max_size=60),
)


def _spliced(seed: int, sample: bytes) -> bytes:
    """A sample with parts of it taken out, doubled, or hostile ones put in."""
    rng, data = random.Random(seed), sample
    for _ in range(rng.choice((1, 1, 2, 5))):
        start = rng.randrange(len(data) + 1)
        end = min(len(data), start + rng.choice((0, 1, 2, 8, 40)))
        piece = rng.choice(HOSTILE) if rng.random() < 0.5 else rng.choice(PIECES).encode()
        put = rng.choice((piece[:300], piece, b"", data[start:end] * 2, bytes([rng.randrange(256)])))
        data = data[:start] + put + data[end:]
    return data


@pytest.mark.parametrize("name", WORDS)
def test_words(name: str) -> None:
    @QUICK
    @given(MADE)
    def run(text: str) -> None:
        WORDS[name](text)

    run()


@pytest.mark.parametrize("name", BYTES)
def test_files_and_feeds(name: str) -> None:
    for whole in (*HOSTILE, b"", *SAMPLES[name]):
        BYTES[name](whole)

    @QUICK
    @given(st.integers(0, 2**32), st.sampled_from(SAMPLES[name]))
    def run(seed: int, sample: bytes) -> None:
        BYTES[name](_spliced(seed, sample))

    run()


def _cpu_s(read: Callable[[], None]) -> float:
    began_s = time.process_time()
    read()
    return time.process_time() - began_s


@pytest.mark.parametrize("name", WORDS)
def test_no_message_takes_long_to_read(name: str) -> None:
    """Every piece, repeated until a message is full, and with something else behind it: a regex that tries every way
    to divide it, or begins anew at each character, shows here."""
    for pumped in PUMPED:
        for text in (
            (pumped * LONGEST)[:LONGEST],
            (pumped * LONGEST)[: LONGEST - 1] + "\u0001",
            "jl " + (pumped * LONGEST)[: LONGEST - 4] + "x",
        ):
            took_s = _cpu_s(lambda text=text: WORDS[name](text))  # type: ignore[misc]
            if took_s > ENOUGH_S:  # perhaps a pause of the machine
                took_s = min(took_s, _cpu_s(lambda text=text: WORDS[name](text)))  # type: ignore[misc]
            assert took_s <= ENOUGH_S, f"{took_s:.2f} s for {text[:40]!r}…"


@pytest.mark.parametrize("name", BYTES)
def test_twice_as_large_takes_no_more_than_twice_as_long(name: str) -> None:
    """A line of a sample, or all of it, over and over: four times as much takes four times as long, and some."""
    for sample in SAMPLES[name]:
        lines = sample.splitlines(keepends=True)
        for head, pumped in (
            (b"", sample + b"\n"),
            (lines[0], lines[-1]),
            (sample[:-1], sample[-30:-1]),
            (b"", b"{"),
            (sample, b"x,"),
        ):
            small, large = (head + pumped * (size // len(pumped)) for size in (100_000, 400_000))
            took_s = [min(_cpu_s(lambda data=data: BYTES[name](data)) for _ in range(2)) for data in (small, large)]  # type: ignore[misc]
            assert took_s[1] <= max(0.2, 8 * took_s[0]), f"{took_s} s for {pumped[:60]!r}…"
