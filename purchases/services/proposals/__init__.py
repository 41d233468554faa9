"""Proposals: building, editing, submitting, deciding, and their end."""
