"""What every reader of files gives: numbered lines of cells, within the limits of a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from app.kernel.errors import TooLarge

ROW_LIMIT = 200_000
BYTE_LIMIT = 50_000_000
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")  # the apostrophe too, so that reading takes off just what was put on


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that says nothing that could be meant: a formula, an error, a number that has lost its digits."""

    value: str
    code: str
    message: str


Cell: TypeAlias = str | BadCell
Lines: TypeAlias = Iterator[tuple[int, Sequence[Cell]]]


def shown(cell: Cell) -> str:
    """What a cell shows; empty for one with nothing but space."""
    text = cell.value if isinstance(cell, BadCell) else cell
    return text if text.strip() else ""


def column_letters(index: int) -> str:
    """The letters over a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def refuse_more_rows(number: int) -> None:
    """Raise TooLarge when the `number`-th line is one too many; the header is one."""
    if number > ROW_LIMIT + 1:
        raise TooLarge("too_many_rows", f"The file has more than {ROW_LIMIT} rows; split it.")
