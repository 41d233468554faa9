"""Barcodes: text as printed, unique in the form every scanner agrees on."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.text import to_ascii_digits
from inventory.errors import (
    BarcodeNotFound,
    BarcodeTaken,
    InvalidBarcode,
    PackagingNotFound,
    ProductNotFound,
)
from inventory.gs1 import check_digit_fits as gtin_check_digit_fits
from inventory.models import Barcode, BarcodeKind, Packaging, Product
from inventory.services.revision import catalogue_touch

GTIN_LENGTHS = {8, 12, 13, 14}
_PLU = re.compile(r"0*[1-9]\d{0,5}", re.ASCII)
_DESTROYED = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+")


def barcode_clean(text: str) -> str:
    """A barcode as it is kept: ASCII digits, no spaces."""
    return "".join(to_ascii_digits(text).split())


def looks_like_gtin(value: str) -> bool:
    """Whether a cleaned value has the shape of a GTIN: 8, 12, 13 or 14 digits."""
    return value.isascii() and value.isdigit() and len(value) in GTIN_LENGTHS


def is_destroyed_by_spreadsheet(value: str) -> bool:
    """Whether a spreadsheet turned the digits into a number like 5.28E+12: they are lost."""
    return _DESTROYED.fullmatch(value) is not None


def barcode_key(value: str, kind: str) -> str:
    """What must be unique: a GTIN in 14 digits, a PLU apart from other codes, else as it is."""
    if kind == BarcodeKind.PLU:
        return plu_key(value)
    return value.zfill(14) if kind == BarcodeKind.GTIN else value


def plu_key(number: str) -> str:
    """The key of an article number: leading zeros say nothing."""
    return f"plu:{int(number)}"


def barcode_kind(value: str, *, asked: str | None = None) -> BarcodeKind:
    """The kind of a cleaned value; raises InvalidBarcode with what is wrong and the remedy.

    asked: None decides by shape; a code that looks like a GTIN must then be one.
    """
    if not value:
        raise _invalid("empty", _("Give the code printed under the bars."))
    if is_destroyed_by_spreadsheet(value):
        raise _invalid(
            "destroyed_by_spreadsheet",
            _(
                "A spreadsheet turned this barcode into a rounded number and its last digits are "
                "lost. Format the column as text and enter the barcode again."
            ),
        )
    if asked == BarcodeKind.PLU:
        if not _PLU.fullmatch(value):
            raise _invalid("not_a_plu", _("A PLU is a number of one to six digits, above 0."))
        return BarcodeKind.PLU
    if asked == BarcodeKind.INTERNAL or (asked is None and not looks_like_gtin(value)):
        return BarcodeKind.INTERNAL
    if not looks_like_gtin(value):
        raise _invalid("not_a_gtin", _("A GTIN has 8, 12, 13 or 14 digits."))
    if not gtin_check_digit_fits(value):
        raise _invalid(
            "wrong_check_digit",
            _("The last digit does not fit the others: look for a typing mistake. If it is a code "
              "of your own, send kind \"internal\"."),
        )  # fmt: skip
    return BarcodeKind.GTIN


def _invalid(code: str, detail: str) -> InvalidBarcode:
    return InvalidBarcode(errors=[FieldProblem("value", code, detail)])


def barcode_add(
    *,
    actor: Actor,
    now: datetime,
    product_id: int,
    value: str,
    kind: str | None = None,
    packaging_id: int | None = None,
) -> int:
    """Give a product, or one of its packagings, a barcode; returns its id.

    Raises ProductNotFound, PackagingNotFound, InvalidBarcode, BarcodeTaken.
    """
    cleaned = barcode_clean(value)
    decided = barcode_kind(cleaned, asked=kind)
    if not Product.objects.filter(pk=product_id).exists():
        raise ProductNotFound
    if (
        packaging_id is not None
        and not Packaging.objects.filter(pk=packaging_id, product_id=product_id).exists()
    ):
        raise PackagingNotFound
    barcode = Barcode(
        product_id=product_id,
        packaging_id=packaging_id,
        value=cleaned,
        kind=decided,
        key=barcode_key(cleaned, decided),
        created_at=now,
    )
    with transaction.atomic():
        try:
            with transaction.atomic():
                barcode.save()
        except IntegrityError as error:
            raise _taken(barcode) from error
        catalogue_touch()
        audit.record(
            actor=actor, action="inventory.barcode_added", subject=barcode,
            changes={"product_id": product_id, "value": cleaned, "kind": decided},
        )  # fmt: skip
    return barcode.pk


def _taken(barcode: Barcode) -> BarcodeTaken:
    owner = Product.objects.filter(barcodes__key=barcode.key).first()
    return BarcodeTaken(
        errors=[
            FieldProblem(
                "value", "taken", _("It belongs to: %(product)s.") % {"product": owner or "?"}
            )
        ],
        extra={"product_id": owner.pk if owner else None},
    )


@transaction.atomic
def barcode_remove(*, actor: Actor, product_id: int, barcode_id: int) -> None:
    """Take a barcode off a product. Raises BarcodeNotFound."""
    barcode = Barcode.objects.filter(pk=barcode_id, product_id=product_id).first()
    if barcode is None:
        raise BarcodeNotFound
    audit.record(
        actor=actor, action="inventory.barcode_removed", subject=barcode,
        changes={"product_id": product_id, "value": barcode.value},
    )  # fmt: skip
    barcode.delete()
    catalogue_touch()
