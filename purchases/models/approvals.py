"""Who must approve what: rules, limits, substitutes, and what was decided by whom."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.money import MoneyModelField
from purchases.models.proposals import Proposal
from purchases.models.suppliers import Supplier

ROLE_CODE_LENGTH = 50  # as in rbac


class ControlledRule(models.TextChoices):
    """Which controlled drugs a rule is about: one class of inventory's, or any of them."""

    ANY = "any", _("any controlled drug")
    PSYCHOTROPIC = "psychotropic", _("psychotropics")
    NARCOTIC = "narcotic", _("narcotics")
    PRECURSOR = "precursor", _("precursors")


def _user(**kwargs: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **kwargs
    )


def _roles(label: Any) -> Any:
    return ArrayField(
        models.CharField(max_length=ROLE_CODE_LENGTH),
        default=list,
        blank=True,
        verbose_name=label,
    )


class ApprovalPolicy(Timestamped):
    """A rule: proposals like these need so many approvers, of these roles.

    It holds for a proposal whose total is in [min_amount, max_amount) (money, of the whole
    proposal; empty is no bound), from this supplier, with at least one line of this category
    (or one below it) and controlled class; what is empty is not asked. first_roles,
    second_roles: codes of the roles that may take the step; empty is whoever may approve at all.
    Of the rules that hold, the strictest decides (docs/decisions/approval-rules.md).
    """

    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("in force"), default=True)
    min_amount = MoneyModelField(_("from this total on"), null=True, blank=True)
    max_amount = MoneyModelField(_("below this total"), null=True, blank=True)
    category = models.ForeignKey(
        "inventory.Category",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    controlled_class = models.CharField(
        _("controlled class"), max_length=12, choices=ControlledRule, blank=True
    )
    supplier = models.ForeignKey(
        Supplier,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("supplier"),
    )
    approvers = models.PositiveSmallIntegerField(_("approvers"), default=1)
    first_roles = _roles(_("roles of the first approver"))
    second_roles = _roles(_("roles of the second approver"))

    class Meta:
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="purchases_approvalpolicy_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="purchases_approvalpolicy_is_named"),
            models.CheckConstraint(
                condition=Q(approvers__in=[1, 2]), name="purchases_approvalpolicy_one_or_two"
            ),
            models.CheckConstraint(
                condition=Q(approvers=2) | Q(second_roles=[]),
                name="purchases_approvalpolicy_second_roles_agree",
            ),
            models.CheckConstraint(
                condition=Q(controlled_class__in=["", *ControlledRule.values]),
                name="purchases_approvalpolicy_controlled_known",
            ),
            models.CheckConstraint(
                condition=(Q(min_amount__isnull=True) | Q(min_amount__range=(0, 10**15)))
                & (Q(max_amount__isnull=True) | Q(max_amount__gt=0, max_amount__lte=10**15))
                & (
                    Q(min_amount__isnull=True)
                    | Q(max_amount__isnull=True)
                    | Q(max_amount__gt=F("min_amount"))
                ),
                name="purchases_approvalpolicy_amounts_sane",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ApprovalLimit(models.Model):
    """The most (money, total of one proposal) a role may approve; no row is no limit."""

    role_code = models.CharField(_("role"), max_length=ROLE_CODE_LENGTH)
    amount = MoneyModelField(_("up to"))

    class Meta:
        verbose_name = _("approval limit")
        verbose_name_plural = _("approval limits")
        ordering = ["role_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["role_code"], name="purchases_approvallimit_once_per_role"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lte=10**15) & ~Q(role_code=""),
                name="purchases_approvallimit_sane",
            ),
        ]

    def __str__(self) -> str:
        return self.role_code


class ApprovalDelegation(models.Model):
    """One approver lets another approve in his stead in [starts_at, ends_at).

    amount: the most (money, total of a proposal) the substitute may approve so; empty is what
    the delegator may. What was delegated cannot be passed on.
    """

    delegator = _user(verbose_name=_("in whose stead"))
    delegate = _user(verbose_name=_("substitute"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    amount = MoneyModelField(_("up to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = _user(null=True, blank=True, verbose_name=_("revoked by"))

    class Meta:
        verbose_name = _("approval delegation")
        verbose_name_plural = _("approval delegations")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(delegator=F("delegate")),
                name="purchases_approvaldelegation_not_to_oneself",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="purchases_approvaldelegation_has_a_period",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0, amount__lte=10**15),
                name="purchases_approvaldelegation_amount_sane",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="purchases_approvaldelegation_revoked_agrees",
            ),
        ]
        indexes = [
            models.Index(
                fields=["delegate", "ends_at"],
                condition=Q(revoked_at__isnull=True),
                name="purchases_delegation_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegator_id} → {self.delegate_id}"


class ProposalSubmission(models.Model):
    """What a proposal rested on when it was submitted. Append-only.

    capital_available: money. lines: per line what it costs and why that held, as
    `purchases.selectors.staleness.basis_of` has it; fingerprint: SHA-256 of them in hex.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="submissions")
    version = models.PositiveIntegerField()
    submitted_by = _user()
    submitted_at = models.DateTimeField()
    total = MoneyModelField()
    capital_available = MoneyModelField()
    lines = models.JSONField()
    fingerprint = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("proposal submission")
        verbose_name_plural = _("proposal submissions")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "version"], name="purchases_submission_version_once"
            ),
            models.CheckConstraint(
                condition=Q(total__gt=0), name="purchases_submission_total_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} v{self.version}"


class ApprovalStep(models.Model):
    """One approval a submission needs, in order of ``number``. Append-only.

    policy: the rule that asks for it, empty where none holds; role_codes: as the rule had them
    that day, empty is whoever may approve.
    """

    submission = models.ForeignKey(
        ProposalSubmission, on_delete=models.PROTECT, related_name="steps"
    )
    number = models.PositiveSmallIntegerField()
    policy = models.ForeignKey(
        ApprovalPolicy, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role_codes = _roles(_("roles"))

    class Meta:
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "number"], name="purchases_approvalstep_number_once"
            ),
            models.CheckConstraint(
                condition=Q(number__in=[1, 2]), name="purchases_approvalstep_one_or_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.number}"


class DecisionKind(models.TextChoices):
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    CHANGES_REQUESTED = "changes_requested", _("changes requested")


class ApprovalDecision(models.Model):
    """What one person decided on one step. Append-only; once per step, once per person.

    on_behalf_of, delegation: in whose stead, by which delegation. requested_by, submitted_by:
    of the proposal, for the constraints. remarks: what to change, per line
    ([{line_id, product_id, remark}]).
    """

    step = models.OneToOneField(ApprovalStep, on_delete=models.PROTECT, related_name="decision")
    submission = models.ForeignKey(
        ProposalSubmission, on_delete=models.PROTECT, related_name="decisions"
    )
    decision = models.CharField(max_length=20, choices=DecisionKind)
    decided_by = _user()
    decided_at = models.DateTimeField()
    on_behalf_of = _user(null=True, blank=True)
    delegation = models.ForeignKey(
        ApprovalDelegation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requested_by = _user()
    submitted_by = _user()
    reason = models.TextField(blank=True)
    remarks = models.JSONField(default=list)

    class Meta:
        verbose_name = _("approval decision")
        verbose_name_plural = _("approval decisions")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "decided_by"], name="purchases_approvaldecision_person_once"
            ),
            models.UniqueConstraint(
                fields=["submission", "on_behalf_of"],
                name="purchases_approvaldecision_delegator_once",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=DecisionKind.values),
                name="purchases_approvaldecision_known",
            ),
            models.CheckConstraint(
                condition=Q(decision=DecisionKind.APPROVED) | ~Q(reason=""),
                name="purchases_approvaldecision_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("requested_by")) & ~Q(decided_by=F("submitted_by")),
                name="purchases_approvaldecision_not_own",
            ),
            models.CheckConstraint(
                condition=Q(on_behalf_of__isnull=True, delegation__isnull=True)
                | (
                    Q(on_behalf_of__isnull=False, delegation__isnull=False)
                    & ~Q(on_behalf_of=F("decided_by"))
                    & ~Q(on_behalf_of=F("requested_by"))
                    & ~Q(on_behalf_of=F("submitted_by"))
                ),
                name="purchases_approvaldecision_not_delegators_own",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.decision}"


class ChangeKind(models.TextChoices):
    """What happened to a proposal or one of its lines."""

    LINE_ADDED = "line_added", _("line added")
    QUANTITY_CHANGED = "quantity_changed", _("quantity changed")
    SOURCE_CHANGED = "source_changed", _("source changed")
    LINE_REMOVED = "line_removed", _("line removed")
    LINE_MOVED_OUT = "line_moved_out", _("line moved to another supplier")
    LINE_MOVED_IN = "line_moved_in", _("line moved from another supplier")
    LINE_REFRESHED = "line_refreshed", _("line brought to present prices")
    MIX_REPRICED = "mix_repriced", _("free goods shared anew in its mix of strengths")
    STATE_CHANGED = "state_changed", _("state changed")


class ProposalChange(models.Model):
    """One change of a proposal: who, when, what, before, after, why. Append-only.

    version: the proposal's after it. position, product: of the line, empty for the proposal
    itself. before, after: figures, empty where there was or is none. changed_by: empty for the
    system.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="changes")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=ChangeKind)
    position = models.PositiveIntegerField(null=True, blank=True)
    product = models.ForeignKey(
        "inventory.Product", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    changed_by = _user(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("proposal change")
        verbose_name_plural = _("proposal changes")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ChangeKind.values), name="purchases_proposalchange_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.STATE_CHANGED, position__isnull=True)
                | (
                    ~Q(kind=ChangeKind.STATE_CHANGED)
                    & Q(position__isnull=False, product__isnull=False)
                ),
                name="purchases_proposalchange_line_agrees",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[ChangeKind.LINE_REMOVED, ChangeKind.LINE_MOVED_OUT])
                | ~Q(reason=""),
                name="purchases_proposalchange_removal_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["proposal", "-id"], name="purchases_proposalchange_of"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.kind}"
