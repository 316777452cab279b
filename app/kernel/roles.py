"""The roles of the house, the lowest first: each may all that the ones before it may. Pure, so rules can read it."""

ROLES = ("counter", "supervisor", "manager", "administrator")
