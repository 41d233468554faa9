"""The descriptive fields of a product: which there are, what is derived from them, what fits."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TypedDict

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from core.money import is_exact_money
from core.text import fold, search_key
from inventory.classes import (
    ATC_PATTERN,
    NEVER_OTC,
    BaseUnit,
    ControlledClass,
    PrescriptionClass,
    Route,
)
from inventory.errors import InvalidProduct
from inventory.forms import form_key
from inventory.models import Category, Product, TaxCategory

MAX_STOCK_LIMIT = 2_000_000_000
LONGEST_KEY = 400  # folding may lengthen: one ligature of Arabic is up to eighteen letters
_CHOICES = {
    "route": ["", *Route.values],
    "prescription_class": ["", *PrescriptionClass.values],
    "controlled_class": ControlledClass.values,
    "base_unit": BaseUnit.values,
}


class ProductFields(TypedDict, total=False):
    """What can be said of a product; what is left out stays, or takes the model's default.

    public_price: per base unit. Limits: base units, minimum <= reorder point (None: at the
    minimum) <= maximum. Choices: see `inventory.classes`. `""` and None: not known.
    """

    name_ar: str
    name_en: str
    strength: str
    form: str
    route: str
    manufacturer: str
    atc_code: str
    category_id: int | None
    prescription_class: str
    controlled_class: str
    cold_chain: bool
    tax_category_id: int | None
    base_unit: str
    public_price: Decimal | None
    min_stock: int
    reorder_point: int | None
    max_stock: int
    shelf_location: str
    notes: str


def product_key(name: str, strength: str, form: str) -> str:
    """A product's name, strength and form, folded so that spellings compare equal."""
    return "\x1f".join(fold(part) for part in (name, strength, form))


def product_derive(product: Product, other_names: Iterable[str] = ()) -> None:
    """Fill in what is derived from the descriptive fields: search text, names, identity, form.

    other_names: aliases and generics it is to be found by too.
    """
    parts = (product.name_ar, product.name_en, product.strength, product.form, product.manufacturer)
    words = dict.fromkeys(search_key(" ".join((*parts, *other_names))).split())
    product.search_text = " ".join(words)
    product.name_ar_key, product.name_en_key = _name_keys(product)
    identity = "\x1f".join(fold(part) for part in parts)
    product.identity_key = hashlib.sha256(identity.encode()).hexdigest()
    product.form_key = form_key(product.form)


def _name_keys(product: Product) -> tuple[str, str]:
    """Both names as one types them: name, strength and form, folded."""
    rest = f"{product.strength} {product.form}"
    arabic, english = search_key(product.name_ar), search_key(product.name_en)
    return (
        search_key(f"{arabic} {rest}")[:LONGEST_KEY] if arabic else "",
        search_key(f"{english} {rest}")[:LONGEST_KEY] if english else "",
    )


def cleaned(field: str, value: object) -> object:
    """A value as it is kept: text without spaces around it, an ATC code in capitals."""
    if not isinstance(value, str):
        return value
    return value.strip().upper() if field == "atc_code" else value.strip()


def refuse_unfit(product: Product) -> None:
    """Raises InvalidProduct naming every field that does not fit. Two queries at most."""
    problems = [*unfit(product), *_references(product)]
    if problems:
        raise InvalidProduct(errors=problems)


def unfit(product: Product) -> list[FieldProblem]:
    """Every field that does not fit within the product itself; asks the database nothing."""
    return [*_naming(product), *_classing(product), *_figures(product)]


def refuse_units(purchase_units: int) -> None:
    """Raises InvalidProduct unless a purchase pack of that many base units can be."""
    if not 1 <= purchase_units <= MAX_STOCK_LIMIT:
        raise InvalidProduct(
            errors=[FieldProblem("purchase_units", "not_positive", _("Give 1 or more."))]
        )


def _naming(product: Product) -> Iterator[FieldProblem]:
    if not (product.name_ar or product.name_en):
        yield FieldProblem("name_ar", "required", _("Give an Arabic or English name."))


def _classing(product: Product) -> Iterator[FieldProblem]:
    for field, choices in _CHOICES.items():
        if getattr(product, field) not in choices:
            yield FieldProblem(
                field,
                "unknown_choice",
                _("Give one of: %(choices)s.") % {"choices": ", ".join(filter(None, choices))},
            )
    if product.atc_code and not re.fullmatch(ATC_PATTERN, product.atc_code):
        yield FieldProblem(
            "atc_code",
            "invalid_atc_code",
            _("An ATC code is like N02BE01; it may end at any level: N, N02, N02B, N02BE."),
        )
    if (
        product.controlled_class in NEVER_OTC
        and product.prescription_class == PrescriptionClass.OTC
    ):
        yield FieldProblem(
            "prescription_class",
            "controlled_not_otc",
            _("Narcotics and psychotropics are not sold over the counter."),
        )


def _figures(product: Product) -> Iterator[FieldProblem]:
    price = product.public_price
    if price is not None and (not is_exact_money(price) or price < 0):
        yield FieldProblem("public_price", "invalid_price", _("Give an amount of 0 or more."))
    if not 0 <= product.min_stock <= product.max_stock <= MAX_STOCK_LIMIT:
        yield FieldProblem(
            "max_stock", "below_minimum", _("The maximum is at least the minimum, from 0 on.")
        )
    elif not product.min_stock <= product.order_at <= product.max_stock:
        yield FieldProblem(
            "reorder_point",
            "outside_limits",
            _("The reorder point is between the minimum (%(least)d) and the maximum (%(most)d).")
            % {"least": product.min_stock, "most": product.max_stock},
        )


def _references(product: Product) -> Iterator[FieldProblem]:
    category, tax = product.category_id, product.tax_category_id
    if category is not None and not Category.objects.filter(pk=category).exists():
        yield FieldProblem("category_id", "unknown_category", _("There is no such category."))
    if tax is not None and not TaxCategory.objects.filter(pk=tax).exists():
        yield FieldProblem(
            "tax_category_id", "unknown_tax_category", _("There is no such tax category.")
        )
