"""Valid bodies of requests that the schemas alone do not tell, for the access test: it fills in what they name."""

from typing import Any
from uuid import UUID

# Bodies that their schema alone does not tell, by "METHOD rule": a function of the ids to name.
BODIES: dict[str, Any] = {}


def body(route: str) -> Any:
    """Note a valid body for a route."""

    def note(make: Any) -> Any:
        BODIES[route] = make
        return make

    return note


@body("POST /sync/push")
def _push(named: Any) -> Any:
    counters = {"sent_ms": 1, "mono_ms": 1, "next_seq": 1, "pending": 0, "epoch": None, "records": []}
    return {"device_id": named("device_id"), "batch_id": str(UUID(int=7)), "boot": str(UUID(int=7)), **counters}


@body("PUT /people/<uuid:person_id>/pin")
def _pin(_named: Any) -> Any:
    return {"pin": "802517"}


@body("PUT /people/<uuid:person_id>/password")
def _password(_named: Any) -> Any:
    return {"password": "another good phrase"}


@body("POST /people")
def _person(named: Any) -> Any:
    return {"login": "mallory", "name": "M", "grants": [{"site_id": named("site_id"), "role": "counter"}]}


@body("PATCH /people/<uuid:person_id>")
def _grants(named: Any) -> Any:
    return {"grants": [{"site_id": named("site_id"), "role": "administrator"}]}


@body("PATCH /sites/<uuid:site_id>")
def _site_name(_named: Any) -> Any:
    return {"name": "Mine now"}


@body("PATCH /locations/<uuid:location_id>")
def _location(named: Any) -> Any:
    return {"name": "Mine now", "parent_id": named("parent_id")}


@body("POST /held/<string:record_id>/<string:body_hash>/release")
@body("POST /held/<string:record_id>/<string:body_hash>/dismiss")
def _note(_named: Any) -> Any:
    return {"note": "mine now"}


@body("POST /stocktakes/<uuid:stocktake_id>/decisions")
def _decision(named: Any) -> Any:
    return {"decision": "keep_book", "lines": [{"id": int(named("line_id")), "version": 1}], "note": "mine now"}


@body("POST /stocktakes/<uuid:stocktake_id>/overlaps")
def _overlap(named: Any) -> Any:
    place = {"location_id": named("location_id"), "round": 1}
    return {**place, "decision": "use", "sheet_id": named("sheet_id")}


@body("POST /stocktakes/<uuid:stocktake_id>/unknown-codes/bind")
def _binding(named: Any) -> Any:
    return {"code": "4006381333931", "item_id": named("item_id"), "pack_factor": 1}


@body("POST /stocktakes/<uuid:stocktake_id>/post")
def _posting(named: Any) -> Any:
    return {"zone_ids": [named("zone_id")], "uncounted": "leave", "only_ready": True, "dry_run": False}


@body("POST /purchase-orders/<uuid:order_id>/close")
@body("POST /purchase-orders/<uuid:order_id>/cancel")
@body("POST /expected-deliveries/<uuid:delivery_id>/close")
@body("POST /expected-deliveries/<uuid:delivery_id>/cancel")
def _reason(_named: Any) -> Any:
    return {"reason": "mine now"}


@body("PATCH /purchase-orders/<uuid:order_id>")
def _order_note(_named: Any) -> Any:
    return {"note": "mine now"}


@body("PATCH /expected-deliveries/<uuid:delivery_id>")
def _announced_anew(named: Any) -> Any:
    return {"lines": [_delivery_line(named)]}


@body("POST /expected-deliveries")
def _announced(named: Any) -> Any:
    return {"site_id": named("site_id"), "supplier_id": named("supplier_id"), "lines": [_delivery_line(named)]}


def _delivery_line(named: Any) -> dict[str, Any]:
    return {"item_id": named("item_id"), "quantity": 1, "order_line_id": named("order_line_id")}


@body("POST /journals")
def _journal(named: Any) -> Any:
    entry = {"item_id": named("item_id"), "location_id": named("location_id"), "quantity": 1}
    return {"site_id": named("site_id"), "kind": "receipt", "entries": [entry]}
