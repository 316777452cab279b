"""What the calls about suppliers, orders, deliveries and receipts need before they can go through."""

import secrets
from typing import Any

from app.kernel.ids import new_id
from tests.api.company import Names, Shop, recipe


def _supplier(shop: Shop) -> str:
    return str(shop.admin.post("suppliers", _new_supplier(shop)["body"])["id"])


def _lines(shop: Shop) -> list[dict[str, Any]]:
    return [{"item_id": shop.names["item_id"], "quantity": 5}]


def _new_order_body(shop: Shop) -> Names:
    return {"site_id": shop.names["site_id"], "supplier_id": _supplier(shop), "lines": _lines(shop)}


def _draft(shop: Shop) -> Names:
    return {"order_id": shop.admin.post("purchase-orders", _new_order_body(shop))["id"]}


def _placed(shop: Shop) -> Names:
    found = _draft(shop)
    shop.admin.post(f"purchase-orders/{found['order_id']}/order")
    return found


def _announced(shop: Shop) -> Names:
    return {"delivery_id": shop.admin.post("expected-deliveries", _new_order_body(shop))["id"]}


def _receipt(shop: Shop, **against: Any) -> Names:
    body = {"site_id": shop.names["site_id"], "location_id": shop.names["location_id"], **against}
    return {"receipt_id": shop.admin.post("receipts", body)["id"]}


def _scanned(shop: Shop) -> Names:
    """A receipt of a device of its own, with one good on it that stands on no order."""
    counter = shop.enrol()
    found = _receipt(shop, **_placed(shop))
    where = {
        "receipt": found["receipt_id"],
        "sheet": str(new_id()),
        "location": shop.names["location_id"],
    }
    counter.device.record("receipt", **where, order=None, delivery=None, supplier=None, delivery_note=None)
    counter.device.record(
        "receive", **where, code=None, symbology=None, source="keypad", item=_other_item(shop), lot="",
        expires_on=None, serial=None, sscc=None, factor=1, quantity=3,
    )  # fmt: skip
    counter.device.push()
    shop.admin.post(f"receipts/{found['receipt_id']}/close", {"override_reason": "the truck has gone"})
    rows = shop.admin.get(f"receipts/{found['receipt_id']}/lines")["rows"]
    return found | {"line_id": rows[0]["id"], "line_ids": [row["id"] for row in rows]}


def _other_item(shop: Shop) -> str:
    return list(shop.company.items.values())[1]


def _decided(shop: Shop) -> Names:
    found = _scanned(shop)
    body = {"decision": "accept", "line_ids": found["line_ids"], "reason_code": "miscount", "note": "seen"}
    shop.admin.post(f"receipts/{found['receipt_id']}/decisions", body)
    return found


def _posted(shop: Shop) -> Names:
    found = _decided(shop)
    shop.admin.post(f"receipts/{found['receipt_id']}/post", {"dry_run": False})
    return found


@recipe("create_supplier")
def _new_supplier(_shop: Shop) -> Names:
    code = f"S{secrets.token_hex(4)}"
    return {"body": {"code": code, "name": code}}


@recipe("get_supplier")
@recipe("list_terms")
def _a_supplier(shop: Shop) -> Names:
    return {"supplier_id": _supplier(shop)}


@recipe("edit_supplier")
def _supplier_to_edit(shop: Shop) -> Names:
    return {"supplier_id": _supplier(shop), "body": {"note": "calls first"}}


@recipe("set_terms")
def _terms(shop: Shop) -> Names:
    return {"supplier_id": _supplier(shop), "body": {"price": 1_500_000}}


@recipe("drop_terms")
def _terms_to_drop(shop: Shop) -> Names:
    supplier = _supplier(shop)
    shop.admin.put(f"suppliers/{supplier}/items/{shop.names['item_id']}", {"price": 1_500_000})
    return {"supplier_id": supplier}


@recipe("create_order")
@recipe("create_delivery")
def _to_order(shop: Shop) -> Names:
    return {"body": _new_order_body(shop)}


@recipe("get_order")
@recipe("place_order")
def _a_draft(shop: Shop) -> Names:
    return _draft(shop)


@recipe("edit_order")
def _order_to_edit(shop: Shop) -> Names:
    return _draft(shop) | {"body": {"note": "by the back door"}}


@recipe("close_order")
@recipe("cancel_order")
def _order_to_end(shop: Shop) -> Names:
    return _placed(shop) | {"body": {"reason": "no longer made"}}


@recipe("get_delivery")
def _a_delivery(shop: Shop) -> Names:
    return _announced(shop)


@recipe("edit_delivery")
def _delivery_to_edit(shop: Shop) -> Names:
    return _announced(shop) | {"body": {"note": "by the back door"}}


@recipe("close_delivery")
@recipe("cancel_delivery")
def _delivery_to_end(shop: Shop) -> Names:
    return _announced(shop) | {"body": {"reason": "the truck turned round"}}


@recipe("open_receipt")
def _receipt_to_open(shop: Shop) -> Names:
    return {"body": {"site_id": shop.names["site_id"], "location_id": shop.names["location_id"]}}


@recipe("get_receipt")
@recipe("get_receipt_sync_health")
@recipe("list_receipt_lines")
@recipe("export_receipt_lines")
@recipe("receipt_report")
@recipe("cancel_receipt")
def _a_receipt(shop: Shop) -> Names:
    return _receipt(shop)


@recipe("edit_receipt")
def _receipt_to_edit(shop: Shop) -> Names:
    return _receipt(shop) | {"body": {"note": "two pallets"}}


@recipe("close_receipt")
def _receipt_to_close(shop: Shop) -> Names:
    return _receipt(shop) | {"body": {"override_reason": "the truck has gone"}}


@recipe("get_receipt_line")
def _a_line(shop: Shop) -> Names:
    return _scanned(shop)


@recipe("decide_receipt_lines")
def _to_decide(shop: Shop) -> Names:
    found = _scanned(shop)
    body = {"decision": "accept", "line_ids": found["line_ids"], "reason_code": "miscount", "note": "seen"}
    return found | {"body": body}


@recipe("post_receipt")
def _receipt_to_post(shop: Shop) -> Names:
    return _decided(shop) | {"body": {"dry_run": False}}


@recipe("reverse_receipt")
def _receipt_to_reverse(shop: Shop) -> Names:
    return _posted(shop) | {"body": {"note": "typed twice"}}


@recipe("return_goods")
def _to_return(shop: Shop) -> Names:
    lines = [{"item_id": _other_item(shop), "lot": "", "quantity": 1}]
    return _posted(shop) | {"body": {"lines": lines, "reason_code": "damaged", "note": "broken inside"}}


@recipe("import_suppliers")
def _suppliers_file(_shop: Shop) -> Names:
    return {"body": "code,name\nFILE-1,By file\n", "dry_run": "true"}


@recipe("import_terms")
def _terms_file(shop: Shop) -> Names:
    supplier = shop.admin.post("suppliers", _new_supplier(shop)["body"])
    return {"body": f"supplier,sku,price\n{supplier['code']},{shop.names['sku']},1.50\n", "dry_run": "true"}


@recipe("import_orders")
def _orders_file(shop: Shop) -> Names:
    supplier = shop.admin.post("suppliers", _new_supplier(shop)["body"])
    return {
        "body": f"reference,supplier,sku,quantity\nFILE-1,{supplier['code']},{shop.names['sku']},2\n",
        "dry_run": "true",
    }


@recipe("import_deliveries")
def _deliveries_file(shop: Shop) -> Names:
    return _orders_file(shop)


@recipe("import_item_places")
def _item_places_file(shop: Shop) -> Names:
    return {"body": f"sku,location\n{shop.names['sku']},{shop.names['location']}\n", "dry_run": "true"}
