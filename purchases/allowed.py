"""What somebody may do with a document now: by its state, by what they may do at all, and by the
rules on who decides and what can be taken back.

A figure for those who draw buttons. What depends on what is sent along, or on money and stock that
others want as well, is answered by the action itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from purchases.models import InspectionState, ProposalState
from purchases.services.approvals.authority import decidable
from purchases.services.receipts.reversal import lines_reversible
from purchases.states import (
    INVOICE_TRANSITIONS,
    ORDER_TRANSITIONS,
    PROPOSAL_TRANSITIONS,
    RECEIVING_TRANSITIONS,
    RETURN_TRANSITIONS,
    InvoiceAction,
    OrderAction,
    ProposalAction,
    ReceivingAction,
    ReturnAction,
)

CREATE, APPROVE = "purchases.create_proposal", "purchases.approve"
RECEIVE = "purchases.receive"
INVOICES, POST_INVOICES = "purchases.manage_invoices", "purchases.post_invoices"
RETURNS, APPROVE_RETURNS = "purchases.manage_returns", "purchases.approve_returns"
SEND, CANCEL_ORDER = "purchases.send_order", "purchases.cancel_order"


def _choices(actions: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, name) for name in map(str, actions)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The actions people have on documents of one kind; the system's own steps are not theirs.

    permissions: action -> what it needs. steps: action -> step of the table, where it is called
    otherwise. barred: action -> whether this person may not, or this document has gone too far.
    """

    transitions: Mapping[tuple[str, str], str]
    permissions: Mapping[str, str]
    steps: Mapping[str, str]
    barred: Mapping[str, Callable[[Any, Any], bool]] = field(default_factory=dict)

    @property
    def choices(self) -> list[tuple[str, str]]:
        return _choices(self.permissions)

    def on(self, document: Any, user: Any) -> list[str]:
        """What `user` may do with `document` now, in the order of the table. No queries of its
        own: what a person may do at all is asked for once a request."""
        return [
            action
            for action, permission in self.permissions.items()
            if (document.state, self.steps.get(action, action)) in self.transitions
            and user.has_perm(permission)
            and not (action in self.barred and self.barred[action](document, user))
        ]


def _settled(invoice: Any, _user: Any) -> bool:
    return bool(invoice.settled)


def _credited(returned: Any, _user: Any) -> bool:
    return bool(returned.credited)


DECISIONS = (ProposalAction.APPROVE, ProposalAction.REQUEST_CHANGES, ProposalAction.REJECT)

PROPOSAL = Offered(
    transitions=PROPOSAL_TRANSITIONS,
    permissions={
        ProposalAction.EDIT: CREATE,
        ProposalAction.REFRESH: CREATE,
        ProposalAction.SUBMIT: CREATE,
        **dict.fromkeys(DECISIONS, APPROVE),
        ProposalAction.CANCEL: CREATE,
    },
    steps={},
)

ORDER = Offered(
    transitions=ORDER_TRANSITIONS,
    permissions={
        OrderAction.SEND: SEND,
        OrderAction.ACKNOWLEDGE: SEND,
        OrderAction.AMEND: "purchases.amend_order",
        "receive": RECEIVE,
        "cancel_lines": CANCEL_ORDER,
        OrderAction.CANCEL: CANCEL_ORDER,
        OrderAction.RESCHEDULE: CANCEL_ORDER,
    },
    steps={"receive": OrderAction.RECEIVE_PART, "cancel_lines": OrderAction.CANCEL_PART},
)

RECEIVING = Offered(
    transitions=RECEIVING_TRANSITIONS,
    permissions=dict.fromkeys(ReceivingAction, RECEIVE),
    steps={},
)

INVOICE = Offered(
    transitions=INVOICE_TRANSITIONS,
    permissions={
        InvoiceAction.EDIT: INVOICES,
        "match": INVOICES,
        InvoiceAction.APPROVE: "purchases.approve_invoices",
        InvoiceAction.RESOLVE: "purchases.approve_invoice_differences",
        InvoiceAction.POST: POST_INVOICES,
        InvoiceAction.CANCEL: INVOICES,
        InvoiceAction.REVERSE: POST_INVOICES,
    },
    steps={"match": InvoiceAction.MATCH_CLEAN},
    barred={InvoiceAction.REVERSE: _settled},
)

RETURN = Offered(
    transitions=RETURN_TRANSITIONS,
    permissions={
        ReturnAction.EDIT: RETURNS,
        ReturnAction.APPROVE: APPROVE_RETURNS,
        ReturnAction.DISPATCH: RETURNS,
        ReturnAction.CREDIT: POST_INVOICES,
        ReturnAction.CLOSE: APPROVE_RETURNS,
        ReturnAction.CANCEL: RETURNS,
    },
    steps={},
    barred={ReturnAction.CANCEL: _credited},
)


def _stands(line: Any) -> bool:
    return not hasattr(line, "reversal_line")


def _waits(line: Any) -> bool:
    inspection = getattr(line, "inspection", None)
    return inspection is not None and inspection.state == InspectionState.PENDING


@dataclass(frozen=True, slots=True)
class OfferedOnReceipts:
    """The actions people have on receipts, which have no state: their lines tell.

    actions: action -> the permission it needs, and of which lines one at least must be.
    """

    actions: Mapping[str, tuple[str, Callable[[Any], bool]]]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return _choices(self.actions)

    def on(self, receipt: Any, user: Any) -> list[str]:
        """What `user` may do with `receipt`, which has its lines, their reversals and inspections
        at hand. It can be reversed if one line at least could be taken back now."""
        lines = receipt.lines.all()
        offered = [
            action
            for action, (permission, fits) in self.actions.items()
            if user.has_perm(permission) and any(map(fits, lines))
        ]
        if "reverse" in offered and not lines_reversible(list(filter(_stands, lines))):
            offered.remove("reverse")
        return offered


RECEIPT = OfferedOnReceipts(
    {
        "inspect": ("purchases.inspect_goods", _waits),
        "bill": (INVOICES, _stands),
        "return": (RETURNS, _stands),
        "spread_cost": ("purchases.manage_landed_costs", _stands),
        "reverse": ("purchases.reverse_receipt", _stands),
    }
)

# What the enumerations of the OpenAPI document hold (`ENUM_NAME_OVERRIDES`).
PROPOSAL_ACTIONS, ORDER_ACTIONS = PROPOSAL.choices, ORDER.choices
RECEIVING_ACTIONS, RECEIPT_ACTIONS = RECEIVING.choices, RECEIPT.choices
INVOICE_ACTIONS, RETURN_ACTIONS = INVOICE.choices, RETURN.choices


def proposals_to_decide(proposals: Iterable[Any], user: Any, *, now: datetime) -> set[int]:
    """Ids of those of the proposals that `user` may decide on; queries only where one waits."""
    waiting = [one for one in proposals if one.state == ProposalState.SUBMITTED]
    if not waiting or not user.has_perm(APPROVE):
        return set()
    return decidable(person_id=user.pk, now=now, proposals=waiting)


def proposal_actions(proposal: Any, user: Any, *, may_decide: bool) -> list[str]:
    """What `user` may do with a proposal. may_decide: it is among `proposals_to_decide`."""
    offered = PROPOSAL.on(proposal, user)
    return offered if may_decide else [action for action in offered if action not in DECISIONS]
