"""The pieces of a digest in words: its head, the headings, an entry. How they are put together: digest_text.py."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.domain.depth_range import DepthRange, Trend
from bot.domain.digest import short_kota
from bot.domain.digest_entries import Digest, Entry, Group, Headline, Section, SectionName
from bot.domain.map_links import place_url
from bot.domain.models import Area, IncidentState, Kind
from bot.domain.units import unit_values
from bot.output.words import one_line, without_contacts
from bot.texts import Texts, word_id

LONGEST_NAME = 80
"""Characters shown of a street or landmark."""


@dataclass(frozen=True, slots=True)
class DigestWords:
    """Renders a digest's pieces as Telegram HTML, all seen from the end of its window.

    Attributes:
        timezone: the one that `texts` tells hours in; its name stands beside the hour.
        language: the reader's.
    """

    digest: Digest
    texts: Texts
    timezone: ZoneInfo
    language: str

    def title(self, part: int | None = None, parts: int | None = None) -> str:
        """What every part begins with: what, when, and its number where there are several."""
        at = self.digest.window_to
        zone = f"{at.astimezone(self.timezone):%Z}"
        return self._say("title", region=self.digest.region.upper(), at=at, zone=zone, part=part, parts=parts)

    def head(self) -> str:
        """What the first part goes on with: late or not, and the figures."""
        digest = self.digest
        blocks = [self._say("late", at=digest.window_to)] if digest.late else []
        if digest.empty:
            blocks.append(self._say("nothing", since=digest.window_from))
        else:
            blocks += [self._standing(digest.headline), self._counts(digest.headline)]
        if digest.headline.unconnected:
            blocks.append(
                self._say("unconnected", n=digest.headline.unconnected, cases=digest.headline.on_behalf or None)
            )
        return "\n\n".join(blocks)

    def section(self, section: Section, again: bool) -> str:
        """The heading of a section; what it holds is explained the first time."""
        return self._say(
            f"section.{section.name}",
            n=section.count,
            since=self.digest.window_from,
            again=_again(again),
            about=None if again else f"digest.about.{section.name}",
        )

    def kecamatan(self, group: Group, again: bool) -> str:
        """The heading of a kecamatan, with its kota where the digest speaks of several."""
        if group.area is None:
            return self._say("elsewhere", again=_again(again))
        kota = short_kota(group.area.kota) if self._several_kota() else None
        return self._say("kecamatan", kecamatan=group.area.kecamatan, kota=kota, again=_again(again))

    def kelurahan(self, group: Group, again: bool) -> str | None:
        """The heading of a kelurahan, with how many places it holds where there are several."""
        if group.area is None:
            return None
        n = len(group.entries)
        return self._say("kelurahan", area=_values(group.area), n=n if n > 1 else None, again=_again(again))

    def entry(self, entry: Entry, section: SectionName) -> str:
        """One incident. The map opens at a touch on its name, which also keeps names from being read as links."""
        name = one_line(without_contacts(entry.name), LONGEST_NAME)
        stood = entry.ended_at - entry.since if entry.ended_at else None
        mended = entry.kind is Kind.DRAIN and entry.state is IncidentState.RECEDED
        return self._say(
            f"entry.{section}",
            number=entry.number,
            map=place_url(entry.lat, entry.lon),
            name=name or self._plain("unnamed"),
            area=_values(entry.area) if entry.area else None,
            approximate="digest.approximate" if entry.approximate else None,
            depth=None if entry.kind is Kind.DRAIN else self._depth(entry.depth),
            greatest=self._greatest(entry.depth),
            causes=[word_id(cause) for cause in entry.causes],
            faults=self._faults(entry),
            passability=word_id(entry.passability) if entry.passability else None,
            reporters=entry.reporters,
            since=entry.since,
            last=entry.last_seen,
            ended=entry.ended_at,
            stood_s=None if stood is None else stood.total_seconds(),
            state="digest.mended" if mended else word_id(entry.state),
            owner=unit_values(entry.owner) if entry.owner else None,
            on_behalf=unit_values(entry.on_behalf) if entry.on_behalf else None,
            due=None if entry.overdue else entry.due_at,
            overdue_at=entry.due_at if entry.overdue else None,
            hops=entry.hops or None,
            escalations=entry.escalations or None,
            reopened=entry.reopened or None,
            times=entry.times if entry.times > 1 else None,
            unsure="digest.unsure" if entry.unsure else None,
            new="digest.new" if entry.new else None,
        )

    @staticmethod
    def _faults(entry: Entry) -> list[str] | str | None:
        if entry.kind is Kind.PUDDLE:
            return None
        return [word_id(fault) for fault in entry.faults] or "digest.no_fault"

    def _standing(self, headline: Headline) -> str:
        change = "same"
        if headline.standing != headline.standing_before:
            change = "more" if headline.standing > headline.standing_before else "fewer"
        return self._say(
            "standing" if headline.standing else "none_standing",
            n=headline.standing,
            change=f"digest.{change}",
            before=headline.standing_before,
            since=self.digest.window_from,
            places=[f"{name} {count}" for name, count in headline.places],
        )

    def _counts(self, headline: Headline) -> str:
        now, before = headline.tally, headline.before
        unknown = bool(now.without_depth or before.without_depth)
        drains = bool(now.drains or before.drains)
        return self._say(
            "counts",
            since=self.digest.window_from,
            length_s=(self.digest.window_to - self.digest.window_from).total_seconds(),
            opened=now.opened,
            opened_before=before.opened,
            handled=now.handled,
            handled_before=before.handled,
            levels=[{"text": f"digest.solved.{level}", "values": {"n": n}} for level, n in headline.solved],
            receded=now.receded,
            receded_before=before.receded,
            reports=now.reports,
            reports_before=before.reports,
            reporters=now.reporters,
            reporters_before=before.reporters,
            unknown=now.without_depth if unknown else None,
            unknown_before=before.without_depth,
            drains=now.drains if drains else None,
            drains_before=before.drains,
        )

    def _depth(self, depth: DepthRange | None) -> str:
        if depth is None:
            return self._plain("no_depth")
        one = depth.low_cm == depth.high_cm
        trend = f"digest.{depth.trend}" if depth.trend is not Trend.STEADY else None
        if depth.trend is Trend.FALLING and depth.now_cm > depth.low_cm:
            trend = "digest.falling_to"
        return self._plain(
            "depth",
            about="±" if one and depth.estimated and not depth.or_more else None,
            low=None if one else depth.low_cm,
            high=depth.high_cm,
            more="digest.or_more" if depth.or_more else None,
            guess="digest.guess" if depth.estimated else None,
            trend=trend,
            now_cm=depth.now_cm,
        )

    def _greatest(self, depth: DepthRange | None) -> str | None:
        if depth is None:
            return None
        return self._depth(replace(depth, low_cm=depth.high_cm, now_cm=depth.high_cm, trend=Trend.STEADY))

    def _several_kota(self) -> bool:
        areas = (group.area for section in self.digest.sections for group in section.groups)
        return len({area.kota for area in areas if area}) > 1

    def _say(self, key: str, **values: object) -> str:
        return self.texts.render(f"digest.{key}", values, self.language, self.digest.window_to)

    def _plain(self, key: str, **values: object) -> str:
        return self.texts.plain(f"digest.{key}", values, self.language, self.digest.window_to)


def _values(area: Area) -> dict[str, str]:
    return {"kelurahan": area.kelurahan, "kecamatan": area.kecamatan, "kota": area.kota}


def _again(again: bool) -> str | None:
    return "digest.again" if again else None
