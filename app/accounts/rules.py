"""What a PIN, a password, a login and an enrolment code must be, and how many wrong tries are too many. Pure."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, Literal, TypeVar
from uuid import UUID

from app.kernel.errors import invalid_field
from app.kernel.roles import ROLES

__all__ = ["ROLES"]  # the roles are the accounts' word; the kernel keeps it because its Viewer compares them

Secret = Literal["pin", "password"]
Key = TypeVar("Key")
LANGUAGES: Final = ("zh", "en")

PIN_DIGITS: Final = 6
PASSWORD_LENGTH_MIN: Final = 10
PASSWORD_LENGTH_MAX: Final = 128
LOGIN_LENGTH_MAX: Final = 64

PIN_IDLE: Final = timedelta(minutes=30)
SESSION_LIFETIME: Final = timedelta(hours=12)
TOUCH_AFTER: Final = timedelta(minutes=1)
DEVICE_COOKIE_LIFETIME: Final = timedelta(days=400)  # the longest browsers keep; the server can revoke it at once

ENROLMENT_LIFETIME: Final = timedelta(minutes=10)
CODE_ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without I, L, O, 0 and 1: 31 signs, 39 bits in eight
CODE_LENGTH: Final = 8

_LOGIN = re.compile(r"[\w.@+-]+")
# Frequent PINs that are no run, repeat or mirror: numbers that sound like Chinese sentences, walks over the keypad.
_COMMON_PINS = (
    "520131 131452 521131 147258 258369 369258 159357 357159 147852 258147 159753 753159 142536 147369 123654 456123 "
    "789456 123789 321654 110120 120110 112358 314159 518518 168168 520520 521521 201314 131420 100200 102030"
)
_COMMON_PASSWORDS = (
    "password12 password123 password1234 password12345 passw0rd123 qwertyuiop qwerty12345 qwerty123456 1q2w3e4r5t "
    "1qaz2wsx3edc qazwsxedcrfv adminadmin administrator admin123456 admin12345 welcome123 changeme123 letmein123 "
    "woaini1314 woaini520 woaini1314520 a123456789 aa123456789 abc123456789 abcd123456 1234567890a 1234567899 "
    "iloveyou123 pandian123 1234567890 0987654321 stocktake1 stocktake123"
)
COMMON_PINS: Final = frozenset(_COMMON_PINS.split())
COMMON_PASSWORDS: Final = frozenset(_COMMON_PASSWORDS.split())


def login_normal(login: str) -> str:
    """The one form of a login: NFKC, lower case, no space around. Raises Invalid for what cannot be one."""
    normal = unicodedata.normalize("NFKC", login).strip().casefold()
    if not 1 <= len(normal) <= LOGIN_LENGTH_MAX or not _LOGIN.fullmatch(normal):
        raise invalid_field(
            "login", "invalid_login", f"Use 1 to {LOGIN_LENGTH_MAX} letters, digits and the signs . _ - @ + only."
        )
    return normal


def check_pin(pin: str) -> None:
    """Raise Invalid unless `pin` is six digits that are not among the first anybody would try."""
    if not re.fullmatch(r"[0-9]{6}", pin):
        raise invalid_field("pin", "invalid_pin", f"A PIN is {PIN_DIGITS} digits.")
    if _is_easy(pin) or pin in COMMON_PINS:
        raise invalid_field("pin", "pin_too_easy", "This PIN is among the first anybody would try; choose another.")


def _is_easy(pin: str) -> bool:
    """A run (123456, 975310), a repeat (121212, 123123), doubled digits (112233), two halves of one digit, a mirror."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    repeats = pin[:3] == pin[3:] or pin[:2] * 3 == pin
    halves = len(set(pin[:3])) == 1 and len(set(pin[3:])) == 1
    doubled = pin[0] == pin[1] and pin[2] == pin[3] and pin[4] == pin[5]
    return len(steps) == 1 or repeats or halves or doubled or pin == pin[::-1]


def check_password(password: str, login: str) -> None:
    """Raise Invalid unless `password` is long enough, not the login and not one everybody tries."""
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        raise invalid_field(
            "password",
            "invalid_password",
            f"A password has {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters.",
        )
    plain = password.casefold()
    steps = {ord(b) - ord(a) for a, b in pairwise(plain)}
    if plain == login.casefold() or plain in COMMON_PASSWORDS or len(steps) == 1 or len(set(plain)) < 4:
        raise invalid_field(
            "password", "password_too_easy", "This password is among the first anybody would try; choose another."
        )


def code_normal(code: str) -> str:
    """An enrolment code without its dash and spaces, in capitals."""
    return re.sub(r"[\s-]", "", code).upper()


def code_shown(code: str) -> str:
    """An enrolment code as people read it out: ABCD-EFGH."""
    return f"{code[:4]}-{code[4:]}"


@dataclass(frozen=True, slots=True)
class AttemptPolicy:
    """How a lock answers wrong tries in a row: some quick ones, then a delay that doubles, at last never again."""

    quick: int
    first_delay: timedelta
    longest_delay: timedelta
    disabled_at: int | None = None
    forgotten_after: timedelta | None = None  # without it, tries in a row count for ever


PIN_POLICY: Final = AttemptPolicy(5, timedelta(seconds=15), timedelta(minutes=5), disabled_at=10)
# One login from one address; and one login from everywhere, so wide that a stranger cannot keep its owner out for long.
PASSWORD_POLICY: Final = AttemptPolicy(
    5, timedelta(seconds=15), timedelta(minutes=15), forgotten_after=timedelta(days=1)
)
LOGIN_POLICY: Final = AttemptPolicy(50, timedelta(seconds=15), timedelta(minutes=1), forgotten_after=timedelta(days=1))
ENROLMENT_POLICY: Final = AttemptPolicy(
    10, timedelta(seconds=15), timedelta(minutes=5), forgotten_after=timedelta(hours=1)
)


@dataclass(frozen=True, slots=True)
class Tries:
    """What is known of a lock: wrong tries in a row, the last one, and until when it is closed."""

    failures: int
    last_failed_at: datetime
    closed_until: datetime | None


def is_disabled(tries: Tries, policy: AttemptPolicy) -> bool:
    """Whether no try is let in any more until somebody resets the lock."""
    return policy.disabled_at is not None and tries.failures >= policy.disabled_at


def after_one_more(tries: Tries, policy: AttemptPolicy, now: datetime) -> Tries:
    """The lock after one more wrong try at `now`. From the `quick`th on it closes: 15 s, 30 s, 60 s …"""
    stale = policy.forgotten_after is not None and now - tries.last_failed_at >= policy.forgotten_after
    failures = 1 if stale else tries.failures + 1
    if failures < policy.quick:
        return Tries(failures, now, None)
    delay = min(policy.first_delay * 2 ** min(failures - policy.quick, 20), policy.longest_delay)
    return Tries(failures, now, now + delay)


def pin_lock(person_id: UUID, device_id: UUID) -> str:
    """The lock of a person's PIN on a device."""
    return f"pin:{person_id}:{device_id}"


def password_locks(login: str, address: str) -> dict[str, AttemptPolicy]:
    """The locks of a login's password, for somebody at this network address."""
    return {f"password:{login}:{network_of(address)}": PASSWORD_POLICY, f"password:{login}": LOGIN_POLICY}


def enrolment_lock(address: str) -> str:
    """The lock of enrolment codes, for a network address."""
    return f"enrol:{network_of(address)}"


def network_of(address: str) -> str:
    """What one subscriber can choose at will counts as one: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def highest_roles(grants: Iterable[tuple[Key, str]]) -> dict[Key, str]:
    """Key (a site, a person) → the highest of the roles granted under it."""
    rising = sorted(grants, key=lambda grant: ROLES.index(grant[1]))
    return dict(rising)
