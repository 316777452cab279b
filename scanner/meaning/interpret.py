"""From the text of a code to what it says about the goods."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from scanner.meaning import gs1
from scanner.meaning.errors import CodeTooLong, Gs1CheckDigitWrong, Gs1Error
from scanner.meaning.gtin import (
    CODE_LENGTH_MAX,
    GS,
    clean_code,
    gtin_14,
    has_right_check_digit,
    split_aim_identifier,
)

Kind = Literal["gtin", "gs1", "sscc", "text"]

# A Digital Link or a pharmacy DataMatrix may be longer than a code the catalogue would store.
MESSAGE_LENGTH_MAX: Final = 1024

# Identifiers that promise a GS1 message: GS1-128, DataMatrix, QR, DataBar (GS1 General Spec., 5.1.2).
_AIM_GS1: Final = frozenset({"]C1", "]d2", "]Q3", "]e0", "]e1", "]e2", "]J1"})
# How people and badly set scanners write GS; none of the three may occur in a GS1 value.
_WRITTEN_GS = re.compile(r"<GS>|\^|\|", re.IGNORECASE)
_BARE_SSCC = re.compile(r"[013-9][0-9]{17}")
_PROVES_A_BARE_MESSAGE = ("00", "01", "02")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says.

    ``code`` is the text to look up: the 14-digit GTIN where there is one, else the clean text.
    ``gtin`` is AI 01, or AI 02 (what a case or pallet contains); ``count`` AI 30 or 37 in pieces;
    ``weight_kg`` the net weight of AI 310n; ``expiry`` AI 17, 7003 or 15 (best before), whichever
    comes first in this order. ``elements`` keeps every (AI, value) in the order of the message.
    """

    kind: Kind
    code: str
    gtin: str | None = None
    lot: str | None = None
    expiry: dt.date | None = None
    serial: str | None = None
    count: int | None = None
    weight_kg: Decimal | None = None
    sscc: str | None = None
    elements: tuple[tuple[str, str], ...] = ()


def meaning(text: str, symbology: str | None = None) -> Meaning:
    """Tell what a scanned or typed text means.

    ``text`` may begin with its AIM identifier (``]C1…``); ``symbology`` is a name such as "UPC-E".
    A text that announces GS1 (identifier, leading GS, brackets) must obey GS1 and raises Gs1Error
    where it does not; one with separators or a GTIN in a Digital Link raises only Gs1CheckDigitWrong;
    anything else that is no GS1 is plain text. Raises CodeError as ``normal_form`` does.
    """
    aim, rest = split_aim_identifier(unicodedata.normalize("NFKC", text).lstrip(" \t\r\n\ufeff"))
    announced = aim in _AIM_GS1 or rest.startswith(GS)
    clean = clean_code(text, length_max=MESSAGE_LENGTH_MAX)
    gtin = gtin_14(clean, symbology)
    if gtin:  # before GS1: a bare EAN of 978… or 90… would also read as an AI and its value
        return Meaning("gtin", gtin, gtin=gtin)
    elements = _elements(clean, announced=announced)
    if elements:
        return _from_elements(clean, elements)
    # A bare 18 digits in front of a 2 is how Chinese scales print weight and price, not an SSCC.
    if _BARE_SSCC.fullmatch(clean) and clean.strip("0") and has_right_check_digit(clean):
        return Meaning("sscc", clean, sscc=clean)
    if len(clean) > CODE_LENGTH_MAX:
        raise CodeTooLong(clean, length_max=CODE_LENGTH_MAX)
    return Meaning("text", clean)


def _elements(clean: str, *, announced: bool) -> tuple[gs1.Element, ...] | None:
    link = gs1.read_digital_link(clean)
    if link:
        return link
    if gs1.is_bracketed(clean):
        return gs1.read_bracketed(clean)
    separated = _WRITTEN_GS.sub(GS, clean).strip(GS)
    if announced:
        return gs1.read_message(separated)
    try:
        elements = gs1.read_message(separated)
    except Gs1CheckDigitWrong:
        if GS in separated:
            raise
        return None
    except Gs1Error:
        return None
    # Unannounced, only a GTIN or SSCC with its check digit is proof enough of a GS1 message.
    proofs = [e.ai in _PROVES_A_BARE_MESSAGE for e in elements]
    proven = any(proofs) if GS in separated else any(proofs[:1])
    return elements if proven else None


def _from_elements(clean: str, elements: tuple[gs1.Element, ...]) -> Meaning:
    by_ai = {e.ai: e for e in elements}
    values = {e.ai: e.value for e in elements}
    gtin = gtin_14(values.get("01") or values.get("02") or "")
    sscc = values.get("00")
    count = values.get("30") or values.get("37")
    dated = [by_ai[ai].date for ai in ("17", "7003", "15") if ai in by_ai]
    weights = [e.decimal for e in elements if e.ai.startswith("310")]
    return Meaning(
        kind="sscc" if set(values) == {"00"} else "gs1",
        code=gtin or (sscc if sscc and len(values) == 1 else clean),
        gtin=gtin,
        lot=values.get("10"),
        expiry=next((d for d in dated if d), None),
        serial=values.get("21"),
        count=int(count) if count else None,
        weight_kg=weights[0] if weights else None,
        sscc=sscc,
        elements=tuple((e.ai, e.value) for e in elements),
    )
