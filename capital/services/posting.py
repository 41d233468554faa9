"""One line of an entry, and whether lines and amounts can be posted at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from capital.chart import SystemAccount
from capital.errors import InvalidPosting, UnbalancedEntry
from core.errors import FieldProblem
from core.money import exponent, format_money, is_exact_money

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One line of an entry. Exactly one of `debit` and `credit` is above zero.

    Amounts are money, already rounded to the currency's exponent. `party_type` and `party_id` say
    whose debt or claim it is ("purchases.supplier", "12") and come together or not at all.
    `account`: a system account, or an own account by its id.
    """

    account: SystemAccount | int
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    party_type: str = ""
    party_id: str = ""
    memo: str = ""


def refuse_unbalanced(postings: Sequence[Posting]) -> None:
    """Raise UnbalancedEntry unless debits equal credits."""
    debits = sum((posting.debit for posting in postings), ZERO)
    credits = sum((posting.credit for posting in postings), ZERO)
    if debits != credits:
        raise UnbalancedEntry(
            _("Debits are %(debits)s and credits %(credits)s.")
            % {"debits": format_money(debits), "credits": format_money(credits)}
        )


def refuse_invalid(postings: Sequence[Posting]) -> None:
    """Raise InvalidPosting naming every line that cannot be."""
    if len(postings) < 2:
        raise InvalidPosting(_("An entry has at least two lines."))
    problems = [
        problem
        for position, posting in enumerate(postings)
        if (problem := _problem(position, posting)) is not None
    ]
    if problems:
        raise InvalidPosting(errors=problems)


def _problem(position: int, posting: Posting) -> FieldProblem | None:
    path = f"postings.{position}"
    for side in ("debit", "credit"):
        detail = amount_fault(getattr(posting, side), zero_allowed=True)
        if detail:
            return FieldProblem(f"{path}.{side}", "invalid_amount", detail)
    if (posting.debit > 0) == (posting.credit > 0):
        return FieldProblem(path, "one_side", _("Give either a debit or a credit, above zero."))
    if bool(posting.party_type) != bool(posting.party_id):
        return FieldProblem(path, "party_incomplete", _("Name the party's type and its id."))
    return None


def amount_fault(amount: Decimal, *, zero_allowed: bool = False) -> str | None:
    """What is wrong with an amount of money, or None."""
    if not is_exact_money(amount):
        return _("Give an amount up to 10^15 with at most %(places)s decimal places.") % {
            "places": exponent()
        }
    if amount < 0 or (amount == 0 and not zero_allowed):
        return _("Give an amount above zero.")
    return None
