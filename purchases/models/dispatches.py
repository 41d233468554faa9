"""Orders on their way to suppliers: one row per time an order is sent."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from purchases.models.orders import PurchaseOrder


class DispatchChannel(models.TextChoices):
    """How an order reaches its supplier; what is not sent by us was sent by a person."""

    EMAIL = "email", _("e-mail")
    WHATSAPP = "whatsapp", _("WhatsApp")
    PHONE = "phone", _("telephone")
    PAPER = "paper", _("paper")


class DispatchState(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")


class OrderDispatch(Timestamped):
    """One sending of one revision of an order. An e-mail's row is the job of a worker.

    A worker counts its attempt and takes a lease (``due_at``) before it sends, so that a dead one
    is followed by another. ``message_id``: of the e-mail, the same in every attempt.
    ``error_code``: why the last attempt failed.
    """

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="dispatches")
    revision = models.PositiveIntegerField()
    channel = models.CharField(max_length=8, choices=DispatchChannel)
    to = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="ar")
    format = models.CharField(max_length=4, default="pdf")
    state = models.CharField(max_length=6, choices=DispatchState, default=DispatchState.QUEUED)
    message_id = models.UUIDField(default=uuid.uuid4, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=60, blank=True)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("order dispatch")
        verbose_name_plural = _("order dispatches")
        constraints = [
            models.UniqueConstraint(fields=["message_id"], name="purchases_dispatch_message_once"),
            models.UniqueConstraint(
                fields=["order", "revision", "to", "language", "format"],
                condition=Q(state="queued"),
                name="purchases_dispatch_queued_once",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=DispatchChannel.values, state__in=DispatchState.values)
                & Q(language__in=["ar", "en"], format__in=["pdf", "xlsx", "csv"]),
                name="purchases_dispatch_words_known",
            ),
            models.CheckConstraint(
                condition=(Q(channel="email") & ~Q(to=""))
                | (~Q(channel="email") & Q(to="", state="sent")),
                name="purchases_dispatch_address_agrees",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False, error_code="")
                | Q(state="queued", sent_at__isnull=True)
                | (Q(state="failed", sent_at__isnull=True) & ~Q(error_code="")),
                name="purchases_dispatch_state_agrees",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state="queued"), name="purchases_dispatch_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.channel} {self.state}"
