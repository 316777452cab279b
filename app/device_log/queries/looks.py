"""Which scans and keyed numbers stand: questions every fold of records asks, of counts and receipts alike."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, select
from sqlalchemy.orm import aliased

from app.device_log.models import DeviceRecord, RecordSupersedes

VOIDS = ("void", "receive_void", "move_void")


def _same_log(correction: Any, look: Any) -> tuple[ColumnElement[bool], ...]:
    """Whether both are the same device's, in the same document.

    Not written as equality: without statistics a planner takes a device's or a document's thousands of records for
    the few it should look at, when the record that is named leads to at most a handful.
    """
    return (
        correction.device_id.is_not_distinct_from(look.device_id),
        correction.document_id.is_not_distinct_from(look.document_id),
    )


def voided(look: type[DeviceRecord]) -> ColumnElement[bool]:
    """Whether a void of the same device in the same document names this record."""
    void = aliased(DeviceRecord)
    return exists().where(
        void.reference_id == look.record_id,
        void.kind.in_(VOIDS),
        *_same_log(void, look),
    )


def superseded(look: type[DeviceRecord]) -> ColumnElement[bool]:
    """Whether a set that is not voided says what this record's line is in all."""
    # A scalar subquery is a fence to both planners: they go from the look to the few that name it, and from each by
    # its id to the one set, and never through all records of the device.
    setting = aliased(DeviceRecord)
    stands = (
        select(case((and_(*_same_log(setting, look), ~voided(setting)), 1), else_=0))
        .where(setting.record_id == RecordSupersedes.record_id)
        .correlate(look, RecordSupersedes)
        .scalar_subquery()
    )
    return exists().where(RecordSupersedes.target_id == look.record_id, stands == 1)
