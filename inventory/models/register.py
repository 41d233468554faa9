"""The controlled-drug register, and what waits for a second signature before it may move stock.

The database keeps the register whole (migration `controlled_register_guards`): rows are never
changed, numbers have no gap, every balance is the one before plus the quantity, every movement
of a registered product has its row, and at commit the last balance is what is on hand.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Product
from inventory.models.movements import MovementKind, MovementReason, StockDocument, StockMovement


class RegisterKind(models.TextChoices):
    OPENING = "opening", _("Register opened")
    MOVEMENT = "movement", _("Movement")
    CARRIED = "carried", _("Carried over from or to a merged product")


def _user(**kwargs: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **kwargs
    )


class RegisterEntry(models.Model):
    """One row of a product's register; a product is one drug in one strength and form.

    sequence: 1, 2, 3… per product. quantity: base units, signed; balance: on hand of the product
    at all places after it. ledger_mark: of the opening row, the newest movement it contains.
    actor posted it, cosigner is the other person who stands for it. Personal details are what the
    law asks for and no more: docs/decisions/controlled-register.md.
    """

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="register", verbose_name=_("product")
    )
    sequence = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=RegisterKind)
    movement = models.OneToOneField(
        StockMovement,
        on_delete=models.PROTECT,
        null=True,
        related_name="register_entry",
        verbose_name=_("movement"),
    )
    quantity = models.BigIntegerField(_("quantity"))
    balance = models.BigIntegerField(_("balance"))
    ledger_mark = models.BigIntegerField(null=True, editable=False)
    occurred_at = models.DateTimeField(_("occurred at"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    actor = _user(null=True, verbose_name=_("by"))
    cosigner = _user(null=True, verbose_name=_("second signature"))
    prescription_number = models.CharField(
        _("prescription"), max_length=80, blank=True, default="", db_default=""
    )
    prescriber = models.CharField(
        _("prescriber"), max_length=150, blank=True, default="", db_default=""
    )
    patient_reference = models.CharField(
        _("patient"), max_length=80, blank=True, default="", db_default=""
    )
    counterparty = models.CharField(
        _("supplier"), max_length=200, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = _("entry of the controlled-drug register")
        verbose_name_plural = _("controlled-drug register")
        ordering = ["product_id", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "sequence"], name="inventory_register_sequence_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=RegisterKind.values), name="inventory_register_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=RegisterKind.MOVEMENT, movement__isnull=False)
                | (~Q(kind=RegisterKind.MOVEMENT) & Q(movement__isnull=True)),
                name="inventory_register_movement_agrees",
            ),
            models.CheckConstraint(
                condition=Q(kind=RegisterKind.OPENING, sequence=1, ledger_mark__isnull=False)
                | Q(sequence__gt=1, ledger_mark__isnull=True) & ~Q(kind=RegisterKind.OPENING),
                name="inventory_register_begins_with_opening",
            ),
            models.CheckConstraint(
                condition=Q(balance__gte=0), name="inventory_register_balance_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(cosigner__isnull=True)
                | Q(actor__isnull=True)
                | ~Q(cosigner=F("actor")),
                name="inventory_register_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["product", "occurred_at"], name="inventory_register_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} #{self.sequence}: {self.quantity:+d} = {self.balance}"


class SignatureState(models.TextChoices):
    WAITING = "waiting", _("Waiting for the second signature")
    SIGNED = "signed", _("Signed and posted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class SignatureRequest(models.Model):
    """A stock document over controlled products that one person asks for and another signs.

    lines: as the service of `kind` takes them, in JSON; none where it `undoes` a document. Nothing
    has moved before it is signed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=SignatureState, default=SignatureState.WAITING
    )
    kind = models.CharField(_("kind"), max_length=20, choices=MovementKind)
    reason = models.CharField(_("reason"), max_length=20, choices=MovementReason)
    note = models.CharField(_("note"), max_length=500, blank=True)
    occurred_at = models.DateTimeField(_("occurred at"))
    lines = models.JSONField(_("lines"))
    undoes = models.ForeignKey(
        StockDocument,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("document to be undone"),
    )
    requested_at = models.DateTimeField(_("requested at"))
    requested_by = _user(verbose_name=_("requested by"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = _user(null=True, verbose_name=_("decided by"))
    decision_note = models.CharField(_("why"), max_length=500, blank=True)
    document = models.OneToOneField(
        StockDocument,
        on_delete=models.PROTECT,
        null=True,
        related_name="signature_request",
        verbose_name=_("document"),
    )

    class Meta:
        verbose_name = _("request for a second signature")
        verbose_name_plural = _("requests for a second signature")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SignatureState.values),
                name="inventory_signature_state_known",
            ),
            models.CheckConstraint(
                condition=Q(undoes__isnull=False)
                | Q(
                    kind__in=[
                        MovementKind.RECEIPT,
                        MovementKind.ISSUE,
                        MovementKind.ADJUSTMENT,
                        MovementKind.REPACK,
                    ]
                ),
                name="inventory_signature_kind_signable",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=SignatureState.WAITING, decided_at__isnull=True, decided_by__isnull=True
                )
                | (
                    ~Q(state=SignatureState.WAITING)
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="inventory_signature_decision_agrees",
            ),
            models.CheckConstraint(
                condition=Q(state=SignatureState.SIGNED, document__isnull=False)
                | (~Q(state=SignatureState.SIGNED) & Q(document__isnull=True)),
                name="inventory_signature_document_when_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state=SignatureState.SIGNED) | ~Q(decided_by=F("requested_by")),
                name="inventory_signature_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state=SignatureState.REFUSED) | ~Q(decision_note=""),
                name="inventory_signature_refusal_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["requested_at", "id"], name="inventory_signature_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.requested_at:%Y-%m-%d %H:%M}"
