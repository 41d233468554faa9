"""Random histories of postings, operations, sessions and commitments against a plain model."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from capital.chart import SystemAccount
from capital.errors import (
    EntryAlreadyReversed,
    InsufficientCapital,
    InsufficientFunds,
    InvalidPosting,
    ReversalNotReversible,
)
from capital.models import Account, Commitment, JournalEntry
from capital.selectors import balances_check, capital_summary, session_report, trial_balance
from capital.services.commitments import (
    commitment_consume,
    commitment_create,
    commitment_release,
)
from capital.services.ledger import Posting, entry_post, entry_reverse
from capital.services.operations import owner_contribution_record, owner_withdrawal_record
from capital.services.policies import category_create, policy_update
from capital.services.sessions import (
    session_close,
    session_count,
    session_drop,
    session_open,
    session_resume,
)
from capital.services.spending import expense_record, transfer_record
from capital.services.till import till_account
from capital.tests.factories import drawer, own_account
from core.audit import SYSTEM, Actor
from core.tests.effort import tries
from users.tests.factories import UserFactory

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
TILL, SAFE, SECOND_BANK, RENT = "1000-T1", "1000-SAFE", "1011", "6010"
LIQUID = (SystemAccount.CASH, SystemAccount.BANK, TILL, SAFE, SECOND_BANK)
COVERED = {*LIQUID, SystemAccount.INVENTORY}

amounts = st.integers(1, 100_000).map(lambda cents: Decimal(cents).scaleb(-2))
accounts = st.sampled_from(list(SystemAccount))
money = st.sampled_from(LIQUID)
legs = st.lists(st.tuples(accounts, amounts), min_size=1, max_size=4)


class Books(RuleBasedStateMachine):
    """`balance`: expected debit balances; `left`: what each document has still promised.

    `credit`: how far orders may go beyond the available capital; `session`: the cashier's, with
    `base`, what was in its drawer when it began.
    """

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
        self.credit = Decimal(0)
        self.session: int | None = None
        self.counted: Decimal | None = None

    @initialize()
    def furnish(self):
        user = UserFactory()
        self.cashier = Actor(id=user.pk, label=user.username)
        self.till = drawer("T1", now=NOW)
        drawer("SAFE", now=NOW, kind="safe")
        own_account("bank", SECOND_BANK, now=NOW)
        own_account("expenses", RENT, now=NOW)
        self.rent = category_create(
            actor=SYSTEM, now=NOW, name_en="Rent", name_ar="إيجار", account=RENT
        ).pk

    @property
    def available(self) -> Decimal:
        return sum((self.balance[code] for code in LIQUID), Decimal(0)) - sum(self.left.values())

    def expect(self, effect, work, *, refusal=None):
        """Carry out `work`, or see it refused; the entry's id, or nothing."""
        if refusal is None and self.overdraws(effect):
            refusal = InsufficientFunds
        if refusal is not None:
            with pytest.raises(refusal):
                work()
            return multiple()
        entry_id = work()
        self.absorb(effect)
        self.effects[entry_id] = effect
        return entry_id

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
        arguments = {
            "actor": SYSTEM,
            "now": NOW,
            "source_type": "order",
            "source_id": self.next_source(),
            "amount": amount,
        }
        if amount > self.available + self.credit:
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

    @rule(target=entries, amount=amounts, account=money)
    def owner_puts_in(self, amount, account):
        work = partial(
            owner_contribution_record, actor=SYSTEM, now=NOW, amount=amount, account=account
        )
        return self.expect({account: amount, SystemAccount.OWNER_EQUITY: -amount}, work)

    @rule(target=entries, amount=amounts, account=money)
    def owner_takes_out(self, amount, account):
        work = partial(
            owner_withdrawal_record, actor=SYSTEM, now=NOW, amount=amount, account=account
        )
        effect = {account: -amount, SystemAccount.OWNER_DRAWINGS: amount}
        refusal = InsufficientCapital if amount > self.available else None
        return self.expect(effect, work, refusal=refusal)

    @rule(target=entries, net=amounts, tax=st.one_of(st.just(Decimal(0)), amounts), account=money)
    def spend(self, net, tax, account):
        amount = net + tax
        work = partial(
            expense_record,
            actor=SYSTEM,
            now=NOW,
            category_id=self.rent,
            amount=amount,
            tax=tax,
            account=account,
        )
        effect = {account: -amount, RENT: net, SystemAccount.TAX_RECEIVABLE: tax}
        refusal = InsufficientCapital if amount > self.available else None
        return self.expect(effect, work, refusal=refusal)

    @rule(target=entries, amount=amounts, source=money, target_account=money)
    def move(self, amount, source, target_account):
        work = partial(
            transfer_record,
            actor=SYSTEM,
            now=NOW,
            amount=amount,
            account=source,
            to_account=target_account,
        )
        same = InvalidPosting if source == target_account else None
        return self.expect({source: -amount, target_account: amount}, work, refusal=same)

    @rule(limit=st.one_of(st.just(Decimal(0)), amounts))
    def give_credit(self, limit):
        policy_update(
            actor=SYSTEM,
            now=NOW,
            credit_terms="limited" if limit else "none",
            credit_limit=limit,
        )
        self.credit = limit

    @precondition(lambda self: self.session is None)
    @rule(counted=amounts)
    def open_the_till(self, counted):
        session = session_open(
            actor=self.cashier, now=NOW, drawer_id=self.till.pk, counted=counted, reason="counted"
        )
        assert session.opening_expected == self.balance[TILL]
        self.agree(counted)
        self.session = session.pk

    @precondition(lambda self: self.counted is None)
    @rule(target=entries, amount=amounts)
    def sell(self, amount):
        account = TILL if self.session else SystemAccount.CASH
        work = partial(
            entry_post,
            actor=SYSTEM,
            now=NOW,
            source_type="sale",
            source_id=self.next_source(),
            kind="sale",
            postings=[
                Posting(account=till_account(actor=self.cashier), debit=amount),
                Posting(account=SystemAccount.SALES_REVENUE, credit=amount),
            ],
        )
        return self.expect({account: amount, SystemAccount.SALES_REVENUE: -amount}, work)

    @precondition(lambda self: self.session and self.counted is None)
    @rule(target=entries, amount=amounts, to_account=st.sampled_from([SAFE, SECOND_BANK]))
    def drop(self, amount, to_account):
        work = partial(
            session_drop,
            actor=self.cashier,
            now=NOW,
            session_id=self.session,
            amount=amount,
            to_account=to_account,
        )
        return self.expect({TILL: -amount, to_account: amount}, work)

    @precondition(lambda self: self.session and self.counted is None)
    @rule(counted=amounts)
    def count_the_till(self, counted):
        session = session_count(
            actor=self.cashier, now=NOW, session_id=self.session, counted=counted
        )
        assert session.expected_amount == self.balance[TILL]
        assert session_report(session.pk).expected == self.balance[TILL]
        self.counted = counted
        self.difference = counted - self.balance[TILL]

    @precondition(lambda self: self.counted is not None)
    @rule()
    def close_the_till(self):
        arguments = {"actor": self.cashier, "now": NOW, "session_id": self.session}
        if self.balance[TILL] + self.difference < 0:  # emptied since it was counted
            with pytest.raises(InsufficientFunds):
                session_close(reason="counted", **arguments)
            session_resume(**arguments)
            self.counted = None
            return
        session = session_close(reason="counted", **arguments)
        assert session.difference == self.difference
        self.agree(self.balance[TILL] + self.difference)
        self.session = self.counted = None

    def agree(self, counted):
        """The books of the drawer become what was counted; the rest is over or short."""
        difference = counted - self.balance[TILL]
        side = SystemAccount.CASH_OVER if difference > 0 else SystemAccount.CASH_SHORT
        self.absorb({TILL: difference, side: -difference})

    @invariant()
    def the_database_would_commit(self):
        connection.check_constraints()

    @invariant()
    def projections_equal_the_ledger(self):
        assert balances_check() == []

    @invariant()
    def balances_are_as_expected(self):
        held = {
            account.system_code or account.code: account.balance.debit_balance
            for account in Account.objects.select_related("balance")
        }
        assert held == {code: self.balance[code] for code in held}
        balance = trial_balance()
        assert balance.debit_total == balance.credit_total
        assert all(held[code] >= 0 for code in COVERED & held.keys())

    @invariant()
    def promises_are_as_expected(self):
        summary = capital_summary()
        assert summary.committed == sum(self.left.values())
        assert summary.available == self.available
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
            max_examples=tries(15, soak=500),
            stateful_step_count=35,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
