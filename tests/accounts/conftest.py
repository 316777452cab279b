"""Hashing with little memory: the same code paths, without 50 ms and 46 MiB a try."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from app.accounts.service import hashing


@pytest.fixture(autouse=True)
def _cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for kind in hashing.HASHERS:
        monkeypatch.setitem(hashing.HASHERS, kind, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return
