"""The one tree of errors the business raises: a stable code, the offending data, no HTTP."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One mistake in what was sent: where, which rule, and what to do; `place` says more of where (a file's row)."""

    field: str
    code: str
    message: str
    place: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class DomainError(Exception):
    """A refusal with a stable `code`, a sentence for people, and the data that caused it."""

    def __init__(self, code: str, detail: str, *, errors: Sequence[FieldError] = (), **data: Any) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.data = data


class Invalid(DomainError):
    """What was sent cannot be meant: a field is wrong (422)."""


class Malformed(DomainError):
    """What was sent cannot even be read (400)."""


class NotFound(DomainError):
    """No such thing here, or not for these eyes (404)."""


class Conflict(DomainError):
    """It was possible a moment ago, or would be done twice (409)."""


class Forbidden(DomainError):
    """Known, visible, but not for this role (403)."""


class Unauthenticated(DomainError):
    """Nobody is signed in, or the device is not known (401)."""


class TooMany(DomainError):
    """Too many tries; `retry_after_s` says when (429)."""


class TooLarge(DomainError):
    """More than the stated limit was sent (413)."""


class Unsupported(DomainError):
    """A kind of file that is not taken (415)."""


class Gone(DomainError):
    """The place to go on from is no longer known (410)."""


class Unavailable(DomainError):
    """The machinery is busy or full; the same call may go through later (503)."""


def invalid_field(field: str, code: str, message: str, **data: Any) -> Invalid:
    """The usual refusal: one field is wrong. `message` says what and what to do."""
    return Invalid("invalid", message, errors=[FieldError(field, code, message)], **data)
