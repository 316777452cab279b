"""Pure decisions of the log in: what a record says, when it was made, what becomes of it, whose batch it is."""
