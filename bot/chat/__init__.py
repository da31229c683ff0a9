"""The Telegram edge."""

import os

# Durations of python-telegram-bot as timedelta, as its next major version has them; the old form warns at every 429.
os.environ.setdefault("PTB_TIMEDELTA", "true")
