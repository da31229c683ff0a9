"""What somebody means who types a number."""

from __future__ import annotations

from bot.domain.models import Incident, Report
from bot.domain.numbers import read_number
from bot.services.batch import Batch


def report_typed(batch: Batch, typed: str) -> Report | None:
    """The report with this number, also a withdrawn one."""
    number = read_number(typed)
    return None if number is None else batch.report_numbered(number)


def case_typed(batch: Batch, typed: str) -> Incident | None:
    """The case with this number."""
    number = read_number(typed)
    return None if number is None else batch.incident_numbered(number)


def case_meant(batch: Batch, typed: str) -> Incident | None:
    """The case with this number, or that of the report with it: officers see both numbers."""
    found = case_typed(batch, typed)
    if found is not None:
        return found
    report = report_typed(batch, typed)
    return None if report is None else batch.incident(report.incident_id)
