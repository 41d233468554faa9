"""What the lines of a basket cost. Prices are the server's; a client never decides one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from core.money import MAX_AMOUNT
from inventory.public import (
    PackagingSummary,
    Prescription,
    ProductSummary,
    packagings_by_id,
    products_by_id,
)
from sales.errors import SaleLinesRefused

MAX_BASE_QUANTITY = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    """What a customer asked for. quantity: packs of `packaging_id`, or base units without one.

    prescription: on which a controlled product is handed out.
    """

    product_id: int
    quantity: int
    packaging_id: int | None = None
    prescription: Prescription | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """A line that may be sold. unit_price: money for one pack; units: base units in a pack."""

    line: int
    product_id: int
    product_name: str
    packaging_name: str
    units: int
    quantity: int
    unit_price: Decimal
    prescription: Prescription | None = None

    @property
    def base_quantity(self) -> int:
        return self.quantity * self.units

    @property
    def total(self) -> Decimal:
        return self.unit_price * self.quantity


def basket_price(basket: Sequence[BasketLine]) -> list[PricedLine]:
    """Price every line, numbered from 1, in three queries.

    A pack without a price of its own costs its units at the product's public price.
    Raises SaleLinesRefused naming every faulty line: unknown_product, not_sellable,
    prescription_required, unknown_packaging, price_missing, quantity_too_large, amount_too_large.
    """
    products = products_by_id({line.product_id for line in basket})
    packagings = packagings_by_id(
        {line.packaging_id for line in basket if line.packaging_id is not None}
    )
    problems: list[FieldProblem] = []
    priced: list[PricedLine] = []
    for position, line in enumerate(basket):
        faults = list(_faults(line, products, packagings))
        if faults:
            problems += [
                FieldProblem(f"lines.{position}.{field}", code, detail)
                for field, code, detail in faults
            ]
            continue
        priced.append(_priced(position + 1, line, products, packagings))
    problems += _size_problems(priced)
    if problems:
        raise SaleLinesRefused(errors=problems)
    return priced


Fault = tuple[str, str, str]  # field of the line, code, detail


def _faults(
    line: BasketLine,
    products: Mapping[int, ProductSummary],
    packagings: Mapping[int, PackagingSummary],
) -> Iterator[Fault]:
    product = products.get(line.product_id)
    if product is None:
        yield "product_id", "unknown_product", _("There is no such product.")
        return
    packaging = packagings.get(line.packaging_id) if line.packaging_id is not None else None
    if not product.sellable:
        yield (
            "product_id",
            "not_sellable",
            _("%(product)s is not sold: its lifecycle is %(lifecycle)s.")
            % {"product": product.name, "lifecycle": product.lifecycle},
        )
    if product.needs_prescription and line.prescription is None:
        yield (
            "prescription",
            "prescription_required",
            _("%(product)s is controlled: give the prescription's number, prescriber and patient.")
            % {"product": product.name},
        )
    if line.packaging_id is not None and (
        packaging is None or packaging.product_id != line.product_id
    ):
        yield (
            "packaging_id",
            "unknown_packaging",
            _("%(product)s has no such packaging.") % {"product": product.name},
        )
    elif not _price(product, packaging):
        yield (
            "product_id" if packaging is None else "packaging_id",
            "price_missing",
            _("%(product)s has no price; set its public_price or the packaging's price first.")
            % {"product": product.name},
        )


def _price(product: ProductSummary, packaging: PackagingSummary | None) -> Decimal | None:
    """Money for one pack (or base unit); None or 0 where there is no price yet."""
    if packaging is None:
        return product.public_price
    if packaging.price is not None:
        return packaging.price
    return None if product.public_price is None else product.public_price * packaging.units


def _priced(
    number: int,
    line: BasketLine,
    products: Mapping[int, ProductSummary],
    packagings: Mapping[int, PackagingSummary],
) -> PricedLine:
    product = products[line.product_id]
    packaging = packagings[line.packaging_id] if line.packaging_id is not None else None
    return PricedLine(
        line=number,
        product_id=line.product_id,
        product_name=" ".join(
            part for part in (product.name, product.strength, product.form) if part
        ),
        packaging_name=packaging.name if packaging else "",
        units=packaging.units if packaging else 1,
        quantity=line.quantity,
        unit_price=_price(product, packaging) or Decimal(0),
        prescription=line.prescription,
    )


def _size_problems(priced: Sequence[PricedLine]) -> list[FieldProblem]:
    problems = [
        FieldProblem(
            f"lines.{line.line - 1}.quantity",
            "quantity_too_large",
            _("At most %(limit)d base units a line.") % {"limit": MAX_BASE_QUANTITY},
        )
        for line in priced
        if line.base_quantity > MAX_BASE_QUANTITY
    ]
    if sum((line.total for line in priced), Decimal(0)) > MAX_AMOUNT:
        problems.append(
            FieldProblem("lines", "amount_too_large", _("The total is more than 10^15."))
        )
    return problems
