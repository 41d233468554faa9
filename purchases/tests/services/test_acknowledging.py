"""Suppliers' answers: kept as they were given, and the days they promise."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import OutboxEvent
from purchases.errors import AcknowledgementRefused
from purchases.models import AcknowledgedLine, OrderAcknowledgement
from purchases.services.orders.acknowledging import LineAnswer, order_acknowledge
from purchases.services.orders.amending import LineAmendment, order_amend
from purchases.tests.factories import placed_order, two_line_order
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 12, tzinfo=ZoneInfo("Asia/Damascus"))


def acknowledge(order, actor, **said):
    kept = order_acknowledge(actor=actor, now=NOW, order_id=order.pk, **said)
    order.refresh_from_db()
    return kept


def test_an_answer_without_more_confirms_everything(pharmacist):
    order = two_line_order()
    expected = order.expected_date
    kept = acknowledge(order, pharmacist, reference=" SO-1 ")
    assert (order.state, order.acknowledged_at, order.expected_date) == (
        "acknowledged",
        NOW,
        expected,
    )
    assert (kept.reference, kept.revision, kept.lines.count()) == ("SO-1", 0, 2)
    assert not any(line.differs for line in kept.lines.all())


def test_what_differs_is_kept_beside_what_was_ordered_and_told(pharmacist):
    order = two_line_order(price=100)
    line = order.lines.get(position=1)
    kept = acknowledge(
        order,
        pharmacist,
        lines=[LineAnswer(line_id=line.pk, packs=4, pack_price=Decimal(120))],
    )
    said = kept.lines.get(order_line=line)
    assert (said.packs, said.pack_price, said.differs) == (4, 120, True)
    assert (said.ordered_packs, said.ordered_pack_price) == (10, 100)
    line.refresh_from_db()
    assert (line.bought_quantity, line.amount) == (10, 1000)  # the order itself is not changed
    event = OutboxEvent.objects.get(name="purchases.order_acknowledged")
    assert event.payload["differences"] == 1


def test_an_order_is_expected_when_it_was_promised_and_a_line_on_a_day_of_its_own(pharmacist):
    order = two_line_order()
    line = order.lines.get(position=2)
    acknowledge(
        order,
        pharmacist,
        promised_date=TODAY + timedelta(days=2),
        lines=[LineAnswer(line_id=line.pk, promised_date=TODAY + timedelta(days=9))],
    )
    line.refresh_from_db()
    assert (order.expected_date, order.promised_date) == (date(2026, 11, 28),) * 2
    assert line.promised_date == date(2026, 12, 5)
    acknowledge(order, pharmacist, promised_date=TODAY + timedelta(days=3))
    line.refresh_from_db()
    assert (order.expected_date, line.promised_date) == (date(2026, 11, 29), None)


def test_an_order_promised_for_after_its_expiry_is_waited_for(pharmacist, settings):
    settings.ORDER_VALIDITY_DAYS = 30
    order = placed_order(need=10)
    first = order.expires_at
    acknowledge(order, pharmacist, promised_date=TODAY + timedelta(days=3))
    assert order.expires_at == first
    acknowledge(order, pharmacist, promised_date=first.date() + timedelta(days=3650))
    assert order.expires_at > first + timedelta(days=3650)


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"promised_date": TODAY - timedelta(days=1)}, "promised_date", "in_the_past"),
        ({"lines": [LineAnswer(line_id=999_999)]}, "lines.0.line_id", "unknown"),
    ],
)
def test_what_cannot_be_is_refused(said, field, code, pharmacist):
    order = placed_order(need=10)
    before = everything()
    with pytest.raises(AcknowledgementRefused) as refused:
        acknowledge(order, pharmacist, **said)
    assert [(p.field, p.code) for p in refused.value.errors] == [(field, code)]
    assert everything() == before


def test_a_line_is_named_once_with_days_to_come(pharmacist):
    order = placed_order(need=10)
    line = order.lines.get().pk
    answers = [LineAnswer(line_id=line), LineAnswer(line_id=line, promised_date=date(2020, 1, 1))]
    before = everything()
    with pytest.raises(AcknowledgementRefused) as refused:
        acknowledge(order, pharmacist, lines=answers)
    assert [p.code for p in refused.value.errors] == ["duplicate", "in_the_past"]
    assert everything() == before


def test_an_answer_belongs_to_the_revision_it_was_given_to(pharmacist):
    order = placed_order(need=10)
    acknowledge(order, pharmacist)
    order_amend(
        actor=pharmacist,
        now=NOW,
        order_id=order.pk,
        lines=[LineAmendment(line_id=order.lines.get().pk, packs=5)],
        reason="fewer",
        may_approve=False,
    )
    acknowledge(order, pharmacist)
    revisions = OrderAcknowledgement.objects.order_by("pk").values_list("revision", flat=True)
    assert list(revisions) == [0, 1]
    assert AcknowledgedLine.objects.latest("pk").ordered_packs == 5


@pytest.mark.parametrize("table", ["orderacknowledgement", "acknowledgedline"])
def test_an_answer_cannot_be_rewritten(table, pharmacist):
    acknowledge(placed_order(need=10), pharmacist)
    connection.check_constraints()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM purchases_{table}")
