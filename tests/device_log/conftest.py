from collections.abc import Iterator

import pytest

from app.demo.push_client import Device
from app.device_log.service import register_handler, registry
from app.feed import service as feed
from tests.builders import Cast
from tests.device_log.trial import Trial, device_of


@pytest.fixture
def trial() -> Iterator[Trial]:
    """The kind `tick` is known while the test runs."""
    handler = Trial()
    register_handler(["tick"], handler)
    feed.register_reader("tick", lambda _session, keys, _site_id: {key: {} for key in keys})
    yield handler
    registry._handlers.pop("tick")
    feed._readers.pop("tick")


@pytest.fixture
def device(cast: Cast, trial: Trial) -> Device:
    """An enrolled device in the counter's hands."""
    return device_of(cast)
