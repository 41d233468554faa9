"""The check of every projection against its ledger."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from capital.models import AccountBalance, Commitment, CommitmentChangeKind, JournalEntry
from capital.selectors.accounts import accounts_with_balances
from core.money import format_money

ZERO = Decimal(0)


def balances_check() -> list[str]:
    """Compare every projection with its ledger; one sentence per difference, none if exact."""
    return [*_balance_differences(), *_unbalanced_entries(), *_commitment_differences()]


def _balance_differences() -> list[str]:
    accounts = accounts_with_balances().annotate(
        debited=Sum("lines__debit", default=ZERO), credited=Sum("lines__credit", default=ZERO)
    )
    return [
        _("Account %(account)s: held %(held)s, ledger %(ledger)s (debits / credits)")
        % {"account": account, "held": held, "ledger": ledger}
        for account in accounts
        for held in [_totals(getattr(account, "balance", None))]
        for ledger in [f"{format_money(account.debited)} / {format_money(account.credited)}"]
        if held != ledger
    ]


def _totals(balance: AccountBalance | None) -> str:
    if balance is None:
        return "-"
    return f"{format_money(balance.debit_total)} / {format_money(balance.credit_total)}"


def _unbalanced_entries() -> list[str]:
    faulty = (
        JournalEntry.objects.order_by("pk")
        .annotate(
            debited=Sum("lines__debit", default=ZERO),
            credited=Sum("lines__credit", default=ZERO),
            line_count=Count("lines"),
        )
        .filter(~Q(debited=F("credited")) | ~Q(debited=F("total")) | Q(line_count__lt=2))
    )
    return [
        _("Entry %(number)s: debits %(debits)s, credits %(credits)s, total %(total)s")
        % {
            "number": entry.number,
            "debits": format_money(entry.debited),
            "credits": format_money(entry.credited),
            "total": format_money(entry.total),
        }
        for entry in faulty
    ]


def _commitment_differences() -> list[str]:
    kinds = CommitmentChangeKind
    rows = Commitment.objects.order_by("pk").annotate(
        **{
            f"ledger_{kind}": Sum("changes__amount", filter=Q(changes__kind=kind), default=ZERO)
            for kind in kinds.values
        }
    )
    faulty = rows.filter(
        ~Q(amount=F("ledger_created") + F("ledger_raised"))
        | ~Q(consumed=F("ledger_consumed") - F("ledger_restored"))
        | ~Q(released=F("ledger_released") - F("ledger_reclaimed"))
    )
    return [
        _("Commitment of %(source)s: its changes do not add up to it") % {"source": commitment}
        for commitment in faulty
    ]
