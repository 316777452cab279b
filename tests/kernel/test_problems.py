"""Every refusal is one shape of answer, whatever went wrong."""

from collections.abc import Callable

import pytest
from flask import Flask, abort, redirect
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import MethodNotAllowed

from app.kernel import errors
from app.kernel.errors import DomainError, FieldError, invalid_field
from app.kernel.problems import STATUS, from_domain_error, register_problems

MEMBERS = {"type", "title", "status", "code", "detail", "errors"}


def fails(error: Exception) -> Callable[[], None]:
    def view() -> None:
        raise error

    return view


@pytest.fixture
def small() -> Flask:
    """An application that does nothing but fail."""
    app = Flask("small")
    register_problems(app)
    return app


@pytest.mark.parametrize("kind", STATUS)
def test_each_kind_of_refusal_has_its_status(small: Flask, kind: type[DomainError]) -> None:
    small.add_url_rule("/", view_func=fails(kind("why", "Because.", errors=[FieldError("a", "b", "c")], item=7)))
    answer = small.test_client().get("/")
    assert answer.status_code == STATUS[kind]
    assert answer.content_type == "application/problem+json"
    assert answer.json == {
        "type": "about:blank",
        "title": answer.status.split(" ", 1)[1].title() if kind is not errors.TooLarge else answer.json["title"],
        "status": STATUS[kind],
        "code": "why",
        "detail": "Because.",
        "errors": [{"field": "a", "code": "b", "message": "c"}],
        "item": 7,
    }


def test_every_kind_of_refusal_has_a_status() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DomainError)}
    assert kinds - {DomainError} == set(STATUS)


def test_a_wrong_field_is_named() -> None:
    error = invalid_field("code", "taken", "Choose another.")
    assert error.errors == (FieldError("code", "taken", "Choose another."),)


def test_a_mistake_in_a_file_says_its_place(small: Flask) -> None:
    error = errors.Invalid("x", "y", errors=[FieldError("row 3, sku", "b", "c", {"row": 3, "column": "sku"})])
    with small.test_request_context():
        assert from_domain_error(error).json["errors"] == [
            {"field": "row 3, sku", "code": "b", "message": "c", "row": 3, "column": "sku"}
        ]


def test_who_must_wait_is_told_how_long(small: Flask) -> None:
    small.add_url_rule("/", view_func=fails(errors.TooMany("slow", "Wait.", retry_after_s=30)))
    assert small.test_client().get("/").headers["Retry-After"] == "30"


def test_a_database_that_does_not_answer_is_a_matter_of_waiting(small: Flask) -> None:
    small.add_url_rule("/", view_func=fails(OperationalError("SELECT secret", {}, Exception("gone"))))
    answer = small.test_client().get("/")
    assert (answer.status_code, answer.json["code"]) == (503, "database_unavailable")
    assert answer.headers["Retry-After"] == "2"
    assert "secret" not in answer.text


@pytest.mark.parametrize("reason", ["database or disk is full", "53100"])
def test_a_full_disk_is_said_as_such(small: Flask, reason: str) -> None:
    cause = Exception(reason)
    if reason.isdigit():
        cause.sqlstate = reason  # type: ignore[attr-defined]
    small.add_url_rule("/", view_func=fails(OperationalError("INSERT", {}, cause)))
    answer = small.test_client().get("/")
    assert (answer.status_code, answer.json["code"]) == (507, "disk_full")
    assert answer.headers["Retry-After"] == "10"


def test_the_unforeseen_tells_nothing_of_the_inside(small: Flask) -> None:
    small.add_url_rule("/", view_func=fails(RuntimeError("the password is hunter2")))
    answer = small.test_client().get("/")
    assert (answer.status_code, answer.json["code"]) == (500, "unforeseen_error")
    assert "hunter2" not in answer.text
    assert answer.json.keys() >= MEMBERS


def test_flasks_own_refusals_look_the_same(small: Flask) -> None:
    small.add_url_rule("/", view_func=lambda: abort(418))
    client = small.test_client()
    assert client.get("/nowhere").json["code"] == "not_found"
    wrong = client.post("/")
    assert (wrong.status_code, wrong.json["code"]) == (405, "method_not_allowed")
    assert "GET" in wrong.headers["Allow"]
    assert client.get("/").json["code"] == "im_a_teapot"
    assert MethodNotAllowed.code == wrong.json["status"]


def test_a_redirect_is_an_answer_and_stays_one(small: Flask) -> None:
    small.add_url_rule("/", view_func=lambda: abort(redirect("/elsewhere")))
    answer = small.test_client().get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/elsewhere")
