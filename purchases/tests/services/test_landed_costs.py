"""Freight, customs and handling: spread to the last digit, borne by what is there and what left."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from capital.public import (
    InsufficientFunds,
    SystemAccount,
    balances_check,
    capital_summary,
    party_balance,
)
from core.models import AuditEntry
from core.tests.effort import tries
from inventory.public import IssueLine, stock_issue
from purchases.errors import (
    LandedCostAlreadyReversed,
    LandedCostDocumentTaken,
    LandedCostNotFound,
    LandedCostRefused,
    ReasonRequired,
    ReceiptNotReversible,
    SupplierNotFound,
)
from purchases.models import LandedCost, LandedCostLine
from purchases.services.receipts.deliveries import Delivery
from purchases.services.receipts.landed_costs import (
    Bearer,
    Bill,
    landed_cost_post,
    landed_cost_reverse,
)
from purchases.services.receipts.receipts import goods_receive
from purchases.services.receipts.reversal import receipt_reverse
from purchases.tests.factories import SupplierFactory, actor_with, placed_order, short_product
from purchases.tests.lower import JournalEntry, StockLevel
from purchases.tests.services.taking_in import fresh, line_of, order_of, receive
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(pharmacist):
    return {"actor": pharmacist, "now": timezone.now()}


@pytest.fixture
def carrier():
    return SupplierFactory()


def spread(who, *receipts, amount="90", by="value", **bill):
    return landed_cost_post(
        bill=Bill(kind="freight", spread=by, amount=Decimal(amount), **bill),
        bearers=[
            receipt if isinstance(receipt, Bearer) else Bearer(receipt_id=receipt.pk)
            for receipt in receipts
        ],
        **who,
    )


def sell(product, quantity, who, source="1"):
    (effect,) = stock_issue(
        source_type="tests.sale", source_id=source, **who,
        lines=[IssueLine(line=1, product_id=product, quantity=quantity)],
    )  # fmt: skip
    return effect.cost


def balance(account, party=None):
    named = {"party_type": "purchases.supplier" if party else "", "party_id": str(party or "")}
    return party_balance(account, **named)


def borne(cost):
    rows = cost.lines.order_by("pk")
    return [(r.amount, r.on_hand_quantity, r.on_hand_amount, r.gone_amount) for r in rows]


def worth():
    return StockLevel.objects.aggregate(v=Sum("value"))["v"]


def two_receipts():
    """10 units for 1,000 and 20 units for 2,000 of another product."""
    return (
        receive(placed_order(need=10, price=100), fresh(10)),
        receive(placed_order(need=20, price=100), fresh(20)),
    )


@pytest.mark.parametrize(
    ("by", "amount", "shares"),
    [
        ("value", "90", [30, 60]),
        ("quantity", "90", [30, 60]),
        ("value", "100", ["33.33", "66.67"]),
        ("quantity", "0.02", ["0.01", "0.01"]),
        ("quantity", "0.01", ["0", "0.01"]),
    ],
)
def test_a_cost_is_spread_over_receipts_to_the_last_digit(by, amount, shares, who, carrier):
    cost = spread(who, *two_receipts(), amount=amount, by=by, supplier_id=carrier.pk)
    assert [row[0] for row in borne(cost)] == [Decimal(share) for share in shares]
    assert worth() == 3000 + Decimal(amount)


def test_by_value_and_by_quantity_differ_where_prices_do(who, carrier):
    cheap = receive(placed_order(need=10, price=10), fresh(10))
    dear = receive(placed_order(need=10, price=90), fresh(10))
    by_value = spread(who, cheap, dear, amount="100", supplier_id=carrier.pk)
    by_quantity = spread(who, cheap, dear, amount="100", by="quantity", supplier_id=carrier.pk)
    assert [row[0] for row in borne(by_value)] == [10, 90]
    assert [row[0] for row in borne(by_quantity)] == [50, 50]


def test_what_is_there_is_worth_more_and_what_was_sold_is_cost_of_sales(who, carrier):
    order = placed_order(need=10, price=100)
    receipt = receive(order, fresh(10))
    sell(line_of(order).product_id, 4, who)
    before = {account: balance(account) for account in SystemAccount}
    cost = spread(who, receipt, amount="50", supplier_id=carrier.pk)
    assert borne(cost) == [(50, 6, 30, 20)]
    after = {account: balance(account) for account in SystemAccount}
    moved = {a: after[a] - before[a] for a in after if after[a] != before[a]}
    assert moved == {SystemAccount.INVENTORY: 30, SystemAccount.COST_OF_GOODS_SOLD: 20}
    assert abs(balance(SystemAccount.PAYABLES, carrier.pk)) == 50
    assert worth() == 630
    assert balances_check() == []


def test_goods_sold_afterwards_cost_that_much_more(who, carrier):
    order = placed_order(need=3, price=100)
    spread(who, receive(order, fresh(3)), amount="10", supplier_id=carrier.pk)
    costs = [sell(line_of(order).product_id, 1, who, str(n)) for n in range(3)]
    assert sum(costs) == 310
    assert worth() == 0


def test_a_cost_may_be_paid_at_once(who):
    receipt = receive(placed_order(need=10, price=100), fresh(10))
    before = capital_summary()
    spread(who, receipt, amount="50", paid_from="cash")
    after = capital_summary()
    assert (after.payables, after.stock_at_cost) == (before.payables, before.stock_at_cost + 50)
    assert after.liquid == before.liquid - 50


def test_money_that_is_not_there_is_not_paid(who):
    receipt = receive(placed_order(need=10, price=100), fresh(10))
    before = everything()
    with pytest.raises(InsufficientFunds):
        spread(who, receipt, amount="50", paid_from="bank")
    assert everything() == before


def test_some_lines_of_a_receipt_bear_it(who, carrier):
    receipt = receive(placed_order(need=10, price=100), fresh(4), fresh(6, "B"))
    only_second = Bearer(receipt_id=receipt.pk, lines=frozenset({2}))
    cost = spread(who, only_second, amount="6", supplier_id=carrier.pk)
    assert [row.receipt_line.line for row in cost.lines.all()] == [2]
    assert StockLevel.objects.get(batch__number="B").value == 606


def test_what_was_taken_back_bears_nothing(who, carrier):
    receipt = receive(placed_order(need=10, price=100), fresh(4), fresh(6, "B"))
    receipt_reverse(receipt_id=receipt.pk, reason="x", lines=[1], **who)
    cost = spread(who, receipt, amount="6", supplier_id=carrier.pk)
    assert borne(cost) == [(6, 6, 6, 0)]


def test_free_goods_bear_by_quantity_only(who, carrier):
    receipt = receive(placed_order(need=10), fresh(10), invoice_amount=Decimal(0))
    before = everything()
    with pytest.raises(LandedCostRefused) as refusal:
        spread(who, receipt, supplier_id=carrier.pk)
    assert everything() == before
    assert [problem.code for problem in refusal.value.errors] == ["nothing_to_spread_by"]
    spread(who, receipt, by="quantity", supplier_id=carrier.pk)
    assert worth() == 90


@pytest.mark.parametrize(
    ("bill", "code"),
    [
        ({"amount": "0"}, "invalid_amount"),
        ({"amount": "0.001"}, "invalid_amount"),
        ({"supplier_id": None}, "owed_or_paid"),
        ({"paid_from": "cash"}, "owed_or_paid"),
    ],
)
def test_a_bill_that_cannot_be_is_refused(bill, code, who, carrier):
    receipt = receive(placed_order(need=10), fresh(10))
    before = everything()
    with pytest.raises(LandedCostRefused) as refusal:
        spread(who, receipt, **{"supplier_id": carrier.pk, **bill})
    assert everything() == before
    assert [problem.code for problem in refusal.value.errors] == [code]


def test_unknown_receipts_lines_and_suppliers_are_refused(who, carrier):
    receipt = receive(placed_order(need=10), fresh(10))
    before = everything()
    with pytest.raises(LandedCostRefused) as refusal:
        spread(
            who, Bearer(receipt_id=999_999),
            Bearer(receipt_id=receipt.pk, lines=frozenset({1, 7})), supplier_id=carrier.pk,
        )  # fmt: skip
    assert [(p.field, p.code) for p in refusal.value.errors] == [
        ("bearers.0.receipt_id", "unknown_receipt"),
        ("bearers.1.lines", "unknown_line"),
    ]
    with pytest.raises(SupplierNotFound):
        spread(who, receipt, supplier_id=999_999)
    assert everything() == before


def test_a_suppliers_document_is_entered_once(who, carrier):
    receipt = receive(placed_order(need=10), fresh(10))
    cost = spread(who, receipt, supplier_id=carrier.pk, document_number="F1")
    before = everything()
    with pytest.raises(LandedCostDocumentTaken):
        spread(who, receipt, supplier_id=carrier.pk, document_number=" F1 ")
    assert everything() == before
    landed_cost_reverse(cost_id=cost.pk, reason="Wrong amount", **who)
    spread(who, receipt, supplier_id=carrier.pk, document_number="F1")


# --- Taking it back ---


def test_taken_back_everything_is_as_before(who, carrier):
    order = placed_order(need=10, price=100)
    receipt = receive(order, fresh(10))
    sell(line_of(order).product_id, 4, who)
    before = {account: balance(account) for account in SystemAccount}
    cost = spread(who, receipt, amount="50", supplier_id=carrier.pk)
    landed_cost_reverse(cost_id=cost.pk, reason="Billed twice", **who)
    assert {account: balance(account) for account in SystemAccount} == before
    assert balance(SystemAccount.PAYABLES, carrier.pk) == 0
    assert worth() == 600


def test_what_was_sold_meanwhile_gives_back_cost_of_sales(who, carrier):
    order = placed_order(need=10, price=100)
    receipt = receive(order, fresh(10))
    cost = spread(who, receipt, amount="50", supplier_id=carrier.pk)
    assert sell(line_of(order).product_id, 4, who) == 420
    landed_cost_reverse(cost_id=cost.pk, reason="Billed twice", **who)
    # 6 of 10 are there: 30 of the 50 leave their value, 20 the cost of sales.
    assert worth() == 600
    assert balance(SystemAccount.COST_OF_GOODS_SOLD) == 400
    assert balance(SystemAccount.PURCHASE_PRICE_DIFFERENCE) == 0
    assert balances_check() == []


def test_it_is_taken_back_once_with_a_reason(who, carrier):
    cost = spread(who, receive(placed_order(need=10), fresh(10)), supplier_id=carrier.pk)
    before = everything()
    with pytest.raises(ReasonRequired):
        landed_cost_reverse(cost_id=cost.pk, reason=" ", **who)
    with pytest.raises(LandedCostNotFound):
        landed_cost_reverse(cost_id=999_999, reason="x", **who)
    assert everything() == before
    landed_cost_reverse(cost_id=cost.pk, reason="x", **who)
    before = everything()
    with pytest.raises(LandedCostAlreadyReversed):
        landed_cost_reverse(cost_id=cost.pk, reason="x", **who)
    assert everything() == before
    assert LandedCost.objects.get().reversal_reason == "x"


def test_a_receipt_that_bears_a_cost_is_taken_back_after_it(who, carrier):
    receipt = receive(placed_order(need=10), fresh(10))
    cost = spread(who, receipt, supplier_id=carrier.pk)
    before = everything()
    with pytest.raises(ReceiptNotReversible) as refusal:
        receipt_reverse(receipt_id=receipt.pk, reason="x", **who)
    assert everything() == before
    assert [problem.code for problem in refusal.value.errors] == ["bears_landed_cost"]
    landed_cost_reverse(cost_id=cost.pk, reason="x", **who)
    receipt_reverse(receipt_id=receipt.pk, reason="x", **who)
    assert worth() == 0


def test_its_entries_name_it(who, carrier):
    cost = spread(who, receive(placed_order(need=10), fresh(10)), supplier_id=carrier.pk)
    landed_cost_reverse(cost_id=cost.pk, reason="x", **who)
    entries = JournalEntry.objects.filter(source_id=str(cost.pk), kind="landed_cost")
    assert sorted(entries.values_list("source_type", flat=True)) == [
        "purchases.landed_cost",
        "purchases.landed_cost_reversal",
    ]


def test_it_is_audited_when_posted_and_when_taken_back(who, carrier):
    cost = spread(
        who, receive(placed_order(need=10), fresh(10)), amount="50", supplier_id=carrier.pk
    )
    landed_cost_reverse(cost_id=cost.pk, reason="Billed twice", **who)
    posted, undone = AuditEntry.objects.filter(
        action__startswith="purchases.landed_cost", subject_id=str(cost.pk)
    ).order_by("pk")
    assert (posted.action, posted.actor_id) == ("purchases.landed_cost_posted", who["actor"].id)
    assert (undone.action, undone.reason) == ("purchases.landed_cost_reversed", "Billed twice")
    assert Decimal(undone.changes["from_goods_on_hand"]) == Decimal(posted.changes["on_hand"]) == 50


# --- Exactness and queries ---


@given(
    quantities=st.lists(st.integers(1, 20), min_size=1, max_size=4),
    sold=st.lists(st.integers(0, 20), min_size=4, max_size=4),
    later=st.lists(st.integers(0, 20), min_size=4, max_size=4),
    amount=st.decimals(min_value=Decimal("0.01"), max_value=500, places=2),
    by=st.sampled_from(["value", "quantity"]),
)
@hypothesis_settings(max_examples=tries(10, soak=500))
def test_whatever_is_sold_before_and_after_nothing_is_lost(quantities, sold, later, amount, by):
    with transaction.atomic():
        who = {"actor": actor_with("pharmacist"), "now": timezone.now()}
        products = [short_product(need=quantity) for quantity in quantities]
        order = order_of(*products, price=7)
        batches = [
            Delivery(order_line_id=line.pk, batches=(fresh(line.ordered_quantity),))
            for line in order.lines.order_by("position")
        ]
        receipt = goods_receive(order_id=order.pk, deliveries=batches, **who)
        left = dict(zip(products, quantities, strict=True))
        for number, (product, count) in enumerate(zip(products, sold, strict=False)):
            _sell_some(left, product, count, who, f"a{number}")
        start = {account: balance(account) for account in SystemAccount}
        cost = spread(who, receipt, amount=amount, by=by, supplier_id=SupplierFactory().pk)
        gone = cost.lines.aggregate(g=Sum("gone_amount"), h=Sum("on_hand_amount"))
        assert gone["g"] + gone["h"] == amount
        assert balance(SystemAccount.INVENTORY) == start[SystemAccount.INVENTORY] + gone["h"]
        for number, (product, count) in enumerate(zip(products, later, strict=False)):
            _sell_some(left, product, count, who, f"b{number}")
        landed_cost_reverse(cost_id=cost.pk, reason="x", **who)
        assert balance(SystemAccount.PURCHASE_PRICE_DIFFERENCE) == 0
        total = balance(SystemAccount.INVENTORY) + balance(SystemAccount.COST_OF_GOODS_SOLD)
        assert total == receipt.total
        assert balance(SystemAccount.INVENTORY) == worth()
        assert balances_check() == []
        transaction.set_rollback(True)


def _sell_some(left, product, count, who, source):
    quantity = min(count, left[product])
    if quantity:
        sell(product, quantity, who, source)
        left[product] -= quantity


def test_many_lines_cost_as_many_queries_as_one(who, carrier):
    counts = []
    for size in (1, 100):
        order = order_of(*[short_product(need=10) for _ in range(size)])
        batches = [
            Delivery(order_line_id=line.pk, batches=(fresh(10),)) for line in order.lines.all()
        ]
        receipt = goods_receive(order_id=order.pk, deliveries=batches, **who)
        with CaptureQueriesContext(connection) as posting:
            cost = spread(who, receipt, supplier_id=carrier.pk)
        with CaptureQueriesContext(connection) as reversing:
            landed_cost_reverse(cost_id=cost.pk, reason="x", **who)
        counts.append((len(posting), len(reversing)))
        assert LandedCostLine.objects.filter(cost=cost).count() == size
    assert counts[0] == counts[1]
