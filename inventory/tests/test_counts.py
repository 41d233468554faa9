from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capital.public import capital_summary
from core.models import AuditEntry, OutboxEvent
from inventory.counting import COUNT_TRANSITIONS, CountAction
from inventory.errors import (
    AlreadyBeingCounted,
    ApproverCounted,
    CountEmpty,
    CountLinesRefused,
    CountNotPostable,
    CountStateRefused,
    InvalidCount,
    LinesNotCounted,
)
from inventory.models import (
    Batch,
    Category,
    CountState,
    Product,
    StockCount,
    StockCountEntry,
    StockCountLine,
    StockDocument,
    StockLevel,
    StockMovement,
)
from inventory.records import AdjustmentLine
from inventory.selectors.reconciliation import differences
from inventory.services.barcodes import barcode_add
from inventory.services.counts.planning import count_cancel, count_start
from inventory.services.counts.review import costs_set, line_skip, recount_ask, recount_waive
from inventory.services.documents import stock_adjust
from inventory.services.locations import location_create
from inventory.services.packagings import packaging_create
from inventory.tests.counting import (
    approve,
    finish,
    in_review,
    person,
    planned,
    scan,
    started,
    state_of,
    tally,
)
from inventory.tests.stock import in_days, issue, product, receive

pytestmark = pytest.mark.django_db
JournalEntry = apps.get_model("capital", "JournalEntry")


@pytest.fixture
def counter():
    return person()


@pytest.fixture
def approver():
    return person()


@pytest.fixture
def item():
    item = product()
    receive((item, "A", in_days(90), 10, 1000))
    return item


def line_of(count_id, number=1):
    return StockCountLine.objects.get(count_id=count_id, line=number)


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (StockCount, StockCountLine, StockCountEntry, StockLevel, StockMovement,
                      StockDocument, JournalEntry)
    ]  # fmt: skip


def refused(expected, work):
    """The refusal of `work`, after which nothing may have changed."""
    before = everything()
    with pytest.raises(expected) as refusal, transaction.atomic():
        work()
    assert everything() == before
    return [error.code for error in refusal.value.errors]


# --- Freeze-free ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sold_before", "found", "sold_after", "left"),
    [(0, 8, 0, 8), (0, 8, 3, 5), (2, 8, 3, 5), (2, 9, 4, 5), (0, 12, 5, 7), (4, 0, 0, 0)],
)
def test_what_moves_before_and_after_the_figure_is_taken_into_account(
    item, counter, approver, sold_before, found, sold_after, left
):
    count_id = started(counter, tolerance_units=100, tolerance_percent=Decimal(100))
    if sold_before:
        issue((item, sold_before))
    tally(counter, count_id, (1, found))
    if sold_after:
        issue((item, sold_after))
    finish(counter, count_id)
    approve(approver, count_id)
    assert StockLevel.objects.get().quantity == left == found - sold_after
    assert line_of(count_id).expected == 10 - sold_before
    assert differences() == []


def test_what_was_expected_can_be_proved_from_the_ledger(item, counter):
    count_id = started(counter)
    issue((item, 3))
    tally(counter, count_id, (1, 7))
    issue((item, 2))
    receive((item, "A", in_days(90), 5, 500))
    line = line_of(count_id)
    up_to_mark = StockMovement.objects.filter(batch=line.batch_id, pk__lte=line.ledger_mark)
    assert sum(up_to_mark.values_list("quantity", flat=True)) == line.expected == 7


def test_goods_that_arrive_while_counting_stay_out_of_it(item, counter, approver):
    count_id = in_review(counter, (1, 10))
    receive((item, "NEW", in_days(200), 40, 400), (item, "A", in_days(90), 5, 500))
    approve(approver, count_id)
    assert sorted(StockLevel.objects.values_list("quantity", flat=True)) == [15, 40]
    assert StockCount.objects.get().document is None


# --- Posting -------------------------------------------------------------------------------------


def test_all_differences_are_one_adjustment_with_one_journal_entry(item, counter, approver):
    other = product()
    receive((other, "B", in_days(60), 4, 200))
    count_id = in_review(counter, (1, 7), (2, 6))
    entries = JournalEntry.objects.count()
    approve(approver, count_id)
    document = StockDocument.objects.get()
    assert document == StockCount.objects.get().document
    assert (document.kind, document.reason, document.lines) == ("adjustment", "count", 2)
    assert document.value == Decimal(-300 + 100)
    moved = StockMovement.objects.filter(source_id=str(document.pk))
    assert sorted(moved.values_list("quantity", "value")) == [(-3, -300), (2, 100)]
    assert JournalEntry.objects.count() == entries + 1
    assert capital_summary().stock_at_cost == 1000
    assert differences() == []
    event = OutboxEvent.objects.get(name="inventory.stock_count_posted")
    assert event.payload["differences"] == 2


def test_a_count_without_differences_posts_nothing_and_is_done(item, counter, approver):
    count_id = in_review(counter, (1, 10))
    movements = StockMovement.objects.count()
    approve(approver, count_id)
    assert state_of(count_id) == CountState.POSTED
    assert (StockMovement.objects.count(), StockDocument.objects.count()) == (movements, 0)


def test_batch_that_was_sold_out_meanwhile_is_named_and_nothing_is_posted(item, counter, approver):
    other = product()
    receive((other, "B", in_days(60), 4, 200))
    count_id = in_review(counter, (1, 4), (2, 3))
    issue((item, 9))
    codes = refused(CountNotPostable, lambda: approve(approver, count_id))
    assert codes == ["sold_out"]
    recount_ask(actor=approver, now=timezone.now(), count_id=count_id, lines=[1])
    tally(person(), count_id, (1, 0))
    approve(approver, count_id)
    assert sorted(StockLevel.objects.values_list("quantity", flat=True)) == [0, 3]


def test_correction_after_the_figure_makes_it_stale(item, counter, approver):
    count_id = in_review(counter, (1, 8))
    batch = Batch.objects.get()
    line = AdjustmentLine(line=0, batch_id=batch.pk, quantity=-2)
    stock_adjust(actor=approver, now=timezone.now(), reason="correction", lines=[line])
    assert refused(CountNotPostable, lambda: approve(approver, count_id)) == ["overtaken"]


def test_movement_of_before_recorded_after_the_figure_makes_it_stale(item, counter, approver):
    earlier = timezone.now()
    count_id = in_review(counter, (1, 8))
    batch = Batch.objects.get()
    # In a test all is one transaction, whose start is what `recorded_at` tells.
    StockCountLine.objects.update(counted_at=earlier - timedelta(minutes=5))
    stock_adjust(
        actor=approver,
        now=timezone.now(),
        occurred_at=earlier - timedelta(hours=1),
        reason="damage",
        lines=[AdjustmentLine(line=0, batch_id=batch.pk, quantity=-1)],
    )
    assert refused(CountNotPostable, lambda: approve(approver, count_id)) == ["overtaken"]


def test_damage_since_the_figure_is_no_conflict(item, counter, approver):
    count_id = in_review(counter, (1, 8))
    batch = Batch.objects.get()
    line = AdjustmentLine(line=0, batch_id=batch.pk, quantity=-1)
    stock_adjust(actor=approver, now=timezone.now(), reason="damage", lines=[line])
    approve(approver, count_id)
    assert StockLevel.objects.get().quantity == 7


def test_surplus_of_unknown_cost_waits_for_a_cost(item, counter, approver):
    count_id = started(counter, tolerance_units=100, tolerance_percent=Decimal(100))
    scan(counter, count_id, {"product_id": item, "quantity": 3, "batch_number": "FOUND",
                             "expiry_date": in_days(400)})  # fmt: skip
    finish(counter, count_id, uncounted="skip")
    codes = refused(CountNotPostable, lambda: approve(approver, count_id))
    assert codes == ["unit_cost_required"]
    costs_set(actor=approver, now=timezone.now(), count_id=count_id, costs={2: Decimal("12.5")})
    approve(approver, count_id)
    found = StockLevel.objects.get(batch__number="FOUND")
    assert (found.quantity, found.value) == (3, Decimal("37.5"))
    assert differences() == []


def test_surplus_of_an_empty_batch_costs_what_it_cost_last(item, counter, approver):
    issue((item, 10))
    other = product()
    receive((other, "B", in_days(60), 1, 1))
    count_id = started(counter, tolerance_units=100, tolerance_percent=Decimal(100))
    scan(counter, count_id, {"product_id": item, "quantity": 2, "batch_number": "a",
                             "expiry_date": in_days(90)})  # fmt: skip
    finish(counter, count_id, uncounted="skip")
    approve(approver, count_id)
    level = StockLevel.objects.get(batch__number="A")
    assert (level.quantity, level.value) == (2, 200)


# --- Second counts and approval ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("units", "percent", "found", "waits"),
    [(0, 0, 9, True), (1, 0, 9, False), (1, 0, 8, True), (0, 20, 8, False), (0, 20, 7, True),
     (1, 30, 7, False), (5, 0, 16, True), (0, 0, 10, False)],
)  # fmt: skip
def test_difference_beyond_both_limits_waits_for_a_second_count(
    item, counter, units, percent, found, waits
):
    count_id = started(counter, tolerance_units=units, tolerance_percent=Decimal(percent))
    tally(counter, count_id, (1, found))
    finish(counter, count_id)
    assert (line_of(count_id).status == "recount") is waits


def test_second_count_is_somebody_elses_and_stands(item, counter, approver):
    count_id = started(counter)
    tally(counter, count_id, (1, 9))
    finish(counter, count_id)
    assert refused(CountLinesRefused, lambda: tally(counter, count_id, (1, 10))) == ["same_counter"]
    refused(LinesNotCounted, lambda: approve(approver, count_id))
    second = person()
    issue((item, 2))
    tally(second, count_id, (1, 3))
    tally(second, count_id, (1, 4), add=True)
    line = line_of(count_id)
    assert (line.counted, line.expected, line.rounds, line.status) == (7, 8, 2, "counted")
    third = person()
    assert refused(CountLinesRefused, lambda: tally(third, count_id, (1, 8))) == [
        "not_to_be_counted"
    ]
    approve(approver, count_id)
    assert StockLevel.objects.get().quantity == 7


def test_who_asks_for_a_second_count_does_not_make_it(item, counter, approver):
    count_id = in_review(counter, (1, 10))
    recount_ask(actor=approver, now=timezone.now(), count_id=count_id, lines=[1])
    codes = refused(CountLinesRefused, lambda: tally(approver, count_id, (1, 10)))
    assert codes == ["same_counter"]


def test_second_count_can_be_waived_with_a_reason_that_is_audited(item, counter, approver):
    count_id = started(counter)
    tally(counter, count_id, (1, 9))
    finish(counter, count_id)
    recount_waive(
        actor=approver, now=timezone.now(), count_id=count_id, lines=[1], reason="one box, seen"
    )
    approve(approver, count_id)
    assert StockLevel.objects.get().quantity == 9
    assert (
        AuditEntry.objects.get(action="inventory.stock_count_recount_waived").reason
        == "one box, seen"
    )


def test_line_that_is_skipped_keeps_its_stock(item, counter, approver):
    count_id = in_review(counter, (1, 3))
    line_skip(actor=approver, now=timezone.now(), count_id=count_id, lines=[1], reason="doubtful")
    approve(approver, count_id)
    assert StockLevel.objects.get().quantity == 10


def test_who_counted_does_not_approve(item, counter):
    count_id = in_review(counter, (1, 9))
    refused(ApproverCounted, lambda: approve(counter, count_id))


def test_database_refuses_an_approver_who_counted(item, counter):
    count_id = in_review(counter, (1, 9))
    with pytest.raises(DatabaseError, match="somebody who counted"), transaction.atomic():
        StockCount.objects.filter(pk=count_id).update(
            state="posted", approved_by=counter.id, posted_at=timezone.now()
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE inventory_stockcountentry SET counted = 99",
        "DELETE FROM inventory_stockcountentry",
        "TRUNCATE inventory_stockcountentry CASCADE",
        "UPDATE inventory_stockcount SET state = 'review', approved_by_id = NULL, "
        "posted_at = NULL, document_id = NULL",
        "DELETE FROM inventory_stockcount",
        "UPDATE inventory_stockcountline SET counted = 99",
        "DELETE FROM inventory_stockcountline",
        "INSERT INTO inventory_stockcountentry (line_id, round, added, counted, expected,"
        " ledger_mark, code, counted_at, counted_by_id) SELECT line_id, round, added, counted,"
        " expected, ledger_mark, code, counted_at, counted_by_id FROM inventory_stockcountentry",
    ],
)
def test_database_keeps_a_posted_count_as_it_is(item, counter, approver, sql):
    approve(approver, in_review(counter, (1, 9)))
    before = everything()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert everything() == before


# --- Counting ------------------------------------------------------------------------------------


def test_figures_add_up_until_stock_moves_between_them(item, counter):
    count_id = started(counter)
    tally(counter, count_id, (1, 4))
    tally(counter, count_id, (1, 5), add=True)
    assert line_of(count_id).counted == 9
    issue((item, 1))
    codes = refused(CountLinesRefused, lambda: tally(counter, count_id, (1, 1), add=True))
    assert codes == ["moved_while_counting"]
    tally(counter, count_id, (1, 9))
    assert (line_of(count_id).counted, line_of(count_id).expected) == (9, 9)
    assert StockCountEntry.objects.count() == 3


def test_lines_nobody_counted_are_refused_skipped_or_taken_as_zero(item, counter):
    other = product()
    receive((other, "B", in_days(60), 4, 200))
    count_id = started(counter)
    tally(counter, count_id, (1, 10))
    refused(LinesNotCounted, lambda: finish(counter, count_id))
    with transaction.atomic():
        finish(counter, count_id, uncounted="zero")
        assert (line_of(count_id, 2).counted, line_of(count_id, 2).expected) == (0, 4)
        transaction.set_rollback(True)
    finish(counter, count_id, uncounted="skip")
    assert line_of(count_id, 2).status == "skipped"


def test_an_untouched_count_cannot_be_finished(item, counter):
    count_id = started(counter)
    refused(InvalidCount, lambda: finish(counter, count_id, uncounted="skip"))


def test_scans_count_packs_of_their_barcode(item, counter):
    pack = packaging_create(actor=counter, product_id=item, name="علبة", units=5)
    barcode_add(actor=counter, now=timezone.now(), product_id=item, value="4006381333931",
                packaging_id=pack)  # fmt: skip
    count_id = started(counter)
    scan(counter, count_id, {"code": "4006381333931"}, {"code": " 4006381333931"})
    assert line_of(count_id).counted == 10
    assert set(StockCountEntry.objects.values_list("code", flat=True)) == {
        "4006381333931", " 4006381333931",
    }  # fmt: skip


def test_datamatrix_names_its_batch_and_finds_one_nobody_expected(item, counter):
    barcode_add(actor=counter, now=timezone.now(), product_id=item, value="4006381333931")
    receive((item, "B", in_days(200), 4, 200))
    count_id = started(counter)
    new = in_days(300)
    scan(
        counter,
        count_id,
        {"code": "(01)04006381333931(10)B", "quantity": 4},
        {"code": f"(01)04006381333931(17){new:%y%m%d}(10)NEW"},
    )
    assert StockCountLine.objects.get(batch__number="B").counted == 4
    found = StockCountLine.objects.get(batch__number="NEW")
    assert (found.is_found, found.counted, found.batch.expiry_date) == (True, 1, new)


def test_scan_that_does_not_say_how_much_is_named(item, counter):
    barcode_add(actor=counter, now=timezone.now(), product_id=item, value="4006381333931")
    count_id = started(counter)
    carton = "(01)14006381333938"  # of the known item, but nobody knows how many are in it
    codes = refused(CountLinesRefused, lambda: scan(counter, count_id, {"code": carton}))
    assert codes == ["quantity_needed"]


def test_scan_of_a_product_with_two_batches_asks_which(item, counter):
    receive((item, "B", in_days(200), 4, 200))
    count_id = started(counter)
    codes = refused(CountLinesRefused, lambda: scan(counter, count_id, {"product_id": item}))
    assert codes == ["batch_needed"]
    scan(counter, count_id, {"product_id": item, "quantity": 4, "batch_number": " b "})
    assert StockCountLine.objects.get(batch__number="B").counted == 4


@pytest.mark.parametrize(
    ("one", "code"),
    [
        ({"code": "nobody's"}, "unknown_code"),
        ({"product_id": 987654}, "unknown_product"),
        ({"product_id": "other"}, "not_in_count"),
        ({"product_id": "item", "location_id": 987654}, "unknown_location"),
    ],
)
def test_scan_that_means_nothing_here_is_named(item, counter, one, code):
    names = {"item": item, "other": product()}
    one = {key: names.get(value, value) for key, value in one.items()}
    count_id = started(counter)
    good = {"product_id": item, "batch_number": "A"}
    assert refused(CountLinesRefused, lambda: scan(counter, count_id, good, one)) == [code]


def test_batch_found_elsewhere_gets_a_line_of_its_own(item, counter):
    count_id = started(counter)
    find = {"product_id": item, "quantity": 2, "batch_number": "X", "expiry_date": in_days(50)}
    scan(counter, count_id, find, find)
    line = line_of(count_id, 2)
    assert (line.is_found, line.counted, line.expected) == (True, 4, 0)


def test_nothing_new_is_found_in_review(item, counter):
    count_id = in_review(counter, (1, 10))
    find = {"product_id": item, "quantity": 2, "batch_number": "X", "expiry_date": in_days(50)}
    codes = refused(CountLinesRefused, lambda: scan(person(), count_id, find))
    assert codes == ["not_in_count"]


# --- What belongs to a count ---------------------------------------------------------------------


def test_scope_of_a_category_takes_those_below_it(counter):
    top = Category.objects.create(name_en="Pain", key="pain")
    below = Category.objects.create(name_en="Children", key="children", parent=top)
    other = Category.objects.create(name_en="Skin", key="skin")
    items = [product() for _ in range(3)]
    for item, category in zip(items, (top, below, other), strict=True):
        Product.objects.filter(pk=item).update(category=category)
    receive(*[(item, "A", in_days(90), 1, 10) for item in items])
    started(counter, scope="category", category_id=top.pk)
    assert set(StockCountLine.objects.values_list("batch__product", flat=True)) == set(items[:2])


@pytest.mark.parametrize(("name", "members"), [("A", {0}), ("B", {1}), ("C", {2, 3})])
def test_scope_of_an_abc_class_goes_by_what_was_consumed(counter, name, members):
    items = [product() for _ in range(4)]
    receive(*[(item, "A", in_days(90), 100, 10000) for item in items])
    issue((items[0], 80), (items[1], 15), (items[2], 5))
    started(counter, scope="abc_class", abc_class=name)
    counted = set(StockCountLine.objects.values_list("batch__product", flat=True))
    assert counted == {items[number] for number in members}


def test_scope_of_chosen_products_may_be_limited_to_a_location(item, counter):
    elsewhere = location_create(actor=counter, code="other", name="Other")
    receive((product(), "B", in_days(90), 1, 10))
    started(counter, scope="products", product_ids=[item])
    assert [line.batch.product_id for line in StockCountLine.objects.all()] == [item]
    empty = planned(counter, scope="products", product_ids=[item], location_id=elsewhere)
    refused(CountEmpty, lambda: count_start(actor=counter, now=timezone.now(), count_id=empty))


@pytest.mark.parametrize(
    "fields",
    [
        {"scope": "location"},
        {"scope": "category"},
        {"scope": "abc_class"},
        {"scope": "products"},
        {"scope": "abc_class", "abc_class": "A", "category_id": 1},
        {"scope": "location", "location_id": 987654},
        {"scope": "category", "category_id": 987654},
        {"scope": "products", "product_ids": [987654]},
    ],
)
def test_scope_that_does_not_fit_is_refused(counter, fields):
    assert refused(InvalidCount, lambda: planned(counter, **fields))


def test_no_batch_is_in_two_open_counts(item, counter):
    first = started(counter)
    second = planned(counter)
    refused(
        AlreadyBeingCounted,
        lambda: count_start(actor=counter, now=timezone.now(), count_id=second),
    )
    count_cancel(actor=counter, now=timezone.now(), count_id=first, reason="again")
    count_start(actor=counter, now=timezone.now(), count_id=second)


# --- States --------------------------------------------------------------------------------------

ACTIONS = {
    CountAction.START: lambda who, pk: count_start(actor=who, now=timezone.now(), count_id=pk),
    CountAction.COUNT: lambda who, pk: tally(who, pk, (1, 10)),
    CountAction.FINISH: lambda who, pk: finish(who, pk, uncounted="zero"),
    CountAction.DECIDE: lambda who, pk: recount_ask(
        actor=who, now=timezone.now(), count_id=pk, lines=[1]
    ),
    CountAction.APPROVE: approve,
    CountAction.CANCEL: lambda who, pk: count_cancel(
        actor=who, now=timezone.now(), count_id=pk, reason="no"
    ),
}


def brought_to(state, counter, approver):
    if state == CountState.DRAFT:
        return planned(counter)
    if state == CountState.COUNTING:
        return started(counter)
    count_id = in_review(counter, (1, 10))
    if state == CountState.POSTED:
        approve(approver, count_id)
    if state == CountState.CANCELLED:
        count_cancel(actor=counter, now=timezone.now(), count_id=count_id, reason="no")
    return count_id


@pytest.mark.parametrize("action", list(CountAction))
@pytest.mark.parametrize("state", CountState.values)
def test_every_state_allows_its_actions_and_no_other(item, counter, approver, state, action):
    count_id = brought_to(state, counter, approver)
    target = COUNT_TRANSITIONS.get((state, action))
    if target is None:
        refused(CountStateRefused, lambda: ACTIONS[action](approver, count_id))
        return
    if action == CountAction.COUNT and state == CountState.REVIEW:
        recount_ask(actor=person(), now=timezone.now(), count_id=count_id, lines=[1])
    ACTIONS[action](approver, count_id)
    assert state_of(count_id) == target


# --- Costs ---------------------------------------------------------------------------------------


def queries(work):
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def test_cost_in_queries_does_not_grow_with_lines(counter, approver):
    def whole_count(lines):
        items = [product() for _ in range(lines)]
        receive(*[(item, "A", in_days(90), 10, 1000) for item in items])
        return [
            counts := [],
            queries(lambda: counts.append(started(counter, scope="products", product_ids=items))),
            queries(lambda: tally(counter, counts[0], *[(n + 1, 9 - n % 3) for n in range(lines)])),
            queries(
                lambda: scan(
                    counter,
                    counts[0],
                    *[{"product_id": item, "batch_number": "A", "quantity": 0} for item in items],
                    *[{"product_id": item, "batch_number": "N", "quantity": 1} for item in items],
                )
            ),
            queries(lambda: finish(counter, counts[0])),
            queries(
                lambda: costs_set(
                    actor=approver,
                    now=timezone.now(),
                    count_id=counts[0],
                    costs={n + 1: Decimal(5) for n in range(2 * lines)},
                )
            ),
            queries(
                lambda: recount_waive(
                    actor=approver,
                    now=timezone.now(),
                    count_id=counts[0],
                    lines=list(
                        StockCountLine.objects.filter(
                            count=counts[0], status="recount"
                        ).values_list("line", flat=True)
                    ),
                    reason="ok",
                )
            ),
            queries(lambda: approve(approver, counts[0])),
        ][1:]

    one, many = whole_count(1), whole_count(100)
    assert one == many
