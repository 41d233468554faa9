"""Offers, their lines, and the names learnt from people's corrections."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField
from purchases.models.suppliers import DealDirection, Supplier, weekdays, weekdays_known
from purchases.printed_delivery import LONGEST_DELIVERY

# Numeric columns accept NaN, and PostgreSQL sorts NaN above every number: an upper bound keeps
# both it and absurd amounts out.
LARGEST_PRICE = 10**12
LONGEST_MATCH_KEY = 850


class Offer(Timestamped):
    """One document of a supplier, as read by an engine.

    ``direction`` is the direction its deals were read in, ``direction_votes`` what the document
    itself said. The offer counts for comparison until it is withdrawn, past ``valid_until`` or
    older than the setting ``PURCHASES_OFFER_MAX_AGE_DAYS``.

    ``printed_terms``: the texts beside its table, as printed. ``valid_until``,
    ``minimum_order_amount`` (money), ``delivery_weekdays`` (ISO) and ``delivery_days`` (from order
    to delivery) are what they were read as, or what a person said since; None where they do not
    say. ``disagreeing_terms``: names of those the texts tell in two ways, until a person says which
    holds.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="offers")
    source_type = models.CharField(max_length=60)
    source_id = models.CharField(max_length=64)
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    engine = models.CharField(max_length=60, blank=True)
    pages = models.PositiveIntegerField(default=0)
    direction = models.CharField(max_length=12, choices=DealDirection)
    direction_votes = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    printed_terms = models.JSONField(_("printed terms"), default=list, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    minimum_order_amount = MoneyModelField(_("minimum order"), null=True, blank=True)
    delivery_weekdays = weekdays(null=True, verbose_name=_("delivery weekdays"))
    delivery_days = models.PositiveSmallIntegerField(_("delivery days"), null=True, blank=True)
    disagreeing_terms = models.JSONField(_("disagreeing terms"), default=list, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(
                fields=["source_type", "source_id"], name="purchases_offer_source_once"
            ),
            models.CheckConstraint(
                condition=~Q(source_type="") & ~Q(source_id=""),
                name="purchases_offer_source_named",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=DealDirection.values),
                name="purchases_offer_direction_known",
            ),
            models.CheckConstraint(
                condition=Q(minimum_order_amount__isnull=True)
                | Q(minimum_order_amount__gt=0, minimum_order_amount__lte=LARGEST_PRICE),
                name="purchases_offer_minimum_sane",
            ),
            weekdays_known("purchases_offer_weekdays_known"),
            models.CheckConstraint(
                condition=Q(delivery_days__isnull=True) | Q(delivery_days__lte=LONGEST_DELIVERY),
                name="purchases_offer_delivery_sane",
            ),
        ]
        indexes = [
            models.Index(fields=["supplier", "-received_at"], name="purchases_offer_recent"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class LineStatus(models.TextChoices):
    MATCHED = "matched", _("matched")
    NEEDS_REVIEW = "needs_review", _("needs review")
    UNMATCHED = "unmatched", _("unmatched")
    IGNORED = "ignored", _("ignored")


OPEN_STATUSES = (LineStatus.NEEDS_REVIEW, LineStatus.UNMATCHED)


class LineDecision(models.TextChoices):
    """How a line got its product, or why it has none."""

    NONE = "", _("undecided")
    MATCHER = "matcher", _("matched by name, strength and price")
    ALIAS = "alias", _("learnt from an earlier correction")
    ACCEPTED = "accepted", _("suggestion accepted")
    CORRECTED = "corrected", _("corrected")
    CREATED = "created", _("product created from the line")
    IGNORED = "ignored", _("ignored")


class OfferLine(models.Model):
    """One priced line of an offer, with what was printed, what it means and where it stood.

    Prices are for one pack as the supplier sells it. ``deal`` is ``purchases.deals.to_json``.
    ``candidates``: the matcher's suggestions, best first; ``suggested_product``: the first of
    them, while nobody has decided. ``box``: left, top, right, bottom on
    the page. ``confidence``: the engine's, 0 to 1. ``match_key``: what aliases are looked up by.
    ``alias``: the learnt name the match rests on, its own or a similar one. ``price_jumps``: where
    the price is far from others, as `purchases.jumps` found when the line got its product.
    """

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=500)
    company = models.CharField(max_length=300, blank=True)
    match_key = models.CharField(max_length=LONGEST_MATCH_KEY, blank=True)
    list_price = MoneyModelField(null=True, blank=True)
    public_price = MoneyModelField(null=True, blank=True)
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    deal_text = models.CharField(max_length=1000, blank=True)
    deal = models.JSONField(default=dict)
    register_required = models.BooleanField(default=False)
    flags = models.JSONField(default=list)
    status = models.CharField(max_length=12, choices=LineStatus)
    candidates = models.JSONField(default=list)
    product = models.ForeignKey(
        "inventory.Product", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    suggested_product = models.ForeignKey(
        "inventory.Product", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.CharField(max_length=10, choices=LineDecision, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    alias = models.ForeignKey(
        "ProductAlias", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    price_jumps = models.JSONField(default=list, blank=True)
    page = models.PositiveIntegerField(null=True, blank=True)
    row = models.PositiveIntegerField(null=True, blank=True)
    box = models.JSONField(null=True, blank=True)
    raw_text = models.TextField(blank=True)
    confidence = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = _("offer line")
        verbose_name_plural = _("offer lines")
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "position"], name="purchases_offerline_position_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=LineStatus.values), name="purchases_offerline_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=LineStatus.MATCHED, product__isnull=False)
                | (~Q(status=LineStatus.MATCHED) & Q(product__isnull=True)),
                name="purchases_offerline_matched_has_product",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN_STATUSES, decision="", decided_at__isnull=True)
                | Q(
                    status=LineStatus.MATCHED,
                    decision__in=["matcher", "alias", "accepted", "corrected", "created"],
                    decided_at__isnull=False,
                )
                | Q(status=LineStatus.IGNORED, decision="ignored", decided_at__isnull=False),
                name="purchases_offerline_decision_agrees",
            ),
            models.CheckConstraint(
                condition=Q(
                    decision__in=["accepted", "corrected", "created", "ignored"],
                    decided_by__isnull=False,
                )
                | Q(decision__in=["", "matcher"], decided_by__isnull=True)
                | Q(decision="alias"),
                name="purchases_offerline_decided_by_agrees",
            ),
            models.CheckConstraint(
                condition=Q(alias__isnull=True) | Q(decision__in=["alias", "matcher"]),
                name="purchases_offerline_alias_decided",
            ),
            models.CheckConstraint(
                condition=Q(price_jumps=[]) | Q(status=LineStatus.MATCHED),
                name="purchases_offerline_jumps_of_matched",
            ),
            models.CheckConstraint(
                condition=Q(suggested_product__isnull=True) | Q(status__in=OPEN_STATUSES),
                name="purchases_offerline_suggestion_is_open",
            ),
            models.CheckConstraint(
                condition=Q(list_price__isnull=True)
                | Q(list_price__gt=0, list_price__lte=LARGEST_PRICE),
                name="purchases_offerline_list_price_sane",
            ),
            models.CheckConstraint(
                condition=Q(public_price__isnull=True)
                | Q(public_price__gt=0, public_price__lte=LARGEST_PRICE),
                name="purchases_offerline_public_price_sane",
            ),
            models.CheckConstraint(
                condition=Q(discount_percent__isnull=True)
                | Q(discount_percent__gte=0, discount_percent__lte=100),
                name="purchases_offerline_discount_sane",
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="purchases_offerline_confidence_sane",
            ),
        ]
        indexes = [
            models.Index(fields=["offer", "status"], name="purchases_offerline_by_status"),
            models.Index(
                fields=["product", "offer"],
                condition=Q(product__isnull=False),
                name="purchases_offerline_by_product",
            ),
            models.Index(
                fields=["product", "-id"],
                condition=Q(product__isnull=False),
                name="purchases_offerline_history",
            ),
            models.Index(fields=["match_key"], name="purchases_offerline_by_key"),
        ]

    def __str__(self) -> str:
        return self.name


class ProductAlias(models.Model):
    """How a supplier writes one of our products, as a person once decided.

    ``supplier`` empty: holds for every supplier. ``learnt_from``: the line that taught it.
    """

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, null=True, blank=True, related_name="aliases"
    )
    key = models.CharField(max_length=LONGEST_MATCH_KEY)
    product = models.ForeignKey("inventory.Product", on_delete=models.PROTECT, related_name="+")
    learnt_from = models.ForeignKey(
        OfferLine, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    learnt_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    learnt_at = models.DateTimeField()

    class Meta:
        verbose_name = _("product alias")
        verbose_name_plural = _("product aliases")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "key"],
                nulls_distinct=False,
                name="purchases_productalias_key_once",
            ),
            models.CheckConstraint(
                condition=~Q(key=""), name="purchases_productalias_key_readable"
            ),
        ]

    def __str__(self) -> str:
        return self.key
