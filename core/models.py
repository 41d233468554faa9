"""Tables of the kernel: audit chain, outbox, idempotency keys, document series."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def local_date(moment: datetime) -> date:
    """The calendar day of an aware ``moment`` in the pharmacy's time zone."""
    return moment.astimezone(ZoneInfo(settings.PHARMACY_TIME_ZONE)).date()


class Timestamped(models.Model):
    """When a row was made and last changed."""

    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        abstract = True


class AuditEntry(models.Model):
    """One thing somebody did. Append-only; sealed into a hash chain when it commits.

    Written by ``core.audit.record`` only. ``actor_id`` is opaque, as the kernel knows no
    users; empty for the system itself.
    """

    occurred_at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    actor_label = models.CharField(max_length=150)
    client_ip = models.CharField(max_length=45, blank=True)
    action = models.CharField(max_length=100, db_index=True)
    subject_type = models.CharField(max_length=100)
    subject_id = models.CharField(max_length=64)
    changes = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    correlation_id = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="core_audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type}:{self.subject_id}"


class AuditSeal(models.Model):
    """The place of one audit entry in the chain; written by a database trigger at commit.

    ``digest`` is SHA-256 over the previous digest and the entry's canonical JSON, in hex.
    """

    sequence = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="seal")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")

    def __str__(self) -> str:
        return f"#{self.sequence}"


class DocumentSeries(models.Model):
    """The last number given in one series and fiscal year. See ``core.numbering``."""

    series = models.CharField(max_length=10)
    fiscal_year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("document series")
        verbose_name_plural = _("document series")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "fiscal_year"], name="core_documentseries_one_per_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series}-{self.fiscal_year}"


class IdempotencyRecord(models.Model):
    """The answer given to one ``Idempotency-Key``; committed together with the effect."""

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    response_status = models.PositiveSmallIntegerField(null=True)
    response_body = models.TextField(blank=True)  # JSON as it was sent, members in order
    response_headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("idempotency record")
        verbose_name_plural = _("idempotency records")
        constraints = [
            models.UniqueConstraint(fields=["user_id", "key"], name="core_idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return self.key


class OutboxEvent(models.Model):
    """A fact of the domain, written in the transaction that made it true."""

    name = models.CharField(max_length=100, db_index=True)
    payload = models.JSONField()
    correlation_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("outbox event")
        verbose_name_plural = _("outbox events")

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class OutboxDelivery(models.Model):
    """The delivery of one event to one handler, retried until delivered or dead."""

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        DELIVERED = "delivered", _("delivered")
        DEAD = "dead", _("dead letter")

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("outbox delivery")
        verbose_name_plural = _("outbox deliveries")
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="core_delivery_once"),
            models.CheckConstraint(
                condition=Q(status="delivered", delivered_at__isnull=False)
                | (~Q(status="delivered") & Q(delivered_at__isnull=True)),
                name="core_delivery_status_agrees",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(status="pending"),
                name="core_delivery_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handler} <- {self.event_id}"
