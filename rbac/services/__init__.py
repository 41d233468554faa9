"""Writes of roles, by topic."""
