"""What a picture worker does with one picture: make it anew, or read the codes in it."""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.decode import PictureDamaged, PictureTooLarge, Read, decode_photo
from scanner.decode.header import Header, read_header
from scanner.decode.picture import PIXELS_MAX as DECODED_WHOLE_MAX
from scanner.meaning import CodeError, Meaning, meaning
from scanner.worker_limits import BYTES_MAX, CODES_MAX, PIXELS_MAX, SIDE_KEPT, SIDE_MAX

_QUALITY: Final = 80
_PNG_END: Final = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_REDUCED_COLOR: Final = {8: cv2.IMREAD_REDUCED_COLOR_8, 4: cv2.IMREAD_REDUCED_COLOR_4, 2: cv2.IMREAD_REDUCED_COLOR_2}

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Checked:
    """A picture file whose header keeps within the limits; `header` tells its size before any EXIF rotation."""

    data: bytes
    header: Header

    @property
    def long_side(self) -> int:
        """The longer side in pixels."""
        return max(self.header.width, self.header.height)


def check(data: bytes) -> Checked:
    """Judge the file by its header; nothing is unpacked. Raises PictureError."""
    if len(data) > BYTES_MAX:
        raise PictureTooLarge(found=len(data), limit=BYTES_MAX, unit="bytes")
    if data.startswith(b"\x89PNG"):  # some phones leave the rest of an older, longer file behind the end
        end = data.find(_PNG_END)
        data = data[: end + len(_PNG_END)] if end >= 0 else data
    header = read_header(data)
    checked = Checked(data, header)
    if checked.long_side > SIDE_MAX:
        raise PictureTooLarge(found=checked.long_side, limit=SIDE_MAX, unit="pixels on a side")
    if header.width * header.height > PIXELS_MAX:
        raise PictureTooLarge(found=header.width * header.height, limit=PIXELS_MAX, unit="pixels")
    return checked


def make_anew(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The picture as a JPEG of at most SIDE_KEPT pixels a side, upright, with nothing in it but pixels."""
    picture = check(data)
    pixels = _unpacked(picture, _color_flag(picture.long_side // SIDE_KEPT))
    height, width = pixels.shape[:2]
    if max(width, height) > SIDE_KEPT:
        factor = SIDE_KEPT / max(width, height)
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    done, jpeg = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY, cv2.IMWRITE_JPEG_OPTIMIZE, 1])
    if not done:
        raise PictureDamaged
    return {"width": pixels.shape[1], "height": pixels.shape[0]}, jpeg.tobytes()


def read_codes(data: bytes) -> dict[str, Any]:
    """The codes in the picture; positions in pixels of the upright full-size picture, whose longer side is told."""
    picture = check(data)
    side = picture.long_side
    if picture.header.width * picture.header.height <= DECODED_WHOLE_MAX:
        return {"side": side, "codes": [_as_json(read, 1.0) for read in decode_photo(picture.data)[:CODES_MAX]]}
    pixels = _unpacked(picture, cv2.IMREAD_REDUCED_GRAYSCALE_2)
    scale = side / max(pixels.shape)
    return {"side": side, "codes": [_as_json(read, scale) for read in decode_photo(pixels)[:CODES_MAX]]}


def _color_flag(shrink: int) -> int:
    """The reading that leaves at least 1/shrink of the size; a large JPEG is never unpacked in full."""
    return next((flag for reduced, flag in _REDUCED_COLOR.items() if shrink >= reduced), cv2.IMREAD_COLOR_BGR)


def _unpacked(picture: Checked, flag: int) -> Pixels:
    try:
        pixels = cv2.imdecode(np.frombuffer(picture.data, np.uint8), flag)
    except cv2.error as error:
        raise PictureDamaged from error
    if pixels is None:
        raise PictureDamaged
    return np.asarray(pixels, np.uint8)


def _as_json(read: Read, scale: float) -> dict[str, Any]:
    text = read.text.encode("utf-8", "replace").decode()  # a code may hold half a character
    return {
        "text": text,
        "symbology": read.symbology,
        "gtin": read.gtin,
        "meaning": _meaning((read.aim or "") + text, read.symbology),
        "position": [[round(x * scale), round(y * scale)] for x, y in read.position],
        "accepted": read.verdict == "accepted",
    }


def _meaning(text: str, symbology: str) -> dict[str, Any] | None:
    """What the code says, as JSON knows it; None for a text that is no code (a visiting card, a broken GS1 message)."""
    try:
        said: Meaning = meaning(text, symbology)
    except CodeError:
        return None
    return {
        "kind": said.kind,
        "code": said.code,
        "lot": said.lot,
        "expires_on": said.expiry.isoformat() if said.expiry else None,
        "serial": said.serial,
        "count": said.count,
        "weight_kg": str(said.weight_kg) if said.weight_kg is not None else None,
        "sscc": said.sscc,
    }
