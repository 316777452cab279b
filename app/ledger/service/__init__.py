"""What can be done with the book. Only this folder writes journals, entries and balances."""

from app.ledger.service.commands import AfterJournals, NewEntry, NewJournal, Shortage, Written
from app.ledger.service.drafts import Draft
from app.ledger.service.exports import MovementFilter, export_journals, export_movements, export_stock
from app.ledger.service.files import MovementFile, import_movements, movement_template
from app.ledger.service.posting import PostJournal, post_journal, reverse_posting
from app.ledger.service.reversing import reverse_journal
from app.ledger.service.sealing import seal
from app.ledger.service.writing import register_after_journals, write_journal, write_journal_from, write_journals

__all__ = [
    "AfterJournals",
    "Draft",
    "MovementFile",
    "MovementFilter",
    "NewEntry",
    "NewJournal",
    "PostJournal",
    "Shortage",
    "Written",
    "export_journals",
    "export_movements",
    "export_stock",
    "import_movements",
    "movement_template",
    "post_journal",
    "register_after_journals",
    "reverse_journal",
    "reverse_posting",
    "seal",
    "write_journal",
    "write_journal_from",
    "write_journals",
]
