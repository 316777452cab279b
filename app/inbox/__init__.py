"""The inbox: codes nobody knew, from counts and receipts alike, and what a supervisor makes of them."""
