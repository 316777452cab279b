"""The two cookies: locked to this host over https, plain on this very machine, nowhere else at all."""

import base64
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient

from tests.accounts.secrets import PASSWORD, PIN, give
from tests.builders import Cast

KEY = ec.generate_private_key(ec.SECP256R1()).public_key()
SPKI = base64.b64encode(KEY.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def cookies_of(answer: Any) -> dict[str, set[str]]:
    """Cookie name → its flags."""
    texts = [[part.strip() for part in text.split(";")] for text in answer.headers.getlist("Set-Cookie")]
    return {first.split("=")[0]: {it for it in rest if not it.startswith("Expires")} for first, *rest in texts}


def code_for(cast: Cast) -> str:
    body = {"site_id": str(cast.site.id)}
    return str(cast.client(cast.supervisor).post("/api/v1/enrolments", json=body).json["code"])


def enrol(client: FlaskClient, code: str, base_url: str) -> Any:
    body = {"code": code, "installation_id": str(uuid4()), "public_key": SPKI}
    return client.post("/api/v1/devices", json=body, base_url=base_url)


def sign_in(client: FlaskClient, base_url: str) -> Any:
    body = {"login": "supervisor", "password": PASSWORD}
    return client.post("/api/v1/session/password", json=body, base_url=base_url)


def test_over_https_both_cookies_are_locked_to_this_host(cast: Cast, client: FlaskClient) -> None:
    give(cast.supervisor, password=PASSWORD)
    base = "https://pandian.example"
    flags = {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"}
    assert cookies_of(enrol(client, code_for(cast), base)) == {"__Host-pandian-device": flags | {"Max-Age=34560000"}}
    assert cookies_of(sign_in(client, base)) == {"__Host-pandian-session": flags | {"Max-Age=43200"}}
    answer = client.get("/api/v1/session", base_url=base).json
    assert (answer["person"]["name"], answer["device"]["number"], answer["secure"]) == ("Supervisor", 2, True)
    gone = cookies_of(client.delete("/api/v1/session", base_url=base))
    assert gone == {"__Host-pandian-session": flags | {"Max-Age=0"}}


@pytest.mark.parametrize("base", ["http://localhost", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_on_this_very_machine_they_work_without_https(cast: Cast, client: FlaskClient, base: str) -> None:
    give(cast.supervisor, password=PASSWORD)
    flags = {"HttpOnly", "SameSite=Strict", "Path=/"}
    assert cookies_of(enrol(client, code_for(cast), base)) == {"pandian-device": flags | {"Max-Age=34560000"}}
    assert cookies_of(sign_in(client, base)) == {"pandian-session": flags | {"Max-Age=43200"}}


@pytest.mark.parametrize(
    "base",
    ["http://192.168.1.20:8000", "http://pandian.example", "http://localhost.evil.example", "http://127.0.0.1.nip.io"],
)
def test_over_plain_http_nobody_signs_in_or_enrols(cast: Cast, client: FlaskClient, base: str) -> None:
    give(cast.supervisor, password=PASSWORD)
    pin = {"person_id": str(cast.counter.id), "pin": PIN}
    answers = [
        enrol(client, code_for(cast), base),
        sign_in(client, base),
        client.post("/api/v1/session/pin", json=pin, base_url=base),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json["code"]) == (403, "https_required")
        assert cookies_of(answer) == {}
    assert client.get("/api/v1/session", base_url=base).json["secure"] is False


def test_a_cookie_that_came_over_plain_http_counts_for_nothing(cast: Cast) -> None:
    client = cast.client(cast.administrator)
    token = client.get_cookie("pandian-session").value
    client.set_cookie("pandian-session", token, domain="pandian.example")
    for base in ("http://pandian.example", "https://pandian.example"):
        assert client.get("/api/v1/people", base_url=base).status_code == 401


def test_the_code_leads_to_the_address_the_supervisor_sees(cast: Cast) -> None:
    client = cast.client(cast.supervisor)
    token = client.get_cookie("pandian-session").value
    client.set_cookie("__Host-pandian-session", token, domain="pandian.example", secure=True)
    answer = client.post("/api/v1/enrolments", json={"site_id": str(cast.site.id)}, base_url="https://pandian.example")
    assert answer.json["url"] == f"https://pandian.example/#/enrol?code={answer.json['code']}"
