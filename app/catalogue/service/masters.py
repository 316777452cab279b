"""Units and categories. A unit's scale never changes: every quantity of its items is counted in it."""

from sqlalchemy.orm import Session

from app.catalogue.models import Category, Unit
from app.catalogue.queries import CategoryFacts, UnitFacts
from app.kernel.duplicates import duplicates_mean
from app.kernel.errors import Conflict
from app.kernel.ids import new_id


def create_unit(session: Session, *, code: str, name: str, scale: int) -> UnitFacts:
    """Make a unit whose quantities have `scale` decimals. Raises Conflict (code_taken)."""
    unit = Unit(id=new_id(), code=code, name=name, scale=scale)
    with duplicates_mean(Conflict("code_taken", f"There is a unit {code} already.", field="code")):
        session.add(unit)
        session.flush()
    return UnitFacts(unit.id, code, name, scale)


def create_category(session: Session, *, name: str) -> CategoryFacts:
    """Make a category. Raises Conflict (name_taken)."""
    category = Category(id=new_id(), name=name)
    with duplicates_mean(Conflict("name_taken", f"There is a category {name} already.", field="name")):
        session.add(category)
        session.flush()
    return CategoryFacts(category.id, name)
