"""A picture file, unpacked only as far as the decoding needs it."""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.decode.errors import PictureDamaged, PictureTooLarge
from scanner.decode.header import Header, read_header

Gray = NDArray[np.uint8]
"""A grey picture: height × width, 0 is black."""

BYTES_MAX: Final = 12 * 1024 * 1024
PIXELS_MAX: Final = 24_000_000
FIRST_LOOK_SIDE: Final = 1280
"""Long side in pixels of the first look: full size found no more codes in 215 shop photos."""
SECOND_LOOK_SIDE: Final = 2560
"""Long side of the look for small codes: zbar alone takes half a second over 12 megapixels."""


@dataclass(frozen=True, slots=True)
class View:
    """One grey picture to look at, and what takes its coordinates back to the full-size picture.

    ``to_full`` is a 2 × 3 affine matrix: full = to_full · (x, y, 1).
    """

    gray: Gray
    to_full: NDArray[np.float64] = field(default_factory=lambda: np.eye(2, 3))


@dataclass(frozen=True)
class Picture:
    """A checked picture file, or an array already unpacked."""

    width: int
    height: int
    data: bytes = b""
    kind: str = ""
    unpacked: Gray | None = None

    @cached_property
    def full(self) -> View:
        """The picture in full size, upright by its EXIF mark."""
        if self.unpacked is not None:
            return View(self.unpacked)
        return View(_unpack(self.data, cv2.IMREAD_GRAYSCALE))

    @cached_property
    def large(self) -> View:
        """At most SECOND_LOOK_SIDE on the long side."""
        return at_most(self.full, SECOND_LOOK_SIDE)

    @property
    def has_more_than_small(self) -> bool:
        """Whether ``large`` shows more than ``small``; told without unpacking anything."""
        return max(self.width, self.height) > FIRST_LOOK_SIDE

    @cached_property
    def small(self) -> View:
        """At most FIRST_LOOK_SIDE on the long side; a large JPEG is never unpacked in full for it."""
        shrink = max(self.width, self.height) // FIRST_LOOK_SIDE
        if self.kind == "jpeg" and shrink >= 2:
            flag = cv2.IMREAD_REDUCED_GRAYSCALE_4 if shrink >= 4 else cv2.IMREAD_REDUCED_GRAYSCALE_2
            reduced = _unpack(self.data, flag)
            scale = max(self.width, self.height) / max(reduced.shape)
            return at_most(View(reduced, np.eye(2, 3) * scale), FIRST_LOOK_SIDE)
        return at_most(self.full, FIRST_LOOK_SIDE)


def open_picture(source: bytes | Gray) -> Picture:
    """Check limits and wholeness of a file's bytes, or wrap a grey or BGR array of uint8.

    Raises PictureTooLarge, PictureUnknown or PictureDamaged.
    """
    if isinstance(source, np.ndarray):
        return _wrap(source)
    if len(source) > BYTES_MAX:
        raise PictureTooLarge(found=len(source), limit=BYTES_MAX, unit="bytes")
    header = read_header(source)
    _check_pixels(header)
    return Picture(header.width, header.height, data=source, kind=header.kind)


def _wrap(source: Gray) -> Picture:
    if source.dtype != np.uint8 or source.ndim not in (2, 3) or 0 in source.shape:
        raise PictureDamaged
    height, width = source.shape[:2]
    _check_pixels(Header("", width, height))
    gray = source if source.ndim == 2 else cv2.cvtColor(source, cv2.COLOR_BGR2GRAY)
    return Picture(width, height, unpacked=np.ascontiguousarray(gray, dtype=np.uint8))


def _check_pixels(header: Header) -> None:
    pixels = header.width * header.height
    if pixels > PIXELS_MAX:
        raise PictureTooLarge(found=pixels, limit=PIXELS_MAX, unit="pixels")


def _unpack(data: bytes, flag: int) -> Gray:
    try:
        gray = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    except cv2.error as error:
        raise PictureDamaged from error
    if gray is None:
        raise PictureDamaged
    return np.ascontiguousarray(gray, dtype=np.uint8)


def at_most(view: View, side: int) -> View:
    """The view, reduced until its long side is at most ``side`` pixels."""
    long_side = max(view.gray.shape)
    return view if long_side <= side else scaled(view, side / long_side)


def scaled(view: View, factor: float) -> View:
    """The view enlarged (> 1, cubic) or reduced (< 1, by area) by ``factor``."""
    how = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    height, width = view.gray.shape
    wide, high = max(1, round(width * factor)), max(1, round(height * factor))
    gray = cv2.resize(view.gray, (wide, high), interpolation=how)
    back = np.diag([width / wide, height / high, 1.0])
    return View(np.asarray(gray, np.uint8), view.to_full @ back)


def rotated(view: View, degrees: float) -> View:
    """The view turned counter-clockwise on a white ground large enough to keep its corners."""
    height, width = view.gray.shape
    sine, cosine = abs(math.sin(math.radians(degrees))), abs(math.cos(math.radians(degrees)))
    wide, high = int(height * sine + width * cosine), int(height * cosine + width * sine)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turn[:, 2] += ((wide - width) / 2, (high - height) / 2)
    gray = cv2.warpAffine(view.gray, turn, (wide, high), borderValue=255)
    back = np.vstack([cv2.invertAffineTransform(turn), (0.0, 0.0, 1.0)])
    return View(np.asarray(gray, np.uint8), view.to_full @ back)


def equalised(view: View) -> View:
    """Local contrast evened out (CLAHE 3.0, 8 × 8): the step that rescued most faint EAN codes."""
    gray = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(view.gray)
    return View(np.asarray(gray, np.uint8), view.to_full)


def sharpened(view: View) -> View:
    """Unsharp mask: good for 2D codes, makes new misreads of 1D ones."""
    soft = cv2.GaussianBlur(view.gray, (0, 0), 2.0)
    gray = cv2.addWeighted(view.gray, 2.0, soft, -1.0, 0)
    return View(np.asarray(gray, np.uint8), view.to_full)


def thresholded(view: View) -> View:
    """Black or white by the mean of the 51 × 51 neighbourhood, less 8 grey levels."""
    gray = cv2.adaptiveThreshold(view.gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 51, 8)
    return View(np.asarray(gray, np.uint8), view.to_full)


def inked(view: View) -> View:
    """Noise smoothed away, then black or white by the weighted 41 × 41 neighbourhood, less 3 levels.

    Made for small blurred 2D codes enlarged before: it read 10 of 30 that nothing else did.
    """
    soft = cv2.GaussianBlur(view.gray, (0, 0), 1.0)
    gray = cv2.adaptiveThreshold(soft, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 41, 3)
    return View(np.asarray(gray, np.uint8), view.to_full)
