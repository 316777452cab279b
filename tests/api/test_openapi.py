"""The API holds against its own description: schemathesis over every operation, on the demo's company."""

from typing import Any

import pytest
from flask import Flask

from tests.api.company import RECIPES, build
from tests.api.drive import Outcome, drive

REACHED_MIN = 0.8
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def outcomes(file_app: Flask) -> list[Outcome]:
    return drive(build(file_app))


@pytest.fixture(scope="module")
def description(session_app: Flask) -> dict[str, Any]:
    answer = session_app.test_client().get("/api/v1/openapi.json")
    return dict(answer.json)


def operations(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": item[method]
        for path, item in description["paths"].items()
        for method in METHODS
        if method in item
    }


def test_no_case_breaks_the_server(outcomes: list[Outcome]) -> None:
    broken = {it.name: dict(it.statuses) for it in outcomes if any(status >= 500 for status in it.statuses)}
    assert broken == {}


def test_every_answer_is_as_described(outcomes: list[Outcome]) -> None:
    """Status, content type and shape; input that the description forbids is refused; a refusal is a problem."""
    wrong = [f"{it.name}: {name}\n{story}" for it in outcomes for name, story in it.wrong.items()]
    assert wrong == [], "\n\n".join(wrong)


def test_nearly_every_operation_goes_through_at_least_once(outcomes: list[Outcome]) -> None:
    missed = [f"{it.name} {dict(it.statuses)}" for it in outcomes if not it.reached]
    print(f"{len(outcomes) - len(missed)} of {len(outcomes)} operations answered 2xx", *missed, sep="\n  ")
    assert len(missed) <= len(outcomes) * (1 - REACHED_MIN), missed


def test_every_operation_was_tried(outcomes: list[Outcome], description: dict[str, Any]) -> None:
    assert sorted(it.name for it in outcomes) == sorted(operations(description))
    assert all(it.statuses for it in outcomes)


def test_everything_the_run_prepares_is_an_operation(description: dict[str, Any]) -> None:
    assert set(RECIPES) - {it["operationId"] for it in operations(description).values()} == set()


# --- the description itself ------------------------------------------------------------------------------------------


def test_operations_have_names_of_their_own_and_say_what_they_do(description: dict[str, Any]) -> None:
    found = operations(description)
    assert len({it["operationId"] for it in found.values()}) == len(found)
    assert [name for name, it in found.items() if not it.get("summary")] == []


def test_every_refusal_is_described_as_a_problem(description: dict[str, Any]) -> None:
    shared = description["components"]["responses"]
    others = []
    for name, operation in operations(description).items():
        for status, response in operation["responses"].items():
            said = shared[response["$ref"].rsplit("/", 1)[-1]] if "$ref" in response else response
            is_problem = list(said.get("content", {})) == ["application/problem+json"]
            if (status == "default" or status >= "4") != is_problem:
                others.append(f"{name} {status}")
    assert others == []


def test_the_description_says_whom_an_operation_serves(description: dict[str, Any]) -> None:
    found = operations(description)
    assert found["POST /api/v1/session/password"]["security"] == []
    assert found["POST /api/v1/sync/push"]["security"] == [{"device": []}]
    assert (found["POST /api/v1/sites"]["security"], found["POST /api/v1/sites"]["x-role"]) == (
        [{"session": []}],
        "administrator",
    )
    for name, operation in found.items():
        assert not operation["security"] or {"401", "403"} <= operation["responses"].keys(), name


def test_fields_of_answers_are_always_there_unless_the_eyes_decide(description: dict[str, Any]) -> None:
    """So that a front end made from the description need not ask for each field whether it came."""
    schemas = description["components"]["schemas"]
    assert set(schemas["Line"]["required"]) == set(schemas["Line"]["properties"])
    assert set(schemas["ItemAnswer"]["properties"]) - set(schemas["ItemAnswer"]["required"]) == {"unit_cost", "matched"}
