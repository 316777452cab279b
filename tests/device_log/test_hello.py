"""The handshake tells a device what the server has, and the server whether it was restored."""

from uuid import uuid4

import pytest
from sqlalchemy import delete, text, update

from app.demo.push_client import Device, Refused
from app.device_log import service
from app.device_log.models import DeviceState, HeldRecord
from app.feed import service as feed
from app.kernel.clock import now
from app.kernel.database import db, is_sqlite
from app.kernel.transaction import reading, transact
from tests.builders import Cast, make_item
from tests.device_log.trial import Trial, accepted, device_of, effects, state_of, ticks


def test_a_new_device_hears_that_nothing_is_known_of_it(device: Device) -> None:
    greeting = device.hello()
    assert (greeting["hwm"], greeting["max_seq"], greeting["missing"], greeting["held"]) == (0, 0, [], [])
    assert greeting["revoked"] is False
    assert greeting["min_client"]


def test_gaps_are_named_as_ranges(device: Device) -> None:
    ticks(device, 12)
    log = device.outbox
    device.push([log[1], log[2], log[6], log[11]])
    assert device.hello()["missing"] == [[1, 1], [4, 6], [8, 11]]


def test_another_installation_with_this_devices_cookie_is_refused(device: Device) -> None:
    device.installation_id = uuid4()
    with pytest.raises(Refused) as refused:
        device.hello()
    assert (refused.value.status, refused.value.problem["code"]) == (403, "device_mismatch")


def forget_all_records() -> None:
    """What a restore from yesterday's backup does: the newest rows are gone, their traces too."""
    with db.engine.begin() as connection:
        if is_sqlite(db.engine):
            connection.execute(text("DROP TRIGGER device_record_refuse_delete"))
            connection.execute(text("DELETE FROM device_record"))
        else:
            connection.execute(text("TRUNCATE device_record"))
        connection.execute(update(DeviceState).values(hwm=0, max_seq=0))


def test_a_device_that_was_told_of_more_than_there_is_begins_a_new_epoch_and_heals_the_server(device: Device) -> None:
    ticks(device, 5)
    device.sync()
    before = device.epoch
    forget_all_records()
    ticks(device, 1)
    device.sync()
    assert device.epoch != before
    assert [record.device_seq for record in accepted(device)] == [1, 2, 3, 4, 5, 6]
    assert device.hwm == 6


def test_held_records_are_sent_again_after_a_restore_too(device: Device, trial: Trial) -> None:
    device.record("tick", quantity=None)
    ticks(device, 2)
    device.sync()
    forget_all_records()
    transact(lambda session: session.execute(delete(HeldRecord)))
    device.sync()
    assert [entry.state for entry in device.outbox] == ["held", "acked", "acked"]
    assert device.hwm == 3


def test_an_old_epochs_acknowledgement_says_nothing(cast: Cast, device: Device) -> None:
    ticks(device, 2)
    device.sync()
    transact(lambda session: feed.new_epoch(session, now()))
    device.store.change(facts={"hwm": "40"})
    epoch = device.hello()["server_epoch"]
    assert device_of(cast, 8).hello()["server_epoch"] == epoch


def test_a_cursor_beyond_the_feed_shows_a_restore_too(device: Device) -> None:
    device.sync()
    device.store.change(facts={"cursor": f"{device.epoch}:999"})
    before = device.epoch
    assert device.hello()["server_epoch"] != before


def test_a_restore_changes_no_total(device: Device) -> None:
    ticks(device, 3)
    device.sync()
    transact(lambda session: feed.new_epoch(session, now()))
    device.sync()
    assert (effects(), device.pending) == (3, [])


def test_the_hwm_never_falls_within_an_epoch(device: Device) -> None:
    ticks(device, 4)
    seen = [device.push([entry])["hwm"] for entry in (*device.outbox, *reversed(device.outbox))]
    assert seen == [1, 2, 3, 4, 4, 4, 4, 4]


def test_verify_finds_an_hwm_over_a_hole(device: Device) -> None:
    ticks(device, 3)
    device.push([device.outbox[0], device.outbox[2]])
    with reading() as session:
        assert service.verify(session) == []
    transact(lambda session: session.execute(update(DeviceState).values(hwm=3, max_seq=4)))
    with reading() as session:
        assert [finding.check for finding in service.verify(session)] == ["hwm", "max_seq"]


def test_a_clock_that_was_set_between_contacts_leaves_doubt_on_records_of_an_unknown_boot(device: Device) -> None:
    device.hello()
    contact = state_of(device).last_contact_at
    device.clock.boot = uuid4()  # one that the server never meets
    ticks(device, 1)
    device.clock.boot = uuid4()
    device.clock.skew_ms = 3_600_000
    device.hello()  # pending: it settles nothing, so the records keep their bounds
    device.push()
    (record,) = accepted(device)
    assert contact is not None
    assert record.occurred_from <= contact <= record.occurred_at
    assert (record.occurred_to - record.received_at).total_seconds() == 0


def test_records_of_a_met_boot_are_sure_to_a_second_whatever_the_wall_clock_says(device: Device) -> None:
    device.clock.skew_ms = -7 * 86_400_000
    device.hello()
    ticks(device, 1)
    device.clock.skew_ms = 0
    device.clock.boot, boot = uuid4(), device.clock.boot
    device.push()
    (record,) = accepted(device)
    assert boot != device.clock.boot
    assert abs((record.occurred_at - record.received_at).total_seconds()) < 2
    assert (record.occurred_to - record.occurred_from).total_seconds() <= 2


def test_a_device_that_knows_nothing_has_the_same_world_by_snapshot_as_by_the_feed(cast: Cast, device: Device) -> None:
    item = make_item("WATER", barcodes={"6901234567892": 1})
    transact(lambda session: feed.record_changes(session, "item", [item.id], now()))
    places = [place.id for place in cast.bins]
    transact(lambda session: feed.record_changes(session, "location", places, now(), site_id=cast.site.id))
    assert device.pull() == 3
    world, cursor = dict(device.store.world()), device.cursor
    device.store.change(facts={"cursor": f"{device.cursor.split('-')[0]}:0"})  # the whole feed again
    assert device.pull() == 3
    assert (device.store.world(), device.cursor) == (world, cursor)
    assert {kind for kind, _ in world} == {"item", "location"}
