"""How people write the numbers of documents, and how much an answer tells. Pure."""

import re
from datetime import timedelta
from typing import Final, Literal

Kind = Literal["item", "location", "lot", "order", "delivery", "receipt", "unknown"]
KINDS: Final[tuple[Kind, ...]] = ("item", "location", "lot", "order", "delivery", "receipt", "unknown")
STOCK_LISTED: Final = 200
MOVEMENTS_LISTED: Final = 20
LINES_LISTED: Final = 200
# The latest movements are looked for in a short time first: what moves daily has too many to sort them all.
SPANS: Final = (timedelta(days=7), timedelta(days=90))

_LABEL = re.compile(r"(PO|ASN|GRN)\s*-?\s*([0-9]{1,9})", re.IGNORECASE)
_DOCUMENTS: Final[dict[str, Kind]] = {"PO": "order", "ASN": "delivery", "GRN": "receipt"}


def document_named(text: str) -> tuple[Kind, int] | None:
    """The kind and number of the document a label such as PO-12 names, None for any other text."""
    found = _LABEL.fullmatch(text)
    return (_DOCUMENTS[found[1].upper()], int(found[2])) if found else None
