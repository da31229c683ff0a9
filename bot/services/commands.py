"""What each command does, and who may: one readable table (COMMANDS, at the end)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.asking import area_values, greeting, known_depth
from bot.domain.events import Command, SentText
from bot.domain.models import Choice, IncidentState, Kind, Report, Say
from bot.domain.numbers import read_number
from bot.domain.records import Person, WorkRow
from bot.services import receipts
from bot.services.batch import Batch
from bot.services.cancelling import cancel
from bot.services.context import Context
from bot.services.dialogue import start
from bot.services.listening import listen
from bot.services.telling import show_receipt

SHOWN = 5
"""So many of a person's reports /status shows."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A command by a known person."""

    ctx: Context
    batch: Batch
    person: Person
    event: Command

    def answer(self, say: Say, slot: str | None = None) -> None:
        """Answer where it was asked: in the private chat, or in the group."""
        origin = self.event.origin
        if origin.private:
            self.batch.say(say, self.event.at, person_id=self.person.id, slot=slot, anew=slot is not None)
        else:
            self.batch.say(say, self.event.at, chat_id=origin.chat_id, topic_id=origin.topic_id)


def as_command(event: SentText) -> Command | None:
    """A command typed without its slash ("batal"), and nothing else."""
    name = event.text.strip().casefold()
    if name not in COMMANDS or not event.origin.private or event.origin.edited:
        return None
    return Command(at=event.at, sender=event.sender, origin=event.origin, name=name)


def obey(ctx: Context, batch: Batch, person: Person, event: Command) -> None:
    """Do what a command says, if this person may."""
    ask = Ask(ctx, batch, person, event)
    command = COMMANDS.get(event.name)
    if command is None:
        ask.answer(Say("refused.unknown"))
    elif command.admins_only and event.sender.telegram_id not in ctx.admin_ids:
        ask.answer(Say("refused.admins_only"))
    elif not event.origin.private and not command.in_groups:
        link = Choice("button.open_chat", url=ctx.deep_link("lapor"))
        ask.answer(Say("refused.in_group", {}, ((link,),)))
    else:
        command.do(ask)


def _start(ask: Ask) -> None:
    payload, at = ask.event.args.strip(), ask.event.at
    if payload.startswith("r_"):
        _shared(ask, read_number(payload.removeprefix("r_")))
    elif payload == Kind.DRAIN.value:
        start(ask.ctx, ask.batch, ask.person.id, at, Kind.DRAIN)
    elif payload == "lapor":
        start(ask.ctx, ask.batch, ask.person.id, at, Kind.PUDDLE)
    else:
        ask.answer(greeting())


def _shared(ask: Ask, number: str | None) -> None:
    """What a share link shows: the puddle, never whose report it was. One's own is one's receipt."""
    report = ask.batch.report_numbered(number) if number is not None else None
    if report is None or report.withdrawn:
        ask.answer(replace(greeting(), text="shared.gone"))
        return
    if report.person_id == ask.person.id:
        show_receipt(ask.ctx, ask.batch, report, ask.event.at, anew=True)
        return
    incident = ask.batch.incident(report.incident_id)
    mended = incident.kind is Kind.DRAIN and incident.state is IncidentState.RECEDED
    values = {
        "name": incident.name,
        "area": area_values(ask.ctx.areas.get(incident.area_code or "")),
        **known_depth(incident.depth_last),
        "faults": [f"fault.{fault.value}" for fault in incident.faults] or None,
        "since": incident.first_seen.isoformat(),
        "n": incident.reporters,
        "over": None if incident.state.is_open else "state.mended" if mended else f"state.{incident.state.value}",
    }
    ask.answer(replace(greeting(), text=f"shared.{incident.kind.value}", values=values))


def _report(ask: Ask) -> None:
    """ "/lapor", perhaps with the report itself behind it."""
    event = ask.event
    if event.args:
        text = SentText(at=event.at, sender=event.sender, origin=event.origin, text=event.args)
        listen(ask.ctx, ask.batch, ask.person, text)
    else:
        start(ask.ctx, ask.batch, ask.person.id, event.at, Kind.PUDDLE)


def _status(ask: Ask) -> None:
    typed = ask.event.args.strip()
    if typed:
        number = read_number(typed)
        report = ask.batch.report_numbered(number) if number is not None else None
        if report is None or report.person_id != ask.person.id:  # whose it is, is nobody else's business
            ask.answer(Say("status.not_yours", {"number": typed[:20]}))
        elif report.withdrawn:
            ask.answer(receipts.withdrawn(report))
        else:
            show_receipt(ask.ctx, ask.batch, report, ask.event.at, anew=True)
        return
    mine = ask.batch.reports_by(ask.person.id)
    if not mine:
        ask.answer(Say("status.none"))
        return
    ask.answer(
        Say(
            "status.list",
            {
                "items": [_line(ask, report) for report in mine[:SHOWN]],
                "more": len(mine) - SHOWN if len(mine) > SHOWN else None,
            },
        )
    )


def _line(ask: Ask, report: Report) -> dict[str, object]:
    incident = ask.batch.incident(report.incident_id)
    mended = incident.kind is Kind.DRAIN and incident.state is IncidentState.RECEDED
    values: dict[str, object] = {
        "number": report.number,
        "at": report.at.isoformat(),
        "area": area_values(ask.ctx.areas.get(report.place.area_code or "")),
        "name": report.place.name,
        **known_depth(report.depth),
        "fault": None if report.fault is None else f"fault.{report.fault.value}",
        "what": "status.drain" if report.kind is Kind.DRAIN else "status.puddle",
        "state": "state.mended" if mended else f"state.{incident.state.value}",
        "owner": receipts.OWNER if incident.state.is_open else None,
        "region": ask.ctx.region,
        "others": max(0, incident.reporters - 1) or None,
    }
    return {"text": "status.line", "values": values}


def _help(ask: Ask) -> None:
    admin = ask.event.sender.telegram_id in ask.ctx.admin_ids and ask.event.origin.private
    ask.answer(Say("help.text", {"admin": "help.admin" if admin else None}))


def _privacy(ask: Ask) -> None:
    ask.answer(Say("privacy.text"))


def _language(ask: Ask) -> None:
    choices = (Choice("button.indonesian", "lang", ("id",)), Choice("button.english", "lang", ("en",)))
    ask.answer(Say("language.ask", {}, (choices,)), slot="language")


def _cancel(ask: Ask) -> None:
    cancel(ask.ctx, ask.batch, ask.person.id, ask.event.at)


def _work(kind: str) -> Callable[[Ask], None]:
    def do(ask: Ask) -> None:
        origin = ask.event.origin
        asked: dict[str, object] = {"args": ask.event.args[:200]}
        if not origin.private:
            asked |= {"chat_id": origin.chat_id, "topic_id": origin.topic_id}
        ask.batch.put_work(WorkRow(kind, ask.event.at, ask.person.id, asked))

    return do


@dataclass(frozen=True, slots=True)
class Use:
    """What a command does, who may, and whether it may be asked in a group."""

    do: Callable[[Ask], None]
    admins_only: bool = False
    in_groups: bool = False


COMMANDS: dict[str, Use] = {
    "start": Use(_start),
    "lapor": Use(_report),
    "status": Use(_status),
    "bantuan": Use(_help, in_groups=True),
    "help": Use(_help, in_groups=True),
    "privasi": Use(_privacy, in_groups=True),
    "bahasa": Use(_language),
    "batal": Use(_cancel),
    "rekap": Use(_work("summary"), admins_only=True, in_groups=True),
    "digest": Use(_work("summary"), admins_only=True, in_groups=True),
    "statistik": Use(_work("statistics"), admins_only=True, in_groups=True),
    "ekspor": Use(_work("export"), admins_only=True),
}
