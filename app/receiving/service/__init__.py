"""What can be done with goods receipts."""

from app.receiving.service.deciding import DecideLines, decide
from app.receiving.service.desk import NewReceipt, cancel, close, credit, credit_known, open_at_desk
from app.receiving.service.editing import edit
from app.receiving.service.records import ReceiptHandler
from app.receiving.service.returns import ReturnGoods, ReturnLine, return_goods
from app.receiving.service.shape import KINDS

__all__ = [
    "KINDS",
    "DecideLines",
    "NewReceipt",
    "ReceiptHandler",
    "ReturnGoods",
    "ReturnLine",
    "cancel",
    "close",
    "credit",
    "credit_known",
    "decide",
    "edit",
    "open_at_desk",
    "return_goods",
]
