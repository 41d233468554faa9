"""What must hold for every ledger whatsoever, on random ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capital.chart import SystemAccount
from capital.errors import EntryAlreadyReversed, InsufficientCapital, InsufficientFunds
from capital.reports.ageing import ageing
from capital.reports.balance_sheet import balance_sheet
from capital.reports.capital_statement import available_at, capital_statement
from capital.reports.cash_flow import cash_flow
from capital.reports.ledger import Scope, lines_in
from capital.reports.profit_and_loss import profit_and_loss
from capital.reports.tax import tax_summary
from capital.reports.trial_balance import trial_balance
from capital.selectors import party_balance
from capital.services.commitments import commitment_create, commitment_release
from capital.services.ledger import Posting, entry_post, entry_reverse
from capital.tests.factories import own_account
from core.audit import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.hypothesis]

FIRST = date(2025, 12, 20)  # a new fiscal year begins among the days
DAYS = 30
PARTIES = ("", "1", "2", "3")

amounts = st.integers(1, 2_000_000).map(lambda cents: Decimal(cents).scaleb(-2))
days = st.integers(0, DAYS - 1)
# Own accounts below these: postings to "own cash" go one level down.
OWN = ("own cash", "own payables", "own sales_revenue", "own owner_equity", "own tax_payable")
accounts = st.sampled_from([*SystemAccount, *OWN])
lines = st.tuples(
    accounts,
    accounts,
    amounts,
    st.sampled_from(PARTIES),
)
posts = st.tuples(st.just("post"), days, st.lists(lines, min_size=1, max_size=3))
undone = st.tuples(st.just("reverse"), days, st.integers(0, 50))
promised = st.tuples(st.just("promise"), days, amounts)
ended = st.tuples(st.just("release"), days, st.integers(0, 50))
histories = st.lists(st.one_of(posts, posts, posts, undone, promised, ended), max_size=14)


class Roll:
    """Undoes what an example wrote; the ledger itself cannot be emptied."""

    def __enter__(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *error):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


def at(day: int) -> datetime:
    return datetime(2025, 12, 20, 10, tzinfo=UTC) + timedelta(days=day)


def write(history) -> None:
    """Post a history; what the ledger refuses (an empty drawer, twice undone) did not happen."""
    own = {code: own_account(code).pk for code in OWN}
    _fill(own)
    entries: list[int] = []
    orders: list[str] = []
    for action, day, what in sorted(history, key=lambda step: step[1]):
        try:
            with transaction.atomic():
                _act(action, at(day), what, entries, orders, own)
        except _REFUSALS:
            continue


def _fill(own) -> None:
    """Money and goods on the first day, so that few postings are refused."""
    filled = ("cash", "bank", "inventory", own["own cash"])
    for account in filled:
        entry_post(
            actor=SYSTEM, now=at(0), source_type="test.document", source_id=str(uuid4()),
            kind="test", postings=_legs((account, "opening_equity", Decimal(90_000), ""), {}),
        )  # fmt: skip


def _act(action, now, what, entries, orders, own):
    if action == "post":
        entries.append(entry_post(
            actor=SYSTEM, now=now, source_type="test.document", source_id=str(uuid4()),
            kind="test", postings=[leg for line in what for leg in _legs(line, own)],
        ))  # fmt: skip
    elif action == "reverse" and entries:
        entry_reverse(actor=SYSTEM, now=now, entry_id=entries[what % len(entries)], reason="x")
    elif action == "promise":
        order = str(uuid4())
        commitment_create(
            actor=SYSTEM, now=now, source_type="test.order", source_id=order, amount=what
        )
        orders.append(order)
    elif action == "release" and orders:
        commitment_release(
            actor=SYSTEM, now=now, source_type="test.order",
            source_id=orders.pop(what % len(orders)), reason="x",
        )  # fmt: skip


def _legs(line, own):
    debit, credit, amount, party = line
    debit, credit = (own.get(name) or _account(name) for name in (debit, credit))
    owner = {"party_type": "purchases.supplier", "party_id": party} if party else {}
    return [
        Posting(account=debit, debit=amount, **owner),
        Posting(account=credit, credit=amount, **owner),
    ]


_REFUSALS = (InsufficientFunds, InsufficientCapital, EntryAlreadyReversed)
many = settings(
    max_examples=settings().max_examples // 5,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@many
@given(histories, days, days)
def test_every_identity_holds_on_every_day(history, one, other):
    with Roll():
        write(history)
        first, last = sorted((FIRST + timedelta(days=one), FIRST + timedelta(days=other)))
        scope = Scope(last, first)
        _sheet_balances(first, last)
        _profits_add_up(scope)
        _cash_is_explained(scope)
        _statement_ends_where_the_sheet_does(scope)
        _ages_add_up(last)
        _taxes_add_up(scope)


def _account(name):
    return name if isinstance(name, int) else SystemAccount(name)


def _sheet_balances(first, last):
    sheet = balance_sheet(as_of=last, compare_to=first)
    assert sheet.assets_total == sheet.claims_total
    assert sheet.is_balanced
    for day in (first, last):
        trial = trial_balance(Scope(day))
        assert trial.debit_total == trial.credit_total
        assert trial.debit_turnover == trial.credit_turnover
        roots = sum(row.branch_balance for row in trial.rows if row.level == 0)
        assert roots == 0
    continued = trial_balance(Scope(last, first))
    whole = trial_balance(Scope(last))
    assert [row.balance for row in continued.rows] == [row.balance for row in whole.rows]


def _profits_add_up(scope):
    (whole,) = profit_and_loss(scope).net_profit
    parts = Decimal(0)
    day = scope.first
    while day <= scope.last:
        until = min(day + timedelta(days=6), scope.last)
        parts += profit_and_loss(Scope(until, day)).net_profit[0]
        day = until + timedelta(days=1)
    assert whole == parts
    sheet = balance_sheet(as_of=scope.last)
    year = Scope(scope.last, date(scope.last.year, 1, 1))
    assert profit_and_loss(year).net_profit == sheet.current_earnings


def _cash_is_explained(scope):
    flow = cash_flow(scope)
    assert flow.is_reconciled
    liquid = {"cash", "bank"}
    held = sum(
        row.balance for row in trial_balance(scope.upto).rows if row.account.system_group in liquid
    )
    assert flow.closing == held
    assert sum(flow.net_of(activity) for activity in {line.activity for line in flow.lines}) == (
        flow.net
    )


def _statement_ends_where_the_sheet_does(scope):
    statement = capital_statement(scope)
    (equity,) = balance_sheet(as_of=scope.last).equity_total
    assert statement.owner.closing == equity
    assert statement.available.closing == available_at(scope.upto)
    for part in (statement.owner, statement.available):
        assert part.opening + sum(change.amount for change in part.changes) == part.closing


def _ages_add_up(last):
    for account in (SystemAccount.PAYABLES, SystemAccount.RECEIVABLES):
        report = ageing(account, scope=Scope(last))
        trial = trial_balance(Scope(last))
        posted = sum(row.balance for row in trial.rows if row.account.system_group == account)
        assert report.balance == (-posted if account == SystemAccount.PAYABLES else posted)
        assert sum(report.bucket_totals) - report.unapplied == report.balance
        shown = {row.party_id: row.balance for row in report.rows}
        for party in PARTIES[1:]:
            if not lines_in(Scope(last + timedelta(days=DAYS), last + timedelta(days=1))).exists():
                expected = party_balance(account, party_type="purchases.supplier", party_id=party)
                assert shown.get(party, 0) == expected
        for row in report.rows:
            assert all(amount >= 0 for amount in (*row.buckets, row.unapplied))
            assert not (row.unapplied and any(row.buckets))


def _taxes_add_up(scope):
    report = tax_summary(scope)
    trial = trial_balance(scope.upto)
    groups = {"tax_payable", "tax_receivable"}
    posted = sum(row.balance for row in trial.rows if row.account.system_group in groups)
    assert report.due == -posted
    assert report.opening + report.charged - report.deducted == report.due
