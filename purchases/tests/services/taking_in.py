"""Orders of several lines, codes on packs, and deliveries of them, for tests of receiving."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.apps import apps
from django.utils import timezone

from capital.tests.factories import put_in
from core.audit import Actor
from core.models import local_date
from inventory.public import Strength
from purchases.models import GoodsReceipt, PurchaseOrder, PurchaseOrderLine, ReceivingPolicy
from purchases.services.proposals.building import proposals_build
from purchases.services.receipts.deliveries import NO_LEAVE, Batch, Delivery, Leave
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import (
    SupplierFactory,
    actor_with,
    order_built,
    short_product,
    source,
)

Barcode = apps.get_model("inventory", "Barcode")
Packaging = apps.get_model("inventory", "Packaging")
Location = apps.get_model("inventory", "Location")
GS = "\x1d"
EVERYTHING = Leave(beyond_tolerance=True, substitute=True, substitute_other=True)
PARACETAMOL = (Strength(name_en="Paracetamol", strength=Decimal(500), unit="mg"),)
_numbers = count(1)


def order_of(*products: int, price: object = 100, deal: str = "", supplier: Any = None,
             funds: int = 10_000_000) -> PurchaseOrder:  # fmt: skip
    """An open order of these products, each in the quantity it is short of."""
    now = timezone.now()
    supplier = supplier or SupplierFactory.create()
    for product in products:
        source(product, supplier=supplier, price=price, deal=deal)
    put_in(funds, now=now)
    requester = actor_with("purchasing")
    build = proposals_build(actor=requester, now=now, product_ids=list(products))
    return order_built(build, requester=requester, now=now)


def line_of(order: PurchaseOrder, product: int | None = None) -> PurchaseOrderLine:
    lines = order.lines.order_by("position")
    return lines[0] if product is None else lines.get(product_id=product)


def like_product(**fields: Any) -> int:
    """A product of 500 mg paracetamol tablets; all of these are alike."""
    return short_product(ingredients=PARACETAMOL, form="tablet", route="oral", **fields)


def in_days(days: int) -> date:
    return local_date(timezone.now()) + timedelta(days=days)


def fresh(quantity: int, number: str = "A", **batch: Any) -> Batch:
    """A batch that is good for two years."""
    return Batch(**{"expiry_date": in_days(730), **batch}, quantity=quantity, batch_number=number)


def receive(order: PurchaseOrder, *batches: Batch, actor: Actor | None = None,
            leave: Leave = NO_LEAVE, note: str = "", line: PurchaseOrderLine | None = None,
            **said: Any) -> GoodsReceipt:  # fmt: skip
    """A receipt of batches for the order's first line, or for `line`."""
    return goods_receive(
        actor=actor or actor_with("pharmacist"),
        now=timezone.now(),
        order_id=order.pk,
        deliveries=[Delivery(order_line_id=(line or line_of(order)).pk, batches=batches, **said)],
        delivery_note=note,
        leave=leave,
    )


def policy(supplier: Any = None, **fields: Any) -> ReceivingPolicy:
    return ReceivingPolicy.objects.create(supplier=supplier, **fields)


def quarantine() -> int:
    """A place of quarantine; its id."""
    return Location.objects.create(
        code=f"Q{next(_numbers)}", name="Quarantine", kind="quarantine"
    ).pk


def gtin_of(product: int, *, packaging: int | None = None) -> str:
    """Give a product's pack a GTIN of 14 digits."""
    body = f"{next(_numbers) + 9_501_101_530_000:013d}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(body))
    gtin = f"{body}{-total % 10}"
    Barcode.objects.create(
        product_id=product, packaging_id=packaging, value=gtin, kind="gtin", key=gtin,
        created_at=timezone.now(),
    )  # fmt: skip
    return gtin


def datamatrix(gtin: str, *, batch: str = "", expiry: date | None = None, serial: str = "") -> str:
    """A GS1 element string as a scanner sends it."""
    text = f"]d201{gtin}"
    if expiry is not None:
        text += f"17{expiry:%y%m%d}"
    if batch:
        text += f"10{batch}"
    if serial:
        text += (GS if batch else "") + f"21{serial}"
    return text
