"""Nothing is ordered that a supplier's terms do not take: its minimum, its maximum, its credit.

Minimum and maximum are what the supplier accepts: nobody here can set them aside. The credit limit
is a promise between the two: a person with the right to may go beyond it, and says why.
Why so: docs/decisions/supplier-limits.md.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from capital.public import ledger_lock
from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.money import currency, format_money
from purchases.errors import (
    CreditOverrideForbidden,
    SupplierCreditExceeded,
    SupplierMaximumExceeded,
    SupplierMinimumNotMet,
)
from purchases.models import CreditOverride, Proposal, PurchaseOrder, Supplier
from purchases.people import person_of
from purchases.selectors.offered_terms import OrderTerms, terms_of_proposals
from purchases.selectors.supplier_account import Exposure, supplier_exposure
from purchases.services.suppliers.price_gate import prices_lock

OVERRIDE_FIELD = "credit_override_reason"


def refuse_size(proposal: Proposal, total: Decimal, *, before: Decimal | None = None) -> None:
    """An order of this total (money) is one the supplier takes; call under `prices_lock`.

    The larger of the supplier's own minimum and those printed on the offers its lines rest on
    holds. before: the total of an order that is changed: what only comes nearer to a size the
    supplier takes is not refused. Two queries. Raises SupplierMinimumNotMet (unless a fee lets
    smaller orders through), SupplierMaximumExceeded.
    """
    found = terms_of_proposals([proposal])[proposal.pk]
    short, beyond = found.terms.short_of_minimum(total), found.terms.beyond_maximum(total)
    if short and (before is None or total < before):
        raise _too_small(proposal.supplier, total, found, short)
    if beyond and (before is None or total > before):
        raise _too_large(proposal.supplier, total, total - beyond, beyond)


def credit_use(
    *,
    actor: Actor,
    now: datetime,
    proposal: Proposal,
    order: PurchaseOrder | None = None,
    amount: Decimal,
    override_reason: str,
    may_override: bool,
) -> None:
    """Order for `amount` (money, > 0) more from the proposal's supplier, within its credit limit.

    Call it before the amount is written anywhere, late: it takes the gate of the supplier and the
    ledger's, so that of two at once the second sees what the first ordered. A constant number of
    queries. override_reason: why the limit may be exceeded; kept where it is (`CreditOverride`),
    not looked at where it is not.

    Raises SupplierCreditExceeded, CreditOverrideForbidden.
    """
    supplier_id = proposal.supplier_id
    prices_lock(supplier_id)
    ledger_lock()  # goods that arrive move from "on order" to "owed" before this or after it
    exposure = supplier_exposure([supplier_id])[supplier_id]
    if not exposure.exceeded_by(amount):
        return
    if not override_reason.strip():
        raise _exceeded(proposal.supplier, exposure, amount)
    if not may_override:
        raise CreditOverrideForbidden(extra=_credit(proposal.supplier, exposure, amount))
    _override(
        exposure, actor=actor, now=now, proposal=proposal, order=order, amount=amount,
        reason=override_reason.strip(),
    )  # fmt: skip


def _too_small(
    supplier: Supplier, total: Decimal, found: OrderTerms, short: Decimal
) -> SupplierMinimumNotMet:
    least, offer_id = found.terms.minimum_order_amount, found.printed_minimum_on
    words = {**_words(supplier, least, short), "offer": offer_id}
    if offer_id is None:
        detail = _("%(supplier)s takes orders from %(limit)s %(currency)s on; %(by)s is missing.")
        remedy = _("Order more there, or buy it from another supplier.")
    else:
        detail = _(
            "Offer %(offer)s of %(supplier)s asks for orders from %(limit)s %(currency)s on; "
            "%(by)s is missing."
        )
        remedy = _("Order more there, or correct the minimum of the offer if it was read wrongly.")
    return SupplierMinimumNotMet(
        detail % words,
        errors=[FieldProblem("lines", "below_minimum", remedy)],
        extra={
            **_of(supplier, total),
            "minimum": format_money(least),
            "shortfall": format_money(short),
            "printed_on_offer_id": offer_id,
        },
    )


def _too_large(
    supplier: Supplier, total: Decimal, most: Decimal, beyond: Decimal
) -> SupplierMaximumExceeded:
    return SupplierMaximumExceeded(
        _("%(supplier)s takes orders up to %(limit)s %(currency)s; %(by)s is too much.")
        % _words(supplier, most, beyond),
        errors=[
            FieldProblem("lines", "above_maximum", _("Order less, or the rest in another order."))
        ],
        extra={
            **_of(supplier, total),
            "maximum": format_money(most),
            "exceeded_by": format_money(beyond),
        },
    )


def _override(
    exposure: Exposure,
    *,
    actor: Actor,
    now: datetime,
    proposal: Proposal,
    order: PurchaseOrder | None,
    amount: Decimal,
    reason: str,
) -> None:
    assert exposure.limit is not None  # noqa: S101 - nothing exceeds no limit
    CreditOverride.objects.create(
        proposal=proposal,
        order=order,
        credit_limit=exposure.limit,
        exposure=exposure.total,
        amount=amount,
        reason=reason,
        overridden_by_id=person_of(actor),
        overridden_at=now,
    )
    audit.record(
        actor=actor,
        action="purchases.credit_limit_exceeded",
        subject=order or proposal,
        changes=_credit(proposal.supplier, exposure, amount),
        reason=reason,
    )


def _exceeded(supplier: Supplier, exposure: Exposure, amount: Decimal) -> SupplierCreditExceeded:
    beyond = exposure.exceeded_by(amount)
    return SupplierCreditExceeded(
        _("%(supplier)s gives credit up to %(limit)s %(currency)s; this is %(by)s beyond it.")
        % _words(supplier, exposure.limit or Decimal(0), beyond),
        errors=[
            FieldProblem(
                OVERRIDE_FIELD,
                "credit_limit_exceeded",
                _("Pay the supplier or order less; who may exceed credit limits can say why here."),
            )
        ],
        extra=_credit(supplier, exposure, amount),
    )


def _credit(supplier: Supplier, exposure: Exposure, amount: Decimal) -> dict[str, object]:
    return {
        "supplier_id": supplier.pk,
        "supplier_name": supplier.name,
        "credit_limit": format_money(exposure.limit or Decimal(0)),
        "owed": format_money(exposure.owed),
        "on_order": format_money(exposure.on_order),
        "requested": format_money(amount),
        "exceeded_by": format_money(exposure.exceeded_by(amount)),
    }


def _of(supplier: Supplier, total: Decimal) -> dict[str, object]:
    return {
        "supplier_id": supplier.pk,
        "supplier_name": supplier.name,
        "total": format_money(total),
    }


def _words(supplier: Supplier, limit: Decimal, by: Decimal) -> dict[str, str]:
    return {
        "supplier": supplier.name,
        "limit": format_money(limit),
        "by": format_money(by),
        "currency": currency(),
    }
