"""Writes of inventory, by topic."""
