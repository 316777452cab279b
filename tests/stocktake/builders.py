"""A stocktake under way, written row by row: what the records side would have made of a counter's scans."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.catalogue.models import Item
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from app.ledger import service as ledger
from app.sites.models import Location
from app.stocktake.evaluation import evaluate
from app.stocktake.models import CountLine, Place, Sheet, Stocktake, Tally
from tests.builders import MORNING, Cast, location_of, save


def start_stocktake(cast: Cast, *, number: int = 1, **changes: object) -> Stocktake:
    """A full blind stocktake of the cast's two bins, started at 8:00."""
    values = {
        "id": new_id(),
        "site_id": cast.site.id,
        "number": number,
        "name": f"Count {number}",
        "kind": "full",
        "blind": True,
        "state": "counting",
        "created_by": cast.supervisor.id,
        "created_at": MORNING,
        "started_at": MORNING,
    }
    stocktake = Stocktake(**(values | changes))
    places = [
        Place(stocktake_id=stocktake.id, location_id=b.id, stock_location_id=b.stock_location_id, zone_id=b.parent_id)
        for b in cast.bins
    ]
    save(stocktake, *places)
    return stocktake


def count(
    cast: Cast,
    stocktake: Stocktake,
    where: Location,
    quantities: dict[Item, int],
    when: datetime,
    *,
    by: UUID | None = None,
    round_number: int = 1,
    first_look: datetime | None = None,
    close: bool = True,
    disposition: str = "counts",
) -> Sheet:
    """A closed sheet with these quantities, last looked at `when`, and the lines evaluated."""
    sheet = Sheet(
        id=new_id(),
        stocktake_id=stocktake.id,
        location_id=where.id,
        round=round_number,
        person_id=by or cast.counter.id,
        device_id=cast.device.id,
        disposition=disposition,
        opened_at=when,
        closed_at=when if close else None,
    )
    doubt = timedelta(seconds=1)
    tallies = [
        Tally(
            sheet_id=sheet.id,
            item_id=item.id,
            lot="",
            quantity=quantity,
            records=1,
            first_look_at=first_look or when,
            last_look_at=when,
            look_from=when - doubt,
            look_to=when + doubt,
        )
        for item, quantity in quantities.items()
    ]
    save(sheet, *tallies)
    if close:
        close_place(stocktake, where)
    transact(lambda session: evaluate(session, stocktake.id, now()))
    return sheet


def close_place(stocktake: Stocktake, where: Location) -> None:
    """The place is done."""

    def close(session):  # type: ignore[no-untyped-def]
        session.get_one(Place, (stocktake.id, where.id)).state = "closed"

    transact(close)


def move(
    cast: Cast,
    kind: str,
    item: Item,
    where: Location,
    quantity: int,
    when: datetime,
    *,
    document: str = "",
    recorded: datetime | None = None,
) -> UUID:
    """A movement in the ledger: opening and receipt come in, sale goes out."""
    outside = location_of(cast.site, {"opening": "OPENING", "receipt": "SUPPLIER", "sale": "CUSTOMER"}[kind])
    inwards = kind != "sale"
    written = transact(
        lambda session: ledger.write_journal(
            session,
            ledger.NewJournal(
                site_id=cast.site.id,
                kind=kind,
                source_key=str(new_id()),
                person_id=cast.supervisor.id,
                document=document,
            ),
            [
                ledger.NewEntry(
                    item_id=item.id,
                    lot="",
                    from_location_id=outside.id if inwards else where.id,
                    to_location_id=where.id if inwards else outside.id,
                    quantity=quantity,
                    occurred_at=when,
                )
            ],
            recorded or now(),
        )
    )
    return written.journal_id


def line_of(stocktake: Stocktake, where: Location, item: Item) -> CountLine:
    """The stocktake's line for the item at this place, as it is now."""
    with reading() as session:
        return session.scalars(
            select(CountLine).where(
                CountLine.stocktake_id == stocktake.id,
                CountLine.location_id == where.id,
                CountLine.item_id == item.id,
            )
        ).one()
