"""Everything `flask verify` proves, from all slices."""

from sqlalchemy.orm import Session

from app.device_log.service import verify as verify_logs
from app.feed.service import verify as verify_feed
from app.kernel.findings import Finding
from app.ledger.verify import verify as verify_book
from app.receiving.verify import verify as verify_receipts
from app.stocktake.verify import verify as verify_tallies


def verify_everything(session: Session) -> list[Finding]:
    """What does not hold of: entries = balances, zero sums, hash chain, totals = fold of records, receipts, logs."""
    checks = (verify_book, verify_tallies, verify_receipts, verify_logs, verify_feed)
    return [finding for check in checks for finding in check(session)]
