"""Goods receipts by scan, and putting the goods away."""
