"""One table: why stock moved -> which account stands against INVENTORY.

docs/flows/stock-postings.md shows every row with numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from capital.public import Posting, SystemAccount
from inventory.models import MovementKind, MovementReason

ZERO = Decimal(0)
# Whose debt or claim it is belongs to these.
PARTY_ACCOUNTS = frozenset({SystemAccount.PAYABLES, SystemAccount.RECEIVABLES})


class Counterparts(NamedTuple):
    """What stands against INVENTORY. Without any, value only moves within INVENTORY itself.

    grows: account credited when stock grows; shrinks: account debited when it shrinks;
    difference: takes what was agreed for the goods less what they cost (see `postings_for`).
    """

    grows: SystemAccount | None = None
    shrinks: SystemAccount | None = None
    difference: SystemAccount | None = None


COUNTER_ACCOUNTS: dict[tuple[str, str], Counterparts] = {
    (MovementKind.OPENING, MovementReason.OPENING): Counterparts(
        grows=SystemAccount.OPENING_EQUITY
    ),
    (MovementKind.RECEIPT, MovementReason.PURCHASE): Counterparts(grows=SystemAccount.PAYABLES),
    (MovementKind.RECEIPT, MovementReason.OWNER_CONTRIBUTION): Counterparts(
        grows=SystemAccount.OWNER_EQUITY
    ),
    (MovementKind.RECEIPT, MovementReason.GIFT): Counterparts(grows=SystemAccount.INVENTORY_GAIN),
    (MovementKind.ISSUE, MovementReason.SALE): Counterparts(
        shrinks=SystemAccount.COST_OF_GOODS_SOLD
    ),
    (MovementKind.ISSUE, MovementReason.INTERNAL_USE): Counterparts(shrinks=SystemAccount.EXPENSES),
    (MovementKind.ISSUE, MovementReason.DONATION): Counterparts(shrinks=SystemAccount.EXPENSES),
    (MovementKind.ISSUE, MovementReason.OWNER_WITHDRAWAL): Counterparts(
        shrinks=SystemAccount.OWNER_DRAWINGS
    ),
    (MovementKind.RETURN_IN, MovementReason.CUSTOMER_RETURN): Counterparts(
        grows=SystemAccount.COST_OF_GOODS_SOLD
    ),
    (MovementKind.RETURN_OUT, MovementReason.SUPPLIER_RETURN): Counterparts(
        shrinks=SystemAccount.PAYABLES, difference=SystemAccount.PURCHASE_PRICE_DIFFERENCE
    ),
    (MovementKind.TRANSFER, MovementReason.RELOCATION): Counterparts(),
    (MovementKind.REPACK, MovementReason.REPACKING): Counterparts(),
    # Whoever revalues books the bill to the same account, see services.revaluation.
    (MovementKind.REVALUATION, MovementReason.LANDED_COST): Counterparts(
        grows=SystemAccount.PURCHASE_PRICE_DIFFERENCE,
        shrinks=SystemAccount.PURCHASE_PRICE_DIFFERENCE,
    ),
    **{
        (MovementKind.ADJUSTMENT, reason): Counterparts(shrinks=SystemAccount.INVENTORY_LOSS)
        for reason in (
            MovementReason.DAMAGE,
            MovementReason.EXPIRY,
            MovementReason.THEFT,
            MovementReason.SAMPLE,
        )
    },
    **{
        (MovementKind.ADJUSTMENT, reason): Counterparts(
            grows=SystemAccount.INVENTORY_GAIN, shrinks=SystemAccount.INVENTORY_LOSS
        )
        for reason in (MovementReason.COUNT, MovementReason.CORRECTION)
    },
    **{
        (MovementKind.WRITE_OFF, reason): Counterparts(shrinks=SystemAccount.INVENTORY_LOSS)
        for reason in (
            MovementReason.EXPIRY,
            MovementReason.DAMAGE,
            MovementReason.THEFT,
            MovementReason.RECALL,
        )
    },
}


def reasons_for(kind: str) -> list[str]:
    """The reasons staff may give for a kind; those of buying and selling are not theirs."""
    not_by_hand = {MovementReason.OPENING, MovementReason.PURCHASE, MovementReason.SALE}
    return [str(r) for k, r in COUNTER_ACCOUNTS if k == kind and r not in not_by_hand]


# Named for the API's document.
ISSUE_REASONS = reasons_for(MovementKind.ISSUE)
WRITE_OFF_REASONS = reasons_for(MovementKind.WRITE_OFF)


def may_grow(kind: str, reason: str) -> bool:
    """Whether stock may increase for this reason."""
    return COUNTER_ACCOUNTS[kind, reason].grows is not None


def may_shrink(kind: str, reason: str) -> bool:
    """Whether stock may decrease for this reason."""
    return COUNTER_ACCOUNTS[kind, reason].shrinks is not None


def postings_for(
    *,
    kind: str,
    reason: str,
    values: Iterable[Decimal],
    party_type: str = "",
    party_id: str = "",
    agreed: Decimal | None = None,
) -> list[Posting]:
    """The lines of the one journal entry of a document whose movements have these `values`.

    values: money, positive in, negative out. Growth and shrinkage are posted apart, so that a
    gain never hides a loss. agreed: what the party gives for goods that leave, where the table
    has an account for the difference from their cost. Empty when nothing had value.
    """
    parts = COUNTER_ACCOUNTS[kind, reason]
    totals: dict[bool, Decimal] = defaultdict(Decimal)
    for value in values:
        totals[value > 0] += abs(value)
    grown, shrunk = totals[True], totals[False]

    lines: list[Posting] = []
    if parts.grows is not None:
        lines += [_line(SystemAccount.INVENTORY, grown), _line(parts.grows, -grown)]
    if parts.shrinks is not None:
        due = shrunk if agreed is None or parts.difference is None else agreed
        lines.append(_line(parts.shrinks, due))
        if parts.difference is not None:
            lines.append(_line(parts.difference, shrunk - due))
        lines.append(_line(SystemAccount.INVENTORY, -shrunk))
    return [
        line
        if line.account not in PARTY_ACCOUNTS
        else replace(line, party_type=party_type, party_id=party_id)
        for line in lines
        if line.debit or line.credit
    ]


def _line(account: SystemAccount, amount: Decimal) -> Posting:
    """amount: money, positive on the debit side, negative on the credit side."""
    return Posting(account=account, debit=max(amount, ZERO), credit=max(-amount, ZERO))
