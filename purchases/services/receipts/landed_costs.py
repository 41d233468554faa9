"""Freight, customs and handling: spread over what was received, to the last digit.

Goods that are still there are worth that much more; the share of goods that have left is cost of
sales. docs/flows/receiving.md has an example in numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from capital.public import (
    SUPPLIER_PARTY,
    Posting,
    SystemAccount,
    entry_post,
    refuse_beyond_capital,
    till_account,
)
from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.models import local_date
from core.money import allocate, is_exact_money
from core.numbering import next_number
from inventory.public import RevaluationLine, Revalued, stock_revalue
from purchases.constraints import refusing
from purchases.errors import (
    LandedCostAlreadyReversed,
    LandedCostDocumentTaken,
    LandedCostNotFound,
    LandedCostRefused,
    SupplierNotFound,
)
from purchases.models import (
    GoodsReceiptLine,
    LandedCost,
    LandedCostLine,
    PaidFrom,
    PurchaseOrder,
    Spread,
    Supplier,
)
from purchases.people import person_of, reason_given

LANDED_COST_SOURCE = "purchases.landed_cost"
REVERSAL_SOURCE = "purchases.landed_cost_reversal"
ENTRY_KIND = "landed_cost"
ZERO = Decimal(0)
# Of a line whose share is empty: inventory was not asked.
_NOTHING_BORNE = Revalued(line=0, on_hand_quantity=0, on_hand_amount=ZERO, gone_amount=ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """A receipt that bears a cost, or these `lines` of it (by their numbers; None: all)."""

    receipt_id: int
    lines: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What is spread. amount: money, > 0. Owed to a supplier, or paid from cash or the bank."""

    kind: str
    spread: str
    amount: Decimal
    supplier_id: int | None = None
    paid_from: str = ""
    document_number: str = ""
    note: str = ""


@transaction.atomic
def landed_cost_post(
    *, actor: Actor, now: datetime, bill: Bill, bearers: Sequence[Bearer]
) -> LandedCost:
    """Spread a bill over received goods, by what was paid for them or by how many they are.

    What was taken back bears nothing. Raises LandedCostRefused (an amount that cannot be, neither
    or both of supplier and payment, unknown receipts or lines, nothing to spread by),
    SupplierNotFound, LandedCostDocumentTaken, InsufficientFunds, InsufficientCapital and what
    the till refuses. A constant number of queries.
    """
    _refuse_faulty(bill)
    lines = _bearing(bearers)
    weights = [line.amount if bill.spread == Spread.VALUE else line.quantity for line in lines]
    if not any(weights):
        detail = _("These goods cost nothing: spread it by quantity.")
        raise LandedCostRefused(errors=[FieldProblem("spread", "nothing_to_spread_by", detail)])
    cost = LandedCost(
        number=next_number("LC", on=local_date(now)),
        kind=bill.kind,
        spread=bill.spread,
        amount=bill.amount,
        supplier_id=bill.supplier_id,
        paid_from=bill.paid_from,
        document_number=bill.document_number.strip(),
        note=bill.note.strip(),
        posted_at=now,
        posted_by_id=person_of(actor),
    )
    with refusing({"purchases_landedcost_document_once": LandedCostDocumentTaken}):
        cost.save(force_insert=True)
    shares = allocate(bill.amount, weights)
    told = _revalue(cost, LANDED_COST_SOURCE, lines, shares, actor=actor, now=now)
    rows = LandedCostLine.objects.bulk_create(
        _cost_line(cost, line, share, told.get(line.pk, _NOTHING_BORNE))
        for line, share in zip(lines, shares, strict=True)
    )
    on_hand = sum((row.on_hand_amount for row in rows), ZERO)
    _post(cost, on_hand, cost.amount - on_hand, actor=actor, now=now)
    audit.record(
        actor=actor,
        action="purchases.landed_cost_posted",
        subject=cost,
        changes={"amount": cost.amount, "on_hand": on_hand, "lines": len(rows)},
        reason=cost.note,
        occurred_at=now,
    )
    return cost


@transaction.atomic
def landed_cost_reverse(*, actor: Actor, now: datetime, cost_id: int, reason: str) -> LandedCost:
    """Take a cost back, from the goods that are still there and from the cost of the others.

    Raises LandedCostNotFound, LandedCostAlreadyReversed, ReasonRequired.
    """
    found = lock(LandedCost.objects.filter(pk=cost_id))
    if not found:
        raise LandedCostNotFound
    (cost,) = found
    if cost.reversed_at is not None:
        raise LandedCostAlreadyReversed
    reason = reason_given(reason)
    rows = list(
        cost.lines.filter(on_hand_amount__gt=0).select_related("receipt_line").order_by("pk")
    )
    told = _take_back(cost, rows, actor=actor, now=now)
    on_hand = -sum((line.on_hand_amount for line in told), ZERO)
    _post(cost, on_hand, cost.amount - on_hand, actor=actor, now=now, back=True)
    cost.reversed_at, cost.reversed_by_id = now, actor.id
    cost.reversal_reason = reason
    cost.save(update_fields=["reversed_at", "reversed_by", "reversal_reason"])
    audit.record(
        actor=actor,
        action="purchases.landed_cost_reversed",
        subject=cost,
        changes={"amount": cost.amount, "from_goods_on_hand": on_hand},
        reason=cost.reversal_reason,
        occurred_at=now,
    )
    return cost


def _cost_line(
    cost: LandedCost, line: GoodsReceiptLine, share: Decimal, told: Revalued
) -> LandedCostLine:
    return LandedCostLine(
        cost=cost,
        receipt_line=line,
        amount=share,
        on_hand_quantity=told.on_hand_quantity,
        on_hand_amount=told.on_hand_amount,
        gone_amount=told.gone_amount,
    )


def _refuse_faulty(bill: Bill) -> None:
    problems: list[FieldProblem] = []
    if not is_exact_money(bill.amount) or bill.amount <= 0:
        detail = _("Give an amount of money above 0, with the currency's decimal places.")
        problems.append(FieldProblem("amount", "invalid_amount", detail))
    if (bill.supplier_id is None) == (not bill.paid_from):
        detail = _("Say to whom it is owed, or from where it was paid.")
        problems.append(FieldProblem("supplier_id", "owed_or_paid", detail))
    if problems:
        raise LandedCostRefused(errors=problems)
    if bill.supplier_id and not Supplier.objects.filter(pk=bill.supplier_id).exists():
        raise SupplierNotFound


def _bearing(bearers: Sequence[Bearer]) -> list[GoodsReceiptLine]:
    """The lines that bear the cost, once their orders are locked: nothing is taken back now."""
    asked = {bearer.receipt_id: bearer.lines for bearer in bearers}
    orders = set(
        GoodsReceiptLine.objects.filter(receipt_id__in=asked).values_list(
            "receipt__order_id", flat=True
        )
    )
    lock(PurchaseOrder.objects.filter(pk__in=orders))
    rows = list(
        GoodsReceiptLine.objects.filter(receipt_id__in=asked)
        .select_related("reversal_line")
        .order_by("receipt_id", "line")
    )
    known = {(row.receipt_id, row.line) for row in rows}
    receipts = {receipt_id for receipt_id, _line in known}
    problems = [
        problem
        for position, bearer in enumerate(bearers)
        for problem in _unknown(f"bearers.{position}", bearer, receipts, known)
    ]
    chosen = [
        row
        for row in rows
        if (asked[row.receipt_id] is None or row.line in (asked[row.receipt_id] or ()))
        and not hasattr(row, "reversal_line")
    ]
    if not problems and not chosen:
        detail = _("All of it was taken back: nothing bears the cost.")
        problems = [FieldProblem("bearers", "nothing_left", detail)]
    if problems:
        raise LandedCostRefused(errors=problems)
    return chosen


def _unknown(
    path: str, bearer: Bearer, receipts: set[int], known: set[tuple[int, int]]
) -> list[FieldProblem]:
    if bearer.receipt_id not in receipts:
        detail = _("There is no goods receipt %(id)d.") % {"id": bearer.receipt_id}
        return [FieldProblem(f"{path}.receipt_id", "unknown_receipt", detail)]
    return [
        FieldProblem(
            f"{path}.lines", "unknown_line", _("The receipt has no line %(line)d.") % {"line": line}
        )
        for line in sorted(bearer.lines or ())
        if (bearer.receipt_id, line) not in known
    ]


def _revalue(
    cost: LandedCost,
    source_type: str,
    lines: Sequence[GoodsReceiptLine],
    shares: Sequence[Decimal],
    *,
    actor: Actor,
    now: datetime,
) -> dict[int, Revalued]:
    """What of each line's share its goods on hand bear, by the line's id; without empty shares."""
    bearing = [(line, share) for line, share in zip(lines, shares, strict=True) if share]
    told = stock_revalue(
        actor=actor,
        now=now,
        source_type=source_type,
        source_id=str(cost.pk),
        lines=[
            RevaluationLine(
                line=number, batch_id=line.batch_id, quantity=line.quantity, amount=share
            )
            for number, (line, share) in enumerate(bearing, start=1)
        ],
    )
    return {line.pk: each for (line, _share), each in zip(bearing, told, strict=True)}


def _take_back(
    cost: LandedCost, rows: Sequence[LandedCostLine], *, actor: Actor, now: datetime
) -> list[Revalued]:
    if not rows:
        return []
    return stock_revalue(
        actor=actor,
        now=now,
        source_type=REVERSAL_SOURCE,
        source_id=str(cost.pk),
        lines=[
            RevaluationLine(
                line=number,
                batch_id=row.receipt_line.batch_id,
                quantity=row.on_hand_quantity,
                amount=-row.on_hand_amount,
            )
            for number, row in enumerate(rows, start=1)
        ],
    )


def _post(
    cost: LandedCost,
    on_hand: Decimal,
    gone: Decimal,
    *,
    actor: Actor,
    now: datetime,
    back: bool = False,
) -> None:
    """Book the bill against what its goods bear; `back`: the other way round.

    The part on PURCHASE_PRICE_DIFFERENCE is what inventory posted there when it revalued.
    """
    parts: Mapping[SystemAccount, Decimal] = {
        SystemAccount.PURCHASE_PRICE_DIFFERENCE: on_hand,
        SystemAccount.COST_OF_GOODS_SOLD: gone,
    }
    bill = _counterpart(cost, actor=actor, pays=not back)
    postings = [
        *(Posting(account=account, debit=part) for account, part in parts.items() if part),
        bill,
    ]
    if back:
        postings = [
            Posting(
                account=line.account,
                debit=line.credit,
                credit=line.debit,
                party_type=line.party_type,
                party_id=line.party_id,
            )
            for line in postings
        ]
    entry_post(
        actor=actor,
        now=now,
        source_type=REVERSAL_SOURCE if back else LANDED_COST_SOURCE,
        source_id=str(cost.pk),
        kind=ENTRY_KIND,
        postings=postings,
        memo=f"{cost.number} {cost.document_number}".strip(),
    )


def _counterpart(cost: LandedCost, *, actor: Actor, pays: bool) -> Posting:
    if cost.supplier_id is not None:
        return Posting(
            account=SystemAccount.PAYABLES,
            credit=cost.amount,
            party_type=SUPPLIER_PARTY,
            party_id=str(cost.supplier_id),
        )
    account: SystemAccount | int = SystemAccount.BANK
    if cost.paid_from == PaidFrom.CASH:
        account = till_account(actor=actor)
    if pays:
        refuse_beyond_capital(requested=cost.amount)
    return Posting(account=account, credit=cost.amount)
