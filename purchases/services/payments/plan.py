"""Which invoice gets what of a payment or credit note. Pure computation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvoice:
    """open_amount: money still to be paid; discount: what is let off if it is paid now."""

    invoice_id: int
    open_amount: Decimal
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Money for one invoice: amount of the payment, and the discount that goes with it."""

    invoice_id: int
    amount: Decimal
    discount: Decimal = ZERO


def plan_oldest_first(amount: Decimal, invoices: Sequence[OpenInvoice]) -> list[Share]:
    """Settle the invoices in the order given, each as far as the amount reaches.

    An invoice is settled with its discount only if what is left reaches for it whole.
    """
    shares = []
    left = amount
    for invoice in invoices:
        if left <= 0:
            break
        paid = min(left, invoice.open_amount - invoice.discount)
        share = _share(invoice, paid)
        if not share.discount:  # the discount is lost: what is left of the money goes on with it
            share = _share(invoice, min(left, invoice.open_amount))
        if share.amount or share.discount:
            shares.append(share)
        left -= share.amount
    return shares


def plan_named(named: Mapping[int, Decimal], invoices: Mapping[int, OpenInvoice]) -> list[Share]:
    """What was said for each invoice, with its discount where the rest is within it.

    Amounts are checked by the caller: > 0 and not above what is open.
    """
    return [_share(invoices[invoice_id], amount) for invoice_id, amount in named.items()]


def _share(invoice: OpenInvoice, amount: Decimal) -> Share:
    rest = invoice.open_amount - amount
    discount = rest if ZERO < rest <= invoice.discount else ZERO
    return Share(invoice_id=invoice.invoice_id, amount=amount, discount=discount)
