"""Which action leads from which state to which: one table per aggregate.

Services look here under the lock of the row; nothing else knows the order of states.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from purchases.models import (
    OPEN_RECEIVINGS,
    UNDECIDED_STATES,
    UNRECEIVED_STATES,
    WAITING_STATES,
    InvoiceState,
    LineStatus,
    OrderState,
    ProposalState,
    ReceivingState,
    ReturnState,
)


class ProposalAction(StrEnum):
    EDIT = "edit"
    REFRESH = "refresh"
    SUBMIT = "submit"
    ENDORSE = "endorse"  # the first of two approvals
    APPROVE = "approve"
    REJECT = "reject"
    REQUEST_CHANGES = "request_changes"
    CANCEL = "cancel"
    EXPIRE = "expire"
    ORDER = "order"
    CLOSE = "close"
    REOPEN = "reopen"  # its order waits for goods again


PROPOSAL_TRANSITIONS: Mapping[tuple[str, str], str] = {
    **{
        (state, action): target
        for state in (ProposalState.DRAFT, ProposalState.CHANGES_REQUESTED)
        for action, target in (
            (ProposalAction.EDIT, state),
            (ProposalAction.REFRESH, state),
            (ProposalAction.SUBMIT, ProposalState.SUBMITTED),
        )
    },
    (ProposalState.SUBMITTED, ProposalAction.ENDORSE): ProposalState.SUBMITTED,
    (ProposalState.SUBMITTED, ProposalAction.APPROVE): ProposalState.APPROVED,
    (ProposalState.SUBMITTED, ProposalAction.REJECT): ProposalState.REJECTED,
    (ProposalState.SUBMITTED, ProposalAction.REQUEST_CHANGES): ProposalState.CHANGES_REQUESTED,
    **{
        (state, action): target
        for state in UNDECIDED_STATES
        for action, target in (
            (ProposalAction.CANCEL, ProposalState.CANCELLED),
            (ProposalAction.EXPIRE, ProposalState.EXPIRED),
        )
    },
    (ProposalState.APPROVED, ProposalAction.ORDER): ProposalState.ORDERED,
    (ProposalState.ORDERED, ProposalAction.CLOSE): ProposalState.CLOSED,
    (ProposalState.CLOSED, ProposalAction.REOPEN): ProposalState.ORDERED,
}


class OrderAction(StrEnum):
    SEND = "send"
    ACKNOWLEDGE = "acknowledge"
    AMEND = "amend"
    CANCEL_PART = "cancel_part"
    RECEIVE_PART = "receive_part"
    RECEIVE_REST = "receive_rest"
    CANCEL = "cancel"
    RESCHEDULE = "reschedule"
    EXPIRE = "expire"
    TAKE_BACK_PART = "take_back_part"  # of what had arrived
    TAKE_BACK_ALL = "take_back_all"


_PART_HERE = OrderState.PARTIALLY_RECEIVED
ORDER_TRANSITIONS: Mapping[tuple[str, str], str] = {
    # Sending a copy of what the supplier has confirmed takes nothing back.
    (OrderState.OPEN, OrderAction.SEND): OrderState.SENT,
    (OrderState.SENT, OrderAction.SEND): OrderState.SENT,
    (OrderState.ACKNOWLEDGED, OrderAction.SEND): OrderState.ACKNOWLEDGED,
    (_PART_HERE, OrderAction.SEND): _PART_HERE,
    **{(state, OrderAction.ACKNOWLEDGE): OrderState.ACKNOWLEDGED for state in UNRECEIVED_STATES},
    (_PART_HERE, OrderAction.ACKNOWLEDGE): _PART_HERE,
    # What was changed is to be sent again.
    **{
        (state, action): OrderState.OPEN
        for state in UNRECEIVED_STATES
        for action in (OrderAction.AMEND, OrderAction.CANCEL_PART)
    },
    (_PART_HERE, OrderAction.AMEND): _PART_HERE,
    (_PART_HERE, OrderAction.CANCEL_PART): _PART_HERE,
    **{
        (state, action): target
        for state in WAITING_STATES
        for action, target in (
            (OrderAction.RECEIVE_PART, OrderState.PARTIALLY_RECEIVED),
            (OrderAction.RECEIVE_REST, OrderState.RECEIVED),
            (OrderAction.CANCEL, OrderState.CANCELLED),
            (OrderAction.RESCHEDULE, state),
            (OrderAction.EXPIRE, OrderState.EXPIRED),
        )
    },
    # Nothing is left: as before anything arrived, see PurchaseOrder.unreceived_state.
    **{
        (state, action): target
        for state in (OrderState.PARTIALLY_RECEIVED, OrderState.RECEIVED)
        for action, target in (
            (OrderAction.TAKE_BACK_PART, OrderState.PARTIALLY_RECEIVED),
            (OrderAction.TAKE_BACK_ALL, OrderState.OPEN),
        )
    },
}


class ReceivingAction(StrEnum):
    SCAN = "scan"
    EDIT = "edit"
    CHECK = "check"  # note what was looked at
    TERMS = "terms"
    INSPECT = "inspect"
    RESUME = "resume"
    POST = "post"
    CANCEL = "cancel"


RECEIVING_TRANSITIONS: Mapping[tuple[str, str], str] = {
    (ReceivingState.DRAFT, ReceivingAction.SCAN): ReceivingState.DRAFT,
    (ReceivingState.DRAFT, ReceivingAction.EDIT): ReceivingState.DRAFT,
    (ReceivingState.DRAFT, ReceivingAction.INSPECT): ReceivingState.INSPECTING,
    (ReceivingState.INSPECTING, ReceivingAction.RESUME): ReceivingState.DRAFT,
    **{
        (state, action): target
        for state in OPEN_RECEIVINGS
        for action, target in (
            (ReceivingAction.CHECK, state),
            (ReceivingAction.TERMS, state),
            (ReceivingAction.POST, ReceivingState.POSTED),
            (ReceivingAction.CANCEL, ReceivingState.CANCELLED),
        )
    },
}


class LineAction(StrEnum):
    ACCEPT = "accept"
    CORRECT = "correct"
    CREATE_PRODUCT = "create_product"
    IGNORE = "ignore"
    REOPEN = "reopen"


LINE_TRANSITIONS: Mapping[tuple[str, str], str] = {
    **{
        (status, action): target
        for status in (LineStatus.NEEDS_REVIEW, LineStatus.UNMATCHED)
        for action, target in (
            (LineAction.ACCEPT, LineStatus.MATCHED),
            (LineAction.CORRECT, LineStatus.MATCHED),
            (LineAction.CREATE_PRODUCT, LineStatus.MATCHED),
            (LineAction.IGNORE, LineStatus.IGNORED),
        )
    },
    (LineStatus.MATCHED, LineAction.CORRECT): LineStatus.MATCHED,
    (LineStatus.MATCHED, LineAction.IGNORE): LineStatus.IGNORED,
    (LineStatus.MATCHED, LineAction.REOPEN): LineStatus.NEEDS_REVIEW,
    (LineStatus.IGNORED, LineAction.REOPEN): LineStatus.NEEDS_REVIEW,
}


class InvoiceAction(StrEnum):
    EDIT = "edit"
    MATCH_CLEAN = "match_clean"
    MATCH_DIFFERS = "match_differs"
    APPROVE = "approve"
    RESOLVE = "resolve"
    POST = "post"
    CANCEL = "cancel"
    REVERSE = "reverse"


_OPEN_INVOICES = (
    InvoiceState.DRAFT,
    InvoiceState.MATCHED,
    InvoiceState.DIFFERENCES,
    InvoiceState.APPROVED,
)

INVOICE_TRANSITIONS: Mapping[tuple[str, str], str] = {
    **{
        (state, action): target
        for state in _OPEN_INVOICES
        for action, target in (
            (InvoiceAction.EDIT, InvoiceState.DRAFT),
            (InvoiceAction.MATCH_CLEAN, InvoiceState.MATCHED),
            (InvoiceAction.MATCH_DIFFERS, InvoiceState.DIFFERENCES),
            (InvoiceAction.CANCEL, InvoiceState.CANCELLED),
        )
    },
    (InvoiceState.MATCHED, InvoiceAction.APPROVE): InvoiceState.APPROVED,
    (InvoiceState.DIFFERENCES, InvoiceAction.RESOLVE): InvoiceState.APPROVED,
    (InvoiceState.APPROVED, InvoiceAction.POST): InvoiceState.POSTED,
    (InvoiceState.POSTED, InvoiceAction.REVERSE): InvoiceState.REVERSED,
}


class ReturnAction(StrEnum):
    EDIT = "edit"
    APPROVE = "approve"
    DISPATCH = "dispatch"
    CREDIT = "credit"
    REOPEN_CREDIT = "reopen_credit"
    CLOSE = "close"
    CANCEL = "cancel"


RETURN_TRANSITIONS: Mapping[tuple[str, str], str] = {
    (ReturnState.DRAFT, ReturnAction.EDIT): ReturnState.DRAFT,
    (ReturnState.DRAFT, ReturnAction.APPROVE): ReturnState.APPROVED,
    (ReturnState.DRAFT, ReturnAction.CANCEL): ReturnState.CANCELLED,
    (ReturnState.APPROVED, ReturnAction.EDIT): ReturnState.DRAFT,
    (ReturnState.APPROVED, ReturnAction.DISPATCH): ReturnState.DISPATCHED,
    (ReturnState.APPROVED, ReturnAction.CANCEL): ReturnState.CANCELLED,
    (ReturnState.DISPATCHED, ReturnAction.CREDIT): ReturnState.CREDITED,
    (ReturnState.DISPATCHED, ReturnAction.CLOSE): ReturnState.CLOSED,
    (ReturnState.DISPATCHED, ReturnAction.CANCEL): ReturnState.CANCELLED,
    (ReturnState.CREDITED, ReturnAction.REOPEN_CREDIT): ReturnState.DISPATCHED,
}
