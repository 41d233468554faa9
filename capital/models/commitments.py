"""Money promised to documents, and the ledger of every step of a promise."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.money import MoneyModelField

ZERO = Decimal(0)


class CommitmentStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class Commitment(models.Model):
    """Money promised to a document (an approved order) and not yet owed.

    amount = consumed (goods came, it became a debt) + released (will not come) + what is open.
    """

    source_type = models.CharField(_("source type"), max_length=80)
    source_id = models.CharField(_("source"), max_length=80)
    amount = MoneyModelField(_("amount"))
    consumed = MoneyModelField(_("consumed"), default=ZERO)
    released = MoneyModelField(_("released"), default=ZERO)
    status = models.CharField(
        _("status"), max_length=6, choices=CommitmentStatus, default=CommitmentStatus.OPEN
    )
    created_at = models.DateTimeField(_("created at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_type", "source_id"], name="capital_commitment_source_unique"
            ),
            models.CheckConstraint(
                condition=~Q(source_type="") & ~Q(source_id=""),
                name="capital_commitment_source_named",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, consumed__gte=0, released__gte=0)
                & Q(amount__gte=F("consumed") + F("released")),
                name="capital_commitment_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=CommitmentStatus.OPEN,
                    closed_at__isnull=True,
                    amount__gt=F("consumed") + F("released"),
                )
                | Q(
                    status=CommitmentStatus.CLOSED,
                    closed_at__isnull=False,
                    amount=F("consumed") + F("released"),
                ),
                name="capital_commitment_status_agrees",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="capital_commitment_open",
                condition=Q(status=CommitmentStatus.OPEN),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_type}:{self.source_id}"

    @property
    def remaining(self) -> Decimal:
        """What is still promised."""
        return self.amount - self.consumed - self.released


class CommitmentChangeKind(models.TextChoices):
    CREATED = "created", _("Created")
    CONSUMED = "consumed", _("Consumed")
    RELEASED = "released", _("Released")
    RESTORED = "restored", _("Consumption taken back")
    RECLAIMED = "reclaimed", _("Release taken back")
    RAISED = "raised", _("Raised")


# Kinds by which more is promised; by all others less is.
PROMISING = (
    CommitmentChangeKind.CREATED,
    CommitmentChangeKind.RESTORED,
    CommitmentChangeKind.RECLAIMED,
    CommitmentChangeKind.RAISED,
)


class CommitmentChange(models.Model):
    """Ledger of commitments: every step with who, when, how much and why."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(_("kind"), max_length=10, choices=CommitmentChangeKind)
    amount = MoneyModelField(_("amount"))
    document_type = models.CharField(_("document type"), max_length=80, blank=True, default="")
    document_id = models.CharField(_("document"), max_length=80, blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    occurred_at = models.DateTimeField(_("occurred at"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("commitment change")
        verbose_name_plural = _("commitment changes")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="capital_commitmentchange_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CommitmentChangeKind.values),
                name="capital_commitmentchange_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(document_type="", document_id="")
                | (~Q(document_type="") & ~Q(document_id="")),
                name="capital_commitmentchange_document_whole",
            ),
            models.UniqueConstraint(
                fields=["commitment"],
                condition=Q(kind=CommitmentChangeKind.CREATED),
                name="capital_commitmentchange_created_once",
            ),
            models.UniqueConstraint(
                fields=["commitment", "kind", "document_type", "document_id"],
                condition=~Q(document_type=""),
                name="capital_commitmentchange_document_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.kind} {self.amount}"
