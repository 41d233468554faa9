"""Stock counts: what people found on the shelves, line by line, against what the ledger said."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import UnitCostModelField
from inventory.models.batches import Batch
from inventory.models.catalogue import Product
from inventory.models.classification import Category
from inventory.models.locations import Location
from inventory.models.movements import StockDocument


class CountState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    COUNTING = "counting", _("Being counted")
    REVIEW = "review", _("In review")
    POSTED = "posted", _("Posted")
    CANCELLED = "cancelled", _("Cancelled")


class CountMode(models.TextChoices):
    BLIND = "blind", _("Blind: counters do not see what is expected")
    GUIDED = "guided", _("Guided: counters see what is expected")


class CountScope(models.TextChoices):
    """What is counted, always limited to `location` where one is given."""

    LOCATION = "location", _("Everything at a location")
    CATEGORY = "category", _("A category with those below it")
    ABC_CLASS = "abc_class", _("An ABC class")
    PRODUCTS = "products", _("Chosen products")


class AbcClass(models.TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


class CountLineStatus(models.TextChoices):
    PENDING = "pending", _("To be counted")
    COUNTED = "counted", _("Counted")
    RECOUNT = "recount", _("To be counted again by somebody else")
    SKIPPED = "skipped", _("Left as it is")


def _user(**kwargs: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **kwargs
    )


_STARTED = [CountState.COUNTING, CountState.REVIEW, CountState.POSTED]
_ENDED = [CountState.POSTED, CountState.CANCELLED]
_FINISHED = [CountState.REVIEW, CountState.POSTED]


class StockCount(Timestamped):
    """One count. A difference is beyond tolerance when it is more than the larger of
    `tolerance_units` (base units) and `tolerance_percent` of what was expected.

    `posting_id` is known from the start and names the adjustment document to come, so that it can
    exist once only. Approval by somebody who counted is refused by a trigger.
    """

    number = models.CharField(_("number"), max_length=30)
    state = models.CharField(
        _("state"), max_length=10, choices=CountState, default=CountState.DRAFT
    )
    mode = models.CharField(_("mode"), max_length=6, choices=CountMode)
    scope = models.CharField(_("scope"), max_length=10, choices=CountScope)
    location = models.ForeignKey(
        Location,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="counts",
        verbose_name=_("location"),
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="counts",
        verbose_name=_("category"),
    )
    abc_class = models.CharField(_("ABC class"), max_length=1, choices=AbcClass, blank=True)
    products = models.ManyToManyField(
        Product, related_name="counts", blank=True, verbose_name=_("chosen products")
    )
    tolerance_units = models.PositiveIntegerField(_("tolerance in base units"), default=0)
    tolerance_percent = models.DecimalField(
        _("tolerance in percent"), max_digits=5, decimal_places=2, default=0
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_by = _user(null=True, verbose_name=_("by"))
    started_by = _user(null=True, verbose_name=_("started by"))
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_by = _user(null=True, verbose_name=_("finished by"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    approved_by = _user(null=True, verbose_name=_("approved by"))
    posted_at = models.DateTimeField(_("posted at"), null=True)
    cancelled_by = _user(null=True, verbose_name=_("cancelled by"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)
    reason = models.CharField(_("reason of cancelling"), max_length=500, blank=True)
    posting_id = models.UUIDField(default=uuid.uuid4, editable=False)
    document = models.OneToOneField(
        StockDocument,
        on_delete=models.PROTECT,
        null=True,
        related_name="stock_count",
        verbose_name=_("adjustment"),
    )

    class Meta:
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="inventory_count_number_unique"),
            models.UniqueConstraint(fields=["posting_id"], name="inventory_count_posting_once"),
            models.CheckConstraint(
                condition=Q(state__in=CountState.values), name="inventory_count_state_known"
            ),
            models.CheckConstraint(
                condition=Q(mode__in=CountMode.values), name="inventory_count_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(scope=CountScope.LOCATION, location__isnull=False)
                | Q(scope=CountScope.CATEGORY, category__isnull=False)
                | Q(scope=CountScope.ABC_CLASS, abc_class__in=AbcClass.values)
                | Q(scope=CountScope.PRODUCTS),
                name="inventory_count_scope_agrees",
            ),
            models.CheckConstraint(
                condition=Q(tolerance_percent__gte=0) & Q(tolerance_percent__lte=100),
                name="inventory_count_tolerance_sane",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_STARTED, started_by__isnull=False, started_at__isnull=False)
                | Q(state=CountState.DRAFT, started_by__isnull=True, started_at__isnull=True)
                | Q(state=CountState.CANCELLED),
                name="inventory_count_started_agrees",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=_FINISHED, finished_by__isnull=False, finished_at__isnull=False
                )
                | Q(
                    state__in=[CountState.DRAFT, CountState.COUNTING],
                    finished_by__isnull=True,
                    finished_at__isnull=True,
                )
                | Q(state=CountState.CANCELLED),
                name="inventory_count_finished_agrees",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=CountState.POSTED, approved_by__isnull=False, posted_at__isnull=False
                )
                | (
                    ~Q(state=CountState.POSTED)
                    & Q(approved_by__isnull=True, posted_at__isnull=True, document__isnull=True)
                ),
                name="inventory_count_posted_agrees",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=CountState.CANCELLED,
                    cancelled_by__isnull=False,
                    cancelled_at__isnull=False,
                )
                | (
                    ~Q(state=CountState.CANCELLED)
                    & Q(cancelled_by__isnull=True, cancelled_at__isnull=True)
                ),
                name="inventory_count_cancelled_agrees",
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=True) | Q(document=F("posting_id")),
                name="inventory_count_document_is_its_own",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="inventory_count_by_state")]

    def __str__(self) -> str:
        return self.number


class StockCountLine(models.Model):
    """One batch at one location. Quantities are base units.

    counted: what was found in the last round; expected: the level at `counted_at`;
    ledger_mark: the newest movement of the batch at the location that `expected` contains (0 for
    none), so that it can be proved from the ledger. rounds: how often it was counted.
    is_open: False once the count has ended; no batch is in two open counts at a time.
    """

    count = models.ForeignKey(
        StockCount, on_delete=models.PROTECT, related_name="lines", verbose_name=_("stock count")
    )
    line = models.PositiveIntegerField(_("line"))
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, related_name="+", verbose_name=_("batch")
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("location")
    )
    status = models.CharField(
        _("status"), max_length=8, choices=CountLineStatus, default=CountLineStatus.PENDING
    )
    is_found = models.BooleanField(_("found while counting"), default=False)
    is_open = models.BooleanField(default=True, editable=False)
    rounds = models.PositiveSmallIntegerField(_("times counted"), default=0)
    counted = models.BigIntegerField(_("counted"), null=True)
    expected = models.BigIntegerField(_("expected"), null=True)
    ledger_mark = models.BigIntegerField(null=True, editable=False)
    counted_at = models.DateTimeField(_("counted at"), null=True)
    counted_by = _user(null=True, verbose_name=_("counted by"))
    unit_cost = UnitCostModelField(_("unit cost of a surplus"), null=True)
    recount_asked_by = _user(null=True, verbose_name=_("second count asked by"))

    class Meta:
        verbose_name = _("line of a stock count")
        verbose_name_plural = _("lines of stock counts")
        ordering = ["count_id", "line"]
        constraints = [
            models.UniqueConstraint(fields=["count", "line"], name="inventory_countline_unique"),
            models.UniqueConstraint(
                fields=["count", "batch", "location"], name="inventory_countline_batch_once"
            ),
            models.UniqueConstraint(
                fields=["batch", "location"],
                condition=Q(is_open=True),
                name="inventory_countline_one_open_count",
            ),
            models.CheckConstraint(
                condition=Q(status__in=CountLineStatus.values),
                name="inventory_countline_status_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    rounds=0,
                    counted__isnull=True,
                    expected__isnull=True,
                    ledger_mark__isnull=True,
                    counted_at__isnull=True,
                    counted_by__isnull=True,
                )
                | Q(
                    rounds__gt=0,
                    counted__gte=0,
                    expected__gte=0,
                    ledger_mark__gte=0,
                    counted_at__isnull=False,
                    counted_by__isnull=False,
                ),
                name="inventory_countline_result_agrees",
            ),
            models.CheckConstraint(
                condition=Q(status=CountLineStatus.PENDING, rounds=0)
                | Q(status__in=[CountLineStatus.COUNTED, CountLineStatus.RECOUNT], rounds__gt=0)
                | Q(status=CountLineStatus.SKIPPED),
                name="inventory_countline_status_agrees",
            ),
            models.CheckConstraint(
                condition=Q(unit_cost__isnull=True) | Q(unit_cost__gte=0),
                name="inventory_countline_cost_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["count", "status", "line"], name="inventory_countline_by_status")
        ]

    def __str__(self) -> str:
        return f"{self.count_id}/{self.line}"

    @property
    def difference(self) -> int | None:
        """Base units more (+) or fewer (-) than expected; None before it is counted."""
        if self.counted is None or self.expected is None:
            return None
        return self.counted - self.expected


class StockCountEntry(models.Model):
    """One tally of a line, as it was made. Append-only by trigger.

    added: what this tally brought; counted: the line's total after it. code: what was scanned, ""
    when the figure was typed.
    """

    line = models.ForeignKey(
        StockCountLine, on_delete=models.PROTECT, related_name="entries", verbose_name=_("line")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    added = models.BigIntegerField(_("added"))
    counted = models.BigIntegerField(_("counted"))
    expected = models.BigIntegerField(_("expected"))
    ledger_mark = models.BigIntegerField(editable=False)
    code = models.CharField(_("scanned"), max_length=120, blank=True)
    counted_at = models.DateTimeField(_("counted at"))
    counted_by = _user(verbose_name=_("counted by"))

    class Meta:
        verbose_name = _("tally of a stock count")
        verbose_name_plural = _("tallies of stock counts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(round__gt=0, added__gte=0, counted__gte=F("added"), expected__gte=0),
                name="inventory_countentry_sane",
            ),
        ]
        indexes = [models.Index(fields=["counted_by"], name="inventory_countentry_by_person")]

    def __str__(self) -> str:
        return f"{self.line_id} #{self.round}"
