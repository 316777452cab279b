"""Pictures through the scanner's worker processes: what went wrong there becomes a refusal of the house."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from app.kernel.errors import DomainError, Invalid, TooLarge, Unavailable, Unsupported
from app.photos.rules import in_pixels_of, is_picture
from scanner.worker_limits import BYTES_MAX
from scanner.worker_pool import (
    CodesRead,
    PictureBreaks,
    PictureRefused,
    PoolBusy,
    PoolFailed,
    Remade,
    WorkerPool,
)

pool = WorkerPool()  # of this server process; nothing is started before the first picture
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept, and the codes in it, placed in its own pixels; `sent_hash` is of what was sent."""

    sent_hash: bytes
    width: int
    height: int
    jpeg: bytes
    codes: list[dict[str, Any]]


def too_many_bytes() -> TooLarge:
    """The refusal of a body beyond the limit, which nobody reads."""
    message = f"A picture may have {BYTES_MAX // 2**20} MB; take it at a lower resolution."
    return TooLarge("picture_too_large", message, limit=BYTES_MAX, unit="bytes")


def make_picture(data: bytes) -> Picture:
    """The picture made anew, with its codes. Raises TooLarge, Unsupported, Invalid, Unavailable.

    A picture that is well but in which no code can be looked for is kept all the same: it is evidence first.
    """
    remade, codes = _remade(data), list[dict[str, Any]]()
    try:
        read = _read(data)
        codes = in_pixels_of(read.codes, max(remade.width, remade.height) / read.side)
    except DomainError as error:
        log.warning("photo_codes_unread", reason=error.code)
    return Picture(sent_hash_of(data), remade.width, remade.height, remade.jpeg, codes)


def sent_hash_of(data: bytes) -> bytes:
    """By what it is told whether the same comes again."""
    return hashlib.sha256(data).digest()


def codes_in(data: bytes) -> list[dict[str, Any]]:
    """The codes in a picture, placed in its upright pixels. Raises as `make_picture` does."""
    return _read(data).codes


def _remade(data: bytes) -> Remade:
    with _refusals(data):
        return pool.remake(data)


def _read(data: bytes) -> CodesRead:
    with _refusals(data):
        return pool.read_codes(data)


@contextmanager
def _refusals(data: bytes) -> Iterator[None]:
    if not data:
        raise Invalid("picture_empty", "There is no picture in the body.")
    if not is_picture(data):
        raise Unsupported("picture_unknown", "Send a JPEG, PNG or WebP picture.")
    try:
        yield
    except PictureRefused as error:
        kinds: dict[str, type[DomainError]] = {"picture_too_large": TooLarge, "picture_unknown": Unsupported}
        raise kinds.get(error.code, Invalid)(error.code, f"{error}.".capitalize(), **error.measure) from error
    except PictureBreaks as error:
        log.warning("picture_breaks_decoder", reason=str(error), size=len(data))
        message = "This picture cannot be unpacked; take another."
        raise Invalid("picture_undecodable", message) from error
    except PoolBusy as error:
        raise Unavailable("pictures_busy", "Other pictures are being read; send it again.", retry_after_s=2) from error
    except PoolFailed as error:
        log.error("picture_worker_failed", reason=str(error), cause=repr(error.__cause__))  # noqa: TRY400  # no trace
        message = "Pictures cannot be read at the moment; send it again."
        raise Unavailable("pictures_unavailable", message, retry_after_s=10) from error
