"""Shapes of the calls about the book."""

from typing import Any

from marshmallow import fields, validate, validates_schema
from marshmallow.exceptions import ValidationError

from app.kernel.fields import Code, CodeOrNothing, Moment, Note, Quantity, SearchText, Whole
from app.kernel.http import Answer, Shape
from app.kernel.paging import PageQuery
from app.kernel.table_http import FileQuery, ImportQuery
from app.ledger.rules import JOURNAL_KINDS, SIDES, UNIT_COST_LIMIT

ENTRIES_MAX = 5000  # more come by file
_POSTED = validate.OneOf(tuple(SIDES))
_SMALLEST = {"description": "in the item's smallest unit (base unit / 10**unit_scale)"}
_COST = {"description": "1/10000 minor unit of the currency per base unit"}
_CODE_OR_ID = {"description": "by code, where the id is not given"}
_WHEN = {"description": "when it happened; by default the journal's time; never later than now"}
_BACK_DATE = {"description": "of the entries that name none; by default now"}
_SOURCE_KEY = {"description": "makes sending twice harmless; unique per site"}
_TO = {"description": "only of a move"}


class Hexadecimal(fields.String):
    """Bytes as hexadecimal text."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else bytes(value).hex()


class EntryBody(Shape):
    """One movement to be booked. The other side is the kind's counterpart (a receipt's is the supplier)."""

    item_id = fields.UUID(load_default=None, allow_none=True)
    sku = Code(load_default=None, allow_none=True, metadata=_CODE_OR_ID)
    lot = CodeOrNothing(load_default="", metadata={"description": "empty: no lot; ?: lot unknown"})
    location_id = fields.UUID(load_default=None, allow_none=True)
    location = Code(load_default=None, allow_none=True, metadata=_CODE_OR_ID)
    to_location_id = fields.UUID(load_default=None, allow_none=True, metadata=_TO)
    to_location = Code(load_default=None, allow_none=True, metadata=_TO)
    quantity = Quantity(1, required=True, metadata=_SMALLEST)
    unit_cost = Whole(0, UNIT_COST_LIMIT, load_default=None, allow_none=True, metadata=_COST)
    occurred_at = Moment(load_default=None, allow_none=True, metadata=_WHEN)


class JournalBody(Shape):
    """A document to be booked."""

    site_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=_POSTED)
    source_key = Code(load_default=None, allow_none=True, metadata=_SOURCE_KEY)
    document = CodeOrNothing(load_default="", metadata={"description": "what people call it: GRN-2218"})
    note = Note(load_default="")
    reason_code = CodeOrNothing(load_default="", length_max=64)
    occurred_at = Moment(load_default=None, allow_none=True, metadata=_BACK_DATE)
    entries = fields.List(fields.Nested(EntryBody), required=True, validate=validate.Length(1, ENTRIES_MAX))


class ReversalBody(Shape):
    """Why a journal is taken back."""

    reason_code = Code(required=True, length_max=64)
    note = Note(load_default="")


class ShortageAnswer(Answer):
    """Stock that the posting took below zero. It was booked: it happened."""

    location_id = fields.UUID()
    item_id = fields.UUID()
    lot = fields.String()
    quantity = fields.Integer(metadata=_SMALLEST)


class WrittenAnswer(Answer):
    """What was booked."""

    id = fields.UUID(attribute="journal_id")
    entries = fields.Integer(metadata={"description": "how many"})
    repeated = fields.Boolean(metadata={"description": "it had been booked before; nothing was changed"})
    went_negative = fields.List(fields.Nested(ShortageAnswer), metadata={"description": "at most 1000"})


class _JournalFilter(Shape):
    """Which journals."""

    site_id = fields.UUID(load_default=None)
    kind = fields.String(load_default=None, validate=validate.OneOf(JOURNAL_KINDS))
    item_id = fields.UUID(load_default=None)


class JournalQuery(_JournalFilter, PageQuery):
    """A page of which journals."""


class JournalFileQuery(_JournalFilter, FileQuery):
    """A file of which journals."""


class JournalAnswer(Answer):
    """A journal's header."""

    id = fields.UUID()
    site_id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(JOURNAL_KINDS))
    source_key = fields.String()
    document = fields.String()
    note = fields.String()
    reverses_id = fields.UUID(allow_none=True)
    reversed_by_id = fields.UUID(allow_none=True)
    stocktake_id = fields.UUID(allow_none=True)
    person_id = fields.UUID()
    person_name = fields.String()
    recorded_at = Moment()
    entry_count = fields.Integer()
    chain_number = fields.Integer(allow_none=True, metadata={"description": "null: not sealed yet"})
    chain_hash = Hexadecimal(allow_none=True, metadata={"description": "SHA-256"})


class JournalPage(Answer):
    """A page of journals, newest first."""

    rows = fields.List(fields.Nested(JournalAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class EntryAnswer(Answer):
    """One movement."""

    journal_id = fields.UUID()
    number = fields.Integer()
    kind = fields.String(validate=validate.OneOf(JOURNAL_KINDS))
    document = fields.String()
    reverses_id = fields.UUID(allow_none=True)
    stocktake_id = fields.UUID(allow_none=True)
    recorded_at = Moment()
    occurred_at = Moment()
    date_only = fields.Boolean(metadata={"description": "known by its day alone; occurred_at is that day's end"})
    item_id = fields.UUID()
    sku = fields.String()
    item_name = fields.String()
    unit_scale = fields.Integer()
    lot = fields.String()
    from_location_id = fields.UUID()
    from_location_code = fields.String()
    to_location_id = fields.UUID()
    to_location_code = fields.String()
    quantity = fields.Integer(metadata=_SMALLEST)
    unit_cost = fields.Integer(metadata=_COST)
    reason_code = fields.String()
    person_name = fields.String()


class EntryPage(Answer):
    """A page of a journal's entries, by number."""

    rows = fields.List(fields.Nested(EntryAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class JournalDetail(JournalAnswer):
    """A journal with a page of its entries."""

    entries = fields.Nested(EntryPage)


class HistoryQuery(PageQuery):
    """Whose history: of an item, of a location, or of both."""

    item_id = fields.UUID(load_default=None)
    location_id = fields.UUID(load_default=None)
    lot = CodeOrNothing(load_default=None)

    @validates_schema
    def _something_is_named(self, data: dict[str, object], **_: object) -> None:
        if data.get("item_id") is None and data.get("location_id") is None:
            raise ValidationError("Say which item or which location.", "item_id")


class HistoryAnswer(EntryAnswer):
    """One movement of the stock asked about."""

    change = fields.Integer(allow_none=True, metadata={"description": "signed, at the location; null without one"})
    book_after = fields.Integer(
        allow_none=True, metadata={"description": "the book after it; null unless location and item are named"}
    )


class HistoryPage(Answer):
    """A page of movements, newest first."""

    rows = fields.List(fields.Nested(HistoryAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class _StockFilter(Shape):
    """Which balances."""

    site_id = fields.UUID(load_default=None)
    location_id = fields.UUID(load_default=None)
    item_id = fields.UUID(load_default=None)
    lot = CodeOrNothing(load_default=None)
    search = SearchText(load_default="", metadata={"description": "in SKU and name"})


class StockQuery(_StockFilter, PageQuery):
    """A page of which balances."""


class StockFileQuery(_StockFilter, FileQuery):
    """A file of which balances."""


class BalanceAnswer(Answer):
    """How much of an item and lot is at a place."""

    location_id = fields.UUID()
    location_code = fields.String()
    item_id = fields.UUID()
    sku = fields.String()
    item_name = fields.String()
    lot = fields.String()
    quantity = fields.Integer(metadata=_SMALLEST)
    unit_scale = fields.Integer()
    unit_code = fields.String()
    value = fields.Integer(metadata={"description": "in minor units, at the item's unit cost"})


class StockPage(Answer):
    """A page of balances, in walking order."""

    rows = fields.List(fields.Nested(BalanceAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class BookQuery(Shape):
    """Which book quantity, and of when."""

    item_id = fields.UUID(required=True)
    location_id = fields.UUID(required=True)
    lot = CodeOrNothing(load_default="")
    at = Moment(load_default=None, metadata={"description": "by default now"})


class BookAnswer(Answer):
    """What the book says of a moment: movements at that very moment included."""

    quantity = fields.Integer(metadata=_SMALLEST)
    at = Moment()


class ReasonAnswer(Answer):
    """A reason for an adjustment, scrap or reversal."""

    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    direction = fields.String(validate=validate.OneOf(("gain", "loss", "both")))
    used_for = fields.String(validate=validate.OneOf(("count", "goods_in", "both")))
    note_required = fields.Boolean()
    active = fields.Boolean()


class ReasonList(Answer):
    """All reasons."""

    rows = fields.List(fields.Nested(ReasonAnswer))


class HeadAnswer(Answer):
    """The end of a site's hash chain."""

    site_id = fields.UUID()
    number = fields.Integer(metadata={"description": "of the last sealed journal; 0: none yet"})
    chain_hash = Hexadecimal(allow_none=True, metadata={"description": "SHA-256"})
    journal_id = fields.UUID(allow_none=True)
    unsealed = fields.Integer(metadata={"description": "journals that wait for the sequencer"})


class MovementQuery(ImportQuery):
    """Which kind of movements a file brings."""

    kind = fields.String(required=True, validate=_POSTED)


class ExportQuery(FileQuery):
    """Which movements a file gives, by when they were recorded."""

    kind = fields.String(load_default=None, validate=validate.OneOf(JOURNAL_KINDS))
    since = Moment(load_default=None, metadata={"description": "recorded at or after"})
    until = Moment(load_default=None, metadata={"description": "recorded before"})
