"""What cannot be decided about proposals, and rules of approval that cannot be."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotFound, RuleRefused


class ApproverIsRequester(RuleRefused):
    code = "approver_is_requester"
    title = _("A proposal is decided by somebody who neither built, changed nor submitted it")


class ProposalStale(Conflict):
    code = "proposal_stale"
    title = _("What the proposal rests on has changed")


class ProposalVersionOutdated(Conflict):
    code = "proposal_version_outdated"
    title = _("The proposal has changed since it was looked at")


class ApprovalRulesStricter(Conflict):
    code = "approval_rules_stricter"
    title = _("The rules of approval have become stricter: ask for it to be submitted again")


class ApproverDecidedAlready(RuleRefused):
    code = "approver_decided_already"
    title = _("The other approval must come from another person")


class ApproverRoleRefused(RuleRefused):
    code = "approver_role_refused"
    title = _("This approval is given by somebody of another role")


class ApprovalLimitExceeded(RuleRefused):
    code = "approval_limit_exceeded"
    title = _("The total is beyond what your role may approve")


class AmendmentNeedsTwo(RuleRefused):
    code = "amendment_needs_two"
    title = _("An order grown so large needs two approvals: propose the rest anew")


class RemarkRefused(RuleRefused):
    code = "remark_refused"
    title = _("A remark names a line the proposal does not have")


class ApprovalPolicyNotFound(NotFound):
    code = "approval_policy_not_found"
    title = _("There is no such rule of approval")


class ApprovalPolicyNameTaken(Conflict):
    code = "approval_policy_name_taken"
    title = _("A rule of this name exists already")


class ApprovalPolicyRefused(RuleRefused):
    code = "approval_policy_refused"
    title = _("The rule cannot be so; see errors")


class ApprovalLimitNotFound(NotFound):
    code = "approval_limit_not_found"
    title = _("There is no such limit of approval")


class DelegationNotFound(NotFound):
    code = "approval_delegation_not_found"
    title = _("There is no such delegation")


class DelegationRefused(RuleRefused):
    code = "approval_delegation_refused"
    title = _("Approving cannot be delegated so; see errors")


class DelegationStateRefused(Conflict):
    code = "approval_delegation_state_refused"
    title = _("The delegation is over or was taken back already")
