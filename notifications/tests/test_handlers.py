from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from core.models import OutboxEvent
from inventory.events import (
    ExpiryDigested,
    IdleStockDigested,
    LedgersDiffer,
    NegativeMarginCrossed,
    OutOfStockCrossed,
)
from notifications.models import Notification
from notifications.tests.factories import (
    approved,
    deliver_again,
    happen,
    import_finished,
    low_stock,
    offer_failed,
    offer_ready,
    opening_imported,
    rejected,
    stuck,
    submitted,
)
from purchases.events import (
    ApprovalDelegated,
    GoodsRejected,
    GoodsWaitingDigested,
    InvoiceDiffers,
    InvoicesDueDigested,
    OrderAcknowledged,
    OrderDispatchFailed,
    ProposalChangesRequested,
    ProposalEndorsed,
    ProposalExpired,
    ReceiptReversed,
    ReturnWindowsDigested,
)
from rbac.tests.factories import user_with_role

pytestmark = pytest.mark.django_db

ROLES = ("owner", "pharmacist", "purchasing", "cashier", "accountant", "auditor")


@pytest.fixture
def staff() -> dict:
    """One person of every system role."""
    return {role: user_with_role(role) for role in ROLES}


def told(staff: dict) -> set[str]:
    roles = {user.pk: role for role, user in staff.items()}
    return {roles[pk] for pk in Notification.objects.values_list("recipient_id", flat=True)}


def test_those_who_review_offers_hear_of_a_ready_one(staff):
    happen(offer_ready())
    assert told(staff) == {"owner", "pharmacist", "purchasing"}
    notification = Notification.objects.first()
    assert (notification.kind, notification.subject_type, notification.subject_id) == (
        "offer_ready",
        "purchases.offer",
        "12",
    )


def test_those_who_approve_hear_of_a_waiting_proposal_but_not_who_asked_for_it(staff):
    happen(submitted(by=staff["pharmacist"].pk))
    assert told(staff) == {"owner"}


def test_neither_who_submitted_nor_on_whose_behalf_is_asked_to_approve(staff):
    second = user_with_role("pharmacist")
    happen(submitted(by=staff["pharmacist"].pk, on_behalf_of=second.pk))
    assert told(staff) == {"owner"}


def test_who_asked_hears_of_the_approval(staff):
    happen(approved(requested_by=staff["purchasing"].pk, approved_by=staff["owner"].pk))
    assert told(staff) == {"purchasing"}


def test_who_asked_hears_of_the_rejection_with_its_reason(staff):
    happen(rejected(requested_by=staff["purchasing"].pk, rejected_by=staff["owner"].pk))
    assert told(staff) == {"purchasing"}
    assert Notification.objects.get().params["reason"] == "too dear"


def test_the_second_approval_is_asked_of_those_who_may_give_it(staff):
    happen(
        ProposalEndorsed(
            **_proposal(staff),
            endorsed_by_id=staff["pharmacist"].pk,
            total=Decimal(500),
            approver_ids=[staff["owner"].pk],
        )
    )
    assert told(staff) == {"owner"}
    assert Notification.objects.get().kind == "proposal_second_waiting"


def test_only_those_who_may_take_the_step_are_asked_to_approve(staff):
    happen(replace(submitted(by=staff["purchasing"].pk), approver_ids=[staff["owner"].pk]))
    assert told(staff) == {"owner"}


def test_who_asked_hears_what_is_to_be_changed(staff):
    happen(
        ProposalChangesRequested(
            **_proposal(staff), requested_changes_by_id=staff["owner"].pk, reason="less of it"
        )
    )
    assert told(staff) == {"purchasing"}
    assert Notification.objects.get().params["reason"] == "less of it"


def test_who_asked_hears_that_nobody_decided_in_time(staff):
    happen(ProposalExpired(**_proposal(staff), total=Decimal(500)))
    assert told(staff) == {"purchasing"}
    assert Notification.objects.get().kind == "proposal_expired"


def test_a_substitute_hears_of_it_with_the_period_in_the_pharmacys_time(staff, settings):
    settings.PHARMACY_TIME_ZONE = "Asia/Damascus"
    happen(
        ApprovalDelegated(
            delegation_id=1,
            delegator_id=staff["owner"].pk,
            delegator_name="Owner",
            delegate_id=staff["pharmacist"].pk,
            starts_at="2027-03-01T21:30:00+00:00",
            ends_at="2027-03-08T21:30:00+00:00",
        )
    )
    assert told(staff) == {"pharmacist"}
    assert Notification.objects.get().params["starts_at"] == "2027-03-02 00:30"


def _proposal(staff):
    return {
        "proposal_id": 1,
        "number": "PP-1",
        "supplier_name": "Sham",
        "requested_by_id": staff["purchasing"].pk,
        "submitted_by_id": staff["purchasing"].pk,
    }


def test_those_who_buy_hear_of_low_stock(staff):
    happen(low_stock())
    assert told(staff) == {"owner", "pharmacist", "purchasing"}


def test_every_crossing_is_told(staff):
    happen(low_stock())
    happen(low_stock())
    assert Notification.objects.filter(recipient=staff["owner"]).count() == 2


def test_an_import_is_told_once_and_only_if_something_is_low(staff):
    happen(opening_imported(low_stock=0))
    assert not Notification.objects.exists()
    happen(opening_imported(low_stock=12))
    assert told(staff) == {"owner", "pharmacist", "purchasing"}
    assert Notification.objects.count() == 3


@pytest.mark.parametrize("state", ["done", "refused", "failed"])
def test_who_started_an_import_hears_how_it_ended(staff, state):
    happen(import_finished(state, staff["pharmacist"].pk))
    assert told(staff) == {"pharmacist"}
    note = Notification.objects.get()
    assert (note.kind, note.params["errors"]) == (f"import_{state}", 2)


def test_an_import_that_nobody_started_is_told_to_those_who_may_import(staff):
    happen(import_finished("refused", None))
    assert told(staff) == {"owner", "pharmacist", "purchasing"}


def test_the_uploader_and_those_who_may_retry_hear_of_a_failed_offer(staff):
    happen(offer_failed(uploaded_by_id=staff["accountant"].pk))
    assert told(staff) == {"owner", "pharmacist", "purchasing", "accountant"}


def test_a_failed_offer_that_nobody_uploaded_is_still_told(staff):
    happen(offer_failed(uploaded_by_id=None))
    assert told(staff) == {"owner", "pharmacist", "purchasing"}


def test_people_who_left_are_not_told(staff):
    staff["purchasing"].is_active = False
    staff["purchasing"].save()
    happen(low_stock())
    assert told(staff) == {"owner", "pharmacist"}


def test_an_event_delivered_twice_is_told_once(staff):
    happen(offer_ready())
    assert deliver_again() == 1
    assert Notification.objects.count() == 3
    assert set(Notification.objects.values_list("event_id", flat=True)) == {
        OutboxEvent.objects.get().pk
    }


def test_the_database_keeps_a_second_message_of_one_event_to_one_person_out(staff):
    happen(offer_ready())
    twin = Notification.objects.first()
    twin.pk = None
    with pytest.raises(IntegrityError, match="notifications_once_per_event_and_person"):
        twin.save(force_insert=True)


def test_telling_many_takes_as_many_queries_as_telling_few(
    staff, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(40) as few:
        happen(low_stock())
    for _ in range(8):
        user_with_role("purchasing")
    with django_assert_num_queries(len(few)):
        happen(low_stock())


def test_approvers_and_who_waits_for_the_goods_hear_of_a_proposal_that_sticks(staff):
    happen(stuck(requested_by=staff["purchasing"].pk, approved_by=staff["owner"].pk))
    assert told(staff) == {"owner", "pharmacist", "purchasing"}
    assert Notification.objects.first().params["error_code"] == "product_not_receivable"


ANSWERED = OrderAcknowledged(
    order_id=9, number="PO-9", supplier_name="X", requested_by_id=0, recorded_by_id=0,
    promised_date="2026-03-12", differences=2,
)  # fmt: skip
UNSENT = OrderDispatchFailed(
    order_id=9, number="PO-9", supplier_name="X", requested_by_id=0, sent_by_id=0,
    to="orders@x.example", error_code="recipient_refused",
)  # fmt: skip


def test_those_who_send_and_whoever_sent_it_hear_of_an_order_that_was_not_sent(staff):
    people = {"requested_by_id": staff["purchasing"].pk, "sent_by_id": staff["cashier"].pk}
    happen(replace(UNSENT, **people))
    assert told(staff) == {"owner", "pharmacist", "purchasing", "cashier"}
    assert Notification.objects.first().params["error_code"] == "recipient_refused"


@pytest.mark.parametrize(
    ("differences", "roles"), [(2, {"owner", "pharmacist", "purchasing"}), (0, set())]
)
def test_an_answer_that_differs_is_told_to_those_who_may_amend(staff, differences, roles):
    asked = staff["purchasing"].pk
    happen(replace(ANSWERED, requested_by_id=asked, differences=differences))
    assert told(staff) == roles


DAY = date(2026, 3, 10)
EXPIRIES = ExpiryDigested(day=DAY, expired=2, expiry_critical=3, expiry_warning=0, expiry_notice=9)
IDLE = IdleStockDigested(day=DAY, overstock=1, dead_stock=4)
AT_A_LOSS = NegativeMarginCrossed(
    product_id=3, product_name="X", public_price=Decimal(10), unit_cost=Decimal("11.5")
)


@pytest.mark.parametrize(
    ("event", "kind", "roles"),
    [
        (
            OutOfStockCrossed(product_id=3, product_name="X", min_stock=5),
            "out_of_stock",
            {"owner", "pharmacist", "purchasing"},
        ),
        (AT_A_LOSS, "negative_margin", {"owner", "pharmacist", "purchasing"}),
        (EXPIRIES, "expiry_digest", {"owner", "pharmacist"}),
        (IDLE, "idle_stock_digest", {"owner", "pharmacist", "purchasing"}),
        (
            LedgersDiffer(day=DAY, differences=2, first=["Product 3: held 1, ledger 2", "…"]),
            "ledgers_differ",
            {"owner", "accountant"},
        ),
    ],
)
def test_alerts_of_stock_reach_who_can_do_something_about_them(staff, event, kind, roles):
    happen(event)
    assert told(staff) == roles
    assert {row.kind for row in Notification.objects.all()} == {kind}


def test_who_adjusts_and_buys_gets_both_digests_of_a_day_one_message_each(staff):
    happen(EXPIRIES)
    happen(IDLE)
    kinds = Notification.objects.filter(recipient=staff["owner"]).values_list("kind", flat=True)
    assert sorted(kinds) == ["expiry_digest", "idle_stock_digest"]


def test_those_who_decide_hear_of_an_invoice_that_does_not_agree_and_who_entered_it(staff):
    happen(
        InvoiceDiffers(
            invoice_id=5,
            number="SI-2026-000005",
            supplier_number="S-1",
            supplier_name="Sham",
            entered_by_id=staff["purchasing"].pk,
            differences=2,
            amount=Decimal("12.5"),
        )
    )
    assert told(staff) == {"owner", "pharmacist", "purchasing"}
    assert Notification.objects.first().params["amount"] == "12.50"


def test_those_who_pay_hear_of_invoices_that_are_due(staff):
    happen(InvoicesDueDigested(day=date(2026, 3, 2), invoices=3, overdue=1, amount=Decimal(70)))
    assert told(staff) == {"owner", "accountant"}
    assert Notification.objects.first().subject_id == "2026-03-02"


def test_those_who_send_goods_back_hear_of_windows_that_close(staff):
    happen(
        ReturnWindowsDigested(
            day=date(2026, 3, 2), batches=2, value=Decimal(10), first_day=date(2026, 3, 9)
        )
    )
    assert told(staff) == {"owner", "pharmacist", "purchasing"}


def test_those_who_inspect_hear_of_goods_that_wait(staff):
    happen(
        GoodsWaitingDigested(
            day=date(2026, 3, 2), lines=3, receipts=2, oldest_day=date(2026, 2, 27)
        )
    )
    assert told(staff) == {"owner", "pharmacist"}


def test_those_who_send_goods_back_hear_of_what_was_rejected(staff):
    happen(
        GoodsRejected(
            receipt_id=4, number="GRN-2026-000004", supplier_id=1, supplier_name="Sham", lines=2
        )
    )
    assert told(staff) == {"owner", "pharmacist", "purchasing"}
    assert Notification.objects.first().subject_id == "4"


def test_those_who_buy_and_those_who_pay_hear_of_a_receipt_that_was_taken_back(staff):
    happen(
        ReceiptReversed(
            reversal_id=1,
            number="GRR-2026-000001",
            receipt_id=4,
            receipt_number="GRN-2026-000004",
            order_id=2,
            order_number="PO-2026-000002",
            supplier_name="Sham",
            total=Decimal("12.5"),
            lines=1,
        )
    )
    assert {"owner", "purchasing", "accountant"} <= told(staff)
    assert "cashier" not in told(staff)
    assert Notification.objects.first().params["total"] == "12.50"
