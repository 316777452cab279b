"""A device follows the feed: it sees each thing once, as it is now, and only what concerns its site."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text, update
from sqlalchemy.orm import Session

from app.accounts.models import Device
from app.feed import service
from app.kernel.clock import now
from app.kernel.database import db
from app.kernel.transaction import reading, transact
from tests.builders import Cast


class Things:
    """An entity of the tests: what is in `there` has a body, what is not is gone."""

    def __init__(self) -> None:
        self.there: dict[str, Any] = {}
        self.calls: list[tuple[int, UUID]] = []

    def read(self, session: Session, keys: Sequence[str], site_id: UUID) -> dict[str, Any]:
        self.calls.append((len(keys), site_id))
        return {key: {"name": self.there[key]} for key in keys if key in self.there}


@pytest.fixture
def things() -> Iterator[Things]:
    entity = Things()
    service.register_reader("thing", entity.read)
    yield entity
    service._readers.pop("thing")


def note(keys: Iterable[object], **changes: Any) -> None:
    transact(lambda session: service.record_changes(session, "thing", keys, now(), **changes))


def on_device(cast: Cast) -> FlaskClient:
    """The device, whoever holds it."""
    client = cast.app.test_client()
    client.set_cookie("pandian-device", f"device-{cast.device.number}", domain="localhost")
    return client


def pull(client: FlaskClient, cursor: str = "0", **query: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/sync/changes", query_string={"cursor": cursor, **query})
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def test_a_device_begins_at_zero_and_goes_on_where_it_was(cast: Cast, things: Things) -> None:
    client = on_device(cast)
    things.there = {"a": "Apple", "b": "Bean"}
    note(["a"])
    first = pull(client)
    assert first["rows"] == [{"entity": "thing", "id": "a", "op": "U", "body": {"name": "Apple"}}]
    note(["b"])
    second = pull(client, first["next"])
    assert [row["id"] for row in second["rows"]] == ["b"]
    assert pull(client, second["next"])["rows"] == []
    assert second["epoch"] == first["epoch"]


def test_a_thing_that_changed_often_comes_once_as_it_is_now(cast: Cast, things: Things) -> None:
    things.there = {"a": "old"}
    note(["a", "b", "a", "a"])
    things.there = {"a": "new", "b": "Bean"}
    rows = pull(on_device(cast))["rows"]
    assert [(row["id"], row["body"]["name"]) for row in rows] == [("b", "Bean"), ("a", "new")]


def test_what_is_gone_is_said_to_be_gone(cast: Cast, things: Things) -> None:
    note(["a"], operation="D")
    assert pull(on_device(cast))["rows"] == [{"entity": "thing", "id": "a", "op": "D", "body": None}]


def test_another_sites_changes_are_not_for_this_device(cast: Cast, things: Things) -> None:
    things.there = {"ours": 1, "theirs": 2, "everybodys": 3}
    note(["ours"], site_id=cast.site.id)
    note(["theirs"], site_id=cast.other_site.id)
    note(["everybodys"])
    page = pull(on_device(cast))
    assert [row["id"] for row in page["rows"]] == ["ours", "everybodys"]
    assert page["head"] == 3
    assert things.calls == [(2, cast.site.id)]


def test_pages_join_without_gap_or_repetition(cast: Cast, things: Things) -> None:
    keys = [f"k{n:03}" for n in range(95)]
    things.there = dict.fromkeys(keys, 1)
    note(keys)
    client = on_device(cast)
    seen, cursor, more = [], "0", True
    while more:
        page = pull(client, cursor, limit=20)
        seen += [row["id"] for row in page["rows"]]
        cursor, more = page["next"], page["more"]
    assert seen == keys


def test_a_full_page_takes_few_queries(cast: Cast, things: Things) -> None:
    keys = [f"k{n:04}" for n in range(2000)]
    things.there = dict.fromkeys(keys, 1)
    note(keys, site_id=cast.site.id)
    client = on_device(cast)
    pull(client, limit=1)  # numbers them
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    page = pull(client)
    assert len(page["rows"]) == 2000
    assert things.calls[-1] == (2000, cast.site.id)
    assert len(statements) <= 10, statements


def test_an_entity_nobody_can_read_does_not_stop_the_others(cast: Cast, things: Things) -> None:
    things.there = {"a": 1}
    transact(lambda session: service.record_changes(session, "mystery", ["x"], now()))
    note(["a"])
    assert [row["id"] for row in pull(on_device(cast))["rows"]] == ["a"]


def refused(client: FlaskClient, cursor: str) -> tuple[int, dict[str, Any]]:
    answer = client.get("/api/v1/sync/changes", query_string={"cursor": cursor})
    assert answer.content_type == "application/problem+json"
    return answer.status_code, dict(answer.json)


def test_a_device_of_another_epoch_begins_again(cast: Cast, things: Things) -> None:
    client = on_device(cast)
    known = pull(client)["next"]
    transact(lambda session: service.new_epoch(session, now()))
    status, problem = refused(client, known)
    assert (status, problem["code"], problem["action"]) == (410, "begin_again", "bootstrap")
    assert pull(client)["rows"] == []


def test_a_cursor_below_what_the_feed_remembers_begins_again(cast: Cast, things: Things) -> None:
    client = on_device(cast)
    note(["a", "b", "c"])
    epoch = pull(client)["epoch"]
    transact(lambda session: service.remember(session, "tombstone_floor", "2"))
    assert refused(client, f"{epoch}:1")[0] == 410
    assert [row["id"] for row in pull(client, f"{epoch}:2")["rows"]] == ["c"]
    assert len(pull(client, "0")["rows"]) == 3


def test_a_device_that_saw_more_than_there_is_shows_that_the_server_was_restored(cast: Cast, things: Things) -> None:
    client = on_device(cast)
    epoch = pull(client)["epoch"]
    assert refused(client, f"{epoch}:40")[0] == 410
    assert pull(client)["epoch"] != epoch


@pytest.mark.parametrize("cursor", ["", "1", "abc", "-1", "0:", "zz:1", "0123456789abcdef:", "0123456789abcdef:1e3"])
def test_a_malformed_cursor_is_refused(cast: Cast, cursor: str) -> None:
    status, problem = refused(on_device(cast), cursor)
    assert (status, problem["code"]) == (400, "malformed_cursor")


def test_a_revoked_device_gets_nothing(cast: Cast, things: Things) -> None:
    client = on_device(cast)
    note(["a"])
    transact(lambda session: session.execute(update(Device).values(revoked_at=now())))
    status, problem = refused(client, "0")
    assert (status, problem["code"]) == (403, "device_revoked")


def test_without_a_device_there_is_no_feed(client: FlaskClient) -> None:
    assert client.get("/api/v1/sync/changes").status_code == 401


def test_verify_finds_a_lost_number_and_a_wrong_head(cast: Cast, things: Things) -> None:
    note(["a", "b", "c"])
    assert transact(service.sequence) == 3
    with reading() as session:
        assert service.verify(session) == []
    transact(lambda session: session.execute(text("DELETE FROM change WHERE feed_number = 2")))
    with reading() as session:
        assert [finding.check for finding in service.verify(session)] == ["feed_gap"]
    transact(lambda session: service.remember(session, "feed_head", "9"))
    with reading() as session:
        assert [finding.check for finding in service.verify(session)] == ["feed_head", "feed_gap"]
