"""What posting a receipt would book, what stands in its way, and what its journals hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import Item, Unit
from app.device_log.queries.health import held_open
from app.kernel.database import Id
from app.kernel.sets import among
from app.ledger.models import Entry, Journal
from app.ledger.queries.places import places_by_id
from app.ledger.rules import place_mistake
from app.receiving.models import GoodsReceipt, ReceiptLine, ReceiptTally
from app.receiving.queries.looks import RECEIPT, looks
from app.receiving.queries.receipts import unknown_codes
from app.sites.queries import site_of

CHUNK = 5_000  # entries a journal
EXAMPLES = 50  # lines named beside each problem


@dataclass(frozen=True, slots=True)
class Posting:
    """The command. `override_reason`: why to post although records of the receipt are held."""

    receipt_id: UUID
    leave_unknown: bool = False
    override_reason: str = ""


def entries_to_post(receipt: GoodsReceipt, supplier: UUID, chunk: int) -> Select[*tuple[Any, ...]]:
    """The entries of one journal: one for each standing look that is taken in, at the look's own time.

    Of a line that is taken in only in part, the latest looks are cut.
    """
    booked = _taken(receipt.id).columns
    return select(
        (booked.place - chunk * CHUNK).label("number"),
        booked.item_id,
        booked.lot,
        literal(supplier, Id()).label("from_location_id"),
        literal(receipt.location_id, Id()).label("to_location_id"),
        booked.quantity,
        booked.occurred_at,
        booked.unit_cost,
        booked.reason_code,
    ).where(booked.place > chunk * CHUNK, booked.place <= (chunk + 1) * CHUNK)


def journals_needed(session: Session, receipt_id: UUID) -> int:
    """As how many journals the whole receipt is posted. Looks are counted one by one only where they may be many."""
    if not session.scalar(
        select(exists().where(ReceiptLine.receipt_id == receipt_id, ReceiptLine.quantity_posted > 0))
    ):
        return 0
    at_most = session.scalar(select(func.sum(ReceiptTally.records)).where(ReceiptTally.receipt_id == receipt_id)) or 0
    if at_most <= CHUNK:
        return 1
    entries = session.scalar(select(func.count()).select_from(_taken(receipt_id))) or 0
    return -(-entries // CHUNK)


def _taken(receipt_id: UUID) -> Any:
    """The looks that are taken in, numbered from 1, with what of each is taken and at what cost."""
    look = looks().columns
    # The line is looked up by its key for each look; as a join, a planner without statistics goes through all lines.
    posted, kept = _of_line(receipt_id, look, "quantity_posted"), _of_line(receipt_id, look, "damaged_kept")
    chosen = (
        select(look.item_id, look.lot, look.quantity, look.occurred_at, look.server_seq, posted.label("posted"))
        .where(look.replaced == 0, look.quantity > 0, look.damaged.is_(False) | kept.is_(True))
        .subquery("chosen")
        .columns
    )
    upto = func.sum(chosen.quantity).over(
        partition_by=chosen.item_id, order_by=(chosen.occurred_at, chosen.server_seq), rows=(None, 0)
    )
    room = (chosen.posted - (upto - chosen.quantity)).label("room")
    names = ("item_id", "lot", "quantity", "occurred_at", "server_seq")
    running = select(*(chosen[name] for name in names), room).where(chosen.posted > 0).subquery("running").columns
    number = func.row_number().over(order_by=(running.item_id, running.occurred_at, running.server_seq))
    statement = select(
        number.label("place"),
        running.item_id,
        running.lot,
        case((running.quantity <= running.room, running.quantity), else_=running.room).label("quantity"),
        running.occurred_at,
        _of_line(receipt_id, running, "unit_cost").label("unit_cost"),
        _of_line(receipt_id, running, "reason_code").label("reason_code"),
    ).where(running.room > 0)
    return statement.params({RECEIPT: receipt_id}).subquery("taken")


def _of_line(receipt_id: UUID, look: Any, name: str) -> Any:
    """What the receipt's line for the look's item says."""
    line = aliased(ReceiptLine)
    wanted = select(getattr(line, name)).where(line.receipt_id == receipt_id, line.item_id == look.item_id)
    return wanted.correlate_except(line).scalar_subquery()


def source_key(receipt_id: UUID, number: int) -> str:
    """The source key of the receipt's journal of this number, counted from 1."""
    return f"receipt:{receipt_id}:{number}"


def journals_of(session: Session, receipt: GoodsReceipt) -> Sequence[UUID]:
    """The journals the receipt was posted as."""
    keys = [source_key(receipt.id, number + 1) for number in range(receipt.journals)]
    return session.scalars(
        select(Journal.id)
        .where(Journal.site_id == receipt.site_id, among(session, Journal.source_key, keys))
        .order_by(Journal.id)
    ).all()


def posted_goods(session: Session, receipt: GoodsReceipt) -> dict[tuple[UUID, str], int]:
    """What the receipt's journals brought, by item and lot."""
    ids = journals_of(session, receipt)
    if not ids:
        return {}
    rows = session.execute(
        select(Entry.item_id, Entry.lot, func.sum(Entry.quantity))
        .where(among(session, Entry.journal_id, ids))
        .group_by(Entry.item_id, Entry.lot)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}


def problems(session: Session, receipt: GoodsReceipt, posting: Posting) -> list[dict[str, Any]]:
    """Everything that stands in the way of posting, all at once, each with its lines."""
    found = []
    held = held_open(session, [receipt.id]).get(receipt.id, 0)
    if held and not posting.override_reason:
        found.append({"code": "records_held", "lines": held, "examples": []})
    if receipt.state == "receiving":
        found.append({"code": "still_receiving", "lines": 0, "examples": []})
    place = places_by_id(session, [receipt.location_id])[receipt.location_id]
    level = site_of(session, receipt.site_id).stock_level
    mistake = place_mistake(place, site_id=receipt.site_id, stock_level=level, open_only=True)
    if mistake is not None:
        found.append({"code": mistake[0], "lines": 0, "examples": []})
    codes = 0 if posting.leave_unknown else unknown_codes(session, [receipt.id]).get(receipt.id, 0)
    if codes:
        found.append({"code": "unknown_codes", "lines": codes, "examples": []})
    undecided = and_(ReceiptLine.receipt_id == receipt.id, ReceiptLine.state == "needs_decision")
    lines = session.scalar(select(func.count()).where(undecided)) or 0
    if lines:
        examples = session.execute(
            select(ReceiptLine.id, Item.sku)
            .join(Item, Item.id == ReceiptLine.item_id)
            .where(undecided)
            .order_by(Item.sku)
            .limit(EXAMPLES)
        )
        rows = [{"id": row.id, "sku": row.sku} for row in examples]
        found.append({"code": "needs_decision", "lines": lines, "examples": rows})
    return found


def offered(line: type[ReceiptLine]) -> ColumnElement[int]:
    """How much of a line goes into stock: `rules.taken_in` in SQL."""
    came = line.quantity_good + case((line.damaged_kept.is_(True), line.quantity_damaged), else_=0)
    return case(
        (line.state == "refused", 0),
        (and_(line.state == "accepted_expected", came > line.quantity_expected), line.quantity_expected),
        else_=came,
    )


def outlook(session: Session, receipt_id: UUID) -> dict[str, int]:
    """How many lines posting takes something in of, and what that is worth in minor units."""
    line = ReceiptLine
    cost = case((line.unit_cost > 0, line.unit_cost), else_=Item.unit_cost)
    taken = func.coalesce(line.quantity_posted, offered(line))
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(func.line_value(taken, Unit.scale, cost)), 0))
        .select_from(line)
        .join(Item, Item.id == line.item_id)
        .join(Unit, Unit.id == Item.unit_id)
        .where(line.receipt_id == receipt_id, taken > 0, line.state != "needs_decision")
    ).one()
    return {"lines": int(cast(int, row[0])), "value": int(cast(int, row[1]))}
