"""One table: why stock moved -> which account stands against INVENTORY.

docs/flows/stock-postings.md shows every row with numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from capital.public import Posting, SystemAccount
from inventory.models import MovementKind, MovementReason

ZERO = Decimal(0)

# (kind, reason) -> account credited when stock grows, account debited when it shrinks.
COUNTER_ACCOUNTS: dict[tuple[str, str], tuple[SystemAccount | None, SystemAccount | None]] = {
    (MovementKind.OPENING, MovementReason.OPENING): (SystemAccount.OPENING_EQUITY, None),
    (MovementKind.RECEIPT, MovementReason.PURCHASE): (SystemAccount.PAYABLES, None),
    (MovementKind.RECEIPT, MovementReason.OWNER_CONTRIBUTION): (SystemAccount.OWNER_EQUITY, None),
    (MovementKind.RECEIPT, MovementReason.GIFT): (SystemAccount.INVENTORY_GAIN, None),
    (MovementKind.ISSUE, MovementReason.SALE): (None, SystemAccount.COST_OF_GOODS_SOLD),
    (MovementKind.ISSUE, MovementReason.INTERNAL_USE): (None, SystemAccount.EXPENSES),
    (MovementKind.ISSUE, MovementReason.DONATION): (None, SystemAccount.EXPENSES),
    (MovementKind.ISSUE, MovementReason.OWNER_WITHDRAWAL): (None, SystemAccount.OWNER_DRAWINGS),
    (MovementKind.ADJUSTMENT, MovementReason.DAMAGE): (None, SystemAccount.INVENTORY_LOSS),
    (MovementKind.ADJUSTMENT, MovementReason.EXPIRY): (None, SystemAccount.INVENTORY_LOSS),
    (MovementKind.ADJUSTMENT, MovementReason.THEFT): (None, SystemAccount.INVENTORY_LOSS),
    (MovementKind.ADJUSTMENT, MovementReason.SAMPLE): (None, SystemAccount.INVENTORY_LOSS),
    (MovementKind.ADJUSTMENT, MovementReason.COUNT): (
        SystemAccount.INVENTORY_GAIN,
        SystemAccount.INVENTORY_LOSS,
    ),
    (MovementKind.ADJUSTMENT, MovementReason.CORRECTION): (
        SystemAccount.INVENTORY_GAIN,
        SystemAccount.INVENTORY_LOSS,
    ),
}


def reasons_for(kind: str) -> list[str]:
    """The reasons staff may give for a kind; those of buying and selling are not theirs."""
    not_by_hand = {MovementReason.OPENING, MovementReason.PURCHASE, MovementReason.SALE}
    return [str(r) for k, r in COUNTER_ACCOUNTS if k == kind and r not in not_by_hand]


def may_grow(kind: str, reason: str) -> bool:
    """Whether stock may increase for this reason."""
    return COUNTER_ACCOUNTS[kind, reason][0] is not None


def may_shrink(kind: str, reason: str) -> bool:
    """Whether stock may decrease for this reason."""
    return COUNTER_ACCOUNTS[kind, reason][1] is not None


def postings_for(
    *, kind: str, reason: str, values: Iterable[Decimal], party_type: str = "", party_id: str = ""
) -> list[Posting]:
    """The lines of the one journal entry of a document whose movements have these `values`.

    values: money, positive in, negative out. Growth and shrinkage are posted apart, so that a
    gain never hides a loss. Empty when nothing had value.
    """
    grows, shrinks = COUNTER_ACCOUNTS[kind, reason]
    totals: dict[bool, Decimal] = defaultdict(Decimal)
    for value in values:
        totals[value > 0] += abs(value)

    def counter(
        account: SystemAccount, *, debit: Decimal = ZERO, credit: Decimal = ZERO
    ) -> Posting:
        return Posting(
            account=account, debit=debit, credit=credit, party_type=party_type, party_id=party_id
        )

    lines: list[Posting] = []
    if totals[True] and grows is not None:
        lines.append(Posting(account=SystemAccount.INVENTORY, debit=totals[True]))
        lines.append(counter(grows, credit=totals[True]))
    if totals[False] and shrinks is not None:
        lines.append(counter(shrinks, debit=totals[False]))
        lines.append(Posting(account=SystemAccount.INVENTORY, credit=totals[False]))
    return lines
