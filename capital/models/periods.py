"""Accounting periods: spans of days whose books can be closed, and reopened with a reason."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class PeriodStatus(models.TextChoices):
    OPEN = "open", _("Books open")
    CLOSED = "closed", _("Books closed")


class Days(Func):
    """The days from `starts_on` to `ends_on`, both included, as a range."""

    function = "DATERANGE"
    output_field = DateRangeField()


class AccountingPeriod(models.Model):
    """A month, quarter or any other span of days, both ends included.

    While it is closed no entry may be dated in it; days outside every period are open.
    """

    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    status = models.CharField(
        _("status"), max_length=6, choices=PeriodStatus, default=PeriodStatus.OPEN
    )
    created_at = models.DateTimeField(_("created at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )

    class Meta:
        verbose_name = _("accounting period")
        verbose_name_plural = _("accounting periods")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="capital_period_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(status=PeriodStatus.OPEN, closed_at__isnull=True)
                | Q(status=PeriodStatus.CLOSED, closed_at__isnull=False),
                name="capital_period_status_agrees",
            ),
            ExclusionConstraint(
                name="capital_period_no_overlap",
                expressions=[
                    (
                        Days(
                            F("starts_on"),
                            F("ends_on"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} - {self.ends_on}"


class PeriodChangeKind(models.TextChoices):
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")


class PeriodChange(models.Model):
    """The trace of every closing and reopening: who, when and why. Append-only."""

    period = models.ForeignKey(
        AccountingPeriod,
        on_delete=models.PROTECT,
        related_name="changes",
        verbose_name=_("accounting period"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=PeriodChangeKind)
    reason = models.TextField(_("reason"))
    occurred_at = models.DateTimeField(_("occurred at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("change of an accounting period")
        verbose_name_plural = _("changes of accounting periods")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PeriodChangeKind.values),
                name="capital_periodchange_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="capital_periodchange_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.kind}"
