"""Nobody is missing: which devices worked on a stocktake, and what they still hold (counting.md)."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.device_log.models import HeldRecord
from app.device_log.queries.health import SyncHealth, device_healths, missing_ranges
from app.stocktake.models import Sheet, Stocktake
from app.stocktake.plan_queries import held_open

__all__ = ["MISSING", "SyncHealth", "missing_ranges", "records_missing", "sync_health"]

MISSING = ("records_held", "records_outstanding")  # what a posting passes only with a reason


def sync_health(session: Session, stocktake_id: UUID) -> SyncHealth:
    """Every device that has a sheet in the stocktake, or a record held for it, and the records held."""
    persons = _persons(session, stocktake_id)
    held_for = select(HeldRecord.device_id).where(HeldRecord.document_id == stocktake_id).distinct()
    for device_id in session.scalars(held_for):
        persons.setdefault(device_id, [])
    return SyncHealth(device_healths(session, persons), held_open(session, stocktake_id))


def _persons(session: Session, stocktake_id: UUID) -> dict[UUID, list[str]]:
    rows = session.execute(
        select(Sheet.device_id, Person.name)
        .join(Person, Person.id == Sheet.person_id)
        .where(Sheet.stocktake_id == stocktake_id)
        .distinct()
        .order_by(Person.name)
    )
    names: dict[UUID, list[str]] = defaultdict(list)
    for device_id, name in rows:
        names[device_id].append(name)
    return names


def records_missing(session: Session, stocktake: Stocktake) -> list[dict[str, Any]]:
    """What hinders a posting because records of it are held, or (until it is closed, which asks too) on a device."""
    health = sync_health(session, stocktake.id)
    on_devices = sum(device.outstanding for device in health.outstanding) if stocktake.state == "counting" else 0
    found = zip(MISSING, (health.held, on_devices), strict=True)
    return [{"code": code, "lines": records, "value": 0, "examples": []} for code, records in found if records]
