"""Endpoints of purchasing, by topic."""
