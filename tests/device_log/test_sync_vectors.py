"""Request → verdict, as the browser's tests believe it: the model they play against answers by these vectors too."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx
import orjson

from app.demo.push_client import Device
from app.device_log.handlers import Hold
from tests.builders import Cast
from tests.device_log.trial import Trial, device_of

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "sync.json").read_text("utf-8"))
NAMES = UUID(int=11)
OTHER_EPOCH = "00000000000000aa"


def test_the_server_answers_as_the_vectors_say(cast: Cast, trial: Trial) -> None:
    trial.holds = {"shut": Hold("stocktake_closed", "It is closed.")}
    for number, vector in enumerate(VECTORS):
        case = Case(cast, number)
        for place, step in enumerate(vector["steps"]):
            assert case.play(step) == step.get("answer"), f"{vector['name']}, step {place + 1}"


def test_the_vectors_are_named_once_each() -> None:
    assert len({vector["name"] for vector in VECTORS}) == len(VECTORS)


class Case:
    """One vector being played on the real server, over HTTP."""

    def __init__(self, cast: Cast, number: int) -> None:
        self.cast = cast
        self.number = number
        self.devices = {n: device_of(cast, 100 + 2 * number + n) for n in (1, 2)}
        self.ids: dict[str, int] = {}

    def play(self, step: dict[str, Any]) -> dict[str, Any] | None:
        """What the server answers, in the words of the vectors."""
        device = self.devices[step.get("device", 1)]
        if "push" in step:
            return self.told(device.send([self.text(record) for record in step["push"]]), ("n", "hwm"), "exceptions")
        if "hello" in step:
            return self.hello(device, step["hello"])
        if "changes" in step:
            return self.changes(device, **step["changes"])
        revoked = self.cast.client(self.cast.supervisor).post(f"/api/v1/devices/{device.device_id}/revoke")
        assert revoked.status_code < httpx.codes.BAD_REQUEST
        return None

    def text(self, record: dict[str, Any] | str) -> str:
        if isinstance(record, str):
            return record
        entry_id = str(uuid5(NAMES, f"{self.number} {record['n']}"))
        self.ids[entry_id] = record["n"]
        person = str(uuid5(NAMES, "stranger")) if record.get("person") else str(self.cast.counter.id)
        common = {"v": 1, "kind": "tick", "quantity": 1, "auth": "online", "at": 1, "mono": 1, "boot": entry_id}
        return orjson.dumps({**common, **record, "id": entry_id, "person": person}).decode()

    def hello(self, device: Device, said: dict[str, Any]) -> dict[str, Any]:
        before = self.epoch_of(device)
        body = {
            "device_id": str(device.device_id),
            "installation_id": str(device.installation_id),
            "app": "vectors",
            "schema_v": 1,
            "cursor": None,
            "sent_ms": 1,
            "mono_ms": 1,
            "boot": str(uuid5(NAMES, "boot")),
            **said,
            "epoch": OTHER_EPOCH if said.get("epoch") == "other" else before,
        }
        answer = device.http.post("/api/v1/sync/hello", json=body).json()
        told = self.told(answer, ("hwm", "max_seq", "missing", "revoked"), "held")
        return {**told, "epoch": "same" if answer["server_epoch"] == before else "new"}

    def changes(self, device: Device, epoch: str, number: str) -> dict[str, Any]:
        before = self.epoch_of(device)
        cursor = number if number == "0" else f"{before if epoch == 'own' else OTHER_EPOCH}:{number}"
        answer = device.http.get("/api/v1/sync/changes", params={"cursor": cursor})
        after = self.epoch_of(device)
        return {
            "status": answer.status_code,
            "code": None if answer.is_success else answer.json()["code"],
            "epoch": "same" if after == before else "new",
        }

    def epoch_of(self, device: Device) -> str:
        epoch: str = device.send([])["server_epoch"]
        return epoch

    def told(self, answer: dict[str, Any], names: tuple[str, ...], rows: str) -> dict[str, Any]:
        """The named parts of an answer, and its rows with our numbers for the ids."""
        listed = []
        for row in answer[rows]:
            name = {"n": self.ids[row["id"]]} if row["id"] in self.ids else {"id": row["id"]}
            state = {"state": row["state"]} if "state" in row else {}
            listed.append({**name, "seq": row["seq"], "code": row["code"], **state})
        return {**{name: answer[name] for name in names}, rows: listed}
