"""Shapes of the log in's calls."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from app.device_log.rules.envelope import BATCH_RECORDS
from app.device_log.rules.records import SEQ_MAX, WALL_MS_MAX
from app.kernel.fields import Code, Moment, Note, Whole
from app.kernel.http import Answer, Shape
from app.kernel.paging import PageQuery
from app.kernel.table_http import FileQuery

HELD_STATES = ("open", "released", "dismissed")
HELD_AT_ONCE = 500  # records in one decision


def _ms(what: str) -> Whole:
    return Whole(0, WALL_MS_MAX, required=True, metadata={"description": f"{what}, in milliseconds"})


class ContactShape(Shape):
    """What a device says of itself whenever it comes."""

    device_id = fields.UUID(required=True)
    next_seq = Whole(1, SEQ_MAX, required=True, metadata={"description": "the number its next record will get"})
    pending = Whole(0, SEQ_MAX, required=True, metadata={"description": "records not confirmed yet, this batch's too"})
    sent_ms = _ms("the device's wall clock now")
    mono_ms = _ms("its monotonic clock, counted from boot")
    boot = fields.UUID(required=True, metadata={"description": "a new one whenever the monotonic clock began again"})


class HelloShape(ContactShape):
    """A device comes."""

    installation_id = fields.UUID(required=True)
    app = Code(required=True, metadata={"description": "name and version of the client"})
    schema_v = Whole(1, 10**6, required=True, metadata={"description": "the schema version of the records it writes"})
    acked_seq = Whole(0, SEQ_MAX, required=True, metadata={"description": "the highest hwm it was told under `epoch`"})
    epoch = fields.String(required=True, allow_none=True, validate=validate.Length(max=64))
    cursor = fields.String(required=True, allow_none=True, validate=validate.Length(max=64))


class Texts(fields.List[Any]):
    """A list of texts, checked in one go: a batch has hundreds."""

    def __init__(self, longest: int, **kwargs: Any) -> None:
        super().__init__(fields.String(), validate=validate.Length(0, longest), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise ValidationError("A list of texts is needed: each record as the exact JSON text that was written.")
        return value


class PushShape(ContactShape):
    """A stretch of a device's log."""

    batch_id = fields.UUID(required=True)
    epoch = fields.String(required=True, allow_none=True, validate=validate.Length(max=64))
    records = Texts(
        BATCH_RECORDS, required=True, metadata={"description": "each record's exact JSON text, as it was first written"}
    )


class DocumentNameAnswer(Answer):
    """A stocktake or receipt by name."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(("stocktake", "receipt")))
    number = fields.Integer(required=True)
    label = fields.String(required=True, metadata={"description": "a stocktake's name, a receipt's GRN-12"})
    state = fields.String(required=True)
    takes_records = fields.Boolean(required=True, metadata={"description": "it is still open for scans"})


class HoldToldAnswer(Answer):
    """What became of a held record."""

    id = fields.String()
    seq = fields.Integer()
    code = fields.String()
    state = fields.String(validate=validate.OneOf(HELD_STATES))
    detail = fields.String()
    note = fields.String(metadata={"description": "what the supervisor said to it"})
    document = fields.Nested(
        DocumentNameAnswer, allow_none=True, metadata={"description": "the stocktake or receipt it was scanned for"}
    )
    moved_to = fields.Nested(
        DocumentNameAnswer, allow_none=True, metadata={"description": "where it counts, if not in its own document"}
    )


class HelloAnswer(Answer):
    """What the server has of the device's log."""

    server_epoch = fields.String(metadata={"description": "another than before: send all that is still kept again"})
    hwm = fields.Integer(metadata={"description": "all numbers up to here are safe on the server, accepted or held"})
    max_seq = fields.Integer(metadata={"description": "the highest number that ever came; new ones begin above it"})
    missing = fields.List(
        fields.List(fields.Integer()), metadata={"description": "[from, to] ranges between hwm and max_seq"}
    )
    held = fields.List(fields.Nested(HoldToldAnswer))
    min_client = fields.String()
    feed_head = fields.Integer()
    tombstone_floor = fields.Integer()
    server_ms = fields.Integer()
    revoked = fields.Boolean()


class ExceptionalAnswer(Answer):
    """A record that was not simply accepted."""

    id = fields.String(metadata={"description": "as sent; a digest of the text where it had none"})
    seq = fields.Integer(metadata={"description": "as sent; 0 where it had none"})
    status = fields.String(validate=validate.OneOf(["held"]))
    code = fields.String()
    detail = fields.String()


class PushAnswer(Answer):
    """What became of the batch: every record not among the exceptions is accepted, now or before."""

    server_epoch = fields.String()
    hwm = fields.Integer()
    n = fields.Integer(metadata={"description": "records in the batch"})
    exceptions = fields.List(fields.Nested(ExceptionalAnswer))
    server_ms = fields.Integer()


class DeviceQuery(Shape):
    """Which devices."""

    site_id = fields.UUID(load_default=None)


class DeviceReportAnswer(Answer):
    """A device and how far its log is known."""

    id = fields.UUID()
    number = fields.Integer()
    label = fields.String()
    site_id = fields.UUID()
    enrolled_at = Moment()
    revoked_at = Moment(allow_none=True)
    last_contact_at = Moment(allow_none=True)
    app_version = fields.String()
    next_seq = fields.Integer(allow_none=True)
    hwm = fields.Integer(allow_none=True)
    pending = fields.Integer(allow_none=True, metadata={"description": "records it still held at the last contact"})
    clock_offset_ms = fields.Integer(allow_none=True, metadata={"description": "server minus device"})


class DevicePage(Answer):
    """All devices of the sites."""

    rows = fields.List(fields.Nested(DeviceReportAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class _HeldFilter(Shape):
    """Which held records."""

    site_id = fields.UUID(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(HELD_STATES))
    reason = fields.String(load_default=None, validate=validate.Regexp(r"\A[a-z_]{1,40}\Z"))
    document_id = fields.UUID(load_default=None, metadata={"description": "the stocktake or receipt"})
    device_id = fields.UUID(load_default=None)
    person_id = fields.UUID(load_default=None)


class HeldGroupQuery(_HeldFilter):
    """Groups of which held records."""


class HeldQuery(_HeldFilter, PageQuery):
    """A page of which held records."""


class HeldFileQuery(_HeldFilter, FileQuery):
    """A file of which held records."""


class HeldAnswer(Answer):
    """A record that was kept but not counted."""

    record_id = fields.String()
    body_hash = fields.String(metadata={"description": "SHA-256 of its bytes, in hex"})
    device_id = fields.UUID()
    device_number = fields.Integer()
    device_label = fields.String()
    device_seq = fields.Integer()
    person_id = fields.UUID(allow_none=True)
    person_name = fields.String(allow_none=True)
    site_id = fields.UUID()
    document_id = fields.UUID(allow_none=True, metadata={"description": "the stocktake or receipt it belongs to"})
    document = fields.Nested(DocumentNameAnswer, allow_none=True)
    reason = fields.String()
    detail = fields.String()
    body = fields.String(metadata={"description": "the record's exact text"})
    occurred_at = Moment()
    received_at = Moment()
    state = fields.String(validate=validate.OneOf(HELD_STATES))
    decided_by = fields.UUID(allow_none=True)
    decided_at = Moment(allow_none=True)
    decided_by_name = fields.String(allow_none=True)
    note = fields.String()
    moved_to = fields.Nested(
        DocumentNameAnswer, allow_none=True, metadata={"description": "where it counts, if not in its own document"}
    )


class HeldPage(Answer):
    """A page of held records."""

    rows = fields.List(fields.Nested(HeldAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class HeldGroupAnswer(Answer):
    """How many records are held alike."""

    reason = fields.String(required=True)
    document_id = fields.UUID(required=True, allow_none=True)
    document = fields.Nested(DocumentNameAnswer, required=True, allow_none=True)
    device_id = fields.UUID(required=True)
    device_label = fields.String(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    person_name = fields.String(required=True, allow_none=True)
    records = fields.Integer(required=True)


class HeldGroupList(Answer):
    """The groups, the largest first."""

    rows = fields.List(fields.Nested(HeldGroupAnswer), required=True)
    total = fields.Integer(required=True)
    next = fields.String(required=True, allow_none=True)


class HeldKeyShape(Shape):
    """Which held record."""

    record_id = fields.String(required=True, validate=validate.Regexp(r"\A[^\x00]{1,200}\Z"))
    body_hash = fields.String(
        required=True,
        validate=validate.Regexp(r"\A[0-9a-fA-F]{64}\Z"),
        metadata={"description": "SHA-256 of its bytes, in hex"},
    )


class DecideHeldShape(Shape):
    """What the supervisor says to many held records at once."""

    decision = fields.String(
        required=True,
        validate=validate.OneOf(("release", "dismiss", "move")),
        metadata={"description": "move: count them in the document named, on sheets of their own"},
    )
    records = fields.List(fields.Nested(HeldKeyShape), required=True, validate=validate.Length(min=1, max=HELD_AT_ONCE))
    note = Note(load_default="", metadata={"description": "needed to dismiss"})
    document_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "the stocktake or receipt to move into"}
    )


class SettledAnswer(Answer):
    """What became of one of them."""

    record_id = fields.String(required=True)
    body_hash = fields.String(required=True)
    done = fields.Boolean(required=True)
    code = fields.String(
        required=True, metadata={"description": "why not: already_decided, not_releasable, not_found; empty when done"}
    )
    reason = fields.String(required=True, metadata={"description": "not_releasable: what stands against it"})
    detail = fields.String(required=True)


class DecidedHeldAnswer(Answer):
    """One answer for each record, in the order asked."""

    rows = fields.List(fields.Nested(SettledAnswer), required=True)
    done = fields.Integer(required=True)
    refused = fields.Integer(required=True)


class DecisionShape(Shape):
    """What the supervisor says."""

    note = Note(load_default="")


class DeviceHealthAnswer(Answer):
    """A device that worked on a document."""

    device_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    label = fields.String(required=True)
    revoked = fields.Boolean(required=True)
    persons = fields.List(fields.String(), required=True)
    last_contact_at = Moment(required=True, allow_none=True)
    next_seq = fields.Integer(required=True)
    hwm = fields.Integer(required=True)
    pending = fields.Integer(required=True, metadata={"description": "as the device last reported"})
    missing = fields.List(
        fields.List(fields.Integer()), required=True, metadata={"description": "ranges of sequences not here"}
    )
    outstanding = fields.Integer(required=True, metadata={"description": "records known to be on the device alone"})


class SyncHealthAnswer(Answer):
    """Whether anybody's records are missing."""

    devices = fields.List(fields.Nested(DeviceHealthAnswer), required=True)
    held = fields.Integer(required=True)
    complete = fields.Boolean(required=True, metadata={"description": "nothing outstanding, nothing held"})
