"""The three engines behind one shape: a grey view in, sightings in full-size coordinates out."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import cv2
import numpy as np
import zxingcpp

from scanner.decode.picture import View
from scanner.decode.words import text_of
from scanner.meaning.gtin import gtin_14

Engine = Literal["zxing-cpp", "zbar", "opencv"]
Polygon = tuple[tuple[int, int], ...]

MATRIX: Final = frozenset({"QR Code", "Micro QR Code", "Data Matrix", "PDF417", "Aztec"})

_FAMILIES: Final = {
    "Code 39 Standard": "Code 39",
    "Code 39 Extended": "Code 39",
    "ITF-14": "ITF",
    "QR Code Model 1": "QR Code",
    "QR Code Model 2": "QR Code",
    "DataBar Omni": "DataBar",
    "DataBar Stacked": "DataBar",
    "DataBar Stacked Omni": "DataBar",
}

_ZBAR_NAMES: Final = {
    "EAN13": "EAN-13",
    "EAN8": "EAN-8",
    "UPCA": "UPC-A",
    "UPCE": "UPC-E",
    "CODE128": "Code 128",
    "CODE39": "Code 39",
    "CODE93": "Code 93",
    "CODABAR": "Codabar",
    "I25": "ITF",
    "QRCODE": "QR Code",
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one engine saw in one look.

    ``symbology`` is zxing-cpp's name for it, whichever engine saw it; ``aim`` is the AIM identifier,
    known from zxing-cpp only; ``position`` are the corners in pixels of the full-size picture.
    """

    text: str
    raw: bytes
    symbology: str
    aim: str | None
    position: Polygon
    engine: Engine
    stage: str = ""

    @property
    def gtin(self) -> str | None:
        """The 14-digit GTIN the text stands for, or None."""
        return gtin_14(self.text, self.symbology)

    @property
    def key(self) -> str:
        """What two sightings must share to agree: the article, or else the very same text."""
        return self.gtin or self.text


@cache
def zxing_formats(symbologies: frozenset[str]) -> zxingcpp.BarcodeFormats:
    """zxing-cpp's format set for names such as "EAN-13"; fewer formats: faster, fewer misreads."""
    return zxingcpp.barcode_formats_from_str("|".join(s.replace(" ", "") for s in sorted(symbologies)))


def look_with_zxing(
    view: View,
    symbologies: frozenset[str],
    *,
    binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage,
) -> list[Sighting]:
    """What zxing-cpp sees of ``symbologies``; UPC-E comes expanded to 13 digits."""
    found = zxingcpp.read_barcodes(
        view.gray,
        formats=zxing_formats(symbologies),
        text_mode=zxingcpp.TextMode.Plain,
        binarizer=binarizer,
    )
    return [_from_zxing(barcode, view) for barcode in found if barcode.valid]


def _from_zxing(barcode: zxingcpp.Barcode, view: View) -> Sighting:
    p = barcode.position
    corners = [(c.x, c.y) for c in (p.top_left, p.top_right, p.bottom_right, p.bottom_left)]
    name = _FAMILIES.get(str(barcode.format), str(barcode.format))
    raw = bytes(barcode.bytes)
    aim = barcode.symbology_identifier
    return Sighting(
        text=text_of(raw, guess=barcode.text, aim=aim, is_linear=name not in MATRIX),
        raw=raw,
        symbology=name,
        aim=aim or None,
        position=_to_full(corners, view),
        engine="zxing-cpp",
    )


@cache
def _zbar() -> Any:
    """pyzbar's module, None where it or the system's libzbar is missing: said once on stderr."""
    try:
        from pyzbar import pyzbar  # noqa: PLC0415 - optional: its absence is found out here
    except ImportError as error:  # pyzbar turns a missing libzbar0 into an ImportError too
        sys.stderr.write(f"scanner: zbar is not installed, decoding goes on without it ({error})\n")
        return None
    return pyzbar


def look_with_zbar(view: View, symbologies: frozenset[str]) -> list[Sighting]:
    """What zbar sees of ``symbologies``, nothing when it is not installed. It never sees GS1 marks."""
    pyzbar = _zbar()
    if pyzbar is None:
        return []
    # UPC-E is always asked for: without it zbar passes a UPC-E off as an expanded UPC-A.
    wanted = {"UPCE"} | {z for z, name in _ZBAR_NAMES.items() if name in symbologies}
    return [
        Sighting(
            text=found.data.decode("utf-8", "replace"),
            raw=found.data,
            symbology=_ZBAR_NAMES[found.type],
            aim=None,
            position=_to_full([(p.x, p.y) for p in found.polygon], view),
            engine="zbar",
        )
        for found in pyzbar.decode(view.gray, symbols=[pyzbar.ZBarSymbol[z] for z in wanted])
        if found.type in _ZBAR_NAMES
    ]


def look_with_opencv(view: View) -> list[Sighting]:
    """EAN-13 not starting with 0, as OpenCV's detector sees it: it invents the other kinds."""
    try:
        _, texts, types, corners = _opencv().detectAndDecodeWithType(view.gray)
    except (cv2.error, UnicodeDecodeError):
        return []  # it raises on odd codes; the other engines have their own say
    if corners is None:
        return []
    return [
        Sighting(text, text.encode(), "EAN-13", None, _to_full(four, view), "opencv")
        for text, kind, four in zip(texts, types, corners, strict=False)
        if kind == "EAN_13" and not text.startswith("0") and gtin_14(text)
    ]


@cache
def _opencv() -> Any:
    return cv2.barcode.BarcodeDetector()


def _to_full(corners: Any, view: View) -> Polygon:
    points = np.asarray(corners, np.float64).reshape(-1, 2)
    moved = points @ view.to_full[:, :2].T + view.to_full[:, 2]
    return tuple((round(x), round(y)) for x, y in moved)


Look = Callable[[View, frozenset[str]], list[Sighting]]
