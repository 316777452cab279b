"""Time: aware UTC datetimes in Python, integer milliseconds in the database and on the wire of sync."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def now() -> datetime:
    """The present moment in UTC, cut to the millisecond: what is stored is what was compared."""
    return from_ms(to_ms(datetime.now(UTC)))


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC. Raises ValueError for a naive datetime: a time without zone is a guess."""
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    return (moment - EPOCH) // _MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC datetime of `milliseconds` since 1970-01-01 UTC."""
    return EPOCH + milliseconds * _MILLISECOND


def iso(moment: datetime) -> str:
    """ISO 8601 with milliseconds and Z, as every JSON answer writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
