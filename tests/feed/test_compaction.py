"""The feed forgets what nobody needs any more, and whoever followed it before misses nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from app import jobs
from app.feed import queries, service
from app.feed.compaction_run import compact
from app.feed.models import Change
from app.kernel.clock import now
from app.kernel.findings import Finding
from app.kernel.transaction import reading, transact
from tests.builders import Cast
from tests.feed.test_pull import Things, note, on_device, pull, refused
from tests.feed.test_snapshots import manifest, rows_of


@pytest.fixture
def things() -> Iterator[Things]:
    entity = Things()
    service.register_reader("thing", entity.read)
    yield entity
    service._readers.pop("thing")


def numbers() -> list[int]:
    with reading() as session:
        return list(session.scalars(select(Change.feed_number).order_by(Change.feed_number)))


def floor() -> int:
    with reading() as session:
        return queries.tombstone_floor(session)


def findings() -> list[Finding]:
    with reading() as session:
        return service.verify(session)


def days_pass(days: int) -> None:
    """All that was noted so far is that much older."""
    earlier = now() - timedelta(days=days)
    transact(lambda session: session.execute(update(Change).values(recorded_at=earlier)))


def test_only_the_newest_change_of_a_thing_stays(cast: Cast, things: Things) -> None:
    things.there = {"a": 1, "b": 2}
    note(["a", "b", "a", "a", "b"])
    cursor = pull(on_device(cast), limit=1)["next"]
    assert compact() == 3
    assert numbers() == [4, 5]
    assert floor() == 0, "a follower at any place still comes to the newer ones"
    assert [row["id"] for row in pull(on_device(cast), cursor)["rows"]] == ["a", "b"]
    assert findings() == []


def test_a_change_without_a_number_supersedes_nothing(cast: Cast, things: Things) -> None:
    things.there = {"a": 1}
    note(["a"])
    transact(service.sequence)
    note(["a"])
    assert compact() == 0
    assert [row["id"] for row in pull(on_device(cast))["rows"]] == ["a"]


def test_a_change_of_another_site_supersedes_nothing_here(cast: Cast, things: Things) -> None:
    things.there = {"a": 1}
    note(["a"], site_id=cast.site.id)
    note(["a"], site_id=cast.other_site.id)
    transact(service.sequence)
    assert compact() == 0
    assert len(pull(on_device(cast))["rows"]) == 1


def test_what_is_gone_is_remembered_for_ninety_days(cast: Cast, things: Things) -> None:
    client = on_device(cast)
    things.there = {"a": 1, "b": 1}
    note(["a", "b"])
    epoch = pull(client)["epoch"]
    del things.there["a"]
    note(["a"], operation="D")
    transact(service.sequence)
    days_pass(89)
    assert compact() == 1
    assert [(row["id"], row["op"]) for row in pull(client, f"{epoch}:2")["rows"]] == [("a", "D")]
    days_pass(91)
    assert compact() == 1
    assert (numbers(), floor()) == ([2], 3)
    status, problem = refused(client, f"{epoch}:2")
    assert (status, problem["action"]) == (410, "bootstrap")
    assert pull(client, f"{epoch}:3")["rows"] == []
    assert [row["id"] for row in pull(client)["rows"]] == ["b"]
    assert findings() == []


def test_what_left_the_site_long_ago_is_forgotten_too_and_what_is_there_never(cast: Cast, things: Things) -> None:
    things.there = {"open": 1}
    note(["closed", "open"], site_id=cast.site.id)
    note(["of everybody"])
    transact(service.sequence)
    days_pass(400)
    assert compact() == 1
    assert (numbers(), floor()) == ([2, 3], 1)


def test_the_newest_change_of_all_may_be_forgotten(cast: Cast, things: Things) -> None:
    note(["a"], operation="D")
    transact(service.sequence)
    days_pass(91)
    compact()
    assert (numbers(), floor(), findings()) == ([], 1, [])
    note(["b"])
    assert transact(service.sequence) == 2


def test_it_works_in_stretches(cast: Cast, things: Things) -> None:
    things.there = {f"k{n}": 1 for n in range(10)}
    for _ in range(3):
        note(things.there)
    transact(service.sequence)
    assert compact(stretch=7) == 20
    assert numbers() == list(range(21, 31))
    assert findings() == []


def test_a_snapshot_that_may_hold_what_is_forgotten_is_not_used(cast: Cast, things: Things) -> None:
    client = on_device(cast)
    things.there = {"a": 1, "b": 1}
    note(things.there)
    before = manifest(client)
    del things.there["a"]
    note(["a"], operation="D")
    transact(service.sequence)
    days_pass(91)
    compact()
    after = manifest(client)
    assert after["id"] != before["id"]
    assert [row["id"] for row in rows_of(client, after)] == ["b"]
    assert pull(client, after["cursor"])["rows"] == []


def test_verify_still_finds_a_lost_change_after_compaction(cast: Cast, things: Things) -> None:
    note(["a", "b", "a", "c"])
    transact(service.sequence)
    compact()
    assert findings() == []
    transact(lambda session: session.execute(text("DELETE FROM change WHERE feed_number = 2")))
    assert [finding.check for finding in findings()] == ["feed_gap"]


def test_the_nightly_job_runs_it_once_a_night(cast: Cast, things: Things) -> None:
    note(["a", "a"])
    transact(service.sequence)
    jobs.shorten()
    assert numbers() == [2]
    note(["a"])
    transact(service.sequence)
    jobs.shorten()
    assert numbers() == [2, 3]


def test_the_schedulers_snapshots_are_those_of_sites_with_devices(cast: Cast, things: Things) -> None:
    note(["a"], site_id=cast.site.id)
    jobs.snapshots()
    with reading() as session:
        kept: list[Any] = list(
            session.execute(text("SELECT dataset, count(site_id) FROM snapshot GROUP BY dataset ORDER BY 1"))
        )
        assert session.scalar(select(func.count()).select_from(Change)) == 1
    assert [tuple(row) for row in kept] == [("company", 0), ("site", 1)]
