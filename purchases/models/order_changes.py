"""What became of an order once it was placed: supplier's answers, pharmacy's changes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.money import MoneyModelField
from purchases.models.orders import PurchaseOrder, PurchaseOrderLine


class OrderAcknowledgement(models.Model):
    """A supplier's answer to an order. Append-only; the newest one holds.

    ``revision``: of the order it answers. ``reference``: the supplier's own number.
    """

    order = models.ForeignKey(
        PurchaseOrder, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    revision = models.PositiveIntegerField()
    reference = models.CharField(max_length=60, blank=True)
    promised_date = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    acknowledged_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("order acknowledgement")
        verbose_name_plural = _("order acknowledgements")

    def __str__(self) -> str:
        return f"{self.order_id}: {self.acknowledged_at:%Y-%m-%d}"


class AcknowledgedLine(models.Model):
    """What the supplier said of one line. Append-only. Beside it, what was wanted then.

    packs, free_packs: it will deliver, 0 is nothing; pack_price: money per pack, before the
    discount; promised_date: where it differs from the order's.
    """

    acknowledgement = models.ForeignKey(
        OrderAcknowledgement, on_delete=models.PROTECT, related_name="lines"
    )
    order_line = models.ForeignKey(
        PurchaseOrderLine, on_delete=models.PROTECT, related_name="acknowledged"
    )
    packs = models.PositiveIntegerField()
    free_packs = models.PositiveIntegerField()
    pack_price = MoneyModelField()
    ordered_packs = models.PositiveIntegerField()
    ordered_free_packs = models.PositiveIntegerField()
    ordered_pack_price = MoneyModelField()
    promised_date = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("acknowledged line")
        verbose_name_plural = _("acknowledged lines")
        constraints = [
            models.UniqueConstraint(
                fields=["acknowledgement", "order_line"], name="purchases_acknowledgedline_once"
            ),
            models.CheckConstraint(
                condition=Q(pack_price__gt=0, pack_price__lte=10**15),
                name="purchases_acknowledgedline_price_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acknowledgement_id}/{self.order_line_id}"

    @property
    def differs(self) -> bool:
        """Whether quantity or price are not as ordered."""
        return (self.packs, self.free_packs, self.pack_price) != (
            self.ordered_packs,
            self.ordered_free_packs,
            self.ordered_pack_price,
        )


class AmendmentKind(models.TextChoices):
    AMENDED = "amended", _("amended")
    CANCELLED = "cancelled", _("cancelled in part")


class OrderAmendment(models.Model):
    """One change of an order after it was placed. Append-only: revision 1, 2, 3, ..."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="amendments")
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=AmendmentKind)
    reason = models.TextField()
    total_before = MoneyModelField()
    total_after = MoneyModelField()
    amended_at = models.DateTimeField()
    amended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("order amendment")
        verbose_name_plural = _("order amendments")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "revision"], name="purchases_amendment_revision_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AmendmentKind.values), name="purchases_amendment_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(revision__gte=1) & ~Q(reason=""), name="purchases_amendment_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} r{self.revision}"


class OrderAmendmentLine(models.Model):
    """One line before and after a change. Append-only. Quantities in base units."""

    amendment = models.ForeignKey(OrderAmendment, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(
        PurchaseOrderLine, on_delete=models.PROTECT, related_name="amended"
    )
    bought_before = models.PositiveIntegerField()
    bought_after = models.PositiveIntegerField()
    free_before = models.PositiveIntegerField()
    free_after = models.PositiveIntegerField()
    cancelled_before = models.PositiveIntegerField()
    cancelled_after = models.PositiveIntegerField()
    pack_price_before = MoneyModelField()
    pack_price_after = MoneyModelField()
    amount_before = MoneyModelField()
    amount_after = MoneyModelField()

    class Meta:
        verbose_name = _("order amendment line")
        verbose_name_plural = _("order amendment lines")
        constraints = [
            models.UniqueConstraint(
                fields=["amendment", "order_line"], name="purchases_amendmentline_once"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_before__lte=F("bought_before") + F("free_before"))
                & Q(cancelled_after__lte=F("bought_after") + F("free_after")),
                name="purchases_amendmentline_cancelled_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amendment_id}/{self.order_line_id}"
