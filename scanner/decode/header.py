"""Size and wholeness of a picture file, told from its first and last bytes.

Looked at before anything is unpacked: a file of some kilobytes can claim gigapixels, and OpenCV fills
the missing half of a broken JPEG with grey instead of complaining.
"""

import struct
from dataclasses import dataclass

from scanner.decode.errors import PictureDamaged, PictureUnknown

_JPEG_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_SCAN = 0xDA


@dataclass(frozen=True, slots=True)
class Header:
    """Kind of file and its size in pixels, before any EXIF rotation."""

    kind: str
    width: int
    height: int


def read_header(data: bytes) -> Header:
    """Read kind and size. Raises PictureUnknown, or PictureDamaged when the file breaks off."""
    try:
        if data[:3] == b"\xff\xd8\xff":
            header = _jpeg(data)
        elif data[:8] == b"\x89PNG\r\n\x1a\n":
            header = _png(data)
        elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            header = _webp(data)
        else:
            raise PictureUnknown
    except (struct.error, IndexError) as error:
        raise PictureDamaged from error
    if header.width == 0 or header.height == 0:
        raise PictureDamaged
    return header


def _jpeg(data: bytes) -> Header:
    """Walk the segments to the first scan, then look for the end mark behind it (ITU-T T.81, B.1)."""
    at, size = 2, (0, 0)
    while True:
        if data[at] != 0xFF:
            raise PictureDamaged
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker in _JPEG_WITHOUT_LENGTH:
            at += 2
        else:
            if marker in _JPEG_FRAMES:
                height, width = struct.unpack_from(">HH", data, at + 5)
                size = (width, height)
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]
            if marker == _JPEG_SCAN:
                break
    if data.find(b"\xff\xd9", at) < 0:
        raise PictureDamaged
    return Header("jpeg", *size)


def _png(data: bytes) -> Header:
    if b"IEND" not in data[-64:]:
        raise PictureDamaged
    width, height = struct.unpack_from(">II", data, 16)
    return Header("png", width, height)


def _webp(data: bytes) -> Header:
    """The three kinds of WebP: lossy, lossless and extended (RFC 9649, section 2)."""
    if len(data) < 8 + struct.unpack_from("<I", data, 4)[0]:
        raise PictureDamaged
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return Header("webp", width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return Header("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return Header("webp", width, height)
    raise PictureDamaged
