"""Stocktakes as the documents that records belong to: their names, and a record put into another one."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.device_log.handlers import DocumentName, Incoming
from app.kernel.sets import among
from app.stocktake.models import Place, Stocktake


class StocktakeDocuments:
    """What the log in asks about the stocktakes that its records name."""

    def named(self, session: Session, document_ids: Collection[UUID]) -> Mapping[UUID, DocumentName]:
        """The names of those that are stocktakes."""
        columns = Stocktake.id, Stocktake.site_id, Stocktake.number, Stocktake.name, Stocktake.state
        rows = session.execute(select(*columns).where(among(session, Stocktake.id, document_ids)))
        return {
            row.id: DocumentName(
                row.id, row.site_id, "stocktake", row.number, row.name, row.state, row.state == "counting"
            )
            for row in rows
        }

    def put_into(self, session: Session, records: Sequence[Incoming], document_id: UUID) -> Sequence[Incoming]:
        """The records in this stocktake, in the round its places are in now, each sheet as one of its own there.

        The same sheet becomes the same sheet however often records of it are moved, and what it continues stays so. It
        is no continuation of a sheet that is there already: whoever counted the place twice is an overlap to decide.
        """
        locations = {record.fields.location_id for record in records if record.fields.location_id}
        rounds = session.execute(
            select(Place.location_id, Place.round).where(
                Place.stocktake_id == document_id, among(session, Place.location_id, locations)
            )
        )
        now_in = {row.location_id: row.round for row in rounds}
        return [_moved(record, document_id, now_in) for record in records]


def _moved(record: Incoming, stocktake_id: UUID, rounds: Mapping[UUID, int]) -> Incoming:
    fields = record.fields
    number = rounds.get(fields.location_id, 1) if fields.location_id else 1
    body = record.body | {"round": number}
    if body.get("continues"):
        body["continues"] = str(_sheet_there(stocktake_id, UUID(body["continues"]), number))
    sheet = _sheet_there(stocktake_id, fields.sheet_id, number) if fields.sheet_id else None
    return record._replace(body=body, fields=fields._replace(document_id=stocktake_id, sheet_id=sheet))


def _sheet_there(stocktake_id: UUID, sheet_id: UUID, number: int) -> UUID:
    return uuid5(stocktake_id, f"{sheet_id}:{number}")
