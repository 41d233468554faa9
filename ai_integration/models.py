"""Jobs of reading an offer, and the results engines sent."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped


class JobState(models.TextChoices):
    QUEUED = "queued", _("queued")
    DISPATCHED = "dispatched", _("dispatched")
    RECEIVED = "received", _("received")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    TIMED_OUT = "timed_out", _("timed out")


LIVE_STATES = (JobState.QUEUED, JobState.DISPATCHED, JobState.RECEIVED, JobState.READY)
WORKING_STATES = (JobState.QUEUED, JobState.DISPATCHED, JobState.RECEIVED)


class ExtractionJob(Timestamped):
    """The reading of one file of one supplier; the row is the job, whatever workers do.

    A worker holds the job while ``lease_expires_at`` lies ahead; a dead worker's lease runs out
    and the sweeper gives the job to another. ``round`` counts the times it was asked for anew;
    each round takes one result.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    supplier = models.ForeignKey("purchases.Supplier", on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    file_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    engine = models.CharField(max_length=20, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    queued_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    result_due_at = models.DateTimeField(null=True, blank=True)
    pages_total = models.PositiveIntegerField(null=True, blank=True)
    pages_done = models.PositiveIntegerField(default=0)
    rows_found = models.PositiveIntegerField(default=0)
    offer = models.OneToOneField(
        "purchases.Offer", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    failure_code = models.CharField(max_length=60, blank=True)
    failure_detail = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        verbose_name = _("extraction job")
        verbose_name_plural = _("extraction jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "file_sha256"],
                condition=Q(state__in=LIVE_STATES),
                name="ai_one_live_job_per_supplier_and_file",
            ),
            models.CheckConstraint(
                condition=Q(state__in=JobState.values), name="ai_job_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="ready", offer__isnull=False)
                | (~Q(state="ready") & Q(offer__isnull=True)),
                name="ai_job_ready_has_offer",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["failed", "timed_out"]) & ~Q(failure_code=""))
                | (~Q(state__in=["failed", "timed_out"]) & Q(failure_code="")),
                name="ai_job_failure_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WORKING_STATES, finished_at__isnull=True)
                | (~Q(state__in=WORKING_STATES) & Q(finished_at__isnull=False)),
                name="ai_job_finished_agrees",
            ),
            models.CheckConstraint(
                condition=Q(pages_total__isnull=True) | Q(pages_done__lte=F("pages_total")),
                name="ai_job_pages_done_within_total",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "next_attempt_at"],
                condition=Q(state__in=WORKING_STATES),
                name="ai_job_working",
            ),
            models.Index(fields=["-created_at", "id"], name="ai_job_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.state})"


class EngineResult(models.Model):
    """What an engine sent, verbatim, append-only. Unusable results are kept too, as evidence."""

    job = models.ForeignKey(ExtractionJob, on_delete=models.PROTECT, related_name="results")
    round = models.PositiveSmallIntegerField()
    engine = models.CharField(max_length=20)
    body = models.TextField()
    digest = models.CharField(max_length=64)
    is_usable = models.BooleanField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("engine result")
        verbose_name_plural = _("engine results")
        constraints = [
            models.UniqueConstraint(
                fields=["job", "round"],
                condition=Q(is_usable=True),
                name="ai_one_result_per_round",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} #{self.round}"
