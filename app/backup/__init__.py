"""Backup and restore: the whole installation in one file, and back, with nothing a device keeps lost."""
