r"""GS1 messages and Digital Links, read with biip. The only module that knows biip, and mends its faults:

- a wrong check digit in AI 00, 01, 02, 03 or 41x is accepted: checked here;
- ``\d`` matches any Unicode digit, so foreign digits gave a garbled GTIN: only ASCII goes in;
- an over-long variable element spills into the next AI: a separator is demanded after it;
- the same AI twice with two values is accepted: refused here (GS1 General Specifications, 4.14.1);
- 000000 as a date is refused although printers write it for "none": read as no date;
- a lone ``]``, an identifier before a URL and upper-case HTTPS:// break ``biip.parse``: not called.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from biip import ParseConfig, ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString

from scanner.meaning.errors import Gs1CheckDigitWrong, Gs1Error
from scanner.meaning.gtin import GS, gtin_14, has_right_check_digit

_UNDATED: Final = ParseConfig(gs1_element_strings_verify_date=False)
_BRACKETED_ELEMENT = re.compile(r"\(([0-9]{2,4})\)\s*([^()]+?)\s*(?=\(|$)")
_URL = re.compile(r"https?://", re.IGNORECASE)
# In a path any number may follow /01/, as in a date; only these lengths are a GTIN that went wrong.
_GTIN_IN_PATH = re.compile(r"/01/(?:[0-9]{8}|[0-9]{12,14})(?:[/?#]|$)")


@dataclass(frozen=True, slots=True)
class Element:
    """One AI and its value. ``position`` is where the AI starts in the text, from 0."""

    ai: str
    value: str
    position: int
    date: dt.date | None = None
    decimal: Decimal | None = None


def read_message(text: str) -> tuple[Element, ...]:
    """The elements of a GS1 message without AIM identifier, GS between elements where needed.

    Raises Gs1Error (with AI and position) where the message breaks off or contradicts itself,
    Gs1CheckDigitWrong for a GTIN, SSCC or GLN with a wrong check digit.
    """
    elements, at = [], 0
    while at < len(text):
        if text[at] == GS:
            at += 1
            continue
        field = text[at:].split(GS, maxsplit=1)[0]
        element, separator_required = _element(text, field, at, whole=False)
        at += len(element.ai) + len(element.value)
        if separator_required and at < len(text) and text[at] != GS:
            raise Gs1Error(text, ai=element.ai, position=element.position, problem="too long")
        elements.append(element)
    return _checked(text, elements)


def is_bracketed(text: str) -> bool:
    """Whether the text looks as printed under a symbol, ``(01)0692…``, with a known AI in front."""
    found = re.match(r"\(([0-9]{2,4})\)", text)
    return found is not None and _identifier(found[1]) == found[1]


def read_bracketed(text: str) -> tuple[Element, ...]:
    """The elements of a text with brackets around each AI; errors as in ``read_message``."""
    elements, at = [], 0
    while at < len(text):
        found = _BRACKETED_ELEMENT.match(text, at)
        if not found:
            raise Gs1Error(text, ai=None, position=at, problem="not an element in brackets")
        element, _ = _element(text, found[1] + found[2], at, whole=True)
        if element.ai != found[1]:
            raise Gs1Error(text, ai=found[1], position=at, problem="unknown identifier")
        elements.append(element)
        at = found.end()
    return _checked(text, elements)


def read_digital_link(text: str) -> tuple[Element, ...] | None:
    """The elements of a GS1 Digital Link, None when the text is any other web address or no address.

    Raises Gs1CheckDigitWrong when the path holds a GTIN whose check digit is wrong.
    """
    if not _URL.match(text):
        return None
    try:
        parts = urlsplit(text)
        link = GS1DigitalLinkURI.parse(parts._replace(netloc=parts.netloc.lower()).geturl())
    except (ParseError, ValueError):  # urlsplit refuses http://[ with a ValueError
        return None
    elements = [
        Element(e.ai.ai, e.value, _position_in_link(text, e.ai.ai), e.date, e.decimal) for e in link.element_strings
    ]
    if not all(e.value.isascii() for e in elements):
        return None
    try:
        return _checked(text, elements)
    except Gs1Error:
        if _GTIN_IN_PATH.search(parts.path):
            raise
        return None


def _position_in_link(text: str, ai: str) -> int:
    found = re.search(rf"[/?&]({ai})[/=]", text)
    return found.start(1) if found else 0


def _identifier(field: str) -> str | None:
    try:
        return GS1ApplicationIdentifier.extract(field).ai
    except ParseError:
        return None


def _element(text: str, field: str, at: int, *, whole: bool) -> tuple[Element, bool]:
    """The element at the start of ``field``, and whether a separator must follow it."""
    ai = _identifier(field) if field.isascii() else None
    if ai is None:
        raise Gs1Error(text, ai=None, position=at, problem="unknown identifier")
    undated = field[len(ai) :].startswith("000000")
    read = GS1ElementString.parse if whole else GS1ElementString.extract
    try:
        found = read(field, config=_UNDATED if undated else None)
    except (ParseError, IndexError) as error:
        raise Gs1Error(text, ai=ai, position=at, problem="wrong value") from error
    element = Element(ai, found.value, at, found.date, found.decimal)
    return element, found.ai.separator_required


def _checked(text: str, elements: Iterable[Element]) -> tuple[Element, ...]:
    seen: dict[str, str] = {}
    for element in elements:
        if not _has_right_check_digit(element):
            raise Gs1CheckDigitWrong(text, ai=element.ai, position=element.position)
        if seen.setdefault(element.ai, element.value) != element.value:
            raise Gs1Error(text, ai=element.ai, position=element.position, problem="said twice")
    return tuple(elements)


def _has_right_check_digit(element: Element) -> bool:
    if element.ai in ("01", "02", "03"):
        return gtin_14(element.value) is not None
    if element.ai == "00" or element.ai.startswith("41"):
        return has_right_check_digit(element.value)
    return True
