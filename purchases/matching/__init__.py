"""Matching: which product of the catalogue a line of an offer means.

Build an index of the catalogue once with `MatcherIndex.build(entries)`, then ask it of single
lines (`match`) or whole offers (`match_many`). Names are taken apart (words, strength, form,
pack, price), candidates are found through inverted lists of words and of how they sound, and the
evidence for each is weighed. Pure functions over frozen dataclasses: no settings, no database.
"""

from purchases.matching.decision import alias_key, document_factor, match, match_many
from purchases.matching.history import KnownName, SupplierHistory
from purchases.matching.index import MatcherIndex
from purchases.matching.records import (
    Candidate,
    CatalogueEntry,
    LineToMatch,
    MatchDecision,
    MatchStatus,
    Reason,
)

__all__ = [
    "Candidate",
    "CatalogueEntry",
    "KnownName",
    "LineToMatch",
    "MatchDecision",
    "MatchStatus",
    "MatcherIndex",
    "Reason",
    "SupplierHistory",
    "alias_key",
    "document_factor",
    "match",
    "match_many",
]
