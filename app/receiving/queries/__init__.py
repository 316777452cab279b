"""Questions about goods receipts."""
