"""A program that never answers and never ends: `python -m tests.helpers.idle`."""

from __future__ import annotations

import time

if __name__ == "__main__":
    time.sleep(600)
