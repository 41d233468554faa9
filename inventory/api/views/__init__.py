"""Endpoints of inventory, by topic."""
