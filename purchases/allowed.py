"""What somebody may do with a document now: by the state it is in, and by what they may do at all.

A figure for those who draw buttons. What depends on more than that (a rule, a limit, goods that
were sold meanwhile) is answered by the action itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from purchases.models import InspectionState
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


def _own(proposal: Any, user: Any) -> bool:
    """Whoever asks for a proposal leaves the decision to others."""
    return user.pk in {proposal.requested_by_id, proposal.submitted_by_id}


def _settled(invoice: Any, _user: Any) -> bool:
    return bool(invoice.settled)


def _credited(returned: Any, _user: Any) -> bool:
    return bool(returned.credited)


_DECISIONS = (ProposalAction.APPROVE, ProposalAction.REQUEST_CHANGES, ProposalAction.REJECT)

PROPOSAL = Offered(
    transitions=PROPOSAL_TRANSITIONS,
    permissions={
        ProposalAction.EDIT: CREATE,
        ProposalAction.REFRESH: CREATE,
        ProposalAction.SUBMIT: CREATE,
        **dict.fromkeys(_DECISIONS, APPROVE),
        ProposalAction.CANCEL: CREATE,
    },
    steps={},
    barred=dict.fromkeys(_DECISIONS, _own),
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


_OF_RECEIPTS: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "inspect": ("purchases.inspect_goods", _waits),
    "bill": (INVOICES, _stands),
    "return": (RETURNS, _stands),
    "spread_cost": ("purchases.manage_landed_costs", _stands),
    "reverse": ("purchases.reverse_receipt", _stands),
}
RECEIPT_ACTIONS = tuple(_OF_RECEIPTS)


def receipt_actions(receipt: Any, user: Any) -> list[str]:
    """What `user` may do with a receipt, of which some line must stand or wait for inspection.

    The receipt has its lines, reversals of lines and inspections at hand.
    """
    return [
        action
        for action, (permission, fits) in _OF_RECEIPTS.items()
        if user.has_perm(permission) and any(map(fits, receipt.lines.all()))
    ]
