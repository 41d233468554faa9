"""Books that are closed, and opened again: services, the database itself, days and time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from capital.chart import SystemAccount
from capital.errors import (
    PeriodClosed,
    PeriodNotFound,
    PeriodNotOver,
    PeriodOverlaps,
    PeriodRefused,
    PeriodStateRefused,
    ReasonMissing,
)
from capital.models import AccountingPeriod, JournalEntry, PeriodChange, PeriodStatus
from capital.selectors import capital_summary
from capital.services.ledger import entry_reverse
from capital.services.operations import owner_contribution_record
from capital.services.periods import period_close, period_create, period_delete, period_reopen
from capital.states import PERIOD_TRANSITIONS, PeriodAction
from capital.tests.factories import post, put_in
from capital.tests.test_concurrency import together
from core.audit import SYSTEM
from core.models import AuditEntry

pytestmark = pytest.mark.django_db

FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))
IN_FEBRUARY = datetime(2026, 2, 15, 12, tzinfo=UTC)
SERVICES = {PeriodAction.CLOSE: period_close, PeriodAction.REOPEN: period_reopen}


def create(now: datetime, days: tuple[date, date] = FEBRUARY) -> AccountingPeriod:
    return period_create(actor=SYSTEM, now=now, starts_on=days[0], ends_on=days[1])


def closed(now: datetime, days: tuple[date, date] = FEBRUARY) -> AccountingPeriod:
    period = create(now, days)
    return period_close(actor=SYSTEM, now=now, period_id=period.pk, reason="month end")


def rows() -> list[object]:
    models = (AccountingPeriod, PeriodChange, JournalEntry, AuditEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("action", list(PeriodAction))
@pytest.mark.parametrize("state", list(PeriodStatus))
def test_every_state_takes_exactly_the_actions_of_the_table(now, state, action):
    period = create(now) if state == PeriodStatus.OPEN else closed(now)
    act = partial(SERVICES[action], actor=SYSTEM, now=now, period_id=period.pk, reason="x")
    target = PERIOD_TRANSITIONS.get((state, action))
    before = rows()
    if target is None:
        with pytest.raises(PeriodStateRefused):
            act()
        assert rows() == before
    else:
        assert act().status == target


def test_nothing_can_be_dated_in_closed_books(now):
    period = closed(now)
    before = rows()
    with pytest.raises(PeriodClosed) as caught:
        post(SystemAccount.CASH, SystemAccount.OWNER_EQUITY, 5, now=now, occurred_at=IN_FEBRUARY)
    assert caught.value.extra == {
        "period_id": period.pk,
        "starts_on": "2026-02-01",
        "ends_on": "2026-02-28",
        "entry_date": "2026-02-15",
    }
    assert rows() == before
    assert put_in(5, now=now)  # today's books are open


def test_reopened_books_take_entries_and_keep_the_trace(now, actor):
    period = closed(now)
    period_reopen(actor=actor, now=now, period_id=period.pk, reason="an invoice came late")
    post(SystemAccount.CASH, SystemAccount.OWNER_EQUITY, 5, now=now, occurred_at=IN_FEBRUARY)
    period_close(actor=actor, now=now, period_id=period.pk, reason="again")
    trace = list(period.changes.values_list("kind", "reason", "actor_id"))
    assert trace == [
        ("closed", "month end", None),
        ("reopened", "an invoice came late", actor.id),
        ("closed", "again", actor.id),
    ]
    reopened = AuditEntry.objects.get(action="capital.period_reopened")
    assert (reopened.actor_id, reopened.reason) == (actor.id, "an invoice came late")


def test_an_entry_of_closed_books_is_reversed_today(now):
    entry_id = post(
        SystemAccount.CASH, SystemAccount.OWNER_EQUITY, 5, now=now, occurred_at=IN_FEBRUARY
    )
    closed(now)
    reversal_id = entry_reverse(actor=SYSTEM, now=now, entry_id=entry_id, reason="wrong")
    assert JournalEntry.objects.get(pk=reversal_id).entry_date == date(2026, 3, 10)
    assert capital_summary().cash == 0


@pytest.mark.parametrize("reason", ["", "  "])
def test_closing_and_reopening_need_a_reason(now, reason):
    period = create(now)
    before = rows()
    with pytest.raises(ReasonMissing):
        period_close(actor=SYSTEM, now=now, period_id=period.pk, reason=reason)
    assert rows() == before


def test_a_period_is_closed_when_its_last_day_is_over_where_the_pharmacy_is(now):
    period = create(now, (date(2026, 3, 1), date(2026, 3, 10)))
    before = rows()
    end = datetime(2026, 3, 10, 20, 59, 59, tzinfo=UTC)  # 23:59:59 in Damascus
    with pytest.raises(PeriodNotOver):
        period_close(actor=SYSTEM, now=end, period_id=period.pk, reason="x")
    assert rows() == before
    moment = end + timedelta(seconds=1)
    assert period_close(actor=SYSTEM, now=moment, period_id=period.pk, reason="x").closed_at


@pytest.mark.parametrize(
    ("zone", "last_open", "first_closed"),
    [
        ("Etc/GMT+12", "2026-03-01T12:00:00Z", "2026-03-01T11:59:59Z"),
        ("Etc/GMT-14", "2026-02-28T10:00:00Z", "2026-02-28T09:59:59Z"),
        ("Asia/Damascus", "2026-02-28T21:00:00Z", "2026-02-28T20:59:59Z"),
    ],
)
def test_the_day_of_an_entry_is_the_pharmacys(now, settings, zone, last_open, first_closed):
    """At UTC-12 and UTC+14 too, the last second of February is closed and March is open."""
    settings.PHARMACY_TIME_ZONE = zone
    closed(now)
    entry_id = put_in(5, now=datetime.fromisoformat(last_open))
    assert JournalEntry.objects.get(pk=entry_id).entry_date == date(2026, 3, 1)
    with pytest.raises(PeriodClosed):
        put_in(5, now=datetime.fromisoformat(first_closed))


def test_a_leap_day_belongs_to_its_february(now, settings):
    settings.PHARMACY_TIME_ZONE = "Etc/GMT-14"
    closed(now, (date(2024, 2, 1), date(2024, 2, 29)))
    with pytest.raises(PeriodClosed):
        put_in(5, now=datetime(2024, 2, 29, 9, 59, tzinfo=UTC))
    assert put_in(5, now=datetime(2024, 2, 29, 10, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    "days",
    [
        FEBRUARY,
        (date(2026, 1, 15), date(2026, 2, 1)),
        (date(2026, 2, 28), date(2026, 3, 31)),
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 2, 10), date(2026, 2, 10)),
    ],
)
def test_periods_do_not_share_days(now, days):
    create(now)
    before = rows()
    with pytest.raises(PeriodOverlaps):
        create(now, days)
    assert rows() == before
    with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
        AccountingPeriod.objects.create(starts_on=days[0], ends_on=days[1], created_at=now)


def test_periods_may_touch(now):
    create(now)
    create(now, (date(2026, 3, 1), date(2026, 3, 31)))
    assert AccountingPeriod.objects.count() == 2


def test_a_period_ends_after_it_starts(now):
    with pytest.raises(PeriodRefused):
        create(now, (date(2026, 2, 2), date(2026, 2, 1)))


def test_only_a_period_that_was_never_closed_is_removed(now):
    period = closed(now)
    with pytest.raises(PeriodStateRefused):
        period_delete(actor=SYSTEM, now=now, period_id=period.pk)
    period_reopen(actor=SYSTEM, now=now, period_id=period.pk, reason="x")
    with pytest.raises(PeriodStateRefused):
        period_delete(actor=SYSTEM, now=now, period_id=period.pk)
    fresh = create(now, (date(2026, 1, 1), date(2026, 1, 31)))
    period_delete(actor=SYSTEM, now=now, period_id=fresh.pk)
    with pytest.raises(PeriodNotFound):
        period_delete(actor=SYSTEM, now=now, period_id=fresh.pk)


# --- The database itself


def test_the_database_refuses_an_entry_in_closed_books(now):
    closed(now)
    with (
        pytest.raises(IntegrityError, match="is closed: no entry on 2026-02-28"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO capital_journalentry (number, kind, source_type, source_id, entry_date,"
            " occurred_at, recorded_at, posted_in, total, memo)"
            " VALUES ('X', 'k', 't', '1', '2026-02-28', now(), now(), 1, 1, '')"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE capital_accountingperiod SET ends_on = '2026-02-01'",
        "DELETE FROM capital_accountingperiod",
        "UPDATE capital_periodchange SET reason = 'x'",
        "DELETE FROM capital_periodchange",
        "TRUNCATE capital_periodchange",
    ],
)
def test_the_database_keeps_closed_periods_and_their_trace(now, statement):
    closed(now)
    connection.check_constraints()
    before = rows()
    with (
        pytest.raises(DatabaseError, match="refused"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert rows() == before


def test_the_database_refuses_to_reopen_or_close_without_a_trace(now):
    period = closed(now)
    connection.check_constraints()
    for target, moment in (("open", None), ("closed", now)):
        if target == "closed":
            period_reopen(actor=SYSTEM, now=now, period_id=period.pk, reason="x")
            connection.check_constraints()
        AccountingPeriod.objects.filter(pk=period.pk).update(status=target, closed_at=moment)
        with pytest.raises(IntegrityError, match="without a trace"), transaction.atomic():
            connection.check_constraints()
        back = {"open": ("closed", now), "closed": ("open", None)}[target]
        AccountingPeriod.objects.filter(pk=period.pk).update(status=back[0], closed_at=back[1])
        connection.check_constraints()


@pytest.mark.django_db(transaction=True)
def test_closing_and_posting_at_once_leave_nothing_in_closed_books_but_what_came_before(now):
    for month in (1, 2):
        last = date(2026, month, 28)
        period = create(now, (date(2026, month, 1), last))
        moment = datetime(2026, month, 15, 12, tzinfo=UTC)
        results = together(
            [
                partial(put_in, 5, now=moment),
                partial(put_in, 5, now=moment),
                partial(period_close, actor=SYSTEM, now=now, period_id=period.pk, reason="end"),
            ]
        )
        refused = [result for result in results if isinstance(result, Exception)]
        assert [type(result) for result in refused if not isinstance(result, PeriodClosed)] == []
        posted = JournalEntry.objects.filter(entry_date__range=(period.starts_on, last)).count()
        assert posted + len(refused) == 2
        with pytest.raises(PeriodClosed):
            put_in(5, now=moment)


# --- Over the wire


def test_a_period_lives_over_the_wire(client_as):
    owner, accountant = client_as("owner"), client_as("accountant")
    path = "/api/v1/capital/periods/"
    days = {"starts_on": "2026-01-01", "ends_on": "2026-01-31"}
    made = accountant.post(path, days, format="json")
    assert (made.status_code, made.json()["status"]) == (201, "open")
    one = f"{path}{made.json()['id']}/"
    assert accountant.post(path, days, format="json").json()["code"] == "period_overlaps"
    closing = accountant.post(f"{one}close/", {"reason": "month end"}, format="json")
    assert closing.json()["status"] == "closed"
    refused = accountant.post(f"{one}reopen/", {"reason": "please"}, format="json")
    assert refused.status_code == 403  # closing does not include reopening
    opened = owner.post(f"{one}reopen/", {"reason": "late invoice"}, format="json").json()
    assert [change["kind"] for change in opened["changes"]] == ["closed", "reopened"]
    assert accountant.delete(one).json()["code"] == "period_state_refused"
    listed = owner.get(path).json()
    assert [row["id"] for row in listed["results"]] == [opened["id"]]


def test_a_contribution_dated_in_closed_books_is_a_clear_problem(client_as, now, settings):
    closed(now)
    response = client_as("owner").post(
        "/api/v1/capital/owner-contributions/",
        {"amount": "5", "account": "cash", "occurred_at": "2026-02-28T20:00:00Z"},
        format="json",
    )
    assert response.status_code == 409
    assert response.json()["code"] == "period_closed"
    assert "2026-02-28" in response.json()["detail"]
    assert not JournalEntry.objects.exists()


def test_listing_periods_takes_the_same_queries_for_any_number(
    client_as, now, django_assert_num_queries, django_assert_max_num_queries
):
    client = client_as("accountant")
    closed(now)
    path = "/api/v1/capital/periods/"
    client.get(path)
    with django_assert_max_num_queries(20) as few:
        client.get(path)
    queries = len(few)
    for month in range(1, 13):
        closed(now, (date(2025, month, 1), date(2025, month, 28)))
    with django_assert_num_queries(queries):
        assert len(client.get(path).json()["results"]) == 13


def test_operations_of_today_are_not_hindered_by_closed_months(now):
    closed(now)
    owner_contribution_record(actor=SYSTEM, now=now, amount=Decimal(5), account="cash")
    assert capital_summary().cash == 5
