"""Suppliers, terms, orders and expected deliveries by file: all mistakes at once, all or none, twice is once."""

from typing import Any

import pytest

from app.catalogue.models import Item
from tests.builders import Cast, make_item
from tests.purchasing.builders import line_ids, make_delivery, make_order, make_supplier, make_terms

API = "/api/v1"
PALLET = "369312345000000019"


def load(client: Any, path: str, *rows: str, dry_run: bool = False, **query: str) -> Any:
    return client.post(
        f"{API}/{path}/import",
        data=("\n".join(rows) + "\n").encode(),
        content_type="text/csv",
        query_string={"dry_run": str(dry_run).lower(), **query},
    )


def came_to(answer: Any) -> tuple[int, int, int, bool]:
    assert answer.status_code == 200, answer.json
    assert answer.json["errors"] == [] or not answer.json["applied"]
    return tuple(answer.json[name] for name in ("created", "updated", "unchanged", "applied"))  # type: ignore[return-value]


def mistakes(answer: Any) -> list[tuple[int, str, str]]:
    return sorted((it["row"], it["column"], it["code"]) for it in answer.json["errors"])


@pytest.fixture
def goods(cast: Cast) -> dict[str, Item]:
    """Water by the piece, its carton of 12, and apples by the kilogramme."""
    codes = {"06921168509256": 1, "16921168509253": 12}
    return {"water": make_item(barcodes=codes, unit_cost=9), "apple": make_item("APPLE", unit="kg", unit_cost=7)}


def test_suppliers_are_made_and_changed_and_the_same_file_twice_changes_nothing(cast: Cast) -> None:
    client = cast.client(cast.manager)
    file = ("code,name,lead_time_days,over_receipt_percent", "NORTH,North Mills,3,2.5", "SOUTH,South,,")
    assert came_to(load(client, "suppliers", *file, dry_run=True)) == (2, 0, 0, False)
    assert client.get(f"{API}/suppliers").json["total"] == 0
    assert came_to(load(client, "suppliers", *file)) == (2, 0, 0, True)
    assert came_to(load(client, "suppliers", *file)) == (0, 0, 2, True)
    assert came_to(load(client, "suppliers", "code,name,active", "NORTH,,no", "SOUTH,South,")) == (0, 1, 1, True)
    north = client.get(f"{API}/suppliers").json["rows"][0]
    assert (north["name"], north["lead_time_days"], north["over_receipt_bp"], north["active"]) == (
        "North Mills", 3, 250, False,
    )  # fmt: skip
    file = client.get(f"{API}/suppliers/export").text.splitlines()
    assert came_to(load(client, "suppliers", *file)) == (0, 0, 2, True)


def test_every_mistake_of_a_suppliers_file_is_named(cast: Cast) -> None:
    file = ("code,name,lead_time_days,over_receipt_percent", "NORTH,,soon,5", "A,A,1,x", "A,B,,")
    answer = load(cast.client(cast.manager), "suppliers", *file, dry_run=True)
    assert mistakes(answer) == [
        (2, "lead_time_days", "not_a_whole_number"),
        (2, "name", "required"),
        (3, "over_receipt_percent", "not_a_percentage"),
        (4, "code", "doubled_row"),
    ]
    refused = load(cast.client(cast.manager), "suppliers", *file)
    assert (refused.status_code, refused.json["code"], refused.json["error_count"]) == (422, "import_refused", 4)
    assert cast.client(cast.manager).get(f"{API}/suppliers").json["total"] == 0


def test_terms_are_read_in_base_units_and_money(cast: Cast, goods: dict[str, Item]) -> None:
    north, client = make_supplier(), cast.client(cast.manager)
    file = (
        "supplier,sku,supplier_sku,price,moq,order_multiple",
        "NORTH,WATER,N-1,1.40,24,12",
        "NORTH,APPLE,,6,2.5,0.5",
    )
    assert came_to(load(client, "suppliers/items", *file)) == (2, 0, 0, True)
    rows = client.get(f"{API}/suppliers/{north.id}/items").json["rows"]
    assert [(row["item"]["sku"], row["price"], row["moq"], row["order_multiple"]) for row in rows] == [
        ("APPLE", 6_000_000, 2500, 500),
        ("WATER", 1_400_000, 24, 12),
    ]
    exported = client.get(f"{API}/suppliers/items/export?supplier_id={north.id}").text.splitlines()
    assert came_to(load(client, "suppliers/items", *exported)) == (0, 0, 2, True)
    assert came_to(load(client, "suppliers/items", "supplier,sku,moq", "NORTH,WATER,0")) == (0, 1, 0, True)
    wrong = ("supplier,sku,moq", "EAST,WATER,1", "NORTH,TEA,1", "NORTH,WATER,1.5", "NORTH,WATER,2")
    assert mistakes(load(client, "suppliers/items", *wrong, dry_run=True)) == [
        (2, "supplier", "unknown_supplier"),
        (3, "sku", "unknown_item"),
        (4, "moq", "not_exact"),
        (5, "sku", "doubled_row"),
    ]


def orders(cast: Cast, *rows: str, dry_run: bool = False) -> Any:
    return load(cast.client(cast.supervisor), "purchase-orders", *rows, dry_run=dry_run, site_id=str(cast.site.id))


HEAD = "reference,supplier,promised_on,note,sku,barcode,quantity,price,ordered"


def test_rows_with_one_reference_are_one_order(cast: Cast, goods: dict[str, Item]) -> None:
    make_terms(make_supplier(lead_time_days=2), goods["water"], price=5)
    file = (
        HEAD,
        "R-1,NORTH,2026-12-01,by van,WATER,,24,1.40,",
        "R-1,NORTH,,,APPLE,,2.5,,",
        "R-2,NORTH,,,,16921168509253,2,,yes",
    )
    assert came_to(orders(cast, *file, dry_run=True)) == (3, 0, 0, False)
    assert came_to(orders(cast, *file)) == (3, 0, 0, True)
    assert came_to(orders(cast, *file)) == (0, 0, 3, True)
    client = cast.client(cast.supervisor)
    second, first = client.get(f"{API}/purchase-orders").json["rows"]
    assert (first["label"], first["reference"], first["state"], first["note"]) == ("PO-1", "R-1", "draft", "by van")
    assert (second["reference"], second["state"], second["promised_on"] is not None) == ("R-2", "ordered", True)
    shown = [client.get(f"{API}/purchase-orders/{it['id']}").json["lines"] for it in (first, second)]
    assert [[(line["item"]["sku"], line["quantity"], line["price"]) for line in lines] for lines in shown] == [
        [("WATER", 24, 1_400_000), ("APPLE", 2500, 7)],
        [("WATER", 24, 5)],
    ]


def test_a_draft_takes_the_files_lines_and_a_placed_order_does_not(cast: Cast, goods: dict[str, Item]) -> None:
    north = make_supplier()
    make_order(cast, north, [(goods["water"], 5)], state="draft", reference="R-1")
    make_order(cast, north, [(goods["water"], 5)], reference="R-2")
    changed = (HEAD, "R-1,NORTH,,,WATER,,6,,yes", "R-2,NORTH,,,WATER,,5,,yes")
    assert came_to(orders(cast, *changed)) == (0, 1, 1, True)
    one = cast.client(cast.supervisor).get(f"{API}/purchase-orders?search=R-1").json["rows"][0]
    assert (one["state"], one["quantity"], one["lines_total"], one["version"]) == ("ordered", 6, 1, 2)
    answer = orders(cast, HEAD, "R-2,NORTH,,,WATER,,6,,", dry_run=True)
    assert mistakes(answer) == [(2, "reference", "order_placed")]


def test_every_mistake_of_an_orders_file_is_named(cast: Cast, goods: dict[str, Item]) -> None:
    make_supplier()
    file = (
        HEAD,
        "R-1,NORTH,2026-12-01,,WATER,,1.5,,",
        "R-1,NORTH,2026-12-02,,TEA,,1,x,",
        "R-2,EAST,,,WATER,,1,,",
        "R-3,NORTH,tomorrow,,,,1,,",
        "R-4,NORTH,,,APPLE,16921168509253,1,,",
    )
    assert mistakes(orders(cast, *file, dry_run=True)) == [
        (2, "quantity", "not_exact"),
        (3, "price", "not_a_cost"),
        (3, "promised_on", "contradicts_row"),
        (3, "sku", "unknown_item"),
        (4, "supplier", "unknown_supplier"),
        (5, "promised_on", "not_a_day"),
        (5, "sku", "item_needed"),
        (6, "barcode", "codes_disagree"),
    ]
    assert orders(cast, *file).status_code == 422
    assert cast.client(cast.supervisor).get(f"{API}/purchase-orders").json["total"] == 0


def test_what_is_exported_is_imported_without_a_change(cast: Cast, goods: dict[str, Item]) -> None:
    north = make_supplier()
    make_order(cast, north, [(goods["water"], 5), (goods["apple"], 2500)], state="draft", note="=1+1")
    order = make_order(cast, north, [(goods["water"], 7)], reference="R-2")
    lines = [{"item": goods["water"], "quantity": 7, "lot": "L1", "sscc": PALLET, "order_line_id": line_ids(order)[0]}]
    make_delivery(cast, north, lines)
    client, site = cast.client(cast.supervisor), str(cast.site.id)
    for path, rows in (("purchase-orders", 3), ("expected-deliveries", 1)):
        file = client.get(f"{API}/{path}/export?site_id={site}").text.splitlines()
        assert came_to(load(client, path, *file, site_id=site)) == (0, 0, rows, True), path
        book = client.get(f"{API}/{path}/export?format=xlsx&lang=zh").data
        answer = client.post(
            f"{API}/{path}/import", data=book, content_type="application/octet-stream",
            query_string={"site_id": site, "dry_run": "true"},
        )  # fmt: skip
        assert came_to(answer) == (0, 0, rows, False), path


def deliveries(cast: Cast, *rows: str, dry_run: bool = False) -> Any:
    return load(cast.client(cast.supervisor), "expected-deliveries", *rows, dry_run=dry_run, site_id=str(cast.site.id))


def test_deliveries_are_announced_by_file(cast: Cast, goods: dict[str, Item]) -> None:
    order = make_order(cast, make_supplier(), [(goods["water"], 24)], reference="R-9")
    head = "reference,supplier,expected_on,sku,barcode,lot,expires_on,quantity,sscc,order"
    file = (head, f"DN-1,NORTH,2026-12-01,,16921168509253,L1,2027-12-31,2,{PALLET},R-9", "DN-1,NORTH,,APPLE,,,,0.5,,")
    assert came_to(deliveries(cast, *file)) == (2, 0, 0, True)
    assert came_to(deliveries(cast, *file)) == (0, 0, 2, True)
    client = cast.client(cast.supervisor)
    own = client.get(f"{API}/expected-deliveries").json["rows"][0]
    assert own["orders"] == [{"id": str(order.id), "label": "PO-1"}]
    lines = client.get(f"{API}/expected-deliveries/{own['id']}").json["lines"]
    assert [(line["quantity"], line["lot"], line["expires_on"], line["sscc"]) for line in lines] == [
        (24, "L1", "2027-12-31", PALLET),
        (500, "", None, ""),
    ]
    assert came_to(deliveries(cast, head, "DN-1,NORTH,,APPLE,,,,0.5,,")) == (0, 1, 0, True)
    by_file = client.get(f"{API}/expected-deliveries/{own['id']}").json
    assert (by_file["quantity"], by_file["version"]) == (500, own["version"] + 1)


def test_every_mistake_of_a_deliveries_file_is_named(cast: Cast, goods: dict[str, Item]) -> None:
    north, south = make_supplier(), make_supplier("SOUTH")
    make_delivery(cast, north, [{"item": goods["water"], "quantity": 1, "sscc": PALLET}], reference="DN-0")
    make_delivery(cast, north, [{"item": goods["water"], "quantity": 9}], reference="DN-5", state="part_received")
    make_order(cast, south, [(goods["water"], 24)], reference="R-9")
    other = "369312345000000026"
    head = "reference,supplier,sku,quantity,sscc,order"
    file = (
        head,
        f"DN-1,NORTH,WATER,1,{PALLET},",
        f"DN-1,NORTH,WATER,1,{other},R-9",
        f"DN-2,NORTH,WATER,1,{other},",
        "DN-3,NORTH,WATER,1,123,",
        "DN-5,NORTH,WATER,1,,",
    )
    assert mistakes(deliveries(cast, *file, dry_run=True)) == [
        (2, "sscc", "sscc_taken"),
        (3, "order", "unknown_order_line"),
        (4, "sscc", "sscc_taken"),
        (5, "sscc", "not_an_sscc"),
        (6, "reference", "delivery_begun"),
    ]


@pytest.mark.parametrize("path", ["suppliers", "suppliers/items", "purchase-orders", "expected-deliveries"])
def test_a_template_is_a_file_the_import_can_read(cast: Cast, path: str) -> None:
    make_supplier()
    make_item("WATER-550")
    make_item("APPLE", unit="kg")
    client = cast.client(cast.manager)
    query = {"dry_run": "true"} | ({"site_id": str(cast.site.id)} if "-" in path else {})
    for form in ("format=csv", "format=xlsx&lang=zh", "format=xlsx&lang=en"):
        file = client.get(f"{API}/{path}/template?{form}").data
        answer = client.post(
            f"{API}/{path}/import", data=file, content_type="application/octet-stream", query_string=query
        )
        assert [code for _row, _column, code in mistakes(answer) if code != "unknown_order_line"] == [], form


def test_a_file_is_for_ones_own_site(cast: Cast) -> None:
    for path in ("purchase-orders", "expected-deliveries"):
        answer = load(cast.client(cast.outsider), path, "reference,supplier,quantity", site_id=str(cast.site.id))
        assert answer.status_code == 404
        assert cast.client(cast.outsider).get(f"{API}/{path}/export?site_id={cast.site.id}").status_code == 404
        assert len(cast.client(cast.outsider).get(f"{API}/{path}/export").text.splitlines()) == 1
