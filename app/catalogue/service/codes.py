"""The codes of an item: each text means one item, in whatever form it is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.catalogue.models import Barcode, Item
from app.catalogue.rules import check_digit_mistake
from app.feed.service import record_changes
from app.kernel.access import Viewer
from app.kernel.duplicates import duplicates_mean
from app.kernel.errors import Conflict, FieldError, Invalid, NotFound, invalid_field
from app.kernel.sets import among
from scanner.meaning import CodeError, normal_form


@dataclass(frozen=True, slots=True)
class NewBarcode:
    """A code that stands for `pack_factor` base units; `label` names the pack."""

    code: str
    pack_factor: int = 1
    label: str = ""


def set_barcodes(session: Session, item_id: UUID, barcodes: Sequence[NewBarcode], now: datetime) -> None:
    """Make these the item's codes, all of them: what is not among them no longer means it.

    Raises Invalid with every wrong code (field `barcodes.0.code`), Conflict (code_taken) naming the other item.
    """
    _lock(session, item_id)
    known = {row.normal_form: row for row in session.scalars(select(Barcode).where(Barcode.item_id == item_id))}
    wanted = _normal_forms(barcodes, set(known))
    _refuse_taken(session, item_id, wanted)
    gone = set(known) - set(wanted)
    if gone:
        session.execute(delete(Barcode).where(Barcode.item_id == item_id, among(session, Barcode.normal_form, gone)))
    with duplicates_mean(Conflict("code_taken", "Somebody gave one of these codes to another item just now.")):
        for form, barcode in wanted.items():
            row = known.get(form) or Barcode(normal_form=form, item_id=item_id)
            row.code, row.pack_factor, row.label = barcode.code, barcode.pack_factor, barcode.label
            session.add(row)
        session.flush()
    record_changes(session, "item", [item_id], now)


def bind_code(  # noqa: PLR0917  # three of the six are what every use case takes
    session: Session, viewer: Viewer, item_id: UUID, code: str, pack_factor: int, now: datetime
) -> str:
    """Let a code that was scanned mean `pack_factor` base units of the item; returns its normal form.

    Binding the same again changes nothing. A wrong check digit is let through: a scanner has read it, so it is really
    printed somewhere. Raises Conflict (code_taken) when it means something else, Forbidden below a supervisor.
    """
    if not viewer.may_somewhere("supervisor"):
        viewer.require("supervisor", None)
    _lock(session, item_id)
    try:
        form = normal_form(code)
    except CodeError as error:
        raise invalid_field("code", error.code, str(error)) from error
    known = session.get(Barcode, form)
    if known is not None and known.item_id == item_id:
        if known.pack_factor != pack_factor:
            message = f"This code stands for {known.pack_factor} of this item already; change that at the item."
            raise Conflict("pack_factor_differs", message, pack_factor=known.pack_factor)
        return form
    _refuse_taken(session, item_id, {form: NewBarcode(code)})
    with duplicates_mean(Conflict("code_taken", "Somebody gave this code to an item just now.")):
        session.add(Barcode(normal_form=form, code=code, item_id=item_id, pack_factor=pack_factor))
        session.flush()
    record_changes(session, "item", [item_id], now)
    return form


def _lock(session: Session, item_id: UUID) -> None:
    """One editor of an item's codes at a time. Raises NotFound."""
    if session.scalar(select(Item.id).where(Item.id == item_id).with_for_update()) is None:
        raise NotFound("not_found", "There is no such item.")


def _normal_forms(barcodes: Sequence[NewBarcode], known: set[str]) -> dict[str, NewBarcode]:
    """The codes by normal form. Raises Invalid with every one that is wrong or said twice; known ones may stay."""
    wanted: dict[str, NewBarcode] = {}
    mistakes: list[FieldError] = []
    for number, barcode in enumerate(barcodes):
        field = f"barcodes.{number}.code"
        try:
            form = normal_form(barcode.code)
        except CodeError as error:
            mistakes.append(FieldError(field, error.code, f"This is no code: {error}."))
            continue
        wrong = None if form in known else check_digit_mistake(barcode.code)
        if wrong:
            mistakes.append(FieldError(field, "check_digit", wrong))
        elif form in wanted:
            message = f"This code stands above already, as {wanted[form].code}."
            mistakes.append(FieldError(field, "doubled_code", message))
        else:
            wanted[form] = barcode
    if mistakes:
        raise Invalid("invalid", "Some codes are wrong.", errors=mistakes)
    return wanted


def _refuse_taken(session: Session, item_id: UUID, wanted: dict[str, NewBarcode]) -> None:
    rows = session.execute(
        select(Barcode.normal_form, Item.id, Item.sku, Item.name)
        .join(Item, Item.id == Barcode.item_id)
        .where(among(session, Barcode.normal_form, wanted), Barcode.item_id != item_id)
        .order_by(Barcode.normal_form)
    ).all()
    if rows:
        form, other_id, sku, name = rows[0]
        raise Conflict(
            "code_taken",
            f"The code {wanted[form].code} belongs to {sku} ({name}).",
            field="barcodes",
            taken_code=wanted[form].code,
            item={"id": str(other_id), "sku": sku, "name": name},
        )
