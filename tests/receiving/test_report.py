"""A receipt on paper: what stands on it, in both languages, on as many pages as it takes."""

import base64
import re
import time
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.receiving.report import ReportHead, ReportLine, ReportLot, amount, receipt_report, signed
from app.receiving.report_text import Style, printable, width_of, wrapped
from app.receiving.report_words import WORDS
from app.receiving.rules import LINE_STATES, RECEIPT_STATES, Mark
from tests.builders import Cast, make_item
from tests.receiving.dock import make_order, make_supplier
from tests.receiving.test_receipts_over_http import Hand, call, hand

__all__ = ["hand"]  # the fixture
AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
HEAD = ReportHead("GRN-7", "S1 徐汇店", "closed", "RECV 收货区", supplier="SUP 娃哈哈", order="PO-12", opened_at=AT)
LINE = ReportLine("WATER-550", "纯净水 550ml", "瓶", 0, 480, 480, 0, "agreed")


def streams(pdf: bytes) -> list[bytes]:
    found = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return [zlib.decompress(base64.a85decode(stream.strip(), adobe=False)) for stream in map(_bare, found)]


def _bare(stream: bytes) -> bytes:
    return stream.strip().removesuffix(b"~>")


def text_of(pdf: bytes) -> str:
    """All that is written, pieces with | between them: Latin as it is, Chinese from UTF-16."""
    wide = set(re.findall(rb"/BaseFont /STSong-Light /DescendantFonts.*?/Name /(\w+)", pdf, re.DOTALL))
    said, font = [], b""
    for stream in streams(pdf):
        for found in re.finditer(rb"/(\w+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", stream, re.DOTALL):
            if found[1]:
                font = found[1]
            else:
                plain = re.sub(rb"\\([0-7]{3}|.)", _unescaped, found[2], flags=re.DOTALL)
                said.append(plain.decode("utf-16-be" if font in wide else "cp1252"))
    return "|".join(said)


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8)]) if len(found[1]) == 3 else found[1]


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_a_report_says_what_came_and_what_was_decided() -> None:
    odd = ReportLine(
        *("MILK", "全脂牛奶", "箱", 3, 5000, 4000, 500, "accepted"),
        marks=("short", "damaged"),
        reason="破损",
        note="退给司机",
        decided_by="王强",
        decided_at=AT,
        lots=(ReportLot("L1", 4000, date(2027, 5, 1)), ReportLot("", 500, damaged=True)),
    )
    said = text_of(receipt_report(HEAD, [LINE, odd], "zh"))
    head = ("收货报告", "GRN-7", "娃哈哈", "PO-12", "收货人")
    for piece in (*head, "纯净水", "WATER-550", "相符", "-0.5", "4.5", "少收", "王强"):
        assert piece in said, piece
    english = text_of(receipt_report(HEAD, [LINE, odd], "en", only_odd=True))
    for piece in ("Receiving report", "All accepted", "Damaged goods refused", "expires 2027-05-01", "Page 1 of 1"):
        assert piece in english, piece
    assert "2 lines, 1 of them with a variance or a mark" in english
    assert "WATER-550" not in english


def test_nothing_expected_means_no_variance() -> None:
    blind = text_of(receipt_report(replace(HEAD, blind=True), [replace(LINE, expected=0)], "en"))
    assert "+480" not in blind
    assert "480" in blind


def test_a_thousand_lines_take_less_than_two_seconds() -> None:
    lines = [replace(LINE, sku=f"SKU-{n}", name=f"商品 {n} with a name of some length", good=479) for n in range(1000)]
    started = time.process_time()
    pdf = receipt_report(HEAD, lines, "zh")
    assert time.process_time() - started < 2
    assert pages_of(pdf) > 20
    said = text_of(pdf)
    assert all(f"SKU-{n}|" in said for n in (0, 500, 999))


@pytest.mark.parametrize("count", [0, 1, 20, 21, 22, 23, 24, 25, 26, 27, 28])
def test_the_signatures_are_never_torn_from_their_page(count: int) -> None:
    pdf = receipt_report(HEAD, [LINE] * count, "en")
    said = text_of(pdf)
    assert said.count("Signature, date") == 3
    pages = pages_of(pdf)
    assert f"Page {pages} of {pages}" in said


def test_long_and_strange_texts_stay_in_their_columns() -> None:
    style = Style()
    for text in ("长" * 90, "A" * 300, "word " * 60, "混排 mixed 文字,标点。" * 9, "\u202e\u0000𠮷\n\t", ""):
        lines = wrapped(text, style, 100)
        assert all(width_of(line, style) <= 100 + style.size * 2 for line in lines), text
        assert len(lines) <= 6
        assert not any(line[0] in ",。" for line in lines if line)
    assert printable("a\n b\u202e𠮷") == "a b□□"
    strange = replace(LINE, name="𠮷\u202e(" + "长" * 400, sku="(\\)" * 60, note="x" * 900, unit="单位" * 20)
    assert receipt_report(replace(HEAD, note="注" * 900), [strange] * 3, "zh").startswith(b"%PDF-")


def test_amounts_are_in_base_units() -> None:
    assert [amount(2500, 3), amount(-5, 1), amount(40, 0), signed(12, 0), signed(0, 0)] == [
        "2.5",
        "-0.5",
        "40",
        "+12",
        "0",
    ]


def test_every_state_and_mark_has_words() -> None:
    words = {*LINE_STATES, *(state for state in RECEIPT_STATES if state not in {"closed", "posted"})}
    marks = {mark.name.lower() for mark in Mark if mark.name} - {"damaged"}
    assert sorted((words | marks) - WORDS.keys()) == []


def test_the_report_of_a_receipt_over_http(cast: Cast, hand: Hand) -> None:  # pytest's way with fixtures
    water, milk = make_item(), make_item("MILK")
    hand.open(make_order(cast, {water: 10, milk: 4}, supplier=make_supplier()))
    hand.scan(water, 12)
    hand.scan(milk, 1, "damaged")
    hand.device.sync()
    path = f"/api/v1/receipts/{hand.receipt}/report.pdf"
    desk = cast.client(cast.supervisor)
    answer = desk.get(path, query_string={"lang": "zh"})
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert 'filename="GRN-1.pdf"' in answer.headers["Content-Disposition"]
    said = text_of(answer.data)
    assert all(piece in said for piece in ("GRN-1", "PO-1", "MILK", "WATER", "待决定", "+2"))
    call(desk, "POST", f"/receipts/{hand.receipt}/close")
    assert "Short" in text_of(desk.get(path, query_string={"lang": "en", "lines": "odd"}).data)
    lines = f"/api/v1/receipts/{hand.receipt}/lines/export"
    told = desk.get(lines, query_string={"lang": "zh", "sort": "variance", "mark": "damaged"}).data.decode("utf-8-sig")
    head, *rows = (line.split(",") for line in told.splitlines())
    assert (head[:4], [row[:2] + row[3:7] for row in rows]) == (
        ["商品编码", "商品名称", "单位", "应收"],
        [["MILK", "Milk", "4", "1", "1", "-3"]],
    )
    assert cast.client(cast.counter).get(path).status_code == 403
    assert cast.client(cast.outsider).get(path).status_code == 404
    assert desk.get(path, query_string={"lang": "names"}).status_code == 422
