"""Accounts with their plans, keys and projects, and the log of what was changed."""
