"""Barcode labels and whole shelves, drawn for the demo and for tests."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import zxingcpp

from scanner.decode.picture import Gray

_PAPER: Final = 255
_CARD_MARGIN: Final = 24


def render_label(
    text: str,
    symbology: str = "EAN-13",
    *,
    height_px: int = 120,
    module_px: int = 3,
    blur_px: float = 0.0,
    noise: float = 0.0,
    seed: int = 0,
) -> Gray:
    """A barcode in black on white with its quiet zone and no caption, as a grey array h × w.

    ``symbology`` is a name such as "EAN-13", "Code 128" or "QR Code"; a text that begins with a
    bracketed AI, ``(01)0692…``, becomes a GS1 symbol. ``height_px`` is the height of a linear code's
    bars (a 2D code is as high as wide), ``module_px`` the width of its thinnest bar. ``blur_px`` is
    the sigma of a Gaussian blur, ``noise`` the standard deviation of grey noise (0-255).
    Raises ValueError when the symbology cannot hold the text.
    """
    kind = zxingcpp.barcode_format_from_str(symbology.replace(" ", ""))
    options = {"gs1": True} if text.startswith("(") else {}
    barcode = zxingcpp.create_barcode(text, kind, **options)
    modules = np.array(zxingcpp.write_barcode_to_image(barcode, scale=1), dtype=np.uint8)
    if symbology in _LINEAR:
        bars = modules[modules.shape[0] // 2]
        label = np.tile(np.repeat(bars, module_px), (height_px, 1))
        label = cv2.copyMakeBorder(label, 8, 8, 9 * module_px, 9 * module_px, cv2.BORDER_CONSTANT, value=_PAPER)
    else:
        label = modules.repeat(module_px, axis=0).repeat(module_px, axis=1)
    return spoil(np.asarray(label, np.uint8), blur_px=blur_px, noise=noise, seed=seed)


_LINEAR: Final = frozenset({"EAN-13", "EAN-8", "UPC-A", "UPC-E", "Code 128", "Code 39", "Code 93", "Codabar", "ITF"})


def spoil(gray: Gray, *, blur_px: float = 0.0, noise: float = 0.0, seed: int = 0) -> Gray:
    """The picture as a poor camera sees it; the same seed gives the same noise."""
    spoiled = cv2.GaussianBlur(gray, (0, 0), blur_px) if blur_px > 0 else gray
    if noise > 0:
        grain = np.random.default_rng(seed).normal(0.0, noise, gray.shape)
        spoiled = np.clip(spoiled + grain, 0, 255)
    return np.asarray(spoiled, np.uint8)


def render_shelf(
    codes: Sequence[str | tuple[str, str]],
    *,
    columns: int = 3,
    tilt: float = 0.03,
    noise: float = 6.0,
    seed: int = 0,
) -> Gray:
    """A shelf front with one price card per code, row by row, seen slightly from the side.

    ``codes`` are texts (13 digits: EAN-13, else Code 128) or (text, symbology). ``tilt`` is how far
    the corners move, as a share of the picture's sides. Returns a grey array h × w.
    """
    pairs = [_with_symbology(code) for code in codes]
    labels = [render_label(text, symbology) for text, symbology in pairs]
    if not labels:
        raise ValueError("a shelf needs at least one code")
    columns = min(columns, len(labels))
    cell_high = max(label.shape[0] for label in labels) + 4 * _CARD_MARGIN
    cell_wide = max(label.shape[1] for label in labels) + 4 * _CARD_MARGIN
    rows = -(-len(labels) // columns)
    shelf = np.full((rows * cell_high, columns * cell_wide), 168, np.uint8)
    for row in range(rows):  # the dark edge of each board
        shelf[row * cell_high : (row + 1) * cell_high - _CARD_MARGIN] = 104
    for i, label in enumerate(labels):
        _place(shelf, label, (i // columns) * cell_high, (i % columns) * cell_wide)
    return spoil(_seen_from_the_side(shelf, tilt, seed), blur_px=0.7, noise=noise, seed=seed)


def to_png(gray: Gray) -> bytes:
    """The picture as a PNG file."""
    return cv2.imencode(".png", gray)[1].tobytes()


def to_jpeg(gray: Gray, quality: int = 85) -> bytes:
    """The picture as a JPEG file."""
    return cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def _with_symbology(code: str | tuple[str, str]) -> tuple[str, str]:
    if isinstance(code, tuple):
        return code
    return code, "EAN-13" if len(code) == 13 and code.isdigit() else "Code 128"


def _place(shelf: Gray, label: Gray, top: int, left: int) -> None:
    """Put the label on a white card."""
    high, wide = label.shape
    margin = _CARD_MARGIN
    card = shelf[top + margin : top + high + 3 * margin, left + margin : left + wide + 3 * margin]
    card[:] = 250
    card[margin : margin + high, margin : margin + wide] = label


def _seen_from_the_side(shelf: Gray, tilt: float, seed: int) -> Gray:
    high, wide = shelf.shape
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    shift = np.random.default_rng(seed).uniform(0, tilt, (4, 2)) * (wide, high)
    inwards = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], np.float32)
    target = (corners + shift * inwards).astype(np.float32)
    turn = cv2.getPerspectiveTransform(corners, target)
    seen = cv2.warpPerspective(shelf, turn, (wide, high), borderValue=168)
    light = np.linspace(1.0, 0.82, wide)  # a lamp on the left
    return np.asarray(seen * light, np.uint8)
