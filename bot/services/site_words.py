"""What residents near a listed place say of it: "Sudah rapi" or "Perlu ditata lagi", one tap, changed at any time.

They are asked some time after their case there ended, once in ninety days (so long a message's slot is remembered), and
never at night; and they may say it on the place's page, which its link opens. Enough of them who say that a tidy place
is tidy no more put it back among those to be done, and its unit is told.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.asking import area_values, greeting
from bot.domain.models import Choice, Incident, IncidentEvent, IncidentState, Rows, Say
from bot.domain.outgoing import Priority
from bot.domain.records import Wanted
from bot.domain.site_rules import counted
from bot.domain.sites import Site, SiteState, SiteWord
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.cards import tell_unit
from bot.services.context import Context
from bot.services.pressing import ALREADY, THANKS, TOO_OLD, Press
from bot.services.site_face import Card
from bot.services.telling import QUESTIONS_KEEP, is_night, not_at_night
from bot.services.unit_chats import shown

ASK_AFTER = timedelta(hours=2)
"""So long after the end of a case: first it is asked whether the water is really gone."""

NOT_AGAIN = timedelta(days=30)
"""Who said how it is is not asked for so long."""

DROPPED = Say("site_toast.dropped")

PAGE, QUESTION = "page", "ask"
"""Which message a button belongs to."""


def ask_after(ctx: Context, batch: Batch, incident: Incident, event: IncidentEvent, at: datetime) -> None:
    """A case at a listed place has ended: its reporters are asked how the place is."""
    ended = incident.state in (IncidentState.RECEDED, IncidentState.HANDLED)
    if event.what not in ("closed", "receded") or not ended:
        return
    site = batch.sites.at(incident.lat, incident.lon)
    if site is None:
        return
    due_at = not_at_night(at + ASK_AFTER, ctx.timezone)
    reports = batch.reports_in(incident.id)
    batch.require(Wanted(person_ids=frozenset(report.person_id for report in reports), visits=frozenset({site.id})))
    for report in reports:
        person, said = batch.person(report.person_id), batch.sites.word(site.id, report.person_id)
        if report.passing or report.muted or not person.reachable or person.blocked_at is not None:
            continue
        if said is not None and due_at - said.at < NOT_AGAIN:
            continue
        values = {"name": site.name, "report": report.number}
        batch.say(
            Say("site_word.question", values, _buttons(site, None, QUESTION)),
            due_at,
            person_id=person.id,
            slot=_slot(site, QUESTION),
            once=True,
            priority=Priority.ALERT,
            expires_at=due_at + QUESTIONS_KEEP,
        )


def show_page(ask: Ask, site: Site) -> None:
    """A place as residents see it: what is done there and which unit answers for it, never a person."""
    if ask.person.created_at == ask.event.at:  # who is new here gets the buttons at the bottom with it
        ask.answer(greeting())
    word = ask.batch.sites.word(site.id, ask.person.id)
    ask.answer(_page(ask.ctx, site, None if word is None else word.tidy), slot=_slot(site, PAGE))


def answer(p: Press) -> Say | None:
    """A resident's word."""
    site = p.batch.sites.get(int(p.key))
    where = p.args[2] if len(p.args) > 2 else ""
    if site is None or p.arg not in ("1", "0") or where not in (PAGE, QUESTION):
        return TOO_OLD
    if not site.listed:
        return DROPPED
    tidy = p.arg == "1"
    before = p.batch.sites.word(site.id, p.person.id)
    if before is not None and before.tidy is tidy and (site.visited_at is None or before.at > site.visited_at):
        return ALREADY
    p.batch.sites.put_word(SiteWord(site.id, p.person.id, p.at, tidy))
    after = counted(site, p.batch.sites.words(site.id))
    p.batch.sites.put(after)
    if site.state is SiteState.TIDY and after.state is SiteState.AGAIN:
        _tell(p.ctx, p.batch, after, p.at)
    if where == PAGE:
        p.say(_page(p.ctx, site, tidy), _slot(site, PAGE))
    else:
        values = {"name": site.name, "said": _said(tidy)}
        p.say(Say("site_word.answered", values, _buttons(site, tidy, QUESTION)), _slot(site, QUESTION))
    return THANKS


def _tell(ctx: Context, batch: Batch, site: Site, at: datetime) -> None:
    """Its unit hears that it is not tidy any more, without a sound at night."""
    card = Card(ctx, batch, site, False, False, at).say(why="site.again_by_words")
    quiet = Say(card.text, card.values, card.choices, quiet=is_night(at, ctx.timezone))
    tell_unit(ctx, batch, site.unit, quiet, at, slot=f"site:{site.id}", anew=True)


def _page(ctx: Context, site: Site, tidy: bool | None) -> Say:
    values = {
        "name": site.name,
        "area": area_values(ctx.areas.get(site.area_code or "")),
        "unit": shown(ctx, site.unit),
        "task": site.task,
        "said": "site_word.ask" if tidy is None else _said(tidy),
    }
    return Say("site_word.page", values, _buttons(site, tidy, PAGE))


def _said(tidy: bool) -> str:
    return "site_word.said_tidy" if tidy else "site_word.said_again"


def _buttons(site: Site, tidy: bool | None, where: str) -> Rows:
    """Both answers; after one only the other."""
    key = str(site.id)
    choices = {
        True: Choice("site_button.is_tidy", "tidy", (key, "1", where)),
        False: Choice("site_button.is_not", "tidy", (key, "0", where)),
    }
    return (tuple(choice for says, choice in choices.items() if says is not tidy),)


def _slot(site: Site, where: str) -> str:
    return f"tidy_{where}:{site.id}"
