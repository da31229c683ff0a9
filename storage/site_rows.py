"""Records to rows and back: listed places, who was there, and what residents say of them."""

from __future__ import annotations

from datetime import date

from bot.domain.sites import Site, SiteState, SiteWord, Visit
from storage.codec import from_us, from_us_or_none, to_us, to_us_or_none
from storage.rows import Params, Row


def site_params(site: Site) -> Params:
    """Columns of `sites`."""
    return {
        "id": site.id,
        "name": site.name,
        "lat": site.lat,
        "lon": site.lon,
        "radius_m": site.radius_m,
        "area_code": site.area_code,
        "unit": site.unit,
        "at": to_us(site.at),
        "task": site.task,
        "due_on": None if site.due_on is None else site.due_on.isoformat(),
        "state": site.state,
        "photo_before": site.photo_before,
        "photo_after": site.photo_after,
        "visited_at": to_us_or_none(site.visited_at),
        "visits": site.visits,
        "tidied_at": to_us_or_none(site.tidied_at),
        "tidy_words": site.tidy_words,
        "again_words": site.again_words,
    }


def site(row: Row) -> Site:
    """A row of `sites`."""
    return Site(
        id=row["id"],
        name=row["name"],
        lat=row["lat"],
        lon=row["lon"],
        radius_m=row["radius_m"],
        area_code=row["area_code"],
        unit=row["unit"],
        at=from_us(row["at"]),
        task=row["task"],
        due_on=None if row["due_on"] is None else date.fromisoformat(row["due_on"]),
        state=SiteState(row["state"]),
        photo_before=row["photo_before"],
        photo_after=row["photo_after"],
        visited_at=from_us_or_none(row["visited_at"]),
        visits=row["visits"],
        tidied_at=from_us_or_none(row["tidied_at"]),
        tidy_words=row["tidy_words"],
        again_words=row["again_words"],
    )


def visit_params(visit: Visit) -> Params:
    """Columns of `site_visits`."""
    return {
        "site_id": visit.site_id,
        "unit": visit.unit,
        "person_id": visit.person_id,
        "at": to_us(visit.at),
        "found": visit.found,
        "words": visit.words,
        "photo": visit.photo,
        "photo_unique": visit.photo_unique,
    }


def visit(row: Row) -> Visit:
    """A row of `site_visits`."""
    return Visit(
        site_id=row["site_id"],
        unit=row["unit"],
        person_id=row["person_id"],
        at=from_us(row["at"]),
        found=SiteState(row["found"]),
        words=row["words"],
        photo=row["photo"],
        photo_unique=row["photo_unique"],
    )


def site_word_params(word: SiteWord) -> Params:
    """Columns of `site_words`."""
    return {"site_id": word.site_id, "person_id": word.person_id, "at": to_us(word.at), "tidy": word.tidy}


def site_word(row: Row) -> SiteWord:
    """A row of `site_words`."""
    return SiteWord(row["site_id"], row["person_id"], from_us(row["at"]), bool(row["tidy"]))
