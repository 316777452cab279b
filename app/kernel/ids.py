"""Identifiers: UUIDv7 (RFC 9562), so that ids made later sort later and inserts stay near each other."""

import re
from functools import lru_cache
from uuid import UUID

from uuid_utils.compat import uuid7

_LENGTH = 36
_USUAL_FORM = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def new_id() -> UUID:
    """Return a fresh UUIDv7. Order never comes from it: a device's clock part may lie."""
    return uuid7()


def parse_id(value: object) -> UUID | None:
    """The UUID that a JSON value spells in the usual form (8-4-4-4-12 digits), else None."""
    if isinstance(value, str) and len(value) == _LENGTH and _USUAL_FORM.fullmatch(value):
        return UUID(int=int(value.replace("-", ""), 16))
    return None


def parse_common_id(value: object) -> UUID | None:
    """As `parse_id`, for ids that stand in record after record: who, where, what. Equal texts give the same object."""
    return _common(value) if isinstance(value, str) and len(value) == _LENGTH else None


_common = lru_cache(maxsize=16_384)(parse_id)
