"""Listed places at a desk: put on the list as an admin or an import does it, and read from the database."""

from __future__ import annotations

from bot.domain.records import Changes
from bot.domain.sites import Site
from tests.helpers.casework import LAT, LON
from tests.helpers.desk import ADMIN, Desk


async def listed(desk: Desk, *these: Site) -> None:
    """Put them down as they are."""
    async with desk.store.transaction() as tx:
        await tx.flush(Changes(sites=these))


async def enlisted(desk: Desk, name: str, *, radius_m: float | None = None) -> Site:
    """An admin lists a place at LAT, LON."""
    await desk.text(ADMIN, f"/penataan baru {name}")
    await desk.location(ADMIN, LAT, LON)
    if radius_m is not None:
        await desk.press(ADMIN, f"{radius_m:g} m")
    return (await sites(desk))[-1]


async def sites(desk: Desk) -> list[Site]:
    """Those on the list."""
    return [site for site in await desk.store.sites() if site.listed]
