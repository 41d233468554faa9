"""Imports of files: the job, and the file's rows while and after they are worked on."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField
from inventory.models.movements import StockDocument


class ImportKind(models.TextChoices):
    OPENING = "opening", _("Opening balance")
    CATALOGUE = "catalogue", _("Catalogue")


class ImportMode(models.TextChoices):
    """What a catalogue may do with its rows."""

    BOTH = "both", _("Add and change")
    CREATE = "create", _("Only add")
    UPDATE = "update", _("Only change")


class ImportState(models.TextChoices):
    QUEUED = "queued", _("queued")
    READING = "reading", _("reading the file")
    CHECKING = "checking", _("checking its rows")
    APPLYING = "applying", _("applying")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused: the file has faults")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


WORKING_IMPORTS = (
    ImportState.QUEUED,
    ImportState.READING,
    ImportState.CHECKING,
    ImportState.APPLYING,
)


class ImportJob(Timestamped):
    """The import of one file; the row is the job, whatever workers do.

    A worker holds the job while `lease_expires_at` lies ahead, and while it applies, by the lock
    of this row. `attempts` grows with every claim: a worker that lost its lease sees another
    number and stops. `columns`: field -> position in the file. `as_of_date`: the pharmacy's day
    the file is judged on. `counts`: what was, or would be, done, by name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=ImportKind)
    mode = models.CharField(_("mode"), max_length=6, choices=ImportMode, default=ImportMode.BOTH)
    dry_run = models.BooleanField(_("dry run"), default=False)
    skip_faulty = models.BooleanField(_("skip faulty rows"), default=False)
    placeholder_price = MoneyModelField(_("prices up to this are placeholders"), null=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState, default=ImportState.QUEUED
    )
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )
    file_sha256 = models.CharField(_("SHA-256"), max_length=64)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    language = models.CharField(_("language of the report"), max_length=10)
    as_of_date = models.DateField(_("judged as of"))
    header_row = models.PositiveIntegerField(_("row of the header"), null=True)
    header = models.JSONField(_("header"), default=list)
    columns = models.JSONField(_("columns"), default=dict)
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_checked = models.PositiveIntegerField(_("rows checked"), default=0)
    rows_applied = models.PositiveIntegerField(_("rows applied"), default=0)
    error_count = models.PositiveIntegerField(_("errors"), default=0)
    warning_count = models.PositiveIntegerField(_("warnings"), default=0)
    counts = models.JSONField(_("counts"), default=dict)
    file_problems = models.JSONField(_("faults of the file as a whole"), default=list)
    failure_code = models.CharField(_("failure"), max_length=60, blank=True)
    failure_detail = models.TextField(_("why it failed"), blank=True)
    document = models.ForeignKey(
        StockDocument,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("stock document"),
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    lease_expires_at = models.DateTimeField(_("lease expires at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ImportKind.values), name="inventory_import_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(mode__in=ImportMode.values), name="inventory_import_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="inventory_import_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=WORKING_IMPORTS, finished_at__isnull=True)
                | (~Q(state__in=WORKING_IMPORTS) & Q(finished_at__isnull=False)),
                name="inventory_import_finished_agrees",
            ),
            models.CheckConstraint(
                condition=(Q(state=ImportState.FAILED) & ~Q(failure_code=""))
                | (~Q(state=ImportState.FAILED) & Q(failure_code="")),
                name="inventory_import_failure_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=ImportState.REFUSED) | Q(error_count__gt=0),
                name="inventory_import_refused_has_errors",
            ),
            models.CheckConstraint(
                condition=Q(rows_checked__lte=F("rows_total"))
                & Q(rows_applied__lte=F("rows_total")),
                name="inventory_import_progress_within_total",
            ),
            models.CheckConstraint(
                condition=Q(dry_run=False) | Q(rows_applied=0, document__isnull=True),
                name="inventory_import_dry_run_applies_nothing",
            ),
            models.CheckConstraint(
                condition=Q(kind=ImportKind.CATALOGUE) | Q(mode=ImportMode.BOTH, skip_faulty=False),
                name="inventory_import_opening_is_all_or_nothing",
            ),
            models.CheckConstraint(
                condition=Q(placeholder_price__isnull=True) | Q(placeholder_price__gte=0),
                name="inventory_import_placeholder_not_negative",
            ),
            models.UniqueConstraint(
                fields=["kind", "file_sha256"],
                condition=Q(state__in=WORKING_IMPORTS, dry_run=False),
                name="inventory_import_one_of_a_file_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=WORKING_IMPORTS),
                name="inventory_import_working",
            ),
            models.Index(fields=["-created_at", "id"], name="inventory_import_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.state})"


class RowOutcome(models.TextChoices):
    """What a row did, or in a dry run would do."""

    PENDING = "pending", _("not judged yet")
    CREATED = "created", _("adds a product")
    UPDATED = "updated", _("changes a product")
    UNCHANGED = "unchanged", _("changes nothing")
    STOCKED = "stocked", _("puts stock on the shelf")
    FAULTY = "faulty", _("has faults")


class ImportRow(models.Model):
    """One row of an imported file as it was sent, and what became of it.

    `cells`: see `inventory.imports.staging`. `product_id`: as it was when the row was judged.
    `changes`: field -> [before, after]. `problems`: column, code, detail, value, severity each.
    """

    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="rows", verbose_name=_("import")
    )
    number = models.PositiveIntegerField(_("row of the file"))
    cells = models.JSONField(_("cells"))
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=RowOutcome, default=RowOutcome.PENDING
    )
    product_id = models.BigIntegerField(_("product"), null=True)
    changes = models.JSONField(_("changes"), default=dict)
    problems = models.JSONField(_("problems"), default=list)
    has_errors = models.BooleanField(_("has errors"), default=False)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["job", "number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="inventory_importrow_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=RowOutcome.values), name="inventory_importrow_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} #{self.number}"
