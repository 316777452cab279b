"""What the text of a code means. Pure: no pictures, no database, no web."""

from scanner.meaning.errors import (
    CodeEmpty,
    CodeError,
    CodeHasControlCharacter,
    CodeTooLong,
    Gs1CheckDigitWrong,
    Gs1Error,
)
from scanner.meaning.gtin import GS, check_digit, clean_code, gtin_14, normal_form
from scanner.meaning.interpret import Meaning, meaning

__all__ = [
    "GS",
    "CodeEmpty",
    "CodeError",
    "CodeHasControlCharacter",
    "CodeTooLong",
    "Gs1CheckDigitWrong",
    "Gs1Error",
    "Meaning",
    "check_digit",
    "clean_code",
    "gtin_14",
    "meaning",
    "normal_form",
]
