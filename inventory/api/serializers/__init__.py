"""Shapes of the inventory API, by topic."""
