"""What a device may see grows and shrinks: it learns of both, by the feed or by beginning again."""

import base64
from functools import partial
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient

from app.accounts.models import Person
from app.feed.service import record_changes
from app.kernel.clock import now
from app.kernel.transaction import transact
from tests.builders import Cast, make_location
from tests.feed.test_pull import on_device, pull, refused
from tests.feed.test_snapshots import manifest, rows_of


def told(client: FlaskClient, cursor: str) -> list[tuple[str, str, str]]:
    return [(row["entity"], row["op"], row["id"]) for row in pull(client, cursor)["rows"]]


def people(client: FlaskClient) -> set[str]:
    return {row["body"]["name"] for row in rows_of(client, manifest(client)) if row["entity"] == "person"}


def grant(cast: Cast, person: Person, *grants: tuple[str, str | None]) -> None:
    body = {"grants": [{"role": role, "site_id": site_id} for role, site_id in grants]}
    answer = cast.client(cast.administrator).patch(f"/api/v1/people/{person.id}", json=body)
    assert answer.status_code == 200, answer.json


def test_whose_work_at_the_site_ends_is_gone_from_its_devices_and_comes_again_with_a_new_grant(cast: Cast) -> None:
    device, here = on_device(cast), str(cast.site.id)
    cursor = pull(device)["next"]
    grant(cast, cast.outsider, ("counter", here))
    assert told(device, cursor) == [("person", "U", str(cast.outsider.id))]
    cursor = pull(device, cursor)["next"]
    grant(cast, cast.outsider, ("manager", str(cast.other_site.id)))
    assert told(device, cursor) == [("person", "D", str(cast.outsider.id))]
    cursor = pull(device, cursor)["next"]
    grant(cast, cast.outsider, ("manager", None))
    assert told(device, cursor) == [("person", "U", str(cast.outsider.id))]


def test_a_snapshot_has_the_people_of_today(cast: Cast) -> None:
    grant(cast, cast.counter, ("supervisor", str(cast.site.id)))
    grant(cast, cast.outsider, ("manager", str(cast.other_site.id)))
    assert people(on_device(cast)) == {"Counter"}, "the others of the cast were never noted; the outsider is elsewhere"


def test_a_supplier_out_of_use_is_gone_and_a_place_or_an_item_stays_known(cast: Cast) -> None:
    device, manager = on_device(cast), cast.client(cast.administrator)
    supplier = manager.post("/api/v1/suppliers", json={"code": "NORTH", "name": "North Mills"}).json["id"]
    cursor = pull(device)["next"]
    place = str(cast.bins[0].id)
    assert manager.patch(f"/api/v1/suppliers/{supplier}", json={"active": False}).status_code == 200
    assert manager.patch(f"/api/v1/locations/{place}", json={"active": False}).status_code == 200
    page = pull(device, cursor)
    assert [(row["id"], row["op"]) for row in page["rows"]] == [(supplier, "D"), (place, "U")]
    assert page["rows"][1]["body"]["active"] is False, "its label may still be scanned"
    manager.patch(f"/api/v1/suppliers/{supplier}", json={"active": True})
    assert told(device, page["next"]) == [("supplier", "U", supplier)]


class Phone:
    """An installation that can be enrolled again and again."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.client = cast.app.test_client()
        key = ec.generate_private_key(ec.SECP256R1()).public_key()
        spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.said = {"installation_id": str(uuid4()), "public_key": base64.b64encode(spki).decode()}

    def join(self, site_id: Any) -> None:
        made = self.cast.client(self.cast.administrator).post(
            "/api/v1/enrolments", json={"site_id": str(site_id), "label": "P"}
        )
        answer = self.client.post("/api/v1/devices", json={**self.said, "code": made.json["code"]})
        assert answer.status_code == 201, answer.json

    def places(self) -> set[str]:
        rows = rows_of(self.client, manifest(self.client))
        return {row["body"]["code"] for row in rows if row["entity"] == "location"}


def test_a_device_that_moves_to_another_site_begins_again_with_that_sites_world(cast: Cast) -> None:
    note_places(cast)
    phone = Phone(cast)
    phone.join(cast.site.id)
    cursor = pull(phone.client)["next"]
    assert phone.places() == {"A-01"}

    phone.join(cast.other_site.id)
    status, problem = refused(phone.client, cursor)
    assert (status, problem["code"], problem["action"]) == (410, "begin_again", "bootstrap")
    assert phone.places() == {"B-01"}
    there = manifest(phone.client)["cursor"]
    assert pull(phone.client, there)["rows"] == []

    phone.join(cast.site.id)
    assert refused(phone.client, there)[0] == 410
    assert pull(phone.client, cursor)["rows"] == [], "back in the old world, it goes on where it was"


def note_places(cast: Cast) -> None:
    """Let the feed know a place of each site."""
    for place in (cast.bins[0], make_location(cast.other_site, "B-01")):
        transact(partial(record_changes, entity="location", keys=[place.id], now=now(), site_id=place.site_id))


def test_a_cursor_from_before_cursors_named_their_site_still_goes_on(cast: Cast) -> None:
    device = on_device(cast)
    page = pull(device)
    assert pull(device, f"{page['epoch']}:{page['head']}")["next"] == page["next"]
