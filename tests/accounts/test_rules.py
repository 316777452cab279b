"""What a PIN, a password, a login may be, and when wrong tries are too many."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.rules import (
    CODE_ALPHABET,
    ENROLMENT_POLICY,
    PASSWORD_POLICY,
    PIN_POLICY,
    Tries,
    after_one_more,
    check_password,
    check_pin,
    code_normal,
    code_shown,
    highest_roles,
    is_disabled,
    login_normal,
    network_of,
)
from app.kernel.errors import Invalid

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("pin", ["473926", "802517", "069381"])
def test_a_pin_of_six_unobvious_digits_is_good(pin: str) -> None:
    check_pin(pin)


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12345a", "１２３４５６", "47392 ", "473926\n"])
def test_a_pin_is_exactly_six_ascii_digits(pin: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_pin(pin)
    assert refused.value.errors[0].code == "invalid_pin"


@pytest.mark.parametrize(
    "pin",
    ["000000", "123456", "654321", "890123", "246802", "121212", "123123", "112233", "111222", "123321", "520131"],
)
def test_a_pin_anybody_would_try_first_is_refused(pin: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_pin(pin)
    assert refused.value.errors[0].code == "pin_too_easy"


@pytest.mark.parametrize("password", ["short", "123456789", "x" * 129])
def test_a_password_has_ten_to_128_characters(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(password, "li.na")
    assert refused.value.errors[0].code == "invalid_password"


@pytest.mark.parametrize(
    "password", ["Li.Na.Admin", "aaaaaaaaaa", "abcdefghij", "1234567890", "Password123", "abababababab"]
)
def test_a_password_anybody_would_try_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(password, "li.na.admin")
    assert refused.value.errors[0].code == "password_too_easy"


def test_a_long_unobvious_password_is_good_in_any_script() -> None:
    check_password("盘点仓库里的红色纸箱子", "li.na")
    check_password("correct horse battery", "li.na")


def test_a_login_has_one_form_however_it_is_typed() -> None:
    assert login_normal(" Li.Na@Shop ") == "li.na@shop"
    assert login_normal("ＬＩ") == "li"
    assert login_normal("李娜") == "李娜"


@pytest.mark.parametrize("login", ["", " ", "a b", "a:b", "a\u200bb", "a/b", "x" * 65])
def test_what_cannot_be_a_login_is_refused(login: str) -> None:
    with pytest.raises(Invalid):
        login_normal(login)


def test_a_code_has_no_look_alikes_and_is_read_with_or_without_its_dash() -> None:
    assert not set("ILO01") & set(CODE_ALPHABET)
    assert code_normal(" abcd-efgh ") == "ABCDEFGH"
    assert code_shown("ABCDEFGH") == "ABCD-EFGH"


def closed_for(policy: object, failures: int, last: datetime = NOON) -> timedelta:
    then = after_one_more(Tries(failures, last, None), policy, NOON)  # type: ignore[arg-type]
    return (then.closed_until or NOON) - NOON


def test_five_quick_tries_then_waits_that_double() -> None:
    seconds = [closed_for(PIN_POLICY, before).total_seconds() for before in range(10)]
    assert seconds == [0, 0, 0, 0, 15, 30, 60, 120, 240, 300]


def test_ten_wrong_pins_in_a_row_disable_it_and_a_password_never() -> None:
    assert not is_disabled(Tries(9, NOON, None), PIN_POLICY)
    assert is_disabled(Tries(10, NOON, None), PIN_POLICY)
    assert not is_disabled(Tries(10_000, NOON, None), PASSWORD_POLICY)
    assert closed_for(PASSWORD_POLICY, 10_000) == timedelta(minutes=15)


def test_wrong_passwords_are_forgotten_after_a_day_wrong_pins_never() -> None:
    long_ago = NOON - timedelta(days=30)
    assert after_one_more(Tries(9, long_ago, None), PASSWORD_POLICY, NOON).failures == 1
    assert after_one_more(Tries(9, long_ago, None), ENROLMENT_POLICY, NOON).failures == 1
    assert after_one_more(Tries(9, long_ago, None), PIN_POLICY, NOON).failures == 10


def test_what_one_subscriber_can_choose_counts_as_one_address() -> None:
    assert network_of("192.0.2.7") == "192.0.2.7"
    assert network_of("2001:db8:1:2::7") == network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::"
    assert network_of("::ffff:192.0.2.7") == "192.0.2.7"
    assert network_of("") == "unknown"


def test_of_several_roles_at_one_site_the_highest_counts() -> None:
    assert highest_roles([("S1", "manager"), ("S1", "counter"), ("S2", "counter")]) == {
        "S1": "manager",
        "S2": "counter",
    }
