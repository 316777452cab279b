r"""What a text may hold, the same for a form, a file and a record: pure rules, each with a sentence for people.

Names and notes are for eyes, codes are compared and scanned, so codes are stricter. In all of them NUL, control
characters and lone surrogates are refused (PostgreSQL cannot keep the first and last; none can be printed), and so
are the characters that reorder or hide text (Unicode TR36, "Trojan source"). Names keep the joiners and direction
marks (U+200C–200F, U+061C) that Persian, Arabic and emoji need; codes do not.

The patterns are written so that Python, JSON Schema and JavaScript read them alike; they leave out the surrogates,
which JSON in UTF-8 cannot carry and some readers of patterns cannot name.
"""

import re
import unicodedata
from typing import Final

NAME_LENGTH_MAX: Final = 200
CODE_LENGTH_MAX: Final = 128
NOTE_LENGTH_MAX: Final = 1000

_SURROGATES = r"\uD800-\uDFFF"
_REORDERING_OR_HIDDEN = r"\u00AD\u200B\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB"
_JOINERS_AND_MARKS = r"\u061C\u180E\u200C-\u200F"
_IN_NAMES = r"\u0000-\u001F\u007F-\u009F" + _REORDERING_OR_HIDDEN
_IN_NOTES = r"\u0000-\u0008\u000B-\u001F\u007F-\u009F" + _REORDERING_OR_HIDDEN  # tab and line feed stay
_IN_CODES = _IN_NAMES + _JOINERS_AND_MARKS
_IN_BARCODES = r"\u0000-\u001C\u001E\u001F\u007F-\u009F" + _REORDERING_OR_HIDDEN + _JOINERS_AND_MARKS

NAME_PATTERN: Final = rf"^[^\s{_IN_NAMES}]([^{_IN_NAMES}]*[^\s{_IN_NAMES}])?$"
CODE_PATTERN: Final = rf"^[^\s{_IN_CODES}]([^{_IN_CODES}]*[^\s{_IN_CODES}])?$"
BARCODE_PATTERN: Final = rf"^[^\s{_IN_BARCODES}]([^{_IN_BARCODES}]*[^\s{_IN_BARCODES}])?$"
NOTE_PATTERN: Final = rf"^[^{_IN_NOTES}]*$"

_REFUSED_IN_NAMES = re.compile(f"[{_IN_NAMES}{_SURROGATES}]")
_REFUSED_IN_NOTES = re.compile(f"[{_IN_NOTES}{_SURROGATES}]")
_REFUSED_IN_CODES = re.compile(f"[{_IN_CODES}{_SURROGATES}]")
_REFUSED_IN_BARCODES = re.compile(f"[{_IN_BARCODES}{_SURROGATES}]")


class TextMistake(ValueError):
    """A text that cannot be meant: the stable `code` of the rule it breaks, the sentence, and its figures."""

    def __init__(self, code: str, message: str, **data: str | int) -> None:
        super().__init__(message)
        self.code = code
        self.data = data


def name_text(text: str, length_max: int = NAME_LENGTH_MAX) -> str:
    """A name as it is kept: NFC, trimmed, one to `length_max` characters. Raises TextMistake."""
    return _filled(_checked(text, _REFUSED_IN_NAMES, length_max))


def code_text(text: str, length_max: int = CODE_LENGTH_MAX) -> str:
    """A code people give (SKU, location, unit) as it is kept. Raises TextMistake."""
    return _filled(_checked(text, _REFUSED_IN_CODES, length_max))


def barcode_text(text: str, length_max: int = CODE_LENGTH_MAX) -> str:
    """A scanned or printed code as it is kept; GS (U+001D) may stand in it. Raises TextMistake."""
    return _filled(_checked(text, _REFUSED_IN_BARCODES, length_max))


def note_text(text: str, length_max: int = NOTE_LENGTH_MAX) -> str:
    """A note as it is kept: may be empty and have several lines. Raises TextMistake."""
    return _checked(text.replace("\r\n", "\n").replace("\r", "\n"), _REFUSED_IN_NOTES, length_max)


def _checked(text: str, refused: re.Pattern[str], length_max: int) -> str:
    text = text.strip(" \t\r\n")
    found = refused.search(text)
    if found:
        char, position = f"U+{ord(found[0]):04X}", found.start() + 1
        message = f"The character {char} at position {position} is not allowed here."
        raise TextMistake("character_not_allowed", message, char=char, position=position)
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > length_max:
        message = f"At most {length_max} characters; this has {len(text)}."
        raise TextMistake("text_too_long", message, most=length_max, length=len(text))
    return text


def _filled(text: str) -> str:
    if not text:
        raise TextMistake("required", "This must not be empty.")
    return text
