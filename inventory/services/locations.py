"""Places where stock is kept."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from inventory.errors import LocationNotFound, LocationRefused
from inventory.models import (
    ALLOCATABLE_KINDS,
    Location,
    LocationKind,
    StockLevel,
    TransferLine,
    TransferStatus,
)


def location_default() -> int:
    """The id of the default location; there always is one."""
    return Location.objects.values_list("pk", flat=True).get(is_default=True)


def locations_open(location_ids: Collection[int]) -> set[int]:
    """Of these ids, those of places that are in use."""
    return set(
        Location.objects.filter(pk__in=location_ids, is_active=True).values_list("pk", flat=True)
    )


def location_quarantine() -> int | None:
    """The id of the first open place of quarantine, None where there is none."""
    return (
        Location.objects.filter(kind=LocationKind.QUARANTINE, is_active=True)
        .order_by("pk")
        .values_list("pk", flat=True)
        .first()
    )


@transaction.atomic
def location_create(*, actor: Actor, code: str, name: str, kind: str = LocationKind.STORE) -> int:
    """Add a location; returns its id. Raises LocationRefused when the code is taken."""
    location = Location(code=code.strip(), name=name.strip(), kind=kind)
    try:
        with transaction.atomic():
            location.save()
    except IntegrityError as error:
        raise LocationRefused(
            errors=[FieldProblem("code", "taken", _("Another location has this code."))]
        ) from error
    audit.record(
        actor=actor, action="inventory.location_created", subject=location,
        changes={"code": location.code, "name": location.name, "kind": kind},
    )  # fmt: skip
    return location.pk


@transaction.atomic
def location_update(
    *,
    actor: Actor,
    location_id: int,
    name: str | None = None,
    is_active: bool | None = None,
    is_default: bool | None = None,
) -> None:
    """Rename, open, close a location or make it the default one.

    Raises LocationNotFound, LocationRefused (closing the default, one with stock or one that goods
    are on their way to or from, making a closed one the default, taking the default away instead
    of giving it to another).
    """
    locations = {row.pk: row for row in Location.objects.select_for_update().order_by("pk")}
    if (location := locations.get(location_id)) is None:
        raise LocationNotFound
    before = {"name": location.name, "is_active": location.is_active,
              "is_default": location.is_default}  # fmt: skip
    if name is not None:
        location.name = name.strip()
    if is_active is not None:
        location.is_active = is_active
    if is_default is not None:
        location.is_default = is_default
    _refuse_impossible(location, was_default=before["is_default"] is True)
    if location.is_default:
        Location.objects.filter(is_default=True).exclude(pk=location_id).update(is_default=False)
    location.save()
    changes = {
        field: [old, getattr(location, field)]
        for field, old in before.items()
        if getattr(location, field) != old
    }
    audit.record(
        actor=actor, action="inventory.location_updated", subject=location, changes=changes
    )


def _refuse_impossible(location: Location, *, was_default: bool) -> None:
    if was_default and not location.is_default:
        raise LocationRefused(
            errors=[FieldProblem("is_default", "no_default", _("Make another one the default."))]
        )
    if location.is_default and not location.is_active:
        raise LocationRefused(
            errors=[FieldProblem("is_active", "default_is_open", _("The default stays open."))]
        )
    if location.is_default and location.kind not in ALLOCATABLE_KINDS:
        raise LocationRefused(
            errors=[
                FieldProblem(
                    "is_default", "not_allocatable", _("Goods are not handed out from there.")
                )
            ]
        )
    if not location.is_active:
        _refuse_needed(location)


def _refuse_needed(location: Location) -> None:
    """Stock keeps a place open, and so do goods that may still arrive at or go back to it."""
    if StockLevel.objects.filter(location=location, quantity__gt=0).exists():
        raise LocationRefused(
            errors=[FieldProblem("is_active", "not_empty", _("Move its stock away first."))]
        )
    on_their_way = TransferLine.objects.filter(
        Q(transfer__origin=location) | Q(transfer__destination=location),
        transfer__status=TransferStatus.IN_TRANSIT,
    ).aggregate(units=Sum(F("quantity") - F("received"), default=0))["units"]
    if on_their_way:
        text = _("%(open)d are still on their way.") % {"open": on_their_way}
        raise LocationRefused(errors=[FieldProblem("is_active", "goods_on_their_way", text)])
