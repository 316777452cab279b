"""What the cells of a file of movements say: times with or without a clock or a zone, amounts in base units, money."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.kernel.clock import EPOCH
from app.kernel.table_cells import CellMistake

_WHEN = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"  # 2026-11-20, and 2026/11/20 as Excel writes it in China
    r"(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,12})?")


@dataclass(frozen=True, slots=True)
class When:
    """A time as it stands in a file: a day, perhaps with a time of day, perhaps with a zone."""

    cell: str
    day: date
    clock: time | None = None
    zone: timezone | None = None

    def __str__(self) -> str:
        return self.cell


def when_cell(cell: str) -> When:
    """Read 2026-11-20, 2026-11-20 14:05, 2026-11-20T14:05:30.250+08:00. Raises CellMistake `not_a_time`."""
    found = _WHEN.fullmatch(cell)
    if found is None:
        raise _not_a_time()
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        on = date(int(year), int(month), int(day))
        if hour is None:
            return When(cell, on)
        microsecond = int((fraction or "0").ljust(6, "0"))
        return When(cell, on, time(int(hour), int(minute), int(second or 0), microsecond), _zone(zone))
    except ValueError as error:
        raise _not_a_time() from error


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def _not_a_time() -> CellMistake:
    return CellMistake("not_a_time", "Write a day (2026-11-20) or a time (2026-11-20 14:05, zone optional).")


def moment_of(when: When, zone: ZoneInfo, now: datetime) -> tuple[datetime, bool]:
    """The moment, and whether only its day is known: then it is the end of that day in the site's zone.

    Of today, only what has passed can have seen the movement: it is taken as now, so that it never sorts ahead.
    """
    # At the calendar's two ends a zone's offset would lead out of it. What is there is refused on either side of these.
    day = min(max(when.day, _FIRST_DAY), _LAST_DAY)
    if when.clock is not None:
        local = datetime.combine(day, when.clock, tzinfo=when.zone or zone)
        return local.astimezone(UTC), False
    # The last millisecond before the next day begins, however long the day is (daylight-saving time).
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC) - timedelta(milliseconds=1)
    today = now.astimezone(zone).date()
    return (now if day == today else end), True


def too_old(moment: datetime) -> bool:
    """Whether a moment lies before what the book can write down (1970)."""
    return moment < EPOCH


def amount_cell(cell: str) -> Decimal:
    """Read a positive decimal number with a point: 12 or 2.5. Raises CellMistake `not_a_number`."""
    if not _AMOUNT.fullmatch(cell):
        raise CellMistake("not_a_number", "Write a number such as 12 or 2.5, without signs or thousands separators.")
    return Decimal(cell)


def exact_integer(amount: Decimal, decimals: int) -> int | None:
    """amount × 10**decimals when that is a whole number, else None: a quantity is never rounded."""
    scaled = amount.scaleb(decimals)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def plain(value: int, decimals: int) -> str:
    """value / 10**decimals as people write it: 2500 with 3 decimals is 2.5."""
    text = f"{Decimal(value).scaleb(-decimals):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
