"""Look-up: scan or type anything, and see what it is, where it lies, what moved, and what is still to come."""
