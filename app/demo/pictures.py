"""A shelf counted from photographs: the scanner reads them, what it accepts is counted, what it doubts is left out."""

from collections import Counter as Tallies
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.demo.goods import Good
from scanner.decode import PictureError, Read, decode_photo
from scanner.labels import render_shelf, to_jpeg

PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
LABELS_A_SHELF = 6


@dataclass
class Shelf:
    """What the scanner saw: pictures, codes it accepted (with how often), reads it doubted, pictures without any."""

    pictures: int = 0
    unreadable: list[str] = field(default_factory=list)
    empty: int = 0
    doubted: int = 0
    accepted: Tallies[str] = field(default_factory=Tallies)

    def add(self, reads: list[Read]) -> None:
        """Take in the reads of one picture."""
        self.pictures += 1
        self.empty += not reads
        for read in reads:
            if read.verdict == "accepted":
                self.accepted[read.text] += 1
            else:
                self.doubted += 1


def photographed(folder: Path, limit: int) -> Shelf:
    """Read the pictures in a folder (and below it), at most `limit`, in the order of their names."""
    shelf = Shelf()
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURES)
    for path in _evenly(paths, limit):
        try:
            shelf.add(decode_photo(path))
        except PictureError as error:
            shelf.pictures += 1
            shelf.unreadable.append(f"{path.name}: {error}")
    return shelf


def _evenly(paths: list[Path], limit: int) -> list[Path]:
    """`limit` of the paths, spread over all of them."""
    step = max(len(paths) / limit, 1)
    return [paths[int(number * step)] for number in range(min(limit, len(paths)))]


def rendered(contents: list[tuple[Good, int]]) -> Shelf:
    """Labels of these goods drawn onto shelf pictures, as often as pieces lie there, and read back."""
    shelf = Shelf()
    for codes in _groups([good.piece_code for good, quantity in contents for _ in range(quantity)]):
        shelf.add(decode_photo(to_jpeg(render_shelf(codes, seed=shelf.pictures))))
    return shelf


def _groups(codes: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(codes), LABELS_A_SHELF):
        yield codes[start : start + LABELS_A_SHELF]
