"""What a case card says: the case as it is now, for the officers who work on it. Values only, no words."""

from __future__ import annotations

from datetime import datetime

from bot.domain import tides
from bot.domain.asking import area_values, is_known, known_depth
from bot.domain.distress import distress
from bot.domain.handling import Deadline, Handling, Reason, Step
from bot.domain.map_links import place_url
from bot.domain.models import DEEP_CM, Depth, Incident, Kind, Report, Say, Word
from bot.domain.staff import Note, Wrote
from bot.output.words import clause, one_line, without_contacts
from bot.services.batch import Batch
from bot.services.card_past import Line, earlier_faults, past_of_spot
from bot.services.context import Context
from bot.services.roads import state_text
from bot.services.standing import NOON, named

LONGEST_NAME = 80
"""Characters shown of a street or landmark."""

LONGEST_WORDS = 300

FOLLOW_UPS = 3
"""The latest so many are shown."""


def place_values(ctx: Context, incident: Incident) -> dict[str, object]:
    """Where it is and how it is there: for cards, alerts, and the text that is forwarded."""
    name = one_line(without_contacts(incident.name), LONGEST_NAME)
    return {
        "number": incident.number,
        "map": place_url(incident.lat, incident.lon),
        "place": "card.unnamed" if name is None else "card.named",
        "name": name,
        "area": area_values(ctx.areas.get(incident.area_code or "")),
        "causes": [f"cause.{cause.value}" for cause in incident.causes] or None,
        "faults": [f"fault.{fault.value}" for fault in incident.faults] or None,
        "passability": None if incident.passability is None else f"passability.{incident.passability.value}",
        "reporters": incident.reporters,
        "since": incident.first_seen.isoformat(),
        **known_depth(incident.depth_last),
    }


def face(
    ctx: Context, batch: Batch, incident: Incident, *, why: str | None = None, ask: str | None = None
) -> dict[str, object]:
    """The values of a card.

    Args:
        ctx, batch: the world.
        incident: as it is now.
        why: id of the line that tells why the card comes now.
        ask: id of the question that its buttons answer.
    """
    reports = batch.reports_in(incident.id)
    depth = {} if incident.kind is Kind.DRAIN else {"depth": None, **known_depth(incident.depth_last)}
    overdue = incident.handling.overdue and incident.state.is_open and why != "card.why.overdue"  # said once
    gone = {report.person_id for report in reports if report.word is Word.GONE and not report.passing}
    return {
        **place_values(ctx, incident),
        **depth,
        "faults": [f"fault.{fault.value}" for fault in incident.faults] or "card.no_fault",
        **_other_than(incident.depth_last, first=incident.depth_first, greatest=incident.depth_max),
        "why": why,
        "ask": ask,
        "state": state_text(incident),
        "site": _site(batch, incident),
        "overdue": "card.overdue" if overdue else None,
        "approximate": "card.approximate" if incident.approximate else None,
        "photos": incident.photos or None,
        "last": None if incident.last_seen == incident.first_seen else incident.last_seen.isoformat(),
        "gone": len(gone) or None,
        "flags": _flags(ctx, batch, incident, reports),
        "handled": _handled(ctx, batch, incident),
    }


def _site(batch: Batch, incident: Incident) -> str | None:
    """The listed place that it is counted to."""
    site = batch.sites.at(incident.lat, incident.lon)
    return None if site is None else f"{site.number} {site.name}"


def passed(ctx: Context, incident: Incident) -> Say:
    """What is left of the card in the chat of a unit that the case has left."""
    return Say("card.passed", {**place_values(ctx, incident), "owner": named(ctx, incident.handling.owner)})


def older(ctx: Context, incident: Incident) -> Say:
    """What becomes of a card when a new one is sent in the same chat: nothing that could be taken for the case."""
    return Say("card.older", place_values(ctx, incident))


def _other_than(last: Depth | None, **depths: Depth | None) -> dict[str, object]:
    """Depths as values, those that are known and say something else than the last one."""
    last_cm = None if last is None else last.cm
    told = {name: depth for name, depth in depths.items() if is_known(depth) and depth is not None}
    return {name: known_depth(depth)["depth"] for name, depth in told.items() if depth.cm != last_cm}


def confirmed(incident: Incident, reports: list[Report]) -> bool:
    """Two people say so independently, or an officer has been there."""
    handling = incident.handling
    if handling.worked or handling.step is Step.ON_SITE:
        return True
    last = incident.depth_last
    deep = last is not None and (last.cm or 0) >= DEEP_CM
    who = {r.person_id for r in reports if not deep or (r.depth is not None and (r.depth.cm or 0) >= DEEP_CM)}
    return len(who) > 1


def cry(reports: list[Report]) -> str | None:
    """The latest words of distress that a reporter wrote, without what would tell who it is."""
    cries = [report.note for report in reports if report.note and distress(report.note)]
    return one_line(without_contacts(cries[-1]), LONGEST_WORDS) if cries else None


def in_danger(reports: list[Report]) -> bool:
    """Somebody wrote words of distress."""
    return cry(reports) is not None


def _flags(ctx: Context, batch: Batch, incident: Incident, reports: list[Report]) -> list[Line]:
    deep = incident.depth_last is not None and (incident.depth_last.cm or 0) >= DEEP_CM
    far = sum(report.far for report in reports)
    flags: list[Line] = []
    if (words := cry(reports)) is not None:
        flags.append(_line("card.flag.danger", words=words))
    if incident.state.is_open and deep and not confirmed(incident, reports):
        flags.append(_line("card.flag.unconfirmed"))
    if incident.unsure:
        flags.append(_line("card.flag.unsure"))
    if far:
        flags.append(_line("card.flag.far", n=far))
    if incident.kind is Kind.DRAIN:
        return flags + earlier_faults(batch, incident)
    past, before = past_of_spot(batch, incident)
    if tides.perhaps_tide(incident, ctx.timezone, before):
        flags.append(_line("card.flag.tide"))
    return flags + past


def _handled(ctx: Context, batch: Batch, incident: Incident) -> list[Line]:
    """Who answers for it, how far they are, until when, and what was before."""
    h = incident.handling
    lines = [_line("card.owner", owner=named(ctx, h.owner), on_behalf=named(ctx, h.on_behalf))]
    if incident.state.is_open:
        lines += _due(h)
    counts: dict[str, object] = {"hops": h.hops, "escalations": h.escalations, "reopened": h.reopened}
    told = [f"card.{key}" for key, count in counts.items() if count]
    if told:
        lines.append(_line("card.counts", counts=told, **counts))
    if h.taken_at is not None:
        further = h.step is not None and h.step is not Step.TAKEN and h.step_at is not None
        lines.append(
            _line(
                "card.taken",
                officer=batch.roster.name_of(h.taken_by),
                at=h.taken_at.isoformat(),
                step=f"card.step.{h.step.value}" if further and h.step is not None else None,
                step_at=h.step_at.isoformat() if further and h.step_at is not None else None,
            )
        )
    if incident.state.is_open:
        lines += _waiting_for(ctx, batch, incident)
    lines += [_line("card.helper", unit=named(ctx, code)) for code in h.helpers]
    if h.outside is not None:
        next_on = None if h.outside.next_on is None else datetime.combine(h.outside.next_on, NOON, ctx.timezone)
        lines.append(
            _line(
                "card.outside",
                unit=named(ctx, h.outside.unit),
                letter=h.outside.letter,
                next_on=None if next_on is None else next_on.isoformat(),
            )
        )
    return lines + _written(batch, incident)


def _due(h: Handling) -> list[Line]:
    if h.due_at is not None:
        which = "take_up" if h.deadline is Deadline.TAKE_UP else "finish"
        return [_line(f"card.due.{which}", due=h.due_at.isoformat())]
    return [_line("card.stopped")] if h.left_s is not None else []


def _waiting_for(ctx: Context, batch: Batch, incident: Incident) -> list[Line]:
    h = incident.handling
    if h.offer is not None:
        reason: dict[str, object] = {"reason": f"reason.{h.offer.reason.value}"}
        if h.offer.reason is Reason.WORDS:  # who is asked reads what was written
            written = [note for note in batch.dossiers.notes(incident.id) if note.what is Wrote.HANDING]
            said = done(written[-1]) if written else {}
            reason = {"reason": said.get("done"), "words": said.get("words")}
        until = h.offer.lapses_at.isoformat()
        return [_line("card.offered", unit=named(ctx, h.offer.to), until=until, **reason)]
    if h.assigns:
        return [_line("card.assigns")]
    return [_line("card.bound")] if h.bound else []


def _written(batch: Batch, incident: Incident) -> list[Line]:
    """The latest follow-ups, and what was said at the end."""
    h = incident.handling
    if not (h.worked or h.hops or h.escalations or h.reopened) and incident.state.is_open:
        return []  # nobody can have written yet: no need to look
    notes = batch.dossiers.notes(incident.id)
    follow_ups = [note for note in notes if note.what is Wrote.FOLLOW_UP][-FOLLOW_UPS:]
    lines = [_line("card.follow_up", at=note.at.isoformat(), **done(note)) for note in follow_ups if done(note)]
    closing = [note for note in notes if note.what is Wrote.CLOSING]
    if not incident.state.is_open and closing and incident.ended_at is not None:
        lines.append(_line("card.closed", at=incident.ended_at.isoformat(), **done(closing[-1])))
    return lines


def done(note: Note) -> dict[str, object]:
    """What was done, in an officer's words or by a quick choice, as the value "done"; nothing for a bare photo."""
    if note.quick is not None:
        return {"done": note.quick}
    if note.words:
        return {"done": "card.words", "words": clause(note.words, LONGEST_WORDS)}
    return {}


def _line(text: str, **values: object) -> Line:
    return {"text": text, "values": values}
