"""The shapes of the workbench's calls: lines, decisions, posting, reversal."""

from marshmallow import fields, validate

from app.kernel.fields import Code, CodeOrNothing, Note, QueryTruth, SearchText, Truth, Whole
from app.kernel.http import Answer, Moment, Shape
from app.kernel.paging import PageQuery
from app.kernel.table_http import FileQuery
from app.stocktake.line_rules import Mark
from app.stocktake.models import LINE_STATES

LINES_A_CALL = 5_000
SORTS = ("place", "sku", "name", "variance", "value", "worth", "counted_at")
MARKS = tuple(mark.name.lower() for mark in Mark if mark.name)


class _LineFilter(Shape):
    """Which lines, in which order."""

    state = fields.List(
        fields.String(validate=validate.OneOf(LINE_STATES)),
        load_default=list,
        metadata={"description": "repeat for several; none means all"},
    )
    posted = QueryTruth(load_default=None, metadata={"description": "only posted, or only unposted lines"})
    zone_id = fields.UUID(load_default=None)
    mark = fields.String(load_default=None, validate=validate.OneOf(MARKS))
    search = SearchText(load_default="", metadata={"description": "SKU, name, code"})
    sort = fields.String(load_default="place", validate=validate.OneOf(SORTS))
    order = fields.String(load_default="asc", validate=validate.OneOf(("asc", "desc")))


class LineQuery(_LineFilter, PageQuery):
    """A page of which lines, in which order."""


class LineFileQuery(_LineFilter, FileQuery):
    """A file of which lines, in which order."""


class Cause(Answer):
    """The likeliest cause of a variance; which fields are there depends on the code."""

    sometimes = frozenset(
        {"movements", "moved", "kind", "document", "occurred_at", "recorded_at", "location_code"}
        | {"variance", "pack_factor", "packs"}
    )
    code = fields.String(
        required=True, validate=validate.OneOf(("explained_late", "moved_while_counted", "elsewhere", "pack_multiple"))
    )
    movements = fields.Integer()
    moved = fields.Integer(metadata={"description": "signed sum of the late movements"})
    kind = fields.String()
    document = fields.String()
    occurred_at = Moment()
    recorded_at = Moment()
    location_code = fields.String()
    variance = fields.Integer()
    pack_factor = fields.Integer()
    packs = fields.Integer()


class Line(Answer):
    """What a stocktake says of one item and lot at one stock location."""

    id = fields.Integer(required=True)
    version = fields.Integer(required=True, metadata={"description": "send it back with a decision"})
    location_id = fields.UUID(required=True)
    location_code = fields.String(required=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    item_id = fields.UUID(required=True)
    sku = fields.String(required=True)
    item_name = fields.String(required=True)
    unit_scale = fields.Integer(required=True)
    unit_name = fields.String(required=True)
    lot = fields.String(required=True)
    round = fields.Integer(required=True)
    quantity_counted = fields.Integer(required=True, allow_none=True, metadata={"description": "null: not counted"})
    counted_at = Moment(required=True, allow_none=True)
    quantity_book = fields.Integer(required=True, allow_none=True, metadata={"description": "at counted_at"})
    quantity_book_first = fields.Integer(
        required=True, allow_none=True, metadata={"description": "as first compared; differs when movements came late"}
    )
    variance = fields.Integer(required=True, allow_none=True)
    value = fields.Integer(required=True, allow_none=True, metadata={"description": "of the variance, minor units"})
    state = fields.String(required=True, validate=validate.OneOf(LINE_STATES))
    flags = fields.List(fields.String(validate=validate.OneOf(MARKS)), required=True)
    cause = fields.Nested(Cause, required=True, allow_none=True)
    reason_code = fields.String(required=True)
    note = fields.String(required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    decided_by_name = fields.String(required=True, allow_none=True)
    decided_at = Moment(required=True, allow_none=True)
    posted_part = fields.Integer(required=True, allow_none=True)
    anchored = fields.Boolean(required=True)
    explained_after_posting = fields.Integer(
        required=True, metadata={"description": "signed sum of corrections by movements that came after posting"}
    )


class LinePage(Answer):
    """A page of lines, and the totals of the whole list."""

    rows = fields.List(fields.Nested(Line), required=True)
    total = fields.Integer(required=True)
    next = fields.String(required=True, allow_none=True)
    value = fields.Integer(required=True)
    value_absolute = fields.Integer(required=True)


class SheetRow(Answer):
    """One sheet behind a line."""

    id = fields.UUID(required=True)
    round = fields.Integer(required=True)
    location_code = fields.String(required=True)
    person_name = fields.String(required=True)
    device_label = fields.String(required=True)
    disposition = fields.String(required=True)
    continues = fields.UUID(required=True, allow_none=True)
    opened_at = Moment(required=True)
    closed_at = Moment(required=True, allow_none=True)
    quantity = fields.Integer(required=True, allow_none=True)
    confirmed_zero = fields.Boolean(required=True)


class RecordRow(Answer):
    """One beep or keyed number behind a line."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    occurred_at = Moment(required=True)
    received_at = Moment(required=True)
    quantity = fields.Integer(required=True, allow_none=True)
    pack_factor = fields.Integer(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    symbology = fields.String(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)
    auth = fields.String(required=True, allow_none=True)
    person_name = fields.String(required=True)
    device_label = fields.String(required=True)
    round = fields.Integer(required=True)
    voided = fields.Boolean(required=True)
    superseded = fields.Boolean(required=True)


class MovementRow(Answer):
    """One ledger entry that touched the line's stock; quantity is signed as seen from there."""

    journal_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    document = fields.String(required=True)
    quantity = fields.Integer(required=True)
    occurred_at = Moment(required=True)
    recorded_at = Moment(required=True)
    date_only = fields.Boolean(required=True)
    counterpart_code = fields.String(required=True)
    person_name = fields.String(required=True)
    reason_code = fields.String(required=True)
    of_this_line = fields.Boolean(required=True)
    before_count = fields.Boolean(required=True)
    late = fields.Boolean(required=True)


class LineDetail(Line):
    """A line with everything behind its numbers."""

    sheets = fields.List(fields.Nested(SheetRow), required=True)
    records = fields.List(fields.Nested(RecordRow), required=True)
    movements = fields.List(fields.Nested(MovementRow), required=True)


class LineVersion(Shape):
    """A line in the version that was shown."""

    id = Whole(1, 2**62, required=True)
    version = Whole(1, 2**31, required=True)


class DecisionBody(Shape):
    """What was decided, of which lines."""

    decision = fields.String(required=True, validate=validate.OneOf(("accept", "keep_book", "recount")))
    lines = fields.List(fields.Nested(LineVersion), required=True, validate=validate.Length(min=1, max=LINES_A_CALL))
    reason_code = CodeOrNothing(load_default="", length_max=64)
    note = Note(load_default="")
    other_counter = Truth(load_default=False, metadata={"description": "recount: by somebody else"})
    allow_partial = Truth(
        load_default=False, data_key="partial", metadata={"description": "decide what can be; name the rest"}
    )


class RefusalRow(Answer):
    """Why one line was not decided."""

    id = fields.Integer(required=True, attribute="line_id")
    code = fields.String(required=True)
    detail = fields.String(required=True)


class DecisionAnswer(Answer):
    """How many lines were decided, and why the others were not."""

    decided = fields.Integer(required=True)
    refused = fields.List(fields.Nested(RefusalRow), required=True)


class PostBody(Shape):
    """Which part to post; a dry run says what would be wrong with it."""

    zone_ids = fields.List(fields.UUID(), load_default=None, allow_none=True, validate=validate.Length(min=1, max=1000))
    uncounted = fields.String(load_default="leave", validate=validate.OneOf(("leave", "zero")))
    only_ready = Truth(load_default=False, metadata={"description": "post what is ready, leave the rest"})
    override_reason = Note(
        load_default="",
        metadata={"description": "why to post although records are held or still on devices; written down"},
    )
    dry_run = Truth(load_default=False)


class ExampleRow(Answer):
    """A line that shows a problem."""

    id = fields.Integer(required=True)
    location_code = fields.String(required=True)
    sku = fields.String(required=True)


class ProblemRow(Answer):
    """One kind of thing that stands in the way of posting."""

    code = fields.String(required=True)
    lines = fields.Integer(required=True)
    value = fields.Integer(required=True)
    examples = fields.List(fields.Nested(ExampleRow), required=True)


class Totals(Answer):
    """A number of lines and their value in minor units."""

    lines = fields.Integer(required=True)
    value = fields.Integer(required=True)


class PostAnswer(Answer):
    """What was, or would be, posted."""

    problems = fields.List(fields.Nested(ProblemRow), required=True)
    lines = fields.Integer(required=True)
    differences = fields.Integer(required=True)
    value = fields.Integer(required=True, metadata={"description": "net, minor units"})
    uncounted = fields.Nested(Totals, required=True)
    part = fields.Integer(required=True, allow_none=True)
    journals = fields.Integer(required=True)
    posted = fields.Boolean(required=True, metadata={"description": "the whole stocktake is posted now"})


class StocktakeReversalBody(Shape):
    """Why the stocktake is taken back."""

    reason_code = Code(required=True, length_max=64)
    note = Note(load_default="")


class ReversalAnswer(Answer):
    """How many journals were reversed."""

    journals = fields.Integer(required=True)
