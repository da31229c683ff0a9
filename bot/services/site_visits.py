"""What somebody says of a visit to a listed place: words, and a photo that was not used before."""

from __future__ import annotations

from bot.domain.events import SentPhoto, SentText, SharedLocation, WorkDone
from bot.domain.sites import Site, SiteState
from bot.domain.staff import Errand, PhotoHash
from bot.services import site_work
from bot.services.batch import Batch
from bot.services.context import Context
from bot.services.photo_work import check_site_work
from bot.services.site_access import may_work
from bot.services.site_task import VISIT, SiteTask, refuse, show, stop

LONGEST_WORDS = 1000

_TROUBLES = ("not_fetched", "unreadable")

Said = SentText | SentPhoto | SharedLocation


def heed_visit(task: SiteTask, site: Site, event: Said) -> None:
    text = event.text if isinstance(event, SentText) else event.caption if isinstance(event, SentPhoto) else ""
    before, said = task.get("words"), text.strip()
    words = f"{before}\n{said}" if before and said else said or before
    args: dict[str, object] = {"words": None if words is None else words[:LONGEST_WORDS]}
    if isinstance(event, SentPhoto):
        args |= {"photo": event.file_id, "photo_unique": event.file_unique_id, "album": event.album_id}
    task = task.with_(**args)
    tidy, photo = task.get("found") == SiteState.TIDY.value, task.get("photo")
    if tidy and photo is None:
        task.say("site.ask.photo", stop(task.errand), number=site.number)
    elif tidy and task.get("words") is None:
        task.say("site.ask.words", stop(task.errand), number=site.number)
    elif photo is not None:
        _check_photo(task, site)
    else:
        _record(task, site)


def _record(task: SiteTask, site: Site) -> None:
    found = SiteState(task.get("found") or "")
    site = site_work.visit(
        task.ctx,
        task.batch,
        task.person,
        site,
        found,
        task.at,
        words=task.get("words"),
        photo=task.get("photo"),
        photo_unique=task.get("photo_unique"),
    )
    task.end(task.get("album"))
    task.say("site.done.visit", number=site.number, state=f"site.state.{found.value}")
    show(task, site)


def _check_photo(task: SiteTask, site: Site) -> None:
    """A photo counts only after it was looked at: it must not have been used before, for a case or a listed place."""
    file_id, unique = task.get("photo") or "", task.get("photo_unique") or ""
    task.batch.put_work(check_site_work(file_id, unique, site.id, task.person.id, task.at))
    task.with_(checking=unique).say("site.trouble.checking", number=site.number)


def photo_checked(ctx: Context, batch: Batch, done: WorkDone, errand: Errand) -> None:
    """What came of looking at it. An errand that was ended meanwhile stays so."""
    site = None if errand.site_id is None else batch.sites.get(errand.site_id)
    if errand.args.get("checking") != done.asked.get("file_unique_id") or site is None or errand.act != VISIT:
        return
    task = SiteTask(ctx, batch, batch.person(errand.person_id), errand, done.at)
    if not site.listed or not may_work(ctx, batch, task.person, site):
        refuse(task, site)
        return
    result = done.result or {"trouble": "errand.photo.not_fetched"}
    trouble = str(result.get("trouble") or "").rpartition(".")[2]
    if trouble:
        _without_photo(task, site, trouble if trouble in _TROUBLES else _TROUBLES[0])
    elif result.get("used_in") or result.get("used_at"):
        _without_photo(task, site, "used")
    else:
        _record(task, site)
        if isinstance(made := result.get("hash"), int):
            batch.dossiers.put_hash(PhotoHash(str(errand.args["checking"]), None, made, done.at, site.id))


def _without_photo(task: SiteTask, site: Site, why: str) -> None:
    """That photo does not do: another one is waited for."""
    task = task.with_(photo=None, photo_unique=None, album=None, checking=None)
    task.say(f"site.trouble.{why}", stop(task.errand), number=site.number)
