"""Payments to suppliers and what they settle."""
