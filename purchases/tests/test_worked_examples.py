"""The figures of docs/flows/bonus-cost.md and docs/flows/purchasing.md, step by step."""

from decimal import Decimal

import pytest
from django.db.models import Sum

from capital.public import capital_summary
from purchases.selectors.comparison import compare
from purchases.services.proposals.building import proposals_build
from purchases.services.receipts.deliveries import Batch
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import (
    PLENTY,
    SupplierFactory,
    delivery,
    placed_order,
    short_product,
    source,
)
from purchases.tests.lower import StockLevel

pytestmark = pytest.mark.django_db


def test_bonus_cost_is_as_documented(buyer, now):
    product = short_product(need=14, name_en="Cetamol")
    for name, price, deal in (("Sham", 700, "1+6"), ("Barada", 650, ""), ("Halab", 690, "5+20")):
        source(product, price=price, deal=deal, supplier=SupplierFactory(name=name))

    def ranking(needed):
        return [
            (
                found.source.line.offer.supplier.name,
                found.quote.packs,
                found.quote.free_packs,
                found.quote.amount,
                str(found.quote.true_unit_cost),
            )
            for found in compare({product: needed}, now=now)[0].quotes
        ]

    assert ranking(14) == [
        ("Sham", 12, 2, 8400, "600.000000"),
        ("Barada", 14, 0, 9100, "650.000000"),
        ("Halab", 14, 0, 9660, "690.000000"),
    ]
    assert ranking(25) == [
        ("Halab", 20, 5, 13800, "552.000000"),
        ("Sham", 22, 3, 15400, "616.000000"),
        ("Barada", 25, 0, 16250, "650.000000"),
    ]
    why = proposals_build(actor=buyer, now=now, budget=PLENTY).proposals.get().lines.get().why
    assert why["next_best"]["saving"] == "700.00"
    assert why["deal"]["worth"] == "1400.00"


def test_receiving_in_parts_is_as_documented(pharmacist, now):
    order = placed_order(need=7, price=100, deal="1+6")
    assert (order.total, capital_summary().committed) == (600, 600)
    seen = []
    for batches, invoice in (
        ([2], {}),
        ([1, 1], {"invoice_price": Decimal(110)}),
        ([3], {"invoice_amount": Decimal("257.14")}),
    ):
        receipt = goods_receive(
            actor=pharmacist,
            now=now,
            order_id=order.pk,
            deliveries=[delivery(order, *(Batch(quantity=q) for q in batches), **invoice)],
        )
        ordered = receipt.lines.aggregate(s=Sum("ordered_amount"))["s"]
        committed = capital_summary().committed
        seen.append([str(f"{figure:.2f}") for figure in (ordered, receipt.total, committed)])
    assert seen == [
        ["171.43", "171.43", "428.57"],
        ["171.43", "188.57", "257.14"],
        ["257.14", "257.14", "0.00"],
    ]
    second = order.receipts.order_by("pk")[1]
    assert list(second.lines.order_by("line").values_list("amount", flat=True)) == [
        Decimal("94.29"),
        Decimal("94.28"),
    ]
    assert StockLevel.objects.aggregate(value=Sum("value"))["value"] == Decimal("617.14")
    assert capital_summary().payables == Decimal("617.14")
