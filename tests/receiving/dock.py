"""Devices at the dock: they scan what arrives, and their records reach the receipt as the log in hands them over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Device, Person
from app.catalogue.models import Item
from app.device_log.handlers import Hold, Incoming
from app.kernel.access import Viewer
from app.kernel.clock import now, to_ms
from app.kernel.ids import new_id
from app.kernel.json import dumps, loads
from app.kernel.transaction import reading, transact
from app.ledger.queries import on_hand
from app.purchasing.models import ExpectedDelivery, ExpectedDeliveryLine, PurchaseOrder, PurchaseOrderLine, Supplier
from app.receiving import service
from app.receiving.models import GoodsReceipt, ReceiptLine, ReceiptTally
from app.receiving.queries.posting import Posting
from app.receiving.rules import names_of
from app.receiving.service import posting_run
from app.sites.models import Location
from tests.builders import MORNING, Cast, at, save
from tests.stocktake.floor import DOUBT, write

HANDLER = service.ReceiptHandler()


@dataclass
class Dock:
    """A device in somebody's hands, receiving on one sheet. Times run on by a second a record."""

    device: Device
    person: Person
    location: Location
    receipt: UUID = field(default_factory=new_id)
    sheet: UUID = field(default_factory=new_id)
    clock: datetime = field(default_factory=lambda: at(10))
    seq: int = 0
    waiting: list[dict[str, Any]] = field(default_factory=list)

    def note(self, kind: str, *, when: datetime | None = None, **fields: Any) -> str:
        """Put a record into the outbox; its id."""
        self.seq += 1
        self.clock = when or self.clock + timedelta(seconds=1)
        record = {
            "v": 1,
            "id": str(new_id()),
            "seq": self.seq,
            "kind": kind,
            "person": str(self.person.id),
            "auth": "online",
            "at": to_ms(self.clock),
            "mono": self.seq,
            "boot": str(self.device.id),
            "receipt": str(self.receipt),
            "sheet": str(self.sheet),
            "location": str(self.location.id),
        }
        self.waiting.append(record | fields)
        return str(record["id"])

    def open(self, *, order: Any = None, delivery: Any = None, supplier: Any = None, **fields: Any) -> "Dock":
        """Say what is received: against an order, a delivery, or blind."""
        named = {"order": order, "delivery": delivery, "supplier": supplier}
        ids = {name: str(it.id) if it is not None else None for name, it in named.items()}
        self.note("receipt", **ids | {"delivery_note": None} | fields)
        return self

    def scan(self, item: Item | None, quantity: int = 1, *, kind: str = "receive", **fields: Any) -> str:
        """So many good pieces; with item None of a code nobody knows."""
        body = {
            "item": str(item.id) if item else None,
            "code": "X",
            "symbology": None,
            "source": "wedge",
            "lot": "",
            "expires_on": None,
            "serial": None,
            "sscc": None,
            "factor": 1,
            "quantity": quantity,
        }
        if isinstance(fields.get("expires_on"), date):
            fields["expires_on"] = fields["expires_on"].isoformat()
        return self.note(kind, **body | fields)

    def broken(self, item: Item, quantity: int = 1, **fields: Any) -> str:
        """So many damaged pieces."""
        return self.scan(item, quantity, kind="damaged", **fields)

    def set(
        self,
        item: Item | None,
        quantity: int,
        supersedes: Iterable[str] = (),
        *,
        kind: str = "receive_set",
        **more: Any,
    ) -> str:
        """It is so many in all."""
        named = str(item.id) if item else None
        body = {"item": named, "code": None, "lot": "", "quantity": quantity, "supersedes": list(supersedes)}
        return self.note(kind, **body | more)

    def void(self, record_id: str, **fields: Any) -> str:
        """Take a record back."""
        return self.note("receive_void", voids=record_id, **fields)

    def done(self) -> "Dock":
        """This person has finished on this device."""
        self.note("receive_close")
        return self

    def beside(self, device: Device, person: Person) -> "Dock":
        """Another device on the same receipt."""
        return Dock(device, person, self.location, self.receipt, clock=self.clock)

    def push(self, *, order: Iterable[int] | None = None) -> dict[str, str]:
        """Send what waits (in this order); the codes of the holds by record id."""
        batch = [self.waiting[i] for i in order] if order is not None else self.waiting
        self.waiting = []
        return push(self.device, batch)


def push(device: Device, records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Judge, write and apply these records in one transaction, as the log in does; the holds by record id."""
    incoming = [_received(device, record) for record in records]

    def work(session: Session) -> Mapping[UUID, Hold]:
        held = HANDLER.judge(session, incoming)
        accepted = [record for record in incoming if record.record_id not in held]
        write(session, accepted)
        HANDLER.apply(session, accepted, now())
        return held

    return {str(record_id): hold.code for record_id, hold in transact(work).items()}


def _received(device: Device, record: Mapping[str, Any]) -> Incoming:
    when = datetime.fromtimestamp(record["at"] / 1000, tz=at(0).tzinfo)
    return Incoming(
        record_id=UUID(record["id"]),
        device_id=device.id,
        device_seq=record["seq"],
        site_id=device.site_id,
        kind=record["kind"],
        person_id=UUID(record["person"]),
        body=loads(dumps(dict(record))),
        fields=HANDLER.read(record["kind"], record),
        occurred_at=when,
        occurred_from=when - DOUBT,
        occurred_to=when + DOUBT,
        received_at=now(),
    )


def make_supplier(code: str = "SUP", *, over_receipt_bp: int = 0) -> Supplier:
    """A supplier."""
    supplier = Supplier(
        id=new_id(), code=code, name=f"Supplier {code}", over_receipt_bp=over_receipt_bp, created_at=MORNING
    )
    save(supplier)
    return supplier


def make_order(
    cast: Cast, quantities: Mapping[Item, int], *, supplier: Supplier | None = None, number: int = 1, **changes: Any
) -> PurchaseOrder:
    """An order of these quantities, at 2.00 a piece."""
    supplier = supplier or make_supplier(f"SUP-{number}")
    values: dict[str, Any] = {
        "id": new_id(),
        "site_id": cast.site.id,
        "number": number,
        "supplier_id": supplier.id,
        "state": "ordered",
        "created_by": cast.supervisor.id,
        "created_at": MORNING,
        "ordered_at": MORNING,
    }
    order = PurchaseOrder(**values | changes)
    lines = [
        PurchaseOrderLine(id=new_id(), order_id=order.id, number=n, item_id=item.id, quantity=quantity, price=2_000_000)
        for n, (item, quantity) in enumerate(quantities.items(), 1)
    ]
    save(order, *lines)
    return order


def make_delivery(
    cast: Cast, lines: Iterable[tuple[Item, int, str]], *, supplier: Supplier | None = None, number: int = 1
) -> ExpectedDelivery:
    """An expected delivery of (item, quantity, lot)."""
    supplier = supplier or make_supplier(f"ASN-{number}")
    delivery = ExpectedDelivery(
        id=new_id(),
        site_id=cast.site.id,
        number=number,
        supplier_id=supplier.id,
        state="expected",
        created_by=cast.supervisor.id,
        created_at=MORNING,
    )
    rows = [
        ExpectedDeliveryLine(
            id=new_id(), delivery_id=delivery.id, number=n, item_id=item.id, lot=lot, quantity=quantity
        )
        for n, (item, quantity, lot) in enumerate(lines, 1)
    ]
    save(delivery, *rows)
    return delivery


def dock_of(cast: Cast, *, where: Location | None = None) -> Dock:
    """The cast's device in the counter's hands, at the first bin."""
    return Dock(cast.device, cast.counter, where or cast.bins[0])


def viewer_of(cast: Cast, person: Person | None = None) -> Viewer:
    """The supervisor (or this person as one) at the cast's site."""
    return Viewer(person_id=(person or cast.supervisor).id, grants={cast.site.id: "supervisor"})


def the_receipt(receipt_id: UUID) -> GoodsReceipt:
    """The receipt as it is now."""
    with reading() as session:
        return session.get_one(GoodsReceipt, receipt_id)


def line_of(receipt_id: UUID, item: Item) -> ReceiptLine:
    """The receipt's line for the item as it is now."""
    with reading() as session:
        return session.scalars(
            select(ReceiptLine).where(ReceiptLine.receipt_id == receipt_id, ReceiptLine.item_id == item.id)
        ).one()


def says(receipt_id: UUID, item: Item) -> tuple[int, int, int, set[str], str]:
    """Expected, good, damaged, marks and state of the item's line."""
    line = line_of(receipt_id, item)
    marks = set(names_of(line.flags))
    return line.quantity_expected, line.quantity_good, line.quantity_damaged, marks, line.state


def tallies(receipt_id: UUID) -> dict[tuple[UUID, str, bool], int]:
    """What the receipt's records add up to by item, lot and whether damaged."""
    with reading() as session:
        rows = session.scalars(select(ReceiptTally).where(ReceiptTally.receipt_id == receipt_id))
        return {(row.item_id, row.lot, row.damaged): row.quantity for row in rows}


def close(cast: Cast, receipt_id: UUID, reason: str = "") -> None:
    """End the receiving."""
    transact(lambda session: service.close(session, viewer_of(cast), receipt_id, reason, now()))


def decide(cast: Cast, receipt_id: UUID, item: Item, decision: str = "accept", **changes: Any) -> int:
    """Decide the item's line as it is shown now."""
    line = line_of(receipt_id, item)
    values: dict[str, Any] = {"versions": {line.id: line.version}, "reason_code": "miscount"}
    command = service.DecideLines(receipt_id, decision, [line.id], **values | changes)  # type: ignore[arg-type]
    return transact(lambda session: service.decide(session, viewer_of(cast), command, now()))


def post(cast: Cast, receipt_id: UUID, *, leave_unknown: bool = False) -> dict[str, Any]:
    """Post the receipt."""
    return posting_run.post(viewer_of(cast), Posting(receipt_id, leave_unknown))


def stock(where: Location, item: Item, lot: str = "") -> int:
    """What the book says is there."""
    with reading() as session:
        return on_hand(session, where.id, item.id, lot)


def ordered(order: PurchaseOrder) -> tuple[str, list[int]]:
    """The order's state and what its lines received."""
    with reading() as session:
        lines = session.scalars(
            select(PurchaseOrderLine).where(PurchaseOrderLine.order_id == order.id).order_by(PurchaseOrderLine.number)
        )
        received = [line.quantity_received for line in lines]
        return session.get_one(PurchaseOrder, order.id).state, received
