"""Shapes of the capital API, by topic."""
