"""What the buttons of listed places do: "site" (a place's card), "sites" (the list), "tidy" (a resident's word).

A button may be old: whether its place is still on the list, and its presser still works there, is asked at each press.
"""

from __future__ import annotations

import math
from dataclasses import replace

from bot.domain.models import Say
from bot.domain.site_rules import RADII_M
from bot.domain.sites import Site
from bot.services import site_errands, site_task, site_work
from bot.services.card_buttons import enrol
from bot.services.pressing import DONE, Press
from bot.services.roles import is_admin
from bot.services.site_access import log, may_work, visible
from bot.services.site_face import FOUND, Card, page, slot

TOO_OLD = Say("site_toast.too_old")
NO_PHOTOS = Say("site_toast.no_photos")
PHOTOS_SENT = Say("site_toast.photos_sent")
DROPPED = Say("site_toast.dropped")
NOT_YOURS = Say("site_toast.not_yours")

LATEST_PHOTOS = 4
"""Beside the one before and the one after."""


def press_list(p: Press) -> Say | None:
    """Another page of the list, "Terdekat dari saya", or "Tidak jadi" under a question."""
    if p.key == "stop":
        errand = p.batch.dossiers.errand(p.person.id)
        if errand is None or not site_task.asks(errand, p.arg):
            return TOO_OLD
        return None if site_errands.end(p.batch, p.person, errand, p.at) else TOO_OLD
    removed = enrol(p)
    if not p.batch.roster.units_of(p.person.id) and not is_admin(p.ctx, p.batch, p.person):
        return Say("work.removed" if removed else "work.no_officer")
    sites = visible(p.ctx, p.batch, p.person, p.origin)
    if not sites:
        return TOO_OLD
    if p.key == "near":
        if not p.origin.private:
            return TOO_OLD
        site_errands.begin_near(p.ctx, p.batch, p.person, p.at)
        return None
    here = (float(p.args[1]), float(p.args[2])) if len(p.args) == 3 else None
    if here is not None and not all(map(math.isfinite, here)):
        return TOO_OLD
    _say(p, page(p.ctx, p.batch, sites, int(p.key), p.at, private=p.origin.private, here=here), "sites")
    return None


def press_card(p: Press) -> Say | None:
    """A button of a place's card, or its number under the list."""
    removed = enrol(p)
    site = p.batch.sites.get(int(p.key))
    if site is None:
        return TOO_OLD
    if not p.batch.roster.units_of(p.person.id) and not is_admin(p.ctx, p.batch, p.person):
        return Say("work.removed" if removed else "work.no_officer")
    shown = site in visible(p.ctx, p.batch, p.person, p.origin)
    if not shown and not may_work(p.ctx, p.batch, p.person, site):
        return NOT_YOURS if site.listed else DROPPED
    if p.arg == "show" and site.listed:
        _say(p, _card(p, site).say(), slot(site), anew=True)
        return None
    if not may_work(p.ctx, p.batch, p.person, site):
        return NOT_YOURS
    if not site.listed:
        _say(p, Say("site.dropped", {"number": site.number, "name": site.name}), slot(site))
        return DROPPED
    if p.arg in FOUND:
        site_errands.begin_visit(p.ctx, p.batch, p.person, site, FOUND[p.arg], p.at)
        return None
    if p.arg == "photos":
        return _send_photos(p, site)
    return _change(p, site) if is_admin(p.ctx, p.batch, p.person) and p.origin.private else NOT_YOURS


def _change(p: Press, site: Site) -> Say | None:
    """What an admin changes."""
    more = p.args[2] if len(p.args) > 2 else ""
    match p.arg:
        case "edit" | "drop" | "back":
            _say(p, _card(p, site).say({"back": "main"}.get(p.arg, p.arg)), slot(site))
        case "task" | "due":
            site_errands.begin_change(p.ctx, p.batch, p.person, site, p.arg, p.at)
        case "unit":
            unit = p.ctx.units.get(more)
            if unit is None or unit.outside:
                return TOO_OLD
            return _put(p, site, replace(site, unit=unit.code))
        case "radius" if RADII_M[0] <= float(more) <= RADII_M[1]:
            return _put(p, site, replace(site, radius_m=float(more)))
        case "drop_yes":
            site_work.drop(p.ctx, p.batch, p.person, site, p.at)
            _say(p, Say("site.dropped", {"number": site.number, "name": site.name}), slot(site))
        case _:
            return TOO_OLD
    return None


def _put(p: Press, site: Site, changed: Site) -> Say:
    site_work.change(p.ctx, p.batch, p.person, site, changed, p.at)
    _say(p, _card(p, changed).say("edit"), slot(site))
    return DONE


def _send_photos(p: Press, site: Site) -> Say:
    """Before, after, and of the last visits: to the officer's private chat."""
    photos: dict[str, tuple[str, str | None]] = {}
    for visit in p.batch.sites.visits(site.id)[-LATEST_PHOTOS:]:
        if visit.photo is not None:
            photos[visit.photo] = ("site.which.visit", visit.at.isoformat())
    for photo, which in ((site.photo_after, "site.which.after"), (site.photo_before, "site.which.before")):
        if photo is not None:
            photos[photo] = (which, photos.get(photo, ("", None))[1])
    if not photos:
        return NO_PHOTOS
    for photo, (which, at) in photos.items():
        values = {"number": site.number, "name": site.name, "which": which, "at": at}
        p.batch.say(Say("site.photo", values, photo=photo), p.at, person_id=p.person.id)
    log(p.ctx, p.batch, p.person, site, "site_photos", p.at)
    return PHOTOS_SENT


def _card(p: Press, site: Site) -> Card:
    return Card(p.ctx, p.batch, site, p.origin.private, is_admin(p.ctx, p.batch, p.person), p.at)


def _say(p: Press, say: Say, slot_: str, *, anew: bool = False) -> None:
    private = p.origin.private
    p.batch.say(
        say,
        p.at,
        person_id=p.person.id if private else None,
        chat_id=None if private else p.origin.chat_id,
        topic_id=None if private else p.origin.topic_id,
        slot=slot_,
        anew=anew,
    )
