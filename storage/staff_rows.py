"""Records to rows and back: units' chats, officers, what they write and do, mode banjir, series, hashes of photos."""

from __future__ import annotations

import json

from bot.domain.staff import (
    Audit,
    Errand,
    Flood,
    FloodList,
    Invite,
    Invited,
    Note,
    Officer,
    PhotoHash,
    Series,
    UnitLink,
    Wrote,
)
from storage.codec import from_us, from_us_or_none, to_json, to_us, to_us_or_none
from storage.rows import Params, Row


def link_params(link: UnitLink) -> Params:
    """Columns of `unit_links`."""
    return {
        "unit": link.unit,
        "at": to_us(link.at),
        "chat_id": link.chat_id,
        "topic_id": link.topic_id,
        "person_id": link.person_id,
    }


def link(row: Row) -> UnitLink:
    """A row of `unit_links`."""
    return UnitLink(row["unit"], from_us(row["at"]), row["chat_id"], row["topic_id"], row["person_id"])


def officer_params(officer: Officer) -> Params:
    """Columns of `officers`."""
    return {
        "person_id": officer.person_id,
        "unit": officer.unit,
        "name": officer.name,
        "at": to_us(officer.at),
        "removed_at": to_us_or_none(officer.removed_at),
    }


def officer(row: Row) -> Officer:
    """A row of `officers`."""
    return Officer(row["person_id"], row["unit"], row["name"], from_us(row["at"]), from_us_or_none(row["removed_at"]))


def invite_params(invite: Invite) -> Params:
    """Columns of `invites`."""
    return {
        "hash": invite.hash,
        "kind": invite.kind,
        "unit": invite.unit,
        "made_by": invite.made_by,
        "at": to_us(invite.at),
        "expires_at": to_us(invite.expires_at),
        "used_at": to_us_or_none(invite.used_at),
        "used_by": invite.used_by,
    }


def invite(row: Row) -> Invite:
    """A row of `invites`."""
    return Invite(
        hash=row["hash"],
        kind=Invited(row["kind"]),
        unit=row["unit"],
        made_by=row["made_by"],
        at=from_us(row["at"]),
        expires_at=from_us(row["expires_at"]),
        used_at=from_us_or_none(row["used_at"]),
        used_by=row["used_by"],
    )


def flood_params(flood: Flood) -> Params:
    """Columns of `floods`."""
    return {
        "kecamatan": flood.kecamatan,
        "since": to_us(flood.since),
        "by": flood.by,
        "until": to_us_or_none(flood.until),
    }


def flood(row: Row) -> Flood:
    """A row of `floods`."""
    return Flood(row["kecamatan"], from_us(row["since"]), row["by"], from_us_or_none(row["until"]))


def flood_list_params(each: FloodList) -> Params:
    """Columns of `flood_lists`."""
    return {"kelurahan": each.kelurahan, "changed": each.changed, "drawn_at": to_us_or_none(each.drawn_at)}


def flood_list(row: Row) -> FloodList:
    """A row of `flood_lists`."""
    return FloodList(row["kelurahan"], bool(row["changed"]), from_us_or_none(row["drawn_at"]))


def series_params(series: Series) -> Params:
    """Columns of `series`."""
    return {
        "id": series.id,
        "number": series.number,
        "lat": series.lat,
        "lon": series.lon,
        "cell": series.cell,
        "area_code": series.area_code,
        "name": series.name,
        "owner": series.owner,
        "started_at": to_us(series.started_at),
        "last_at": to_us(series.last_at),
        "times": series.times,
        "ended_at": to_us_or_none(series.ended_at),
    }


def series(row: Row) -> Series:
    """A row of `series`."""
    return Series(
        id=row["id"],
        number=row["number"],
        lat=row["lat"],
        lon=row["lon"],
        cell=row["cell"],
        area_code=row["area_code"],
        name=row["name"],
        owner=row["owner"],
        started_at=from_us(row["started_at"]),
        last_at=from_us(row["last_at"]),
        times=row["times"],
        ended_at=from_us_or_none(row["ended_at"]),
    )


def note_params(note: Note) -> Params:
    """Columns of `notes`."""
    return {
        "id": note.id,
        "incident_id": note.incident_id,
        "unit": note.unit,
        "person_id": note.person_id,
        "what": note.what,
        "at": to_us(note.at),
        "words": note.words,
        "quick": note.quick,
        "photo": note.photo,
        "photo_unique": note.photo_unique,
    }


def note(row: Row) -> Note:
    """A row of `notes`."""
    return Note(
        id=row["id"],
        incident_id=row["incident_id"],
        unit=row["unit"],
        person_id=row["person_id"],
        what=Wrote(row["what"]),
        at=from_us(row["at"]),
        words=row["words"],
        quick=row["quick"],
        photo=row["photo"],
        photo_unique=row["photo_unique"],
    )


def errand_params(errand: Errand) -> Params:
    """Columns of `errands`."""
    return {
        "person_id": errand.person_id,
        "incident_id": errand.incident_id,
        "act": errand.act,
        "at": to_us(errand.at),
        "args": to_json(errand.args),
        "site_id": errand.site_id,
    }


def errand(row: Row) -> Errand:
    """A row of `errands`."""
    return Errand(
        person_id=row["person_id"],
        incident_id=row["incident_id"],
        act=row["act"],
        at=from_us(row["at"]),
        args=json.loads(row["args"]),
        site_id=row["site_id"],
    )


def hash_params(made: PhotoHash) -> Params:
    """Columns of `photo_hashes`. SQLite's integers are signed, the hash's 64 bits are not."""
    return {
        "file_unique_id": made.file_unique_id,
        "incident_id": made.incident_id,
        "hash": made.hash - 2**64 if made.hash >= 2**63 else made.hash,
        "at": to_us(made.at),
        "site_id": made.site_id,
    }


def photo_hash(row: Row) -> PhotoHash:
    """A row of `photo_hashes`."""
    made = row["hash"] % 2**64
    return PhotoHash(row["file_unique_id"], row["incident_id"], made, from_us(row["at"]), row["site_id"])


def audit_params(done: Audit) -> Params:
    """Columns of `audit`."""
    return {
        "at": to_us(done.at),
        "person_id": done.person_id,
        "unit": done.unit,
        "what": done.what,
        "subject": done.subject,
        "details": to_json(done.details),
    }


def audit(row: Row) -> Audit:
    """A row of `audit`."""
    return Audit(
        at=from_us(row["at"]),
        person_id=row["person_id"],
        unit=row["unit"],
        what=row["what"],
        subject=row["subject"],
        details=json.loads(row["details"]),
    )
