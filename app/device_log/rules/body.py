"""Reading a record's body, whatever its kind: every mistake is gathered with its field. Pure."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from app.kernel import text
from app.kernel.errors import FieldError, Invalid
from app.kernel.ids import parse_common_id, parse_id
from app.kernel.quantity import QUANTITY_LIMIT

SOURCES: Final = ("wedge", "keypad", "camera")
RAW_CODE_LENGTH_MAX: Final = 1024  # as the scanner sent it; what it means is shorter
LOT_LENGTH_MAX: Final = 64
FACTOR_MAX: Final = 1_000_000
LIST_MAX: Final = 10_000
SYMBOLOGY_LENGTH_MAX: Final = 40


class Body:
    """A record's body while it is read: gathers every mistake, with its field."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body
        self.mistakes: list[FieldError] = []

    def wrong(self, name: str, message: str) -> None:
        self.mistakes.append(FieldError(name, "invalid", message))

    def uuid(self, name: str, *, optional: bool = False) -> UUID | None:
        value = self.body.get(name)
        if value is None and optional:
            return None
        found = parse_common_id(value)
        if found is None:
            self.wrong(name, "This must be a UUID.")
        return found

    def whole(self, name: str, least: int, most: int) -> int:
        value = self.body.get(name)
        if type(value) is not int or not least <= value <= most:  # true is an int to Python, not to us
            self.wrong(name, f"This must be a whole number from {least} to {most}.")
            return least
        return value

    def text(self, name: str, length_max: int) -> str | None:
        """A text or null."""
        value = self.body.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value or len(value) > length_max or "\x00" in value:
            self.wrong(name, f"This must be a text of 1 to {length_max} characters without NUL.")
            return None
        return value

    def lot(self, value: Any, name: str) -> str:
        if value == "" or value is None:
            return ""
        try:
            return text.code_text(value, LOT_LENGTH_MAX)
        except (ValueError, AttributeError) as error:
            self.wrong(name, str(error) if isinstance(error, ValueError) else "This must be a text.")
            return ""

    def array(self, name: str) -> list[Any]:
        value = self.body.get(name, [])
        if not isinstance(value, list) or len(value) > LIST_MAX:
            self.wrong(name, f"This must be a list of at most {LIST_MAX}.")
            return []
        return value

    def look(self, *, code_optional: bool) -> dict[str, Any]:
        """The item and code of a scan or keyed number, one of which is there; a keyed number may do without a code."""
        item, code = self.uuid("item", optional=True), self.text("code", RAW_CODE_LENGTH_MAX)
        if self.body.get("item") is None and self.body.get("code") is None:
            self.wrong("item" if code_optional else "code", "Without an item there must be a code.")
        return {"item_id": item, "code": code, "lot": self.lot(self.body.get("lot"), "lot")}

    def scanned(self) -> dict[str, Any]:
        """The columns of a scan: what was read, how, and how many pieces it stands for."""
        columns = self.look(code_optional=False)
        self.source()
        return columns | {
            "symbology": self.text("symbology", SYMBOLOGY_LENGTH_MAX),
            "pack_factor": self.whole("factor", 1, FACTOR_MAX),
            "quantity": self.whole("quantity", 1, QUANTITY_LIMIT),
        }

    def source(self) -> None:
        """How a code came in: by which eye or hand."""
        if self.body.get("source") not in SOURCES:
            self.wrong("source", f"This must be one of {', '.join(SOURCES)}.")

    def keyed(self) -> dict[str, Any]:
        """The columns of a "so many in all": the quantity, and the records it replaces."""
        superseded = [parse_id(record) for record in self.array("supersedes")]
        if None in superseded:
            self.wrong("supersedes", "This must be a list of record ids.")
        return self.look(code_optional=True) | {
            "quantity": self.whole("quantity", 0, QUANTITY_LIMIT),
            "supersedes": tuple(dict.fromkeys(record for record in superseded if record)),
        }

    def refuse(self, kind: str) -> None:
        """Raise Invalid with every mistake, where there is one."""
        if self.mistakes:
            listed = "; ".join(f"{mistake.field}: {mistake.message}" for mistake in self.mistakes)
            raise Invalid("invalid", f"This {kind} cannot be read. {listed}", errors=self.mistakes)
