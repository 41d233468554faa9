"""Accounts below accounts: every amount counted once, every branch with its sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from capital.chart import AccountType
from capital.models import Account

ZERO = Decimal(0)
# What grows by a debit counts debits as positive, the rest credits.
DEBIT_TYPES = frozenset({AccountType.ASSET.value, AccountType.EXPENSE.value})

Amounts = tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account in a statement.

    own: posted to the account itself; amounts: with all accounts below it; one of each per
    compared day or period, positive where the account's type grows. level: depth in its branch.
    """

    account: Account
    level: int
    own: Amounts
    amounts: Amounts
    has_children: bool

    @property
    def amount(self) -> Decimal:
        return self.amounts[0]


def accounts_all() -> list[Account]:
    """The chart by code. One query."""
    return list(Account.objects.order_by("code"))


def statement_lines(
    accounts: Iterable[Account], balances: Sequence[Mapping[int, Decimal]]
) -> list[AccountLine]:
    """The branches of `accounts`, each account before those below it, empty branches left out.

    accounts: whole branches, by code. balances: debits minus credits by account id, one mapping
    per compared day or period.
    """
    tree = _Tree(accounts, balances)
    return [line for root in tree.roots for line in tree.walk(root, 0)]


def lines_total(lines: Iterable[AccountLine], *, compared: int = 1) -> Amounts:
    """The sum of lines, each account counted once; one amount per compared day or period."""
    return _sum((line.own for line in lines), compared)


class _Tree:
    def __init__(
        self, accounts: Iterable[Account], balances: Sequence[Mapping[int, Decimal]]
    ) -> None:
        self.balances = balances
        self.children: dict[int | None, list[Account]] = defaultdict(list)
        self.roots: list[Account] = []
        known: set[int] = set()
        everyone = list(accounts)
        known.update(account.pk for account in everyone)
        for account in everyone:
            inside = account.parent_id in known
            (self.children[account.parent_id] if inside else self.roots).append(account)

    def walk(self, account: Account, level: int) -> Iterator[AccountLine]:
        below = [
            line for child in self.children[account.pk] for line in self.walk(child, level + 1)
        ]
        own = self._own(account)
        amounts = _sum([own, *(line.own for line in below)], len(self.balances))
        if below or any(own):
            yield AccountLine(account, level, own, amounts, has_children=bool(below))
        yield from below

    def _own(self, account: Account) -> Amounts:
        sign = 1 if account.type in DEBIT_TYPES else -1
        return tuple(sign * balance.get(account.pk, ZERO) for balance in self.balances)


def _sum(rows: Iterable[Amounts], compared: int) -> Amounts:
    total = [ZERO] * compared
    for row in rows:
        total = [running + amount for running, amount in zip(total, row, strict=True)]
    return tuple(total)
