"""Between two digests, when things move: "Update pukul 15.00", edited rather than repeated within the hour.

One is posted when many new puddles were told of within an hour, or a gate stands at Siaga 2 or 1. What a digest has
told is no news any more: only what came after it counts. All is read from the database and put back with the message in
one commit, so a restart or a crash at any point neither repeats nor loses one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.asking import area_values
from bot.domain.errors import BrokenConstraint
from bot.domain.feed_content import known_feeds
from bot.domain.feed_states import GATES
from bot.domain.map_links import place_url
from bot.domain.models import Incident, Kind, Say
from bot.domain.outgoing import Outgoing, Priority
from bot.domain.records import Changes, PostedDigest
from bot.domain.schedule import next_slot
from bot.domain.subscriptions import ChannelUpdate
from bot.domain.units import UnitTree, unit_values
from bot.domain.weather import Gate
from bot.domain.week import NOT_COUNTED
from bot.output.words import one_line, without_contacts
from bot.ports import AreaLookup, Store
from bot.services.case_lists import worst_first
from bot.services.region import served_region

HOUR = timedelta(hours=1)
"""So far back new puddles are counted, and so long an update is changed instead of repeated."""

CHANGE_AFTER = timedelta(minutes=5)
"""So often at most it is changed."""

QUIET_BEFORE = timedelta(minutes=10)
"""So shortly before a digest nothing is posted: the digest tells it."""

ALARM = 2
"""A gate at this Siaga class or a worse one (1) is news."""

NORMAL = 4
"""The class of a gate that is not above normal, and taken where none is known."""

ALARM_AGAIN = timedelta(hours=6)
"""A gate that stands as high as when it was last told of is told of again after so long."""

WORST = 3
GATES_SHOWN = 3
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Scene:
    """How things are at a moment.

    Attributes:
        at: that moment.
        opened: puddles first told of within the hour before.
        standing: open puddles, a series counted once.
        worst: the worst of them.
        gates: those at ALARM or worse, worst first.
        siaga: the worst class of all gates.
    """

    at: datetime
    opened: int
    standing: int
    worst: Sequence[Incident]
    gates: Sequence[Gate]
    siaga: int


@dataclass(frozen=True, slots=True)
class Updates:
    """Posts updates between digests.

    Attributes:
        times: DIGEST_TIMES, local times of day in `timezone`; at least one.
        channel_id: where they go; None: nowhere.
        new_incidents: UPDATE_NEW_INCIDENTS: so many new puddles within an hour make one; 0: there are none at all.
        gates_known: GATES_URL is set.
    """

    store: Store
    areas: AreaLookup
    units: UnitTree
    times: Sequence[time]
    timezone: ZoneInfo
    channel_id: int | None
    new_incidents: int
    gates_known: bool = False

    async def post_due(self, now: datetime) -> bool:
        """Post an update, or change the last one, where that is due; whether something stands in the outbox."""
        if self.channel_id is None or not self.new_incidents:
            return False
        if next_slot(now, self.times, self.timezone) - now <= QUIET_BEFORE:
            return False
        digest = await self.store.last_digest(self.channel_id, now)
        last = await self.store.last_update(self.channel_id, now)
        if last is not None and now - last.started_at < HOUR:
            return await self._change(last, digest, now)
        fresh = _puddles(await self.store.first_seen_between(now - HOUR, now))
        gates = await self._gates(now)
        if not self._moves(fresh, gates, digest, last, now):
            return False
        started_at = now.astimezone(UTC)
        return await self._put(
            ChannelUpdate(self.channel_id, started_at, now, 0), digest, await self._scene(now, gates)
        )

    def _moves(
        self,
        fresh: Sequence[Incident],
        gates: Sequence[Gate],
        digest: PostedDigest | None,
        last: ChannelUpdate | None,
        now: datetime,
    ) -> bool:
        """Whether enough has happened that no digest has told: new puddles, or a gate that rose."""
        told_until = digest.window_to if digest is not None else now - HOUR
        if sum(each.first_seen > told_until for each in fresh) >= self.new_incidents:
            return True
        siaga = _worst_class(gate for gate in gates if digest is None or gate.at > told_until)
        known = NORMAL if last is None or now - last.changed_at >= ALARM_AGAIN else last.siaga
        return siaga <= ALARM and siaga < known

    async def _change(self, last: ChannelUpdate, digest: PostedDigest | None, now: datetime) -> bool:
        """Change the update of this hour, where its figures are others by now and no digest has come after it."""
        if now - last.changed_at < CHANGE_AFTER or (digest is not None and digest.window_to >= last.started_at):
            return False
        scene = await self._scene(now, await self._gates(now))
        if (scene.opened, scene.siaga) == (last.opened, last.siaga):
            before = await self._scene(last.changed_at, scene.gates)
            if (before.standing, _shown(before.worst)) == (scene.standing, _shown(scene.worst)):
                return False
        return await self._put(replace(last, changed_at=now), digest, scene)

    async def _put(self, update: ChannelUpdate, digest: PostedDigest | None, scene: Scene) -> bool:
        """Remember the update and put its message into the outbox, in one commit."""
        update = replace(update, opened=scene.opened, siaga=scene.siaga)
        message = Outgoing(
            Say("update.text", await self._values(scene, digest)),
            due_at=scene.at,
            chat_id=update.channel_id,
            priority=Priority.DIGEST,
            slot=f"update:{update.started_at.isoformat()}",
            expires_at=next_slot(scene.at, self.times, self.timezone),
        )
        try:
            async with self.store.transaction() as tx:
                await tx.flush(Changes(updates=[update], outbox=[message]))
        except BrokenConstraint:  # another process was quicker
            return False
        return True

    async def _scene(self, at: datetime, gates: Sequence[Gate]) -> Scene:
        incidents = await self.store.incidents_as_of(at, ended_after=at)
        standing = _standing(incidents)
        return Scene(
            at=at,
            opened=len(_puddles(await self.store.first_seen_between(at - HOUR, at))),
            standing=len(standing),
            worst=standing[:WORST],
            gates=sorted((each for each in gates if each.siaga <= ALARM), key=lambda each: (each.siaga, each.name)),
            siaga=_worst_class(gates),
        )

    async def _gates(self, now: datetime) -> Sequence[Gate]:
        """What the feed of gates says, where it can be relied on."""
        if not self.gates_known:
            return ()
        return known_feeds(await self.store.feed_states(), {GATES}, now).gates

    async def _values(self, scene: Scene, digest: PostedDigest | None) -> dict[str, object]:
        values: dict[str, object] = {
            "region": served_region(self.areas).upper(),
            "at": scene.at.isoformat(),
            "zone": f"{scene.at.astimezone(self.timezone):%Z}",
            "standing": scene.standing,
            "opened": scene.opened,
            "gates": [_gate_line(gate) for gate in scene.gates[:GATES_SHOWN]],
            "worst": None,
            "next": next_slot(scene.at, self.times, self.timezone).isoformat(),
        }
        if len(scene.gates) > GATES_SHOWN:
            more = {"text": "update.more_gates", "values": {"n": len(scene.gates) - GATES_SHOWN}}
            values["gates"] = [*(_gate_line(gate) for gate in scene.gates[:GATES_SHOWN]), more]
        if scene.worst:
            items = [self._line(n, incident) for n, incident in enumerate(scene.worst, start=1)]
            values["worst"] = [{"text": "update.worst", "values": {"items": items}}]
        if digest is not None:
            at = digest.window_to
            incidents = await self.store.incidents_as_of(at, ended_after=at)
            before = len(_standing(incidents))
            change = "same" if scene.standing == before else "more" if scene.standing > before else "fewer"
            values |= {"before": before, "since": at.isoformat(), "change": f"update.{change}"}
        return values

    def _line(self, n: int, incident: Incident) -> dict[str, object]:
        name = one_line(without_contacts(incident.name), LONGEST_NAME)
        depth = incident.depth_last
        owner = self.units.chain(incident.handling.owner)[0]
        values: dict[str, object] = {
            "n": n,
            "number": incident.number,
            "map": place_url(incident.lat, incident.lon),
            "place": "update.named" if name else "update.unnamed",
            "name": name,
            "area": area_values(self.areas.get(incident.area_code) if incident.area_code else None),
            "depth": None
            if depth is None
            else {"level": depth.level.value, "cm": depth.cm, "measured": depth.measured},
            "reporters": incident.reporters,
            "first_seen": incident.first_seen.isoformat(),
            "state": f"state.{incident.state.value}",
            "owner": unit_values(owner),
        }
        return {"text": "update.line", "values": values}


def _puddles(incidents: Iterable[Incident]) -> list[Incident]:
    return [each for each in incidents if each.kind is Kind.PUDDLE and each.state not in NOT_COUNTED]


def _standing(incidents: Iterable[Incident]) -> list[Incident]:
    """The open puddles, worst first; of the occurrences of one series (rob) the worst alone."""
    found: dict[tuple[str, int], Incident] = {}
    for each in worst_first(each for each in _puddles(incidents) if each.state.is_open):
        key = ("case", each.id) if each.series_id is None else ("series", each.series_id)
        found.setdefault(key, each)
    return list(found.values())


def _worst_class(gates: Iterable[Gate]) -> int:
    return min((gate.siaga for gate in gates), default=NORMAL)


def _shown(incidents: Iterable[Incident]) -> list[object]:
    """What is read of them."""
    return [(each.id, each.name, each.depth_last, each.state, each.handling.owner) for each in incidents]


def _gate_line(gate: Gate) -> dict[str, object]:
    values = {"name": gate.name, "siaga": gate.siaga, "level": gate.level_cm, "at": gate.at.isoformat()}
    return {"text": "update.gate", "values": values}
