"""Suppliers: their terms, people, divisions."""
