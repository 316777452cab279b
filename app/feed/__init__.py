"""The change feed out: what devices must know, in the order of commit."""
