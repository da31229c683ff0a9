"""What each command does, and who may: one readable table (COMMANDS, at the end)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.asking import greeting
from bot.domain.command_table import Role
from bot.domain.events import Command, SentText
from bot.domain.models import Choice, Kind, Say
from bot.domain.records import Person, WorkRow
from bot.services import (
    announcing,
    auditing,
    blocking,
    errands,
    exporting,
    flood_mode,
    forgetting,
    joining,
    merging,
    own_data,
    recurring,
    roads,
    sharing,
    sites,
    staffing,
    subscribing,
    tasks,
)
from bot.services.ask import Ask
from bot.services.batch import Batch
from bot.services.cancelling import cancel
from bot.services.context import CASE_LINK, Context
from bot.services.dialogue import start
from bot.services.listening import listen
from bot.services.roles import role_of


def as_command(event: SentText) -> Command | None:
    """A residents' command typed without its slash ("batal"), and nothing else. (Officers' are words: "genangan".)"""
    name = event.text.strip().casefold()
    known = COMMANDS.get(name)
    if known is None or known.role is not Role.RESIDENT or not event.origin.private or event.origin.edited:
        return None
    return Command(at=event.at, sender=event.sender, origin=event.origin, name=name)


def obey(ctx: Context, batch: Batch, person: Person, event: Command) -> None:
    """Do what a command says, if this person may."""
    ask = Ask(ctx, batch, person, event)
    command = COMMANDS.get(event.name)
    if command is None:
        ask.answer(Say("refused.unknown"))
    elif command.role is not Role.RESIDENT and role_of(ctx, batch, person) < command.role:
        ask.answer(Say("refused.admins_only" if command.role is Role.ADMIN else "refused.officers_only"))
    elif not event.origin.private and not command.in_groups:
        _elsewhere(ask)
    else:
        command.do(ask)


def _elsewhere(ask: Ask) -> None:
    """What is asked in a group and belongs into the private chat."""
    link = Choice("button.open_chat", url=ask.ctx.deep_link("lapor"))
    ask.answer(Say("refused.in_group", {}, ((link,),)))


def _start(ask: Ask) -> None:
    """The beginning, or what a link says."""
    payload = ask.event.args.strip()
    behind = next((key for key in LINKS if payload.startswith(key)), None)
    if not ask.event.origin.private:
        if payload:
            joining.join_group(ask, payload)
        else:
            _elsewhere(ask)
    elif behind is not None:
        LINKS[behind](ask, payload.removeprefix(behind))
    elif payload == Kind.DRAIN.value:
        start(ask.ctx, ask.batch, ask.person.id, ask.event.at, Kind.DRAIN)
    elif payload == "lapor":
        start(ask.ctx, ask.batch, ask.person.id, ask.event.at, Kind.PUDDLE)
    else:
        ask.answer(greeting())


def _report(ask: Ask) -> None:
    """ "/lapor", perhaps with the report itself behind it."""
    event = ask.event
    if event.args:
        text = SentText(at=event.at, sender=event.sender, origin=event.origin, text=event.args)
        listen(ask.ctx, ask.batch, ask.person, text)
    else:
        start(ask.ctx, ask.batch, ask.person.id, event.at, Kind.PUDDLE)


def _help(ask: Ask) -> None:
    """How to report, and what the role may do beside that; in a unit's group, what officers may."""
    origin = ask.event.origin
    if origin.private:
        role = role_of(ask.ctx, ask.batch, ask.person)
    else:
        units = any(link.chat_id == origin.chat_id for link in ask.batch.roster.links().values())
        role = Role.OFFICER if units else Role.RESIDENT
    parts = {
        "officer": "help.officer" if role >= Role.OFFICER else None,
        "admin": "help.admin" if role is Role.ADMIN else None,
    }
    ask.answer(Say("help.text", parts))


def _language(ask: Ask) -> None:
    choices = (Choice("button.indonesian", "lang", ("id",)), Choice("button.english", "lang", ("en",)))
    ask.answer(Say("language.ask", {}, (choices,)), slot="language")


def _cancel(ask: Ask) -> None:
    """What an officer was about to write, else the report that is being made."""
    if not errands.end(ask.batch, ask.person, ask.event.at):
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
    role: Role = Role.RESIDENT
    in_groups: bool = False


COMMANDS: dict[str, Use] = {
    "start": Use(_start, in_groups=True),
    "lapor": Use(_report),
    "status": Use(roads.status),
    "bantuan": Use(_help, in_groups=True),
    "help": Use(_help, in_groups=True),
    "privasi": Use(forgetting.privacy, in_groups=True),
    "data": Use(own_data.order),
    "hapus": Use(forgetting.ask_to_erase),
    "bahasa": Use(_language),
    "batal": Use(_cancel),
    "tugas": Use(tasks.tasks, Role.OFFICER, in_groups=True),
    "genangan": Use(tasks.case, Role.OFFICER, in_groups=True),
    "peta": Use(tasks.where, Role.OFFICER, in_groups=True),
    "penataan": Use(sites.places, Role.OFFICER, in_groups=True),
    "rawan": Use(recurring.recurring, Role.OFFICER, in_groups=True),
    "rekap": Use(subscribing.recap, Role.OFFICER, in_groups=True),
    "digest": Use(subscribing.recap, Role.OFFICER, in_groups=True),
    "statistik": Use(_work("statistics"), Role.ADMIN, in_groups=True),
    "ekspor": Use(exporting.export, Role.ADMIN),
    "unit": Use(staffing.units, Role.ADMIN),
    "undang": Use(joining.invite, Role.ADMIN),
    "petugas": Use(staffing.officers, Role.ADMIN),
    "gabung": Use(merging.merge, Role.ADMIN),
    "pisah": Use(merging.split, Role.ADMIN),
    "blokir": Use(blocking.block, Role.ADMIN),
    "bukablokir": Use(blocking.unblock, Role.ADMIN),
    "umumkan": Use(announcing.announce, Role.ADMIN),
    "modebanjir": Use(flood_mode.flood_mode, Role.ADMIN),
    "log": Use(auditing.log, Role.ADMIN),
    "kesehatan": Use(_work("health"), Role.ADMIN),
}

LINKS: dict[str, Callable[[Ask, str], None]] = {
    "r_": sharing.shared,
    "k_": errands.by_link,
    "p_": sites.by_link,
    CASE_LINK: tasks.by_link,
    joining.IN_PRIVATE: joining.join,
}
"""What a link that starts the private chat begins with, and what it does with the rest."""
