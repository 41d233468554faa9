"""Setting how exactly deliveries must fit their orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from core import audit
from core.audit import Actor
from core.db import lock
from inventory.public import product_exists
from purchases.errors import ProductUnknown, SupplierNotFound
from purchases.models import ReceivingPolicy, ShelfLifeMinimum, Supplier

FIELDS = (
    "over_percent",
    "under_percent",
    "price_percent",
    "price_strict",
    "short_dated_days",
    "min_shelf_days",
    "inspect_all",
    "temperature_required",
)


@transaction.atomic
def receiving_policy_set(
    *, actor: Actor, now: datetime, supplier_id: int | None, values: Mapping[str, Any]
) -> ReceivingPolicy:
    """Set the policy of a supplier, or of all that have none of their own (None).

    values: any of FIELDS; what is left out is 0 or no, and the temperature required.
    Raises SupplierNotFound.
    """
    if supplier_id is not None and not lock(Supplier.objects.filter(pk=supplier_id)):
        raise SupplierNotFound
    policy = _policies_of(supplier_id).first() or ReceivingPolicy(supplier_id=supplier_id)
    before = {name: getattr(policy, name) if policy.pk else None for name in FIELDS}
    fresh = ReceivingPolicy()
    for name in FIELDS:
        setattr(policy, name, values.get(name, getattr(fresh, name)))
    policy.save()
    audit.record(
        actor=actor,
        action="purchases.receiving_policy_set",
        subject=policy,
        changes={
            name: [before[name], getattr(policy, name)]
            for name in FIELDS
            if before[name] != getattr(policy, name)
        },
        occurred_at=now,
    )
    return policy


@transaction.atomic
def receiving_policy_remove(*, actor: Actor, now: datetime, supplier_id: int | None) -> None:
    """Let the policy of all, or the settings, hold again. Doing it twice changes nothing."""
    for policy in lock(_policies_of(supplier_id)):
        audit.record(
            actor=actor,
            action="purchases.receiving_policy_removed",
            subject=policy,
            changes={name: [getattr(policy, name), None] for name in FIELDS},
            occurred_at=now,
        )
        policy.delete()


def _policies_of(supplier_id: int | None) -> QuerySet[ReceivingPolicy]:
    if supplier_id is None:
        return ReceivingPolicy.objects.filter(supplier__isnull=True)
    return ReceivingPolicy.objects.filter(supplier_id=supplier_id)


@transaction.atomic
def shelf_life_minimum_set(
    *, actor: Actor, now: datetime, product_id: int, min_days: int | None
) -> None:
    """For how many days a product must still be good on arrival; None: as any other.

    Raises ProductUnknown.
    """
    if not product_exists(product_id):
        raise ProductUnknown
    before = ShelfLifeMinimum.objects.filter(product_id=product_id).first()
    if min_days is None:
        ShelfLifeMinimum.objects.filter(product_id=product_id).delete()
        subject = before or ShelfLifeMinimum(product_id=product_id)
    else:
        subject, _made = ShelfLifeMinimum.objects.update_or_create(
            product_id=product_id, defaults={"min_days": min_days}
        )
    audit.record(
        actor=actor,
        action="purchases.shelf_life_minimum_set",
        subject=subject,
        changes={
            "product_id": product_id,
            "min_days": [before.min_days if before else None, min_days],
        },
        occurred_at=now,
    )
