"""What the operator sees of the running program: log lines, and metrics."""

from bot.telemetry.logs import set_up_logging
from bot.telemetry.metrics import Metrics

__all__ = ["Metrics", "set_up_logging"]
