"""Goods receipts: what arrives, what it costs, and taking one back."""
