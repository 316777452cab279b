"""Which files are taken as pictures, and which are refused before they cost anything."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from scanner.decode import (
    PictureDamaged,
    PictureError,
    PictureTooLarge,
    PictureUnknown,
    decode_photo,
)
from scanner.decode.picture import BYTES_MAX, open_picture, rotated, scaled
from scanner.labels import render_label, to_jpeg, to_png

Gray = NDArray[np.uint8]

SOY_SAUCE = "6921168509256"


def test_a_cut_off_jpeg_is_damaged() -> None:
    whole = to_jpeg(render_label(SOY_SAUCE))
    for size in (3, 30, len(whole) // 2, len(whole) - 2):
        with pytest.raises(PictureDamaged):
            decode_photo(whole[:size])


def test_a_cut_off_png_or_webp_is_damaged() -> None:
    photo = render_label(SOY_SAUCE)
    for whole in (to_png(photo), cv2.imencode(".webp", photo)[1].tobytes()):
        assert [r.text for r in decode_photo(whole)] == [SOY_SAUCE]
        with pytest.raises(PictureDamaged):
            decode_photo(whole[: len(whole) // 2])


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\x00\x00\x00\x18ftypheic"])
def test_what_is_no_picture_is_unknown(data: bytes) -> None:
    with pytest.raises(PictureUnknown):
        decode_photo(data)


def test_a_file_that_claims_gigapixels_is_refused_before_it_is_unpacked() -> None:
    bomb = bytearray(to_png(np.zeros((8, 8), np.uint8)))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(PictureTooLarge) as caught:
        decode_photo(bytes(bomb))
    assert (caught.value.unit, caught.value.found) == ("pixels", 3_600_000_000)


def test_more_than_12_megabytes_are_refused() -> None:
    with pytest.raises(PictureTooLarge, match="bytes"):
        decode_photo(b"\xff\xd8\xff" + bytes(BYTES_MAX))


@pytest.mark.parametrize("array", [np.zeros((0, 5), np.uint8), np.zeros((5, 5)), np.zeros(5, np.uint8)])
def test_an_array_that_is_no_picture_is_refused(array: Gray) -> None:
    with pytest.raises(PictureError):
        decode_photo(array)


def test_a_point_of_a_scaled_and_turned_view_leads_back_to_the_full_picture() -> None:
    view = open_picture(np.zeros((300, 400), np.uint8)).full
    changed = rotated(scaled(view, 2.0), 20)
    height, width = changed.gray.shape
    middle = changed.to_full @ (width / 2, height / 2, 1)
    assert middle == pytest.approx((200, 150), abs=1.5)
