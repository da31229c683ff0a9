"""How what the settings ask for is made, for the serving bot and for commands alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib import resources
from pathlib import Path

from bot.backup import Tools
from bot.check import Parts
from bot.clock import SystemClock
from bot.domain.backups import Copied, Restored
from bot.domain.errors import RoutingError
from bot.domain.routing import Routing
from bot.domain.routing_file import read_routing
from bot.domain.units import UnitTree
from bot.feeds.making import feeds_of, switched_on
from bot.geo.areas import AreaIndex
from bot.geo.geocoder import NominatimGeocoder
from bot.ports import AreaLookup, Clock, Feed, Geocoder, Store
from bot.services.digest_maker import DigestMaker
from bot.settings import Settings
from bot.texts import Texts
from storage import Vault, acquire_lock, open_reader, open_store
from storage.restoring import restore
from storage.upgrading import try_upgrade, upgrade


def area_index(settings: Settings) -> AreaIndex:
    """The areas that the settings ask for. Raises OperatorError."""
    if settings.areas_geojson is not None:
        return AreaIndex.from_geojson(settings.areas_geojson, settings.service_area)
    return AreaIndex.from_reference_points(settings.service_area)


def routing_of(settings: Settings, areas: AreaLookup) -> Routing:
    """The rules of ROUTING_FILE, or those that come with the product. Raises RoutingError."""
    path = settings.routing_file
    try:
        shipped = resources.files("bot").joinpath("routing.toml")
        text = (shipped if path is None else path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = f"cannot be read ({type(error).__name__}); it must be a text file in UTF-8 that we may read"
        raise RoutingError([f"ROUTING_FILE: {path} {what}"]) from None
    source = "routing.toml of the product" if path is None else str(path)
    return read_routing(text, source, areas.all_served(), lambda lat, lon: areas.locate(lat, lon).served)


def check_parts() -> Parts:
    """What `genangan check` tries, made as the program makes it."""
    clock = SystemClock()

    def make_geocoder(settings: Settings, areas: AreaLookup) -> Geocoder | None:
        return None if settings.geocoder_url is None else NominatimGeocoder(settings.geocoder_url, areas, None, clock)

    def make_feeds(settings: Settings, areas: AreaLookup) -> Sequence[Feed]:
        return feeds_of(settings, areas, clock)

    return Parts(
        clock, acquire_lock, open_store, area_index, make_geocoder, make_feeds, routing_of, open_reader, vault_of
    )


def vault_of(settings: Settings) -> Vault:
    """Where backups lie. Raises OperatorError."""
    return Vault(settings.database_url, settings.backup_folder, settings.backup_keep, settings.timezone)


def tools() -> Tools:
    """What commands about backups and upgrades work with."""

    async def make(settings: Settings, now: datetime, out: Path | None, force: bool) -> Copied:
        return await vault_of(settings).make(now, out, replace=force)

    def put_back(settings: Settings, file: Path, now: datetime, dry_run: bool, force: bool) -> Restored:
        return restore(vault_of(settings), file, now, dry_run=dry_run, force=force)

    return Tools(
        SystemClock(),
        acquire_lock,
        make,
        put_back,
        lambda settings: try_upgrade(vault_of(settings)),
        lambda settings, now: upgrade(vault_of(settings), now),
    )


def geocoder_of(settings: Settings, areas: AreaIndex, store: Store, clock: Clock) -> Geocoder | None:
    """The geocoder, where one is set up."""
    if settings.geocoder_url is None:
        return None
    return NominatimGeocoder(settings.geocoder_url, areas, store, clock)


def digest_maker(
    settings: Settings, store: Store, areas: AreaLookup, units: UnitTree, texts: Texts, bot_name: str
) -> DigestMaker:
    """Who makes digests."""
    return DigestMaker(store, texts, areas, units, settings.timezone, bot_name, switched_on(settings))
