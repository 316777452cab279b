"""What the tests of backup and restore stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.backup.installation import Installation


@pytest.fixture
def installation(app: Flask, tmp_path: Path) -> Iterator[Installation]:
    """The test's own database as an installation that is backed up and restored by its commands."""
    own = Installation(app, tmp_path)
    yield own
    own.leave_nothing()
