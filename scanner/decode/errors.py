"""Why a picture was refused. Each error has a stable ``code`` to translate by."""

from typing import ClassVar


class PictureError(ValueError):
    """A picture that is not decoded at all; the message says why in plain words."""

    code: ClassVar[str] = "picture_invalid"


class PictureUnknown(PictureError):
    """Neither JPEG, PNG nor WebP (an iPhone's HEIC, a PDF, an empty file …)."""

    code = "picture_unknown"

    def __init__(self) -> None:
        super().__init__("the file is no JPEG, PNG or WebP picture")


class PictureDamaged(PictureError):
    """The file breaks off or its data cannot be unpacked: half an upload, as a rule."""

    code = "picture_damaged"

    def __init__(self) -> None:
        super().__init__("the picture is damaged or was cut off; send it again")


class PictureTooLarge(PictureError):
    """More bytes or more pixels than allowed; ``limit`` and ``found`` are in ``unit``."""

    code = "picture_too_large"

    def __init__(self, *, found: int, limit: int, unit: str) -> None:
        super().__init__(f"the picture has {found:,} {unit}, at most {limit:,} are allowed")
        self.found = found
        self.limit = limit
        self.unit = unit
