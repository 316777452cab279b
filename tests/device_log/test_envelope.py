"""Only the device's own key speaks for it, and nothing it sends can cost more than the limits."""

import base64
import gzip
import zlib
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.demo.push_client import Device, Key, Refused
from app.device_log.rules import envelope
from app.kernel.errors import Malformed, TooLarge
from tests.builders import Cast
from tests.device_log.trial import Trial, accepted, browser_of, device_of, ticks

JSON = {"Content-Type": "application/json"}


def refusal(device: Device, body: bytes, **headers: str) -> tuple[int, str]:
    signed = {"X-Pandian-Signature": device.key.sign(body), **JSON}
    answer = device.http.post(
        "/api/v1/sync/push", content=body, headers=signed | {k.replace("_", "-"): v for k, v in headers.items()}
    )
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


def batch(device: Device, **changes: Any) -> dict[str, Any]:
    return {
        "device_id": str(device.device_id),
        "batch_id": str(uuid4()),
        "epoch": None,
        "sent_ms": 0,
        "mono_ms": 0,
        "boot": str(uuid4()),
        "next_seq": 1,
        "pending": 0,
        "records": [],
        **changes,
    }


def test_a_batch_signed_by_another_key_is_refused(device: Device) -> None:
    ticks(device, 1)
    device.key = Key()
    with pytest.raises(Refused) as refused:
        device.push()
    assert (refused.value.status, refused.value.problem["code"]) == (403, "bad_signature")
    assert accepted(device) == []


@pytest.mark.parametrize(
    "signature",
    ["", "AAAA", "no base64!", base64.b64encode(bytes(64)).decode(), base64.b64encode(b"\xff" * 64).decode()],
)
def test_a_signature_that_is_none_is_refused(device: Device, signature: str) -> None:
    body = orjson.dumps(batch(device))
    assert refusal(device, body, X_Pandian_Signature=signature) == (403, "bad_signature")


def test_a_changed_body_is_refused(device: Device) -> None:
    body = orjson.dumps(batch(device))
    assert refusal(device, body.replace(b'"pending":0', b'"pending":1'), X_Pandian_Signature=device.key.sign(body)) == (
        403,
        "bad_signature",
    )


def test_the_signature_is_over_the_uncompressed_body(device: Device) -> None:
    packed = gzip.compress(orjson.dumps(batch(device)))
    assert refusal(device, packed, Content_Encoding="gzip") == (403, "bad_signature")


def test_a_log_in_another_devices_name_is_refused(cast: Cast, device: Device) -> None:
    other = device_of(cast, 8)
    body = orjson.dumps(batch(device, device_id=str(other.device_id)))
    assert refusal(device, body) == (403, "device_mismatch")


def test_a_stranger_is_refused(cast: Cast, trial: Trial) -> None:
    stranger = browser_of(cast, 99)
    for call, body in (("push", b"{}"), ("hello", b"{}")):
        answer = stranger.post(f"/api/v1/sync/{call}", content=body, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (401, "device_unknown")


def test_a_gzip_bomb_is_stopped_at_the_limit(device: Device) -> None:
    bomb = gzip.compress(bytes(200_000_000), 9)
    assert len(bomb) < 300_000
    assert refusal(device, bomb, Content_Encoding="gzip") == (413, "batch_too_large")


def test_more_than_two_megabytes_are_refused(device: Device) -> None:
    assert refusal(device, b" " * 2_000_001) == (413, "batch_too_large")


def test_two_megabytes_are_taken(device: Device) -> None:
    text = orjson.dumps({"pad": "x" * 1_990_000}).decode()
    answer = device.send([text])
    assert [e["code"] for e in answer["exceptions"]] == ["invalid"]


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"no gzip",
        gzip.compress(b"{}")[:-4],
        gzip.compress(b"{}") + b"x",
        gzip.compress(b"{}") * 2,
        zlib.compress(b"{}"),
    ],
    ids=["empty", "other", "cut", "tail", "two members", "zlib"],
)
def test_what_is_no_gzip_is_malformed(packed: bytes) -> None:
    with pytest.raises(Malformed):
        envelope.unpacked(packed, "gzip")


def test_an_unknown_encoding_is_malformed(device: Device) -> None:
    assert refusal(device, b"{}", Content_Encoding="br") == (400, "unknown_encoding")


def test_exactly_the_limit_is_inflated() -> None:
    assert len(envelope.unpacked(gzip.compress(bytes(envelope.BATCH_BYTES)), "gzip")) == envelope.BATCH_BYTES
    with pytest.raises(TooLarge):
        envelope.unpacked(gzip.compress(bytes(envelope.BATCH_BYTES + 1)), "gzip")


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b'{"a":NaN}', b'"\xff"'])
def test_what_is_no_json_is_malformed(device: Device, body: bytes) -> None:
    assert refusal(device, body) == (400, "malformed_json")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("records", None),
        ("records", "text"),
        ("records", [1]),
        ("records", [{}]),
        ("records", [""] * 501),
        ("next_seq", 0),
        ("next_seq", 1.0),
        ("next_seq", "1"),
        ("pending", True),
        ("pending", -1),
        ("sent_ms", 2**70),
        ("sent_ms", None),
        ("mono_ms", 1.5),
        ("boot", "x"),
        ("batch_id", 5),
        ("device_id", None),
        ("epoch", 5),
        ("colour", "red"),
    ],
)
def test_a_wrong_envelope_is_refused_and_the_field_named(device: Device, field: str, value: object) -> None:
    body = (
        orjson.dumps(batch(device, **{field: value}))
        if value != 2**70
        else (orjson.dumps(batch(device, **{field: 77_777})).replace(b"77777", str(2**70).encode()))
    )
    headers = {"X-Pandian-Signature": device.key.sign(body), **JSON}
    answer = device.http.post("/api/v1/sync/push", content=body, headers=headers)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("value", [[], 5, "text", None])
def test_an_envelope_that_is_no_object_is_refused(device: Device, value: object) -> None:
    assert refusal(device, orjson.dumps(value)) == (422, "invalid")


def test_only_p256_keys_sign() -> None:
    for key in (
        ec.generate_private_key(ec.SECP384R1()).public_key(),
        rsa.generate_private_key(65537, 2048).public_key(),
    ):
        spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        assert not envelope.is_signed(spki, base64.b64encode(bytes(64)).decode(), b"data")
    assert not envelope.is_signed(b"none", base64.b64encode(bytes(64)).decode(), b"data")


def test_a_page_of_another_site_cannot_push(device: Device) -> None:
    body = orjson.dumps(batch(device))
    headers = {"X-Pandian-Signature": device.key.sign(body), "Sec-Fetch-Site": "cross-site", **JSON}
    answer: httpx.Response = device.http.post("/api/v1/sync/push", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
