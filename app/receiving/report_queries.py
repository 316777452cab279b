"""What a receipt's report says, read from the database: names for ids, times in the site's zone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.kernel.access import Viewer
from app.kernel.table_lines import ROW_LIMIT
from app.kernel.table_words import Language
from app.ledger.queries.stock import reason_codes
from app.receiving.queries.lines import LineFilter, find_lines
from app.receiving.queries.receipts import described, receipt_for
from app.receiving.report import ReportHead, ReportLine, ReportLot
from app.sites.queries import site_of


def report_of(
    session: Session, viewer: Viewer, receipt_id: UUID, now: datetime, language: Language
) -> tuple[ReportHead, list[ReportLine]]:
    """The receipt and all its lines by SKU. Raises NotFound, Forbidden."""
    receipt = receipt_for(session, viewer, receipt_id)
    site = site_of(session, receipt.site_id)
    zone = ZoneInfo(site.time_zone)
    told = described(session, [receipt])[0]
    reasons = {reason.code: reason.name_zh if language == "zh" else reason.name_en for reason in reason_codes(session)}
    head = ReportHead(
        label=told["label"],
        site=f"{site.code} {site.name}",
        state=receipt.state,
        location=f"{told['location']['code']} {told['location']['name']}",
        supplier=_named(told["supplier"], "code", "name"),
        order=_named(told["order"], "label"),
        delivery=_named(told["delivery"], "label"),
        delivery_note=receipt.delivery_note,
        note=receipt.note,
        opened_at=receipt.opened_at.astimezone(zone),
        opened_by=told["opened_by"]["name"],
        closed_at=_local(receipt.closed_at, zone),
        posted_at=_local(receipt.posted_at, zone),
        blind=receipt.order_id is None and receipt.delivery_id is None,
        printed_at=now.astimezone(zone),
        printed_by=session.scalar(select(Person.name).where(Person.id == viewer.person_id)) or "",
    )
    found = find_lines(session, LineFilter(receipt_id), limit=ROW_LIMIT, after=None)
    return head, [_line(line, reasons, zone) for line in found.rows]


def _line(line: Mapping[str, Any], reasons: Mapping[str, str], zone: ZoneInfo) -> ReportLine:
    item = line["item"]
    return ReportLine(
        sku=item["sku"],
        name=item["name"],
        unit=item["unit"]["name"],
        scale=item["unit"]["scale"],
        expected=line["quantity_expected"],
        good=line["quantity_good"],
        damaged=line["quantity_damaged"],
        state=line["state"],
        marks=tuple(line["flags"]),
        damaged_kept=line["damaged_kept"],
        reason=reasons.get(line["reason_code"], line["reason_code"]),
        note=line["note"],
        decided_by=line["decided_by_name"] or "",
        decided_at=_local(line["decided_at"], zone),
        lots=tuple(
            ReportLot(lot["lot"], lot["quantity"], lot["expires_on"], lot["damaged"])
            for lot in line["lots"]
            if lot["lot"] or lot["expires_on"] or "lot_unknown" in line["flags"]
        ),
    )


def _named(thing: Any, *names: str) -> str:
    return "" if thing is None else " ".join(str(getattr(thing, name)) for name in names)


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if moment is None else moment.astimezone(zone)
