"""The shapes of the calls about goods receipts."""

from marshmallow import fields, validate

from app.kernel.fields import Code, CodeOrNothing, Moment, Note, Quantity, SearchText, Truth, Whole
from app.kernel.http import Answer, Shape
from app.kernel.paging import PageQuery
from app.purchasing.schemas.fields import ItemBrief, SupplierBrief
from app.receiving.rules import LINE_STATES, RECEIPT_STATES, SORTS, Mark

LINES_A_CALL = 5_000
MARKS = tuple(mark.name.lower() for mark in Mark if mark.name)


class ReceiptQuery(PageQuery):
    """Which receipts."""

    site_id = fields.UUID(load_default=None)
    state = fields.List(
        fields.String(validate=validate.OneOf(RECEIPT_STATES)),
        load_default=list,
        metadata={"description": "repeat for several; none means all"},
    )
    supplier_id = fields.UUID(load_default=None)
    order_id = fields.UUID(load_default=None)
    delivery_id = fields.UUID(load_default=None)
    search = SearchText(load_default="", metadata={"description": "label, delivery note, note, supplier"})


class ReceiptBody(Shape):
    """A new receipt: against an order, an expected delivery, or neither (blind)."""

    site_id = fields.UUID(required=True)
    location_id = fields.UUID(required=True, metadata={"description": "where the goods land"})
    order_id = fields.UUID(load_default=None, allow_none=True)
    delivery_id = fields.UUID(load_default=None, allow_none=True)
    supplier_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "of a blind receipt; else the document's"}
    )
    delivery_note = Note(load_default="", metadata={"description": "what the supplier's paper says"})
    note = Note(load_default="")


class ReceiptPatch(Shape):
    """What may change on a receipt until it is posted; what is not named stays."""

    location_id = fields.UUID(metadata={"description": "where the goods landed"})
    order_id = fields.UUID(allow_none=True)
    delivery_id = fields.UUID(allow_none=True)
    supplier_id = fields.UUID(allow_none=True, metadata={"description": "of a blind receipt; else the document's"})
    delivery_note = Note()
    note = Note()


class ReceiptCloseBody(Shape):
    """Ending the receiving."""

    override_reason = Note(
        load_default="",
        metadata={"description": "why to close although records are outstanding or held; written down"},
    )


class ReceiptCancelBody(Shape):
    """Giving a receipt up."""

    reason = Note(load_default="", metadata={"description": "goes into the receipt's note"})


class DocumentBrief(Answer):
    """An order or expected delivery by name."""

    id = fields.UUID(required=True)
    label = fields.String(required=True)
    reference = fields.String(required=True)
    state = fields.String(required=True)


class PlaceBrief(Answer):
    """A place by name."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)


class PersonBrief(Answer):
    """A person by name."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class ReceiptProgress(Answer):
    """How far a receipt is. Quantities are sums over all lines, each in its item's smallest unit."""

    lines_by_state = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    lines_total = fields.Integer(required=True)
    lines_received = fields.Integer(required=True, metadata={"description": "lines of which something came"})
    quantity_expected = fields.Integer(required=True)
    quantity_good = fields.Integer(required=True)
    quantity_damaged = fields.Integer(required=True)
    devices_outstanding = fields.Integer(required=True, metadata={"description": "devices that still hold records"})
    held = fields.Integer(required=True, metadata={"description": "records that wait for a supervisor"})
    unknown_codes = fields.Integer(required=True, metadata={"description": "codes that mean nothing yet"})


class ReceiptAnswer(Answer):
    """A goods receipt and how far it is."""

    id = fields.UUID(required=True)
    site_id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"description": "within the site"})
    label = fields.String(required=True, metadata={"description": "GRN-12"})
    state = fields.String(required=True, validate=validate.OneOf(RECEIPT_STATES))
    supplier = fields.Nested(SupplierBrief, required=True, allow_none=True)
    order = fields.Nested(DocumentBrief, required=True, allow_none=True)
    delivery = fields.Nested(DocumentBrief, required=True, allow_none=True)
    location = fields.Nested(PlaceBrief, required=True)
    delivery_note = fields.String(required=True)
    note = fields.String(required=True)
    opened_at = Moment(required=True)
    opened_by = fields.Nested(PersonBrief, required=True)
    closed_at = Moment(required=True, allow_none=True)
    override_reason = fields.String(
        required=True, metadata={"description": "why it was closed while records were outstanding; empty: none were"}
    )
    posted_at = Moment(required=True, allow_none=True)
    reversed_at = Moment(required=True, allow_none=True)
    progress = fields.Nested(ReceiptProgress, required=True)


class ReceiptPage(Answer):
    """A page of receipts, the newest first."""

    rows = fields.List(fields.Nested(ReceiptAnswer), required=True)
    total = fields.Integer(required=True)
    next = fields.String(required=True, allow_none=True)


class ReceiptLineQuery(PageQuery):
    """Which lines, in which order."""

    state = fields.List(
        fields.String(validate=validate.OneOf(LINE_STATES)),
        load_default=list,
        metadata={"description": "repeat for several; none means all"},
    )
    mark = fields.String(load_default=None, validate=validate.OneOf(MARKS))
    search = SearchText(load_default="", metadata={"description": "SKU, name, code"})
    sort = fields.String(load_default="sku", validate=validate.OneOf(SORTS))
    order = fields.String(load_default="asc", validate=validate.OneOf(("asc", "desc")))


class ReceiptLot(Answer):
    """What came of an item by lot and condition."""

    lot = fields.String(required=True, metadata={"description": "or the serial number; empty: nobody said"})
    expires_on = fields.Date(required=True, allow_none=True)
    damaged = fields.Boolean(required=True)
    quantity = fields.Integer(required=True)


class ReceiptLineAnswer(Answer):
    """What a receipt says of one item."""

    id = fields.Integer(required=True)
    item = fields.Nested(ItemBrief, required=True)
    version = fields.Integer(required=True, metadata={"description": "send it back with a decision"})
    quantity_expected = fields.Integer(required=True, metadata={"description": "still open on the order or delivery"})
    quantity_good = fields.Integer(required=True)
    quantity_damaged = fields.Integer(required=True)
    variance = fields.Integer(required=True, metadata={"description": "received (good and damaged) − expected"})
    value = fields.Integer(required=True, metadata={"description": "of the variance, minor units"})
    unit_cost = fields.Integer(required=True, metadata={"description": "the order's or supplier's price; 0: none"})
    flags = fields.List(fields.String(validate=validate.OneOf(MARKS)), required=True)
    state = fields.String(required=True, validate=validate.OneOf(LINE_STATES))
    damaged_kept = fields.Boolean(required=True, metadata={"description": "decided: damaged pieces are taken in too"})
    lots = fields.List(fields.Nested(ReceiptLot), required=True)
    reason_code = fields.String(required=True)
    note = fields.String(required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    decided_by_name = fields.String(required=True, allow_none=True)
    decided_at = Moment(required=True, allow_none=True)
    quantity_posted = fields.Integer(required=True, allow_none=True)


class ReceiptLinePage(Answer):
    """A page of lines."""

    rows = fields.List(fields.Nested(ReceiptLineAnswer), required=True)
    total = fields.Integer(required=True)
    next = fields.String(required=True, allow_none=True)


class ReceiptRecord(Answer):
    """One beep or keyed number behind a line."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    occurred_at = Moment(required=True)
    received_at = Moment(required=True)
    quantity = fields.Integer(required=True, allow_none=True)
    factor = fields.Integer(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    symbology = fields.String(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)
    auth = fields.String(required=True, allow_none=True)
    lot = fields.String(required=True)
    expires_on = fields.String(required=True, allow_none=True)
    sscc = fields.String(required=True, allow_none=True)
    person_name = fields.String(required=True)
    device_label = fields.String(required=True)
    voided = fields.Boolean(required=True)
    superseded = fields.Boolean(required=True)


class ReceiptPhoto(Answer):
    """A picture beside a record of the line."""

    id = fields.UUID(required=True)
    purpose = fields.String(required=True)
    taken_at = Moment(required=True)
    record_id = fields.UUID(required=True)


class ReceiptExpectedLine(Answer):
    """A line of the order or delivery that this line is compared with."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    lot = fields.String(required=True)
    expires_on = fields.Date(required=True, allow_none=True)
    sscc = fields.String(required=True)
    quantity = fields.Integer(required=True)
    quantity_received = fields.Integer(required=True, metadata={"description": "by posted receipts"})


class ReceiptLineDetail(ReceiptLineAnswer):
    """A line with everything behind its numbers."""

    records = fields.List(fields.Nested(ReceiptRecord), required=True)
    photos = fields.List(fields.Nested(ReceiptPhoto), required=True)
    expected_lines = fields.List(fields.Nested(ReceiptExpectedLine), required=True)


class ReceiptDecisionBody(Shape):
    """What was decided, of which lines."""

    line_ids = fields.List(Whole(1, 2**62), required=True, validate=validate.Length(min=1, max=LINES_A_CALL))
    decision = fields.String(
        required=True,
        validate=validate.OneOf(("accept", "accept_expected", "refuse")),
        metadata={"description": "take in what came; only as much as was expected; nothing"},
    )
    damaged = fields.String(
        load_default="refuse",
        validate=validate.OneOf(("keep", "refuse")),
        metadata={"description": "whether damaged pieces are taken into stock too"},
    )
    reason_code = CodeOrNothing(load_default="", length_max=64)
    note = Note(load_default="")
    versions = fields.Dict(
        keys=fields.Integer(),
        values=Whole(1, 2**31),
        load_default=dict,
        metadata={"description": "line id → version shown; a line that changed since is refused"},
    )


class ReceiptDecisionAnswer(Answer):
    """How many lines were decided."""

    decided = fields.Integer(required=True)


class ReceiptPostBody(Shape):
    """Posting; a dry run says what would be wrong with it."""

    dry_run = Truth(load_default=False)
    leave_unknown = Truth(
        load_default=False, metadata={"description": "post although codes mean nothing yet; they are never booked then"}
    )
    override_reason = Note(
        load_default="", metadata={"description": "why to post although records are held; written down"}
    )


class ReceiptExample(Answer):
    """A line that shows a problem."""

    id = fields.Integer(required=True)
    sku = fields.String(required=True)


class ReceiptProblem(Answer):
    """One kind of thing that stands in the way of posting: how many lines (or codes), the first of them by name."""

    code = fields.String(required=True)
    lines = fields.Integer(required=True)
    examples = fields.List(fields.Nested(ReceiptExample), required=True)


class ReceiptPostAnswer(Answer):
    """What was, or would be, posted."""

    problems = fields.List(fields.Nested(ReceiptProblem), required=True)
    lines = fields.Integer(required=True, metadata={"description": "lines something is taken in of"})
    value = fields.Integer(required=True, metadata={"description": "of what is taken in, minor units"})
    entries = fields.Integer(required=True, metadata={"description": "written by this call"})
    journals = fields.Integer(required=True, metadata={"description": "written by this call"})
    posted = fields.Boolean(required=True)


class ReceiptReversalBody(Shape):
    """Why the receipt is taken back."""

    note = Note(load_default="")


class ReturnLineBody(Shape):
    """So much of an item and lot goes back."""

    item_id = fields.UUID(required=True)
    lot = CodeOrNothing(load_default="")
    quantity = Quantity(1, required=True)


class ReturnBody(Shape):
    """Goods of a posted receipt that go back to the supplier."""

    lines = fields.List(fields.Nested(ReturnLineBody), required=True, validate=validate.Length(min=1, max=LINES_A_CALL))
    reason_code = Code(required=True, length_max=64)
    note = Note(load_default="")
    location_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "where they leave from; null: where received"}
    )
    source_key = CodeOrNothing(
        load_default="", length_max=64, metadata={"description": "your own; sent again, nothing more is booked"}
    )


class ReturnAnswer(Answer):
    """The journal the return was booked as."""

    journal_id = fields.UUID(required=True)
    entries = fields.Integer(required=True)
