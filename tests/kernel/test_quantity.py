"""Quantities and money are integers, and are rounded once, half to even."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.quantity import COST_DECIMALS, QUANTITY_LIMIT, VALUE_LIMIT, divide_half_even, line_value

INTEGERS = st.integers(-(10**30), 10**30)


@given(INTEGERS, st.integers(1, 10**12))
def test_division_rounds_half_to_even_for_either_sign(numerator: int, denominator: int) -> None:
    assert divide_half_even(numerator, denominator) == round(Fraction(numerator, denominator))


def test_a_half_goes_to_the_even_neighbour() -> None:
    assert [divide_half_even(n, 2) for n in (-5, -3, -1, 1, 3, 5)] == [-2, -2, 0, 0, 2, 2]


def test_the_value_of_a_line_is_what_a_cashier_would_reckon() -> None:
    assert line_value(3, 0, 1_500_000) == 450  # three bottles at 1.50
    assert line_value(2_500, 3, 6_000_000) == 1_500  # 2.5 kg at 6.00
    assert line_value(-2, 0, 1_500_000) == -300  # two missing


@given(st.integers(-QUANTITY_LIMIT, QUANTITY_LIMIT), st.integers(0, 6), st.integers(0, 10**12))
def test_the_value_is_exact_before_its_one_rounding(quantity: int, scale: int, unit_cost: int) -> None:
    exact = Decimal(quantity * unit_cost) / (10**scale * COST_DECIMALS)
    rounded = int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))
    assert line_value(quantity, scale, unit_cost) == max(-VALUE_LIMIT, min(VALUE_LIMIT, rounded))


def test_nothing_is_worth_more_than_what_every_reader_can_hold() -> None:
    assert line_value(QUANTITY_LIMIT, 0, 10**12) == VALUE_LIMIT
    assert line_value(-QUANTITY_LIMIT, 0, 10**12) == -VALUE_LIMIT
