"""What files of orders and of deliveries have in common: rows with one supplier and reference are one document.

The first row that fills a cell of the document says it, later ones say the same or nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.kernel.errors import Conflict, NotFound
from app.kernel.sets import among
from app.kernel.table import ImportReport, Row, RowError, Table
from app.purchasing.models import ExpectedDelivery, PurchaseOrder, Supplier
from app.purchasing.service.file_cells import mistake
from app.sites.models import Site

LABEL = re.compile(r"(?:PO|ASN)-([0-9]{1,9})")


@dataclass(slots=True)
class Group:
    """The rows of one document: what they say of it, its lines, and the document that is there already."""

    supplier: Supplier
    reference: str
    rows: list[Row]
    head: dict[str, Any]
    before: Any = None
    lines: list[dict[str, Any]] = field(default_factory=list)
    outcome: str = "unchanged"  # created, updated


def groups_of(session: Session, rows: Sequence[Row], head: Sequence[str], errors: list[RowError]) -> list[Group]:
    """The documents that a file names, in its order. Adds to `errors` what contradicts, and unknown suppliers."""
    codes = {row.values["supplier"] for row in rows if row.values["supplier"]}
    found = session.scalars(select(Supplier).where(among(session, Supplier.code, codes)))
    suppliers = {supplier.code: supplier for supplier in found}
    groups: dict[tuple[str, str], Group] = {}
    for row in rows:
        code, reference = row.values["supplier"], row.values["reference"]
        if code is not None and code not in suppliers:
            errors.append(mistake(row, "supplier", "unknown_supplier", "There is no supplier with this code."))
        elif code is not None and reference is not None:
            empty = Group(suppliers[code], reference, [], {})
            groups.setdefault((code, reference), empty).rows.append(row)
    for group in groups.values():
        _read_head(group, head, errors)
    return list(groups.values())


def _read_head(group: Group, head: Sequence[str], errors: list[RowError]) -> None:
    said: dict[str, int] = {}
    for row in group.rows:
        for name in head:
            value = row.values[name]
            if value is None:
                continue
            if group.head.setdefault(name, value) != value:
                message = f"Row {said[name]} says {group.head[name]}; say the same, or leave the cell empty."
                errors.append(mistake(row, name, "contradicts_row", message))
            said.setdefault(name, row.number)


def find_before(session: Session, model: Any, site_id: UUID, groups: Sequence[Group], errors: list[RowError]) -> None:
    """Give each group the site's document it names: by reference, or by the label that the export gives without one."""
    labels = {group.reference: LABEL.fullmatch(group.reference) for group in groups}
    numbers = {reference: int(match[1]) for reference, match in labels.items() if match}
    named = among(session, model.reference, {group.reference for group in groups})
    labelled = (model.reference == "") & among(session, model.number, set(numbers.values()))
    there: dict[tuple[UUID, str], list[Any]] = {}
    by_number: dict[tuple[UUID, int], Any] = {}
    for document in session.scalars(select(model).where(model.site_id == site_id, or_(named, labelled))):
        there.setdefault((document.supplier_id, document.reference), []).append(document)
        by_number[document.supplier_id, document.number] = document
    for group in groups:
        found = there.get((group.supplier.id, group.reference), [])
        labelled_one = by_number.get((group.supplier.id, numbers.get(group.reference, 0)))
        group.before = found[0] if found else labelled_one
        if len(found) > 1:
            message = "Several have this reference here; change them on the screen."
            errors.append(mistake(group.rows[0], "reference", "several_have_it", message))
        if group.before is None and not group.supplier.active:
            errors.append(mistake(group.rows[0], "supplier", "supplier_inactive", "This supplier is out of use."))


def report_of(table: Table, groups: Sequence[Group]) -> ImportReport:
    """How many rows make, change and leave documents."""
    created, updated = (
        sum(len(group.rows) for group in groups if group.outcome == outcome) for outcome in ("created", "updated")
    )
    unchanged = len(table.rows) - created - updated
    return ImportReport(len(table.rows), created, updated, unchanged, errors=table.errors, places=table.places)


def lock_site(session: Session, site_id: UUID) -> None:
    """One file at a time, and no number given meanwhile. Raises NotFound."""
    if session.get(Site, site_id, with_for_update=True) is None:
        raise NotFound("not_found", "There is no such site here.")


def lock_documents(session: Session, model: Any, groups: Sequence[Group]) -> None:
    """Lock what will be changed. Raises Conflict where somebody changed one after it was read."""
    before = {it.before.id: (it.before.state, it.before.version) for it in groups if it.outcome == "updated"}
    rows = session.execute(
        select(model.id, model.state, model.version)
        .where(among(session, model.id, before.keys()))
        .order_by(model.id)
        .with_for_update()
    )
    if any(before[row.id] != (row.state, row.version) for row in rows):
        raise Conflict("changed_meanwhile", "Somebody changed one of these just now; send the file again.")


def head_changes(group: Group, names: Mapping[str, str]) -> dict[str, Any]:
    """What the file says otherwise of a document than it is; `names` are the model's, by column."""
    said = {field_name: group.head[column] for column, field_name in names.items() if column in group.head}
    document: PurchaseOrder | ExpectedDelivery = group.before
    return {name: value for name, value in said.items() if value != getattr(document, name)}
