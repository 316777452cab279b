"""The handshake: how far the device is, how far the server is, and whether the server was restored meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import Device
from app.device_log import queries
from app.device_log.models import DeviceState
from app.device_log.rules.values import DocumentName
from app.device_log.service.contact import Said, lock_state, note_contact
from app.device_log.service.registry import documents_named
from app.feed import queries as feed_queries
from app.feed import service as feed
from app.kernel.clock import to_ms
from app.kernel.errors import Forbidden

MIN_CLIENT = "0.1.0"  # older ones may still send what they have, but should not begin new counts
DECISIONS_FOR = timedelta(days=14)  # as long as a device keeps what was acknowledged
HOLDS_TOLD = 500


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a device knows of the server when it comes."""

    installation_id: UUID
    app: str
    acked_seq: int
    epoch: str | None
    cursor: str | None


@dataclass(frozen=True, slots=True)
class HoldTold:
    """What became of a held record."""

    id: str
    seq: int
    code: str
    state: str
    detail: str
    note: str
    document: DocumentName | None
    moved_to: DocumentName | None


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the server has of the device's log, and where the world stands."""

    server_epoch: str
    hwm: int
    max_seq: int
    missing: list[tuple[int, int]]
    held: list[HoldTold]
    min_client: str
    feed_head: int
    tombstone_floor: int
    server_ms: int
    revoked: bool


def hello(session: Session, said: Said, greeting: Greeting, now: datetime) -> Welcome:
    """Note the contact and answer it. Raises Forbidden for an installation that is not this device's.

    A device that was told of more than the server has (under the present epoch) shows that the server was restored:
    a new epoch begins, and every device sends again what it still keeps.
    """
    device = session.get_one(Device, said.device_id)
    if device.installation_id != greeting.installation_id:
        raise Forbidden("device_mismatch", "This installation is not the one that was enrolled; enrol it again.")
    state = lock_state(session, device.id)
    state.app_version = greeting.app
    note_contact(session, state, said, now)
    epoch, head = feed.epoch(session), feed_queries.head_of(session)
    if _saw_more(greeting, epoch, state, head):
        epoch = feed.new_epoch(session, now)
    holds = queries.holds_of(session, device.id, now - DECISIONS_FOR, HOLDS_TOLD)
    return Welcome(
        server_epoch=epoch,
        hwm=state.hwm,
        max_seq=state.max_seq,
        missing=queries.missing(session, device.id, state.hwm) if state.max_seq > state.hwm else [],
        held=_told(session, holds),
        min_client=MIN_CLIENT,
        feed_head=head,
        tombstone_floor=feed_queries.tombstone_floor(session),
        server_ms=to_ms(now),
        revoked=device.revoked_at is not None,
    )


def _told(session: Session, holds: Sequence[Any]) -> list[HoldTold]:
    ids = {row.document_id for row in holds} | {row.moved_to for row in holds}
    names = documents_named(session, [document_id for document_id in ids if document_id])
    return [
        HoldTold(
            *(row.record_id, row.device_seq, row.code, row.state, row.detail, row.note),
            names.get(row.document_id),
            names.get(row.moved_to),
        )
        for row in holds
    ]


def _saw_more(greeting: Greeting, epoch: str, state: DeviceState, head: int) -> bool:
    if greeting.epoch == epoch and greeting.acked_seq > state.hwm:
        return True
    cursor = feed.read_cursor(greeting.cursor) if greeting.cursor else None
    return cursor is not None and cursor.epoch == epoch and cursor.number > head
