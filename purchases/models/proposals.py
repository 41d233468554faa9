"""Proposals: what to buy from whom, and why, on its way through approval."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField, UnitCostModelField
from purchases.models.offers import OfferLine
from purchases.models.suppliers import Supplier


class BuildMethod(models.TextChoices):
    """How a build chose what to buy where."""

    CHEAPEST = "cheapest", _("each product at its cheapest source")
    SOLVER = "solver", _("solver")
    GREEDY = "greedy", _("greedy rule, without a solver")


class BuildStatus(models.TextChoices):
    """How good the choice is known to be."""

    UNKNOWN = "", _("not known")
    OPTIMAL = "optimal", _("proven best within the tolerance")
    TIME_LIMIT = "time_limit", _("best found within the time limit, with a proven gap")
    UNPROVEN = "unproven", _("a good choice, without proof")


class ProposalBuild(models.Model):
    """One run over what is short. ``excluded``: what could not be proposed, each with a reason.

    parameters: what was asked (budget, cover days, suppliers left out, ...), as JSON.
    budget: money it might spend; spent: money its proposals cost, delivery included.
    cost: what the choice costs in all (spent, later purchases, shortage, holding, expiring);
    bound: no choice costs less; gap: (cost - bound) / cost, a share, both None where not proven.
    reason: why the greedy rule was used. seconds: solving took. figures: parts of the cost and
    what more or less money would change (see ``purchases.basket``).
    """

    built_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    built_at = models.DateTimeField()
    excluded = models.JSONField(default=list)
    parameters = models.JSONField(default=dict)
    method = models.CharField(max_length=10, choices=BuildMethod, default=BuildMethod.CHEAPEST)
    status = models.CharField(max_length=10, choices=BuildStatus, blank=True)
    reason = models.CharField(max_length=30, blank=True)
    budget = MoneyModelField(null=True, blank=True)
    spent = MoneyModelField(null=True, blank=True)
    cost = MoneyModelField(null=True, blank=True)
    bound = MoneyModelField(null=True, blank=True)
    gap = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    seconds = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)
    figures = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("proposal build")
        verbose_name_plural = _("proposal builds")
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=BuildMethod.values, status__in=BuildStatus.values),
                name="purchases_build_method_known",
            ),
            models.CheckConstraint(
                condition=Q(method="greedy") ^ Q(reason=""),
                name="purchases_build_greedy_says_why",
            ),
            models.CheckConstraint(
                condition=Q(spent__isnull=True)
                | Q(budget__isnull=False, spent__gte=0, spent__lte=F("budget")),
                name="purchases_build_within_budget",
            ),
            models.CheckConstraint(
                condition=Q(gap__isnull=True, bound__isnull=True)
                | Q(gap__gte=0, gap__lte=1, bound__isnull=False, cost__isnull=False),
                name="purchases_build_gap_has_bound",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ProposalState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    CHANGES_REQUESTED = "changes_requested", _("changes requested")
    APPROVED = "approved", _("approved")
    ORDERED = "ordered", _("ordered")
    CLOSED = "closed", _("closed")
    REJECTED = "rejected", _("rejected")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


# Nobody has decided yet: what it rests on is in use, and its products are not proposed again.
UNDECIDED_STATES = (
    ProposalState.DRAFT,
    ProposalState.SUBMITTED,
    ProposalState.CHANGES_REQUESTED,
)
# Approved, so that a worker orders it or has done so.
APPROVED_STATES = (ProposalState.APPROVED, ProposalState.ORDERED, ProposalState.CLOSED)
_DECIDED = [*APPROVED_STATES, ProposalState.REJECTED]
_PLACED = [ProposalState.ORDERED, ProposalState.CLOSED]


def _user(**kwargs: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **kwargs
    )


class Proposal(Timestamped):
    """What to buy from one supplier. ``total``: the sum of its lines' amounts, money.

    version: grows with every change of what would be bought and with every submission; whoever
    decides names the version seen. expires_at: from then on an undecided one is given up; empty
    is never. submitted_by: of the last submission. reason: of the rejection, the request for
    changes or the cancellation.
    apply_failures, apply_error: how often a worker failed to finish the approved proposal, and
    the code of the last reason; gone when it succeeds. stuck_at: when people were told.
    """

    number = models.CharField(max_length=30)
    build = models.ForeignKey(ProposalBuild, on_delete=models.PROTECT, related_name="proposals")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="proposals")
    state = models.CharField(
        max_length=20, choices=ProposalState, default=ProposalState.DRAFT, db_index=True
    )
    version = models.PositiveIntegerField(default=1)
    total = MoneyModelField(default=0)
    requested_by = _user()
    submitted_by = _user(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = _user(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    ordered_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = _user(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    expired_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    apply_failures = models.PositiveIntegerField(default=0)
    apply_error = models.CharField(max_length=60, blank=True)
    stuck_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("purchase proposal")
        verbose_name_plural = _("purchase proposals")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="purchases_proposal_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values), name="purchases_proposal_state_known"
            ),
            models.CheckConstraint(
                condition=Q(total__gte=0, total__lte=10**15), name="purchases_proposal_total_sane"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "changes_requested", "cancelled", "expired"])
                | Q(total__gt=0),
                name="purchases_proposal_total_positive_once_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("requested_by")) | Q(decided_by__isnull=True),
                name="purchases_proposal_requester_not_approver",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(decided_by=F("submitted_by")),
                name="purchases_proposal_submitter_not_approver",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_by__isnull=True, submitted_at__isnull=True)
                | Q(
                    state__in=["submitted", "changes_requested", *_DECIDED],
                    submitted_by__isnull=False,
                    submitted_at__isnull=False,
                )
                | Q(state__in=["cancelled", "expired"]),
                name="purchases_proposal_submitted_agrees",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_DECIDED, decided_by__isnull=False, decided_at__isnull=False)
                | (~Q(state__in=_DECIDED) & Q(decided_by__isnull=True, decided_at__isnull=True)),
                name="purchases_proposal_decided_agrees",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_PLACED, ordered_at__isnull=False)
                | (~Q(state__in=_PLACED) & Q(ordered_at__isnull=True)),
                name="purchases_proposal_ordered_agrees",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="purchases_proposal_closed_agrees",
            ),
            models.CheckConstraint(
                condition=Q(state="expired", expired_at__isnull=False)
                | (~Q(state="expired") & Q(expired_at__isnull=True)),
                name="purchases_proposal_expired_agrees",
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="purchases_proposal_version_counts"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="cancelled", cancelled_by__isnull=False, cancelled_at__isnull=False
                )
                | (~Q(state="cancelled") & Q(cancelled_by__isnull=True, cancelled_at__isnull=True)),
                name="purchases_proposal_cancelled_agrees",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "changes_requested", "cancelled"])
                | ~Q(reason=""),
                name="purchases_proposal_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(apply_failures=0, apply_error="")
                | (Q(apply_failures__gt=0) & ~Q(apply_error="")),
                name="purchases_proposal_apply_failure_says_why",
            ),
            models.CheckConstraint(
                condition=Q(apply_failures=0, stuck_at__isnull=True) | Q(state__in=APPROVED_STATES),
                name="purchases_proposal_only_decided_ones_stick",
            ),
        ]
        indexes = [
            models.Index(
                fields=["decided_at"],
                condition=Q(state="approved"),
                name="purchases_proposal_to_apply",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=UNDECIDED_STATES),
                name="purchases_proposal_to_expire",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ProposalLine(models.Model):
    """One product of a proposal.

    packs, free_packs: packs of ``purchase_units`` base units, bought and free under the deal.
    pack_price: list price of one pack; amount: money paid for all; true_unit_cost: money per
    base unit, free goods counted. ``why``: the figures the choice rests on (see
    ``purchases.wording``). ``mix``: lines of a proposal with the same number earn their free goods
    together; empty for a line that earns them alone (docs/decisions/mixed-strengths.md).
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    product = models.ForeignKey("inventory.Product", on_delete=models.PROTECT, related_name="+")
    offer_line = models.ForeignKey(
        OfferLine, on_delete=models.PROTECT, related_name="proposal_lines"
    )
    purchase_units = models.PositiveIntegerField()
    packs = models.PositiveIntegerField()
    free_packs = models.PositiveIntegerField(default=0)
    pack_price = MoneyModelField()
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    amount = MoneyModelField()
    true_unit_cost = UnitCostModelField()
    why = models.JSONField(default=dict)
    mix = models.PositiveIntegerField(_("mix of strengths"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposal line")
        verbose_name_plural = _("proposal lines")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "position"], name="purchases_proposalline_position_once"
            ),
            models.UniqueConstraint(
                fields=["proposal", "product"], name="purchases_proposalline_product_once"
            ),
            models.CheckConstraint(
                condition=Q(purchase_units__gte=1, packs__gte=1),
                name="purchases_proposalline_quantity_positive",
            ),
            models.CheckConstraint(
                condition=Q(pack_price__gt=0, amount__gt=0, amount__lte=10**15),
                name="purchases_proposalline_amount_positive",
            ),
            models.CheckConstraint(
                condition=Q(mix__isnull=True) | Q(mix__gte=1),
                name="purchases_proposalline_mix_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}/{self.position}"

    @property
    def quantity(self) -> int:
        """Base units that arrive, free ones included."""
        return (self.packs + self.free_packs) * self.purchase_units
