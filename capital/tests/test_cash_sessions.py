"""Cash drawers and sessions: opened, counted, closed, their differences posted and explained."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from capital.chart import SystemAccount
from capital.errors import (
    DifferenceUnexplained,
    DrawerInUse,
    DrawerRefused,
    EntryBelongsToDocument,
    InsufficientFunds,
    InvalidPosting,
    SessionAlreadyOpen,
    SessionNotFound,
    SessionOfAnother,
    SessionRequired,
    SessionStateRefused,
)
from capital.models import (
    Account,
    AccountBalance,
    CashCount,
    CashDrawer,
    CashSession,
    JournalEntry,
    SessionStatus,
)
from capital.selectors import balances_check, capital_summary, session_report
from capital.services.drawers import drawer_create, drawer_update
from capital.services.operations import operation_reverse
from capital.services.policies import policy_update
from capital.services.sessions import (
    session_close,
    session_count,
    session_drop,
    session_open,
    session_resume,
)
from capital.services.till import till_account
from capital.states import SESSION_TRANSITIONS, SessionAction
from capital.tests.factories import drawer, post
from capital.tests.test_concurrency import kinds, together
from core.audit import SYSTEM, Actor
from core.models import AuditEntry

pytestmark = pytest.mark.django_db

URL = "/api/v1/capital"


@pytest.fixture
def cashier(user_as):
    user = user_as("cashier")
    return Actor(id=user.pk, label=user.username)


@pytest.fixture
def till(now):
    return drawer("T1", now=now, holding=100)


def rows() -> list[object]:
    models = (AccountBalance, JournalEntry, CashDrawer, CashSession, CashCount, AuditEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


def opened(till, cashier, now, counted=100, **kwargs):
    return session_open(
        actor=cashier, now=now, drawer_id=till.pk, counted=Decimal(counted), **kwargs
    )


def count(session, amount, cashier, now, **kwargs):
    return session_count(
        actor=cashier, now=now, session_id=session.pk, counted=Decimal(amount), **kwargs
    )


def sell(till, amount, now):
    return post(till.account_id, SystemAccount.SALES_REVENUE, amount, now=now, kind="sale")


def balance(code: str) -> Decimal:
    return Account.objects.get(system_code=code).natural_balance


def held(till) -> Decimal:
    return AccountBalance.objects.get(account_id=till.account_id).debit_balance


# --- One session


def test_a_session_that_agrees_posts_nothing(till, cashier, now):
    session = opened(till, cashier, now)
    assert (session.number, session.opening_difference) == ("CS-2026-000001", 0)
    sell(till, 40, now)
    counted = count(session, 140, cashier, now)
    assert (counted.expected_amount, counted.difference) == (140, 0)
    closed = session_close(actor=cashier, now=now, session_id=session.pk)
    assert (closed.status, closed.closing_entry_id) == ("closed", None)
    assert (balance("cash_over"), balance("cash_short")) == (0, 0)


@pytest.mark.parametrize(("counted", "over", "short"), [(150, 10, 0), (120, 0, 20), (0, 0, 140)])
def test_a_difference_is_posted_with_its_reason_and_the_drawer_agrees_again(
    till, cashier, now, counted, over, short
):
    session = opened(till, cashier, now)
    sell(till, 40, now)
    count(session, counted, cashier, now)
    closed = session_close(actor=cashier, now=now, session_id=session.pk, reason="change given")
    assert held(till) == counted
    assert (balance("cash_over"), balance("cash_short")) == (over, short)
    entry = JournalEntry.objects.get(pk=closed.closing_entry_id)
    assert (entry.kind, entry.source_id, entry.memo, entry.actor_id) == (
        "cash_difference_closing",
        session.number,
        "change given",
        cashier.id,
    )
    assert balances_check() == []


def test_a_difference_beyond_the_tolerance_needs_a_reason(till, cashier, now):
    policy_update(actor=SYSTEM, now=now, difference_tolerance=Decimal(5))
    session = opened(till, cashier, now)
    count(session, 94, cashier, now)
    before = rows()
    with pytest.raises(DifferenceUnexplained) as caught:
        session_close(actor=cashier, now=now, session_id=session.pk, reason="  ")
    assert caught.value.extra == {"difference": "-6.00"}
    assert rows() == before
    count(session, 95, cashier, now)
    session_close(actor=cashier, now=now, session_id=session.pk)
    assert balance("cash_short") == 5


def test_a_float_that_differs_from_what_was_left_is_posted_and_explained(till, cashier, now):
    before = rows()
    with pytest.raises(DifferenceUnexplained):
        opened(till, cashier, now, counted=90)
    assert rows() == before
    session = opened(till, cashier, now, counted=90, reason="10 lent to the other till")
    assert (session.opening_expected, session.opening_difference) == (100, -10)
    assert session.opening_entry.kind == "cash_difference_opening"
    assert held(till) == 90
    assert count(session, 90, cashier, now).difference == 0


def test_what_moves_after_the_count_does_not_change_its_difference(till, cashier, now):
    session = opened(till, cashier, now)
    count(session, 90, cashier, now)
    post(SystemAccount.BANK, till.account_id, 30, now=now)
    closed = session_close(actor=cashier, now=now, session_id=session.pk, reason="short")
    assert closed.difference == -10
    assert held(till) == 60


def test_every_count_stays_on_record_and_the_last_one_holds(till, cashier, now):
    session = opened(till, cashier, now)
    count(session, 90, cashier, now)
    count(session, 100, cashier, now, denominations={"50": 1, "25": 2})
    amounts = list(CashCount.objects.values_list("counted_amount", flat=True))
    assert amounts == [100, 90, 100]
    closed = session_close(actor=cashier, now=now, session_id=session.pk)
    assert closed.difference == 0


@pytest.mark.parametrize(
    "denominations",
    [{"50": 1}, {"50": 3}, {"x": 2}, {"-50": -2}, {"0": 5}, {"NaN": 1}, {"0.001": 100_000}],
)
def test_notes_and_coins_add_up_to_the_count(till, cashier, now, denominations):
    session = opened(till, cashier, now)
    before = rows()
    with pytest.raises(InvalidPosting):
        count(session, 100, cashier, now, denominations=denominations)
    assert rows() == before


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "0.001", "1e16"])
def test_a_count_is_an_amount_of_money(till, cashier, now, amount):
    session = opened(till, cashier, now)
    before = rows()
    with pytest.raises(InvalidPosting):
        count(session, amount, cashier, now)
    assert rows() == before


def test_a_session_can_go_on_after_a_count(till, cashier, now):
    session = opened(till, cashier, now)
    count(session, 100, cashier, now)
    with pytest.raises(SessionStateRefused):
        till_account(actor=cashier)
    resumed = session_resume(actor=cashier, now=now, session_id=session.pk)
    assert (resumed.status, resumed.counted_amount) == ("open", None)
    assert till_account(actor=cashier) == till.account_id


# --- The matrix


def in_state(state, till, cashier, now):
    session = opened(till, cashier, now)
    if state != SessionStatus.OPEN:
        count(session, 100, cashier, now)
    if state == SessionStatus.CLOSED:
        session_close(actor=cashier, now=now, session_id=session.pk)
    return CashSession.objects.get(pk=session.pk)


def carry_out(action, session, actor, now, **kwargs):
    works = {
        SessionAction.COUNT: partial(session_count, counted=Decimal(100)),
        SessionAction.RESUME: session_resume,
        SessionAction.CLOSE: session_close,
        SessionAction.DROP: partial(session_drop, amount=Decimal(10), to_account="bank"),
    }
    return works[action](actor=actor, now=now, session_id=session.pk, **kwargs)


@pytest.mark.parametrize("action", list(SessionAction))
@pytest.mark.parametrize("state", list(SessionStatus))
def test_every_state_takes_exactly_the_actions_of_the_table(till, cashier, now, state, action):
    session = in_state(state, till, cashier, now)
    target = SESSION_TRANSITIONS.get((state, action))
    before = rows()
    if target is None:
        with pytest.raises(SessionStateRefused):
            carry_out(action, session, cashier, now)
        assert rows() == before
    else:
        carry_out(action, session, cashier, now)
        assert CashSession.objects.get(pk=session.pk).status == target


@pytest.mark.parametrize("action", list(SessionAction))
def test_a_session_is_its_cashiers_or_a_supervisors(till, cashier, now, user_as, action):
    state = next(state for state, of in SESSION_TRANSITIONS if of == action)
    session = in_state(state, till, cashier, now)
    user = user_as("cashier")
    other = Actor(id=user.pk, label=user.username)
    before = rows()
    with pytest.raises(SessionOfAnother):
        carry_out(action, session, other, now)
    assert rows() == before
    carry_out(action, session, other, now, supervising=True)


def test_there_is_one_open_session_per_drawer_and_per_cashier(till, cashier, now, user_as):
    session = opened(till, cashier, now)
    second = drawer("T2", now=now)
    user = user_as("cashier")
    before = rows()
    with pytest.raises(SessionAlreadyOpen) as caught:
        opened(till, Actor(id=user.pk, label="other"), now)
    assert caught.value.extra == {"session_id": session.pk}
    with pytest.raises(SessionAlreadyOpen):
        opened(second, cashier, now, counted=0)
    assert rows() == before
    count(session, 100, cashier, now)
    session_close(actor=cashier, now=now, session_id=session.pk)
    assert opened(till, cashier, now).number == "CS-2026-000002"


def test_unknown_sessions_are_not_found(cashier, now):
    with pytest.raises(SessionNotFound):
        session_close(actor=cashier, now=now, session_id=10**9)


# --- Safe drops, report


def test_a_safe_drop_takes_cash_out_of_the_drawer_and_can_be_reversed(till, cashier, now):
    safe = drawer("SAFE", now=now, kind="safe")
    session = opened(till, cashier, now)
    entry_id = session_drop(
        actor=cashier, now=now, session_id=session.pk, amount=Decimal(60), to_account="1000-SAFE"
    )
    assert (held(till), held(safe)) == (40, 60)
    assert capital_summary().cash == 100
    assert count(session, 40, cashier, now).difference == 0
    operation_reverse(actor=SYSTEM, now=now, entry_id=entry_id, reason="wrong")
    assert (held(till), held(safe)) == (100, 0)


@pytest.mark.parametrize(
    ("to_account", "refusal"),
    [("cash", InvalidPosting), ("1000-T1", InvalidPosting), ("expenses", InvalidPosting)],
)
def test_a_safe_drop_goes_to_a_safe_or_the_bank(till, cashier, now, to_account, refusal):
    session = opened(till, cashier, now)
    before = rows()
    with pytest.raises(refusal):
        session_drop(
            actor=cashier, now=now, session_id=session.pk, amount=Decimal(1), to_account=to_account
        )
    with pytest.raises(InsufficientFunds):
        session_drop(
            actor=cashier, now=now, session_id=session.pk, amount=Decimal(101), to_account="bank"
        )
    assert rows() == before


def test_the_report_tells_what_moved_by_kind_and_adds_up(till, cashier, now):
    sell(till, 7, now)  # before the session
    session = opened(till, cashier, now, counted=100, reason="7 in the other pocket")
    sell(till, 40, now)
    sell(till, 15, now)
    session_drop(
        actor=cashier, now=now, session_id=session.pk, amount=Decimal(30), to_account="bank"
    )
    count(session, 120, cashier, now)
    session_close(actor=cashier, now=now, session_id=session.pk, reason="5 short")
    sell(till, 99, now)  # after the count
    report = session_report(session.pk)
    moved = [(row.kind, row.entries, row.received, row.paid) for row in report.movements]
    assert moved == [("safe_drop", 1, 0, 30), ("sale", 2, 55, 0)]
    assert report.expected == 125 == report.session.expected_amount
    assert report.session.difference == -5


def test_the_entry_of_a_difference_is_not_reversed_by_hand(till, cashier, now):
    session = opened(till, cashier, now, counted=90, reason="x")
    with pytest.raises(EntryBelongsToDocument):
        operation_reverse(actor=SYSTEM, now=now, entry_id=session.opening_entry_id, reason="no")


# --- The till


def test_the_till_uses_the_drawer_of_the_open_session_else_the_default(till, cashier, now):
    default = CashDrawer.objects.get(is_default=True)
    assert till_account(actor=cashier) == default.account_id
    opened(till, cashier, now)
    assert till_account(actor=cashier) == till.account_id


def test_the_policy_can_require_a_session(till, cashier, now):
    policy_update(actor=SYSTEM, now=now, session_required=True)
    with pytest.raises(SessionRequired):
        till_account(actor=cashier)
    opened(till, cashier, now)
    assert till_account(actor=cashier) == till.account_id


# --- Drawers


def test_a_drawer_is_taken_out_of_use_when_it_is_empty_and_free(till, cashier, now):
    session = opened(till, cashier, now)
    before = rows()
    with pytest.raises(DrawerInUse):
        drawer_update(actor=SYSTEM, now=now, drawer_id=till.pk, is_active=False)
    assert rows() == before
    count(session, 100, cashier, now)
    session_close(actor=cashier, now=now, session_id=session.pk)
    with pytest.raises(DrawerInUse):
        drawer_update(actor=SYSTEM, now=now, drawer_id=till.pk, is_active=False)
    post(SystemAccount.BANK, till.account_id, 100, now=now)
    off = drawer_update(actor=SYSTEM, now=now, drawer_id=till.pk, is_active=False)
    assert not off.is_active
    assert not Account.objects.get(pk=till.account_id).is_active
    with pytest.raises(DrawerRefused):
        opened(till, cashier, now, counted=0)
    drawer_update(actor=SYSTEM, now=now, drawer_id=till.pk, is_active=True)
    assert opened(till, cashier, now, counted=0).opening_float == 0


def test_there_is_always_exactly_one_default_drawer(till, now):
    drawer_update(actor=SYSTEM, now=now, drawer_id=till.pk, is_default=True)
    assert CashDrawer.objects.get(is_default=True) == till
    safe = drawer("SAFE", now=now, kind="safe")
    before = rows()
    for drawer_id, change in (
        (till.pk, {"is_default": False}),
        (till.pk, {"kind": "safe"}),
        (safe.pk, {"is_default": True}),
    ):
        with pytest.raises(DrawerRefused):
            drawer_update(actor=SYSTEM, now=now, drawer_id=drawer_id, **change)
    assert rows() == before


def test_a_code_names_one_drawer(till, now):
    with pytest.raises(DrawerRefused):
        drawer_create(actor=SYSTEM, now=now, code="T1", name="again")
    with pytest.raises(DrawerRefused):
        drawer_create(actor=SYSTEM, now=now, code="T9", name=" ")


def test_a_safe_has_no_sessions(cashier, now):
    safe = drawer("SAFE", now=now, kind="safe")
    with pytest.raises(DrawerRefused):
        opened(safe, cashier, now, counted=0)


# --- The database itself


@pytest.mark.parametrize(
    ("statement", "match"),
    [
        ("UPDATE capital_cashsession SET closing_reason = 'x'", "refused"),
        ("DELETE FROM capital_cashsession", "refused"),
        ("UPDATE capital_cashcount SET counted_amount = 1", "append-only"),
        ("DELETE FROM capital_cashcount", "append-only"),
        (
            "UPDATE capital_cashdrawer SET account_id ="
            " (SELECT id FROM capital_account WHERE code = '1010') WHERE code = 'T1'",
            "keeps its account",
        ),
        (
            "INSERT INTO capital_cashdrawer (code, name, kind, account_id, is_default, is_active)"
            " SELECT 'X', 'X', 'till', id, false, true FROM capital_account WHERE code = '1010'",
            "does not belong to cash",
        ),
        ("UPDATE capital_cashdrawer SET is_default = true", "one_default"),
    ],
)
def test_the_database_keeps_closed_sessions_counts_and_drawers(
    till, cashier, now, statement, match
):
    session = opened(till, cashier, now)
    count(session, 90, cashier, now)
    session_close(actor=cashier, now=now, session_id=session.pk, reason="short")
    connection.check_constraints()
    before = rows()
    with (
        pytest.raises(DatabaseError, match=match),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert rows() == before


@pytest.mark.parametrize(
    "change",
    [
        {"opening_float": 1},
        {"status": "counted"},
        {"status": "closed"},
        {"counted_amount": 5},
    ],
)
def test_the_database_refuses_half_a_session(till, cashier, now, change):
    session = opened(till, cashier, now)
    with pytest.raises(DatabaseError), transaction.atomic():
        CashSession.objects.filter(pk=session.pk).update(**change)


def test_the_database_refuses_a_closed_difference_that_was_not_posted(till, cashier, now):
    session = opened(till, cashier, now)
    count(session, 90, cashier, now)
    with pytest.raises(IntegrityError, match="difference_posted"), transaction.atomic():
        CashSession.objects.filter(pk=session.pk).update(status="closed", closed_at=now)


# --- At the same moment


@pytest.mark.django_db(transaction=True)
def test_of_two_openings_at_once_one_wins(now, user_as):
    tills = [drawer("T1", now=now), drawer("T2", now=now)]
    users = [user_as("cashier") for _ in range(2)]
    cashiers = [Actor(id=user.pk, label=user.username) for user in users]
    same_drawer = together([partial(opened, tills[0], who, now, counted=0) for who in cashiers])
    assert kinds(same_drawer) == ["CashSession", "SessionAlreadyOpen"]
    winner = CashSession.objects.get()
    free = next(who for who in cashiers if who.id != winner.cashier_id)
    third = drawer("T3", now=now)
    same_cashier = together(
        [partial(opened, till, free, now, counted=0) for till in (tills[1], third)]
    )
    assert kinds(same_cashier) == ["CashSession", "SessionAlreadyOpen"]


@pytest.mark.django_db(transaction=True)
def test_sales_while_the_drawer_is_counted_fall_before_or_after_the_count(now, user_as):
    till = drawer("T1", now=now, holding=100)
    user = user_as("cashier")
    cashier = Actor(id=user.pk, label=user.username)
    session = opened(till, cashier, now)

    def sale() -> int:
        with transaction.atomic():
            account = till_account(actor=cashier)
            return post(account, SystemAccount.SALES_REVENUE, 1, now=now, kind="sale")

    results = together([sale] * 6 + [partial(count, session, 100, cashier, now)])
    sold = sum(isinstance(result, int) for result in results)
    assert all(isinstance(result, int | CashSession | SessionStateRefused) for result in results)
    session.refresh_from_db()
    report = session_report(session.pk)
    # Whoever came after the count was refused: all that was sold is in it.
    assert session.expected_amount == 100 + sold == report.expected
    assert held(till) == 100 + sold


# --- Over the wire


def test_a_session_lives_over_the_wire(client_as, till):
    cashier, owner = client_as("cashier"), client_as("owner")
    listed = cashier.get(f"{URL}/drawers/").json()
    assert [(row["code"], row["session"]) for row in listed] == [("MAIN", None), ("T1", None)]
    assert "held" not in listed[0]
    body = {"drawer_id": till.pk, "counted": "100", "denominations": {"50": 2}}
    made = cashier.post(f"{URL}/sessions/", body, format="json")
    assert (made.status_code, made.json()["status"]) == (201, "open")
    one = f"{URL}/sessions/{made.json()['id']}/"
    assert cashier.get(f"{URL}/drawers/").json()[1]["session"]["status"] == "open"
    drop = cashier.post(f"{one}drops/", {"amount": "30", "to_account": "bank"}, format="json")
    assert drop.json()["kind"] == "safe_drop"
    counted = cashier.post(f"{one}count/", {"counted": "65"}, format="json").json()
    assert (counted["expected_amount"], counted["difference"]) == ("70.00", "-5.00")
    unexplained = cashier.post(f"{one}close/", {}, format="json")
    assert unexplained.status_code == 422
    assert unexplained.json()["errors"][0]["field"] == "reason"
    closed = cashier.post(f"{one}close/", {"reason": "lost"}, format="json").json()
    assert (closed["status"], closed["closing_reason"]) == ("closed", "lost")
    report = cashier.get(f"{one}report/").json()
    assert (report["received"], report["paid"], report["expected"]) == ("0.00", "30.00", "70.00")
    assert owner.get(f"{URL}/drawers/{till.pk}/").json()["held"] == "65.00"
    assert [row["id"] for row in owner.get(f"{URL}/sessions/").json()["results"]] == [closed["id"]]


def test_a_blind_count_shows_the_cashier_nothing_to_count_towards(client_as, till):
    owner, cashier = client_as("owner"), client_as("cashier")
    owner.patch(f"{URL}/policy/", {"blind_close": True}, format="json")
    body = {"drawer_id": till.pk, "counted": "100"}
    one = f"{URL}/sessions/{cashier.post(f'{URL}/sessions/', body, format='json').json()['id']}/"
    cashier.post(f"{one}drops/", {"amount": "30", "to_account": "bank"}, format="json")
    counted = cashier.post(f"{one}count/", {"counted": "65"}, format="json").json()
    assert (counted["expected_amount"], counted["difference"]) == (None, None)
    report = cashier.get(f"{one}report/").json()
    assert (report["expected"], report["movements"]) == (None, [])
    refused = cashier.post(f"{one}close/", {}, format="json")
    assert refused.status_code == 422
    assert "5.00" not in refused.content.decode()
    assert owner.get(one).json()["difference"] == "-5.00"
    closed = cashier.post(f"{one}close/", {"reason": "lost"}, format="json").json()
    assert closed["difference"] == "-5.00"


def test_a_cashier_sees_and_handles_own_sessions_only(client_as, till):
    mine, other = client_as("cashier"), client_as("cashier")
    made = mine.post(f"{URL}/sessions/", {"drawer_id": till.pk, "counted": "100"}, format="json")
    one = f"{URL}/sessions/{made.json()['id']}/"
    for path in (one, f"{one}report/"):
        assert other.get(path).status_code == 404
    assert other.get(f"{URL}/sessions/").json()["results"] == []
    assert other.post(f"{one}count/", {"counted": "1"}, format="json").status_code == 403
    assert client_as("auditor").get(one).status_code == 200
    counted = client_as("accountant").post(f"{one}count/", {"counted": "100"}, format="json")
    assert counted.json()["status"] == "counted"


def test_setting_up_drawers_takes_its_permission(client_as):
    body = {"code": "T2", "name": "Till 2"}
    assert client_as("cashier").post(f"{URL}/drawers/", body, format="json").status_code == 403
    owner = client_as("owner")
    made = owner.post(f"{URL}/drawers/", body, format="json")
    assert (made.status_code, made.json()["account_code"]) == (201, "1000-T2")
    one = f"{URL}/drawers/{made.json()['id']}/"
    assert owner.patch(one, {"name": "Front till"}, format="json").json()["name"] == "Front till"


def test_listing_sessions_takes_the_same_queries_for_any_number(
    client_as, till, cashier, now, django_assert_num_queries, django_assert_max_num_queries
):
    client = client_as("owner")

    def work() -> None:
        session = opened(till, cashier, now)
        count(session, 100, cashier, now)
        session_close(actor=cashier, now=now, session_id=session.pk)

    work()
    client.get(f"{URL}/sessions/")
    with django_assert_max_num_queries(20) as few:
        client.get(f"{URL}/sessions/")
    queries = len(few)
    for _ in range(12):
        work()
    with django_assert_num_queries(queries):
        assert len(client.get(f"{URL}/sessions/").json()["results"]) == 13
