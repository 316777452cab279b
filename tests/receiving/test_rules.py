"""The marks and states of a receipt's line, and what is taken in: the rules by themselves."""

from datetime import date

import pytest

from app.receiving.rules import (
    Arrived,
    Expectation,
    Mark,
    expectation,
    life_too_short,
    marks_of,
    names_of,
    refuse_decision,
    state_of,
    taken_in,
)

TEN = Expectation(10, 11)


def judged(
    good: int, expected: Expectation | None = TEN, *, damaged: int = 0, receiving: bool = False, **changes: bool
) -> tuple[list[str], str]:
    facts = {"against": True, "cancelled": False} | changes
    marks = marks_of(Arrived(good, damaged), expected, receiving=receiving, **facts)
    return names_of(marks), state_of(marks)


@pytest.mark.parametrize(
    ("good", "marks", "state"),
    [
        (0, ["short"], "needs_decision"),
        (9, ["short"], "needs_decision"),
        (10, [], "agreed"),
        (11, ["over"], "within_ceiling"),
        (12, ["over_ceiling"], "needs_decision"),
    ],
)
def test_a_closed_line_is_short_agreed_over_or_too_much(good: int, marks: list[str], state: str) -> None:
    assert judged(good) == (marks, state)


def test_while_receiving_nothing_is_short_yet_but_too_much_is_too_much() -> None:
    assert judged(0, receiving=True) == ([], "agreed")
    assert judged(12, receiving=True) == (["over_ceiling"], "needs_decision")


def test_damaged_pieces_came_too() -> None:
    assert judged(8, damaged=2) == (["damaged"], "needs_decision")
    assert judged(8, damaged=1) == (["short", "damaged"], "needs_decision")


def test_what_is_not_on_the_order_is_unexpected_once_it_came() -> None:
    assert judged(1, None) == (["unexpected"], "needs_decision")
    assert judged(0, None) == ([], "agreed")


def test_a_blind_receipt_expects_nothing() -> None:
    assert judged(7, None, against=False) == ([], "agreed")
    assert judged(7, None, against=False, damaged=1) == (["damaged"], "needs_decision")


def test_a_cancelled_order_marks_what_came_and_calls_nothing_short() -> None:
    nothing = Expectation(0, 0)
    assert judged(3, nothing, cancelled=True) == (["order_cancelled"], "needs_decision")
    assert judged(0, nothing, cancelled=True) == ([], "agreed")


def test_a_code_that_changed_since_is_shown_and_stops_nobody() -> None:
    marks = marks_of(Arrived(10, 0, Mark.CATALOGUE_CHANGED), TEN, against=True, cancelled=False, receiving=False)
    assert (names_of(marks), state_of(marks)) == (["catalogue_changed"], "agreed")


def test_the_ceiling_is_a_share_of_what_was_ordered_in_however_many_trucks() -> None:
    asked = {"ordered": 100, "over_receipt_bp": 500, "expects": True}
    assert expectation(received=0, still_open=100, **asked) == Expectation(100, 105)
    assert expectation(received=98, still_open=2, **asked) == Expectation(2, 7)
    assert expectation(received=105, still_open=0, **asked) == Expectation(0, 0)
    assert expectation(received=0, still_open=0, **asked | {"expects": False}) == Expectation(0, 0)


@pytest.mark.parametrize(
    ("state", "kept", "taken"),
    [
        ("agreed", False, 8),
        ("accepted", False, 8),
        ("accepted", True, 11),
        ("accepted_expected", False, 8),
        ("accepted_expected", True, 10),
        ("refused", True, 0),
    ],
)
def test_what_is_taken_in(state: str, kept: bool, taken: int) -> None:
    assert taken_in(state, good=8, damaged=3, expected=10, damaged_kept=kept) == taken


def test_life_is_counted_from_the_day_of_the_scan() -> None:
    assert life_too_short(date(2026, 12, 1), date(2026, 11, 20), 12)
    assert not life_too_short(date(2026, 12, 1), date(2026, 11, 20), 11)
    assert not life_too_short(date(2026, 11, 1), date(2026, 11, 20), None)


def test_who_scanned_does_not_decide_and_nothing_expected_is_not_taken_as_expected() -> None:
    assert refuse_decision("accept", expected=1, own=False) is None
    assert (refuse_decision("accept", expected=1, own=True) or ("",))[0] == "received_by_you"
    assert (refuse_decision("accept_expected", expected=0, own=False) or ("",))[0] == "nothing_expected"
