"""Which product each row of an opening balance means: one that exists, or one to be created."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.text import fold
from inventory.imports.opening.rows import OpeningRow, OpeningSheet
from inventory.imports.remarks import Remarks
from inventory.lifecycle import RECEIVABLE, Lifecycle
from inventory.models import Barcode, Product
from inventory.services.product_fields import product_key


@dataclass(slots=True)
class Matches:
    """by_row: row number -> product. created: not saved yet. barcodes, packs: to be added."""

    by_row: dict[int, Product] = field(default_factory=dict)
    created: list[Product] = field(default_factory=list)
    barcodes: list[tuple[Product, OpeningRow]] = field(default_factory=list)
    packs: list[tuple[Product, int]] = field(default_factory=list)


def opening_match(sheet: OpeningSheet) -> Matches:
    """Find or draft the product of every row; what does not fit goes to the sheet's faults.

    Two queries, whatever the number of rows.
    """
    matcher = _Matcher(sheet.faults)
    matcher.load(sheet.rows)
    for row in sheet.rows:
        matcher.place(row)
    return matcher.matches


class _Matcher:
    """Keeps the products known so far, so that later rows find those that earlier ones drafted."""

    def __init__(self, faults: Remarks) -> None:
        self.faults = faults
        self.matches = Matches()
        self.by_name: dict[str, list[Product]] = defaultdict(list)
        self.by_barcode: dict[str, Product] = {}
        self.first_row: dict[int, int] = {}  # id() of a draft -> the row that made it

    def load(self, rows: tuple[OpeningRow, ...]) -> None:
        products = {
            product.pk: product for product in Product.objects.exclude(lifecycle=Lifecycle.ARCHIVED)
        }
        for product in products.values():
            self._remember(product)
        keys = [row.barcode_key for row in rows if row.barcode]
        for key, product_id in Barcode.objects.filter(key__in=keys).values_list(
            "key", "product_id"
        ):
            if product_id in products:
                self.by_barcode[key] = products[product_id]
            else:
                self.by_barcode[key] = Product(pk=product_id, lifecycle=Lifecycle.ARCHIVED)

    def _remember(self, product: Product) -> None:
        for name in {product.name_ar, product.name_en} - {""}:
            self.by_name[product_key(name, product.strength, product.form)].append(product)

    def place(self, row: OpeningRow) -> None:
        by_barcode = self.by_barcode.get(row.barcode_key) if row.barcode else None
        by_name = self._named(row)
        if by_barcode is not None and self._contradicts(by_barcode, row, by_name):
            self._fault_other_product(row, by_barcode)
        elif by_barcode is None and len(by_name) > 1:
            self.faults.add(
                row.number, "name", "ambiguous",
                _("Several products are called so; add the barcode or the manufacturer."),
            )  # fmt: skip
        else:
            self._settle(row, by_barcode or (by_name[0] if by_name else None))

    def _named(self, row: OpeningRow) -> list[Product]:
        """Known products of this name, strength and form; the manufacturer narrows them."""
        found: list[Product] = []
        for name in (row.name_ar, row.name_en):
            if name:
                for product in self.by_name.get(product_key(name, row.strength, row.form), ()):
                    if all(product is not other for other in found):
                        found.append(product)
        if not row.manufacturer:
            return found
        maker = fold(row.manufacturer)
        same = [product for product in found if fold(product.manufacturer) == maker]
        return same or [product for product in found if not product.manufacturer]

    def _contradicts(self, owner: Product, row: OpeningRow, by_name: list[Product]) -> bool:
        """Whether the row's name means another product than the owner of its barcode.

        A name nobody has is trusted to be another spelling, unless it was this very file that
        gave the barcode to a product: then two of its rows contradict each other.
        """
        if by_name:
            return owner not in by_name
        return id(owner) in self.first_row and bool(row.name_ar or row.name_en)

    def _fault_other_product(self, row: OpeningRow, owner: Product) -> None:
        drafted_in = self.first_row.get(id(owner))
        if drafted_in is None:
            text = _("The barcode belongs to another product: %(product)s.")
        else:
            text = _("Row %(row)d gives this barcode to another product: %(product)s.")
        self.faults.add(
            row.number, "barcode", "barcode_of_other_product",
            text % {"product": owner, "row": drafted_in},
        )  # fmt: skip

    def _settle(self, row: OpeningRow, product: Product | None) -> None:
        if product is None:
            product = self._draft(row)
        elif product.lifecycle not in RECEIVABLE:
            self.faults.add(
                row.number, "name", "not_receivable",
                _("The product is discontinued or archived; activate it first."),
            )  # fmt: skip
        if product is None:
            return
        self.matches.by_row[row.number] = product
        if row.barcode and row.barcode_key not in self.by_barcode:
            self.by_barcode[row.barcode_key] = product
            self.matches.barcodes.append((product, row))

    def _draft(self, row: OpeningRow) -> Product | None:
        if not (row.name_ar or row.name_en):
            self.faults.add(
                row.number, "name", "unknown_barcode",
                _("No product has this barcode; give the name too, and it will be created."),
            )  # fmt: skip
            return None
        product = Product(
            name_ar=row.name_ar,
            name_en=row.name_en,
            strength=row.strength,
            form=row.form,
            manufacturer=row.manufacturer,
            public_price=row.public_price,
            min_stock=row.min_stock,
            max_stock=row.max_stock,
            lifecycle=Lifecycle.NEW,
        )
        self.matches.created.append(product)
        self.matches.packs.append((product, row.packaging_units))
        self.first_row[id(product)] = row.number
        self._remember(product)
        return product
