"""Which product each row of a catalogue means: one that exists, or one to be added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.text import fold
from inventory.imports.catalogue.rows import CatalogueRow
from inventory.imports.remarks import Remarks
from inventory.models import Barcode, Product
from inventory.services.product_fields import product_key


@dataclass(slots=True)
class Matches:
    """products: row number -> the product it means, None: to be added. barcodes: key -> barcode.

    named: rows that found theirs by name alone.
    """

    products: dict[int, Product | None] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)
    barcodes: dict[str, Barcode] = field(default_factory=dict)


def catalogue_match(
    rows: Sequence[CatalogueRow],
    *,
    columns: Collection[str],
    catalogue: Iterable[Product],
    faults: Remarks,
    warnings: Remarks,
) -> Matches:
    """Find the product of every row; what does not fit goes to `faults`.

    catalogue: all products that are not archived. columns: the fields the file has: a strength
    or form that is not among them does not tell products apart. Two queries.
    """
    matcher = _Matcher(columns, catalogue, faults, warnings)
    matcher.load(rows)
    for row in rows:
        matcher.place(row)
    _refuse_twice(rows, matcher.matches, faults)
    return matcher.matches


class _Matcher:
    def __init__(
        self,
        columns: Collection[str],
        catalogue: Iterable[Product],
        faults: Remarks,
        warnings: Remarks,
    ) -> None:
        self.faults, self.warnings = faults, warnings
        self.tells_strength = "strength" in columns
        self.tells_form = "form" in columns
        self.matches = Matches()
        self.by_id = {product.pk: product for product in catalogue}
        self.by_name: dict[str, list[Product]] = defaultdict(list)
        self.ended: set[int] = set()
        for product in self.by_id.values():
            for name in {product.name_ar, product.name_en} - {""}:
                self.by_name[self._key(name, product.strength, product.form)].append(product)

    def load(self, rows: Sequence[CatalogueRow]) -> None:
        """The barcodes of the file that exist already, and which of its ids are archived."""
        keys = {code.key for row in rows for code in row.all_barcodes()}
        self.matches.barcodes = {
            barcode.key: barcode for barcode in Barcode.objects.filter(key__in=keys)
        }
        unknown = {row.product_id for row in rows if row.product_id} - self.by_id.keys()
        self.ended = set(Product.objects.filter(pk__in=unknown).values_list("pk", flat=True))

    def _key(self, name: str, strength: str, form: str) -> str:
        return product_key(
            name, strength if self.tells_strength else "", form if self.tells_form else ""
        )

    def place(self, row: CatalogueRow) -> None:
        owners = {
            barcode.product_id: code
            for code in row.all_barcodes()
            if (barcode := self.matches.barcodes.get(code.key)) is not None
        }
        if row.product_id is not None:
            self._by_id(row, owners.keys())
        elif len(owners) > 1:
            self._fault_barcodes(row, _("Its barcodes belong to several products."))
        elif owners:
            self._by_barcode(row, next(iter(owners)))
        else:
            self._by_name(row)

    def _by_id(self, row: CatalogueRow, owners: Collection[int]) -> None:
        assert row.product_id is not None  # noqa: S101 - `place` has looked
        if row.product_id in self.ended:
            self._fault(
                row, "id", "archived", _("The product is archived and not changed any more.")
            )
        elif row.product_id not in self.by_id:
            self._fault(
                row, "id", "unknown_id",
                _("There is no product of this number; leave the cell empty to add one."),
            )  # fmt: skip
        elif set(owners) - {row.product_id}:
            self._fault_barcodes(row, _("The barcode belongs to another product."))
        else:
            self.matches.products[row.number] = self.by_id[row.product_id]

    def _by_barcode(self, row: CatalogueRow, owner_id: int) -> None:
        owner = self.by_id.get(owner_id)
        if owner is None:
            self._fault_barcodes(row, _("The barcode belongs to an archived product."))
            return
        named = self._named(row)
        if named and all(product is not owner for product in named):
            text = _("The barcode belongs to another product: %(product)s.")
            self._fault_barcodes(row, text % {"product": owner})
            return
        self.matches.products[row.number] = owner

    def _by_name(self, row: CatalogueRow) -> None:
        if not any(row.names):
            self._fault(
                row, "barcode", "unknown_barcode",
                _("No product has this barcode; give the name too, and it will be added."),
            )  # fmt: skip
            return
        named = self._named(row)
        if len(named) > 1:
            named = [product for product in named if _same_names(product, row)] or named
        if len(named) > 1:
            self._fault(
                row, "name", "ambiguous",
                _("Several products are called so; add the id, the barcode or the manufacturer."),
            )  # fmt: skip
            return
        if not named and (similar := self._sharing_a_name(row)):
            self.warnings.add(
                row.number, "name", "similar_exists",
                _("It will be added, though one of its names is that of: %(product)s.")
                % {"product": f"{similar[0]} (id {similar[0].pk})"},
            )  # fmt: skip
        self.matches.products[row.number] = named[0] if named else None
        self.matches.named.add(row.number)

    def _named(self, row: CatalogueRow) -> list[Product]:
        """Products the row's names fit; the manufacturer narrows them."""
        found = [product for product in self._sharing_a_name(row) if _names_fit(product, row)]
        if not (maker := row.values.get("manufacturer", "")):
            return found
        same = [product for product in found if fold(product.manufacturer) == fold(maker)]
        return same or [product for product in found if not product.manufacturer]

    def _sharing_a_name(self, row: CatalogueRow) -> list[Product]:
        strength, form = row.values.get("strength", ""), row.values.get("form", "")
        found: dict[int, Product] = {}
        for name in row.names:
            if name:
                for product in self.by_name.get(self._key(name, strength, form), ()):
                    found[product.pk] = product
        return list(found.values())

    def _fault(self, row: CatalogueRow, column: str, code: str, detail: str) -> None:
        self.faults.add(row.number, column, code, detail, _shown(row, column))

    def _fault_barcodes(self, row: CatalogueRow, detail: str) -> None:
        known = [code for code in row.all_barcodes() if code.key in self.matches.barcodes]
        column = row.columns[known[0].key] if known else "barcode"
        value = known[0].value if known else ""
        self.faults.add(row.number, column, "barcode_of_other_product", detail, value)


def _names_fit(product: Product, row: CatalogueRow) -> bool:
    """Whether no name of the row contradicts the product's."""
    pairs = zip((product.name_ar, product.name_en), row.names, strict=True)
    return all(not (ours and theirs) or fold(ours) == fold(theirs) for ours, theirs in pairs)


def _same_names(product: Product, row: CatalogueRow) -> bool:
    pairs = zip((product.name_ar, product.name_en), row.names, strict=True)
    return all(fold(ours) == fold(theirs) for ours, theirs in pairs)


def _shown(row: CatalogueRow, column: str) -> str:
    if column == "id":
        return str(row.product_id)
    return next((name for name in row.names if name), "")[:80] if column == "name" else ""


def _refuse_twice(rows: Sequence[CatalogueRow], matches: Matches, faults: Remarks) -> None:
    """Rows that mean the same product, or give the same barcode to two: all are at fault.

    Which of them is right cannot be known from the file.
    """
    same: dict[object, list[CatalogueRow]] = defaultdict(list)
    codes: dict[str, list[CatalogueRow]] = defaultdict(list)
    for row in rows:
        if row.number in matches.products:
            product = matches.products[row.number]
            same[_identity(row) if product is None else product.pk].append(row)
        for key in {code.key for code in row.all_barcodes()}:
            codes[key].append(row)
    for group in same.values():
        for row, other in _paired(group):
            text = _("Row %(other)d means the same product.")
            faults.add(row.number, "row", "product_twice", text % {"other": other})
    for key, group in codes.items():
        text = _("Row %(other)d has the same barcode.")
        for row, other in _paired(group):
            value = next(code.value for code in row.all_barcodes() if code.key == key)
            detail = text % {"other": other}
            faults.add(row.number, row.columns[key], "barcode_twice", detail, value)


def _identity(row: CatalogueRow) -> tuple[str, ...]:
    parts = (
        *row.names,
        *(row.values.get(name, "") for name in ("strength", "form", "manufacturer")),
    )
    return tuple(fold(part) for part in parts)


def _paired(group: Sequence[CatalogueRow]) -> Iterator[tuple[CatalogueRow, int]]:
    """Each row of a group of several, with the number of another one."""
    for row in group if len(group) > 1 else ():
        yield row, group[1].number if row is group[0] else group[0].number
