"""What people are told inside the application."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class NotificationKind(models.TextChoices):
    OFFER_READY = "offer_ready", _("Offer ready")
    OFFER_FAILED = "offer_failed", _("Offer could not be read")
    PROPOSAL_WAITING = "proposal_waiting", _("Proposal waits for approval")
    PROPOSAL_APPROVED = "proposal_approved", _("Proposal approved")
    PROPOSAL_REJECTED = "proposal_rejected", _("Proposal rejected")
    PROPOSAL_SECOND_WAITING = "proposal_second_waiting", _("Proposal waits for a second approval")
    PROPOSAL_CHANGES_REQUESTED = "proposal_changes_requested", _("Proposal to be changed")
    PROPOSAL_EXPIRED = "proposal_expired", _("Proposal was not decided in time")
    APPROVAL_DELEGATED = "approval_delegated", _("Approving was delegated to you")
    PROPOSAL_STUCK = "proposal_stuck", _("Approved proposal is not ordered")
    ORDER_NOT_SENT = "order_not_sent", _("Order could not be sent")
    ORDER_ANSWERED = "order_answered", _("Order confirmed otherwise than ordered")
    LOW_STOCK = "low_stock", _("Stock below its minimum")
    OPENING_LOW_STOCK = "opening_low_stock", _("Opening stock below its minimum")
    OUT_OF_STOCK = "out_of_stock", _("Out of stock")
    NEGATIVE_MARGIN = "negative_margin", _("Priced below its cost")
    EXPIRY_DIGEST = "expiry_digest", _("Batches close to their expiry")
    IDLE_STOCK_DIGEST = "idle_stock_digest", _("Too much, or not asked for")
    IMPORT_DONE = "import_done", _("Import done")
    IMPORT_REFUSED = "import_refused", _("Import refused")
    IMPORT_FAILED = "import_failed", _("Import failed")
    INVOICE_DIFFERS = "invoice_differs", _("Supplier invoice does not agree")
    INVOICES_DUE = "invoices_due", _("Supplier invoices to pay")
    RETURN_WINDOWS = "return_windows", _("Goods that can soon go back no more")
    GOODS_WAITING = "goods_waiting", _("Goods that wait for their inspection")
    GOODS_REJECTED = "goods_rejected", _("Goods rejected on inspection")
    RECEIPT_REVERSED = "receipt_reversed", _("Goods receipt taken back")
    LEDGERS_DIFFER = "ledgers_differ", _("The books do not agree")


class Notification(models.Model):
    """One message to one person. Its words are chosen when it is read, in the reader's language.

    event_id: the outbox event it tells of, opaque because events are purged one day.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("recipient"),
    )
    kind = models.CharField(_("kind"), max_length=30, choices=NotificationKind)
    event_id = models.BigIntegerField(_("event"))
    params = models.JSONField(_("facts"), default=dict)
    subject_type = models.CharField(_("subject type"), max_length=80)
    subject_id = models.CharField(_("subject"), max_length=80)
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "recipient"], name="notifications_once_per_event_and_person"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=NotificationKind.values), name="notifications_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(read_at__gte=F("created_at")),
                name="notifications_read_after_created",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notifications_of_person"),
            models.Index(
                fields=["recipient", "-id"],
                condition=Q(read_at__isnull=True),
                name="notifications_unread_of_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type}:{self.subject_id}"
