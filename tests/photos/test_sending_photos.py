"""A photo is kept once, made anew, at the site of its record; and shown to those of that site."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from app.accounts.models import Device
from app.device_log.models import DeviceRecord, DeviceState
from app.kernel.clock import from_ms, now, to_ms
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from app.photos.models import Photo
from app.photos.pictures import pool
from app.photos.queries import photos_of, photos_of_document
from scanner.labels import render_label, to_jpeg
from tests.builders import MORNING, Cast, at, make_device, make_person, save
from tests.scanner.hostile import SOY_SAUCE, photo, with_exif

TAKEN = to_ms(at(9))


@pytest.fixture(scope="module", autouse=True)
def _workers_end() -> Iterator[None]:
    yield
    pool.close()


def put(client: Any, photo_id: UUID, data: bytes, **query: Any) -> Any:
    wanted = {"purpose": "damage", "taken_at_ms": TAKEN} | query
    return client.put(f"/api/v1/photos/{photo_id}", query_string=wanted, data=data, content_type="image/jpeg")


def make_record(
    device: Device, *, site_id: UUID | None = None, document_id: UUID | None = None, record_id: UUID | None = None
) -> UUID:
    moments = dict.fromkeys(("occurred_at", "occurred_from", "occurred_to", "received_at"), MORNING)
    record = DeviceRecord(
        record_id=record_id or new_id(), device_id=device.id, device_seq=None,
        site_id=site_id or device.site_id, schema_version=1, kind="damaged", person_id=device.enrolled_by,
        document_id=document_id, device_ms=0, body="{}", body_hash=b"x",
        **moments,
    )  # fmt: skip
    save(record)
    return record.record_id


def kept(photo_id: UUID) -> Photo:
    with reading() as session:
        found = session.get_one(Photo, photo_id)
        session.expunge(found)
        return found


def test_it_is_kept_made_anew_with_its_codes(cast: Cast) -> None:
    client, photo_id = cast.client(cast.counter, on_device=True), new_id()
    sent = with_exif(photo(), orientation=1)
    answer = put(client, photo_id, sent)
    assert answer.status_code == 201, answer.json
    height, width = render_label(SOY_SAUCE).shape[:2]
    assert (answer.json["width"], answer.json["height"]) == (width, height)
    assert [(code["text"], code["accepted"]) for code in answer.json["codes"]] == [(SOY_SAUCE, True)]
    shown = client.get(f"/api/v1/photos/{photo_id}")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Disposition"] == f'attachment; filename="photo-{photo_id}.jpg"'
    assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert shown.headers["Content-Security-Policy"].endswith("; sandbox")
    assert shown.data.startswith(b"\xff\xd8\xff")
    assert b"Exif" in sent
    assert b"Exif" not in shown.data


def test_a_large_one_is_kept_small_and_its_codes_are_placed_in_what_is_kept(cast: Cast) -> None:
    import cv2  # noqa: PLC0415  # only to enlarge

    large = cv2.resize(render_label(SOY_SAUCE), (3300, 1300))
    answer = put(cast.client(cast.counter, on_device=True), new_id(), to_jpeg(large))
    assert (answer.json["width"], answer.json["height"]) == (1600, 630)
    assert all(0 <= x <= 1600 and 0 <= y <= 630 for x, y in answer.json["codes"][0]["position"])
    assert max(x for x, _ in answer.json["codes"][0]["position"]) > 1000


def test_sent_again_it_changes_nothing(cast: Cast) -> None:
    client, photo_id = cast.client(cast.counter, on_device=True), new_id()
    first = put(client, photo_id, photo())
    received = kept(photo_id).received_at
    again = put(client, photo_id, photo(), purpose="evidence", taken_at_ms=7)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert (kept(photo_id).received_at, kept(photo_id).purpose) == (received, "damage")


def test_other_bytes_under_the_same_id_are_refused(cast: Cast) -> None:
    client, photo_id = cast.client(cast.counter, on_device=True), new_id()
    put(client, photo_id, photo())
    before = client.get(f"/api/v1/photos/{photo_id}").data
    refused = put(client, photo_id, photo("4006381333931"))
    assert (refused.status_code, refused.json["code"]) == (409, "photo_id_taken")
    assert client.get(f"/api/v1/photos/{photo_id}").data == before


def test_it_may_come_before_its_record(cast: Cast) -> None:
    record_id, receipt_id = new_id(), new_id()
    client, photo_id = cast.client(cast.counter, on_device=True), new_id()
    put(client, photo_id, photo(), record_id=record_id, document_id=receipt_id)
    with reading() as session:
        assert photos_of(session, [record_id]) == {}
        assert [it.id for it in photos_of_document(session, cast.site.id, receipt_id)] == [photo_id]
    arrived = make_record(cast.device, document_id=receipt_id)
    put(client, new_id(), photo(), record_id=arrived)
    with reading() as session:
        found = photos_of(session, [arrived, record_id])
    assert [len(photos) for photos in found.values()] == [1]
    assert found[arrived][0].document_id == receipt_id


def test_a_list_shows_the_photos_of_a_document_oldest_first(cast: Cast) -> None:
    client, receipt_id = cast.client(cast.counter, on_device=True), new_id()
    for minute in (30, 10, 20):
        put(client, new_id(), photo(), taken_at_ms=to_ms(at(9, minute)), document_id=receipt_id)
    put(client, new_id(), photo(), document_id=new_id())
    first = client.get("/api/v1/photos", query_string={"document_id": receipt_id, "limit": 2}).json
    rest = client.get("/api/v1/photos", query_string={"document_id": receipt_id, "after": first["next"]}).json
    taken = [row["taken_at"][14:16] for row in first["rows"] + rest["rows"]]
    assert (first["total"], taken) == (3, ["10", "20", "30"])
    assert "jpeg" not in first["rows"][0]
    assert client.get("/api/v1/photos").status_code == 422


def test_when_it_was_taken_is_told_by_the_servers_clock(cast: Cast) -> None:
    save(DeviceState(device_id=cast.device.id, clock_offset_ms=3_600_000))
    client, slow, ahead = cast.client(cast.counter, on_device=True), new_id(), new_id()
    put(client, slow, photo())
    put(client, ahead, photo(), taken_at_ms=to_ms(now()) + 10**9)
    assert kept(slow).taken_at == from_ms(TAKEN + 3_600_000)
    assert kept(ahead).taken_at == kept(ahead).received_at
    assert put(client, new_id(), photo(), taken_at_ms=253_402_300_799_999).status_code == 201


def test_a_person_at_a_desk_says_at_which_site(cast: Cast) -> None:
    client = cast.client(cast.supervisor)
    unsaid = put(client, new_id(), photo())
    assert (unsaid.status_code, unsaid.json["errors"][0]["field"]) == (422, "site_id")
    photo_id = new_id()
    assert put(client, photo_id, photo(), site_id=cast.site.id).status_code == 201
    assert (kept(photo_id).device_id, kept(photo_id).site_id) == (None, cast.site.id)
    assert put(client, new_id(), photo(), site_id=cast.other_site.id).status_code == 404


def test_it_goes_where_its_record_is_though_its_device_has_moved(cast: Cast) -> None:
    """A device is enrolled at another site with photos still to send; whoever holds it works at both."""
    record_id = make_record(cast.device)
    transact(lambda session: session.execute(update(Device).values(site_id=cast.other_site.id)))
    both, photo_id = make_person("both", "counter"), new_id()
    assert put(cast.client(both, on_device=True), photo_id, photo(), record_id=record_id).status_code == 201
    assert kept(photo_id).site_id == cast.site.id


def test_nobody_hangs_a_photo_on_another_sites_record(cast: Cast) -> None:
    foreign = make_record(make_device(cast.other_site, cast.administrator, number=2))
    client = cast.client(cast.counter, on_device=True)
    assert put(client, new_id(), photo(), record_id=foreign).status_code == 404
    early, record_id = new_id(), new_id()
    put(client, early, photo(), record_id=record_id)  # a guessed id; then that record comes, at the other site
    make_record(cast.device, site_id=cast.other_site.id, record_id=record_id)
    with reading() as session:
        assert photos_of(session, [record_id]) == {}


def test_another_sites_people_see_nothing_of_it(cast: Cast) -> None:
    photo_id, receipt_id = new_id(), new_id()
    put(cast.client(cast.counter, on_device=True), photo_id, photo(), document_id=receipt_id)
    outsider = cast.client(cast.outsider)
    assert outsider.get(f"/api/v1/photos/{photo_id}").status_code == 404
    assert outsider.get("/api/v1/photos", query_string={"document_id": receipt_id}).json["rows"] == []
    assert put(outsider, photo_id, photo(), site_id=cast.other_site.id).status_code == 404


def test_a_device_without_a_person_and_a_revoked_one_keep_theirs(cast: Cast) -> None:
    """Nobody vouches for them. Enrolled again, or with somebody signed in, the device sends what it still has."""
    alone = cast.app.test_client()
    alone.set_cookie("pandian-device", "device-1", domain="localhost")
    assert put(alone, new_id(), photo()).status_code == 401
    client = cast.client(cast.counter, on_device=True)
    transact(lambda session: session.execute(update(Device).values(revoked_at=now())))
    assert put(client, new_id(), photo()).status_code == 401


def test_what_a_photo_is_for_must_be_said(cast: Cast) -> None:
    client = cast.client(cast.counter, on_device=True)
    for wrong in ({"purpose": "art"}, {"taken_at_ms": -1}, {"taken_at_ms": "soon"}, {"record_id": "7"}, {"title": "x"}):
        assert put(client, new_id(), photo(), **wrong).status_code == 422, wrong


def test_decoding_keeps_nothing(cast: Cast) -> None:
    client = cast.client(cast.counter, on_device=True)
    label = to_jpeg(render_label("(01)06921168509256(17)271231(10)L7(30)12", "Code 128"))
    answer = client.post("/api/v1/decode", data=label, content_type="image/jpeg")
    assert answer.status_code == 200, answer.json
    [code] = answer.json["codes"]
    assert (code["gtin"], code["accepted"]) == ("06921168509256", code["accepted"])
    assert {name: value for name, value in code["meaning"].items() if value is not None} == {
        "kind": "gs1", "code": "06921168509256", "lot": "L7", "expires_on": "2027-12-31", "count": 12,
    }  # fmt: skip
    with reading() as session:
        assert session.query(Photo).count() == 0
