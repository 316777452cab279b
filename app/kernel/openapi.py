"""What the OpenAPI description says of every call: how it refuses, whom it serves, what it is called.

Views say what is theirs alone (their shapes, their 409s). What follows from the house is added here, in one place:
the problem body of every refusal, 401 and 403 from whom the view serves, 404 from what its path names, 400, 413 and
422 from the body it takes.
"""

from collections.abc import Mapping
from typing import Any

from apispec import APISpec, BasePlugin
from flask import Flask
from flask_smorest import Api
from marshmallow import INCLUDE, Schema, fields

PROBLEM = "application/problem+json"
ABOUT = """The API of Pandian (盘点), a stocktake system.

Quantities are integers of the item's smallest unit (base unit / 10**scale), money is in minor units of the currency,
moments are ISO 8601 in UTC with milliseconds. Unknown fields and query parameters are refused. Lists answer
`rows`, `total` and `next`; `next` goes into `after` for the following page. Every refusal is a problem (RFC 9457)
with a stable `code`; over HTTPS the cookies' names begin with `__Host-`.
"""
_SCHEMES = {
    "session": ("pandian-session", "A signed-in person: set by POST /session/password and /session/pin"),
    "device": ("pandian-device", "An enrolled device: set by POST /devices"),
}


class ProblemFieldError(Schema):
    """One mistake in what was sent; in a file also its `row`, `column` and `value`."""

    field = fields.String(required=True, metadata={"description": "entries.0.quantity; empty: the whole of it"})
    code = fields.String(required=True)
    message = fields.String(required=True)

    class Meta:
        unknown = INCLUDE


class Problem(Schema):
    """Why a call was refused (RFC 9457), with what is needed to mend it as further members."""

    type = fields.String(required=True)
    title = fields.String(required=True, metadata={"description": "the status in words"})
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "stable; translate by it"})
    detail = fields.String(required=True, metadata={"description": "a sentence for people"})
    errors = fields.List(fields.Nested(ProblemFieldError), required=True, metadata={"description": "field by field"})

    class Meta:
        unknown = INCLUDE


class DescribedApi(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """flask-smorest without its own word on errors: `HousePlugin` has it."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = None


# Status → the name of the shared response, and what it says where the view has no words of its own.
REFUSALS: Mapping[str, tuple[str, str]] = {
    "400": ("Malformed", "What was sent cannot be read: malformed_json, not_json"),
    "401": ("Unauthenticated", "not_signed_in, device_unknown"),
    "403": ("Forbidden", "forbidden, with the role it needs; cross_site"),
    "404": ("NotFound", "No such thing, or not for these eyes"),
    "409": ("Conflict", "It was possible a moment ago, or would be done twice"),
    "413": ("TooLarge", "More than the limit was sent"),
    "422": ("Invalid", "What was sent cannot be meant; `errors` names each field"),
    "429": ("TooMany", "Too many tries; Retry-After says when"),
    "503": (
        "Unavailable",
        "database_unavailable, database_busy, server_busy: nothing was changed; try again after Retry-After",
    ),
    "507": ("StorageFull", "disk_full: nothing was changed; try again after Retry-After"),
    "default": ("Refused", "Any other refusal"),
}


class HousePlugin(BasePlugin):
    """Adds to each operation what follows from whom its view serves, its path and its body."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def init_spec(self, spec: APISpec) -> None:
        for name, (cookie, description) in _SCHEMES.items():
            scheme = {"type": "apiKey", "in": "cookie", "name": cookie, "description": description}
            spec.components.security_scheme(name, scheme)
        for name, description in REFUSALS.values():
            spec.components.response(name, {"description": description, "content": _content()})

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        rule = kwargs["rule"]
        serves = getattr(self._app.view_functions[rule.endpoint], "serves", "public")
        for method, operation in (operations or {}).items():
            operation["operationId"] = rule.endpoint.rsplit(".", 1)[-1]
            operation["security"] = [] if serves == "public" else [{"device" if serves == "device" else "session": []}]
            if serves not in {"public", "device"}:
                operation["x-role"] = serves
            expected = _expected(
                method, operation, serves, names_things=bool(rule.arguments) or _asks_for_one(operation)
            )
            operation["responses"] = _with_problems(operation.get("responses", {}), expected)


def _content() -> dict[str, Any]:
    return {PROBLEM: {"schema": Problem}}


def _asks_for_one(operation: Mapping[str, Any]) -> bool:
    """Whether the query may name a thing, which may be foreign."""
    return any(str(parameter.get("name", "")).endswith("_id") for parameter in operation.get("parameters", ()))


def _expected(method: str, operation: Mapping[str, Any], serves: str, *, names_things: bool) -> set[str]:
    found = {"503", "default"} | ({"507"} if method != "get" else set())
    if serves != "public":
        found |= {"401", "403"}
    if method != "get":
        found |= {"403"}  # from another site's page
    if names_things:
        found |= {"404"}
    if "requestBody" in operation:
        found |= {"400", "413", "422"}
    return found | {"422"}  # of a query nobody asked for, too


def _with_problems(said: Mapping[Any, Any], expected: set[str]) -> dict[str, Any]:
    """The responses with a problem body wherever they refuse, in the order of their status."""
    responses = {str(status): response for status, response in said.items()}
    for status in expected | {status for status in responses if status >= "4"}:
        own = responses.get(status)
        if isinstance(own, dict) and "description" in own and "content" not in own:
            own["content"] = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        elif not isinstance(own, dict) or "description" not in own:
            responses[status] = REFUSALS[status][0] if status in REFUSALS else REFUSALS["default"][0]
    return dict(sorted(responses.items()))
