"""Ten thousand random orders, deliveries and reversals against a brute-force oracle.

The oracle shares nothing with the code: it keeps every unit of an order line by itself, as exact
fractions of the line's money, and adds them up. No database: what is computed is what
`purchases.services.receipts.arrivals` computes for every receipt; that receipts write it down is
tested, with a database, in `test_receipts.py` and `test_reversal.py`.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

from purchases.models import PurchaseOrderLine
from purchases.services.receipts.arrivals import Arrival, arrivals_of, open_amount
from purchases.services.receipts.deliveries import Batch, Delivery
from purchases.services.receipts.tolerances import BatchVerdict, Verdict
from purchases.tests.printed_deals import half_up
from purchases.tests.receipt_oracle import asked_for

ORDERS = 10_000
CENT = Decimal("0.01")


def random_line(random: Random) -> PurchaseOrderLine:
    units = random.choice([1, 1, 3, 10, 30])
    packs = random.randint(1, 60)
    free = random.choice([0, 0, packs // 6, packs // 10 * 3, random.randint(0, packs)])
    return PurchaseOrderLine(
        pk=1,
        product_id=1,
        purchase_units=units,
        bought_quantity=packs * units,
        free_quantity=free * units,
        amount=Decimal(random.randint(1, 10_000_000)) / 100,
        received_amount=Decimal(0),
    )


def random_delivery(random: Random, line: PurchaseOrderLine) -> Delivery:
    quantity = random.randint(1, line.outstanding_quantity)
    if random.random() < 0.2:
        quantity = line.outstanding_quantity + random.randint(0, 3)
    cuts = sorted(random.randint(0, quantity) for _ in range(random.randint(0, 3)))
    edges = [0, *cuts, quantity]
    sizes = [end - begin for begin, end in pairwise(edges) if end > begin]
    said = random.choice(["", "", "price", "amount"])
    return Delivery(
        order_line_id=1,
        batches=tuple(Batch(quantity=size) for size in sizes),
        invoice_price=Decimal(random.randint(1, 50_000)) / 100 if said == "price" else None,
        invoice_amount=Decimal(random.randint(0, 900_000)) / 100 if said == "amount" else None,
        close_rest=random.random() < 0.1,
    )


def verdict_of(delivery: Delivery) -> Verdict:
    nothing = BatchVerdict(flags=(), quarantine=())
    return Verdict(
        problems=(), flags=(), accepted=False, batches=(nothing,) * len(delivery.batches)
    )


class Ledger:
    """One order line, what stands of its deliveries, and how often what was drawn."""

    def __init__(self, line: PurchaseOrderLine, seen: Counter[str]) -> None:
        self.line, self.seen = line, seen
        self.each = Fraction(line.amount) / line.ordered_quantity
        self.standing: list[tuple[int, Decimal]] = []

    def take_back(self, index: int) -> None:
        counted, ordered = self.standing.pop(index)
        self.line.received_quantity -= counted
        self.line.received_amount -= ordered
        self.seen["taken back"] += 1

    def receive(self, delivery: Delivery) -> None:
        line, before = self.line, self.line.received_quantity
        arrivals = arrivals_of([delivery], {1: line}, [verdict_of(delivery)])
        counted = sum(arrival.counted for arrival in arrivals)
        ordered = sum((arrival.ordered_amount for arrival in arrivals), Decimal(0))
        # Every unit is somewhere.
        assert counted == min(delivery.counted, line.outstanding_quantity)
        assert [a.counted + a.over for a in arrivals] == [b.quantity for b in delivery.batches]
        self._paid(arrivals, delivery, before, ordered)
        line.received_quantity += counted
        line.received_amount += ordered
        self.standing.append((counted, ordered))
        self.seen["received"] += 1
        self.seen["beyond"] += counted < delivery.counted
        # By the order: all units there are worth what their fractions add up to, to a cent.
        assert abs(line.received_amount - half_up(self.each * line.received_quantity)) <= CENT
        if line.received_quantity == line.ordered_quantity:
            assert line.received_amount == line.amount

    def _paid(
        self, arrivals: list[Arrival], delivery: Delivery, before: int, ordered: Decimal
    ) -> None:
        """What is asked, or else as ordered; no batch is off its share by more than a cent."""
        paid = sum((arrival.amount for arrival in arrivals), Decimal(0))
        asked = asked_for(
            delivery,
            bought=self.line.bought_quantity,
            units=self.line.purchase_units,
            ordered=self.line.ordered_quantity,
            before=before,
            counted=min(
                delivery.counted, self.line.ordered_quantity - before - self.line.cancelled_quantity
            ),
        )
        assert paid == (ordered if asked is None else asked)
        for arrival in arrivals:
            share = Fraction(paid) * arrival.batch.quantity / delivery.counted
            assert abs(Fraction(arrival.amount) - share) <= Fraction(1, 100)
            assert min(arrival.amount, arrival.ordered_amount) >= 0

    def give_up(self) -> None:
        line = self.line
        wanted = half_up(self.each * (line.ordered_quantity - line.cancelled_quantity))
        assert abs(line.received_amount + open_amount(line) - wanted) <= CENT
        line.cancelled_quantity += line.outstanding_quantity
        self.seen["given up"] += 1

    def check(self) -> None:
        total = sum((ordered for _units, ordered in self.standing), Decimal(0))
        assert self.line.received_amount == total
        assert self.line.received_quantity == sum(units for units, _ordered in self.standing)


def play(random: Random, ledger: Ledger) -> None:
    for _step in range(random.randint(1, 8)):
        if ledger.standing and random.random() < 0.25:
            ledger.take_back(random.randrange(len(ledger.standing)))
        elif ledger.line.outstanding_quantity:
            delivery = random_delivery(random, ledger.line)
            ledger.receive(delivery)
            if delivery.close_rest and ledger.line.outstanding_quantity:
                ledger.give_up()
    ledger.check()


def test_the_money_of_ten_thousand_orders_is_exact():
    random = Random(20261126)
    seen: Counter[str] = Counter()
    for _ in range(ORDERS):
        play(random, Ledger(random_line(random), seen))
    # The drawing covers what it is meant to.
    assert set(seen) == {"received", "beyond", "given up", "taken back"}
    assert min(seen.values()) > 1_000
