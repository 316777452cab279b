"""A goods receipt on paper: what was expected, what came, what was decided, and room for three signatures. Pure.

A4 upright, one row for each line of the receipt, as many pages as that takes. No cost is in it: the driver signs it.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.kernel.table_words import Language
from app.receiving.report_text import Style, draw, width_of, wrapped
from app.receiving.report_words import say

MM: Final = 72 / 25.4
_WIDTH, _HEIGHT = A4
_MARGIN, _BOTTOM, _TOP = 14 * MM, 18 * MM, _HEIGHT - 14 * MM
_HALF: Final[float] = (_WIDTH - 2 * _MARGIN) / 2
_PAD: Final = 1.4 * MM
_SIGNATURES: Final = 34 * MM  # kept together, on a page of its own where need be
_GREY, _LINE, _SHADE = (0.4, 0.4, 0.4), (0.75, 0.75, 0.75), (0.94, 0.95, 0.96)
_PLAIN, _SMALL, _HEAD = Style(), Style(7.5, tone=_GREY), Style(8, bold=True)
_LOSS: Final = Style(bold=True, tone=(0.7, 0.08, 0.08))
_TITLE: Final = Style(16, bold=True)
# The columns: key, width, whether figures stand in it.
_COLUMNS: Final = (
    *(("number", 9 * MM, True), ("item", 62 * MM, False), ("expected", 20 * MM, True), ("received", 20 * MM, True)),
    *(("damaged", 18 * MM, True), ("variance", 18 * MM, True), ("decision", 35 * MM, False)),
)


@dataclass(frozen=True, slots=True)
class ReportLot:
    """A lot or serial number of a line. Smallest units."""

    lot: str
    quantity: int
    expires_on: date | None = None
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of the receipt. Quantities in smallest units; `good` and `damaged` are apart."""

    sku: str
    name: str
    unit: str
    scale: int
    expected: int
    good: int
    damaged: int
    state: str
    marks: tuple[str, ...] = ()
    damaged_kept: bool = False
    reason: str = ""
    note: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    lots: tuple[ReportLot, ...] = ()

    @property
    def received(self) -> int:
        """All that came, whole or broken."""
        return self.good + self.damaged

    @property
    def is_odd(self) -> bool:
        """Whether somebody should look at it."""
        return bool(self.marks) or self.state != "agreed"


@dataclass(frozen=True, slots=True)
class ReportHead:
    """The receipt. Moments in the site's zone; `blind`: nothing was expected."""

    label: str
    site: str
    state: str
    location: str
    supplier: str = ""
    order: str = ""
    delivery: str = ""
    delivery_note: str = ""
    note: str = ""
    opened_at: datetime | None = None
    opened_by: str = ""
    closed_at: datetime | None = None
    posted_at: datetime | None = None
    blind: bool = False
    printed_at: datetime | None = None
    printed_by: str = ""


Cell = list[tuple[str, Style]]  # lines of text, each in its style
Fact = tuple[str, tuple[str, ...]]  # a word, and the lines of what it is


@dataclass(frozen=True, slots=True)
class _Row:
    cells: list[Cell]
    height: float


def receipt_report(
    head: ReportHead, lines: Sequence[ReportLine], language: Language, *, only_odd: bool = False
) -> bytes:
    """The report as PDF. With `only_odd` the lines that came as expected are counted, not listed."""
    listed = [line for line in lines if line.is_odd] if only_odd else lines
    rows = [_row(number, line, head, language) for number, line in enumerate(listed, start=1)]
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1, lang="zh-CN" if language == "zh" else "en")
    canvas.setTitle(f"{say('title', language)} {head.label}")
    canvas.setAuthor("Pandian")
    summary = [say("summary", language, lines=len(lines), odd=sum(line.is_odd for line in lines))]
    summary += [say("only_odd", language)] if only_odd else []
    summary += [say("none", language)] if not listed else []
    facts = _facts(head, language)
    first = _TOP - _head_height(facts, len(summary))
    pages = list(_pages(rows, first, _heading_height(language)))
    for number, (page, end) in enumerate(pages, start=1):
        top = first if number == 1 else _TOP - 9 * MM
        if number == 1:
            _draw_head(canvas, head, facts, summary, language)
        else:
            draw(canvas, (_MARGIN, _TOP - 4 * MM), f"{say('title', language)} {head.label} · {head.site}", _SMALL)
        if page:
            _draw_table(canvas, page, top, language)
        if number == len(pages):
            _draw_signatures(canvas, end, language)
        _draw_foot(canvas, head, number, len(pages), language)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _pages(rows: Sequence[_Row], first: float, heading: float) -> Iterator[tuple[list[_Row], float]]:
    """The rows page by page, with where the last of them ends; the signatures need room on the last."""
    page: list[_Row] = []
    y = first - heading
    for row in rows:
        if y - row.height < _BOTTOM and page:
            yield page, y
            page, y = [], _TOP - 9 * MM - heading
        page.append(row)
        y -= row.height
    if y - _SIGNATURES < _BOTTOM:
        yield page, y
        page, y = [], _TOP - 9 * MM
    yield page, y


def _row(number: int, line: ReportLine, head: ReportHead, language: Language) -> _Row:
    variance = line.received - line.expected
    item = [(text, _PLAIN) for text in _fit(line.name, _PLAIN, 1)]
    item += [(text, _SMALL) for text in _fit(line.sku, _SMALL, 1)]
    for lot in line.lots[:8]:
        item += [(text, _SMALL) for text in _fit(_lot_words(lot, line, language), _SMALL, 1)]
    if len(line.lots) > 8:
        item.append((f"… +{len(line.lots) - 8}", _SMALL))
    unit = [(text, _SMALL) for text in _fit(line.unit, _SMALL, 2)]
    cells: list[Cell] = [
        [(str(number), _SMALL)],
        item,
        [("–" if head.blind else amount(line.expected, line.scale), _PLAIN), *unit],
        [(amount(line.received, line.scale), _PLAIN)],
        [(amount(line.damaged, line.scale) if line.damaged else "", _PLAIN)],
        [("" if head.blind else signed(variance, line.scale), _LOSS if variance and not head.blind else _PLAIN)],
        _decision(line, language),
    ]
    height = max(sum(style.leading for _, style in cell) for cell in cells) + 2 * _PAD
    return _Row(cells, height)


def _fit(text: str, style: Style, column: int) -> tuple[str, ...]:
    return wrapped(text, style, _COLUMNS[column][1] - 2 * _PAD)


def _lot_words(lot: ReportLot, line: ReportLine, language: Language) -> str:
    name = say("lot", language, lot=lot.lot) if lot.lot else say("lot_unknown", language)
    parts = [f"{name}: {amount(lot.quantity, line.scale)}"]
    if lot.expires_on:
        parts.append(say("expires", language, on=lot.expires_on.isoformat()))
    if lot.damaged:
        parts.append(say("lot_damaged", language))
    return (",".join if language == "zh" else ", ".join)(parts)


def _decision(line: ReportLine, language: Language) -> Cell:
    strong = line.state == "needs_decision"
    texts = [(say(line.state, language), _LOSS if strong else _PLAIN)]
    if line.marks:
        texts.append((" · ".join(say(_mark(mark), language) for mark in line.marks), _SMALL))
    if line.damaged and line.state in {"accepted", "accepted_expected", "refused"}:
        texts.append((say("damaged_kept" if line.damaged_kept else "damaged_refused", language), _SMALL))
    if line.reason:
        texts.append((say("reason", language, reason=line.reason), _SMALL))
    if line.note:
        texts.append((line.note, _SMALL))
    if line.decided_by:
        texts.append((say("decided", language, by=line.decided_by, at=_time(line.decided_at)).strip(), _SMALL))
    return [(text, style) for long, style in texts for text in _fit(long, style, 6)]


def _mark(mark: str) -> str:
    return "mark_damaged" if mark == "damaged" else mark


def amount(quantity: int, scale: int) -> str:
    """A quantity in base units: 2500 with 3 decimals is 2.5."""
    text = f"{Decimal(quantity).scaleb(-scale):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(quantity: int, scale: int) -> str:
    """A quantity with its sign."""
    return f"+{amount(quantity, scale)}" if quantity > 0 else amount(quantity, scale)


def _time(moment: datetime | None) -> str:
    return "" if moment is None else moment.strftime("%Y-%m-%d %H:%M")


def _facts(head: ReportHead, language: Language) -> list[Fact]:
    """What stands above the table, two beside each other: a word, and the lines of what it is."""
    state = {"closed": "closed_state", "posted": "posted_state"}.get(head.state, head.state)
    opened = " · ".join(part for part in (_time(head.opened_at), head.opened_by) if part)
    facts = (
        *(("site", head.site), ("supplier", head.supplier), ("order", head.order), ("delivery", head.delivery)),
        *(("delivery_note", head.delivery_note), ("location", head.location), ("state", say(state, language))),
        *(("opened", opened), ("closed", _time(head.closed_at)), ("posted", _time(head.posted_at))),
        ("note", head.note),
    )
    width = _HALF - 31 * MM
    return [(say(key, language), wrapped(text, _PLAIN, width)) for key, text in facts if text]


def _fact_rows(facts: Sequence[Fact]) -> Iterator[tuple[Sequence[Fact], float]]:
    for at in range(0, len(facts), 2):
        pair = facts[at : at + 2]
        yield pair, max(len(texts) for _, texts in pair) * _PLAIN.leading + 1.2 * MM


def _head_height(facts: Sequence[Fact], notes: int) -> float:
    return 13 * MM + sum(height for _, height in _fact_rows(facts)) + 4 * MM + notes * _SMALL.leading + 2 * MM


def _draw_head(
    canvas: Canvas,
    head: ReportHead,
    facts: Sequence[Fact],
    summary: Sequence[str],
    language: Language,
) -> None:
    draw(canvas, (_MARGIN, _TOP - 6 * MM), say("title", language), _TITLE)
    draw(canvas, (_WIDTH - _MARGIN, _TOP - 6 * MM), head.label, _TITLE, align="right")
    y = _TOP - 13 * MM
    for pair, height in _fact_rows(facts):
        for side, (word, texts) in enumerate(pair):
            x = _MARGIN + side * _HALF
            draw(canvas, (x, y - _PLAIN.size), word, _SMALL)
            for number, text in enumerate(texts):
                draw(canvas, (x + 30 * MM, y - _PLAIN.size - number * _PLAIN.leading), text, _PLAIN)
        y -= height
    y -= 4 * MM
    for text in summary:
        draw(canvas, (_MARGIN, y - _SMALL.size), text, _SMALL)
        y -= _SMALL.leading


def _headings(language: Language) -> list[tuple[str, ...]]:
    return [wrapped(say(key, language), _HEAD, width - 2 * _PAD, 2) for key, width, _ in _COLUMNS]


def _heading_height(language: Language) -> float:
    return max(map(len, _headings(language))) * _HEAD.leading + 2 * _PAD


def _draw_table(canvas: Canvas, rows: Sequence[_Row], top: float, language: Language) -> None:
    canvas.setFillColorRGB(*_SHADE)
    height = _heading_height(language)
    canvas.rect(_MARGIN, top - height, _WIDTH - 2 * _MARGIN, height, stroke=0, fill=1)
    heading = _Row([[(text, _HEAD) for text in texts] for texts in _headings(language)], height)
    y = top
    for row in (heading, *rows):
        x = _MARGIN
        for cell, (_, width, figures) in zip(row.cells, _COLUMNS, strict=True):
            _draw_cell(canvas, cell, (x, y), width, figures=figures)
            x += width
        y -= row.height
        canvas.setStrokeColorRGB(*_LINE)
        canvas.setLineWidth(0.4)
        canvas.line(_MARGIN, y, _WIDTH - _MARGIN, y)


def _draw_cell(canvas: Canvas, cell: Cell, at: tuple[float, float], width: float, *, figures: bool) -> None:
    x, y = at
    y -= _PAD
    for text, style in cell:
        if text:
            if figures:
                draw(canvas, (x + width - _PAD, y - style.size), text, style, align="right")
            else:
                draw(canvas, (x + _PAD, y - style.size), text, style)
        y -= style.leading


def _draw_signatures(canvas: Canvas, top: float, language: Language) -> None:
    width, gap = (_WIDTH - 2 * _MARGIN - 16 * MM) / 3, 8 * MM
    y = top - 24 * MM
    for number, key in enumerate(("received_by", "supervisor", "carrier")):
        x = _MARGIN + number * (width + gap)
        draw(canvas, (x, top - 9 * MM), say(key, language), _HEAD)
        canvas.setStrokeColorRGB(*_GREY)
        canvas.setLineWidth(0.6)
        canvas.line(x, y, x + width, y)
        draw(canvas, (x, y - 4 * MM), say("sign", language), _SMALL)


def _draw_foot(canvas: Canvas, head: ReportHead, number: int, pages: int, language: Language) -> None:
    y = 10 * MM
    if head.printed_at is not None:
        draw(canvas, (_MARGIN, y), say("printed", language, at=_time(head.printed_at), by=head.printed_by), _SMALL)
    page = say("page", language, page=number, pages=pages)
    draw(canvas, (_WIDTH - _MARGIN - width_of(page, _SMALL), y), page, _SMALL)
