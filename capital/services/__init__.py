"""Writes to the ledger, by topic: `ledger`, `commitments`, `operations`."""
