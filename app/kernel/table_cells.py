"""What a cell of a file may say: whole numbers, yes and no, one of a few words. ValueError carries the sentence."""

import re
from collections.abc import Callable, Sequence

from app.kernel.table_words import CHOICES_ZH
from app.kernel.text import TextMistake

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_YES = {"yes", "y", "true", "1", "是"}
_NO = {"no", "n", "false", "0", "否"}


class CellMistake(TextMistake):
    """A cell that cannot be meant, with the stable `code` of the rule it breaks and the figures of its sentence."""


def whole_cell(least: int, most: int) -> Callable[[str], int]:
    """A parser of whole numbers between `least` and `most`; 12.0 and 1,000 are refused, not guessed."""

    def parse(cell: str) -> int:
        if not _WHOLE.fullmatch(cell) or not least <= int(cell) <= most:
            message = f"Give a whole number between {least} and {most}, digits only."
            raise CellMistake("not_a_whole_number", message, least=least, most=most)
        return int(cell)

    return parse


def yes_no_cell(cell: str) -> bool:
    """Yes or no (or 是 or 否, 1 or 0, true or false)."""
    word = cell.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellMistake("not_yes_or_no", "Say yes or no.")


def yes_or_no(value: bool) -> str:  # noqa: FBT001  # a value to be written, not a switch
    """How a truth is written into a cell."""
    return "yes" if value else "no"


def choice_cell(choices: Sequence[str]) -> Callable[[str], str]:
    """A parser of one of these words, upper or lower case, or of their Chinese."""
    meant = {CHOICES_ZH[choice]: choice for choice in choices if choice in CHOICES_ZH}

    def parse(cell: str) -> str:
        word = meant.get(cell, cell.lower())
        if word not in choices:
            known, known_zh = ", ".join(choices), "、".join(CHOICES_ZH.get(choice, choice) for choice in choices)
            raise CellMistake("unknown_choice", f"Say one of: {known}.", choices=known, choices_zh=known_zh)
        return word

    return parse
