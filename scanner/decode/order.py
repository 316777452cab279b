"""Reading order: row by row from the top, each row from the left."""

from collections.abc import Callable, Iterable
from statistics import median
from typing import Final, TypeVar

from scanner.decode.engines import Polygon

T = TypeVar("T")

_SAME_ROW: Final = 0.35
"""Centres closer in height than this share of a code's longer side stand in one row."""


def in_reading_order(things: Iterable[T], position: Callable[[T], Polygon]) -> list[T]:
    """The things sorted as one reads a page; ``position`` tells a thing's corners in pixels."""
    placed = [(_centre(position(thing)), thing) for thing in things]
    if not placed:
        return []
    tolerance = _SAME_ROW * median(_side(position(thing)) for _, thing in placed)
    placed.sort(key=lambda p: p[0][1])
    rows = [[placed[0]]]
    for item in placed[1:]:
        if item[0][1] - rows[-1][-1][0][1] > tolerance:
            rows.append([])
        rows[-1].append(item)
    return [thing for row in rows for _, thing in sorted(row, key=lambda p: p[0][0])]


def _centre(polygon: Polygon) -> tuple[float, float]:
    return sum(x for x, _ in polygon) / len(polygon), sum(y for _, y in polygon) / len(polygon)


def _side(polygon: Polygon) -> float:
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return max(max(xs) - min(xs), max(ys) - min(ys))
