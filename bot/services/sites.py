"""/penataan: the listed places of one's units, one place's card, and (for admins) a new place; and a place's link."""

from __future__ import annotations

from bot.domain.command_table import Role
from bot.domain.models import Choice, Say
from bot.domain.site_rules import NAME_LENGTH, folded, read_site_number
from bot.domain.sites import Site
from bot.output.words import one_line
from bot.services import site_errands, site_words
from bot.services.ask import Ask
from bot.services.roles import is_admin, role_of
from bot.services.site_access import may_work, visible
from bot.services.site_face import FOUND, Card, page, slot

NEW_WORDS = ("baru", "new")
LIST_SLOT = "sites"


def places(ask: Ask) -> None:
    """/penataan: the list; /penataan P7: its card; /penataan NAME: those called so; /penataan baru NAME: a new one."""
    typed = ask.event.args.strip()
    word, _, rest = typed.partition(" ")
    number = read_site_number(typed)
    if word.casefold() in NEW_WORDS:
        _new(ask, one_line(rest) or "")
    elif number is not None:
        _one(ask, number)
    else:
        _several(ask, folded(typed))


def by_link(ask: Ask, rest: str) -> None:
    """A place's link: NUMBER[_WHAT]. Who works on it gets the card, or is asked for what they found; all others see
    what residents see."""
    typed, _, what = rest.partition("_")
    number = read_site_number(typed)
    site = None if number is None else ask.batch.sites.get(number)
    if site is None or not site.listed:
        officer = role_of(ask.ctx, ask.batch, ask.person) >= Role.OFFICER
        ask.answer(Say("site.unknown" if officer else "site.gone"))
    elif not may_work(ask.ctx, ask.batch, ask.person, site):
        site_words.show_page(ask, site)
    elif what in FOUND:
        site_errands.begin_visit(ask.ctx, ask.batch, ask.person, site, FOUND[what], ask.event.at)
    else:
        _show(ask, site)


def _new(ask: Ask, name: str) -> None:
    if not is_admin(ask.ctx, ask.batch, ask.person):
        ask.answer(Say("refused.admins_only"))
    elif not ask.event.origin.private:
        link = Choice("button.open_chat", url=ask.ctx.deep_link("lapor"))
        ask.answer(Say("refused.in_group", {}, ((link,),)))
    elif not name:
        ask.answer(Say("site.usage_new"))
    elif len(name) > NAME_LENGTH:
        ask.answer(Say("site.trouble.too_long", {"most": NAME_LENGTH}))
    else:
        site_errands.begin_new(ask.ctx, ask.batch, ask.person, name, ask.event.at)


def _one(ask: Ask, number: int) -> None:
    site = ask.batch.sites.get(number)
    if site is None or not site.listed:
        ask.answer(Say("site.unknown"))
    elif site not in visible(ask.ctx, ask.batch, ask.person, ask.event.origin) and not may_work(
        ask.ctx, ask.batch, ask.person, site
    ):
        ask.answer(Say("site.not_yours", {"number": site.number}))
    else:
        _show(ask, site)


def _several(ask: Ask, name: str) -> None:
    ctx, batch, origin = ask.ctx, ask.batch, ask.event.origin
    mine = visible(ctx, batch, ask.person, origin)
    found = [site for site in mine if name in folded(site.name)]
    if not mine:
        ask.answer(Say("site.none_admin" if is_admin(ctx, batch, ask.person) else "site.none"))
    elif not found:
        ask.answer(Say("site.no_match"))
    elif name and len(found) == 1:
        _show(ask, found[0])
    else:
        ask.answer(page(ctx, batch, found, 0, ask.event.at, private=origin.private, turns=not name), slot=LIST_SLOT)


def _show(ask: Ask, site: Site) -> None:
    private = ask.event.origin.private
    admin = is_admin(ask.ctx, ask.batch, ask.person)
    ask.answer(Card(ask.ctx, ask.batch, site, private, admin, ask.event.at).say(), slot=slot(site))
