"""Nobody is missing: a stocktake is not closed unknowingly over what a device still holds."""

from typing import Any

from sqlalchemy import select

from app.device_log.models import DeviceState, HeldRecord
from app.kernel.transaction import reading
from app.stocktake.health_queries import missing_ranges
from app.stocktake.models import Place, Stocktake
from tests.builders import Cast, at, make_device, make_item, save
from tests.stocktake.builders import start_stocktake
from tests.stocktake.floor import Pda


def counted_by(cast: Cast, stocktake: Stocktake, **state: Any) -> Pda:
    """A device that counted the first shelf, and what the server knows of its log."""
    pda = Pda(cast.device, cast.counter, stocktake)
    page = pda.open(cast.bins[0])
    page.scan(make_item())
    page.close()
    pda.push()
    usual = {"hwm": 3, "max_seq": 3, "next_seq": 4, "pending": 0, "last_contact_at": at(10)}
    save(DeviceState(device_id=cast.device.id, **usual | state))
    return pda


def close(cast: Cast, stocktake: Stocktake, **body: Any) -> Any:
    return cast.client(cast.supervisor).post(f"/api/v1/stocktakes/{stocktake.id}/close", json=body)


def test_it_closes_when_everything_is_here(cast: Cast) -> None:
    stocktake = start_stocktake(cast)
    counted_by(cast, stocktake)
    closed = close(cast, stocktake)
    assert (closed.status_code, closed.json["state"], closed.json["override_reason"]) == (200, "closed", "")
    assert closed.json["closed_by"] == str(cast.supervisor.id)


def test_it_names_the_device_the_person_and_what_is_outstanding(cast: Cast) -> None:
    stocktake = start_stocktake(cast)
    counted_by(cast, stocktake, next_seq=10)
    refused = close(cast, stocktake)
    assert (refused.status_code, refused.json["code"]) == (409, "records_outstanding")
    device = refused.json["devices"][0]
    assert (device["label"], device["persons"], device["outstanding"]) == ("PDA-01", ["Counter"], 6)
    assert device["missing"] == [[4, 9]]
    assert device["last_contact_at"].startswith("2026-11-20T10:00")
    with reading() as session:
        assert session.get_one(Stocktake, stocktake.id).state == "counting"


def test_a_device_that_says_it_has_more_is_believed(cast: Cast) -> None:
    stocktake = start_stocktake(cast)
    counted_by(cast, stocktake, pending=2)
    assert close(cast, stocktake).json["devices"][0]["outstanding"] == 2


def test_held_records_hinder_the_closing_too(cast: Cast) -> None:
    stocktake = start_stocktake(cast)
    counted_by(cast, stocktake)
    save(held(cast, stocktake))
    refused = close(cast, stocktake)
    assert (refused.status_code, refused.json["held"], refused.json["devices"]) == (409, 1, [])


def test_closing_over_what_is_outstanding_is_written_down(cast: Cast) -> None:
    stocktake = start_stocktake(cast)
    counted_by(cast, stocktake, pending=2)
    assert close(cast, stocktake, override_reason="  ").status_code == 409
    closed = close(cast, stocktake, override_reason="PDA-01 fell into the water")
    assert (closed.status_code, closed.json["override_reason"]) == (200, "PDA-01 fell into the water")


def test_what_arrives_after_the_closing_is_held(cast: Cast) -> None:
    stocktake = start_stocktake(cast)
    pda = counted_by(cast, stocktake)
    close(cast, stocktake)
    late = pda.open(cast.bins[1])
    assert pda.push() != {}
    late.scan(make_item("TEA"))
    assert set(pda.push().values()) == {"stocktake_closed"}
    with reading() as session:
        assert session.get_one(Place, (stocktake.id, cast.bins[1].id)).state == "open"


def test_sync_health_lists_every_device_that_worked_on_it_and_no_other(cast: Cast) -> None:
    stocktake = start_stocktake(cast)
    counted_by(cast, stocktake)
    blocked, idle = (make_device(cast.site, cast.administrator, number=number) for number in (2, 3))
    save(held(cast, stocktake, device_id=blocked.id))
    health = cast.client(cast.supervisor).get(f"/api/v1/stocktakes/{stocktake.id}/sync-health").json
    assert [device["number"] for device in health["devices"]] == [cast.device.number, blocked.number]
    assert idle.number not in [device["number"] for device in health["devices"]]
    assert (health["held"], health["complete"]) == (1, False)
    progress = cast.client(cast.supervisor).get(f"/api/v1/stocktakes/{stocktake.id}").json["progress"]
    assert (progress["held"], progress["devices_outstanding"]) == (1, 0)


def test_gaps_are_the_stretches_that_did_not_arrive() -> None:
    assert list(missing_ranges(4, 9, {5, 6, 12})) == [(4, 4), (7, 9)]
    assert list(missing_ranges(4, 6, {4, 5, 6})) == []
    assert list(missing_ranges(4, 3, set())) == []


def held(cast: Cast, stocktake: Stocktake, **changes: Any) -> HeldRecord:
    values = {
        "record_id": "kept",
        "body_hash": b"hash",
        "device_id": cast.device.id,
        "device_seq": 3,
        "site_id": cast.site.id,
        "document_id": stocktake.id,
        "code": "forbidden",
        "detail": "",
        "body": "{}",
        "device_ms": 0,
        "occurred_at": at(10),
        "occurred_from": at(10),
        "occurred_to": at(10),
        "received_at": at(10),
    }
    return HeldRecord(**values | changes)


def test_a_stocktake_nobody_worked_on_closes(cast: Cast) -> None:
    stocktake = start_stocktake(cast)
    with reading() as session:
        assert session.scalars(select(DeviceState)).all() == []
    assert close(cast, stocktake).status_code == 200
