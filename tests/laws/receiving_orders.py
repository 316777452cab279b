"""Orders and announced deliveries beside their plain model, on the counting floor with an item more, kept in lots."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from app.catalogue.models import Item
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.kernel.transaction import reading, transact
from app.purchasing import service as purchasing
from app.purchasing.models import PurchaseOrderLine
from tests.builders import make_item
from tests.laws.counting_floor import Floor
from tests.laws.receiving_model import Document
from tests.purchasing.builders import make_supplier

CEILING_BP = 2_000


class Orders(Floor):
    """The counting floor with a supplier, and what was ordered of him."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.cheese = make_item("CHEESE", tracks_lots=True)
        self.goods: list[Item] = [*self.items, self.cheese]
        self.supplier = make_supplier("NORTH", over_receipt_bp=CEILING_BP)
        self.documents: list[Document] = []

    def lines(self, count: Any) -> Any:
        """The lines of what the counting model knows; what lies in lots is not counted here."""
        return {key: line for key, line in super().lines(count).items() if key[1] != self.cheese.id}

    def order(self, quantities: list[int], *, deliver: bool) -> None:
        """An order of so many of each item (of the first one in two lines), and perhaps a delivery of all of it."""
        wanted = [(item.id, quantity) for item, quantity in zip(self.goods, quantities, strict=True) if quantity]
        wanted += [(self.items[0].id, 2)] if quantities[0] else []
        lines = tuple(purchasing.NewOrderLine(*line) for line in wanted)
        new = purchasing.NewOrder(self.cast.site.id, self.supplier.id, lines=lines)
        made = transact(lambda session: purchasing.create_order(session, self.viewer, new, now()))
        if not wanted:
            return
        transact(lambda session: purchasing.place_order(session, self.viewer, made.id, now()))
        order = Document(made.id, [(item, "", quantity) for item, quantity in wanted], CEILING_BP)
        self.documents.append(order)
        if deliver:
            self.documents.append(self._announce(order))

    def _announce(self, order: Document) -> Document:
        named = {line.item_id: line.id for line in self._order_lines(order)[::-1]}
        lots = ["L1" if item == self.cheese.id else "" for item, _lot, _quantity in order.lines]
        lines = tuple(
            purchasing.NewDeliveryLine(item, quantity, lot, order_line_id=named[item])
            for (item, _, quantity), lot in zip(order.lines, lots, strict=True)
        )
        new = purchasing.NewDelivery(self.cast.site.id, self.supplier.id, lines=lines)
        made = transact(lambda session: purchasing.create_delivery(session, self.viewer, new, now()))
        return Document(made.id, [(line.item_id, line.lot, line.quantity) for line in lines], CEILING_BP, order)

    def _order_lines(self, order: Document) -> list[PurchaseOrderLine]:
        line = PurchaseOrderLine
        with reading() as session:
            return list(session.scalars(select(line).where(line.order_id == order.id).order_by(line.number)))

    def change_order(self, which: int, quantity: int) -> None:
        """The first line of an order wants another quantity, never less than came."""
        orders = [document for document in self.documents if document.order is None]
        if not orders:
            return
        order = orders[which % len(orders)]
        first = self._order_lines(order)[0]
        edit = purchasing.LineEdit(first.id, {"quantity": quantity})
        command = purchasing.EditOrder(order.id, {}, (edit,))
        try:
            transact(lambda session: purchasing.edit_order(session, self.viewer, command, now()))
        except Invalid:
            assert quantity < first.quantity_received
            return
        except Conflict as refused:
            assert refused.code == "wrong_state"  # noqa: PT017
            assert order.ended or all(order.received[item] >= order.ordered(item) for item, _, _ in order.lines)
            return
        order.lines[0] = (order.lines[0][0], "", quantity)

    def end_document(self, which: int, *, cancel: bool) -> None:
        """An order or delivery is cancelled, or what is missing of it is given up."""
        if not self.documents:
            return
        document = self.documents[which % len(self.documents)]
        names = {(True, True): "cancel_delivery", (True, False): "close_delivery", (False, True): "cancel_order"}
        work = getattr(purchasing, names.get((document.order is not None, cancel), "close_order"))
        try:
            transact(lambda session: work(session, self.viewer, document.id, "because", now()))
        except Conflict as refused:
            came = +document.received
            assert refused.code in {"wrong_state", "already_received"}  # noqa: PT017
            assert document.ended or came  # over, or begun
            return
        assert not document.ended
        document.ended = "cancelled" if cancel else "closed"
