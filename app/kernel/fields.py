"""The shared fields of all schemas: texts without harm, integers that are integers, truths that are truths.

Each says its limits to OpenAPI too. The rules of texts are `app.kernel.text`'s; a refused value names its field.
"""

from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, fields, validate

from app.kernel import text
from app.kernel.http import Moment
from app.kernel.quantity import QUANTITY_LIMIT

__all__ = [
    "BarcodeText",
    "Code",
    "CodeOrNothing",
    "Moment",
    "Name",
    "Note",
    "Quantity",
    "QueryTruth",
    "SearchText",
    "Truth",
    "Whole",
]


class _Text(fields.String):
    """A text through one rule of `app.kernel.text`; `length_max` narrows the rule's own limit."""

    rule: Callable[[str, int], str]
    pattern: str
    length_limit: int
    length_min = 1

    def __init__(self, *, length_max: int | None = None, **kwargs: Any) -> None:
        self.length_max = length_max or self.length_limit
        kwargs["metadata"] = {
            "minLength": self.length_min,
            "maxLength": self.length_max,
            "pattern": self.pattern,
            **kwargs.get("metadata", {}),
        }
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        try:
            return type(self).rule(value, self.length_max)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class Name(_Text):
    """What a thing is called: NFC, trimmed, 1 to 200 characters."""

    rule = staticmethod(text.name_text)
    pattern = text.NAME_PATTERN
    length_limit = text.NAME_LENGTH_MAX


class Code(_Text):
    """A code people give and compare: as a name, without invisible characters, 1 to 128 characters."""

    rule = staticmethod(text.code_text)
    pattern = text.CODE_PATTERN
    length_limit = text.CODE_LENGTH_MAX


class CodeOrNothing(Code):
    """A code, or the empty text for none."""

    pattern = f"^$|{Code.pattern}"
    length_min = 0

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return "" if value == "" else super()._deserialize(value, attr, data, **kwargs)


class BarcodeText(_Text):
    """The text of a barcode: as a code, GS (U+001D) allowed."""

    rule = staticmethod(text.barcode_text)
    pattern = text.BARCODE_PATTERN
    length_limit = text.CODE_LENGTH_MAX


class Note(_Text):
    """Free text of up to 1000 characters; may be empty, may have lines."""

    rule = staticmethod(text.note_text)
    pattern = text.NOTE_PATTERN
    length_limit = text.NOTE_LENGTH_MAX
    length_min = 0


class SearchText(Note):
    """What is typed into a search box: up to 128 characters of one line; empty finds everything."""

    length_limit = text.CODE_LENGTH_MAX


class Whole(fields.Integer):
    """A JSON integer between `least` and `most`: true, 1.0 and "1" are not."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(least, most), **kwargs)


class Quantity(Whole):
    """A quantity in the item's smallest unit; by default of either sign, at most 10**9."""

    def __init__(self, least: int = -QUANTITY_LIMIT, **kwargs: Any) -> None:
        super().__init__(least, QUANTITY_LIMIT, **kwargs)


class Truth(fields.Boolean):
    """JSON true or false, nothing that looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class QueryTruth(fields.Boolean):
    """`true` or `false` in a query string."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if value not in ("true", "false"):
            raise ValidationError("Say true or false.")
        return bool(value == "true")
