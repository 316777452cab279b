"""Costs are exact, and an article number that cannot be right is told with the one that would be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.rules import UNIT_COST_MAX, check_digit_mistake, format_cost, parse_cost


@pytest.mark.parametrize(
    ("text", "decimals", "cost"),
    [
        ("1.50", 2, 1_500_000),
        ("1.5", 2, 1_500_000),
        ("0", 2, 0),
        ("0.000001", 2, 1),
        ("150", 0, 1_500_000),
        ("150.0001", 0, 1_500_001),
        ("1.234", 3, 12_340_000),
    ],
)
def test_a_cost_is_read_exactly(text: str, decimals: int, cost: int) -> None:
    assert parse_cost(text, decimals) == cost


@pytest.mark.parametrize(
    "text", ["1.0000001", "-1", "+1", "1,50", "1e3", "NaN", "Infinity", "", ".5", "5.", "￥5", "٣", "9" * 16, "1 2"]
)
def test_what_is_not_a_plain_exact_amount_is_refused_and_never_rounded(text: str) -> None:
    with pytest.raises(ValueError, match="cost"):
        parse_cost(text, 2)


@given(st.integers(0, UNIT_COST_MAX), st.sampled_from([0, 2, 3]))
def test_what_is_written_is_read_back_the_same(cost: int, decimals: int) -> None:
    assert parse_cost(format_cost(cost, decimals), decimals) == cost


def test_a_cost_is_written_with_the_currencys_decimals() -> None:
    assert format_cost(1_500_000, 2) == "1.50"
    assert format_cost(1_500_001, 2) == "1.500001"
    assert format_cost(1_500_000, 0) == "150"


@pytest.mark.parametrize("code", ["6921168509256", "90311017", "882428015268", "12345", "ABC1234567890", "A-1"])
def test_a_right_article_number_and_any_other_text_pass(code: str) -> None:
    assert check_digit_mistake(code) is None


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("6921168509257", "6921168509256"),
        ("16921168509254", "16921168509253"),
        ("04965802", "049000006582"),  # a UPC-E as printed; scanners send the UPC-A
        ("0000000000000", "empty"),
    ],
)
def test_a_wrong_one_says_what_to_give(code: str, hint: str) -> None:
    assert hint in (check_digit_mistake(code) or "")
