"""What the calls about photos and the inbox need to go through. Pictures are sent as the bytes they are."""

import secrets
from typing import Any

import schemathesis

from app.kernel.ids import new_id
from app.photos.rules import CONTENT_TYPES
from scanner.labels import render_label, to_jpeg
from tests.api.company import Names, Shop, recipe


@schemathesis.serializer(*CONTENT_TYPES)
def _as_bytes(_ctx: schemathesis.SerializationContext, value: Any) -> bytes:
    """A picture is a text of bytes to the run; what else it thinks of is no picture, and is sent all the same."""
    return str(value).encode("latin-1", errors="replace")


def _picture() -> bytes:
    return to_jpeg(render_label("6921168509256"))


@recipe("decode")
def _to_read(_shop: Shop) -> Names:
    return {"body": _picture().decode("latin-1")}


@recipe("put_photo")
def _to_keep(shop: Shop) -> Names:
    return {
        "photo_id": str(new_id()),
        "purpose": "evidence",
        "taken_at_ms": 7,
        "site_id": shop.names["site_id"],
        "body": _picture().decode("latin-1"),
    }


@recipe("get_photo")
def _photo(shop: Shop) -> Names:
    photo_id = str(new_id())
    query = {"purpose": "evidence", "taken_at_ms": 7, "site_id": shop.names["site_id"]}
    answer = shop.supervisor.http.put(f"/api/v1/photos/{photo_id}", params=query, content=_picture())
    assert answer.is_success, answer.text
    return {"photo_id": photo_id}


@recipe("bind_from_inbox")
def _unknown(shop: Shop) -> Names:
    return {"body": {"code": f"SHELF-{secrets.token_hex(4)}", "item_id": shop.names["item_id"]}}
