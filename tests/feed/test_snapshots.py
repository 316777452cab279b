"""A new device begins with a snapshot: what a device of its site may see, on pages that never change."""

import gzip
import hashlib
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.accounts.models import Device
from app.feed import service, snapshots
from app.feed.models import Snapshot, SnapshotPage
from app.feed.rules import KEPT_AFTER_REPLACED, is_due, row_hash
from app.feed.snapshot_run import make_all_due, make_if_due
from app.kernel.clock import now
from app.kernel.json import dumps
from app.kernel.transaction import reading, transact
from tests.builders import Cast, make_device
from tests.feed.test_pull import Things, note, on_device, pull

VECTORS = orjson.loads((Path(__file__).parent.parent / "vectors" / "row_hash.json").read_bytes())


@pytest.fixture
def things() -> Iterator[Things]:
    """An entity of the site."""
    entity = Things()
    service.register_reader("thing", entity.read, passing=("mood",))
    yield entity
    service._readers.pop("thing")


@pytest.fixture
def goods() -> Iterator[Things]:
    """An entity that all sites share."""
    entity = Things()
    service.register_reader("good", entity.read, shared=True)
    yield entity
    service._readers.pop("good")


def note_goods(entity: Things, *keys: str) -> None:
    entity.there |= dict.fromkeys(keys, "good")
    transact(lambda session: service.record_changes(session, "good", keys, now()))


def manifest(client: FlaskClient, dataset: str = "site") -> dict[str, Any]:
    answer = client.get(f"/api/v1/sync/snapshot/{dataset}")
    assert answer.status_code == 200, answer.json
    assert answer.headers["Cache-Control"] == "no-store"
    return dict(answer.json)


def address(found: dict[str, Any], page: int = 1) -> str:
    return f"/api/v1/sync/snapshot/{found['dataset']}/{found['id']}/{page}"


def rows_of(client: FlaskClient, found: dict[str, Any]) -> list[dict[str, Any]]:
    """All rows of a snapshot, each page being what the manifest says of it."""
    rows = []
    for page in found["pages"]:
        answer = client.get(address(found, page["page"]))
        assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
        text = gzip.decompress(answer.data)
        assert (len(answer.data), hashlib.sha256(text).hexdigest()) == (page["bytes"], page["sha256"])
        lines = text.splitlines()
        assert len(lines) == page["rows"]
        told = (orjson.loads(line) for line in lines)
        rows += [{"id": row["body"].get("id"), **row} for row in told]
    assert (found["rows"], found["bytes"]) == (len(rows), sum(page["bytes"] for page in found["pages"]))
    return rows


def content(found: dict[str, Any], entity: str) -> dict[str, Any]:
    return next(one for one in found["contents"] if one["entity"] == entity)


def age(hours: float) -> None:
    """Let the snapshots be older than they are."""
    earlier = now() - timedelta(hours=hours)
    transact(lambda session: session.execute(update(Snapshot).values(made_at=earlier)))


def made() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Snapshot)) or 0


def test_a_snapshot_and_the_changes_after_it_are_what_the_whole_feed_says(cast: Cast, things: Things) -> None:
    client = on_device(cast)
    things.there = {f"k{n:03}": n for n in range(30)}
    note(things.there, site_id=cast.site.id)
    note(["gone"], operation="D")
    found = manifest(client)
    replica = {(row["entity"], row["id"]): row["body"] for row in rows_of(client, found)}
    things.there["k001"], things.there["new"] = "changed", "new"
    del things.there["k002"]
    note(["k001", "k002", "new"], site_id=cast.site.id)
    for row in pull(client, found["cursor"])["rows"]:
        assert row["id"] in {"k001", "k002", "new"}
        replica[row["entity"], row["id"]] = row["body"]
    whole = {(row["entity"], row["id"]): row["body"] for row in pull(client)["rows"]}
    alive = {key: body for key, body in whole.items() if body is not None}
    assert {key: body for key, body in replica.items() if body is not None} == alive
    assert ("thing", "gone") not in replica


def test_it_holds_what_a_device_of_the_site_may_see_and_nothing_else(cast: Cast, things: Things) -> None:
    things.there = {"ours": 1, "theirs": 2, "everybodys": 3}
    note(["ours"], site_id=cast.site.id)
    note(["theirs"], site_id=cast.other_site.id)
    note(["everybodys"])
    client = on_device(cast)
    found = manifest(client)
    assert [row["id"] for row in rows_of(client, found)] == ["everybodys", "ours"]
    assert content(found, "thing")["rows"] == 2

    make_device(cast.other_site, cast.administrator, number=77)
    stranger = cast.app.test_client()
    stranger.set_cookie("pandian-device", "device-77", domain="localhost")
    assert stranger.get(address(found)).status_code == 404
    assert [row["id"] for row in rows_of(stranger, manifest(stranger))] == ["everybodys", "theirs"]


def test_what_all_sites_share_is_made_once_for_all(cast: Cast, goods: Things) -> None:
    note_goods(goods, "water", "tissue")
    first = manifest(on_device(cast), "company")
    make_device(cast.other_site, cast.administrator, number=77)
    elsewhere = cast.app.test_client()
    elsewhere.set_cookie("pandian-device", "device-77", domain="localhost")
    second = manifest(elsewhere, "company")
    assert first["id"] == second["id"]
    assert [row["id"] for row in rows_of(elsewhere, second)] == ["tissue", "water"]
    assert first["cursor"] != second["cursor"], "each goes on in its own site's feed"


def test_large_datasets_come_in_pages(cast: Cast, things: Things) -> None:
    things.there = {f"k{n:05}": n for n in range(4_100)}
    note(things.there, site_id=cast.site.id)
    client = on_device(cast)
    found = manifest(client)
    assert [page["rows"] for page in found["pages"]] == [2000, 2000, 100]
    assert [row["id"] for row in rows_of(client, found)] == list(things.there)


def test_a_page_can_be_resumed_and_need_not_be_fetched_twice(cast: Cast, things: Things) -> None:
    things.there = {f"k{n:03}": n for n in range(100)}
    note(things.there)
    client = on_device(cast)
    found = manifest(client)
    whole = client.get(address(found))
    assert whole.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert whole.headers["Vary"] == "Cookie"
    assert whole.headers["Accept-Ranges"] == "bytes"
    rest = client.get(address(found), headers={"Range": "bytes=40-", "If-Range": whole.headers["ETag"]})
    assert (rest.status_code, rest.data) == (206, whole.data[40:])
    assert rest.headers["Content-Range"] == f"bytes 40-{len(whole.data) - 1}/{len(whole.data)}"
    other = client.get(address(found), headers={"Range": "bytes=40-", "If-Range": '"another"'})
    assert (other.status_code, other.data) == (200, whole.data)
    again = client.get(address(found), headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert gzip.decompress(whole.data[:40] + rest.data) == gzip.decompress(whole.data)
    outside = client.get(address(found), headers={"Range": f"bytes={len(whole.data)}-"})
    assert (outside.status_code, outside.content_type) == (416, "application/problem+json")


def test_the_sums_are_those_of_the_rows(cast: Cast, things: Things) -> None:
    things.there = {"a": "水", "b": "Bean"}
    note(things.there)
    client = on_device(cast)
    found = manifest(client)
    rows = rows_of(client, found)
    bodies = [orjson.dumps(row["body"]) for row in rows]
    assert content(found, "thing")["sum"] == f"{_sum(rows, bodies):08x}"
    assert _sum(rows, bodies) != _sum(rows, bodies[::-1]), "two that swapped their bodies are noticed"


def _sum(rows: list[dict[str, Any]], bodies: list[bytes]) -> int:
    pairs = zip(rows, bodies, strict=True)
    return sum(row_hash(f"thing:{row['id']}:".encode() + body) for row, body in pairs) % (1 << 32)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["key"] for vector in VECTORS])
def test_both_languages_make_the_same_hash(vector: dict[str, Any]) -> None:
    text = f"{vector['entity']}:{vector['key']}:".encode() + dumps(vector["body"])
    assert f"{row_hash(text):08x}" == vector["hash"]


def test_fields_that_no_change_tells_of_are_left_out_of_the_sum(cast: Cast, things: Things) -> None:
    moods = ["merry", "sad"]

    def moody(_session: Any, keys: Any, _site_id: Any) -> dict[str, Any]:
        return {key: {"name": key, "mood": moods[0]} for key in keys}

    service.register_reader("thing", moody, passing=("mood",))
    sums = set()
    while moods:
        note(["a"])
        make_if_due("site", cast.site.id)
        age(2)
        found = manifest(on_device(cast))
        assert content(found, "thing")["passing"] == ["mood"]
        sums.add(content(found, "thing")["sum"])
        moods.pop(0)
    assert len(sums) == 1


def test_one_that_nothing_followed_stands_at_the_head_and_can_be_compared_with(
    cast: Cast, things: Things, goods: Things
) -> None:
    note_goods(goods, "water")
    client = on_device(cast)
    before = manifest(client, "company")
    note(["a", "b"])
    after = manifest(client, "company")
    assert (after["id"], after["is_current"]) == (before["id"], True)
    assert after["feed_number"] == before["feed_number"] + 2
    note_goods(goods, "tissue")
    stale = manifest(client, "company")
    assert (stale["id"], stale["is_current"], stale["feed_number"]) == (before["id"], False, before["made_at_number"])


@pytest.mark.parametrize(
    ("age_in_minutes", "rows", "changes", "due"),
    [
        (60 * 24 * 400, 100_000, 0, False),
        (60 * 24, 100_000, 1, True),
        (60 * 23, 100_000, 1, False),
        (60, 10_000, 1, True),
        (59, 10_000, 1, False),
        (60, 10_001, 2_000, False),
        (10, 100_000, 2_001, True),
        (9, 100_000, 1_000_000, False),
    ],
)
def test_when_a_snapshot_is_made_anew(age_in_minutes: int, rows: int, changes: int, due: bool) -> None:
    assert is_due(timedelta(minutes=age_in_minutes), rows, changes) is due


def test_the_scheduler_makes_what_is_due_and_whoever_asks_makes_what_it_did_not(cast: Cast, things: Things) -> None:
    note(["a"])
    make_all_due([cast.site.id])
    assert made() == 2
    make_all_due([cast.site.id])
    assert made() == 2, "nothing changed"
    note(["b"])
    assert manifest(on_device(cast))["is_current"] is False
    age(2)
    assert manifest(on_device(cast))["is_current"] is True
    assert made() == 3


def test_old_ones_go_when_no_bootstrap_can_still_need_them(cast: Cast, things: Things) -> None:
    client = on_device(cast)
    things.there = {"a": 1, "b": 2}
    note(["a"])
    first = manifest(client)
    age(2)
    note(["b"])
    second = manifest(client)
    assert first["id"] != second["id"]
    make_all_due([cast.site.id])
    assert client.get(address(first)).status_code == 200, "a device may be half-way through it"
    age(KEPT_AFTER_REPLACED / timedelta(hours=1) + 1)
    transact(lambda session: session.execute(
        update(Snapshot).where(Snapshot.id == UUID(first["id"])).values(made_at=now() - timedelta(days=3))
    ))  # fmt: skip
    make_all_due([cast.site.id])
    assert client.get(address(first)).status_code == 404
    assert client.get(address(second)).status_code == 200
    with reading() as session:
        kept = set(session.scalars(select(Snapshot.id)))
        assert set(session.scalars(select(SnapshotPage.snapshot_id))) <= kept


def test_under_a_new_epoch_there_is_a_new_snapshot(cast: Cast, things: Things) -> None:
    client = on_device(cast)
    things.there = {"a": 1}
    note(["a"])
    before = manifest(client)
    epoch = transact(lambda session: service.new_epoch(session, now()))
    after = manifest(client)
    assert (after["epoch"], after["id"] != before["id"]) == (epoch, True)
    make_all_due([cast.site.id])
    assert client.get(address(before)).status_code == 404


def test_while_the_first_one_is_being_made_others_are_told_to_ask_again(cast: Cast, things: Things) -> None:
    things.there = {"a": 1}
    note(["a"])
    begun, go_on = threading.Event(), threading.Event()

    def slow(_session: Any, keys: Any, _site_id: Any) -> dict[str, Any]:
        begun.set()
        assert go_on.wait(10)
        return {key: {"name": "slow"} for key in keys}

    service.register_reader("thing", slow)

    def make() -> None:
        with cast.app.app_context():
            make_if_due("site", cast.site.id)

    thread = threading.Thread(target=make)
    thread.start()
    assert begun.wait(10)
    note(["written meanwhile"])  # no writer waits
    answer = on_device(cast).get("/api/v1/sync/snapshot/site")
    go_on.set()
    thread.join()
    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (503, "snapshot_being_made", "2")
    found = manifest(on_device(cast))
    assert [row["id"] for row in rows_of(on_device(cast), found)] == ["a"], "one state of the database"
    assert [row["id"] for row in pull(on_device(cast), found["cursor"])["rows"]] == ["written meanwhile"]


def test_unknown_datasets_and_pages_are_not_found(cast: Cast, things: Things) -> None:
    client = on_device(cast)
    things.there = {"a": 1}
    note(["a"])
    found = manifest(client)
    for wrong in (
        "/api/v1/sync/snapshot/book",
        address(found, 2),
        address(found, 0),
        address({**found, "dataset": "company"}),
        address({**found, "id": "0199b0a0-0000-7000-8000-000000000000"}),
    ):
        assert client.get(wrong).status_code == 404, wrong


def test_a_revoked_device_and_a_stranger_get_none(cast: Cast, things: Things, client: FlaskClient) -> None:
    things.there = {"a": 1}
    note(["a"])
    device = on_device(cast)
    found = manifest(device)
    for path in ("/api/v1/sync/snapshot/site", address(found)):
        assert client.get(path).status_code == 401
    transact(lambda session: session.execute(update(Device).values(revoked_at=now())))
    for path in ("/api/v1/sync/snapshot/site", address(found)):
        answer = device.get(path)
        assert (answer.status_code, answer.json["code"]) == (403, "device_revoked")


def test_an_empty_dataset_is_a_snapshot_of_nothing(cast: Cast) -> None:
    found = manifest(on_device(cast), "company")
    assert (found["rows"], found["pages"]) == (0, [])
    assert content(found, "item") == {"entity": "item", "rows": 0, "sum": "00000000", "passing": []}


def test_the_real_entities_are_in_the_datasets_they_belong_to(cast: Cast) -> None:
    client = on_device(cast)
    held = {
        dataset: {one["entity"] for one in manifest(client, dataset)["contents"]} for dataset in ("site", "company")
    }
    assert held["company"] == {"item", "supplier"}
    assert {"person", "location", "stocktake", "place", "receipt", "purchase_order"} <= held["site"]
    with reading() as session:
        drawn = snapshots.draw(session, "site", cast.site.id)
    assert drawn.contents["place"].passing == ["expected", "sheets"]
