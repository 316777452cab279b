"""Names, codes, notes and numbers: what comes in is clean, or is refused with its place."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from app.kernel import text
from app.kernel.fields import BarcodeText, Code, Name, Note, Quantity, QueryTruth, SearchText, Truth, Whole


class Everything(Schema):
    """One field of each kind."""

    name = Name()
    code = Code(length_max=10)
    barcode = BarcodeText()
    note = Note()
    search = SearchText()
    quantity = Quantity(0)
    signed = Quantity()
    whole = Whole(1, 6)
    truth = Truth()
    asked = QueryTruth()


@pytest.mark.parametrize(
    ("field", "sent", "kept"),
    [
        ("name", "  Cafe\u0301 \n", "Café"),
        ("name", "زرد\u200cآلو", "زرد\u200cآلو"),  # Persian needs its joiner
        ("name", "👩\u200d🌾", "👩\u200d🌾"),
        ("code", " A-01 ", "A-01"),
        ("code", "货架1", "货架1"),
        ("barcode", "0101\x1d10L7", "0101\x1d10L7"),
        ("note", "one\r\ntwo\t3", "one\ntwo\t3"),
        ("note", "", ""),
        ("search", "", ""),
        ("quantity", 10**9, 10**9),
        ("signed", -(10**9), -(10**9)),
        ("truth", False, False),
        ("asked", "true", True),
    ],
)
def test_good_values_are_kept_in_one_form(field: str, sent: Any, kept: Any) -> None:
    assert Everything().load({field: sent}) == {field: kept}


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        *[
            (field, f"a{sign}b")
            for field in ("name", "code", "barcode", "note", "search")
            for sign in "\x00\x07\x9f\u202e"
        ],
        *[(field, "a\ud800b") for field in ("name", "code", "barcode", "note", "search")],
        *[("code", f"a{sign}b") for sign in "\u200b\u200d\u200e\u2066\ufeff\u00ad\x1d\n"],
        *[("name", f"a{sign}b") for sign in "\u200b\u2066\ufeff\n"],
        *[(field, sent) for field in ("name", "code", "barcode") for sent in ("", "  ", None, 1, ["a"], {"a": 1})],
        ("name", "x" * 201),
        ("code", "x" * 11),
        ("barcode", "x" * 129),
        ("note", "x" * 1001),
        ("search", "x" * 129),
        *[
            ("quantity", sent)
            for sent in (-1, 10**9 + 1, 2**70, 1.0, 1.5, True, "1", None, float("nan"), [1], {"a": 1})
        ],
        ("signed", -(10**9) - 1),
        ("whole", 7),
        *[("truth", sent) for sent in (0, 1, "true", "yes", None, 1.0)],
        *[("asked", sent) for sent in ("1", "yes", "True", "")],
    ],
)
def test_anything_else_is_refused_and_named(field: str, sent: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Everything().load({field: sent})
    assert list(refused.value.messages_dict) == [field]


def test_the_message_says_which_character_and_where() -> None:
    with pytest.raises(ValueError, match=r"U\+202E at position 3"):
        text.name_text("ab\u202ecd")


RULES = {
    "name": (text.name_text, text.NAME_PATTERN),
    "code": (text.code_text, text.CODE_PATTERN),
    "barcode": (text.barcode_text, text.BARCODE_PATTERN),
    "note": (text.note_text, text.NOTE_PATTERN),
}


@pytest.mark.parametrize("kind", RULES)
@given(sent=st.text(max_size=20))
def test_what_is_kept_is_kept_again_and_fits_the_pattern_that_is_published(kind: str, sent: str) -> None:
    rule, pattern = RULES[kind]
    try:
        kept = rule(sent)
    except ValueError:
        return
    assert rule(kept) == kept
    assert re.search(pattern, kept)
    kept.encode()  # fails on a lone surrogate
