"""Text on the pages of a PDF: Latin and Chinese beside each other, wrapped to a width.

No font travels with the file: Latin is Helvetica, Chinese is STSong-Light of the Adobe-GB1 collection, both of which
every viewer has or replaces by the device's own Chinese font (docs/decisions/0015). That keeps a report at some 100 kB.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

_CHINESE: Final = "STSong-Light"
_LATIN: Final = {False: "Helvetica", True: "Helvetica-Bold"}
_LEADING: Final = 1.25
_PIECE = re.compile(r"\s+|[!-~\u00a1-\u024f]+|.")
_NO_START: Final = frozenset(",.;:!?)]}%,。、;:!?)】》」』…")  # what may not begin a line
pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks. `tone` is its colour, as red, green and blue."""

    size: float = 8.5
    bold: bool = False
    tone: tuple[float, float, float] = (0.1, 0.1, 0.1)

    @property
    def leading(self) -> float:
        """From one line to the next."""
        return self.size * _LEADING


def printable(text: str) -> str:
    """The text as these fonts can show it: one line, a □ for what lies outside them."""
    flat = " ".join(text.split())
    return "".join(sign if sign.isprintable() and ord(sign) < 0x10000 else "□" for sign in flat)


@lru_cache(maxsize=8192)
def width_of(text: str, style: Style) -> float:
    """How wide a printable text is."""
    runs = _runs(text, bold=style.bold)
    return float(sum(pdfmetrics.stringWidth(part, font, style.size) for font, part in runs))


def _runs(text: str, *, bold: bool) -> list[tuple[str, str]]:
    """The text in stretches of one font."""
    return [(_LATIN[bold] if latin else _CHINESE, "".join(signs)) for latin, signs in groupby(text, key=_is_latin)]


@lru_cache(maxsize=4096)
def _is_latin(sign: str) -> bool:
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=8192)
def wrapped(text: str, style: Style, width: float, lines_max: int = 6) -> tuple[str, ...]:
    """The text in lines no wider than `width`: broken at spaces, between Chinese signs, and in words too long."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(printable(text), style, width):
        if width_of(line + piece.rstrip(), style) <= width or (line and piece in _NO_START):
            line += piece
        else:
            lines.append(line.rstrip())
            line = piece.lstrip()
    if line.strip():
        lines.append(line.rstrip())
    if len(lines) > lines_max:
        lines = [*lines[: lines_max - 1], lines[lines_max - 1][:-1] + "…"]
    return tuple(lines)


def _pieces(text: str, style: Style, width: float) -> list[str]:
    """What is not broken: words, single Chinese signs, and parts of words that are wider than a line."""
    pieces: list[str] = []
    for found in _PIECE.finditer(text):
        piece = found[0]
        while width_of(piece, style) > width and len(piece) > 1:
            fits = len(piece) - 1
            while fits > 1 and width_of(piece[:fits], style) > width:
                fits -= 1
            pieces.append(piece[:fits])
            piece = piece[fits:]
        pieces.append(piece)
    return pieces


def draw(canvas: Canvas, at: tuple[float, float], text: str, style: Style, *, align: str = "left") -> None:
    """Write one line; `at` is its left end on the baseline, or with align="right" its right end."""
    text = printable(text)
    x, y = at
    if align == "right":
        x -= width_of(text, style)
    pen = canvas.beginText(x, y)
    pen.setFillColorRGB(*style.tone)
    outlined = style.bold and style.size > 12  # Chinese has no bold of its own: large, its outline is drawn too
    if outlined:
        pen.setStrokeColorRGB(*style.tone)
        canvas.setLineWidth(style.size / 40)
    for font, part in _runs(text, bold=style.bold):
        pen.setFont(font, style.size)
        if outlined:
            pen.setTextRenderMode(2 if font == _CHINESE else 0)
        pen.textOut(part)
    if outlined:
        pen.setTextRenderMode(0)
    canvas.drawText(pen)
