"""Everybody gets their turn: an answer does not wait long for a digest or an export that is being made beside it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH_S = 0.0005
"""So long a thread goes on computing while another waits for its turn.

An answer changes threads some twenty times, since each look into the database is on a thread of its own: with Python's
5 ms it would wait a tenth of a second beside a spreadsheet that is written.
"""


@contextmanager
def short_turns() -> Iterator[None]:
    """Short turns, and short stops for the garbage collector, until the context ends.

    What is there at its beginning is taken to stay: looking through it again with all that a digest reads would be the
    longest stop of all.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(before)
