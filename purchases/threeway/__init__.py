"""The three-way match: order, receipt and invoice held against each other. Pure computation.

docs/flows/supplier-invoices.md shows every kind of difference with numbers.
"""

from purchases.threeway.matching import match
from purchases.threeway.model import (
    Billed,
    Difference,
    Match,
    Outcome,
    Received,
    Tolerance,
    share,
)
from purchases.threeway.owing import Owed, in_proportion, owed_of

__all__ = [
    "Billed",
    "Difference",
    "Match",
    "Outcome",
    "Owed",
    "Received",
    "Tolerance",
    "in_proportion",
    "match",
    "owed_of",
    "share",
]
