"""One inbox for codes nobody knew in counts and receipts: with place, neighbour, picture; one answer credits all."""

from typing import Any
from uuid import UUID

from sqlalchemy import event, func, select

from app.catalogue.models import Barcode, Item, Unit
from app.kernel.database import db
from app.kernel.ids import new_id
from app.kernel.transaction import reading
from app.photos.models import Photo
from tests.builders import MORNING, Cast, at, make_device, make_item, make_location, save
from tests.receiving.dock import Dock, dock_of, line_of, make_order, says
from tests.stocktake.builders import line_of as count_line_of
from tests.stocktake.builders import start_stocktake
from tests.stocktake.floor import Pda

GTIN = "6970399921238"
FORM = "06970399921238"


def inbox(cast: Cast, **query: Any) -> list[dict[str, Any]]:
    answer = cast.client(cast.supervisor).get("/api/v1/unknown-codes", query_string=query)
    assert answer.status_code == 200, answer.json
    return list(answer.json["rows"])


def bind(cast: Cast, *, by: Any = None, code: str = FORM, **body: Any) -> Any:
    client = cast.client(by or cast.supervisor)
    return client.post("/api/v1/unknown-codes/bind", json={"code": code} | body)


def new_item(**changes: Any) -> dict[str, Any]:
    with reading() as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.code == "pcs")).one()
    return {"sku": "TEA", "name": "Jasmine tea", "unit_id": str(unit_id)} | changes


def counted(cast: Cast, quantity: int = 3, *, known: Item | None = None) -> tuple[Any, str]:
    """A stocktake under way in which somebody scanned the code; the stocktake and the record."""
    stocktake = start_stocktake(cast)
    pda = Pda(make_device(cast.site, cast.administrator, number=7), cast.counter, stocktake)
    page = pda.open(cast.bins[1])
    if known is not None:
        page.scan(known)
    record_id = page.scan(None, quantity, code=GTIN)
    pda.push()
    return stocktake, record_id


def received(cast: Cast, quantity: int = 2, *, known: Item | None = None, **fields: Any) -> tuple[Dock, str]:
    """A blind receipt with a scan of the code; the dock and the record."""
    dock = dock_of(cast).open()
    if known is not None:
        dock.scan(known)
    record_id = dock.scan(None, quantity, code=GTIN, **fields)
    assert dock.push() == {}
    return dock, record_id


def photograph(cast: Cast, record_id: str, *, hour: int = 9, site_id: UUID | None = None) -> str:
    photo = Photo(
        id=new_id(), site_id=site_id or cast.site.id, device_id=cast.device.id, person_id=cast.counter.id,
        record_id=UUID(record_id), purpose="unknown_code", taken_at=at(hour), received_at=MORNING, width=1, height=1,
        sent_hash=b"", jpeg=b"",
    )  # fmt: skip
    save(photo)
    return str(photo.id)


def test_a_code_stands_once_with_all_that_is_known_of_it(cast: Cast) -> None:
    water, milk = make_item(), make_item("MILK")
    stocktake, counted_record = counted(cast, 3, known=water)
    dock, received_record = received(cast, 2, known=milk, when=at(11))
    early, late = photograph(cast, counted_record, hour=9), photograph(cast, received_record, hour=10)
    [row] = inbox(cast, site_id=cast.site.id)
    assert (row["code"], row["as_scanned"], row["scans"], row["pieces"]) == (FORM, GTIN, 2, 5)
    assert (row["places"], row["persons"]) == (["A-01", "A-02"], ["Counter"])
    assert row["beside"]["sku"] == "MILK"  # beside the last scan of it
    assert sorted((it["kind"], it["id"], it["label"]) for it in row["documents"]) == [
        ("receipt", str(dock.receipt), "GRN-1"),
        ("stocktake", str(stocktake.id), stocktake.name),
    ]
    assert row["photos"] == [late, early]
    assert row["first_at"] < row["last_at"]


def test_a_photo_taken_before_the_number_was_keyed_still_stands_beside_the_code(cast: Cast) -> None:
    dock, record_id = received(cast, 1)
    pictured = photograph(cast, record_id)
    dock.void(record_id)
    dock.scan(None, 5, code=GTIN)
    assert dock.push() == {}
    [row] = inbox(cast)
    assert (row["scans"], row["pieces"], row["photos"]) == (1, 5, [pictured])


def test_binding_credits_counts_and_receipts_at_once(cast: Cast) -> None:
    tea = make_item("TEA")
    stocktake, _ = counted(cast, 3)
    dock, _ = received(cast, 2)
    answer = bind(cast, item_id=str(tea.id), pack_factor=12)
    assert (answer.status_code, answer.json) == (200, {"item_id": str(tea.id), "sheets": 2})
    assert count_line_of(stocktake, cast.bins[1], tea).quantity_counted == 36
    assert line_of(dock.receipt, tea).quantity_good == 24
    assert inbox(cast) == []


def test_binding_from_a_stocktake_credits_receipts_too(cast: Cast) -> None:
    tea = make_item("TEA")
    stocktake, _ = counted(cast, 3)
    dock, _ = received(cast, 2)
    body = {"code": FORM, "item_id": str(tea.id)}
    answer = cast.client(cast.supervisor).post(f"/api/v1/stocktakes/{stocktake.id}/unknown-codes/bind", json=body)
    assert (answer.status_code, answer.json) == (200, {"sheets": 2})
    assert line_of(dock.receipt, tea).quantity_good == 2


def test_damaged_pieces_stay_damaged(cast: Cast) -> None:
    tea = make_item("TEA")
    order = make_order(cast, {tea: 5})
    dock = dock_of(cast).open(order=order)
    dock.scan(None, 3, code=GTIN)
    dock.scan(None, 2, kind="damaged", code=GTIN)
    dock.push()
    assert [(row["scans"], row["pieces"]) for row in inbox(cast)] == [(2, 5)]
    assert bind(cast, item_id=str(tea.id)).json["sheets"] == 1
    assert says(dock.receipt, tea)[:3] == (5, 3, 2)


def test_a_manager_makes_the_item_in_the_same_breath(cast: Cast) -> None:
    dock, _ = received(cast, 2)
    answer = bind(cast, by=cast.manager, new_item=new_item(barcodes=[{"code": "4006381333931"}]), pack_factor=6)
    assert answer.status_code == 200, answer.json
    with reading() as session:
        made = session.get_one(Item, UUID(answer.json["item_id"]))
        codes = {row.normal_form: row.pack_factor for row in session.scalars(select(Barcode))}
    assert (made.sku, made.name) == ("TEA", "Jasmine tea")
    assert codes == {FORM: 6, "04006381333931": 1}
    assert line_of(dock.receipt, made).quantity_good == 12


def test_a_supervisor_binds_but_makes_no_items(cast: Cast) -> None:
    received(cast)
    refused = bind(cast, new_item=new_item())
    assert (refused.status_code, refused.json["role_needed"]) == (403, "manager")


def test_nothing_is_made_where_the_code_cannot_be_bound(cast: Cast) -> None:
    make_item("WATER", barcodes={FORM: 1})
    refused = bind(cast, by=cast.manager, new_item=new_item())
    assert (refused.status_code, refused.json["code"]) == (409, "code_taken")
    taken = bind(cast, by=cast.manager, code="SHELF-9", new_item=new_item(sku="WATER"))
    assert (taken.status_code, taken.json["code"]) == (409, "sku_taken")
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Item)) == 1
        assert session.get(Barcode, "SHELF-9") is None


def test_it_must_be_said_which_item_in_one_way(cast: Cast) -> None:
    tea = make_item("TEA")
    for body in ({}, {"item_id": str(tea.id), "new_item": new_item()}, {"item_id": None, "new_item": None}):
        refused = bind(cast, by=cast.manager, **body)
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "item_id"), body
    assert bind(cast, item_id=str(new_id())).status_code == 404
    assert bind(cast, item_id=str(tea.id), code="").status_code == 422


def test_what_was_taken_back_or_ended_no_longer_waits(cast: Cast) -> None:
    stocktake, _ = counted(cast)
    dock, record_id = received(cast)
    dock.void(record_id)
    dock.push()
    assert [row["documents"][0]["kind"] for row in inbox(cast)] == ["stocktake"]
    cast.client(cast.supervisor).post(f"/api/v1/stocktakes/{stocktake.id}/cancel")
    assert inbox(cast) == []


def test_each_site_sees_its_own(cast: Cast) -> None:
    _, record_id = received(cast)
    there = make_location(cast.other_site, "B-01")
    device = make_device(cast.other_site, cast.administrator, number=2)
    foreign = Dock(device, cast.outsider, there).open()
    foreign.scan(None, 9, code="FOREIGN-9")
    foreign.push()
    photograph(cast, record_id, site_id=cast.other_site.id)
    [row] = inbox(cast)
    assert (row["code"], row["photos"]) == (FORM, [])
    assert [row["code"] for row in cast.client(cast.outsider).get("/api/v1/unknown-codes").json["rows"]] == [
        "FOREIGN-9"
    ]
    everywhere = cast.client(cast.administrator).get("/api/v1/unknown-codes").json
    assert [row["code"] for row in everywhere["rows"]] == ["FOREIGN-9", FORM]
    of_one = cast.client(cast.administrator).get("/api/v1/unknown-codes", query_string={"site_id": cast.site.id}).json
    assert [row["code"] for row in of_one["rows"]] == [FORM]
    hidden = cast.client(cast.supervisor).get("/api/v1/unknown-codes", query_string={"site_id": cast.other_site.id})
    assert hidden.status_code == 404
    assert cast.client(cast.counter).get("/api/v1/unknown-codes").status_code == 403


def test_the_list_goes_on_page_by_page(cast: Cast) -> None:
    dock = dock_of(cast).open()
    for number in range(5):
        dock.scan(None, 1 + number, code=f"SHELF-{number}")
    dock.push()
    client = cast.client(cast.supervisor)
    first = client.get("/api/v1/unknown-codes", query_string={"limit": 3}).json
    rest = client.get("/api/v1/unknown-codes", query_string={"limit": 3, "after": first["next"]}).json
    assert first["total"] == 5
    assert [row["pieces"] for row in first["rows"] + rest["rows"]] == [5, 4, 3, 2, 1]
    assert rest["next"] is None


def test_a_page_takes_as_many_questions_however_long_it_is(cast: Cast) -> None:
    def questions() -> int:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        inbox(cast)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    dock = dock_of(cast).open()
    photograph(cast, dock.scan(None, code="SHELF-0"))
    dock.push()
    few = questions()
    for number in range(1, 40):
        photograph(cast, dock.scan(None, code=f"SHELF-{number}"))
    dock.push()
    assert questions() <= few + 2
