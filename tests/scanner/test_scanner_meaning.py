"""What a code says about the goods, and the traps in other people's labels."""

from datetime import date
from decimal import Decimal

import pytest

from scanner.meaning import (
    CodeTooLong,
    Gs1CheckDigitWrong,
    Gs1Error,
    Meaning,
    check_digit,
    clean_code,
    meaning,
    normal_form,
)

GS = "\x1d"
SOY_SAUCE = "06921168509256"


def test_an_ean_13_is_the_gtin_of_an_item() -> None:
    assert meaning("6921168509256") == Meaning("gtin", SOY_SAUCE, gtin=SOY_SAUCE)


def test_a_book_number_is_a_gtin_although_97_is_also_an_application_identifier() -> None:
    assert meaning("9787115279460").kind == "gtin"


def test_a_pharmacy_datamatrix_gives_item_lot_expiry_and_serial() -> None:
    told = meaning(f"]d20106921168509256112501011728123110B7{GS}21SN0001")
    assert (told.kind, told.gtin, told.lot, told.serial) == ("gs1", SOY_SAUCE, "B7", "SN0001")
    assert told.expiry == date(2028, 12, 31)
    assert ("11", "250101") in told.elements


def test_day_00_is_the_last_day_of_the_month() -> None:
    assert meaning("]C1010692116850925615260200").expiry == date(2026, 2, 28)


def test_a_date_of_zeros_is_no_date() -> None:
    assert meaning("]C1010692116850925617000000").expiry is None


def test_the_expiry_date_goes_before_best_before() -> None:
    assert meaning("]C101069211685092561526013117260630").expiry == date(2026, 6, 30)


def test_a_weighed_pack_gives_its_weight_to_the_gram() -> None:
    assert meaning("]e001069211685092563103001250").weight_kg == Decimal("1.250")


def test_a_case_says_which_item_and_how_many_it_contains() -> None:
    told = meaning(f"]C102069211685092563724{GS}10A")
    assert (told.gtin, told.count, told.lot) == (SOY_SAUCE, 24, "A")


def test_a_pallet_label_is_an_sscc() -> None:
    told = meaning("]C100106141411234567897")
    assert (told.kind, told.code, told.sscc) == ("sscc", "106141411234567897", "106141411234567897")
    assert meaning("106141411234567897").kind == "sscc"


def test_a_scale_label_of_18_digits_is_not_taken_for_a_pallet() -> None:
    assert check_digit("21123450075001234") == 6
    assert meaning("211234500750012346").kind == "text"


@pytest.mark.parametrize(
    "text",
    [
        "0106921168509256172612311012AB",
        "(01)06921168509256(17)261231(10)12AB",
        "(01) 06921168509256 (17) 261231 (10) 12AB",
        f"1012AB{GS}010692116850925617261231",
        "1012AB<GS>010692116850925617261231",
        "^1012AB^010692116850925617261231",
        "1012AB|010692116850925617261231",
        f"{GS}0106921168509256172612311012AB",
        "https://id.gs1.org/01/06921168509256/10/12AB?17=261231",
        "HTTPS://ID.GS1.ORG/01/06921168509256/10/12AB?17=261231",
        "]Q1https://shop.example.cn/p/01/6921168509256/10/12AB?17=261231&linkType=x",
        "（０１）０６９２１１６８５０９２５６（17）261231（10）12AB",
    ],
)
def test_the_same_goods_are_told_however_the_message_is_written(text: str) -> None:
    told = meaning(text)
    assert (told.code, told.lot, told.expiry) == (SOY_SAUCE, "12AB", date(2026, 12, 31))


@pytest.mark.parametrize(
    ("text", "ai", "position"),
    [
        ("]C1010692116850925510A", "01", 0),
        ("]C100106141411234567890", "00", 0),
        (f"10LOT42{GS}0106921168509255", "01", 8),
        ("]C14149300711345035", "414", 0),
        ("(10)A(01)06921168509255", "01", 5),
        ("https://id.gs1.org/01/06921168509255", "01", 19),
        ("]d2010000000000000010A", "01", 0),
    ],
)
def test_a_wrong_check_digit_is_named_with_its_identifier_and_place(text: str, ai: str, position: int) -> None:
    with pytest.raises(Gs1CheckDigitWrong) as caught:
        meaning(text)
    assert (caught.value.ai, caught.value.position) == (ai, position)
    assert f"({ai})" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "ai", "position"),
    [
        ("]C1010692116850925617261331", "17", 16),
        ("]C1010692116850925617260231", "17", 16),
        ("]C10106921168509256310300125", "3103", 16),
        ("]C10206921168509256372410A", "37", 16),
        ("]C110ABCDEFGHIJKLMNOPQRSTUV", "10", 0),
        (f"]d210A{GS}10B", "10", 4),
        ("]C105123", None, 0),
        ("]C1\u0660\u0661\u0660\u0666", None, 0),
        ("(01)06921168509256 and more", "01", 0),
        ("(01)06921168509256(9)1", None, 18),
    ],
)
def test_an_announced_message_must_obey_gs1(text: str, ai: str | None, position: int) -> None:
    with pytest.raises(Gs1Error) as caught:
        meaning(text)
    assert (caught.value.ai, caught.value.position) == (ai, position)


@pytest.mark.parametrize(
    "text",
    [
        "]",
        "^",
        "shelf-a 12b",
        "货架甲-03",
        "0112345678901234",  # sixteen digits of somebody's own: the check digit of a GTIN is wrong
        "01ABC",
        f"240AB12{GS}21S1",  # could be GS1, but nothing proves it
        "https://example.com/p?id=1",
        "https://example.com/2026/01/02",
        "http://[",
        "(zz) top shelf",
    ],
)
def test_what_is_no_gs1_stays_text(text: str) -> None:
    assert meaning(text) == Meaning("text", text)


def test_upc_e_is_expanded_only_when_the_symbology_says_so() -> None:
    assert meaning("04965802", "UPC-E").gtin == "00049000006582"
    assert meaning("04965802").kind == "text"


def test_a_long_digital_link_is_read_but_a_long_text_is_refused() -> None:
    link = f"https://id.gs1.org/01/{SOY_SAUCE}?linkType={'x' * 200}"
    assert meaning(link).gtin == SOY_SAUCE
    with pytest.raises(CodeTooLong):
        meaning("x" * 129)


def test_the_code_of_a_text_is_its_normal_form() -> None:
    for text in ("]C0ＡＢ－１２ ", "6921168509255", "]C0]C0A"):
        assert meaning(text).code == normal_form(text) == clean_code(text)
