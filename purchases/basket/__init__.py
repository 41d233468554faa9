"""The best basket: what to buy where, in which deal tier and how many, for the money there is.

`compose` chooses; `changes_of` and `budget_edges` say what would change the choice. Pure
functions over frozen dataclasses: no settings, no database. Money is counted in whole smallest
units of the currency. The model and a worked example: docs/flows/basket.md.
"""

from purchases.basket.composing import compose
from purchases.basket.model import (
    Answer,
    Basket,
    Candidate,
    Conditions,
    Costs,
    Fallback,
    Item,
    Method,
    Money,
    Options,
    Source,
    Status,
    Unbought,
)
from purchases.basket.sensitivity import (
    BudgetEdges,
    Changes,
    SweetSpot,
    budget_edges,
    changes_of,
    next_sweet_spot,
)

__all__ = [
    "Answer",
    "Basket",
    "BudgetEdges",
    "Candidate",
    "Changes",
    "Conditions",
    "Costs",
    "Fallback",
    "Item",
    "Method",
    "Money",
    "Options",
    "Source",
    "Status",
    "SweetSpot",
    "Unbought",
    "budget_edges",
    "changes_of",
    "compose",
    "next_sweet_spot",
]
