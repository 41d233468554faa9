"""Reads of inventory, by topic."""
