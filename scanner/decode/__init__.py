"""From a photo to the codes in it. ``decode_photo`` is all that the rest of the house needs."""

from scanner.decode.cascade import Read, decode_photo
from scanner.decode.errors import PictureDamaged, PictureError, PictureTooLarge, PictureUnknown
from scanner.decode.policy import Policy

__all__ = [
    "PictureDamaged",
    "PictureError",
    "PictureTooLarge",
    "PictureUnknown",
    "Policy",
    "Read",
    "decode_photo",
]
