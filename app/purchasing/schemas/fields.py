"""What the shapes of purchasing share: days, pallets, prices, and the small answers that stand in others."""

from typing import Any

from marshmallow import ValidationError, fields

from app.catalogue.rules import UNIT_COST_MAX
from app.kernel.fields import Name, Whole
from app.kernel.http import Answer
from app.purchasing.rules import LEAD_TIME_MAX, OVER_RECEIPT_MAX, VERSION_MAX, sscc_text

QUANTITY = {"description": "smallest units"}
PRICE = {"description": "1/10000 minor unit of the currency per base unit: 1.50 is 1500000"}
OVER_RECEIPT = {"description": "basis points beyond what is expected that may arrive: 500 = 5 %"}


class Sscc(Name):
    """A pallet's number: 18 digits with a right check digit, with or without (00) before them; empty for none."""

    length_min = 0
    pattern = r"^$|^(\(00\)|00)? *[0-9]{18}$"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(length_max=64, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if value == "":
            return ""
        try:
            return sscc_text(super()._deserialize(value, attr, data, **kwargs))
        except ValueError as error:
            raise ValidationError(str(error)) from error


class LeadTime(Whole):
    """Days from order to delivery."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(0, LEAD_TIME_MAX, **kwargs)


class OverReceipt(Whole):
    """An over-receipt ceiling."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(0, OVER_RECEIPT_MAX, metadata=OVER_RECEIPT, **kwargs)


class Price(Whole):
    """A price per base unit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(0, UNIT_COST_MAX, metadata=PRICE, **kwargs)


class Version(Whole):
    """The version of an order or delivery that was shown to who changes it; without it, whatever it is by now."""

    def __init__(self) -> None:
        super().__init__(1, VERSION_MAX, metadata={"description": "as shown; one that changed since is refused"})


class UnitBrief(Answer):
    """An item's base unit."""

    code = fields.String()
    name = fields.String()
    scale = fields.Integer(metadata={"description": "decimals: quantities are integers of unit / 10**scale"})


class ItemBrief(Answer):
    """An item by name."""

    id = fields.UUID()
    sku = fields.String()
    name = fields.String()
    unit = fields.Nested(UnitBrief)


class SupplierBrief(Answer):
    """A supplier by name."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
