"""What happens when two do it in the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from flask import Flask

from tests.accounts.secrets import PIN, device_browser, give, with_pin
from tests.accounts.test_cookies import SPKI, code_for
from tests.builders import Cast, make_person


def at_once(app: Flask, *work: Callable[[], Any]) -> list[Any]:
    """Run all of it in threads of their own, each with its own application context."""

    def run(one: Callable[[], Any]) -> Any:
        with app.app_context():
            return one()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def test_two_administrators_cannot_remove_each_other(cast: Cast) -> None:
    second = make_person("second", "administrator")
    pairs = [(cast.client(cast.administrator), second), (cast.client(second), cast.administrator)]
    answers = at_once(
        cast.app,
        *[lambda c=c, p=p: c.patch(f"/api/v1/people/{p.id}", json={"grants": []}).status_code for c, p in pairs],
    )
    assert sorted(answers) in ([200, 403], [200, 409])  # who came second is no administrator any more, or the last


def test_a_code_sent_twice_at_once_enrols_one_device(cast: Cast) -> None:
    code = code_for(cast)

    def enrol() -> int:
        body = {"code": code, "installation_id": str(uuid4()), "public_key": SPKI}
        return cast.app.test_client().post("/api/v1/devices", json=body).status_code

    assert sorted(at_once(cast.app, *[enrol] * 4)) == [201, 403, 403, 403]


def test_devices_enrolled_at_once_get_numbers_of_their_own(cast: Cast) -> None:
    codes = [code_for(cast) for _ in range(4)]

    def enrol(code: str) -> int:
        body = {"code": code, "installation_id": str(uuid4()), "public_key": SPKI}
        return int(cast.app.test_client().post("/api/v1/devices", json=body).json["device"]["number"])

    numbers = at_once(cast.app, *[lambda code=code: enrol(code) for code in codes])
    assert sorted(numbers) == [2, 3, 4, 5]


def test_guesses_sent_at_once_count_one_by_one(cast: Cast) -> None:
    """Nobody gets twenty tries by sending them together."""
    give(cast.counter, pin=PIN)
    browsers = [device_browser(cast) for _ in range(12)]
    answers = at_once(cast.app, *[lambda b=b: with_pin(b, cast.counter, "904518").status_code for b in browsers])
    assert sorted(answers) == [401] * 5 + [429] * 7


def test_a_login_taken_twice_at_once_belongs_to_one(cast: Cast) -> None:
    clients = [cast.client(cast.administrator) for _ in range(3)]
    body = {"login": "li.na", "name": "Li"}
    answers = at_once(cast.app, *[lambda c=c: c.post("/api/v1/people", json=body).status_code for c in clients])
    assert sorted(answers) == [201, 409, 409]
