"""How well the pharmacy wants to be stocked, by ABC class."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped

LONGEST_TIME = 365  # days


class AbcClass(models.TextChoices):
    """How much of what is consumed, by value, a product makes up."""

    A = "A", _("A: most of the value")
    B = "B", _("B: the middle")
    C = "C", _("C: the rest")


class NeedPolicy(Timestamped):
    """What a person has set for one class; a class without a row has the defaults.

    service_level: the chance of meeting all demand between two deliveries. lead_days,
    lead_deviation, review_days: the times assumed where a supplier's own are not known, in days
    (see ``purchases.needs.SupplyTerms``).
    """

    abc_class = models.CharField(_("class"), max_length=1, choices=AbcClass)
    service_level = models.DecimalField(_("service level"), max_digits=5, decimal_places=4)
    lead_days = models.PositiveSmallIntegerField(_("days until goods arrive"))
    lead_deviation = models.DecimalField(
        _("deviation of that, in days"), max_digits=4, decimal_places=1
    )
    review_days = models.PositiveSmallIntegerField(_("days between orders"))

    class Meta:
        verbose_name = _("need policy")
        verbose_name_plural = _("need policies")
        ordering = ["abc_class"]
        constraints = [
            models.UniqueConstraint(fields=["abc_class"], name="purchases_needpolicy_class_once"),
            models.CheckConstraint(
                condition=Q(abc_class__in=AbcClass.values), name="purchases_needpolicy_class_known"
            ),
            models.CheckConstraint(
                condition=Q(service_level__gte="0.5", service_level__lt=1),
                name="purchases_needpolicy_service_level_sane",
            ),
            models.CheckConstraint(
                condition=Q(lead_days__lte=LONGEST_TIME, lead_deviation__gte=0)
                & Q(lead_deviation__lte=LONGEST_TIME),
                name="purchases_needpolicy_lead_time_sane",
            ),
            models.CheckConstraint(
                condition=Q(review_days__gte=1, review_days__lte=LONGEST_TIME),
                name="purchases_needpolicy_review_sane",
            ),
        ]

    def __str__(self) -> str:
        return self.abc_class
