"""The whole road of a case, for the officers who work on it: what happened, when, by which unit, and why."""

from __future__ import annotations

from bot.domain.models import Incident, Rows, Say
from bot.services.batch import Batch
from bot.services.card_face import place_values
from bot.services.context import Context
from bot.services.roads import state_text, steps_of

STEPS = 20
"""So many of the last steps are shown: a long night fits into one message."""


def road(ctx: Context, batch: Batch, incident: Incident, rows: Rows) -> Say:
    """The card while "Riwayat" is open."""
    notes = {note.id: note for note in batch.dossiers.notes(incident.id)}
    steps = steps_of(ctx, batch.dossiers.history(incident.id), notes)
    values = {**place_values(ctx, incident), "state": state_text(incident), "road": steps[-STEPS:]}
    return Say("card.road.text", values, rows)
