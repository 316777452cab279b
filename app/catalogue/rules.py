"""What holds for items, their codes and costs, whoever asks: pure values and decisions."""

import re
from dataclasses import dataclass
from typing import Final

from app.kernel.quantity import COST_DECIMALS
from app.kernel.text import TextMistake
from scanner.meaning import check_digit, clean_code
from scanner.meaning.gtin import expand_upc_e, gtin_14

PACK_FACTOR_MAX: Final = 1_000_000
UNIT_COST_MAX: Final = 10**12  # a hundred million minor units: with a shop's quantities, values stay inside 64 bits
UNIT_CODE_LENGTH_MAX: Final = 16
LIFE_DAYS_MAX: Final = 36_500
LABEL_LENGTH_MAX: Final = 64
DEFAULT_UNIT: Final = "pcs"  # seeded by the first migration
_MORE_DECIMALS: Final = len(str(COST_DECIMALS)) - 1  # a unit cost carries these more than the currency
_GTIN_LENGTHS: Final = (8, 12, 13, 14)
_COST = re.compile(r"([0-9]{1,15})(?:\.([0-9]+))?")


@dataclass(frozen=True, slots=True)
class Tracking:
    """What is kept of an item's pieces beside how many there are. `scale`: the decimals of its unit."""

    lots: bool
    expiry: bool
    serials: bool
    minimum_life_days: int | None
    scale: int


def tracking_mistakes(wanted: Tracking) -> list[tuple[str, str, str]]:
    """What contradicts itself in how an item is tracked, as (field, code, sentence)."""
    mistakes = []
    if wanted.serials and wanted.scale:
        message = "A serial number is one whole piece; give the item a unit without decimals."
        mistakes.append(("tracks_serials", "serials_need_pieces", message))
    if wanted.serials and wanted.lots:
        message = "A serial number stands where the lot would; track lots or serial numbers, not both."
        mistakes.append(("tracks_serials", "serials_or_lots", message))
    if wanted.expiry and not (wanted.lots or wanted.serials):
        message = "An expiry date belongs to a lot or a serial number; track one of them too."
        mistakes.append(("tracks_expiry", "expiry_needs_lots", message))
    if wanted.minimum_life_days is not None and not wanted.expiry:
        message = "Without expiry dates nobody knows how long goods last; track them, or leave this empty."
        mistakes.append(("minimum_life_days", "life_needs_expiry", message))
    return mistakes


def serial_mistake(*, tracks_serials: bool, lot: str, quantity: int) -> str | None:
    """Why so many pieces cannot have this serial number; None where they can. A lot not known is any number."""
    if tracks_serials and lot and quantity != 1:
        return f"A serial number is one piece; {quantity} cannot have the number {lot}."
    return None


def check_digit_mistake(code: str) -> str | None:
    """What is wrong with an all-digit code of a GTIN's length whose check digit is not right; None when it is.

    Such a text can only be a mistyped or mangled article number: no scanner would ever send it for the article, so
    the item would stay unknown at every beep. Raises CodeError as `normal_form` does.
    """
    digits = clean_code(code)
    if not (digits.isascii() and digits.isdigit() and len(digits) in _GTIN_LENGTHS) or gtin_14(digits):
        return None
    if not digits.strip("0"):
        return f"{digits} stands for no code; leave the cell empty."
    upc_a = expand_upc_e(digits)
    if upc_a is not None:
        return f"{digits} reads as a UPC-E, which scanners send as {upc_a}; give that."
    right = digits[:-1] + str(check_digit(digits[:-1]))
    return f"{digits} has a wrong check digit; {right} would be right. Scan the article, or look at it again."


def parse_cost(text: str, decimals: int) -> int:
    """A unit cost written in currency units (1.50) as an integer of 1/10000 minor unit; `decimals` of the currency.

    Exact: more than `decimals` + 4 places are refused, never rounded. Raises TextMistake.
    """
    found = _COST.fullmatch(text)
    if not found:
        raise TextMistake("not_a_cost", "Give the cost as a plain number in currency units, such as 1.50.")
    places = decimals + _MORE_DECIMALS
    fraction = found[2] or ""
    if len(fraction) > places:
        message = f"A unit cost has at most {places} decimals; it is not rounded for you."
        raise TextMistake("too_many_decimals", message, most=places)
    cost = int(found[1] + fraction.ljust(places, "0"))
    if cost > UNIT_COST_MAX:
        most = format_cost(UNIT_COST_MAX, decimals)
        raise TextMistake("cost_too_large", f"A unit cost is at most {most}.", most=most)
    return cost


def format_cost(unit_cost: int, decimals: int) -> str:
    """A unit cost in currency units with at least the currency's decimals: the inverse of `parse_cost`."""
    places = decimals + _MORE_DECIMALS
    whole, fraction = divmod(unit_cost, 10**places)
    text = str(fraction).rjust(places, "0")
    kept = text[:decimals] + text[decimals:].rstrip("0")
    return f"{whole}.{kept}" if kept else str(whole)
