"""What waits in the inbox: codes without a meaning in the open stocktakes and receipts of the viewer's sites."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.device_log.models import DeviceRecord
from app.device_log.queries import unknown
from app.kernel.access import Viewer, scoped
from app.kernel.paging import Page
from app.photos.models import Photo
from app.receiving import rules as receiving
from app.receiving.models import GoodsReceipt
from app.stocktake import rules as stocktake
from app.stocktake.models import Stocktake

LOOKS: Final = (*stocktake.LOOKS, *receiving.LOOKS)
SCANS: Final = (*stocktake.SCANS, "receive", "damaged")
PHOTOS_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Document:
    """An open stocktake or receipt, as people call it."""

    kind: str
    id: UUID
    label: str


def find_unknown(
    session: Session, viewer: Viewer, site_id: UUID | None, *, limit: int, after: str | None
) -> Page[dict[str, Any]]:
    """The codes that mean nothing yet, the most pieces first. Raises NotFound for a foreign site, Forbidden."""
    if site_id is not None:
        viewer.require("supervisor", site_id)
    documents = _open_documents(session, viewer, site_id)
    asked = unknown.Asked(documents.keys(), LOOKS, SCANS)
    found = unknown.find_unknown(session, asked, limit=limit, after=after)
    codes = [row["code"] for row in found.rows]
    where, photos = unknown.documents_with(session, asked, codes), _photos(session, asked, codes)
    for row in found.rows:
        row["documents"] = [asdict(documents[it]) for it in where[row["code"]]]
        row["photos"] = photos[row["code"]][:PHOTOS_SHOWN]
    return found


def _open_documents(session: Session, viewer: Viewer, site_id: UUID | None) -> Mapping[UUID, Document]:
    counts = scoped(
        select(Stocktake.id, Stocktake.name).where(Stocktake.state.in_(stocktake.OPEN_STATES)).order_by(Stocktake.id),
        Stocktake.site_id.expression,
        viewer,
        "supervisor",
    )
    receipts = scoped(
        select(GoodsReceipt.id, GoodsReceipt.number)
        .where(GoodsReceipt.state.in_(receiving.OPEN_STATES))
        .order_by(GoodsReceipt.id),
        GoodsReceipt.site_id.expression,
        viewer,
        "supervisor",
    )
    if site_id is not None:
        counts, receipts = counts.where(Stocktake.site_id == site_id), receipts.where(GoodsReceipt.site_id == site_id)
    found = [Document("stocktake", row.id, row.name) for row in session.execute(counts)]
    found += [Document("receipt", row.id, f"GRN-{row.number}") for row in session.execute(receipts)]
    return {document.id: document for document in found}


def _photos(session: Session, asked: unknown.Asked, codes: Sequence[str]) -> Mapping[str, list[UUID]]:
    """The photos of the records that carried each code, the latest first.

    Those of a record that was written again with another number too: it is photographed first and counted then.
    """
    look = aliased(DeviceRecord)
    rows = session.execute(
        select(unknown.code_of(look), Photo.id)
        .join_from(look, Photo, (Photo.record_id == look.record_id) & (Photo.site_id == look.site_id))
        .where(unknown.code_of(look).in_(codes), *unknown.carrying(session, look, asked))
        .order_by(Photo.taken_at.desc(), Photo.id)
    )
    found: dict[str, list[UUID]] = defaultdict(list)
    for code, photo_id in rows:
        found[code].append(photo_id)
    return found
