"""What devices learn of stocktakes through the feed: what to count where. No book quantity, no cost."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Device, Person
from app.device_log.models import DeviceState
from app.kernel.clock import to_ms
from app.ledger.models import Balance
from app.stocktake.models import Place, RecountItem, Sheet, Stocktake
from app.stocktake.sheets import place_key

Key = tuple[UUID, UUID]  # stocktake, location


def read_stocktakes(session: Session, keys: Sequence[str], site_id: UUID) -> Mapping[str, dict[str, Any]]:
    """Started stocktakes of the device's site by id."""
    rows = session.scalars(
        select(Stocktake).where(
            Stocktake.id.in_([UUID(key) for key in keys]), Stocktake.site_id == site_id, Stocktake.state != "draft"
        )
    )
    return {
        str(row.id): {
            "id": str(row.id),
            "number": row.number,
            "name": row.name,
            "kind": row.kind,
            "blind": row.blind,
            "state": row.state,
        }
        for row in rows
    }


def read_places(session: Session, keys: Sequence[str], site_id: UUID) -> Mapping[str, dict[str, Any]]:
    """Counting places of the device's site: their round, and what the book expects there, by name alone.

    A place whose stock is summed up to another expects nothing by itself.
    """
    wanted = [_key(key) for key in keys]
    places = session.scalars(
        select(Place)
        .join(Stocktake, Stocktake.id == Place.stocktake_id)
        .where(tuple_(Place.stocktake_id, Place.location_id).in_(wanted), Stocktake.site_id == site_id)
    ).all()
    expected, asked = _expected(session, places), _asked(session, [place for place in places if place.round > 1])
    former = _former_counters(session, [place for place in places if place.other_counter])
    sheets = _open_sheets(session, [place for place in places if place.state == "counting"])
    return {
        (key := place_key(place.stocktake_id, place.location_id)): {
            "id": key,
            "stocktake_id": str(place.stocktake_id),
            "location_id": str(place.location_id),
            "round": place.round,
            "state": place.state,
            "expected": expected[place.location_id],
            "items_only": asked[place.stocktake_id, place.location_id] if place.round > 1 else None,
            "not_by": former[place.stocktake_id, place.location_id],
            "sheets": sheets[place.stocktake_id, place.location_id],
        }
        for place in places
    }


def _key(key: str) -> Key:
    stocktake_id, location_id = key.split(":")
    return UUID(stocktake_id), UUID(location_id)


def _expected(session: Session, places: Sequence[Place]) -> dict[UUID, list[list[str]]]:
    own = {place.location_id for place in places if place.location_id == place.stock_location_id}
    rows = session.execute(
        select(Balance.location_id, Balance.item_id, Balance.lot)
        .where(Balance.location_id.in_(own), Balance.quantity != 0)
        .order_by(Balance.location_id, Balance.item_id, Balance.lot)
    )
    found: dict[UUID, list[list[str]]] = defaultdict(list)
    for location_id, item_id, lot in rows:
        found[location_id].append([str(item_id), lot])
    return found


def _asked(session: Session, places: Sequence[Place]) -> dict[Key, list[list[str]]]:
    """The items that a recount was asked for, by place."""
    keys = [(place.stocktake_id, place.location_id) for place in places]
    rows = session.execute(
        select(Place.stocktake_id, Place.location_id, RecountItem.item_id, RecountItem.lot)
        .join(
            RecountItem,
            and_(
                RecountItem.stocktake_id == Place.stocktake_id,
                RecountItem.location_id == Place.stock_location_id,
                RecountItem.round == Place.round,
            ),
        )
        .where(tuple_(Place.stocktake_id, Place.location_id).in_(keys))
        .order_by(RecountItem.item_id, RecountItem.lot)
    )
    found: dict[Key, list[list[str]]] = defaultdict(list)
    for stocktake_id, location_id, item_id, lot in rows:
        found[stocktake_id, location_id].append([str(item_id), lot])
    return found


def _open_sheets(session: Session, places: Sequence[Place]) -> dict[Key, list[dict[str, Any]]]:
    """The sheets of their present round that nobody closed or went on from, the latest first: whose, on what device.

    Somebody whose device died is continued by another from here.
    """
    keys = [(place.stocktake_id, place.location_id) for place in places]
    later = aliased(Sheet)
    rows = session.execute(
        select(Sheet, Person.name, Device.label, DeviceState.last_contact_at)
        .join(Place, and_(Place.stocktake_id == Sheet.stocktake_id, Place.location_id == Sheet.location_id))
        .join(Person, Person.id == Sheet.person_id)
        .join(Device, Device.id == Sheet.device_id)
        .outerjoin(DeviceState, DeviceState.device_id == Sheet.device_id)
        .where(
            tuple_(Sheet.stocktake_id, Sheet.location_id).in_(keys),
            Sheet.round == Place.round,
            Sheet.closed_at.is_(None),
            ~select(later.id).where(later.continues_id == Sheet.id).exists(),
        )
        .order_by(Sheet.opened_at.desc(), Sheet.id)
    )
    found: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for sheet, person, device, contact in rows:
        found[sheet.stocktake_id, sheet.location_id].append(
            {
                "id": str(sheet.id),
                "person_id": str(sheet.person_id),
                "person": person,
                "device_id": str(sheet.device_id),
                "device": device,
                "opened_ms": to_ms(sheet.opened_at),
                "heard_ms": to_ms(contact) if contact else None,
            }
        )
    return found


def _former_counters(session: Session, places: Sequence[Place]) -> dict[Key, list[str]]:
    """Who counted these places in rounds before their present one."""
    keys = [(place.stocktake_id, place.location_id) for place in places]
    rows = session.execute(
        select(Sheet.stocktake_id, Sheet.location_id, Sheet.person_id)
        .join(Place, and_(Place.stocktake_id == Sheet.stocktake_id, Place.location_id == Sheet.location_id))
        .where(tuple_(Sheet.stocktake_id, Sheet.location_id).in_(keys), Sheet.round < Place.round)
        .distinct()
        .order_by(Sheet.person_id)
    )
    found: dict[Key, list[str]] = defaultdict(list)
    for stocktake_id, location_id, person_id in rows:
        found[stocktake_id, location_id].append(str(person_id))
    return found
