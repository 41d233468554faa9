"""Selling at the till."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from capital.public import Posting, SystemAccount, entry_post, till_account
from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.models import local_date
from core.money import currency, format_money
from core.numbering import next_number
from core.outbox import publish
from inventory.public import IssueLine, StockEffect, stock_issue
from sales.errors import InsufficientTender
from sales.events import SaleCompleted
from sales.models import PaymentMethod, Sale, SaleAllocation, SaleLine
from sales.pricing import BasketLine, PricedLine, basket_price

SALE_SOURCE = "sales.sale"
SALE_SERIES = "SALE"
ZERO = Decimal(0)


@transaction.atomic
def sale_checkout(
    *, actor: Actor, now: datetime, basket: Sequence[BasketLine], tendered: Decimal
) -> int:
    """Sell a basket for cash; returns the sale's id.

    The money goes into the drawer at which the cashier has a session, else into the default one.
    Goods leave by FEFO, their cost and the revenue are posted, all in one transaction with a
    number of queries that does not depend on the number of lines. tendered: money handed over.

    Raises SaleLinesRefused, InsufficientTender, InsufficientStock (409, naming the lines),
    SessionRequired and SessionStateRefused (the cashier's cash session).
    """
    if actor.id is None:
        raise ValueError("a sale needs a cashier")
    priced = basket_price(basket)
    total = sum((line.total for line in priced), ZERO)
    _refuse_short_tender(total=total, tendered=tendered)
    sale_id = _next_sale_id()
    effects = stock_issue(
        actor=actor,
        now=now,
        source_type=SALE_SOURCE,
        source_id=str(sale_id),
        lines=[
            IssueLine(
                line=line.line,
                product_id=line.product_id,
                quantity=line.base_quantity,
                prescription=line.prescription,
            )
            for line in priced
        ],
    )
    entry_post(
        actor=actor,
        now=now,
        source_type=SALE_SOURCE,
        source_id=str(sale_id),
        kind="sale",
        postings=[
            Posting(account=till_account(actor=actor), debit=total),
            Posting(account=SystemAccount.SALES_REVENUE, credit=total),
        ],
    )
    sale = Sale(
        id=sale_id,
        number=next_number(SALE_SERIES, on=local_date(now)),
        sold_at=now,
        business_date=local_date(now),
        cashier_id=actor.id,
        payment_method=PaymentMethod.CASH,
        total=total,
        tendered=tendered,
        change=tendered - total,
        cost=sum((effect.cost for effect in effects), ZERO),
    )
    _write(sale, priced, effects)
    audit.record(
        actor=actor,
        action="sales.sale_completed",
        subject=sale,
        changes={"number": sale.number, "total": format_money(total), "lines": len(priced)},
        occurred_at=now,
    )
    publish(
        SaleCompleted(
            sale_id=sale.pk, number=sale.number, sold_at=now, total=total, lines=len(priced)
        )
    )
    return sale.pk


def _next_sale_id() -> int:
    """The id the sale will have: its stock and money are posted before its number is drawn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('sales_sale', 'id'))")
        (sale_id,) = cursor.fetchone()
    return sale_id


def _write(sale: Sale, priced: Sequence[PricedLine], effects: Sequence[StockEffect]) -> None:
    by_line: dict[int, list[StockEffect]] = defaultdict(list)
    for effect in effects:
        by_line[effect.line].append(effect)
    sale.save(force_insert=True)
    lines = SaleLine.objects.bulk_create(
        SaleLine(
            sale=sale,
            line=line.line,
            product_id=line.product_id,
            product_name=line.product_name,
            packaging_name=line.packaging_name,
            packaging_units=line.units,
            quantity=line.quantity,
            base_quantity=line.base_quantity,
            unit_price=line.unit_price,
            line_total=line.total,
            cost=sum((effect.cost for effect in by_line[line.line]), ZERO),
        )
        for line in priced
    )
    SaleAllocation.objects.bulk_create(
        SaleAllocation(
            sale_line=line,
            movement_id=effect.movement_id,
            batch_id=effect.batch_id,
            batch_number=effect.batch_number,
            expiry_date=effect.expiry_date,
            quantity=effect.quantity,
            cost=effect.cost,
        )
        for line in lines
        for effect in by_line[line.line]
    )


def _refuse_short_tender(*, total: Decimal, tendered: Decimal) -> None:
    if tendered >= total:
        return
    raise InsufficientTender(
        errors=[
            FieldProblem(
                "payment.tendered",
                "insufficient_tender",
                _("The total is %(total)s %(currency)s.")
                % {"total": format_money(total), "currency": currency()},
            )
        ],
        extra={"total": format_money(total), "tendered": format_money(tendered)},
    )
