"""Whatever strangers write and send: readers read it or refuse it as they should, and do not take longer for it.

Each target of targets.py gets inputs put together from what it looks for and what trips programs up, always the same
ones; guided.py looks for others by itself.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import nasty
from tests.fuzz.samples import HOSTILE, JOINTS, PIECES, SAMPLES
from tests.fuzz.targets import BYTES, WORDS

QUICK = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

LONGEST = 4096
"""Characters of a message (Telegram's limit)."""

QUICK_S = 0.03
"""CPU seconds: what takes no longer needs no second look."""

LINEAR = 3.2
"""So many times as long may twice as much take; what is quadratic takes four times as long."""

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
            half = text[: LONGEST // 2 - 1] + text[-1]
            if _cpu_s(partial(WORDS[name], text)) > QUICK_S:
                half_s, whole_s = (min(_cpu_s(partial(WORDS[name], each)) for _ in range(4)) for each in (half, text))
                assert whole_s <= max(QUICK_S, LINEAR * half_s), (
                    f"{whole_s:.3f} s, half of it {half_s:.3f} s: {text[:40]!r}…"
                )


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
            took_s = [min(_cpu_s(partial(BYTES[name], data)) for _ in range(2)) for data in (small, large)]
            assert took_s[1] <= max(0.2, 8 * took_s[0]), f"{took_s} s for {pumped[:60]!r}…"
