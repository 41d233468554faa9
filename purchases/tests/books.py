"""What should stand in stock and books after any orders, deliveries and sales: an oracle.

It keeps every order line and every batch by itself and shares no arithmetic with the code under
test. Only where cents of one sum fall among several batches does it take what the ledger says, and
holds that against whole fractions first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from django.apps import apps
from django.db.models import Sum

from capital.public import SystemAccount, capital_summary, party_balances
from purchases.tests.invoicing import balance_of
from purchases.tests.printed_deals import half_up

Incoming = apps.get_model("inventory", "Incoming")
StockLevel = apps.get_model("inventory", "StockLevel")

CENT = Fraction(1, 100)
ZERO = Decimal(0)
# A batch of a product, by its number.
BatchKey = tuple[int, str]


@dataclass
class Line:
    """An order line. taken: (receipt, receipt line) -> units counted, ordered, paid."""

    product: int
    supplier: int
    units: int
    bought: int
    ordered: int
    amount: Decimal
    cancelled: int = 0
    taken: dict[tuple[int, int], tuple[int, Decimal, Decimal]] = field(default_factory=dict)

    @property
    def received(self) -> int:
        return sum(units for units, _ordered, _paid in self.taken.values())

    @property
    def received_amount(self) -> Decimal:
        return sum((ordered for _units, ordered, _paid in self.taken.values()), ZERO)

    @property
    def outstanding(self) -> int:
        return self.ordered - self.cancelled - self.received

    def worth(self, units: int) -> Decimal:
        """What the first `units` of the line cost by the order."""
        return half_up(Fraction(self.amount) * units / self.ordered)

    @property
    def promised(self) -> Decimal:
        return self.worth(self.ordered - self.cancelled) - self.received_amount


@dataclass
class Held:
    """What there is of a batch. barred: units in quarantine. moves: how often it was divided."""

    units: int = 0
    value: Decimal = ZERO
    barred: int = 0
    moves: int = 0

    def part(self, units: int) -> Fraction:
        """What so many of its units are worth."""
        return Fraction(self.value) * units / self.units if self.units else Fraction(0)


@dataclass
class Borne:
    """A landed cost. shares: batch -> units that bore it, and with how much money."""

    supplier: int
    amount: Decimal
    shares: dict[BatchKey, tuple[int, Decimal]]


class Books:
    """All that should stand in stock and books.

    owed: to each supplier. sold: what goods that were sold had cost; gone: landed costs of goods
    that had been sold before. seen: how often what happened.
    """

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.lines: dict[int, Line] = {}
        self.open_orders: dict[int, list[int]] = {}
        self.batches: dict[BatchKey, Held] = defaultdict(Held)
        self.costs: dict[int, Borne] = {}
        self.suppliers: list[int] = []
        self.sold = self.gone = ZERO
        self.seen: Counter[str] = Counter()

    @property
    def open_lines(self) -> Iterator[Line]:
        return (self.lines[pk] for pks in self.open_orders.values() for pk in pks)

    def sellable(self) -> Counter[int]:
        """Units of each product that are not in quarantine."""
        units: Counter[int] = Counter()
        for (product, _number), held in self.batches.items():
            units[product] += held.units - held.barred
        return units

    @property
    def owed(self) -> dict[str, Decimal]:
        owed: dict[str, Decimal] = defaultdict(Decimal)
        for line in self.lines.values():
            owed[str(line.supplier)] += sum((paid for *_rest, paid in line.taken.values()), ZERO)
        for cost in self.costs.values():
            owed[str(cost.supplier)] += cost.amount
        return {supplier: amount for supplier, amount in owed.items() if amount}

    def carry(self, cost: Borne, pk: int) -> None:
        self.costs[pk] = cost
        self.gone += cost.amount - sum((money for _units, money in cost.shares.values()), ZERO)
        for key, (_units, money) in cost.shares.items():
            self.batches[key].value += money

    def give_back(self, pk: int, taken: Mapping[BatchKey, Decimal]) -> None:
        """The cost is nobody's; `taken`: what the goods that were still there lost of it."""
        cost = self.costs.pop(pk)
        for key, money in taken.items():
            self.batches[key].value -= money
        self.gone -= cost.amount - sum(taken.values(), ZERO)

    def check(self) -> None:
        summary = capital_summary()
        owed = self.owed
        held = sum((batch.value for batch in self.batches.values()), ZERO)
        assert party_balances(SystemAccount.PAYABLES, party_type="purchases.supplier") == owed
        assert summary.payables == sum(owed.values(), ZERO) == held + self.sold + self.gone
        assert summary.stock_at_cost == held
        assert summary.committed == sum((line.promised for line in self.open_lines), ZERO)
        assert balance_of(SystemAccount.COST_OF_GOODS_SOLD) == self.sold + self.gone
        assert balance_of(SystemAccount.PURCHASE_PRICE_DIFFERENCE) == 0
        self._check_stock()
        self._check_incoming()

    def _check_stock(self) -> None:
        levels = (
            StockLevel.objects.filter(quantity__gt=0)
            .values("batch__product_id", "batch__number", "location__kind")
            .annotate(units=Sum("quantity"), worth=Sum("value"))
            .order_by()
        )
        found: dict[BatchKey, list[Any]] = defaultdict(lambda: [0, ZERO, 0])
        for row in levels:
            batch = found[row["batch__product_id"], row["batch__number"]]
            batch[0] += row["units"]
            batch[1] += row["worth"]
            batch[2] += row["units"] if row["location__kind"] == "quarantine" else 0
        assert dict(found) == {
            key: [batch.units, batch.value, batch.barred]
            for key, batch in self.batches.items()
            if batch.units
        }

    def _check_incoming(self) -> None:
        coming = (
            Incoming.objects.filter(cancelled_at__isnull=True)
            .values_list("product_id")
            .annotate(units=Sum("quantity") - Sum("received") - Sum("cancelled"))
            .order_by()
        )
        wanted: Counter[int] = Counter()
        for line in self.open_lines:
            wanted[line.product] += line.outstanding
        assert Counter(dict(coming)) == wanted
