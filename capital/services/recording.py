"""What every operation goes through: the amount, the moment, the limit, the entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils.translation import gettext as _

from capital.errors import InvalidPosting
from capital.models import OperationKind
from capital.services.ledger import entry_post
from capital.services.limits import OPERATION_SOURCE, refuse_beyond_limit
from capital.services.posting import Posting, amount_fault
from core.audit import Actor
from core.errors import FieldProblem

OLDEST_OPERATION = timedelta(days=3653)  # what is older is a typing mistake


def operation_post(
    *,
    actor: Actor,
    now: datetime,
    kind: OperationKind,
    amount: Decimal,
    postings: Sequence[Posting],
    memo: str = "",
    occurred_at: datetime | None = None,
) -> int:
    """Post the entry of one operation, under the ledger lock; returns the entry's id.

    amount: money, > 0, what the actor's limits are held against.

    Raises OperationLimitExceeded, InvalidPosting (a moment that cannot be) and what entry_post
    raises.
    """
    refuse_implausible_moment(occurred_at, now=now)
    refuse_beyond_limit(actor=actor, now=now, operation=kind, amount=amount)
    return entry_post(
        actor=actor,
        now=now,
        source_type=OPERATION_SOURCE,
        source_id=str(uuid4()),
        kind=kind,
        postings=postings,
        memo=memo,
        occurred_at=occurred_at,
    )


def refuse_faulty(amount: Decimal, *, field: str = "amount", zero_allowed: bool = False) -> None:
    """Raise InvalidPosting unless `amount` is money above zero."""
    fault = amount_fault(amount, zero_allowed=zero_allowed)
    if fault:
        raise InvalidPosting(errors=[FieldProblem(field, "invalid_amount", fault)])


def refuse_implausible_moment(occurred_at: datetime | None, *, now: datetime) -> None:
    """Raise InvalidPosting for a moment to come, or of more than ten years ago."""
    if occurred_at is None or now - OLDEST_OPERATION <= occurred_at <= now:
        return
    code = "in_the_future" if occurred_at > now else "too_long_ago"
    raise InvalidPosting(
        errors=[
            FieldProblem("occurred_at", code, _("Give a moment of the last ten years, not later."))
        ]
    )
