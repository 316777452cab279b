"""A device joins a site with a supervisor's code, once, within ten minutes."""

import base64
import uuid
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts.models import Device, Enrolment
from app.kernel.transaction import reading, transact
from tests.builders import Cast


def spki(curve: ec.EllipticCurve | None = None) -> str:
    key = ec.generate_private_key(curve or ec.SECP256R1()).public_key()
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def code_for(cast: Cast, label: str = "") -> dict[str, Any]:
    answer = cast.client(cast.supervisor).post(
        "/api/v1/enrolments", json={"site_id": str(cast.site.id), "label": label}
    )
    assert answer.status_code == 201, answer.json
    return answer.json


def enrol(client: FlaskClient, code: str, **changes: Any) -> Any:
    body = {"code": code, "installation_id": str(uuid.uuid4()), "public_key": spki(), **changes}
    return client.post("/api/v1/devices", json=body)


def test_a_code_is_read_out_and_shown_as_a_qr_code(cast: Cast) -> None:
    made = code_for(cast)
    assert len(made["code"]) == 9
    assert made["code"][4] == "-"
    assert not set(made["code"]) & set("ILO01")
    assert made["url"] == f"http://localhost/#/enrol?code={made['code']}"
    assert made["qr"].startswith("data:image/svg+xml")


def test_a_new_phone_joins_the_site_and_is_a_device_from_then_on(cast: Cast, client: FlaskClient) -> None:
    answer = enrol(client, code_for(cast, "Dock")["code"])
    assert answer.status_code == 201, answer.json
    device = answer.json["device"]
    assert device == {"id": device["id"], "number": 2, "label": "Dock", "site_id": str(cast.site.id)}
    assert client.get("/api/v1/session").json["device"] == device
    people = client.get("/api/v1/device/people").json["rows"]
    assert [row["name"] for row in people] == ["Admin", "Counter", "Manager", "Supervisor"]


def test_without_a_label_the_device_is_called_by_its_number(cast: Cast, client: FlaskClient) -> None:
    assert enrol(client, code_for(cast)["code"]).json["device"]["label"] == "PDA-02"


def test_a_code_may_be_typed_in_small_letters_without_the_dash(cast: Cast, client: FlaskClient) -> None:
    code = code_for(cast)["code"].replace("-", " ").lower()
    assert enrol(client, code).status_code == 201


def test_a_code_is_good_once(cast: Cast, client: FlaskClient) -> None:
    code = code_for(cast)["code"]
    assert enrol(client, code).status_code == 201
    again = enrol(cast.app.test_client(), code)
    assert (again.status_code, again.json["code"]) == (403, "enrolment_invalid")


def test_a_code_is_good_for_ten_minutes(cast: Cast, client: FlaskClient) -> None:
    made = code_for(cast)
    with reading() as session:
        enrolment = session.scalars(select(Enrolment)).one()
    assert enrolment.expires_at - enrolment.created_at == timedelta(minutes=10)
    transact(lambda session: session.execute(update(Enrolment).values(expires_at=enrolment.created_at)))
    late = enrol(client, made["code"])
    assert (late.status_code, late.json["code"]) == (403, "enrolment_invalid")


def test_only_the_hash_of_a_code_and_of_a_token_is_kept(cast: Cast, client: FlaskClient) -> None:
    code = code_for(cast)["code"].replace("-", "")
    enrol(client, code)
    token = client.get_cookie("pandian-device")
    assert token is not None
    with reading() as session:
        kept = session.scalars(select(Enrolment.code_hash)).one()
        hashes = session.scalars(select(Device.token_hash)).all()
    assert code.encode() not in kept
    assert token.value.encode() not in hashes


def test_the_code_of_a_supervisor_who_was_let_go_is_worth_nothing(cast: Cast, client: FlaskClient) -> None:
    code = code_for(cast)["code"]
    cast.client(cast.administrator).patch(f"/api/v1/people/{cast.supervisor.id}", json={"active": False})
    assert enrol(client, code).json["code"] == "enrolment_invalid"


def test_the_same_installation_with_its_key_enrols_again_onto_its_device(cast: Cast, client: FlaskClient) -> None:
    installation = {"installation_id": str(uuid.uuid4()), "public_key": spki()}
    first = enrol(client, code_for(cast)["code"], **installation).json["device"]
    lost = client.get_cookie("pandian-device")
    other_browser = cast.app.test_client()
    again = enrol(other_browser, code_for(cast)["code"], **installation)
    assert again.json["device"]["id"] == first["id"]
    assert other_browser.get_cookie("pandian-device").value != lost.value
    assert client.get("/api/v1/device/people").status_code == 401  # the former token is over


def test_the_same_installation_with_another_key_is_refused_and_keeps_its_code(cast: Cast, client: FlaskClient) -> None:
    installation = str(uuid.uuid4())
    enrol(client, code_for(cast)["code"], installation_id=installation)
    code = code_for(cast)["code"]
    refused = enrol(cast.app.test_client(), code, installation_id=installation)
    assert (refused.status_code, refused.json["code"]) == (409, "installation_known")
    assert enrol(cast.app.test_client(), code).status_code == 201


def test_a_key_that_is_not_on_p256_is_refused_and_the_code_still_good(cast: Cast, client: FlaskClient) -> None:
    code = code_for(cast)["code"]
    ed25519_key = ed25519.Ed25519PrivateKey.generate().public_key()
    no_ecdsa = base64.b64encode(ed25519_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    for key in ("", "none", "AAAA", "键", spki(ec.SECP384R1()), no_ecdsa):
        refused = enrol(client, code, public_key=key)
        assert refused.status_code == 422, key
        assert refused.json["errors"][0]["field"] == "public_key"
    assert enrol(client, code).status_code == 201


def test_guessing_codes_is_slowed_down(cast: Cast, client: FlaskClient) -> None:
    answers = [enrol(client, f"AAAA-AAA{n}") for n in range(2, 13)]
    assert [answer.status_code for answer in answers] == [403] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_supervisor_enrols_at_own_sites_only_and_a_counter_nowhere(cast: Cast) -> None:
    foreign = {"site_id": str(cast.other_site.id), "label": ""}
    assert cast.client(cast.supervisor).post("/api/v1/enrolments", json=foreign).status_code == 404
    own = {"site_id": str(cast.site.id), "label": ""}
    assert cast.client(cast.counter).post("/api/v1/enrolments", json=own).status_code == 403


def test_a_revoked_device_is_out_at_its_next_call(cast: Cast) -> None:
    on_device = cast.client(cast.counter, on_device=True)
    assert on_device.get("/api/v1/session").json["person"]["name"] == "Counter"
    revoked = cast.client(cast.supervisor).post(f"/api/v1/devices/{cast.device.id}/revoke")
    assert revoked.status_code == 200
    assert revoked.json["revoked_at"] is not None
    assert on_device.get("/api/v1/device/people").status_code == 401
    session = on_device.get("/api/v1/session").json
    assert (session["person"], session["device"]) == (None, None)


def test_revoking_again_changes_nothing(cast: Cast) -> None:
    supervisor = cast.client(cast.supervisor)
    first, second = (supervisor.post(f"/api/v1/devices/{cast.device.id}/revoke").json for _ in range(2))
    assert first == second


def test_a_revoked_device_may_be_let_in_again_with_a_new_code(cast: Cast, client: FlaskClient) -> None:
    installation = {"installation_id": str(uuid.uuid4()), "public_key": spki()}
    device = enrol(client, code_for(cast)["code"], **installation).json["device"]
    cast.client(cast.supervisor).post(f"/api/v1/devices/{device['id']}/revoke")
    assert client.get("/api/v1/device/people").status_code == 401
    assert enrol(client, code_for(cast)["code"], **installation).json["device"] == device
    assert client.get("/api/v1/device/people").status_code == 200


def test_a_device_of_a_foreign_site_cannot_be_revoked(cast: Cast) -> None:
    assert cast.client(cast.outsider).post(f"/api/v1/devices/{cast.device.id}/revoke").status_code == 404
