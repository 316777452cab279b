"""What the calls about photos and the inbox need to go through. The run cannot send a picture: tests/photos does."""

import secrets

from app.kernel.ids import new_id
from scanner.labels import render_label, to_jpeg
from tests.api.company import Names, Shop, recipe


@recipe("get_photo")
def _photo(shop: Shop) -> Names:
    photo_id = str(new_id())
    query = {"purpose": "evidence", "taken_at_ms": 7, "site_id": shop.names["site_id"]}
    picture = to_jpeg(render_label("6921168509256"))
    answer = shop.supervisor.http.put(f"/api/v1/photos/{photo_id}", params=query, content=picture)
    assert answer.is_success, answer.text
    return {"photo_id": photo_id}


@recipe("bind_from_inbox")
def _unknown(shop: Shop) -> Names:
    return {"body": {"code": f"SHELF-{secrets.token_hex(4)}", "item_id": shop.names["item_id"]}}
