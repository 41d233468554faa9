"""Writes of accounts, by topic."""
