"""Random histories of postings, reversals and commitments against a plain model of the books."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from capital.chart import SystemAccount
from capital.errors import (
    EntryAlreadyReversed,
    InsufficientCapital,
    InsufficientFunds,
    ReversalNotReversible,
)
from capital.models import Account, Commitment, JournalEntry
from capital.selectors import balances_check, capital_summary, trial_balance
from capital.services.commitments import (
    commitment_consume,
    commitment_create,
    commitment_release,
)
from capital.services.ledger import Posting, entry_post, entry_reverse
from core.audit import SYSTEM

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
COVERED = {SystemAccount.CASH, SystemAccount.BANK, SystemAccount.INVENTORY}

amounts = st.integers(1, 100_000).map(lambda cents: Decimal(cents).scaleb(-2))
accounts = st.sampled_from(list(SystemAccount))
legs = st.lists(st.tuples(accounts, amounts), min_size=1, max_size=4)


class Books(RuleBasedStateMachine):
    """`balance`: expected debit balances; `left`: what each document has still promised."""

    entries = Bundle("entries")
    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.balance: dict[str, Decimal] = defaultdict(Decimal)
        self.left: dict[str, Decimal] = {}
        self.effects: dict[int, dict[str, Decimal]] = {}
        self.reversed: set[int] = set()
        self.reversals: set[int] = set()
        self.sources = 0

    def next_source(self) -> str:
        self.sources += 1
        return str(self.sources)

    def overdraws(self, effect: dict[str, Decimal]) -> bool:
        return any(self.balance[code] + effect.get(code, Decimal(0)) < 0 for code in COVERED)

    def absorb(self, effect: dict[str, Decimal]) -> None:
        for code, amount in effect.items():
            self.balance[code] += amount

    @rule(target=entries, debits=legs, counter=accounts)
    def post(self, debits, counter):
        total = sum(amount for _account, amount in debits)
        effect: dict[str, Decimal] = defaultdict(Decimal)
        for account, amount in debits:
            effect[account] += amount
        effect[counter] -= total
        postings = [Posting(account=account, debit=amount) for account, amount in debits]
        arguments = {
            "actor": SYSTEM,
            "now": NOW,
            "source_type": "test",
            "source_id": self.next_source(),
            "kind": "k",
            "postings": [*postings, Posting(account=counter, credit=total)],
        }
        if self.overdraws(effect):
            with pytest.raises(InsufficientFunds):
                entry_post(**arguments)
            return multiple()
        entry_id = entry_post(**arguments)
        self.absorb(effect)
        self.effects[entry_id] = dict(effect)
        return entry_id

    @rule(target=entries, entry_id=entries)
    def reverse(self, entry_id):
        effect = {code: -amount for code, amount in self.effects[entry_id].items()}
        refusal = None
        if entry_id in self.reversals:
            refusal = ReversalNotReversible
        elif entry_id in self.reversed:
            refusal = EntryAlreadyReversed
        elif self.overdraws(effect):
            refusal = InsufficientFunds
        arguments = {"actor": SYSTEM, "now": NOW, "entry_id": entry_id, "reason": "wrong"}
        if refusal is not None:
            with pytest.raises(refusal):
                entry_reverse(**arguments)
            return multiple()
        reversal_id = entry_reverse(**arguments)
        self.absorb(effect)
        self.reversed.add(entry_id)
        self.reversals.add(reversal_id)
        self.effects[reversal_id] = effect
        return reversal_id

    @rule(target=orders, amount=amounts)
    def commit(self, amount):
        liquid = self.balance[SystemAccount.CASH] + self.balance[SystemAccount.BANK]
        arguments = {
            "actor": SYSTEM,
            "now": NOW,
            "source_type": "order",
            "source_id": self.next_source(),
            "amount": amount,
        }
        if amount > liquid - sum(self.left.values()):
            with pytest.raises(InsufficientCapital):
                commitment_create(**arguments)
            return multiple()
        commitment_create(**arguments)
        self.left[arguments["source_id"]] = amount
        return arguments["source_id"]

    @rule(order=orders, amount=amounts)
    def consume(self, order, amount):
        taken = commitment_consume(
            actor=SYSTEM, now=NOW, source_type="order", source_id=order, amount=amount
        )
        assert taken == min(amount, self.left[order])
        self.left[order] -= taken

    @rule(order=consumes(orders))
    def release(self, order):
        given_back = commitment_release(
            actor=SYSTEM, now=NOW, source_type="order", source_id=order, reason="cancelled"
        )
        assert given_back == self.left[order]
        self.left[order] = Decimal(0)

    @invariant()
    def the_database_would_commit(self):
        connection.check_constraints()

    @invariant()
    def projections_equal_the_ledger(self):
        assert balances_check() == []

    @invariant()
    def balances_are_as_expected(self):
        held = {
            account.system_code: account.balance.debit_balance
            for account in Account.objects.select_related("balance")
        }
        assert held == {code: self.balance[code] for code in held}
        balance = trial_balance()
        assert balance.debit_total == balance.credit_total
        assert all(held[code] >= 0 for code in COVERED)

    @invariant()
    def promises_are_as_expected(self):
        assert capital_summary().committed == sum(self.left.values())
        open_ones = set(
            Commitment.objects.filter(status="open").values_list("source_id", flat=True)
        )
        assert open_ones == {order for order, left in self.left.items() if left}

    @invariant()
    def numbers_have_no_gaps(self):
        numbers = sorted(JournalEntry.objects.values_list("number", flat=True))
        assert numbers == [f"JE-2026-{number:06d}" for number in range(1, len(numbers) + 1)]


@pytest.mark.slow
@pytest.mark.django_db
def test_no_history_of_postings_reversals_and_commitments_breaks_the_books():
    class RolledBack(Books):
        """Each history in a savepoint of its own, given back at its end."""

        def __init__(self) -> None:
            super().__init__()
            self.history = transaction.atomic()
            self.history.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.history.__exit__(None, None, None)

    run_state_machine_as_test(
        RolledBack,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
