"""Who is believed when engines agree, stay alone or contradict each other."""

from scanner.decode.engines import Engine, Sighting
from scanner.decode.judge import Judgement, judge
from scanner.decode.order import in_reading_order
from scanner.decode.policy import Policy

SOY_SAUCE, MISREAD, TEA = "6921168509256", "9074932437075", "6901234567892"
HERE = ((100, 100), (300, 100), (300, 102), (100, 102))
BELOW = ((100, 400), (300, 400), (300, 402), (100, 402))


def seen(
    text: str,
    engine: Engine = "zxing-cpp",
    stage: str = "first",
    *,
    symbology: str = "EAN-13",
    at: tuple[tuple[int, int], ...] = HERE,
) -> Sighting:
    return Sighting(text, text.encode(), symbology, None, at, engine, stage)


def told(*sightings: Sighting) -> list[tuple[str, str, str]]:
    return [(j.best.text, j.verdict, j.reason) for j in judge(sightings)]


def test_two_engines_that_agree_are_believed() -> None:
    assert told(seen(SOY_SAUCE), seen(SOY_SAUCE, "zbar", "zbar")) == [(SOY_SAUCE, "accepted", "two_engines")]


def test_ean_13_and_upc_a_of_one_article_are_in_agreement() -> None:
    as_upc = seen("882428015268", "zbar", "zbar", symbology="UPC-A")
    assert told(seen("0882428015268"), as_upc) == [("0882428015268", "accepted", "two_engines")]


def test_one_engine_alone_is_uncertain() -> None:
    assert told(seen(SOY_SAUCE)) == [(SOY_SAUCE, "uncertain", "one_engine")]
    assert told(seen(SOY_SAUCE, "zbar", "zbar")) == [(SOY_SAUCE, "uncertain", "one_engine")]


def test_zxing_is_believed_alone_when_three_different_looks_agree() -> None:
    looks = [seen(SOY_SAUCE, stage=stage) for stage in ("first", "contrast", "turned-20")]
    assert told(*looks[:2]) == [(SOY_SAUCE, "uncertain", "one_engine")]
    assert told(*looks) == [(SOY_SAUCE, "accepted", "several_looks")]


def test_zbar_is_never_believed_alone_however_often_it_looks() -> None:
    looks = [seen(MISREAD, "zbar", stage) for stage in ("zbar", "zbar-large", "zbar-contrast")]
    assert told(*looks) == [(MISREAD, "uncertain", "one_engine")]


def test_opencv_alone_is_not_even_shown() -> None:
    looks = [seen(MISREAD, "opencv", stage) for stage in ("opencv", "opencv-larger")]
    assert told(*looks) == []


def test_two_codes_in_one_place_make_both_uncertain() -> None:
    verdicts = told(seen(SOY_SAUCE), seen(MISREAD, "zbar", "zbar"))
    assert {(v, r) for _, v, r in verdicts} == {("uncertain", "contradicted")}


def test_a_contradiction_spoils_even_the_agreement_of_two_engines() -> None:
    agreed = (seen(MISREAD), seen(MISREAD, "zbar", "zbar"))
    assert told(*agreed, seen(SOY_SAUCE, stage="contrast")) == [(MISREAD, "uncertain", "contradicted")]


def test_one_stray_look_does_not_spoil_a_code_seen_all_over() -> None:
    often = [seen(SOY_SAUCE, stage=s) for s in ("first", "contrast", "large")]
    stray = seen(MISREAD, stage="sharp")
    assert told(*often, seen(SOY_SAUCE, "zbar", "zbar"), stray) == [(SOY_SAUCE, "accepted", "two_engines")]


def test_codes_in_two_places_do_not_contradict_each_other() -> None:
    both = [seen(SOY_SAUCE), seen(SOY_SAUCE, "zbar", "zbar")]
    both += [seen(TEA, at=BELOW), seen(TEA, "zbar", "zbar", at=BELOW)]
    assert {(t, v) for t, v, _ in told(*both)} == {(SOY_SAUCE, "accepted"), (TEA, "accepted")}


def test_a_2d_code_is_believed_from_zxing_only() -> None:
    qr = seen("A", symbology="QR Code")
    assert told(qr) == [("A", "accepted", "error_correction")]
    garbled = seen("A", "zbar", "zbar", symbology="QR Code")
    assert told(garbled) == [("A", "uncertain", "one_engine")]


def test_the_garbled_echo_of_a_chinese_qr_code_is_left_out() -> None:
    qr, echo = seen("盘点", symbology="QR Code"), seen("鐩樼偣", "zbar", "zbar", symbology="QR Code")
    assert told(qr, echo) == [("盘点", "accepted", "error_correction")]


def test_the_sighting_with_the_identifier_is_the_one_shown() -> None:
    shown: Judgement = judge([seen(SOY_SAUCE, "opencv", "opencv"), seen(SOY_SAUCE)])[0]
    assert shown.best.engine == "zxing-cpp"


def test_databar_counts_from_zxing_only() -> None:
    policy = Policy()
    assert policy.allows(seen("0106921168509256", symbology="DataBar"))
    assert not policy.allows(seen("0106921168509256", "zbar", symbology="DataBar"))


def test_full_ascii_code_39_of_zbar_does_not_count() -> None:
    assert not Policy().allows(seen("+A+A-1234", "zbar", symbology="Code 39"))


def test_a_row_that_slopes_a_little_is_still_one_row() -> None:
    def box(x: int, y: int) -> tuple[tuple[int, int], ...]:
        return ((x, y), (x + 100, y), (x + 100, y + 40), (x, y + 40))

    places = {"a": box(0, 0), "b": box(300, 20), "c": box(600, 40), "d": box(10, 200)}
    shuffled = ["d", "c", "a", "b"]
    assert in_reading_order(shuffled, lambda name: places[name]) == ["a", "b", "c", "d"]


def test_an_outline_of_zbar_that_runs_over_its_neighbours_contradicts_nobody() -> None:
    beside = tuple((x + 400, y) for x, y in HERE)
    wide = ((100, 90), (700, 90), (700, 110), (100, 110))
    neighbours = [seen(SOY_SAUCE), seen(TEA, at=beside)]
    neighbours += [seen(SOY_SAUCE, "zbar", "zbar", at=wide), seen(TEA, "zbar", "zbar", at=wide)]
    third = seen("9787115279460", "zbar", "zbar", at=wide)
    assert {(t, v) for t, v, _ in told(*neighbours, third)} == {
        (SOY_SAUCE, "accepted"),
        (TEA, "accepted"),
        ("9787115279460", "uncertain"),
    }
