from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.audit import SYSTEM
from inventory.errors import PrescriptionRequired, SecondSignatureRequired
from inventory.models import Product, RegisterEntry, StockLevel, StockMovement
from inventory.public import IssueLine, Prescription, stock_issue
from inventory.records import AdjustmentLine
from inventory.selectors.reconciliation import differences
from inventory.services.catalogue import product_update
from inventory.services.documents import stock_adjust, stock_issue_by_hand
from inventory.tests.counting import approve, in_review, person
from inventory.tests.stock import in_days, issue, product, receive

pytestmark = pytest.mark.django_db
SLIP = Prescription(number="RX-77", prescriber="Dr. Haddad 1432", patient_reference="P-900")


def controlled(**fields) -> int:
    return product(controlled_class="psychotropic", **fields)


def rows_of(item):
    rows = RegisterEntry.objects.filter(product_id=item).order_by("sequence")
    return list(rows.values_list("sequence", "kind", "quantity", "balance"))


def sell(item, quantity, slip=SLIP, source="1"):
    line = IssueLine(line=0, product_id=item, quantity=quantity, prescription=slip)
    return stock_issue(actor=SYSTEM, now=timezone.now(), source_type="tests.sale",
                       source_id=source, lines=[line])  # fmt: skip


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


CHECK = "; SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"


def check_deferred():
    """What the database checks at commit."""
    execute("SELECT 1" + CHECK)


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (RegisterEntry, StockMovement, StockLevel)
    ]


def test_every_movement_has_its_row_with_a_running_balance():
    item = controlled()
    receive((item, "A", in_days(60), 10, 100), (item, "B", in_days(90), 5, 50))
    sell(item, 12)
    check_deferred()
    assert rows_of(item) == [
        (1, "opening", 0, 0),
        (2, "movement", 10, 10),
        (3, "movement", 5, 15),
        (4, "movement", -10, 5),
        (5, "movement", -2, 3),
    ]
    assert differences() == []


def test_row_of_a_sale_names_prescription_prescriber_and_patient():
    item = controlled()
    receive((item, "A", in_days(60), 10, 100))
    sell(item, 2)
    row = RegisterEntry.objects.get(product_id=item, quantity=-2)
    assert (row.prescription_number, row.prescriber, row.patient_reference) == (
        "RX-77", "Dr. Haddad 1432", "P-900",
    )  # fmt: skip


@pytest.mark.parametrize(
    "slip",
    [
        None,
        Prescription(number="", prescriber="Dr.", patient_reference="P"),
        Prescription(number="RX", prescriber=" ", patient_reference="P"),
        Prescription(number="RX", prescriber="Dr.", patient_reference=""),
    ],
)
def test_nothing_is_sold_without_a_complete_prescription(slip):
    item = controlled()
    receive((item, "A", in_days(60), 10, 100))
    before = everything()
    with pytest.raises(PrescriptionRequired) as refusal, transaction.atomic():
        sell(item, 2, slip)
    assert [problem.field for problem in refusal.value.errors] == ["lines.0.prescription"]
    assert everything() == before


def test_which_classes_need_a_prescription_is_a_setting(settings):
    item = product(controlled_class="precursor")
    receive((item, "A", in_days(60), 10, 100))
    sell(item, 2, None)
    settings.CONTROLLED_PRESCRIPTION_CLASSES = ["precursor"]
    with pytest.raises(PrescriptionRequired):
        sell(item, 2, None, source="2")
    assert rows_of(item)[-1] == (3, "movement", -2, 8)


def test_becoming_controlled_opens_the_register_with_what_is_on_hand():
    item = product()
    receive((item, "A", in_days(60), 10, 100))
    issue((item, 3))
    product_update(
        actor=SYSTEM, now=timezone.now(), product_id=item,
        changes={"controlled_class": "narcotic"},
    )  # fmt: skip
    sell(item, 1)
    check_deferred()
    assert rows_of(item) == [(1, "opening", 7, 7), (2, "movement", -1, 6)]


def test_a_register_that_has_begun_has_no_hole_while_the_product_is_not_controlled():
    item = controlled()
    receive((item, "A", in_days(60), 10, 100))
    for name in ("none", "psychotropic"):
        Product.objects.filter(pk=item).update(controlled_class=name)
        sell(item, 1, None if name == "none" else SLIP, source=name)
    check_deferred()
    assert [row[3] for row in rows_of(item)] == [0, 10, 9, 8]


def test_adjustment_needs_a_second_person():
    item = controlled()
    (effect,) = receive((item, "A", in_days(60), 10, 100))
    poster, other = person(), person()
    lines = [AdjustmentLine(line=0, batch_id=effect.batch_id, quantity=-1)]
    fields = {"actor": poster, "now": timezone.now(), "reason": "damage", "lines": lines}
    before = everything()
    for cosigner in (None, poster.id):
        with pytest.raises(SecondSignatureRequired), transaction.atomic():
            stock_adjust(**fields, cosigner_id=cosigner)
    assert everything() == before
    stock_adjust(**fields, cosigner_id=other.id)
    row = RegisterEntry.objects.get(product_id=item, quantity=-1)
    assert (row.actor_id, row.cosigner_id) == (poster.id, other.id)


def test_giving_away_by_hand_needs_a_second_person():
    item = controlled()
    receive((item, "A", in_days(60), 10, 100))
    fields = {"actor": person(), "now": timezone.now(), "reason": "donation",
              "lines": [IssueLine(line=0, product_id=item, quantity=1)]}  # fmt: skip
    with pytest.raises(SecondSignatureRequired), transaction.atomic():
        stock_issue_by_hand(**fields)
    stock_issue_by_hand(**fields, cosigner_id=person().id)
    assert rows_of(item)[-1] == (3, "movement", -1, 9)


def test_count_is_signed_by_who_counted_and_who_approved():
    item = controlled()
    receive((item, "A", in_days(60), 10, 100))
    counter, approver = person(), person()
    approve(approver, in_review(counter, (1, 8)))
    row = RegisterEntry.objects.get(product_id=item, quantity=-2)
    assert (row.actor_id, row.cosigner_id) == (approver.id, counter.id)


def test_products_that_are_not_controlled_have_no_register():
    item = product()
    receive((item, "A", in_days(60), 10, 100))
    issue((item, 1))
    assert not RegisterEntry.objects.exists()


@pytest.mark.parametrize("lines", [1, 100])
def test_cost_in_queries_does_not_grow_with_lines(lines):
    items = [controlled() for _ in range(101)]
    receive(*[(item, "A", in_days(90), 5, 50) for item in items])

    def queries(of):
        sold = [
            IssueLine(line=number, product_id=item, quantity=1, prescription=SLIP)
            for number, item in enumerate(of)
        ]
        with CaptureQueriesContext(connection) as captured:
            stock_issue(actor=SYSTEM, now=timezone.now(), source_type="tests.sale",
                        source_id=str(len(of)), lines=sold)  # fmt: skip
        return len(captured)

    assert queries(items[:lines]) == queries([*items[:lines], items[100]])


# --- What the database refuses, whoever asks -----------------------------------------------------

MOVE = """
INSERT INTO inventory_stockmovement (kind, reason, batch_id, location_id, quantity, value,
    unit_cost, source_type, source_id, line, part, occurred_at)
SELECT 'issue', 'sale', batch_id, location_id, -1, -10, 10, 'raw', '1', 0, 0, now()
  FROM inventory_stocklevel LIMIT 1;
UPDATE inventory_stocklevel SET quantity = quantity - 1, value = value - 10;
UPDATE inventory_productstock SET on_hand = on_hand - 1, value = value - 10;
"""
ROW = """
INSERT INTO inventory_registerentry
       (product_id, sequence, kind, movement_id, quantity, balance, occurred_at, actor_id)
SELECT b.product_id, {sequence}, 'movement', m.id, {quantity}, {balance}, m.occurred_at, m.actor_id
  FROM inventory_stockmovement m JOIN inventory_batch b ON b.id = m.batch_id
 ORDER BY m.id DESC LIMIT 1;
"""


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (MOVE, "is not in the register"),
        (MOVE + ROW.format(sequence=4, quantity=-1, balance=9), "does not follow"),
        (MOVE + ROW.format(sequence=2, quantity=-1, balance=9), "does not follow"),
        (MOVE + ROW.format(sequence=3, quantity=-1, balance=8), "does not follow"),
        (MOVE + ROW.format(sequence=3, quantity=-2, balance=8), "is not what movement"),
        (ROW.format(sequence=3, quantity=10, balance=20), "movement_id"),
        ("UPDATE inventory_registerentry SET balance = 11 WHERE sequence = 2", "append-only"),
        ("DELETE FROM inventory_registerentry WHERE sequence = 2", "append-only"),
        ("TRUNCATE inventory_registerentry CASCADE", "append-only"),
        ("UPDATE inventory_productstock SET on_hand = 9", "balance 10, on hand 9"),
        (
            "INSERT INTO inventory_registerentry (product_id, sequence, kind, quantity, balance,"
            " occurred_at) SELECT product_id, 3, 'carried', -4, 6, now()"
            " FROM inventory_registerentry LIMIT 1",
            "balance 6, on hand 10",
        ),
    ],
)
def test_database_refuses_a_gap_or_a_change(sql, message):
    item = controlled()
    receive((item, "A", in_days(60), 10, 100))
    check_deferred()
    before = everything()
    with pytest.raises(DatabaseError, match=message), transaction.atomic():
        execute(sql + CHECK)
    assert everything() == before


def test_database_takes_a_movement_with_its_right_row():
    item = controlled()
    receive((item, "A", in_days(60), 10, 100))
    execute(MOVE + ROW.format(sequence=3, quantity=-1, balance=9))
    check_deferred()
    assert rows_of(item)[-1] == (3, "movement", -1, 9)


def test_database_refuses_an_adjustment_that_one_person_signed():
    item = controlled()
    receive((item, "A", in_days(60), 10, 100))
    sql = MOVE.replace("'issue', 'sale'", "'adjustment', 'damage'")
    with pytest.raises(DatabaseError, match="needs a second signature"), transaction.atomic():
        execute(sql + ROW.format(sequence=3, quantity=-1, balance=9))


def test_rows_of_a_period_are_an_unbroken_piece():
    item = controlled()
    receive((item, "A", in_days(60), 10, 100))
    for number in range(5):
        sell(item, 1, source=str(number))
    times = list(RegisterEntry.objects.order_by("sequence").values_list("recorded_at", flat=True))
    assert times == sorted(times)
    assert times[-1] - times[0] < timedelta(minutes=5)
    assert Decimal(RegisterEntry.objects.latest("sequence").balance) == 5


# --- What reconcile finds ------------------------------------------------------------------------


def planted(sql):
    """Past the triggers, as only the owner of the table could; undone with the test."""
    check_deferred()
    execute("ALTER TABLE inventory_registerentry DISABLE TRIGGER USER")
    execute(sql)


@pytest.mark.parametrize(
    ("sql", "sentences"),
    [
        ("UPDATE inventory_registerentry SET balance = 99 WHERE sequence = 3",
         ["row 3 should have balance 9, has 99", "row 4 should have balance 98"]),
        ("UPDATE inventory_registerentry SET balance = 99 WHERE sequence = 4",
         ["row 4 should have balance 8, has 99", "balance 99, ledger 8"]),
        ("DELETE FROM inventory_registerentry WHERE sequence = 3",
         ["row 4 should", "movement"]),
        ("UPDATE inventory_registerentry SET quantity = -3, balance = 7 WHERE sequence = 3",
         ["row 4 should", "row 3 moved -1, says -3"]),
        ("DELETE FROM inventory_registerentry",
         ["has no register"]),
    ],
)  # fmt: skip
def test_reconcile_finds_and_names_what_is_wrong_with_the_register(sql, sentences):
    item = controlled()
    receive((item, "A", in_days(60), 10, 100))
    sell(item, 1)
    sell(item, 1, source="2")
    assert differences() == []
    planted(sql)
    found = differences()
    assert len(found) == len(sentences)
    for sentence in sentences:
        assert any(sentence in line for line in found), found
