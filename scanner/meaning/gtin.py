"""The one normal form of a code, so that the same article is the same text on every device.

Pure text in, pure text out. The browser implements the same rules in TypeScript, and both sides read
``tests/vectors/codes.json``; change a rule only together with its vectors. In order:

1. NFKC, then trim space, tab, CR, LF, byte order mark and GS (U+001D) at both ends.
2. Drop one AIM identifier in front: ``]``, a letter, a letter or digit (ISO/IEC 15424); trim again.
3. Refuse an empty text (``empty``), then any control character U+0000-001F or U+007F-009F except GS
   (``control_character``), then more than 128 characters, counted as code points (``too_long``).
4. UPC-E is expanded only when the symbology says UPC-E and there are exactly 8 digits of number system
   0 or 1; a wrong check digit leaves the text as it is, even where it would do for an EAN-8.
5. 8, 12, 13 or 14 ASCII digits, not all zero, with a right check digit: zero-padded to 14 digits.
6. Anything else is the text after step 2, upper and lower case kept apart.
"""

import re
import unicodedata
from typing import Final

from scanner.meaning.errors import CodeEmpty, CodeHasControlCharacter, CodeTooLong

GS: Final = "\x1d"
CODE_LENGTH_MAX: Final = 128
UPC_E: Final = "UPC-E"

_TRIMMED = " \t\r\n\ufeff" + GS
_AIM_IDENTIFIER = re.compile(r"\][A-Za-z][A-Za-z0-9]")
_FORBIDDEN = re.compile(r"[\x00-\x1c\x1e\x1f\x7f-\x9f]")
_GTIN_SHAPE = re.compile(r"(?:[0-9]{8}|[0-9]{12,14})")
_UPC_E_SHAPE = re.compile(r"[01][0-9]{7}")


def check_digit(payload: str) -> int:
    """The GS1 check digit (0-9) that belongs after ``payload``, a string of ASCII digits.

    Weights 3, 1, 3, … from the right: GS1 General Specifications, section 7.9.
    """
    weighted = sum(int(d) * (1 if i % 2 else 3) for i, d in enumerate(reversed(payload)))
    return -weighted % 10


def has_right_check_digit(digits: str) -> bool:
    """Whether the last of ``digits`` (two or more ASCII digits) is the check digit of the others."""
    return check_digit(digits[:-1]) == int(digits[-1])


def split_aim_identifier(text: str) -> tuple[str | None, str]:
    """Part ``]E0692…`` into ``("]E0", "692…")``; without an identifier the first half is None."""
    found = _AIM_IDENTIFIER.match(text)
    return (found.group(), text[found.end() :]) if found else (None, text)


def clean_code(text: str, *, length_max: int = CODE_LENGTH_MAX) -> str:
    """Steps 1 to 3 above: NFKC, trimmed, without AIM identifier, at most ``length_max`` characters.

    Raises CodeEmpty, CodeHasControlCharacter or CodeTooLong.
    """
    folded = unicodedata.normalize("NFKC", text).strip(_TRIMMED)
    cleaned = split_aim_identifier(folded)[1].strip(_TRIMMED)
    if not cleaned:
        raise CodeEmpty(text)
    forbidden = _FORBIDDEN.search(cleaned)
    if forbidden:
        raise CodeHasControlCharacter(cleaned, position=forbidden.start())
    if len(cleaned) > length_max:
        raise CodeTooLong(cleaned, length_max=length_max)
    return cleaned


def expand_upc_e(digits: str) -> str | None:
    """The 12 digits of UPC-A behind the 8 printed digits of a UPC-E; None if they are not one.

    Source: GS1 General Specifications, section 5.2.2.4.2 (the last digit says where the zeros were).
    """
    if not _UPC_E_SHAPE.fullmatch(digits):
        return None
    system, d, check = digits[0], digits[1:7], digits[7]
    match d[5]:
        case "0" | "1" | "2":
            payload = system + d[:2] + d[5] + "0000" + d[2:5]
        case "3":
            payload = system + d[:3] + "00000" + d[3:5]
        case "4":
            payload = system + d[:4] + "00000" + d[4]
        case _:
            payload = system + d[:5] + "0000" + d[5]
    return payload + check if check_digit(payload) == int(check) else None


def gtin_14(text: str, symbology: str | None = None) -> str | None:
    """The 14-digit GTIN that an already clean text stands for (steps 4 and 5), or None."""
    if symbology == UPC_E and len(text) == 8:
        expanded = expand_upc_e(text)
        return expanded.zfill(14) if expanded else None
    # A row of zeros has a right check digit but is what printers and forms put where no number is.
    if not _GTIN_SHAPE.fullmatch(text) or not text.strip("0"):
        return None
    return text.zfill(14) if has_right_check_digit(text) else None


def normal_form(code: str, symbology: str | None = None) -> str:
    """The text under which a code is stored, compared and looked up; see the module for the rules.

    ``symbology`` is a name such as "EAN-13" or "UPC-E", None when a keyboard or a wedge scanner sent
    the text. Raises CodeEmpty, CodeHasControlCharacter or CodeTooLong.
    """
    cleaned = clean_code(code)
    return gtin_14(cleaned, symbology) or cleaned
