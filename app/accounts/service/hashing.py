"""Hashing of PINs and passwords: argon2id, two at a time, and the same work for people who do not exist.

Parameters: the OWASP password storage cheat sheet's pairs (19 MiB, 2 passes for the PIN, which is checked often;
46 MiB, 1 pass for the password). Two at a time, because each holds its memory and a processor while it runs.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.rules import Secret
from app.kernel.errors import Unavailable

HASHERS: Final[dict[Secret, PasswordHasher]] = {
    "pin": PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1),
    "password": PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1),
}
AT_ONCE: Final = 2
PATIENCE_S: Final = 10
_room = threading.BoundedSemaphore(AT_ONCE)
_dummies: dict[PasswordHasher, str] = {}


def hash_secret(kind: Secret, secret: str) -> str:
    """The argon2id hash to store. Raises Unavailable when too many are waiting."""
    with _a_place():
        return HASHERS[kind].hash(_bytes(secret))


def matches(kind: Secret, secret: str, stored: str | None) -> bool:
    """Whether the secret is the stored one; without one, False after the same work. Raises Unavailable (busy)."""
    hasher = HASHERS[kind]
    with _a_place():
        try:
            hasher.verify(stored or _dummy(hasher), _bytes(secret))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(kind: Secret, stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHERS[kind].check_needs_rehash(stored)


def _dummy(hasher: PasswordHasher) -> str:
    """A hash nobody has the secret of, made once per hasher."""
    if hasher not in _dummies:
        _dummies[hasher] = hasher.hash(secrets.token_urlsafe())
    return _dummies[hasher]


def _bytes(secret: str) -> bytes:
    return secret.encode("utf-8", "surrogatepass")


@contextmanager
def _a_place() -> Iterator[None]:
    if not _room.acquire(timeout=PATIENCE_S):
        raise Unavailable("sign_in_busy", "Many people are signing in at once; try again in a moment.", retry_after_s=3)
    try:
        yield
    finally:
        _room.release()
