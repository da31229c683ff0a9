"""What a kota is called. Pure."""

from __future__ import annotations


def short_kota(name: str) -> str:
    """ "Kota Administrasi Jakarta Utara" -> "Jakarta Utara", as everybody calls it."""
    return name.removeprefix("Kota ").removeprefix("Kabupaten ").removeprefix("Administrasi ")
