"""What a count of cash is above or below the books: explained, and posted."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from capital.chart import SystemAccount
from capital.errors import DifferenceUnexplained
from capital.models import CashDrawer
from capital.selectors import policy_get
from capital.services.ledger import Posting, entry_post
from core.audit import Actor
from core.errors import FieldProblem
from core.money import currency, format_money

SESSION_SOURCE = "capital.cash_session"  # source_id: the session's number


def refuse_unexplained(difference: Decimal, reason: str, *, blind: bool) -> None:
    """Raise DifferenceUnexplained for one beyond the policy's tolerance without a reason.

    blind: the amount is not told to who has counted without seeing it.
    """
    tolerance = policy_get().difference_tolerance
    if abs(difference) <= tolerance or reason.strip():
        return
    detail = _("The count differs from what is expected. Count again, or give the reason.")
    if not blind:
        detail = _("%(difference)s %(currency)s differ. Count again, or give the reason.") % {
            "difference": format_money(difference),
            "currency": currency(),
        }
    raise DifferenceUnexplained(
        errors=[FieldProblem("reason", "required", detail)],
        extra={} if blind else {"difference": format_money(difference)},
    )


def difference_post(
    drawer: CashDrawer,
    difference: Decimal,
    *,
    number: str,
    step: str,
    actor: Actor,
    now: datetime,
    memo: str,
) -> int | None:
    """Bring the books to what was counted; the entry's id, or None where they agree."""
    if not difference:
        return None
    amount = abs(difference)
    if difference > 0:
        postings = [
            Posting(account=drawer.account_id, debit=amount),
            Posting(account=SystemAccount.CASH_OVER, credit=amount),
        ]
    else:
        postings = [
            Posting(account=SystemAccount.CASH_SHORT, debit=amount),
            Posting(account=drawer.account_id, credit=amount),
        ]
    return entry_post(
        actor=actor,
        now=now,
        source_type=SESSION_SOURCE,
        source_id=number,
        kind=f"cash_difference_{step}",
        postings=postings,
        memo=memo.strip(),
    )
