"""What is taken as a picture, told from its first bytes; and when it was taken. Pure."""

from datetime import datetime, timedelta
from typing import Any, Final

PURPOSES: Final = ("damage", "unknown_code", "evidence")
CONTENT_TYPES: Final = ("image/jpeg", "image/png", "image/webp")
TAKEN_MS_MAX: Final = 253_402_300_799_999  # the last millisecond of the year 9999


def is_picture(data: bytes) -> bool:
    """Whether the file begins as a JPEG, PNG or WebP does; what it is called decides nothing."""
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        data.startswith(b"RIFF") and data[8:12] == b"WEBP"
    )


def taken_at(said: datetime, clock_offset_ms: int | None, now: datetime) -> datetime:
    """When it was taken, by a device whose clock is `clock_offset_ms` slow; never later than now."""
    try:
        corrected = said + timedelta(milliseconds=clock_offset_ms or 0)
    except OverflowError:
        return now
    return min(corrected, now)


def in_pixels_of(codes: list[dict[str, Any]], factor: float) -> list[dict[str, Any]]:
    """The codes with their corners in a picture `factor` times as large."""
    return [
        code | {"position": [[round(x * factor), round(y * factor)] for x, y in code["position"]]} for code in codes
    ]
