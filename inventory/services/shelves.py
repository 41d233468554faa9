"""The levels of locked products in memory, for operations that move goods between them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from inventory.errors import StockReserved, UnknownBatch, UnknownLocation
from inventory.models import Batch, Location, StockLevel
from inventory.selectors.availability import Terms
from inventory.services.allocation import take
from inventory.services.held_back import held_back
from inventory.services.ledger import Change, LockedStock


class Shelves:
    """Everything on hand of the locked products. One query; new places are made in memory."""

    def __init__(self, stock: LockedStock, terms: Terms) -> None:
        self.stock = stock
        self.terms = terms
        self.levels: dict[tuple[int, int], StockLevel] = {
            (level.batch_id, level.location_id): level
            for level in StockLevel.objects.filter(
                batch__product_id__in=stock.products, quantity__gt=0
            ).select_related("batch", "location")
        }
        self.usable_before = self._usable()

    def at(self, batch: Batch, location: Location) -> StockLevel:
        """The level of a batch at a location, an empty one if nothing of it is there."""
        return self.levels.setdefault(
            (batch.pk, location.pk), StockLevel(batch=batch, location=location, value=Decimal(0))
        )

    def of_product(self, product_id: int, location: Location) -> list[StockLevel]:
        """The levels of a product at a location, in no order."""
        return [
            level
            for level in self.levels.values()
            if level.location_id == location.pk and level.batch.product_id == product_id
        ]

    def refuse_promised(self) -> None:
        """Raises StockReserved if what was taken in memory had been promised to orders.

        Goods that may not be handed out anyway were promised to nobody.
        """
        after = self._usable()
        for product_id, before in self.usable_before.items():
            left, reserved = after.get(product_id, 0), self.stock.reserved.get(product_id, 0)
            if left < before and left < reserved:
                raise StockReserved(
                    _("Of %(product)s %(reserved)d are reserved; at most %(free)d can be taken.")
                    % {
                        "product": self.stock.products[product_id],
                        "reserved": reserved,
                        "free": max(0, before - reserved),
                    },
                    extra={"product_id": product_id, "reserved": reserved},
                )

    def _usable(self) -> dict[int, int]:
        totals: dict[int, int] = {}
        for level in self.levels.values():
            if level.quantity and held_back(level, self.terms) is None:
                product_id = level.batch.product_id
                totals[product_id] = totals.get(product_id, 0) + level.quantity
        return totals


def move(origin: StockLevel, target: StockLevel, quantity: int, *, line: int) -> list[Change]:
    """Take `quantity` from one level to another of the same batch, with its value to the digit."""
    cost, each = take(origin, quantity)
    target.quantity += quantity
    target.value += cost
    return [
        Change(line=line, part=0, level=origin, quantity=-quantity, value=-cost, unit_cost=each),
        Change(line=line, part=1, level=target, quantity=quantity, value=cost, unit_cost=each),
    ]


def batches_by_id(batch_ids: Sequence[int | None]) -> dict[int, Batch]:
    """The batches by id; None stands for a line that names none. Raises UnknownBatch."""
    found = Batch.objects.in_bulk({pk for pk in batch_ids if pk is not None})
    problems = [
        FieldProblem(
            f"lines.{position}.batch_id",
            "unknown_batch",
            _("There is no batch %(id)d.") % {"id": pk},
        )
        for position, pk in enumerate(batch_ids)
        if pk is not None and pk not in found
    ]
    if problems:
        raise UnknownBatch(errors=problems)
    return found


def locations_by_id(location_ids: Collection[int | None]) -> dict[int | None, Location]:
    """The open locations by id, the default one under None too. Raises UnknownLocation."""
    rows = {
        row.pk: row for row in Location.objects.filter(is_active=True) if row.pk in location_ids
        or row.is_default
    }  # fmt: skip
    found: dict[int | None, Location] = dict(rows.items())
    found[None] = next(row for row in rows.values() if row.is_default)
    missing = [pk for pk in location_ids if pk not in found]
    if missing:
        raise UnknownLocation(
            errors=[
                FieldProblem(
                    "location_id",
                    "unknown_location",
                    _("There is no open location %(id)d.") % {"id": pk},
                )
                for pk in missing
            ]
        )
    return found
