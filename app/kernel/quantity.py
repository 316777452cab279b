"""Quantities and money as scaled integers: no float ever touches either."""

QUANTITY_LIMIT = 10**9  # of the smallest unit, either sign; also a CHECK in the database
COST_DECIMALS = 10_000  # a unit cost carries four more decimals than the currency
SCALE_LIMIT = 6
VALUE_LIMIT = 2**53 - 1  # minor units, either sign: what every reader of JSON can hold, and sums of it fit a column


def divide_half_even(numerator: int, denominator: int) -> int:
    """numerator / denominator rounded half to even, exactly, for either sign; denominator > 0."""
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    if twice > denominator or (twice == denominator and quotient % 2 == 1):
        quotient += 1
    return quotient


def line_value(quantity: int, scale: int, unit_cost: int) -> int:
    """Value in minor units of `quantity` smallest units at `unit_cost` (1/10000 minor unit per base unit).

    `scale` is the number of decimals of the unit (smallest unit = base unit / 10**scale). Rounded once, half to even.
    Nothing is worth more than VALUE_LIMIT: a mistyped number must not stop the count it stands in.
    """
    value = divide_half_even(quantity * unit_cost, 10**scale * COST_DECIMALS)
    return max(-VALUE_LIMIT, min(VALUE_LIMIT, value))
