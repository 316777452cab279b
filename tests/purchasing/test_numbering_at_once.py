"""Two supervisors draft orders, or place one, in the same moment."""

import threading
from collections.abc import Callable

from flask import Flask

from app.kernel.access import Viewer
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.kernel.transaction import reading, transact
from app.purchasing import service
from app.purchasing.models import ExpectedDelivery, PurchaseOrder
from tests.builders import Cast, make_item
from tests.purchasing.builders import make_order, make_supplier


def at_once(app: Flask, *works: Callable[[], object]) -> list[str]:
    """Do all of these in threads of their own that begin together; what each came to."""
    ready, told = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            ready.wait()
            try:
                told.append(str(work()))
            except DomainError as refused:
                told.append(refused.code)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def test_orders_and_deliveries_drafted_at_once_have_different_numbers(cast: Cast) -> None:
    supplier, viewer = make_supplier(), Viewer(person_id=cast.supervisor.id, grants={cast.site.id: "supervisor"})
    order, delivery = (kind(cast.site.id, supplier.id) for kind in (service.NewOrder, service.NewDelivery))

    def draft() -> int:
        return transact(lambda session: service.create_order(session, viewer, order, now()).number)

    def announce() -> int:
        return transact(lambda session: service.create_delivery(session, viewer, delivery, now()).number)

    assert at_once(cast.app, *[draft, announce] * 4) == ["1", "1", "2", "2", "3", "3", "4", "4"]
    with reading() as session:
        assert session.query(PurchaseOrder).count() == session.query(ExpectedDelivery).count() == 4


def test_of_one_who_places_and_one_who_cancels_the_second_is_told(cast: Cast) -> None:
    viewer = Viewer(person_id=cast.supervisor.id, grants={cast.site.id: "supervisor"})
    order = make_order(cast, make_supplier(), [(make_item(), 1)], state="draft")

    def place() -> str:
        return transact(lambda session: service.place_order(session, viewer, order.id, now()).state)

    assert at_once(cast.app, place, place, place) == ["ordered", "wrong_state", "wrong_state"]


def test_of_two_who_edit_a_draft_at_once_one_is_told(cast: Cast) -> None:
    viewer = Viewer(person_id=cast.supervisor.id, grants={cast.site.id: "supervisor"})
    order = make_order(cast, make_supplier(), [(make_item(), 1)], state="draft")
    command = service.EditOrder(order.id, {"note": "by van"}, version=1)

    def edit() -> int:
        return transact(lambda session: service.edit_order(session, viewer, command, now()).version)

    assert at_once(cast.app, edit, edit, edit) == ["2", "document_changed", "document_changed"]
