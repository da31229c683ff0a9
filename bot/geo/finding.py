"""What a method of finding the kelurahan says of a point."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """The likeliest kelurahan of a point.

    Attributes:
        code: None outside of all known kelurahan.
        other: the second likeliest where the point is too near a border to be sure; else None.
        margin_m: see bot.ports.Located.
    """

    code: str | None
    other: str | None
    margin_m: float
