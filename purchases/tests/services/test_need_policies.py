from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.models import AuditEntry
from purchases.errors import NeedPolicyUnknown
from purchases.models import NeedPolicy
from purchases.selectors.need_policies import default_policy, need_policies
from purchases.services.need_policies import need_policy_update
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def test_classes_nobody_has_set_have_levels_that_fall(django_assert_num_queries):
    with django_assert_num_queries(1):
        policies = need_policies()
    assert [policy.abc_class for policy in policies] == ["A", "B", "C"]
    levels = [policy.service_level for policy in policies]
    assert levels == sorted(levels, reverse=True)
    assert not NeedPolicy.objects.exists()


def test_only_what_is_given_changes_and_is_audited(pharmacist, now):
    need_policy_update(actor=pharmacist, now=now, abc_class="A", service_level=Decimal("0.99"))
    need_policy_update(actor=pharmacist, now=now, abc_class="A", lead_days=4)
    mine, others = need_policies()[0], need_policies()[1:]
    assert (mine.service_level, mine.lead_days) == (Decimal("0.99"), 4)
    assert mine.review_days == default_policy("A").review_days
    assert [policy.pk for policy in others] == [None, None]
    entries = AuditEntry.objects.filter(action="purchases.need_policy_updated").order_by("pk")
    assert [entry.changes for entry in entries] == [
        {"service_level": ["0.9800", "0.99"]},
        {"lead_days": [2, 4]},
    ]


def test_there_are_three_classes(pharmacist, now):
    before = everything()
    with pytest.raises(NeedPolicyUnknown):
        need_policy_update(actor=pharmacist, now=now, abc_class="D", lead_days=4)
    assert everything() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"service_level": Decimal(1)},
        {"service_level": Decimal("0.4")},
        {"review_days": 0},
        {"lead_days": 366},
        {"lead_deviation": Decimal(-1)},
    ],
)
def test_the_database_refuses_what_cannot_be(wrong):
    policy = default_policy("B")
    for name, value in wrong.items():
        setattr(policy, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        policy.save()


def test_over_the_wire(client_as):
    path = "/api/v1/purchase-need-policies/"
    answer = client_as("pharmacist").patch(
        f"{path}C/", {"service_level": "0.8500"}, content_type="application/json"
    )
    assert answer.status_code == 200
    assert answer.json()["service_level"] == "0.8500"
    shown = client_as("auditor").get(path).json()
    assert [row["service_level"] for row in shown] == ["0.9800", "0.9500", "0.8500"]
    unknown = client_as("pharmacist").patch(
        f"{path}X/", {"lead_days": 1}, content_type="application/json"
    )
    assert (unknown.status_code, unknown.json()["code"]) == (404, "need_policy_unknown")
