"""The HTTP tools of the house: blueprints, the strict argument parser, JSON answers, security headers."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from flask import Flask, Request, Response, current_app, request
from flask.json.provider import JSONProvider
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy

from app.kernel.clock import iso
from app.kernel.errors import FieldError, Invalid, Malformed
from app.kernel.json import dumps, loads
from app.kernel.openapi import ABOUT, DescribedApi, HousePlugin

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self'",
        "connect-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "style-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
_FIRST_MOMENT, _LAST_MOMENT = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
View = TypeVar("View", bound=Callable[..., Any])
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), usb=(), serial=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class StrictJSONProvider(JSONProvider):
    """Flask's JSON through the strict parser."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return loads(s)


class StrictParser(FlaskParser):
    """webargs with strict JSON; unknown fields of a body are refused, of a query string too."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "json": RAISE, "query": RAISE}

    def load_json(self, req: Request, schema: Schema) -> Any:
        data = req.get_data(cache=True)
        if not data:
            return {}
        if req.mimetype != "application/json":
            raise Malformed("not_json", "Send JSON with Content-Type: application/json.")
        return loads(data)

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        return MultiDictProxy(req.args, schema)


class Blueprint(SmorestBlueprint):  # type: ignore[misc]  # flask-smorest ships no types
    """A slice's blueprint: every view in it reads its arguments through the strict parser."""

    ARGUMENTS_PARSER = StrictParser()

    def arguments(self, schema: Any, **options: Any) -> Callable[[View], View]:
        """Read arguments, as flask-smorest does; a view that reads a query is marked with `takes_query`."""
        read = super().arguments(schema, **options)

        def decorate(view: View) -> View:
            reading: View = read(view)
            if options.get("location") == "query":
                reading.takes_query = True  # type: ignore[attr-defined]
            return reading

        return decorate

    if TYPE_CHECKING:  # for the types' sake: to a reader, its decorators give back the view they take

        def route(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[View], View]: ...
        def alt_response(self, status_code: int, **options: Any) -> Callable[[View], View]: ...
        def doc(self, **options: Any) -> Callable[[View], View]: ...


class Shape(Schema):
    """Base of all schemas: the order of fields is kept, unknown fields are refused."""

    class Meta:
        unknown = RAISE


class Answer(Schema):
    """Base of the schemas that describe answers: all fields are there, save those that `sometimes` names."""

    sometimes: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.required = field_name not in self.sometimes


class Moment(fields.AwareDateTime):
    """A moment: ISO 8601 with a zone in, UTC with milliseconds and Z out.

    None at the calendar's two ends, where another zone's offset would lead out of it.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        if not _FIRST_MOMENT <= moment <= _LAST_MOMENT:
            raise ValidationError(f"Give a moment between the years {_FIRST_MOMENT.year} and {_LAST_MOMENT.year}.")
        return moment

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else iso(value)


def register_http(app: Flask) -> None:
    """Set the JSON provider and the headers every answer carries."""
    app.json = StrictJSONProvider(app)
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _refuse_unknown_query() -> None:
    """For the views that read no query; the others' own schema refuses what it does not know."""
    view = current_app.view_functions.get(request.endpoint or "")
    is_ours = request.blueprint is not None and hasattr(view, "serves")
    if is_ours and request.args and not hasattr(view, "takes_query"):
        errors = [FieldError(name, "invalid", "Unknown field.") for name in request.args]
        raise Invalid("invalid", "This call takes no query.", errors=errors)


def make_api(app: Flask) -> Api:
    """The OpenAPI document at /api/v1/openapi.json. After `register_viewer`: strangers are refused before queries."""
    app.before_request(_refuse_unknown_query)
    app.config.update(
        API_TITLE="Pandian",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    return DescribedApi(app, spec_kwargs={"extra_plugins": [HousePlugin(app)], "info": {"description": ABOUT}})
