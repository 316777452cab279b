"""Schemathesis over the whole description, in this process: what it sends, what came back, what was wrong with it.

For every operation some cases are as the description allows and some are not. Into a share of them go real ids of the
company, and into the first what the operation needs to go through: a description cannot say which record is held.
"""

import json
import os
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from typing import Any

import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, CheckContext, GenerationMode, Response
from schemathesis.core.failures import FailureGroup

from app.kernel.openapi import PROBLEM
from tests.api import goods_in, photos  # noqa: F401  # their recipes
from tests.api.company import RECIPES, Names, Shop

CASES = int(os.environ.get("PANDIAN_API_CASES", "5"))  # as described, and once more as many that are not
SEED = 20261122
SIGNATURE = "X-Pandian-Signature"
LIMITS = settings(
    max_examples=CASES,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
CONFIG = {
    "generation": {"with-security-parameters": False},
    "checks": {
        "positive_data_acceptance": {"enabled": False},  # what a shape allows, the business may still refuse
        "missing_required_header": {"enabled": False},
        "unsupported_method": {"enabled": False},  # sends by itself; test_regressions asks once
        "ignored_auth": {"enabled": False},  # tests/test_access.py asks every route
        "use_after_free": {"enabled": False},
        "ensure_resource_availability": {"enabled": False},
    },
}


@dataclass
class Outcome:
    """What an operation answered, and what was wrong with its answers."""

    name: str
    statuses: Tally[int] = field(default_factory=Tally)
    wrong: dict[str, str] = field(default_factory=dict)  # first line → the whole story

    @property
    def reached(self) -> bool:
        """Whether it went through at least once."""
        return any(200 <= status < 300 for status in self.statuses)


def drive(shop: Shop) -> list[Outcome]:
    """Send the cases of all operations, in the description's order."""
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", shop.app, config=schemathesis.Config.from_dict(CONFIG)
    )
    client = _SigningClient(shop.app, shop.app.response_class, use_cookies=True)
    client.shop = shop
    return [_drive_one(found.ok(), shop, client) for found in schema.get_all_operations()]


class _SigningClient(FlaskClient):
    """A browser on the counting device: what it pushes is signed with the device's key."""

    shop: Shop

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if "json" in kwargs:  # by the library's own writer: the application's refuses what it would not read
            kwargs["data"] = json.dumps(kwargs.pop("json")).encode()
            if SIGNATURE in kwargs.get("headers", {}):
                signature = self.shop.counter.device.key.sign(kwargs["data"])
                kwargs["headers"] = {**kwargs["headers"], SIGNATURE: signature}
        return super().open(*args, **kwargs)


def _drive_one(operation: Any, shop: Shop, client: FlaskClient) -> Outcome:
    make = RECIPES.get(operation.definition.raw["operationId"])
    run = _Run(shop, client, Outcome(operation.label), shop.names | (make(shop) if make else {}))
    run.drive(operation, GenerationMode.POSITIVE, count(0))
    with suppress(Unsatisfiable):  # where nothing is asked for, nothing can be wrong
        run.drive(operation, GenerationMode.NEGATIVE, count(1))
    return run.outcome


@dataclass
class _Run:
    """The cases of one operation."""

    shop: Shop
    client: FlaskClient
    outcome: Outcome
    names: Names

    def drive(self, operation: Any, mode: GenerationMode, numbers: Iterator[int]) -> None:
        @seed(SEED)
        @settings(LIMITS)
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Case) -> None:
            _name_real_things(case, self.names, next(numbers))
            self.shop.sign_in(self.client)
            _send(case, self.client, self.outcome)

        send()


def _name_real_things(case: Case, names: Names, number: int) -> None:
    """The first case gets everything; of the others two in three get real ids."""
    if number % 3 == 2:
        return
    whole = number == 0
    case.path_parameters = _filled(case.path_parameters, names)
    case.query = _asked(case, names) if whole else _filled(case.query, names)
    case.body = names["body"] if whole and "body" in names else _filled(case.body, names)


def _asked(case: Case, names: Names) -> Names:
    """Of the query only what must be there, so that a filter nothing fits cannot empty the answer."""
    required = {it.name for it in case.operation.query if it.is_required}
    known = {name: names[name] for name in ("dry_run", "kind") if name in names and "body" in names}
    return {name: names.get(name, value) for name, value in case.query.items() if name in required} | known


def _filled(value: Any, names: Names) -> Any:
    """The value with everything real that names of its members are known for."""
    if isinstance(value, dict):
        return {key: names.get(key, _filled(inner, names)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, names) for inner in value]
    return value


def _send(case: Case, client: FlaskClient, outcome: Outcome) -> None:
    response = case.call(session=client)
    outcome.statuses[response.status_code] += 1
    try:
        case.validate_response(response, additional_checks=[refusals_are_described_problems])
    except FailureGroup as group:
        for failure in group.exceptions:
            outcome.wrong.setdefault(f"{failure.title} {response.status_code}", str(failure))


@schemathesis.check
def refusals_are_described_problems(_ctx: CheckContext, response: Response, case: Case) -> None:
    """A refusal has the one form, names the fields where input is wrong, and is described by its own status."""
    if response.status_code < HTTPStatus.BAD_REQUEST:
        return
    fault = problem_fault(response.status_code, response.headers["content-type"][0], response.content)
    assert not fault, f"{fault}: {response.text}"
    described = case.operation.definition.raw["responses"]
    # What a wrong path makes of the call is another address, or none.
    assert str(response.status_code) in {*described, "404", "405"}, f"{response.status_code} is not described"


def problem_fault(status: int, content_type: str, content: bytes) -> str:
    """What is wrong with a refusal's form; empty when it is well."""
    if content_type != PROBLEM:
        return f"its content type is {content_type}"
    body = json.loads(content)
    if not {"type", "title", "status", "code", "detail", "errors"} <= body.keys() or body["status"] != status:
        return "it lacks what a problem has"
    if not body["code"] or not body["detail"]:
        return "it does not say why"
    if body["code"] == "invalid" and not body["errors"]:
        return "it names no field"
    return ""
