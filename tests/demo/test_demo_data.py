"""`flask demo-data` fills an empty installation, or says that it did not."""

import pytest
from flask import Flask

from app.demo.push_client import Refused
from tests.builders import Cast


def test_where_it_breaks_off_it_says_so_and_how_to_go_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_args: object) -> None:
        raise Refused(503, {"code": "database_busy"})

    monkeypatch.setattr("app.cli.start_count", break_off)
    monkeypatch.setattr("app.cli.set_up", lambda *_args: None)
    told = app.test_cli_runner().invoke(args=["demo-data"])
    assert told.exit_code == 1
    assert "broke off half-way" in told.output
    assert "empty database" in told.output


def test_it_leaves_an_installation_with_sites_alone(cast: Cast) -> None:
    told = cast.app.test_cli_runner().invoke(args=["demo-data"])
    assert (told.exit_code, told.output) == (0, "There are sites already; the demo data was left out.\n")
