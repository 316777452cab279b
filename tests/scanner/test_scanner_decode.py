"""From a photo to its codes: what is accepted, what a person is asked, what is refused."""

import sys

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from scanner.decode import (
    Policy,
    Read,
    decode_photo,
    engines,
)
from scanner.decode.words import text_of
from scanner.labels import render_label, render_shelf, spoil, to_jpeg

Gray = NDArray[np.uint8]

SOY_SAUCE, BOOK, TEA = "6921168509256", "9787115279460", "6901234567892"


def on_a_table(label: Gray, *, degrees: float = 0.0, height: int = 480, width: int = 640) -> Gray:
    """The label in the middle of a grey picture, turned counter-clockwise."""
    table = np.full((height, width), 190, np.uint8)
    top, left = (height - label.shape[0]) // 2, (width - label.shape[1]) // 2
    table[top : top + label.shape[0], left : left + label.shape[1]] = label
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(table, turn, (width, height), borderValue=190), np.uint8)


def only(reads: list[Read]) -> Read:
    assert len(reads) == 1, reads
    return reads[0]


@pytest.mark.parametrize(
    ("text", "symbology", "gtin"),
    [
        (SOY_SAUCE, "EAN-13", "06921168509256"),
        ("90311017", "EAN-8", "00000090311017"),
        ("882428015268", "UPC-A", "00882428015268"),
        ("16921168509253", "ITF", "16921168509253"),
        ("shelf-a 12b", "Code 128", None),
        ("BIN-07", "Code 39", None),
        ("货架甲-03", "QR Code", None),
        ("A1", "Data Matrix", None),
    ],
)
def test_a_clean_label_is_accepted(text: str, symbology: str, gtin: str | None) -> None:
    read = only(decode_photo(on_a_table(render_label(text, symbology))))
    assert (read.text.lstrip("0"), read.gtin, read.verdict) == (text.lstrip("0"), gtin, "accepted")


@pytest.mark.parametrize("degrees", [7, 90, 180, 270, 30])
def test_a_turned_label_is_accepted(degrees: float) -> None:
    read = only(decode_photo(on_a_table(render_label(SOY_SAUCE), degrees=degrees)))
    assert (read.text, read.verdict) == (SOY_SAUCE, "accepted")


def test_a_blurred_and_noisy_label_is_read() -> None:
    photo = spoil(on_a_table(render_label(SOY_SAUCE)), blur_px=2.0, noise=8)
    assert only(decode_photo(photo)).text == SOY_SAUCE


def test_a_linear_code_is_accepted_because_two_engines_agree_and_a_qr_code_by_itself() -> None:
    assert only(decode_photo(on_a_table(render_label(SOY_SAUCE)))).reason == "two_engines"
    assert only(decode_photo(on_a_table(render_label("A", "QR Code")))).reason == "error_correction"


def test_a_read_says_where_the_code_is_in_the_full_picture() -> None:
    photo = on_a_table(render_label(SOY_SAUCE), width=3000, height=2400)
    position = only(decode_photo(to_jpeg(photo))).position
    xs, ys = [x for x, _ in position], [y for _, y in position]
    assert (sum(xs) / 4, sum(ys) / 4) == pytest.approx((1500, 1200), abs=40)
    assert max(xs) - min(xs) == pytest.approx(95 * 3, abs=25)  # an EAN-13 has 95 modules


def test_gs1_marks_survive_in_the_bytes_and_in_the_identifier() -> None:
    label = render_label("(10)LOT42(01)06921168509256", "Data Matrix", module_px=5)
    read = only(decode_photo(on_a_table(label)))
    assert read.raw == b"10LOT42\x1d0106921168509256"
    assert (read.aim, read.gtin) == ("]d2", "06921168509256")


def test_gs1_128_of_a_case_gives_the_gtin_in_its_message() -> None:
    label = render_label("(01)16921168509253(10)A", "Code 128", module_px=2)
    read = only(decode_photo(on_a_table(label)))
    assert (read.aim, read.gtin, read.verdict) == ("]C1", "16921168509253", "accepted")


def test_chinese_without_a_named_character_set_is_read_as_gb18030() -> None:
    assert text_of("货架甲".encode("gb18030"), guess="?", aim="]Q1", is_linear=False) == "?"
    raw = "货架甲".encode("gb18030")
    guess = raw.decode("latin-1")
    assert text_of(raw, guess=guess, aim="]Q1", is_linear=False) == "货架甲"


@pytest.mark.parametrize(("text", "charset"), [("ﾃﾞｻﾞｲﾝQR", "cp932"), ("Histórico", "latin-1"), ("ほげ", "cp932")])
def test_japanese_and_latin_are_not_mistaken_for_chinese(text: str, charset: str) -> None:
    raw = text.encode(charset)
    assert text_of(raw, guess=text, aim="]Q1", is_linear=False) == text


def test_what_an_eci_says_is_not_guessed_again() -> None:
    raw = "Ж".encode("iso8859-5")
    assert text_of(raw, guess="Ж", aim="]Q2", is_linear=False) == "Ж"


# Several codes in one picture


def test_the_codes_of_a_shelf_come_in_reading_order() -> None:
    codes = [SOY_SAUCE, BOOK, TEA, "6954767415772", "shelf-a 12b", "90311017"]
    shelf = render_shelf([*codes[:5], ("90311017", "EAN-8")], columns=3)
    reads = decode_photo(to_jpeg(shelf))
    assert [r.text for r in reads] == codes
    assert {r.verdict for r in reads} == {"accepted"}


def test_a_picture_upside_down_is_read_in_its_own_order() -> None:
    shelf = np.ascontiguousarray(render_shelf([SOY_SAUCE, BOOK, TEA])[::-1, ::-1])
    assert [r.text for r in decode_photo(shelf)] == [TEA, BOOK, SOY_SAUCE]


def test_a_mirrored_picture_is_read_in_mirrored_order() -> None:
    shelf = np.ascontiguousarray(render_shelf([SOY_SAUCE, BOOK, TEA])[:, ::-1])
    assert [r.text for r in decode_photo(shelf)] == [TEA, BOOK, SOY_SAUCE]


def test_two_facings_of_one_article_are_two_reads() -> None:
    reads = decode_photo(render_shelf([SOY_SAUCE, TEA, SOY_SAUCE]))
    assert [r.text for r in reads] == [SOY_SAUCE, TEA, SOY_SAUCE]


def test_a_small_code_beside_large_ones_gets_a_closer_look() -> None:
    codes = [(t, "EAN-13") for t in (SOY_SAUCE, BOOK, TEA)]
    shelf = render_shelf([*codes, ("盘点", "QR Code"), ("(10)AB", "Data Matrix")], columns=3)
    assert {"盘点", "10AB"} < {r.text for r in decode_photo(shelf)}


def test_an_empty_table_has_no_codes() -> None:
    assert decode_photo(spoil(np.full((480, 640), 190, np.uint8), noise=20)) == []


# What a shop has not asked for


@pytest.mark.parametrize(("text", "symbology"), [("A12345B", "Codabar"), ("ABC12", "Code 93"), ("04965802", "UPC-E")])
def test_symbologies_that_misread_are_off_until_a_shop_enables_them(text: str, symbology: str) -> None:
    photo = on_a_table(render_label(text, symbology))
    assert decode_photo(photo) == []
    assert only(decode_photo(photo, policy=Policy(frozenset({symbology})))).symbology == symbology


@pytest.mark.parametrize(("text", "symbology"), [("123456", "ITF"), ("16921168509254", "ITF"), ("AB1", "Code 39")])
def test_codes_too_weak_to_trust_are_not_read(text: str, symbology: str) -> None:
    assert decode_photo(on_a_table(render_label(text, symbology))) == []


def test_a_symbology_nobody_knows_cannot_be_enabled() -> None:
    with pytest.raises(ValueError, match="Telepen"):
        Policy(frozenset({"Telepen"}))


# Where an engine fails


def test_without_zbar_the_other_engines_carry_on_and_it_is_said_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engines._zbar.cache_clear()
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    photo = on_a_table(render_label(SOY_SAUCE))
    for _ in range(2):
        assert only(decode_photo(photo)).verdict == "accepted"
    assert capsys.readouterr().err.count("zbar is not installed") == 1
    engines._zbar.cache_clear()


def test_opencv_raising_on_an_odd_code_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Odd:
        def detectAndDecodeWithType(self, _: Gray) -> None:  # noqa: N802 - OpenCV's name
            raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd")

    monkeypatch.setattr(engines, "_opencv", Odd)
    assert only(decode_photo(on_a_table(render_label(SOY_SAUCE)))).text == SOY_SAUCE


# Pictures as they come


def test_a_colour_picture_is_read_like_a_grey_one() -> None:
    colour = cv2.cvtColor(on_a_table(render_label(SOY_SAUCE)), cv2.COLOR_GRAY2BGR)
    assert only(decode_photo(np.asarray(colour, np.uint8))).text == SOY_SAUCE


def test_pictures_of_one_pixel_are_nothing_special() -> None:
    for shape in ((1, 1), (1, 100), (100, 1), (3, 3)):
        assert decode_photo(np.full(shape, 255, np.uint8)) == []


@pytest.mark.parametrize("size", [(640, 480), (3200, 2400)])
def test_a_phone_held_upright_gives_positions_in_the_upright_picture(
    size: tuple[int, int],
) -> None:
    table = on_a_table(render_label(SOY_SAUCE), width=size[0], height=size[1])
    upright = np.roll(table, -size[1] // 4, axis=0)  # the label stands in the upper half
    lying = np.ascontiguousarray(np.rot90(upright))  # as the sensor saw it
    turn_right = b"\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01"
    turn_right += b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
    jpeg = to_jpeg(lying)
    position = only(decode_photo(jpeg[:2] + turn_right + jpeg[2:])).position
    assert sum(y for _, y in position) / 4 == pytest.approx(size[1] / 4, abs=40)
    assert sum(x for x, _ in position) / 4 == pytest.approx(size[0] / 2, abs=40)
