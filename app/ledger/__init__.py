"""The one book: journals, two-sided entries, balances, as-of questions."""
