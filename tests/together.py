"""Which tests stay together and which go first, when they are spread over several processes.

xdist has a marker for the first (xdist_group), but with this pytest it comes to nothing: xdist writes a name where
pytest no longer reads it, and what a file makes once was made once more by every process.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# Files and folders whose tests share what takes seconds to make; all others go test by test to whoever is free.
TOGETHER = (
    "tests/api/test_openapi.py",
    "tests/faults/",
    "tests/photos/test_server_under_fire.py",
)
# What lasts goes first: begun last, it would leave one process without work at the end.
LONG = (
    *TOGETHER,
    "tests/laws/",
    "tests/scanner/test_worker_pool.py",
    "tests/simulation/",
)


class Together(LoadScopeScheduling):
    """xdist's scheduler by scopes, where a scope is one of TOGETHER, a file of the browser's, or a single test."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/e2e/"):
            return nodeid.split("::", 1)[0]
        return next((shared for shared in TOGETHER if nodeid.startswith(shared)), nodeid)


@pytest.hookimpl(optionalhook=True)  # pytest may run without xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Every run over several processes is spread like this."""
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files keep their order otherwise, and tests theirs in their file."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
