"""A PDA at the dock, without a screen: it receives as the phone does, and sends the photos it took."""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import cv2
import httpx
import numpy as np

from app.demo.desk import Desk
from app.demo.push_client import Device
from app.kernel.ids import new_id
from scanner.labels import render_shelf, to_jpeg

UNKNOWN = "6970399921252"


@dataclass
class Dock:
    """A device in somebody's hands, on one sheet of one receipt."""

    device: Device
    location: str
    receipt: UUID = field(default_factory=new_id)
    sheet: UUID = field(default_factory=new_id)

    @classmethod
    def enrol(cls, desk: Desk, site_id: str, person_id: str, pin: str, location: str, label: str = "PDA-07") -> "Dock":
        """Enrol a device and sign its person in."""
        code = desk.post("enrolments", {"site_id": site_id, "label": label})["code"]
        http = httpx.Client(base_url=desk.http.base_url, timeout=30)
        device = Device.enrol(http, code, label, UUID(person_id))
        http.post("/api/v1/session/pin", json={"person_id": person_id, "pin": pin}).raise_for_status()
        return cls(device, location)

    def note(self, kind: str, **more: Any) -> UUID:
        """Write a record of the receipt; its id."""
        common = {"receipt": str(self.receipt), "sheet": str(self.sheet), "location": self.location}
        return self.device.record(kind, **common, **more).id

    def open(self, *, order: str | None = None, delivery: str | None = None, note: str | None = None) -> None:
        """Begin to receive."""
        self.note("receipt", order=order, delivery=delivery, supplier=None, delivery_note=note)

    def scan(self, item: dict[str, Any] | None, quantity: int, *, kind: str = "receive", **more: Any) -> UUID:
        """So many pieces; of a code nobody knows where there is no item."""
        code = item["barcodes"][0]["code"] if item else UNKNOWN
        body = {
            "code": code,
            "symbology": "EAN13",
            "source": "camera",
            "item": item["id"] if item else None,
            "lot": "",
            "expires_on": None,
            "serial": None,
            "sscc": None,
            "factor": 1,
            "quantity": quantity,
        }
        return self.note(kind, **body | more)

    def bring(self) -> str:
        """Send all there is and put the device away; the receipt's id."""
        self.device.sync()
        self.device.http.close()
        return str(self.receipt)

    def photo(self, record: UUID, purpose: str, *, seed: int = 1) -> None:
        """Send a picture of what a record is about."""
        query: dict[str, str | int] = {
            "purpose": purpose,
            "taken_at_ms": time.time_ns() // 1_000_000,
            "record_id": str(record),
            "document_id": str(self.receipt),
        }
        picture = damaged_carton(seed) if purpose == "damage" else to_jpeg(render_shelf([UNKNOWN], seed=seed))
        answer = self.device.http.put(
            f"/api/v1/photos/{new_id()}", params=query, content=picture, headers={"Content-Type": "image/jpeg"}
        )
        answer.raise_for_status()


def damaged_carton(seed: int) -> bytes:
    """A picture of something torn: a brown box with a dark gash, different for each seed."""
    rng = np.random.default_rng(seed)
    image = np.full((720, 960, 3), (214, 219, 223), np.uint8)
    cv2.rectangle(image, (150, 140), (810, 620), (96, 142, 184), -1)
    cv2.rectangle(image, (150, 330), (810, 400), (140, 178, 206), -1)
    tear = np.cumsum(rng.integers(-38, 39, (14, 2)), axis=0) + np.array((430, 300))
    tear[:, 1] = np.linspace(170, 600, len(tear))
    cv2.polylines(image, [tear.astype(np.int32)], isClosed=False, color=(38, 52, 66), thickness=22)
    return to_jpeg(image)
