"""The log in: each device's records exactly as sent, and those held for a look."""
