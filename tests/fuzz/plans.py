"""What takes several messages: a case closed, a place listed, cases merged; with anything in place of what is asked.

Single updates seldom come in the order that leads into the rooms behind; these do.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from bot.demo.botapi import Person
from bot.domain.handling import Reason
from bot.domain.lifecycle import OUTCOMES
from bot.services.card_buttons import WHAT
from bot.services.site_face import FOUND
from tests.e2e.borough import Office
from tests.fuzz import nasty

Update = dict[str, Any]

ERRANDS = (
    *(f"close_{outcome.value}" for outcome in OUTCOMES),
    *("follow", "claim", "refuse", "outside_bbwscc", "hand_31-72-02", "hand_31-72", "hand_31-72-02-1004"),
)
ADDRESSES = (
    "Jl. Mangga 2, Sungai Bambu",
    "Jl. Yos Sudarso depan pompa, banjir selutut",
    "Gg. Kelinci RT 3/10 Papanggo",
)
LABELS = ("Tulis alamat", "Lapor saluran/pompa", "Lapor banjir/genangan")


class Stage(Protocol):
    """What plans need of the crowd."""

    rng: random.Random
    residents: Sequence[Person]
    officers: Sequence[tuple[Person, Office]]

    @property
    def admin(self) -> Person:
        """The admin."""
        ...

    def message(self, person: Person, chat: Mapping[str, Any] | None = None, **fields: Any) -> Update:
        """A message of somebody's."""
        ...

    def text(self, words: str) -> dict[str, Any]:
        """The fields of a text."""
        ...

    def photo(self) -> dict[str, Any]:
        """The fields of a photo."""
        ...

    def location(self) -> dict[str, Any]:
        """A point."""
        ...

    def press(self, who: int, data: str, message: Mapping[str, Any]) -> Update:
        """A button pressed under a message."""
        ...

    def cards(self, office: Office) -> list[Mapping[str, Any]]:
        """The newest messages in an office's chat that have buttons of a case."""
        ...

    def number(self, office: Office | None = None) -> str:
        """The number of a case or report, of those that an office's chat shows."""
        ...


def plan(stage: Stage) -> list[Update]:
    """The updates of one of them, in their order."""
    return stage.rng.choice(_PLANS)(stage)


def _any_answer(stage: Stage, person: Person) -> Update:
    rng = stage.rng
    fields = rng.choice(
        (stage.text(nasty.words(rng)), stage.photo(), stage.photo() | {"caption": nasty.words(rng)[:900]})
    )
    return stage.message(person, **fields)


def _errand(stage: Stage) -> list[Update]:
    officer, office = stage.rng.choice(stage.officers)
    begun = stage.text(f"/start k_{stage.number(office)}_{stage.rng.choice(ERRANDS)}")
    return [stage.message(officer, **begun), *(_any_answer(stage, officer) for _ in range(3))]


def _card(stage: Stage) -> list[Update]:
    """A case taken up, and then what can be done with it, in any order, by an officer of the office that shows it."""
    rng = stage.rng
    officer, office = rng.choice(stage.officers)
    cards = stage.cards(office)
    if not cards:
        return _errand(stage)
    card = rng.choice(cards)
    case_id = case_of(card)
    unit, reason = rng.choice(("31.72.02", "31.72", "31.72.02.1004", "bbwscc", "x")), rng.choice((*Reason, "x"))
    more = {
        "hand_to": unit,
        "hand_why": f"{unit}:{reason}",
        "refuse_why": reason,
        "assign_to": unit,
        "coord_to": unit,
        "outside_to": unit,
        "close_as": rng.choice([outcome.value for outcome in OUTCOMES]),
    }
    acts = ["take", *(rng.choice((*WHAT, *more)) for _ in range(rng.randint(1, 4)))]
    if rng.random() < 0.5:
        acts = ["take", "close_as"]
    data = [f"k:{case_id}:{act}" + (f":{more[act]}" if act in more else "") for act in acts]
    presses = [stage.press(officer.id, each[:64], card) for each in data]
    return [*presses, *(_any_answer(stage, officer) for _ in range(2))]


def case_of(message: Mapping[str, Any]) -> str | None:
    """The id of the case that a message's buttons are about."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    found = [str(button.get("callback_data", "")).split(":") for row in rows for button in row]
    return next((parts[1] for parts in found if parts[0] == "k" and len(parts) > 1), None)


def _visit(stage: Stage) -> list[Update]:
    officer, _ = stage.rng.choice(stage.officers)
    begun = stage.text(f"/start p_P{stage.rng.randint(1, 4)}_{stage.rng.choice((*FOUND, 'x', ''))}")
    return [stage.message(officer, **begun), *(_any_answer(stage, officer) for _ in range(2))]


def _listing(stage: Stage) -> list[Update]:
    named = stage.text(f"/penataan baru {nasty.words(stage.rng)[:60]}")
    return [stage.message(stage.admin, **named), stage.message(stage.admin, location=stage.location())]


def _commands(stage: Stage) -> list[Update]:
    """What admins and officers do by a number or a name."""
    rng, number = stage.rng, stage.number
    officer, office = rng.choice(stage.officers)
    said = nasty.words(rng)[:300]
    alone = (
        *(f"/gabung {number(office)} {number(office)}", f"/gabung {number()} {number()}", f"/pisah {number(office)}"),
        *(f"/blokir {number()} {said}", f"/bukablokir {number()}", "/modebanjir Tanjung Priok on", "/modebanjir koja"),
        *(f"/umumkan semua\n{said}", f"/umumkan {number()}\n{said}", f"/umumkan sungai bambu\n{said}", "/petugas"),
        *("/unit papanggo", "/undang admin", "/undang petugas sungai bambu", "/log", f"/penataan P{rng.randint(1, 4)}"),
        *("/ekspor 7 hari", "/ekspor csv 18-01-2026", "/ekspor geojson januari 2026", "/statistik", "/rawan koja"),
    )
    here = (
        "tugas",
        "penataan",
        "peta",
        "rawan",
        "rekap",
        f"genangan {number(office)}",
        f"rekap jam 18.{rng.randrange(60)}",
    )
    name, _, args = rng.choice(here).partition(" ")
    if rng.random() < 0.6:
        return [stage.message(stage.admin, **stage.text(rng.choice(alone)))]
    topic = {"message_thread_id": 7, "is_topic_message": True} if office.room.info.public.get("is_forum") else {}
    return [
        stage.message(officer, office.room.info.public, **stage.text(f"/{name}@genangan_bot {args}".strip()), **topic)
    ]


def _decided(stage: Stage) -> list[Update]:
    """The last button of what changes much: mode banjir, its lists, two cases made one and one two, announcements."""
    rng = stage.rng
    officer, office = rng.choice(stage.officers)
    cards = stage.cards(office)
    one, other = (case_of(rng.choice(cards)) if cards else "1" for _ in range(2))
    area = rng.choice(("31.72.02", "31.72.03", "31.72.02.1004", "31.72.02.1003"))
    data = (
        *(f"floodmode:{area}:on", f"floodmode:{area}:on", f"floodmode:{area}:off", f"flood:{area}:all"),
        *(
            f"flood:{area}:page:{rng.choice(('0', '1', '-1', '9' * 9, 'x'))}",
            f"gabung:{one}:{other}",
            f"gabung.undo:{one}:{other}",
        ),
        *(f"k:{one}:merge_with:{other}", f"k:{one}:merge_yes:{other}", f"k:{one}:merge_undo:{other}"),
        *(f"pisah:{one}:{other}", f"pisah.ya:{one}:{other}", f"umumkan:{rng.randint(1, 60)}"),
    )
    message = rng.choice(cards) if cards else stage.message(stage.admin, **stage.text("x")).get("message", {})
    return [stage.press(rng.choice((stage.admin.id, officer.id)), rng.choice(data), message)]


def _report(stage: Stage) -> list[Update]:
    rng, person = stage.rng, stage.rng.choice(stage.residents)
    first = rng.choice((stage.text(rng.choice(LABELS)), stage.text("/lapor"), stage.text(f"/start r_{stage.number()}")))
    then = rng.choice((stage.text(rng.choice(ADDRESSES)), {"location": stage.location()}))
    after = stage.text(rng.choice(("40 cm", "selutut", "sepinggang", nasty.words(rng))))
    return [stage.message(person, **first), stage.message(person, **then), stage.message(person, **after)]


_PLANS: Sequence[Callable[[Stage], list[Update]]] = (
    *[_commands] * 8,  # one update each, the others three or more
    *[_decided] * 5,
    *(_card, _card, _card, _errand, _visit, _visit, _listing, _report, _report),
)
