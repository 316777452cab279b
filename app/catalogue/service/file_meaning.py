"""What a file of items would do to the meaning of what is in the book: every item it may not change so."""

from sqlalchemy.orm import Session

from app.catalogue.rules import Tracking, tracking_mistakes
from app.catalogue.service.file_columns import Known, KnownItem
from app.catalogue.service.file_plan import TRACKING_COLUMNS, FilePlan, ItemWanted
from app.catalogue.service.stock import moved_items
from app.catalogue.service.tracking import fixed_tracking


def refuse_other_meanings(session: Session, plan: FilePlan, known: Known) -> None:
    """Refuse units with other decimals where stock has moved, and tracking that contradicts itself or the book."""
    scales = {code: scale for code, (_, scale) in known.units.items()} | plan.units
    _refuse_other_scales(session, plan, scales)
    changed = {
        item.before.id: (item, tracking(item.before, item.before.scale), tracking(item, _scale(item, scales)))
        for item in plan.items.values()
        if item.before is not None
    }
    changed = {own: (item, before, after) for own, (item, before, after) in changed.items() if before != after}
    fixed = fixed_tracking(session, {own: (before, after) for own, (_, before, after) in changed.items()})
    for own, (field, code, message) in fixed.items():
        _refuse(plan, changed[own][0], field, code, message)
    new = [(item, tracking(item, _scale(item, scales))) for item in plan.items.values() if item.before is None]
    for item, wanted in (*new, *((item, after) for item, _, after in changed.values())):
        for field, code, message in tracking_mistakes(wanted):
            _refuse(plan, item, field, code, message)


def tracking(item: ItemWanted | KnownItem, scale: int) -> Tracking:
    """How an item is or shall be tracked, in a unit with so many decimals."""
    return Tracking(item.tracks_lots, item.tracks_expiry, item.tracks_serials, item.minimum_life_days, scale)


def _scale(item: ItemWanted, scales: dict[str, int]) -> int:
    return scales.get(item.unit, item.before.scale if item.before else 0)


def _refuse(plan: FilePlan, item: ItemWanted, field: str, code: str, message: str) -> None:
    value = getattr(item, field)
    written = ("yes" if value else "no") if isinstance(value, bool) else value
    plan.refuse(item.row, TRACKING_COLUMNS[field], written, code, message)


def _refuse_other_scales(session: Session, plan: FilePlan, scales: dict[str, int]) -> None:
    other = {
        item.before.id: item
        for item in plan.items.values()
        if item.before is not None and _scale(item, scales) != item.before.scale
    }
    for item_id in moved_items(session, other.keys()):
        item = other[item_id]
        message = "Stock of this item has moved; it needs a unit with as many decimals as now."
        plan.refuse(item.row, "unit", item.unit, "scale_fixed", message)
