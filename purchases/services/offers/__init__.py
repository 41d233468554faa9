"""Offers: taking them in, reviewing their lines, learning names from it."""
