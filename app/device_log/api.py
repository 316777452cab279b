"""HTTP of device_log."""

import hashlib
from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from app.accounts.models import Device
from app.device_log import queries, service
from app.device_log.queries import HeldFilter, HeldRow
from app.device_log.rules import envelope
from app.device_log.schemas import (
    DecidedHeldAnswer,
    DecideHeldShape,
    DecisionShape,
    DevicePage,
    DeviceQuery,
    HeldAnswer,
    HeldFileQuery,
    HeldGroupList,
    HeldGroupQuery,
    HeldPage,
    HeldQuery,
    HelloAnswer,
    HelloShape,
    PushAnswer,
    PushShape,
)
from app.device_log.service import DecideHeld, Decision, Filed, Greeting, Said, Settled
from app.kernel.access import current_viewer, requires, requires_device
from app.kernel.clock import now
from app.kernel.errors import FieldError, Forbidden, Invalid, NotFound, Unauthenticated
from app.kernel.http import Blueprint
from app.kernel.json import dumps, loads
from app.kernel.paging import Page
from app.kernel.table_http import file_answer, form_of, gives_file
from app.kernel.transaction import reading, transact

blueprint = Blueprint("device_log", __name__, url_prefix="/api/v1")
SIGNATURE = "X-Pandian-Signature"
PUSH_DOC = {
    "requestBody": {
        "required": True,
        "description": "plain, or gzip with Content-Encoding: gzip; at most 2 MB either way",
        "content": {"application/json": {"schema": PushShape}},
    },
    "parameters": [
        {
            "in": "header",
            "name": SIGNATURE,
            "required": True,
            "schema": {"type": "string"},
            "description": "base64 of the 64 bytes r‖s: ECDSA P-256 with SHA-256 over the uncompressed body",
        }
    ],
}


@blueprint.route("/sync/hello", methods=["POST"])
@blueprint.arguments(HelloShape)
@blueprint.response(200, HelloAnswer)
@blueprint.alt_response(401, description="device_unknown")
@blueprint.alt_response(403, description="device_mismatch")
@requires_device
def hello(body: dict[str, Any]) -> service.Welcome:
    """A device comes: how far is it, how far is the server?"""
    said = _said(body, current_viewer().device_id)
    greeting = Greeting(body["installation_id"], body["app"], body["acked_seq"], body["epoch"], body["cursor"])
    return transact(lambda session: service.hello(session, said, greeting, now()))


@blueprint.route("/sync/push", methods=["POST"])
@blueprint.doc(**PUSH_DOC)
@blueprint.alt_response(200, schema=PushAnswer, description="One final verdict per record")
@blueprint.alt_response(400, description="malformed_json, malformed_gzip, unknown_encoding")
@blueprint.alt_response(401, description="device_unknown")
@blueprint.alt_response(403, description="bad_signature, device_mismatch")
@blueprint.alt_response(413, description="batch_too_large: send fewer records at once")
@blueprint.alt_response(422, description="the envelope is wrong; what a record says never fails a batch")
@blueprint.alt_response(503, description="server_busy, database_busy: nothing was taken in; send the same again")
@requires_device
def push() -> Response:
    """Take in a stretch of a device's log. Sent again, it gets the same verdicts."""
    device_id = current_viewer().device_id
    body = _envelope(_signed_bytes(device_id))
    said, records = _said(body, device_id), service.read_batch(body["records"])
    answer = transact(lambda session: service.push(session, said, records, now()))
    return Response(dumps(answer), content_type="application/json")


@blueprint.route("/sync/import", methods=["POST"])
@blueprint.doc(**PUSH_DOC)
@blueprint.alt_response(200, schema=PushAnswer, description="One final verdict per record, as of a push")
@blueprint.alt_response(400, description="malformed_json, malformed_gzip, unknown_encoding")
@blueprint.alt_response(403, description="bad_signature: the device did not write this, or it was changed since")
@blueprint.alt_response(404, description="the device is of none of your sites")
@blueprint.alt_response(413, description="batch_too_large")
@blueprint.alt_response(422, description="the envelope is wrong")
@requires("supervisor")
def import_batch() -> Response:
    """Take in a batch that a device wrote to a file: the same body and answer as a push, from a person's hands."""
    viewer, plain = current_viewer(), _plain_bytes()
    body = _envelope(plain)
    with reading() as session:
        device = service.device_of_file(session, body["device_id"], viewer)
    _refuse_unsigned(device, plain)
    filed = Filed(_said(body, device.id), body["batch_id"], hashlib.sha256(plain).digest())
    records = service.read_batch(body["records"])
    answer = transact(lambda session: service.import_batch(session, filed, records, viewer, now()))
    return Response(dumps(answer), content_type="application/json")


@blueprint.route("/devices", methods=["GET"])
@blueprint.arguments(DeviceQuery, location="query")
@blueprint.response(200, DevicePage)
@blueprint.alt_response(404, description="the site is not yours")
@requires("supervisor")
def devices(query: dict[str, Any]) -> dict[str, Any]:
    """The devices of your sites, and what each still holds."""
    with reading() as session:
        rows = queries.device_reports(session, current_viewer(), query["site_id"])
    return {"rows": rows, "total": len(rows), "next": None}


@blueprint.route("/held", methods=["GET"])
@blueprint.arguments(HeldQuery, location="query")
@blueprint.response(200, HeldPage)
@blueprint.alt_response(404, description="the site is not yours")
@requires("supervisor")
def held(query: dict[str, Any]) -> Page[HeldRow]:
    """The records that were kept but not counted, the newest first."""
    limit, after = query.pop("limit"), query.pop("after")
    with reading() as session:
        return service.held_page(session, current_viewer(), HeldFilter(**query), limit=limit, after=after)


@blueprint.route("/held/groups", methods=["GET"])
@blueprint.arguments(HeldGroupQuery, location="query")
@blueprint.response(200, HeldGroupList)
@blueprint.alt_response(404, description="the site is not yours")
@requires("supervisor")
def held_in_groups(query: dict[str, Any]) -> dict[str, Any]:
    """How many records are held for which reason, document, device and person."""
    with reading() as session:
        rows = service.held_in_groups(session, current_viewer(), HeldFilter(**query))
    return {"rows": rows, "total": len(rows), "next": None}


@blueprint.route("/held/decide", methods=["POST"])
@blueprint.arguments(DecideHeldShape)
@blueprint.response(200, DecidedHeldAnswer)
@blueprint.alt_response(404, description="the document to move into is of none of your sites")
@blueprint.alt_response(409, description="already_decided: another record took an id just now; send it again")
@blueprint.alt_response(422, description="note_needed, unknown_document")
@requires("supervisor")
def decide_held(body: dict[str, Any]) -> dict[str, Any]:
    """Release, dismiss or move many held records; one answer for each, and one that cannot be hinders no other."""
    keys = tuple((one["record_id"], bytes.fromhex(one["body_hash"])) for one in body["records"])
    command = DecideHeld(body["decision"], keys, body["note"], body["document_id"])
    settled = transact(lambda session: service.decide_held(session, command, current_viewer(), now()))
    rows = [_settled(one) for one in settled]
    done = sum(row["done"] for row in rows)
    return {"rows": rows, "done": done, "refused": len(rows) - done}


@blueprint.route("/held/export", methods=["GET"])
@blueprint.arguments(HeldFileQuery, location="query")
@gives_file(blueprint)
@blueprint.alt_response(404, description="the site is not yours")
@requires("supervisor")
def export_held(query: dict[str, Any]) -> Response:
    """The held records of the list, the newest first, with their exact texts."""
    form = form_of(query)
    with reading() as session:
        content = service.export_held(session, current_viewer(), form, HeldFilter(**query))
        return file_answer(content, "held-records", form)


@blueprint.route("/held/<string:record_id>/<string:body_hash>/release", methods=["POST"])
@blueprint.arguments(DecisionShape)
@blueprint.response(200, HeldAnswer)
@blueprint.alt_response(404, description="no such held record at your sites")
@blueprint.alt_response(409, description="already_decided, not_releasable (with the reason)")
@requires("supervisor")
def release(body: dict[str, Any], record_id: str, body_hash: str) -> HeldRow:
    """Have a held record counted after all."""
    decision = _decision(record_id, body_hash, body)
    return transact(lambda session: service.release(session, decision, current_viewer(), now()))


@blueprint.route("/held/<string:record_id>/<string:body_hash>/dismiss", methods=["POST"])
@blueprint.arguments(DecisionShape)
@blueprint.response(200, HeldAnswer)
@blueprint.alt_response(404, description="no such held record at your sites")
@blueprint.alt_response(409, description="already_decided")
@requires("supervisor")
def dismiss(body: dict[str, Any], record_id: str, body_hash: str) -> HeldRow:
    """Put a held record aside for good; the note says why."""
    decision = _decision(record_id, body_hash, body)
    return transact(lambda session: service.dismiss(session, decision, current_viewer(), now()))


def _settled(one: Settled) -> dict[str, Any]:
    record_id, body_hash = one.key
    refused = one.refused
    return {
        "record_id": record_id,
        "body_hash": body_hash.hex(),
        "done": refused is None,
        "code": refused.code if refused else "",
        "reason": refused.data.get("reason", "") if refused else "",
        "detail": refused.detail if refused else "",
    }


def _signed_bytes(device_id: UUID | None) -> bytes:
    """The uncompressed body, if the device's key signed it."""
    plain = _plain_bytes()
    with reading() as session:
        device = session.get(Device, device_id)
    _refuse_unsigned(device, plain)
    return plain


def _plain_bytes() -> bytes:
    """The uncompressed body. Never reads or inflates more than the limit."""
    request.max_content_length = envelope.BATCH_BYTES
    try:
        raw = request.get_data()
    except RequestEntityTooLarge as error:
        raise envelope.too_large() from error
    return envelope.unpacked(raw, request.headers.get("Content-Encoding", "").strip().lower())


def _refuse_unsigned(device: Device | None, plain: bytes) -> None:
    if device is None or not envelope.is_signed(device.public_key, request.headers.get(SIGNATURE, ""), plain):
        raise Forbidden("bad_signature", "The batch is not signed with this device's key.")


def _envelope(plain: bytes) -> dict[str, Any]:
    """The batch's own fields, checked; its records as they are. Raises Malformed, Invalid."""
    try:
        loaded: dict[str, Any] = PushShape().load(loads(plain))
    except ValidationError as error:
        messages = error.messages if isinstance(error.messages, dict) else {"": error.messages}
        errors = [
            FieldError(str(name), "invalid", " ".join(texts) if isinstance(texts, list) else str(texts))
            for name, texts in messages.items()
        ]
        raise Invalid("invalid", "The batch's envelope is wrong.", errors=errors) from error
    return loaded


def _said(body: dict[str, Any], device_id: UUID | None) -> Said:
    if device_id is None:
        raise Unauthenticated("device_unknown", "This device is not enrolled.")
    if body["device_id"] != device_id:
        raise Forbidden("device_mismatch", "This log belongs to another device.")
    return Said(device_id, body["next_seq"], body["pending"], body["sent_ms"], body["mono_ms"], body["boot"])


def _decision(record_id: str, body_hash: str, body: dict[str, Any]) -> Decision:
    try:
        hashed = bytes.fromhex(body_hash)
    except ValueError:
        hashed = b""  # no record's
    if not hashed or "\0" in record_id:  # PostgreSQL cannot even be asked for a NUL
        raise NotFound("not_found", "There is no such held record here.")
    return Decision(record_id, hashed, body["note"])
