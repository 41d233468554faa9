"""Which batch goes first, which never goes, and who may choose another."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import timezone

from core.audit import SYSTEM
from core.models import AuditEntry
from inventory.errors import (
    AllocationOverrideRequired,
    BatchHeldBack,
    InsufficientStock,
    InvalidStockLine,
)
from inventory.models import Batch
from inventory.records import Override
from inventory.services.batches import batch_quarantine
from inventory.services.recalls import batches_recall
from inventory.tests.stock import (
    available,
    everything,
    in_days,
    issue,
    main_store,
    move,
    place,
    product,
    receive,
    today,
)

pytestmark = pytest.mark.django_db
WHY = Override(reason="The patient has this batch already")


def taken(effects):
    return [(effect.batch_number, effect.location_id, effect.quantity) for effect in effects]


@pytest.fixture
def two():
    """A product with five units of SOON and five of LATE; (product, SOON, LATE)."""
    item = product()
    soon, late = receive((item, "SOON", in_days(30), 5, 50), (item, "LATE", in_days(300), 5, 50))
    return item, soon.batch_id, late.batch_id


def test_of_the_same_expiry_what_was_received_first_goes_first():
    item = product()
    with time_machine.travel(datetime(2028, 1, 2, tzinfo=UTC)):
        receive((item, "SECOND", date(2028, 9, 1), 5, 50))
        Batch.objects.filter(number="SECOND").update(received_at=datetime(2028, 1, 2, tzinfo=UTC))
        receive((item, "FIRST", date(2028, 9, 1), 5, 50))
        Batch.objects.filter(number="FIRST").update(received_at=datetime(2028, 1, 1, tzinfo=UTC))
        assert [number for number, *_ in taken(issue((item, 6)))] == ["FIRST", "SECOND"]


def test_a_named_place_serves_only_what_is_there_and_no_name_means_everywhere(two):
    item, soon, _late = two
    back = place("back_store")
    move(soon, 5, to=back)
    before = everything()
    with pytest.raises(InsufficientStock):
        issue((item, 6, {"location_id": main_store()}))
    assert everything() == before
    assert taken(issue((item, 1, {"location_id": main_store()}))) == [("LATE", main_store(), 1)]
    assert taken(issue((item, 7))) == [("SOON", back, 5), ("LATE", main_store(), 2)]


@pytest.mark.parametrize("kind", ["quarantine", "in_transit"])
def test_nothing_is_handed_out_from_places_that_are_not_for_it(two, kind):
    item, soon, _late = two
    aside = place(kind)
    move(soon, 5, to=aside)
    assert available(item) == 5
    assert taken(issue((item, 5))) == [("LATE", main_store(), 5)]
    for options in ({}, {"location_id": aside}):
        with pytest.raises(InsufficientStock):
            issue((item, 1, options))


def test_quarantined_and_recalled_batches_are_skipped(two):
    item, soon, late = two
    batch_quarantine(actor=SYSTEM, now=timezone.now(), batch_id=soon, reason="Smells")
    assert taken(issue((item, 1)))[0][0] == "LATE"
    batches_recall(actor=SYSTEM, now=timezone.now(), batch_ids=[late], reason="Ministry")
    assert available(item) == 0
    with pytest.raises(InsufficientStock) as refusal:
        issue((item, 1))
    assert refusal.value.extra["shortfalls"][0]["held_back"] == 9


def test_goods_that_expire_within_the_set_days_are_skipped(two, settings):
    item, _soon, _late = two
    settings.STOCK_MIN_DAYS_TO_EXPIRY = 30
    assert available(item) == 5
    assert taken(issue((item, 1)))[0][0] == "LATE"
    settings.STOCK_MIN_DAYS_TO_EXPIRY = 29
    assert available(item) == 9
    assert taken(issue((item, 1)))[0][0] == "SOON"


def test_naming_the_batch_whose_turn_it_is_needs_no_leave(two):
    item, soon, _late = two
    assert taken(issue((item, 5, {"batch_id": soon}))) == [("SOON", main_store(), 5)]


def test_another_batch_needs_leave_and_a_reason_and_is_audited(two):
    item, soon, late = two
    before = everything()
    with pytest.raises(AllocationOverrideRequired) as refusal:
        issue((item, 2, {"batch_id": late}))
    assert refusal.value.errors[0].field == "lines.0.batch_id"
    with pytest.raises(InvalidStockLine):
        issue((item, 2, {"batch_id": late}), override=Override(reason=" "))
    assert everything() == before
    assert taken(issue((item, 2, {"batch_id": late}), override=WHY)) == [("LATE", main_store(), 2)]
    entry = AuditEntry.objects.get(action="inventory.allocation_overridden")
    assert entry.reason == WHY.reason
    assert entry.changes["lines"] == [
        {"line": 0, "quantity": 2, "batch_id": late, "instead_of": soon,
         "why_not": "another_expires_first"}
    ]  # fmt: skip


def test_short_dated_goods_are_handed_out_by_leave_only(two, settings):
    item, soon, _late = two
    settings.STOCK_MIN_DAYS_TO_EXPIRY = 60
    with pytest.raises(AllocationOverrideRequired):
        issue((item, 1, {"batch_id": soon}))
    assert taken(issue((item, 5, {"batch_id": soon}), override=WHY))[0][0] == "SOON"


@pytest.mark.parametrize("state", ["expired", "quarantined", "recalled", "elsewhere"])
def test_held_back_goods_are_not_handed_out_even_by_leave(two, state):
    item, soon, _late = two
    now = timezone.now()
    if state == "expired":
        Batch.objects.filter(pk=soon).update(expiry_date=today())
    elif state == "quarantined":
        batch_quarantine(actor=SYSTEM, now=now, batch_id=soon, reason="Smells")
    elif state == "recalled":
        batches_recall(actor=SYSTEM, now=now, batch_ids=[soon], reason="Ministry")
    else:
        move(soon, 5, to=place("quarantine"))
    before = everything()
    with pytest.raises(BatchHeldBack):
        issue((item, 1, {"batch_id": soon}), override=WHY)
    assert everything() == before


ZONES = ["Etc/GMT+12", "Pacific/Kiritimati"]  # UTC-12 and UTC+14


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("expiry", [date(2028, 2, 28), date(2028, 2, 29), date(2028, 12, 31)])
def test_goods_go_until_the_last_second_before_their_day_where_the_pharmacy_is(
    settings, zone, expiry
):
    settings.PHARMACY_TIME_ZONE = zone
    offset = {"Etc/GMT+12": 12, "Pacific/Kiritimati": -14}[zone]
    midnight = datetime.combine(expiry, datetime.min.time(), tzinfo=UTC).timestamp() + offset * 3600
    item = product()
    with time_machine.travel(datetime(2028, 1, 1, tzinfo=UTC)):
        receive((item, "LEAP", expiry, 2, 10))
    with time_machine.travel(midnight - 1, tick=False):
        assert available(item) == 2
        issue((item, 1))
    with time_machine.travel(midnight, tick=False):
        assert available(item) == 0
        with pytest.raises(InsufficientStock):
            issue((item, 1))


def test_too_short_dated_counts_leap_days(settings):
    settings.PHARMACY_TIME_ZONE = "UTC"
    settings.STOCK_MIN_DAYS_TO_EXPIRY = 2
    item = product()
    with time_machine.travel(datetime(2028, 2, 1, tzinfo=UTC)):
        receive((item, "A", date(2028, 3, 1), 1, 10))
    with time_machine.travel(datetime(2028, 2, 27, 12, tzinfo=UTC)):
        assert available(item) == 1  # the 28th and the 29th lie between
    with time_machine.travel(datetime(2028, 2, 28, 12, tzinfo=UTC)):
        assert available(item) == 0
