"""The buttons under questions: which puddle, which kelurahan, is it here, which language; and /rekap's."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import asking, conversation
from bot.domain.geometry import distance_m
from bot.domain.matching import rule_for
from bot.domain.models import Report, Say
from bot.domain.records import WorkRow
from bot.domain.staff import ADMIN
from bot.services import addresses, receipts
from bot.services.adding import set_area
from bot.services.dialogue import take
from bot.services.pressing import ALREADY, DONE, OVER, TOO_OLD, Press, own_open
from bot.services.regrouping import join_incident, settle_sure
from bot.services.roles import is_admin
from bot.services.telling import show_receipt


@own_open
def same(p: Press, report: Report) -> Say | None:
    """One of the offered incidents is this report's."""
    chosen = int(p.arg)
    slot = receipts.same_slot(report.id)
    if not report.unsure:
        return ALREADY
    try:
        incident = p.batch.incident(chosen)
    except KeyError:
        return TOO_OLD
    # offered only within that radius; the incident's centre may have moved since
    far = distance_m(report.place.lat, report.place.lon, incident.lat, incident.lon)
    if far > 2 * rule_for(report.kind).offer_radius_m:
        return TOO_OLD
    if not incident.state.is_open or incident.kind is not report.kind:
        p.say(Say("answered.late", {"number": report.number}), slot)
        return OVER
    joined = join_incident(p.batch, report, incident, p.at)
    p.say(Say("answered.same", {"number": report.number}), slot)
    show_receipt(p.ctx, p.batch, joined, p.at)
    return DONE


@own_open
def none(p: Press, report: Report) -> Say | None:
    """None of the offered incidents is this report's."""
    if not report.unsure:
        return ALREADY
    settle_sure(p.batch, report, p.at)
    p.say(Say(f"answered.none.{report.kind.value}", {"number": report.number}), receipts.same_slot(report.id))
    return DONE


@own_open
def area(p: Press, report: Report) -> Say | None:
    """In which kelurahan the point lies."""
    located = p.ctx.areas.locate(report.place.lat, report.place.lon)
    found = next((each for each in (located.area, located.other) if each is not None and each.code == p.arg), None)
    if found is None:  # the point was moved, or this was never asked
        return TOO_OLD
    set_area(p.ctx, p.batch, report, p.arg, p.at)
    values = {"number": report.number, "area": asking.area_values(found)}
    p.say(Say("answered.area", values), receipts.area_slot(report.id))
    return DONE


def here(p: Press) -> Say | None:
    """ "Ya, di sini" and "Bukan" under a pin."""
    draft = p.batch.draft(p.person.id)
    if draft is None or draft.id != int(p.key) or (draft.filed and not conversation.is_moving(draft, p.at)):
        return TOO_OLD
    choose = addresses.confirm if p.act == "here" else addresses.deny
    step = choose(p.ctx, draft, int(p.arg), p.at)
    if step is None:
        return ALREADY
    take(p.ctx, p.batch, p.person.id, step, p.at)
    return None


def kecamatan(p: Press) -> Say | None:
    """A kecamatan for an address in words."""
    return None if addresses.choose_kecamatan(p.ctx, p.batch, p.person.id, p.key, p.at) else _late(p)


def kelurahan(p: Press) -> Say | None:
    """A kelurahan for an address in words."""
    step = addresses.choose_kelurahan(p.ctx, p.batch, p.person.id, p.key, p.at)
    if step is None:
        return _late(p)
    take(p.ctx, p.batch, p.person.id, step, p.at)
    return None


def _late(p: Press) -> Say:
    """An address question that is not open any more: answered a moment ago, or long over."""
    draft = p.batch.draft(p.person.id)
    return ALREADY if draft is not None and draft.place is not None else TOO_OLD


def write(p: Press) -> Say | None:
    """ "Tulis alamat" where the location button does not work."""
    addresses.begin(p.ctx, p.batch, p.person.id, p.at)
    return None


def language(p: Press) -> Say | None:
    """A language; the keyboard at the bottom changes with it."""
    if p.key not in ("id", "en"):
        return TOO_OLD
    if p.person.language_chosen and p.person.language == p.key:
        return ALREADY
    p.batch.put_person(replace(p.person, language=p.key, language_chosen=True))
    chosen = Say("language.chosen", {}, asking.BUTTONS, keyboard="ask")
    p.batch.say(chosen, p.at, person_id=p.person.id)
    return None


def post(p: Press) -> Say | None:
    """ "Kirim ke kanal" under /rekap. Whoever pressed is checked, however old the button."""
    if not is_admin(p.ctx, p.batch, p.person):
        return Say("refused.admins_only")
    looked_at = int(p.key)
    if not 0 <= looked_at <= p.at.timestamp():
        return TOO_OLD
    p.batch.put_work(WorkRow("post", p.at, p.person.id, {"at": looked_at}))
    p.batch.roster.log(p.person.id, ADMIN, "posted", "", p.at)
    return Say("toast.posting")
