"""Where a person let more be ordered than a supplier gives credit for."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.money import MoneyModelField
from purchases.models.orders import PurchaseOrder
from purchases.models.proposals import Proposal


class CreditOverride(models.Model):
    """Somebody let a supplier's credit limit be exceeded, saying why. Append-only.

    Money: credit_limit as it was, exposure (owed and on order before), amount (what came on top).
    order: of the amendment that let it grow; empty: by the approval of the proposal itself.
    """

    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="credit_overrides"
    )
    order = models.ForeignKey(
        PurchaseOrder,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_overrides",
    )
    credit_limit = MoneyModelField(_("credit limit"))
    exposure = MoneyModelField(_("owed and on order"))
    amount = MoneyModelField(_("ordered on top"))
    reason = models.TextField(_("reason"))
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    overridden_at = models.DateTimeField()

    class Meta:
        verbose_name = _("exceeded credit limit")
        verbose_name_plural = _("exceeded credit limits")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(order__isnull=True),
                name="purchases_creditoverride_once_per_approval",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="purchases_creditoverride_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, credit_limit__lt=F("exposure") + F("amount")),
                name="purchases_creditoverride_exceeds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.exceeded_by}"

    @property
    def exceeded_by(self) -> Decimal:
        """Money by which the limit is exceeded."""
        return self.exposure + self.amount - self.credit_limit
