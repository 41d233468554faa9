"""The life of a product: one table of what may follow what, and what each state allows."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lifecycle(models.TextChoices):
    NEW = "new", _("New: may be ordered, not yet stocked")
    ACTIVE = "active", _("Active")
    PHASE_OUT = "phase_out", _("Phasing out: sold off, not ordered any more")
    DISCONTINUED = "discontinued", _("Discontinued")
    ARCHIVED = "archived", _("Archived")


TRANSITIONS: dict[str, frozenset[str]] = {
    Lifecycle.NEW: frozenset({Lifecycle.ACTIVE, Lifecycle.ARCHIVED}),
    Lifecycle.ACTIVE: frozenset({Lifecycle.PHASE_OUT}),
    Lifecycle.PHASE_OUT: frozenset({Lifecycle.ACTIVE, Lifecycle.DISCONTINUED}),
    Lifecycle.DISCONTINUED: frozenset({Lifecycle.ACTIVE, Lifecycle.ARCHIVED}),
    Lifecycle.ARCHIVED: frozenset(),
}

SELLABLE = frozenset({Lifecycle.ACTIVE, Lifecycle.PHASE_OUT})
PURCHASABLE = frozenset({Lifecycle.NEW, Lifecycle.ACTIVE})
# An order placed before the product was phased out still arrives.
RECEIVABLE = frozenset({Lifecycle.NEW, Lifecycle.ACTIVE, Lifecycle.PHASE_OUT})
# Who should be told that stock runs low: what runs out on purpose stays silent.
WATCHED = PURCHASABLE
# States a product can only be in while nothing of it is left.
EMPTY = frozenset({Lifecycle.DISCONTINUED, Lifecycle.ARCHIVED})
