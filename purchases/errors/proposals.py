"""What cannot be done with needs, proposals, their lines and mixes."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotFound, RuleRefused


class ProposalNotFound(NotFound):
    code = "proposal_not_found"
    title = _("There is no such proposal")


class ProposalBuildNotFound(NotFound):
    code = "proposal_build_not_found"
    title = _("There is no such build of proposals")


class ProposalLineNotFound(NotFound):
    code = "proposal_line_not_found"
    title = _("There is no such line in this proposal")


class ProposalStateRefused(Conflict):
    code = "proposal_state_refused"
    title = _("The proposal's present state does not allow this")


class ProposalEmpty(RuleRefused):
    code = "proposal_empty"
    title = _("A proposal without lines cannot be submitted")


class NothingToPropose(RuleRefused):
    code = "nothing_to_propose"
    title = _("Nothing that is short can be bought from the present offers")


class ProposalBasisChanged(Conflict):
    code = "proposal_basis_changed"
    title = _("Offers, terms or the money changed while proposals were built; build again")


class QuantityOutOfRange(RuleRefused):
    code = "quantity_out_of_range"
    title = _("The quantity is out of range")


class ProductNotPurchasable(Conflict):
    code = "product_not_purchasable"
    title = _("A product of the proposal may no longer be bought")


class PriceUnknown(RuleRefused):
    code = "price_unknown"
    title = _("The line does not say what a pack costs")


class LineNotMixed(RuleRefused):
    code = "line_not_mixed"
    title = _("The line earns its free goods alone: no other strength counts with it")


class MixLinesRefused(RuleRefused):
    code = "mix_lines_refused"
    title = _("The lines asked for are not lines of one mix, each once")


class FreePacksRefused(RuleRefused):
    code = "free_packs_refused"
    title = _("So many free packs are not earned")


class NeedPolicyUnknown(NotFound):
    code = "need_policy_unknown"
    title = _("There is no such class of products")


class ProductProposedAlready(Conflict):
    code = "product_proposed_already"
    title = _("The product is in the proposal already")


class SourceNotUsable(RuleRefused):
    code = "source_not_usable"
    title = _("This offer line is no source the line could be bought from now")
